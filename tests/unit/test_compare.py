"""Spend a head and unit costs beside others: the limits by hand, what is flagged and what never is, hostile tables."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import mean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import totalplace as tp
from tests.published import workbook
from totalplace.compare.declared import Range, percent, range_of
from totalplace.compare.funnel import Point, quartiles, ranks, standings, student
from totalplace.compare.rates import PEOPLE, Rate, Subject
from totalplace.compare.result import Result, compared
from totalplace.errors import DataError, PlaceError, UsageError
from totalplace.place import Place

SUBJECT = Subject("council", "outturn", "net", "housing", PEOPLE)
COUNCILS = (
    "Bolton",
    "Bury",
    "Manchester",
    "Oldham",
    "Rochdale",
    "Salford",
    "Stockport",
    "Tameside",
    "Trafford",
    "Wigan",
)


def rate(name: str, amount: int, people: int, **more: object) -> Rate:
    return Rate(name, name, False, "2024-25", amount, Fraction(people), "a table", **more)  # type: ignore[arg-type]


def result(rates: list[Rate], at_least: int = 10, **more: object) -> Result:
    return compared(SUBJECT, rates, across="bodies", label="2024-25", at_least=at_least, **more)  # type: ignore[arg-type]


def points(ratios: list[float], people: int = 100_000) -> list[Point]:
    return [Point(Fraction(round(ratio * people)), Fraction(people)) for ratio in ratios]


# --- the limits


@pytest.mark.parametrize(
    ("level", "freedom", "published"),
    # Tables of Student's t, as printed in statistics textbooks.
    [
        (0.95, 1, 12.706), (0.95, 2, 4.303), (0.95, 9, 2.262), (0.95, 10, 2.228), (0.95, 120, 1.980),
        (0.998, 1, 318.31), (0.998, 2, 22.327), (0.998, 9, 4.297), (0.998, 10, 4.144), (0.998, 30, 3.385),
    ],
)  # fmt: skip
def test_students_t_is_that_of_the_tables(level: float, freedom: int, published: float) -> None:
    assert student(level, freedom) == pytest.approx(published, rel=2e-4)


def test_with_many_others_the_limits_are_those_of_the_normal() -> None:
    assert student(0.998, 10_000) == pytest.approx(3.0902, abs=1e-4), "Spiegelhalter's 99.8% limits"
    assert student(0.95, 10_000) == pytest.approx(1.96, abs=1e-3)


def test_the_limits_of_four_equal_denominators_come_out_as_by_hand() -> None:
    """Others at 8, 10, 12 pence: centre 10, variance 4; for the fourth 4 x (1 + 1/3), and t of 2 degrees of freedom."""
    (*_, last) = standings(points([8, 10, 12, 30]))
    half = Decimal("22.327125") * (Decimal(16) / 3).sqrt()
    assert last.others == 10
    assert last.limits is not None
    assert [float(limit) for limit in last.limits] == pytest.approx([float(10 - half), float(10 + half)])


def test_a_planted_outlier_of_three_standard_deviations_is_flagged_and_a_small_one_of_the_same_ratio_is_not() -> None:
    chance = random.Random(20260401)
    usual = [round(chance.gauss(50_000, 4_000)) for _ in range(24)]
    people = [chance.randrange(150_000, 600_000) for _ in usual]
    planted = next(
        ratio for ratio in range(50_000, 90_000, 50) if ratio - mean([*usual, ratio]) >= 3 * stdev([*usual, ratio])
    )
    rates = [rate(f"Council {n}", ratio * p, p) for n, (ratio, p) in enumerate(zip(usual, people, strict=True))]
    large = result([*rates, rate("Planted", planted * 300_000, 300_000)])
    assert [large.rates[n].name for n in large.flagged] == ["Planted"]
    small = result([*rates, rate("Planted", planted * 900, 900)])
    assert small.flagged == []
    both = result([*rates, rate("Planted", planted * 300_000, 300_000), rate("Small", planted * 900, 900)])
    assert "Small" not in [both.rates[n].name for n in both.flagged]


def test_limits_widen_as_the_denominator_falls() -> None:
    rates = [rate(f"C{n}", (400 + n % 5) * 200_000, 200_000) for n in range(12)]
    widths = []
    for people in (5_000_000, 200_000, 20_000, 2_000, 200):
        found = result([*rates, rate("Here", 402 * people, people)])
        limits = next(s.limits for r, s in zip(found.rates, found.standings, strict=True) if r.name == "Here")
        assert limits
        widths.append(limits[1] - limits[0])
    assert widths == sorted(widths)
    assert widths[-1] > 10 * widths[1]
    assert widths[0] > widths[1] * Decimal("0.9"), "no size makes what differs between bodies go away"


@pytest.mark.parametrize("kind", ["by size", "the same", "both"])
def test_chance_alone_is_seldom_flagged_however_bodies_differ(kind: str) -> None:
    """Bodies of very unequal sizes whose ratios differ by chance: about two of a thousand may lie outside, not more."""
    chance, flags, seen = random.Random(7), 0, 0
    for _ in range(250):
        found = []
        for _ in range(12):
            people = round(10 ** chance.uniform(3.3, 6))
            spread = {"by size": 0.0, "the same": 3_000.0, "both": 2_000.0}[kind]
            noise = 0.0 if kind == "the same" else 900_000 / people**0.5
            found.append(
                Point(Fraction(round(chance.gauss(50_000, (spread**2 + noise**2) ** 0.5) * people)), Fraction(people))
            )
        flags += sum(s.outside for s in standings(found))
        seen += len(found)
    assert flags / seen <= 0.004


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**12), st.integers(1, 10**8)), min_size=1, max_size=30),
    st.integers(1, 1000),
)
def test_the_unit_of_money_and_of_people_changes_no_flag(pairs: list[tuple[int, int]], times: int) -> None:
    first = standings([Point(Fraction(m), Fraction(d)) for m, d in pairs])
    again = standings([Point(Fraction(m * times), Fraction(d * times)) for m, d in pairs])
    assert [s.others for s in first] == [s.others for s in again]
    assert [s.outside for s in first] == [s.outside for s in again] or any(
        s.limits and abs(s.limits[1] - s.limits[0]) < Decimal("0.001") for s in first
    )


@settings(deadline=None)
@given(st.lists(st.fractions(), min_size=1, max_size=40))
def test_quartiles_and_ranks_hold_together(ratios: list[Fraction]) -> None:
    found = quartiles(ratios)
    assert found
    assert min(ratios) <= found[0] <= found[1] <= found[2] <= max(ratios)
    places = ranks(ratios)
    assert places[ratios.index(max(ratios))] == 1
    assert all(
        (a < b) == (x > y) for a, x in zip(ratios, places, strict=True) for b, y in zip(ratios, places, strict=True)
    )


def test_quartiles_are_those_of_a_spreadsheet() -> None:
    assert quartiles([Fraction(n) for n in (1, 2, 3, 4)]) == (Fraction(7, 4), Fraction(5, 2), Fraction(13, 4))


def test_all_alike_and_one_apart() -> None:
    alike = [rate(f"C{n}", 500 * 1_000, 1_000) for n in range(11)]
    assert result(alike).flagged == []
    apart = result([*alike, rate("Apart", 900 * 1_000, 1_000)])
    assert [apart.rates[n].name for n in apart.flagged] == ["Apart"]


# --- what is said


def test_with_too_few_others_nothing_is_flagged_and_it_says_why() -> None:
    rates = [rate(f"C{n}", (500 + n % 2) * 100_000, 100_000) for n in range(10)]
    far = rate("Far", 5_000 * 100_000, 100_000)
    few = result([*rates[:9], far])
    assert few.flagged == []
    assert few.why_not.startswith("nothing is flagged: a flag needs at least 10 others, and here there are 9")
    assert few.table().note == few.why_not[:1].upper() + few.why_not[1:]
    assert [few.rates[n].name for n in result([*rates, far]).flagged] == ["Far"]
    assert result([far]).why_not == "nothing is flagged: there is nothing else to compare with"
    assert result([*rates[:9], far], at_least=9).flagged == [0]


def test_every_flag_is_a_question() -> None:
    rates = [rate(f"C{n}", (500 + n % 2) * 100_000, 100_000) for n in range(10)]
    found = result([*rates, rate("Far", 500_000_000, 100_000)])
    (question,) = found.questions
    assert question.startswith("Why does Far spend £50.00 a head on Housing in 2024-25")
    assert question.endswith("?")
    words = " ".join((question, *map(str, found.table().rows), found.note)).lower()
    assert not any(bad in words for bad in ("inefficient", "overspend", "waste", "should", "too much", "saving"))


def test_ratios_are_exact_and_shown_to_the_penny() -> None:
    found = result([rate("Third", 100, 3), rate("Half", 100, 2)])
    assert [r.ratio for r in found.rates] == [Fraction(50), Fraction(100, 3)]
    rows = list(found.table().records())
    assert [row["ratio"] for row in rows] == ["0.50", "0.33"]


def test_neighbours_are_ranked_and_those_not_there_are_named() -> None:
    rates = [rate(name, (n + 1) * 100_000, 1_000) for n, name in enumerate("abcde")]
    near = [("e", "E Council"), ("c", "C Council"), ("x", "X Council")]
    found = result(rates, body="d", neighbours=near, source="a model of likeness")
    assert found.near is not None
    assert (found.near.rank, found.near.count, found.near.median) == (2, 3, Fraction(400))
    assert found.near.absent == ("X Council",)
    assert {row["name"]: row["neighbour"] for row in found.table().records()}["e"] == 1


# --- what a place has


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Ten councils with an outturn, of which one has no population."""
    made = tp.new(tmp_path / "place", bodies=COUNCILS)
    rows = [f"{name},Housing,{900 + 10 * n}" for n, name in enumerate(COUNCILS)]
    (made.root / "outturn.csv").write_text("Council,Service,Net expenditure\n" + "\n".join(rows) + "\n")
    made.official.add("outturn", [made.root / "outturn.csv"], {"year": "2024-25", "unit": 1000})
    people = [f"{name},{10_000 * (n + 1)}" for n, name in enumerate(COUNCILS) if name != "Wigan"]
    (made.root / "people.csv").write_text("Council,2024-25\n" + "\n".join(people) + "\n")
    made.official.add("population", [made.root / "people.csv"], {})
    return made


def test_official_figures_are_put_over_people(place: Place) -> None:
    found = place.compare.result({"service": "Housing services"})
    assert len(found.rates) == 9
    assert found.rates[0].ratio == Fraction(90_000_000, 10_000)
    assert found.subject == SUBJECT


def test_a_missing_population_is_named_and_never_guessed(place: Place) -> None:
    (lack,) = place.compare.result({"service": "housing"}).lacking
    assert (lack.name.split()[0], lack.year, lack.amount) == ("Wigan", "2024-25", 990_000_00)
    assert "no population of that year" in lack.why
    assert "add-official population" in lack.why
    (place.root / "people.csv").write_text("Council,2023-24\nBolton,10000\n")
    place.official.add("population", [place.root / "people.csv"], {})
    with pytest.raises(UsageError, match=r"nothing can be compared: .*no population of that year"):
        place.compare.result({"service": "housing"})


def test_what_is_estimated_or_revised_is_said(place: Place) -> None:
    place.official.add(
        "outturn", [place.root / "outturn.csv"], {"grade": "estimated", "method": "last year's, uplifted"}
    )
    path = place.root / "people.csv"
    path.write_text(path.read_text() + "\n")
    doubts = " ".join(place.compare.result({"service": "housing"}).doubts)
    assert "outturn-outturn is estimated: last year's, uplifted" in doubts
    assert "population-people is revised: the file has changed" in doubts


TABLE = "body,year,service,amount,denominator,unit\n"


def put(place: Place, text: str, name: str = "compare.csv") -> Path:
    path = place.root / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_comparison_table_joins_official_figures_where_it_says_their_basis(place: Place) -> None:
    put(
        place,
        "Body,Year,Service,Amount,Denominator,Basis,Measure\n"
        'Leeds City Council,2024-25,Housing,"£2,000,000.00","100,000",outturn,net\n'
        "Salford,2024-25,Housing,1,1,outturn,net\n",
    )
    found = place.compare.result({"service": "housing"})
    assert len(found.rates) == 10
    leeds = next(r for r in found.rates if not r.own)
    assert (leeds.name, leeds.ratio, leeds.source) == ("Leeds City Council", 2000, "compare.csv row 2")
    (doubt,) = found.doubts
    assert doubt.startswith("Salford is told twice: outturn-outturn, over people in population-people is")


def test_unit_costs_come_from_a_table_of_any_service_and_unit(place: Place) -> None:
    path = put(
        place, TABLE + "Salford,2024/25,Bin rounds,250.50,1.5,Tonnes\nLeeds,2024-25,bin rounds,,,\n", "tonnes.csv"
    )
    with pytest.raises(DataError, match="row 3: '' is not an amount of pounds"):
        place.compare.result(table=path)
    put(
        place,
        TABLE + "Salford,2024/25,Bin rounds,250.50,1.5,Tonnes\nLeeds,2024-25,Bin rounds,9,-,tonnes\n",
        "tonnes.csv",
    )
    found = place.compare.result({"unit": "tonnes"}, table=path)
    assert found.title == "Bin rounds, amount, per unit (tonnes): figures of the comparison table, council, 2024-25"
    assert found.rates[0].ratio == 16_700
    assert [(lack.name, lack.why) for lack in found.lacking] == [("Leeds", "tonnes.csv row 3 has no denominator")]


def test_a_workbook_reads_as_the_csv_does(place: Place) -> None:
    rows = [["body", "year", "service", "amount", "denominator"], ["Salford", "2024-25", "Parks", 1234.5, 10]]
    path = workbook(place.root / "compare.xlsx", {"Sheet": rows})
    assert place.compare.result({"service": "Parks"}).rates[0].ratio == 12_345
    workbook(path, {"One": rows, "Two": rows})
    with pytest.raises(DataError, match="2 sheets that hold something"):
        place.compare.result({"service": "Parks"})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Salford,2024-26,Parks,1,1,", "row 2: '2024-26' is not a financial year"),
        ("Salford,2024-25,Parks,1e9,1,", "'1e9' is not an amount"),
        ("Salford,2024-25,Parks,1,0,", "a denominator of 0 cannot be"),
        ("Salford,2024-25,Parks,1,-4,", "a denominator of -4 cannot be"),
        ("Salford,2024-25,Parks,1,NaN,", "a denominator of NaN cannot be"),
        ("Salford,2024-25,Parks,1,many,", "the denominator 'many' is not a number"),
        (",2024-25,Parks,1,1,", "does not say whose"),
        ("Salford,2024-25,,1,1,", "does not say what the money is for"),
        ("Nowhere Unheard Of,2024-25,Parks,1,1,", "say what it is in a column 'kind'"),
        ("Salford,2024-25,Parks,1,1,\nSalford City Council,2024/25,Parks,2,1,", "row 3: the same as compare.csv row 2"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_what_to_do(place: Place, row: str, words: str) -> None:
    put(place, TABLE + row + "\n")
    with pytest.raises(DataError, match=r"compare\.csv") as caught:
        place.compare.gathered()
    assert words in str(caught.value)


def test_a_table_that_is_none_is_refused(place: Place, tmp_path: Path) -> None:
    for text, words in (
        ("", "is empty"),
        ("body,year\n", "has no column service, amount, denominator"),
        (TABLE.replace("unit", "units"), "column 'units' is not known; did you mean 'unit'"),
        (TABLE.replace("unit", "year"), "two columns are called 'year'"),
        (TABLE + '"open,', "cannot be read as CSV"),
    ):
        put(place, text)
        with pytest.raises(DataError, match=r"compare\.csv") as caught:
            place.compare.gathered()
        assert words in str(caught.value)
    (place.root / "compare.csv").write_bytes(b"\xff\xfe\x00b")
    with pytest.raises(DataError, match="not text in UTF-8"):
        place.compare.gathered()
    with pytest.raises(DataError, match="cannot be read"):
        place.compare.gathered(tmp_path / "not-there.csv")


def test_what_is_not_there_is_said_with_what_is_near(place: Place) -> None:
    for choice, words in (
        ({"service": "housin"}, "did you mean 'housing'"),
        ({"measure": "nett"}, "'nett' is not a measure; did you mean 'net'"),
        ({"servise": "housing"}, "did you mean 'service'"),
        ({"year": "1999-00"}, "there is no comparison of year 1999-00"),
    ):
        with pytest.raises(UsageError) as caught:
            place.compare.result(choice)
        assert words in str(caught.value)
    with pytest.raises(UsageError, match="neither bodies nor years"):
        place.compare.result(across="body")


def test_across_years_money_is_in_the_prices_of_one_year(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "years", bodies=["Salford"])
    put(
        made,
        "vintage,year,index,status,verified\nown,2022-23,100,outturn,yes\nown,2023-24,110,outturn,yes\n",
        "deflators.csv",
    )
    put(made, TABLE + "Salford,2022-23,Parks,100,1,\nSalford,2023-24,Parks,110,1,\nSalford,2024-25,Parks,500,1,\n")
    found = made.compare.result({"service": "parks"}, across="years", body="Salford")
    assert [(r.year, r.ratio) for r in found.rates] == [("2022-23", 11_000), ("2023-24", 11_000)]
    assert found.base == "2023-24"
    assert found.doubts == ("2024-25 is left out: own has no index of it",)
    assert "other years" in found.why_not


# --- compare.toml


def test_compare_toml_says_how_many_who_is_near_and_what_is_assumed(place: Place) -> None:
    put(
        place,
        'at_least = 5\n[[neighbours]]\nof = "Salford"\nnames = ["Rochdale", "Nowhere"]\nsource = "made up"\n'
        '[negotiation]\nlow = "1"\nhigh = "2.5"\n',
        "compare.toml",
    )
    assert place.compare.settings().negotiation == Range(10_000, 25_000)
    found = place.compare.result({"service": "housing"}, body="Salford")
    assert found.why_not == ""
    assert found.near is not None
    assert (found.near.rank, found.near.count, found.near.absent, found.near.source) == (2, 2, ("Nowhere",), "made up")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at_most = 5", "unknown key 'at_most'"),
        ("at_least = 2", "at_least is 2"),
        ("at_least = true", "at_least is True"),
        ('[[neighbours]]\nof = "Salford"\nnames = []', "names must be a list"),
        ('[[neighbours]]\nnames = ["Leeds"]', "of must be text"),
        ('[neighbours]\nof = "Salford"', "two brackets"),
        (
            '[[neighbours]]\nof="Salford"\nnames=["Leeds"]\n[[neighbours]]\nof="Salford City Council"\nnames=["Leeds"]',
            "given already",
        ),
        ('[negotiation]\nlow = "5"\nhigh = "1"', "the lower one comes first"),
        ('[negotiation]\nlow = "5"', "high must be text"),
        ('[negotiation]\nlow = "-5"\nhigh = "1"', "from 0 to 100"),
        ('[negotiation]\nlow = "1.00001"\nhigh = "2"', "four decimals"),
        ('[negotiation]\nlow = "one"\nhigh = "2"', "must be per cent"),
    ],
)
def test_settings_that_cannot_be_are_named(place: Place, text: str, words: str) -> None:
    put(place, text, "compare.toml")
    with pytest.raises(PlaceError, match=r"compare\.toml") as caught:
        place.compare.settings()
    assert words in str(caught.value)


@settings(deadline=None)
@given(st.integers(0, 1_000_000))
def test_a_share_reads_back_as_it_is_shown(share: int) -> None:
    assert range_of(percent(share), "100").low == share
