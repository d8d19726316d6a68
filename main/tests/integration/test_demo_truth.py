"""The demo borough counted from its files, against its known truth: nothing may differ, not by a penny."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

import totalplace as tp
from totalplace import demo
from totalplace.place import Place

PAYEE_CODE = re.compile(r" (\[\d+\]|\(\d+\))$")
TAKEN_FOR_NONE = ("false-friend", "redacted")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("borough")
    written = demo.write(folder)
    borough = tp.open(folder)
    for source in written.sources:
        added = borough.add(source.kind, [folder / file for file in source.files], source.body)
        assert not added.refused, added.refused
    borough.build()
    return borough


@pytest.fixture(scope="module")
def truth(place: Place) -> Truth:
    known: Truth = json.loads((place.root / "truth.json").read_text("utf-8"))
    return known


Sums = dict[tuple[Any, ...], tuple[int, int]]
Truth = dict[str, Any]


def sums(rows: Iterable[Mapping[str, Any]], *names: str, **only: str) -> Sums:
    """Lines and pence by the named parts of rows, of those that have the values of `only`."""
    out: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if all(row[name] == value for name, value in only.items()):
            total = out[tuple(row[name] for name in names)]
            total[0] += row["lines"]
            total[1] += row["pence"]
    return {key: (total[0], total[1]) for key, total in out.items()}


def entries(place: Place) -> list[dict[str, Any]]:
    """The ledger with each payee's name as published."""
    query = """
        SELECT l.body, p.payee AS name, l.to_body, l.year, l.outcome, l.kind, l.channel,
               sum(l.lines)::BIGINT AS lines, sum(l.pence)::BIGINT AS pence
        FROM ledger l JOIN payees p USING (payee_key) GROUP BY ALL
    """
    table = place.money.sql(query)
    return [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]


def folded(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with runs of space in their names made one, and without the codes that the police put behind."""
    return [{**row, "name": PAYEE_CODE.sub("", " ".join(row["name"].split()))} for row in rows]


def test_every_file_has_its_rows_and_money(place: Place, truth: Truth) -> None:
    def name(row: Mapping[str, Any]) -> str:
        mark = "!" if row["file"].endswith(".zip") else "#" if row["file"].endswith(".xlsx") else ""
        return f"{row['file']}{mark}{row['part']}"

    counts = ("accepted", "pence", "rejected", "rejected_pence")
    expected = {name(row): tuple(row[count] for count in counts) for row in truth["files"]}
    found = {row["name"]: tuple(row[count] for count in counts) for row in place.run.files}
    assert found == expected


def test_every_refused_row_is_the_one_and_for_the_reason(place: Place, truth: Truth) -> None:
    parts = ("body", "file", "line", "reason", "pence")
    expected = Counter(tuple(row[part] for part in parts) for row in truth["rejects"])
    found = Counter(
        (body, re.split("[!#]", file)[0], line, reason, pence)
        for body, file, line, reason, _, pence, _ in place.money.rejects().rows
    )
    assert found == expected


def test_the_count_of_each_year(place: Place, truth: Truth) -> None:
    for total in truth["totals"]:
        count = place.money.count(where={"year": [total["year"]]})
        found = (count.rows, count.gross, count.eliminated, count.net, count.candidates)
        assert found == tuple(total[name] for name in ("lines", "gross", "eliminated", "net", "candidates"))
        assert count.per_head == round(total["net"] / total["population"])


CUTS = [
    ("bodies", ("body", "year"), {}),
    ("months", ("body", "month"), {}),
    ("kinds", ("body", "year", "kind"), {}),
    ("eliminated", ("body", "to_body", "year"), {"outcome": "eliminated"}),
    ("self", ("body", "year"), {"outcome": "self"}),
    ("cells", ("body", "year", "kind", "channel", "outcome"), {}),
]


@pytest.mark.parametrize(("table", "names", "only"), CUTS, ids=[table for table, _, _ in CUTS])
def test_cut(place: Place, truth: Truth, table: str, names: tuple[str, ...], only: dict[str, str]) -> None:
    assert sums(place.run.totals(), *names, **only) == sums(truth[table], *names)


def test_every_name_that_is_for_a_person_to_settle(place: Place, truth: Truth) -> None:
    names = ("body", "name", "to_body", "year")
    expected = sums(folded(truth["candidates"]), *names)
    assert sums(folded(entries(place)), *names, outcome="candidate") == expected
    assert len({name for _, name, _, _ in expected}) > 15


def test_every_name_is_the_body_that_it_is(place: Place, truth: Truth) -> None:
    outcomes = {row["outcome"] for row in truth["names"] if row["to_body"]}
    assert outcomes == {"eliminated", "self", "candidate"}
    names = ("name", "to_body", "outcome")
    found = sums(folded(entries(place)), *names)
    expected = sums(folded(row for row in truth["names"] if row["to_body"]), *names)
    assert {key: value for key, value in found.items() if key[2] in outcomes} == expected


def test_false_friends_and_redacted_payees_are_nobody_of_the_place(place: Place, truth: Truth) -> None:
    rows = folded(row for row in truth["names"] if row["way"] in TAKEN_FOR_NONE)
    assert {row["way"] for row in rows} == set(TAKEN_FOR_NONE)
    found = sums(folded(entries(place)), "name", "outcome")
    for (name,), total in sums(rows, "name").items():
        assert found[name, "final"] == total
        assert not {(name, outcome) for outcome in ("eliminated", "self", "candidate")} & found.keys(), name


def test_the_missing_month_is_told(place: Place, truth: Truth) -> None:
    expected = {
        (row["body"], row["year"], f"{month // 100}-{month % 100:02d}")
        for row in truth["missing"]
        for month in row["months"]
    }
    assert {tuple(row[:3]) for row in place.money.months().rows if row[5] == "missing"} == expected


def test_the_register_of_contracts_is_refused(place: Place, truth: Truth) -> None:
    files = [place.root / file for file in truth["refused"]]
    assert files
    refused = place.look("spend", files, "homes").refused
    assert len(refused) == len(files)
    assert "register" in str(refused[0])


def test_the_checks_pass(place: Place) -> None:
    assert {row[1] for row in place.money.check().rows} == {"ok"}
