"""The stress test: by hand, to the penny, whatever the figures; ranges, bands, and what cannot be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import ScenarioError, UsageError
from totalplace.stress.chances import bands
from totalplace.stress.files import Stress, blank
from totalplace.stress.reading import read_scenario
from totalplace.stress.result import Result
from totalplace.stress.scenario import PRESSURES, Amount, Plan, Pressure, Reserves, Scenario
from totalplace.stress.sums import every_effect, every_line, scaled
from totalplace.terms import Body, money
from totalplace.web.jaws import _above, jaws

BODIES = (Body("council", "Anytown Council"), Body("police", "Anyshire Police"))
HEAD = """
[scenario]
title = "Storm"
base_year = "2010-11"
years = 5
"""
COUNCIL = """
[[body]]
id = "council"
spend = { amount = "100,000,000", source = "s" }
funding = { amount = "£80000000.00", source = "s" }
income = { amount = "20 000 000", source = "s" }
reserves = { amount = "12,000,000", source = "s" }
"""
STORM = """
[pressures]
funding = { change = -30, steps = "equal" }
demand = 2
income = { change = -10, steps = "equal" }
"""


def read(text: str, paid: dict[tuple[str, str], int] | None = None) -> Result:
    known = paid or {}
    return Result(read_scenario("storm", text.encode(), BODIES, lambda body, year: known.get((body, year))), "Anyshire")


def refused(text: str) -> str:
    with pytest.raises(ScenarioError) as error:
        read(text)
    assert "scenarios/storm.toml" in str(error.value)
    return str(error.value)


# --- by hand


def test_a_cut_of_30_demand_of_2_and_income_of_10_on_100_million() -> None:
    last = read(HEAD + STORM + COUNCIL).of("")[-1]
    assert last.spend == int(100_000_000_00 * Fraction(102, 100) ** 5) == 11_040_808_032
    assert (last.funding, last.income) == (5_600_000_000, 1_800_000_000)
    assert last.gap == last.after == 11_040_808_032 - 5_600_000_000 - 1_800_000_000 == 3_640_808_032
    assert (last.used, last.left) == (0, 12_000_000_00)  # nothing says that reserves may be used


def test_given_steps_are_points_of_the_base_year() -> None:
    text = HEAD + '[pressures]\nfunding = { change = [-10, "-5%", 0, 5.5, -20.5], steps = "given" }\n' + COUNCIL
    funding = [line.funding for line in read(text).of("council")]
    assert funding == [n * 80_000_00 for n in (1000, 900, 850, 850, 905, 700)]


def test_a_body_has_its_own_pressure_instead_of_the_common_one() -> None:
    text = HEAD + STORM + COUNCIL + 'pressures.demand = 0\npressures.price = { a_year = 10, source = "x" }\n'
    last = read(text).of("council")[-1]
    assert last.spend == 100_000_000_00 * 161051 // 100000


def test_prices_and_demand_multiply_each_other() -> None:
    found = read(
        HEAD.replace("5", "1", 1).replace("years = 5", "years = 1") + COUNCIL + "pressures = { demand = 2, price = 3 }"
    )
    parts = {e.part: e.before for e in found.effects if e.year != found.scenario.base_year and e.body == "council"}
    assert parts == {
        "none": 0,
        "demand": 2_000_000_00,
        "price": 3_000_000_00,
        "interaction": 60_000_00,
        "combined": 5_060_000_00,
    }


def test_reserves_promised_elsewhere_go_first_and_may_go_below_the_floor() -> None:
    text = HEAD + STORM + COUNCIL + 'pressures.reserves = { use = "gap", floor = "4,000,000", committed = "5,000,000" }'
    found = read(text)
    lines = found.of("council")
    # 12m - 5m - 3m (down to the floor), then 4m of 5m promised, then nothing.
    assert [line.promised for line in lines] == [0, 5_000_000_00, 4_000_000_00, 0, 0, 0]
    assert [line.used for line in lines] == [0, 3_000_000_00, 0, 0, 0, 0]
    assert [line.left for line in lines] == [12_000_000_00, 4_000_000_00, 0, 0, 0, 0]
    assert [line.unmet for line in lines] == [0, 0, 1_000_000_00, *[5_000_000_00] * 3]
    told = " ".join(found.warnings())
    assert "reserves run out in 2011-12" in told
    assert "£1,000,000 of what is promised from reserves in 2012-13 is not there" in told


def test_reserves_are_not_used_beyond_the_gap() -> None:
    text = HEAD + "[pressures]\ndemand = 1\n" + COUNCIL + 'pressures.reserves = { use = "3,000,000" }'
    lines = read(text).of("council")
    assert [line.used for line in lines][:3] == [0, 1_000_000_00, 2_010_000_00]
    assert [line.after for line in lines][:3] == [0, 0, 0]


def test_half_a_penny_rounds_up() -> None:
    assert scaled(1, Fraction(1, 2)) == 1
    assert scaled(1, Fraction(499, 1000)) == 0
    assert scaled(10**14, Fraction(10**9 + 1, 10**9)) == 10**14 + 10**5


# --- whatever the figures

PENCE = st.integers(0, 10**13)
SMALL = st.decimals(0, 100, places=3)


def steps_of(cut: Decimal, years: int) -> tuple[Fraction, ...]:
    return tuple(1 - Fraction(cut) / 100 * n / years for n in range(1, years + 1))


def pressure(factors: tuple[Fraction, ...]) -> Pressure:
    return Pressure(
        dict.fromkeys(("low", "central", "high"), factors), dict.fromkeys(("low", "central", "high"), Decimal(0)), ""
    )


@st.composite
def plans(draw: Any, name: str, years: int, adverse: bool = True) -> Plan:
    growth = st.decimals(0 if adverse else -50, 20, places=3)
    cut = st.decimals(0 if adverse else -100, 100, places=3)
    found: dict[str, Pressure] = {}
    for key in ("funding", "income"):
        if draw(st.booleans()):
            found[key] = pressure(steps_of(draw(cut), years))
    for key in ("demand", "price"):
        if draw(st.booleans()):
            rate = 1 + Fraction(draw(growth)) / 100
            found[key] = pressure(tuple(rate ** (n + 1) for n in range(years)))
    use = draw(st.one_of(st.none(), PENCE))
    reserves = Reserves(use, draw(PENCE), draw(st.one_of(st.just(0), PENCE)))
    baseline = {key: Amount(draw(PENCE), "s") for key in ("spend", "funding", "income", "reserves")}
    return Plan(name, name, baseline, found, reserves)


@st.composite
def scenarios(draw: Any, adverse: bool = True) -> Scenario:
    years = draw(st.integers(1, 5))
    ahead = tuple(f"20{n}-{n + 1}" for n in range(11, 11 + years))
    names = ("a", "b", "c")[: draw(st.integers(1, 3))]
    return Scenario("s", "s", "2010-11", ahead, tuple(draw(plans(name, years, adverse)) for name in names))


@settings(max_examples=60, deadline=None)
@given(scenarios())
def test_all_adverse_pressures_together_are_never_less_than_any_alone(scenario: Scenario) -> None:
    whole = every_line(scenario)
    for name in scenario.pressures:
        for alone, both in zip(every_line(scenario, (name,)), whole, strict=True):
            assert both.gap >= alone.gap
            assert both.after >= alone.after


@settings(max_examples=60, deadline=None)
@given(scenarios(adverse=False))
def test_parts_sum_to_the_whole_and_bodies_to_the_place(scenario: Scenario) -> None:
    lines, effects = every_line(scenario), every_effect(scenario)
    for line in lines:
        parts = [e for e in effects if (e.body, e.year) == (line.body, line.year)]
        assert sum(e.before for e in parts[:-1]) == parts[-1].before == line.gap
        assert sum(e.after for e in parts[:-1]) == parts[-1].after == line.after
        assert line.gap == line.spend - line.funding - line.income
        assert line.after == line.gap - line.used
        assert line.used >= 0
        assert line.left >= 0
    for name in ("spend", "funding", "income", "gap", "used", "left", "promised", "unmet", "after"):
        place = sum(getattr(line, name) for line in lines if line.body == "")
        assert place == sum(getattr(line, name) for line in lines if line.body)


@settings(max_examples=60, deadline=None)
@given(scenarios(adverse=False))
def test_reserves_are_what_was_there_less_what_went(scenario: Scenario) -> None:
    for plan in scenario.plans:
        lines = [line for line in every_line(scenario) if line.body == plan.id]
        for before, line in pairwise(lines):
            assert line.left == before.left - line.promised - line.used
            assert line.used == 0 or line.left >= plan.reserves.floor
            assert line.used <= max(line.gap, 0)


@settings(max_examples=60, deadline=None)
@given(scenarios(adverse=False))
def test_every_scenario_can_be_drawn_and_told(scenario: Scenario) -> None:
    found = Result(scenario, "Anyshire")
    for body in ("", *(plan.id for plan in scenario.plans)):
        assert found.words(body)
        picture = str(jaws(found.of(body)))
        assert picture.count("<svg") == 2
        assert "nan" not in picture
    assert found.warnings() is not None
    assert found.document()["years"]


# --- ranges and bands

RANGE = "demand = { low = 1, central = 2, high = 4 }"
TRIANGLE = 'demand = { low = 1, central = 2, high = 4, distribution = "triangular" }'


def test_the_central_figures_are_those_of_every_other_table() -> None:
    plain = read(HEAD + STORM + COUNCIL)
    for text in (RANGE, TRIANGLE):
        ranged = read(HEAD + STORM.replace("demand = 2", text) + COUNCIL)
        assert ranged.lines == plain.lines
        rows = ranged.ranges_table("council").records()
        gaps = [(row["gap_low"], row["gap_central"], row["gap_high"]) for row in rows]
        assert gaps[0] == ("6200000.00", "7200000.00", "9200000.00")
        assert len(gaps) == 5
    assert plain.ranges_table().rows == []


def test_bands_lie_between_low_and_high_and_come_again_with_the_seed() -> None:
    found = read(HEAD + STORM.replace("demand = 2", TRIANGLE) + COUNCIL)
    again = read(HEAD + STORM.replace("demand = 2", TRIANGLE) + COUNCIL)
    other = read(HEAD + "seed = 1" + STORM.replace("demand = 2", TRIANGLE) + COUNCIL)
    assert found.bands == again.bands != other.bands
    assert (found.document()["seed"], found.document()["draws"]) == (2010, 10_000)
    ranges = {(row[0], row[2]): (row[3], row[5]) for row in found.ranges_table().rows}
    for band in found.bands:
        low, high = ranges[band.body, band.year]
        if not band.after:
            assert low - 100 <= band.pence[0] <= band.pence[-1] <= high + 100
        assert list(band.pence) == sorted(band.pence)


def test_the_middle_of_a_uniform_spread_is_its_middle() -> None:
    text = STORM.replace("demand = 2", 'demand = 0\nprice = { low = 0, high = 4, distribution = "uniform" }')
    found = read(HEAD.replace("years = 5", "years = 1") + text + COUNCIL)
    assert found.of("council")[-1].spend == 102_000_000_00
    (band,) = [b for b in found.bands if b.body == "council" and not b.after]
    gaps = [pence - (100_000_000_00 - 56_000_000_00 - 18_000_000_00) for pence in band.pence]
    for gap, part in zip(gaps, (5, 25, 50, 75, 95), strict=True):
        assert gap == pytest.approx(4_000_000_00 * part / 100, abs=10_000_000)


def test_a_common_pressure_is_drawn_once_for_all_and_an_own_one_by_itself() -> None:
    police = COUNCIL.replace('"council"', '"police"')
    spread = 'price = { low = 0, high = 10, distribution = "uniform" }'
    together = read(HEAD + f"[pressures]\n{spread}\n" + COUNCIL + police)
    apart = read(HEAD + COUNCIL + f"pressures.{spread}\n" + police + f"pressures.{spread}\n")

    def width(found: Result) -> int:
        (band,) = [b for b in found.bands if (b.body, b.year, b.after) == ("", "2015-16", False)]
        return band.pence[-1] - band.pence[0]

    assert width(together) > 1.2 * width(apart)
    one = [b.pence for b in together.bands if b.body == "council"]
    assert one == [b.pence for b in together.bands if b.body == "police"]


def test_drawing_one_figure_alone_is_the_central_sum() -> None:
    text = STORM.replace("demand = 2", 'demand = { low = 2, central = 2, high = 2, distribution = "triangular" }')
    reserves = 'pressures.reserves = { use = "3,000,000", floor = "4,000,000", committed = "100,000" }'
    found = read(HEAD + "draws = 100" + text + COUNCIL + reserves)
    known = {(line.body, line.year): line for line in found.lines}
    assert found.bands
    for band in found.bands:
        line = known[band.body, band.year]
        (pence,) = set(band.pence)
        wanted = line.after if band.after else line.gap
        # Factors have nine decimals here: a twentieth of a penny in a million pounds.
        assert abs(pence - wanted) <= 10


@settings(max_examples=40, deadline=None)
@given(PENCE, st.floats(0, 10))
def test_money_is_multiplied_in_whole_numbers(pence: int, factor: float) -> None:
    import numpy as np

    from totalplace.stress.chances import _times

    parts = round(factor * 10**9)
    assert int(_times(pence * 10, np.array([factor]))[0]) == (pence * 10 * parts + 5 * 10**8) // 10**9


def test_without_a_distribution_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "numpy", None)  # importing it fails
    found = read(HEAD + STORM + COUNCIL)
    assert found.of("")[-1].gap == 3_640_808_032
    assert bands(found.scenario) == []


# --- what cannot be


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[scenaro]\n", "did you mean 'scenario'?"),
        (HEAD + "yeers = 3" + COUNCIL, "unknown key 'yeers'; did you mean 'years'?"),
        (HEAD + COUNCIL + 'spnd = "1"', "did you mean 'spend'?"),
        (HEAD + "[pressures]\nfundign = 2" + COUNCIL, "did you mean 'funding'?"),
        (HEAD + "[pressures]\ndemand = { a_yer = 2 }" + COUNCIL, "did you mean 'a_year'?"),
        (HEAD + COUNCIL + 'pressures.reserves = { flor = "1" }', "did you mean 'floor'?"),
        (HEAD + COUNCIL.replace('"council"', '"counci"'), "did you mean 'council'?"),
        (HEAD + COUNCIL.replace('amount = "100', 'amout = "100'), "did you mean 'amount'?"),
        (HEAD.replace("2010-11", "2010-12") + COUNCIL, "'2010-12' is not a financial year"),
        (HEAD.replace("2010-11", "9997-98") + COUNCIL, "no financial year that can be written"),
        (HEAD.replace('base_year = "2010-11"', "") + COUNCIL, "base_year is not given"),
        (HEAD.replace("years = 5", "years = 0") + COUNCIL, "years is 0; it must be how many years ahead"),
        (HEAD.replace("years = 5", "years = true") + COUNCIL, "years is True"),
        (HEAD.replace("years = 5", "years = 31") + COUNCIL, "from 1 to 30"),
        (HEAD + "draws = 1" + COUNCIL, "draws is 1"),
        (HEAD + "seed = -1" + COUNCIL, "seed is -1"),
        (HEAD, "there is no [[body]]"),
        (HEAD + '[body]\nid = "council"', "two brackets"),
        (HEAD + COUNCIL + COUNCIL, "given twice"),
        (HEAD + COUNCIL + COUNCIL.replace('"council"', '"all"'), "choose one"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"-100,000,000"'), "cannot be below nothing"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"(100)"'), "cannot be below nothing"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"lots"'), "it must be pounds such as"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"1e999999999"'), "it must be pounds such as"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"1.005"'), "it must be pounds such as"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"٣٣"'), "it must be pounds such as"),
        (HEAD + COUNCIL.replace('"100,000,000"', '"9000000000000"'), "up to 1,000,000,000,000"),
        (HEAD + COUNCIL.replace('"100,000,000"', "100000000"), "quotation marks"),
        (HEAD + COUNCIL.replace('"100,000,000"', '""'), "amount is empty"),
        (HEAD + COUNCIL.replace('"100,000,000", source = "s"', '"100,000,000", source = " "'), "has no source"),
        (HEAD + COUNCIL.replace('{ amount = "100,000,000", source = "s" }', '"100,000,000"'), "with its source"),
        (HEAD + COUNCIL.replace('spend = { amount = "100,000,000", source = "s" }', ""), "it has no spend"),
        (HEAD + COUNCIL.replace('{ amount = "100,000,000", source = "s" }', '"payments"'), "no payments are counted"),
        (HEAD + COUNCIL.replace('{ amount = "£80000000.00", source = "s" }', '"payments"'), "only spend can"),
        (HEAD + "[pressures]\nfunding = -30" + COUNCIL, 'steps = "equal"'),
        (HEAD + "[pressures]\nfunding = { change = -30 }" + COUNCIL, "steps is not given"),
        (HEAD + '[pressures]\nfunding = { change = -101, steps = "equal" }' + COUNCIL, "a cut of more than 100%"),
        (HEAD + '[pressures]\nincome = { change = [-50, -51, 0, 0, 0], steps = "given" }' + COUNCIL, "more than 100%"),
        (HEAD + '[pressures]\nincome = { change = [-5], steps = "given" }' + COUNCIL, "1 steps are given for 5 years"),
        (HEAD + '[pressures]\nincome = { change = -5, steps = "given" }' + COUNCIL, "one figure is given"),
        (HEAD + '[pressures]\nincome = { change = [1], steps = "equal" }' + COUNCIL, 'needs steps = "given"'),
        (HEAD + "[pressures]\ndemand = 1000" + COUNCIL, "more than tenfold"),
        (HEAD + "[pressures]\ndemand = 90" + COUNCIL, "25 times what it was"),
        (HEAD + "[pressures]\ndemand = nan" + COUNCIL, "is not a percentage"),
        (HEAD + "[pressures]\ndemand = inf" + COUNCIL, "is not a percentage"),
        (HEAD + "[pressures]\ndemand = 1e999999999" + COUNCIL, "more than tenfold"),
        (HEAD + "[pressures]\ndemand = true" + COUNCIL, "is not a percentage"),
        (HEAD + "[pressures]\ndemand = 0.0000001" + COUNCIL, "six decimals"),
        (HEAD + "[pressures]\ndemand = { low = 3, central = 2, high = 4 }" + COUNCIL, "low is the mild case"),
        (
            HEAD + '[pressures]\nfunding = { low = -40, central = -30, high = -20, steps = "equal" }' + COUNCIL,
            "the largest cut",
        ),
        (HEAD + "[pressures]\ndemand = { low = 3, high = 4 }" + COUNCIL, "central is not given"),
        (HEAD + "[pressures]\ndemand = { a_year = 3, high = 4 }" + COUNCIL, "choose one or the other"),
        (HEAD + '[pressures]\ndemand = { low = 1, high = 4, distribution = "normal" }' + COUNCIL, "is not known"),
        (
            HEAD + '[pressures]\ndemand = { low = 1, central = 2, high = 4, distribution = "uniform" }' + COUNCIL,
            "no central figure of its own",
        ),
        ("a = [" * 5000, "not valid TOML"),
        ("a = " + "9" * 5000, "not valid TOML"),
        ("\ufeff\0", "not valid TOML"),
        ("# " + "x" * 1_000_001, "no scenario is so long"),
    ],
)
def test_what_cannot_be_is_named(text: str, said: str) -> None:
    assert said in refused(text)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='[]{}="\n.-0123456789abcdefgsu,% \0é', max_size=80))
def test_whatever_a_file_says_it_is_read_or_refused(text: str) -> None:
    for whole in (text, HEAD + COUNCIL + text, HEAD + "[pressures]\ndemand = " + text + COUNCIL):
        try:
            read(whole)
        except ScenarioError:
            continue


def test_payments_are_a_last_resort_and_say_so() -> None:
    text = HEAD + COUNCIL.replace('{ amount = "100,000,000", source = "s" }', '"payments"')
    found = read(text, {("council", "2010-11"): 123_45})
    assert found.of("council")[0].spend == 123_45
    assert "Payments are not a budget" in found.warnings()[0]
    assert "payments are not a budget" in str(list(found.assumptions_table().records()))
    with pytest.raises(ScenarioError, match="cannot be below nothing"):
        read(text, {("council", "2010-11"): -1})


def test_money_to_spare_of_one_body_is_told_and_not_lost() -> None:
    rich = COUNCIL.replace('"council"', '"police"').replace("£80000000.00", "90000000")
    found = read(HEAD + STORM + COUNCIL + rich + "pressures.funding = { change = 0, steps = 'equal' }")
    spare = [line for line in found.of("police")[1:] if line.gap < 0]
    assert spare
    (told,) = [words for words in found.warnings() if "to spare" in words]
    assert told.startswith(f"Anyshire Police has {money(-spare[-1].gap)} to spare in {spare[-1].year}")
    assert found.warnings("council") == []
    assert found.body("Anyshire Police") == "police"
    with pytest.raises(UsageError, match="did you mean 'police'"):
        found.body("polce")


# --- files


def test_a_new_scenario_says_what_is_to_be_filled_in(tmp_path: Path) -> None:
    stress = Stress(tmp_path, "Anyshire", BODIES, lambda *_: None)
    path = stress.new("perfect-storm", "2024-25")
    assert path == tmp_path / "scenarios" / "perfect-storm.toml"
    assert [row[-1] != "" for row in stress.listed().rows] == [True]
    with pytest.raises(ScenarioError, match=r"\(council\): spend: amount is empty"):
        stress.run("perfect-storm")
    filled = path.read_text("utf-8").replace('amount = "", source = ""', 'amount = "5", source = "s"')
    path.write_text(filled, encoding="utf-8")
    assert stress.run("perfect-storm").of("")[0].spend == 10_00
    with pytest.raises(UsageError, match="is there already"):
        stress.new("perfect-storm", "2024-25")
    with pytest.raises(UsageError, match="such as 'perfect-storm'"):
        stress.new("Perfect Storm", "2024-25")
    for name in ("../x", "", "a/b", "x\0"):
        with pytest.raises(UsageError):
            stress.new(name, "2024-25")
        with pytest.raises(UsageError):
            stress.run(name)
    (stress.folder / "Bad Name.toml").write_text("", encoding="utf-8")
    assert "rename it" in stress.listed().rows[-1][-1]


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_new_scenario_is_toml_whatever_a_body_is_called(name: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        return
    text = blank("x", "2024-25", {"council": name}).replace('amount = "", source = ""', 'amount = "5", source = "s"')
    assert read(text).of("council")[0].spend == 500


# --- the picture


def test_the_gap_is_cut_where_the_lines_cross() -> None:
    (piece,) = _above([0.0, 2.0, 2.0], [1.0, 1.0, 2.0])
    assert piece == ([(0.5, 1.0), (1.0, 2.0), (2.0, 2.0)], [(0.5, 1.0), (1.0, 1.0), (2.0, 2.0)])
    assert list(_above([1.0, 1.0], [1.0, 2.0])) == []
    assert len(list(_above([2.0, 0.0, 2.0], [1.0, 1.0, 1.0]))) == 2


def test_the_picture_is_to_scale_from_zero() -> None:
    picture = str(jaws(read(HEAD + STORM + COUNCIL).of(""))).split("</svg>")[0]
    (funding,) = [p.split('points="')[1].split('"')[0] for p in picture.split("<polygon")[1:] if "funding" in p]
    points = [tuple(map(float, point.split(","))) for point in funding.split()]
    tall = [points[-1 - n][1] - points[n][1] for n in range(6)]
    assert tall[5] / tall[0] == pytest.approx(0.7, abs=0.001)
    assert "£36.4m" in picture


def test_pressures_have_words() -> None:
    found = read(HEAD + STORM + COUNCIL).assumptions_table()
    told = {row[2]: row[3] for row in found.rows}
    assert told["Change in funding"] == "−30% by the last year, in equal steps"
    assert told["Demand"] == "+2% a year"
    assert set(PRESSURES) == {"funding", "demand", "income", "price", "reserves"}
