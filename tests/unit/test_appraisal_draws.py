"""The draws of a case: each number's own, in the shape that was asked for, and tied as was said."""

from __future__ import annotations

from math import log, pi, sin, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.cases import case, read
from tests.unit.test_appraisal_invariants import plain
from totalplace.appraisal import chance
from totalplace.appraisal.case import Case, Quantity
from totalplace.appraisal.chance import chances, drawn, shape_of
from totalplace.appraisal.result import appraise
from totalplace.errors import CaseError, UsageError

DRAWS = 200_000
ENDS = [(0.2, 0.5, 0.9), (0.0, 0.1, 1.0), (10, 10, 30), (10, 30, 30), (-0.4, -0.1, 0.2)]
Z = stats.norm.ppf(0.975)


def quantity(shape: str, low: float, value: float, high: float, least: float = -1e9, most: float = 1e9) -> Quantity:
    return Quantity("benefit.a.impact", "impact", value, low, high, least, most, shape, "given")


def sample(of: Quantity, draws: int = DRAWS) -> Any:
    return shape_of(of).draw(np.random.Generator(np.random.SFC64(7)), draws)


def exact(shape: str, low: float, value: float, high: float) -> Any:
    """The distribution that the method page names, as another library has it."""
    width = high - low
    if shape == "uniform":
        return stats.uniform(low, width)
    if shape == "triangular":
        return stats.triang((value - low) / width, low, width)
    return stats.beta(1 + 4 * (value - low) / width, 1 + 4 * (high - value) / width, low, width)


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("shape", ["pert", "triangular", "uniform"])
def test_draws_between_two_ends_are_those_of_their_shape(shape: str, ends: tuple[float, float, float]) -> None:
    low, value, high = ends
    wanted, came = exact(shape, low, value, high), sample(quantity(shape, low, value, high))
    width = high - low
    assert low - 1e-9 <= came.min()
    assert came.max() <= high + 1e-9
    assert came.mean() == pytest.approx(wanted.mean(), abs=4 * wanted.std() / sqrt(DRAWS) + 1e-4 * width)
    assert came.std() == pytest.approx(wanted.std(), rel=0.01)
    for percent in (1, 5, 25, 50, 75, 95, 99):
        at = np.percentile(came, percent)
        assert wanted.cdf(at) == pytest.approx(percent / 100, abs=0.006), percent
    means = {"pert": (low + 4 * value + high) / 6, "triangular": (low + value + high) / 3, "uniform": (low + high) / 2}
    assert wanted.mean() == pytest.approx(means[shape])


@given(st.sampled_from(["pert", "triangular", "uniform"]), st.floats(0, 1), st.floats(-1e6, 1e6), st.floats(0.01, 1e6))
@settings(max_examples=60, deadline=None)
def test_even_odds_are_the_quantiles_of_any_ends(shape: str, mode: float, low: float, width: float) -> None:
    made = shape_of(quantity(shape, low, low + mode * width, low + width))
    odds = np.linspace(0.01, 0.99, 99)
    wanted = exact(shape, low, low + mode * width, low + width).ppf(odds)
    # Lines of 2,048 cells, and a mode that is told to nine places.
    assert made._of(odds.copy()) == pytest.approx(wanted, abs=5e-5 * width)


def test_normal_ends_are_its_percentiles_each_side_its_own() -> None:
    came = sample(quantity("normal", 8, 10, 13))
    assert np.percentile(came, [2.5, 50, 97.5]) == pytest.approx([8, 10, 13], abs=0.03)
    below, above = came[came < 10], came[came > 10]
    assert sqrt(np.mean((below - 10) ** 2)) == pytest.approx(2 / Z, rel=0.01)
    assert sqrt(np.mean((above - 10) ** 2)) == pytest.approx(3 / Z, rel=0.01)
    held = sample(quantity("normal", 0.1, 0.5, 1.0, least=0, most=1))
    assert (held.min(), held.max()) == (0, 1)


def test_lognormal_ends_are_its_percentiles_and_its_median_their_middle() -> None:
    came = sample(quantity("lognormal", 2, 5, 18))
    assert np.percentile(came, [2.5, 50, 97.5]) == pytest.approx([2, 6, 18], rel=0.02)
    spread = log(18 / 2) / (2 * Z)
    assert came.mean() == pytest.approx(6 * np.exp(spread**2 / 2), rel=0.01)
    assert stats.kstest(np.log(came), "norm", (log(6), spread)).pvalue > 1e-4


def unsure(**more: Any) -> Case:
    """A case with a few unsure numbers."""
    numbers = {
        "impact": {"value": 0.4, "low": 0.1, "high": 0.5},
        "need": {"value": 0.5, "low": 0.3, "high": 0.6, "shape": "triangular"},
        "incidents": {"value": 2, "low": 1, "high": 4, "shape": "lognormal"},
        "worth": {"value": 1, "low": 0.8, "high": 1.2, "shape": "normal"},
    }
    ties = more.pop("correlation", [])
    return read(plain(**(numbers | more)) | ({"correlation": ties} if ties else {}))


def streams(model: Case, draws: int = 20_000, seed: int = 3) -> dict[str, Any]:
    """All draws of each unsure number."""
    parts: dict[str, list[Any]] = {}
    for _, values in drawn(model, draws, seed):
        for key, array in values.items():
            if isinstance(array, np.ndarray):
                parts.setdefault(key, []).append(array)
    return {key: np.concatenate(arrays) for key, arrays in parts.items()}


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_one_seed_gives_one_result(seed: int, of: int) -> None:
    model = read(case(of))
    assert repr(chances(model, 300, seed)) == repr(chances(model, 300, seed))


def test_another_seed_gives_other_draws() -> None:
    assert chances(unsure(), 1000, 1) != chances(unsure(), 1000, 2)


def test_a_number_more_or_less_changes_no_other() -> None:
    all_, fewer, more = unsure(), unsure(need=0.5, worth=1), unsure(drop_off={"value": 0.2, "low": 0, "high": 0.3})
    whole = streams(all_)
    for other in (streams(fewer), streams(more)):
        for key in whole.keys() & other.keys():
            assert (whole[key] == other[key]).all(), key
    assert len(whole) == len(streams(fewer)) + 2 == len(streams(more)) - 1


TIES = [
    {"between": ["benefit.stays.impact", "benefit.stays.need"], "r": 0.8},
    {"between": ["benefit.stays.need", "benefit.stays.worth"], "r": -0.5},
]


def test_a_tie_leaves_those_that_are_not_tied_alone() -> None:
    alone, tied = streams(unsure()), streams(unsure(correlation=TIES))
    assert (alone["benefit.stays.incidents"] == tied["benefit.stays.incidents"]).all()


@pytest.mark.parametrize("ties", [[], TIES])
@pytest.mark.parametrize("size", [1, 997, 8192, 10**6])
def test_how_many_are_drawn_at_a_time_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, size: int, ties: list[Any]
) -> None:
    draws = 300 if size == 1 else 20_000
    whole = streams(unsure(correlation=ties), draws)
    monkeypatch.setattr(chance, "CHUNK", size)
    for key, array in streams(unsure(correlation=ties), draws).items():
        assert array == pytest.approx(whole[key], rel=1e-12), key


def test_ties_come_out_as_said_and_leave_each_shape_as_it_is() -> None:
    tied = streams(unsure(correlation=TIES), DRAWS)
    for tie in TIES:
        first, second = (tied[key] for key in tie["between"])
        # The rank correlation of two normal scores tied by r (Pearson 1907).
        wanted = 6 / pi * np.arcsin(tie["r"] / 2)
        assert stats.spearmanr(first, second).statistic == pytest.approx(wanted, abs=0.01)
        assert 2 * sin(pi * stats.spearmanr(first, second).statistic / 6) == pytest.approx(tie["r"], abs=0.01)
    wanted_shape = exact("pert", 0.1, 0.4, 0.5)
    assert tied["benefit.stays.impact"].mean() == pytest.approx(wanted_shape.mean(), abs=0.001)
    for percent in (5, 50, 95):
        at = np.percentile(tied["benefit.stays.impact"], percent)
        assert wanted_shape.cdf(at) == pytest.approx(percent / 100, abs=0.006)


def test_wholly_tied_numbers_move_as_one() -> None:
    tie = [{"between": ["benefit.stays.impact", "benefit.stays.need"], "r": 1}]
    tied = streams(unsure(correlation=tie))
    order = np.argsort(tied["benefit.stays.impact"])
    assert (np.diff(tied["benefit.stays.need"][order]) >= -1e-9).all()


def test_ties_that_cannot_all_hold_are_refused() -> None:
    names = [f"benefit.stays.{key}" for key in ("impact", "need", "worth")]
    ties = [
        {"between": [names[0], names[1]], "r": 0.9},
        {"between": [names[1], names[2]], "r": 0.9},
        {"between": [names[0], names[2]], "r": -0.9},
    ]
    with pytest.raises(CaseError, match=r"cannot be tied as said.*Make the ties weaker"):
        chances(unsure(correlation=ties), 100)


def test_each_draw_is_the_case_with_its_numbers() -> None:
    model = read(case(11))
    option = model.proposals[0].id
    told = next(each for each in chances(model, 100, 5) if each.option == option)
    values: list[dict[str, float]] = [{} for _ in range(100)]
    for key, array in streams(model, 100, 5).items():
        for n, value in enumerate(array):
            values[n][key] = float(value)
    assert values[0]
    found = [appraise(model, each).option(option) for each in values]
    for name in ("net_present_budget_impact", "net_present_public_value", "fiscal_cost", "fiscal_benefit"):
        came = [float(getattr(each.measures, name)) for each in found]
        assert told.measures[name].mean == pytest.approx(np.mean(came), rel=1e-9)
        assert told.measures[name].percentiles[90] == pytest.approx(np.percentile(came, 90), rel=1e-9)
    saves = np.mean([each.measures.net_present_budget_impact < 0 for each in found])
    assert told.saves == pytest.approx(float(saves))
    assert told.pays_back == pytest.approx(np.mean([each.payback_year != "" for each in found]))
    by = [np.mean([each.payback_year != "" and each.payback_year <= year for each in found]) for year in model.years]
    assert told.pays_back_by == pytest.approx(by)


@pytest.mark.parametrize("draws", [0, 99, 1_000_001])
def test_so_few_or_many_draws_are_refused(draws: int) -> None:
    with pytest.raises(UsageError, match="ask for 100 to 1,000,000"):
        chances(unsure(), draws)
