"""The names that real files hold: each one that resolves was read by eye and is in `resolve_real.csv`.

The list is of organisations only. It is held in two ways: every name in it still resolves as it did, and in
the published files no payee resolves to a counted body that is not in it.
"""

from __future__ import annotations

import csv
import io
import runpy
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from totalplace.money.resolve import Resolver
from totalplace.terms import CODE_SCHEMES, Body

HERE = Path(__file__).parent
PLACES = runpy.run_path(str(HERE.parent / "places.py"))
PAYEES = (
    "supplier",
    "supplier name",
    "vendor name",
    "beneficiaryname",
    "name",
    "supplier final",
    "* supplier final",
)


def bodies(place: list[dict[str, Any]]) -> list[Body]:
    return [
        Body(
            each["id"],
            each["name"],
            each["kind"],
            each.get("area", ""),
            aliases=tuple(each.get("aliases", ())),
            codes={scheme: tuple(each[scheme]) for scheme in CODE_SCHEMES if scheme in each},
        )
        for each in place
    ]


@cache
def resolver(place: str) -> Resolver:
    return Resolver(bodies(PLACES[place]))


def read_by_eye(place: str) -> list[dict[str, str]]:
    with (HERE / "resolve_real.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["place"] == place]


@pytest.mark.parametrize("place", ["GM", "LANCASHIRE", "LONDON"])
def test_names_resolve_as_they_were_read(place: str) -> None:
    found = {row["payee"]: resolver(place).match(row["payee"]) for row in read_by_eye(place)}
    wrong = {
        row["payee"]: (row, found[row["payee"]])
        for row in read_by_eye(place)
        if (
            found[row["payee"]].to_body,
            "sure" if found[row["payee"]].sure else "candidate",
            found[row["payee"]].rule,
        )
        != (row["to_body"], row["answer"], row["rule"])
    }
    assert wrong == {}
    assert len(found) > 150


def test_one_body_under_each_of_its_spellings() -> None:
    for place, body, at_least in (
        ("LONDON", "imperial", 6),
        ("LONDON", "royal-free", 10),
        ("LONDON", "st-georges", 10),
        ("LONDON", "guys-and-st-thomas-nhs-foundation-trust", 10),
        ("GM", "greater-manchester-combined-authority", 3),
        ("LANCASHIRE", "lancashire-cc", 3),
    ):
        rows = [row for row in read_by_eye(place) if row["to_body"] == body]
        assert len(rows) >= at_least, body
        sure = [row["payee"] for row in rows if row["answer"] == "sure"]
        assert len({resolver(place).match(name).supplier for name in sure}) == 1, body


@pytest.mark.parametrize("place", ["GM", "LANCASHIRE", "LONDON"])
def test_no_other_payee_of_the_files_is_taken_for_a_counted_body(place: str, shared: Path) -> None:
    own = {body["id"] for body in PLACES[place]}
    listed = {row["payee"].casefold(): row["to_body"] for row in read_by_eye(place) if row["to_body"] in own}
    names = set(payees(place, shared / "spend"))
    found = dict(zip(names, resolver(place).match_many((name, {}) for name in names), strict=True))
    taken = {name.casefold(): match.to_body for name, match in found.items() if match.to_body in own}
    assert taken == {name: body for name, body in listed.items() if name in taken}
    assert len(taken) >= {"GM": 5, "LANCASHIRE": 8, "LONDON": 90}[place], "the files were read"
    assert len(names) > 5_000


def payees(place: str, spend: Path) -> Iterator[str]:
    """Every payee's name in the files of a place's bodies, spaces folded."""
    for body in PLACES[place]:
        for pattern in PLACES["FILES"][body["id"]]:
            paths = sorted(spend.glob(pattern))
            assert paths, f"{pattern} names no file"
            for path in paths:
                for rows in tables(path):
                    yield from column(rows)


def tables(path: Path) -> Iterator[Iterable[list[Any]]]:
    if path.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(str(path))
        yield from (book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as members:
            for member in members.namelist():
                if member.endswith(".csv"):
                    yield table(members.read(member))
    else:
        yield table(path.read_bytes())


def table(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")))


def column(rows: Iterable[list[Any]]) -> Iterator[str]:
    at = None
    for row in rows:
        heads = [str(cell or "").strip().lower().rstrip(":") for cell in row[:40]] if at is None else []
        if at is None:
            at = next((heads.index(name) for name in PAYEES if name in heads), None)
        elif at < len(row) and row[at]:
            yield " ".join(str(row[at]).split())
