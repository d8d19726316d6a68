"""Beside each other: the example of the method page, eleven real councils' services a head, spellings of real names."""

from __future__ import annotations

import csv
import json
import re
import runpy
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

import totalplace as tp
from totalplace.compare.same import together
from totalplace.money.payees import resolve_payees
from totalplace.place import Place
from totalplace.terms import half_up, pounds

COUNCILS = "Bolton Bury Manchester Oldham Rochdale Salford Stockport Tameside Trafford Wigan Wirral".split()
METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "compare.md"
PLACES = runpy.run_path(str(Path(__file__).parents[1] / "places.py"))
SPELLINGS = Path(__file__).with_name("supplier_spellings.csv")


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, dict[str, object]]:
    folder = shared / "spend" / "outturn"
    return {name: json.loads((folder / f"spendfeed_{name.lower()}.json").read_text("utf-8")) for name in COUNCILS}


@pytest.fixture(scope="module")
def gm(shared: Path, published: dict[str, dict[str, object]], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The eleven councils with their services of 2025-26 and the populations that the same files give."""
    place = tp.new(tmp_path_factory.mktemp("compare") / "gm", bodies=COUNCILS)
    files = [shared / "spend" / "outturn" / f"spendfeed_{name.lower()}.json" for name in COUNCILS]
    place.official.add("budget", files, {"year": "2025-26"})
    people = "".join(f"{name},{raw['population']}\n" for name, raw in published.items())
    (place.root / "people.csv").write_text(f"Council,2025-26\n{people}", encoding="utf-8")
    place.official.add("population", [place.root / "people.csv"], {})
    return place


def test_the_whole_a_head_is_what_is_published(gm: Place, published: dict[str, dict[str, object]]) -> None:
    found = gm.compare.result({"service": "All services"})
    heads = {rate.name: half_up(rate.ratio / 100) for rate in found.rates}
    # Trafford's published total leaves out what is negative; the parts, which are used, come to less.
    for name in COUNCILS:
        near = 17 if name == "Trafford" else 1
        assert abs(heads[name] - int(str(published[name]["perCapita"]))) <= near, name
    trafford = next(rate for rate in found.rates if rate.name == "Trafford")
    assert trafford.amount == 441_235_000_00


def test_among_eleven_councils_one_service_of_one_council_raises_a_question(gm: Place) -> None:
    questions: list[tuple[str, str]] = []
    for offer in gm.compare.offered():
        found = gm.compare.result({"service": offer.subject.service})
        assert len(found.rates) == 11 or found.why_not
        questions += [(offer.subject.service, question) for question in found.questions]
    ((service, question),) = questions
    assert service == "housing"
    assert question.startswith("Why does Manchester plan £111.78 a head on Housing in 2025-26, where the 10")
    assert question.endswith("?")


def test_the_others_come_to_what_they_come_to(gm: Place) -> None:
    found = gm.compare.result({"service": "Adult social care"})
    assert [rate.name for rate in found.rates][:2] == ["Manchester", "Stockport"]
    rest = found.rates[1:]
    by_hand = Fraction(sum(rate.amount for rate in rest)) / sum(rate.denominator for rate in rest)
    assert found.standings[0].others == by_hand


def test_two_real_councils_pay_many_of_the_same_suppliers(shared: Path, tmp_path: Path) -> None:
    names = {"manchester": "Manchester City Council", "salford": "Salford City Council"}
    place = tp.new(tmp_path / "two", bodies=list(names.values()), years=["2018-19"])
    for name, body in names.items():
        files = [shared / "spend" / pattern for pattern in PLACES["FILES"][name]]
        place.add("spend", [path for found in files for path in sorted(found.parent.glob(found.name))], body)
    place.build()
    page = place.compare.shared(per_page=10_000)
    assert 290 <= page.total <= 340, "as docs/methods/compare.md says, or say there what it is now"
    rows = {row["supplier"]: row for row in page.table.records()}
    water = rows["Water Plus Ltd"]
    sql = "SELECT body, sum(pence) FROM lines WHERE lower(payee) LIKE 'water plus%' AND year = '2018-19' GROUP BY body"
    by_hand = {body: int(pence) for body, pence in place.money.sql(sql).rows}
    each = {row["body"]: row["net"] for row in place.compare.shared_bodies(search="water plus").records()}
    assert each == {body: pounds(pence) for body, pence in by_hand.items()}
    assert water["net"] == pounds(sum(by_hand.values()))
    assert water["rest"] == pounds(min(by_hand.values()))
    assert not any("redact" in name.lower() for name in rows)


def test_spellings_of_one_company_are_one_and_of_two_are_two() -> None:
    """Published names, read by eye. Precision: of the pairs taken for one company, how many are."""
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) >= 60
    schema = {"payee_key": pl.Int64, "payee": pl.String, "payee_id": pl.String}
    names = pl.DataFrame(
        {"payee_key": range(len(listed)), "payee": [r["spelling"] for r in listed], "payee_id": ""}, schema=schema
    )
    payees = resolve_payees(names, (), {}).sort("payee_key")
    one = dict(together(payees.select("supplier_id", "supplier").unique()).select("supplier_id", "same").iter_rows())
    groups = [one[number] for number in payees["supplier_id"]]
    pairs = list(combinations(range(len(listed)), 2))
    taken = {(i, j) for i, j in pairs if groups[i] == groups[j]}
    true = {(i, j) for i, j in pairs if listed[i]["company"] == listed[j]["company"]}
    assert len(taken & true) / len(taken) >= 0.95
    assert len(taken & true) / len(true) >= 0.6
    (civica,) = {groups[n] for n, row in enumerate(listed) if row["company"] == "civica"}
    assert sum(group == civica for group in groups) == 3


def test_the_worked_example_of_a_comparison_comes_out(tmp_path: Path) -> None:
    text = METHOD.read_text("utf-8")
    files = dict(re.findall(r"```csv (compare[\w-]*)\n(.*?)```", text, re.DOTALL))
    assert set(files) == {"compare", "compare-small"}
    place = tp.new(tmp_path / "place")
    for name, prefix in (("compare", ""), ("compare-small", "small: ")):
        (tmp_path / f"{name}.csv").write_text(files[name])
        found = place.compare.result({"service": "Parks"}, at_least=4, table=tmp_path / f"{name}.csv")
        (row,) = (row for row in found.table().records() if row["name"] == "Eastford")
        by_hand = dict(re.findall(rf"^\| {prefix}(a head|limits from|limits to) \|.*\| (-?[\d.]+) \|$", text, re.M))
        assert by_hand == {"a head": row["ratio"], "limits from": row["limit_low"], "limits to": row["limit_high"]}
        assert row["others"] == "10.00"
        assert len(found.questions) == (1 if name == "compare" else 0)
        usual = place.compare.result({"service": "Parks"}, table=tmp_path / f"{name}.csv")
        assert usual.questions == []
        assert usual.why_not
