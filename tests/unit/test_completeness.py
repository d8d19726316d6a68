"""Completeness: a cell is never more than what fills it, and what is missing is named until somebody says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import totalplace as tp
from totalplace.completeness.cells import STATES, Cell
from totalplace.completeness.declared import Said
from totalplace.completeness.result import Result
from totalplace.errors import DataError, PlaceError, UsageError
from totalplace.parameters.expected import ALL, expectations, expected_of
from totalplace.parameters.services import services
from totalplace.place import Place
from totalplace.terms import BODY_KINDS, Body

COUNCIL, FIRE = "anytown-borough-council", "anyshire-fire-and-rescue-authority"
YEAR = "2024-25"
MONTHS = [*range(4, 13), 1, 2, 3]
HEADINGS = "Date,Supplier Name,Amount,Department,Description"
FIRE_NAME = "Anyshire Fire and Rescue Authority"


def rows(department: str, months: list[int] = MONTHS, amount: str = "100.00") -> str:
    """A payment in each of these months of the year."""
    year = {month: 2024 if month > 3 else 2025 for month in months}
    return "\n".join(f"05/{month:02d}/{year[month]},Payee {month} Ltd,{amount},{department},Works" for month in months)


def council_file(departments: tuple[str, ...] = ("Housing Services", "Planning and development services")) -> str:
    return "\n".join([HEADINGS, *(rows(name) for name in departments)]) + "\n"


def make(folder: Path, fire: list[int] = MONTHS) -> Place:
    """A district council and a fire authority with payments of 2024-25."""
    place = tp.new(folder / "place", years=[YEAR], bodies=["Anytown Borough Council", FIRE_NAME])
    toml = place.root / "place.toml"
    toml.write_text(toml.read_text().replace('kind = "council"', 'kind = "council"\narea = "E07999999"'))
    (place.root / "council.csv").write_text(council_file())
    (place.root / "fire.csv").write_text("\n".join([HEADINGS, rows("Operations", fire, "50.00")]) + "\n")
    place = tp.open(place.root)
    place.add("spend", [place.root / "council.csv"], COUNCIL)
    place.add("spend", [place.root / "fire.csv"], FIRE)
    place.build()
    return place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make(tmp_path)


def states(place: Place, body: str) -> dict[str, str]:
    return {cell.service: cell.state for cell in place.completeness.result().cells if cell.body == body}


def cell(place: Place, body: str, service: str) -> Cell:
    return next(c for c in place.completeness.result().cells if (c.body, c.service) == (body, service))


def said(service: str = "", state: str = "exception", **more: str) -> Said:
    given = {"reason": "the county does it", "by": "Director of Finance", "on": "2026-04-30", **more}
    return Said(COUNCIL, YEAR, service, state, **given)


def outturn(place: Place, text: str, name: str = "outturn.csv", kind: str = "outturn", body: str = COUNCIL) -> None:
    (place.root / name).write_text(text)
    place.official.add(kind, [place.root / name], {"body": body, "year": YEAR, "unit": 1})


def test_what_is_expected_of_every_kind_of_body_is_known_and_marked_unverified() -> None:
    known = {*services(), ALL}
    for entry in expectations():
        assert entry.kind in BODY_KINDS
        assert bool(entry.services) != bool(entry.whole)
        assert {*entry.services, *([entry.whole] if entry.whole else [])} <= known
        assert entry.status == "unverified"
    for kind in BODY_KINDS:
        assert expected_of(Body("a", "A", kind)).kind == kind
    areas = {area: expected_of(Body("a", "A", "council", area)).services for area in ("E07000001", "E10000001", "")}
    assert "housing" in areas["E07000001"]
    assert "adults" not in areas["E07000001"]
    assert "adults" in areas["E10000001"]
    assert set(areas[""]) == {"cultural", "environmental", "planning", "central"}


def test_cells_are_there_by_service_and_whole_for_a_body_of_one_service(place: Place) -> None:
    assert states(place, COUNCIL) == {
        "housing": "present",
        "planning": "present",
        "cultural": "missing",
        "environmental": "missing",
        "central": "missing",
    }
    assert states(place, FIRE) == {"fire": "present"}
    assert cell(place, FIRE, "fire").payments == 60_000
    assert cell(place, COUNCIL, "housing").grade == "actual"
    result = place.completeness.result()
    assert (result.rate, result.expected) == (4 / 7, 6)
    assert not result.complete
    with pytest.raises(DataError, match="anytown-borough-council 2024-25 Culture and leisure"):
        result.require_complete()


def test_the_cells_add_up_to_the_gross_of_the_count(place: Place) -> None:
    result = place.completeness.result()
    assert sum(c.payments for c in result.cells) + result.other == place.money.count().gross


def test_removing_one_bodys_file_drops_completeness_and_lists_that_body(place: Place) -> None:
    for service in ("cultural", "environmental", "central"):
        place.completeness.declare(said(service))
    before = place.completeness.result()
    assert before.complete
    toml = place.root / "place.toml"
    text = toml.read_text()
    at = text.index("[[source]]", text.index("[[source]]") + 1)
    toml.write_text(text[:at])
    place.build()
    after = place.completeness.result()
    assert before.rate is not None
    assert after.rate is not None
    assert after.rate < before.rate
    assert not after.complete
    assert [(row[0], row[2], row[5]) for row in place.completeness.gaps().rows] == [(FIRE, "fire", "missing")]


def test_months_that_are_missing_are_named_and_never_claimed(tmp_path: Path) -> None:
    place = make(tmp_path, fire=[4, 5, 6])
    fire = cell(place, FIRE, "fire")
    assert (fire.state, fire.months, fire.open) == ("part", 3, True)
    result = place.completeness.result()
    assert result.rate == (12 + 12 + 3 + 12) / (12 * 7)
    row = next(row for row in place.completeness.cells({"body": [FIRE]}).rows)
    assert row[-1].startswith("no payments of Jul 2024 to Mar 2025")


def test_an_exception_lets_the_mapping_be_complete_and_leaves_the_rate_alone(place: Place) -> None:
    before = place.completeness.result().rate
    for service in ("cultural", "environmental", "central"):
        assert not place.completeness.result().complete
        place.completeness.declare(said(service))
    after = place.completeness.result()
    assert after.complete
    after.require_complete()
    assert after.rate == before
    assert after.states["exception"] == 3
    place.completeness.withdraw(COUNCIL, YEAR, "central")
    assert [row[2] for row in place.completeness.gaps().rows] == ["central"]


def test_an_estimate_stands_beside_the_count_and_is_in_no_total_of_it(place: Place) -> None:
    count = place.money.count()
    before = place.completeness.result()
    place.completeness.declare(
        said("central", "estimated", amount="1234.50", reason="", method="last year's budget, uprated")
    )
    after = place.completeness.result()
    central = cell(place, COUNCIL, "central")
    assert (central.state, central.estimate, central.payments, central.grade) == ("estimated", 123_450, 0, "estimated")
    assert (after.estimates, after.rate) == (123_450, before.rate)
    assert place.money.count() == count


def test_what_is_not_expected_is_out_of_the_rate_and_still_shown(place: Place) -> None:
    place.completeness.declare(said("cultural", "not-expected"))
    result = place.completeness.result()
    assert (result.expected, result.rate) == (5, 4 / 6)
    assert "the county does it" in next(row[-1] for row in place.completeness.cells({"service": ["cultural"]}).rows)


def test_official_figures_widen_what_is_expected_and_cap_what_is_covered(place: Place) -> None:
    outturn(place, "Service,Total expenditure\nHousing,1000\nPlanning,4800\nAdult social care,300\nEducation,0\n")
    found = states(place, COUNCIL)
    assert found["adults"] == "official"
    assert "education" not in found
    housing = cell(place, COUNCIL, "housing")
    assert (housing.payments, housing.official, housing.counted) == (120_000, 100_000, 100_000)
    result = place.completeness.result()
    assert (result.official, result.counted) == (610_000, 220_000)
    row = next(row for row in place.completeness.cells({"service": ["adults"]}).rows)
    assert row[-4:-1] == ("actual", "unsigned", "outturn (outturn-outturn, gross)")
    place.official.sign("outturn-outturn", "Director of Finance")
    assert next(row for row in place.completeness.cells({"service": ["adults"]}).rows)[-3] == "signed"


def test_of_two_official_figures_the_larger_is_set_against_and_a_budget_is_an_estimate(place: Place) -> None:
    outturn(place, "Service,Total expenditure\nHousing,2000\n", "a.csv")
    outturn(place, "Service,Total expenditure\nHousing,2400\n", "b.csv")
    outturn(place, "Service,Total expenditure\nHousing,9000\nCentral services,70\n", "c.csv", "budget")
    housing = cell(place, COUNCIL, "housing")
    assert housing.known
    assert (housing.official, housing.known.dataset, housing.known.others) == (
        240_000,
        "outturn-b",
        ("budget-c", "outturn-a"),
    )
    central = cell(place, COUNCIL, "central")
    assert (central.state, central.grade, central.official) == ("estimated", "estimated", 7_000)


def test_a_total_alone_is_set_against_all_payments(place: Place) -> None:
    outturn(place, "Service,Total expenditure\nTotal,10000\n", body=FIRE)
    fire = cell(place, FIRE, "fire")
    assert (fire.official, fire.counted) == (1_000_000, 60_000)
    outturn(place, "Service,Total expenditure\nTotal,10000\n", "council.total.csv")
    (council,) = (one for one in place.completeness.result().bodies if one.body == COUNCIL)
    assert (council.official, council.counted) == (1_000_000, 240_000)


def test_a_body_wider_than_the_place_is_apportioned(place: Place) -> None:
    toml = place.root / "place.toml"
    toml.write_text(toml.read_text().replace('kind = "fire"', 'kind = "fire"\nshare = "0.25"'))
    place.build()
    outturn(place, "Service,Total expenditure\nFire,10.02\n", body=FIRE)
    fire = cell(place, FIRE, "fire")
    assert (fire.grade, fire.payments, fire.official) == ("apportioned", 15_000, 250)
    assert sum(c.payments for c in place.completeness.result().cells) == place.money.count().gross


def test_cells_are_narrowed_by_what_is_known_alone(place: Place) -> None:
    assert {row[2] for row in place.completeness.cells({"state": ["open"]}).rows} == {
        "cultural",
        "environmental",
        "central",
    }
    with pytest.raises(UsageError, match="did you mean 'missing'"):
        place.completeness.cells({"state": ["mising"]})
    with pytest.raises(UsageError, match="is not a filter of completeness"):
        place.completeness.cells({"kind": ["x"]})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"state": "excepted"}, "did you mean 'exception'"),
        ({"service": "houses"}, "did you mean 'housing'"),
        ({"year": "2025-26"}, "2025-26 is not counted here"),
        ({"year": "2024-26"}, "is not a financial year"),
        ({"body": "Nowhere"}, "is not a body of this place"),
        ({"reason": " "}, "'exception' needs a reason"),
        ({"by": ""}, r"does not say its author \(by\)"),
        ({"on": "soon"}, "'soon' is not a day"),
        ({"amount": "5"}, "'exception' has no amount"),
        ({"state": "estimated"}, "needs an amount in pounds and a method"),
        ({"state": "estimated", "amount": "-5", "method": "m"}, "an estimate of -5 cannot be"),
        ({"state": "estimated", "amount": "5.001", "method": "m"}, "parts of a penny"),
        ({"state": "estimated", "amount": "lots", "method": "m"}, "not an amount of money"),
        ({"state": "estimated", "amount": "NaN", "method": "m"}, "not an amount of money|NaN"),
    ],
)
def test_what_cannot_be_said_of_a_cell_is_refused_with_what_to_do(
    place: Place, wrong: dict[str, str], words: str
) -> None:
    given = {"body": COUNCIL, "year": YEAR, "service": "central", "state": "exception", "reason": "r", "by": "F"}
    with pytest.raises(UsageError, match=words):
        place.completeness.declare(Said(**{**given, "on": "2026-04-30", **wrong}))
    assert not (place.root / "completeness.toml").exists()


def test_the_declaration_is_edited_whole_and_its_comments_stay(place: Place) -> None:
    place.completeness.declare(said("central"))
    file = place.root / "completeness.toml"
    file.write_text("# kept\n" + file.read_text().replace(COUNCIL, "Anytown Borough Council"))
    place.completeness.declare(said("central", reason="said anew"))
    assert file.read_text().startswith("# kept\n")
    assert [(one.body, one.reason) for one in place.completeness.said()] == [(COUNCIL, "said anew")]
    with pytest.raises(UsageError, match="says nothing of"):
        place.completeness.withdraw(COUNCIL, YEAR, "housing")
    file.write_text(file.read_text() + "\n" + file.read_text().partition("\n")[2])
    with pytest.raises(PlaceError, match="is said twice"):
        place.completeness.said()
    file.write_text('[[cell]]\nbodi = "x"\n')
    with pytest.raises(PlaceError, match="unknown key 'bodi'; did you mean 'body'"):
        place.completeness.said()
    file.write_text("[[cell]]\nyear = 2024\n")
    with pytest.raises(PlaceError, match="year is 2024; it must be text in quotation marks"):
        place.completeness.said()
    file.write_text("cell = 3\n")
    with pytest.raises(PlaceError, match="with two brackets"):
        place.completeness.said()


def made(state: str, months: int, payments: int, official: int | None) -> Cell:
    missing = tuple(range(12 - months))
    return Cell(
        "a", YEAR, "housing", True, state, months, missing, (), bool(payments), payments, 0, official, None, None, "", 0
    )


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STATES[:-1]),
            st.integers(0, 12),
            st.integers(-(10**9), 10**9),
            st.none() | st.integers(-(10**9), 10**9),
        ),
        max_size=20,
    )
)
def test_no_rate_is_ever_above_one_or_below_nought(drawn: list[tuple[str, int, int, int | None]]) -> None:
    from totalplace.completeness.cells import BodyYear

    cells = tuple(made(*one) for one in drawn)
    result = Result((YEAR,), (BodyYear("a", YEAR, cells, None),), 0)
    for rate in (result.rate, result.official_rate):
        assert rate is None or 0 <= rate <= 1
    assert result.counted <= max(0, sum(max(one.payments, 0) for one in cells))
    assert result.counted <= result.official


def test_what_was_said_of_a_body_that_is_gone_stays_and_is_named(place: Place) -> None:
    place.completeness.declare(said("central"))
    file = place.root / "completeness.toml"
    file.write_text(file.read_text().replace(COUNCIL, "gone-council"))
    assert not place.completeness.result().complete
    (row,) = place.completeness.declared().records()
    assert row["note"].startswith("'gone-council' is not a body of this place")
    place.completeness.withdraw("gone-council", YEAR, "central")
    assert place.completeness.said() == ()
