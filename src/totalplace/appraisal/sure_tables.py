"""The tables of how sure an appraisal is: draws, what moves a result, where it turns, scenarios.

Money cells are pence at present value; ratios are pounds for each £1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any

from totalplace.appraisal.case import Case
from totalplace.appraisal.chance import MEASURED, PERCENTILES, Chance
from totalplace.appraisal.result import appraise
from totalplace.appraisal.sensitivity import Bar, Switch, Told
from totalplace.appraisal.tables import MEASURES, chance_words, pence, scope
from totalplace.table import Column, Table

Row = tuple[Any, ...]

LABELS = {name: next(label for each, label, *_ in MEASURES if each == name) for name in MEASURED}
"""The words of the measures that are drawn."""
RATIOS = tuple(name for name, _, kind, _ in MEASURES if kind == "ratio")

MEAN_APART = (
    "The plan has each number at its value. The mean of the draws lies apart from it where ranges reach further to one "
    "side of the value than to the other; that of a ratio also because its parts are drawn together."
)


def sure(chance: Chance) -> list[str]:
    """How sure an option is, in a sentence."""
    words = (
        f"Of {chance.draws:,} draws (seed {chance.seed}), budgets are better off in {chance_words(chance.saves)}, "
        f"have their money back within these years in {chance_words(chance.pays_back)}, and the public is better off "
        f"in {chance_words(chance.gains)}."
    )
    return [words]


def spread(case: Case, found: Chance) -> Table:
    """Percentiles of each measure over the draws beside the plan: whole pounds, ratios to two places."""
    columns = [Column("measure", "Measure"), Column("unit", "Unit")]
    columns += [Column("plan", "Plan", "figure"), Column("mean", "Mean of draws", "figure")]
    columns += [Column(f"p{p}", f"{p}%", "figure") for p in PERCENTILES]
    plan = appraise(case).option(found.option).measures
    rows: list[Row] = []
    for name, label in LABELS.items():
        came, places = found.measures[name], 2 if name in RATIOS else 0
        figures = (float(getattr(plan, name)), came.mean, *(came.percentiles[p] for p in PERCENTILES))
        rows.append((label, "£ for each £1" if places else "pounds", *(_rounded(f, places) for f in figures)))
    note = (
        f"{found.draws:,} draws, seed {found.seed}: of a hundred draws, so many come to no more. {MEAN_APART} "
        f"{scope(case)}"
    )
    return Table("case-chance", "How sure", tuple(columns), rows, note)


def _rounded(value: float, places: int) -> float | int | None:
    if isnan(value):
        return None
    return round(value, places) if places else round(value)


def bars(found: Chance, measure: str = "net_present_public_value") -> Table:
    """The distribution of a measure in even bars, with how many draws fall into each."""
    columns = (Column("low", "From", "figure"), Column("high", "To", "figure"), Column("draws", "Draws", "count"))
    rows: list[Row] = list(found.measures[measure].bars)
    return Table("case-distribution", LABELS[measure], columns, rows, f"{found.draws:,} draws, seed {found.seed}")


def tornado_table(case: Case, found: Sequence[Bar], measure: str) -> Table:
    """What a measure comes to with each number at the ends of its range."""
    columns = (
        Column("key", "Key"),
        Column("what", "What is moved"),
        Column("low", "Low", "figure"),
        Column("high", "High", "figure"),
        Column("at_low", "At low", "money"),
        Column("at_high", "At high", "money"),
        Column("range_from", "Range from"),
    )
    rows: list[Row] = [(b.key, b.label, b.low, b.high, pence(b.at_low), pence(b.at_high), b.range_from) for b in found]
    return Table("case-tornado", f"What moves it: {LABELS[measure]}", columns, rows, scope(case))


def switching_table(case: Case, found: Sequence[Switch], measure: str) -> Table:
    """The value of each number at which a measure is nought."""
    columns = (
        Column("key", "Key"),
        Column("what", "What would have to change"),
        Column("value", "Value", "figure"),
        Column("turns_at", "Turns at", "figure"),
        Column("change", "Change", "percent"),
        Column("unit", "Unit"),
    )
    rows: list[Row] = [
        (s.key, s.label, s.value, _cut(s.turns_at), None if s.change is None else round(s.change, 4), s.unit)
        for s in found
    ]
    note = f"Empty: nothing that the number can be turns it. {scope(case)}"
    return Table("case-switching", f"Where it turns: {LABELS[measure]}", columns, rows, note)


def _cut(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def scenario_table(case: Case, told: Iterable[Told]) -> Table:
    """Scenarios side by side: each option's measures in each."""
    columns = [Column("scenario", "Scenario"), Column("option", "Option")]
    columns += [Column(name, label, kind) for name, label, kind, _ in MEASURES]  # type: ignore[arg-type]
    rows: list[Row] = [
        (each.name, found.option.name, *(of(found) for *_, of in MEASURES))
        for each in told
        for found in each.result.options
    ]
    return Table("case-scenarios", "Scenarios", tuple(columns), rows, scope(case))
