"""What a scenario comes to: tables of pence for every face, sentences, and what is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.stress.chances import PERCENTILES, Band, bands
from totalplace.stress.scenario import BASELINE_WORDS, BASELINES, CASES, PLACE, PRESSURE_WORDS, Plan, Reserves, Scenario
from totalplace.stress.sums import Effect, Line, every_effect, every_line
from totalplace.stress.words import doubts, reserve_words, told
from totalplace.table import Column, Table
from totalplace.terms import money, pounds

PART_WORDS = {
    "none": "Gap without any pressure",
    **PRESSURE_WORDS,
    "interaction": "Together beyond the sum of each alone",
    "combined": "Gap with all together",
}
"""The rows of the table of effects as people are shown them."""
ADDED = "Budgets of several bodies are added up: what one pays another is in both."
UNSAID = "no source given"
_WHOSE = (Column("body", "Body (id)"), Column("body_name", "Body"), Column("year", "Year"))


@dataclass(frozen=True)
class Result:
    """A scenario with its figures. Money is pence. Everything follows from the scenario and its seed."""

    scenario: Scenario
    place: str

    @cached_property
    def lines(self) -> list[Line]:
        """The central case: the place ('') and each body by year, the base year first."""
        return every_line(self.scenario)

    @cached_property
    def effects(self) -> list[Effect]:
        """What each pressure does alone, and all together, in the order of `lines`."""
        return every_effect(self.scenario)

    @cached_property
    def bands(self) -> list[Band]:
        """Bands from drawing; [] where no pressure has a distribution."""
        return bands(self.scenario)

    @property
    def several(self) -> bool:
        """Whether the scenario has more than one body."""
        return len(self.scenario.plans) > 1

    def name(self, body: str) -> str:
        """A body's name by its id; the place's for ''."""
        return next((plan.name for plan in self.scenario.plans if plan.id == body), self.place)

    def body(self, wanted: str) -> str:
        """A body's id by id or name, '' for the place; raises UsageError with the nearest known."""
        for plan in self.scenario.plans:
            if wanted.strip().lower() in (plan.id, plan.name.lower()):
                return plan.id
        if not wanted:
            return PLACE
        known = [plan.id for plan in self.scenario.plans]
        raise UsageError(f"'{wanted}' is no body of the scenario{did_you_mean(wanted, known)}")

    def of(self, body: str) -> list[Line]:
        """The years of a body, or of the place ('')."""
        return [line for line in self.lines if line.body == body]

    # --- tables; `body` narrows them to one, '' to the place, None gives all

    def years_table(self, body: str | None = None) -> Table:
        """Spend, funding, income, gap and reserves by body and year."""
        columns = (
            *_WHOSE,
            Column("spend", "Spending with pressures", "money"),
            Column("funding", "Funding", "money"),
            Column("income", "Income", "money"),
            Column("gap", "Gap before reserves", "money"),
            Column("promised", "Promised from reserves", "money"),
            Column("used", "Reserves used", "money"),
            Column("left", "Reserves left", "money"),
            Column("after", "Gap left", "money"),
        )
        rows = [
            (
                *self._whose(line),
                *(line.spend, line.funding, line.income, line.gap, line.promised, line.used, line.left, line.after),
            )
            for line in _only(self.lines, body)
        ]
        return self._table("stress-years", "By body and year", columns, rows, ADDED if self.several else "")

    def effects_table(self, body: str | None = None, year: str = "") -> Table:
        """The gap without pressures, what each adds alone, their interaction, the gap with all; exact."""
        columns = (
            *_WHOSE,
            Column("part", "Part (id)"),
            Column("part_name", "What"),
            Column("before", "Before reserves", "money"),
            Column("after", "After reserves", "money"),
        )
        rows = [
            (*self._whose(effect), effect.part, PART_WORDS[effect.part], effect.before, effect.after)
            for effect in _only(self.effects, body)
            if year in ("", effect.year)
        ]
        note = "The last row is the sum of those above it. After reserves: reserves can be used only once."
        return self._table("stress-effects", "What each pressure does", columns, rows, note)

    def ranges_table(self, body: str | None = None) -> Table:
        """The gap by body and year with every pressure at its low, central and high figure."""
        gaps = [(f"gap_{case}", f"Gap before reserves, {case}") for case in CASES]
        after = [(f"after_{case}", f"Gap left, {case}") for case in CASES]
        columns = (*_WHOSE, *(Column(name, label, "money") for name, label in (*gaps, *after)))
        cases = [_only(every_line(self.scenario, case=case), body) for case in CASES]
        rows = [
            (*self._whose(found[0]), *(line.gap for line in found), *(line.after for line in found))
            for found in zip(*cases, strict=True)
            if found[0].year != self.scenario.base_year
        ]
        note = "All low figures together, all central ones, all high ones."
        return self._table(
            "stress-ranges", "Low, central and high", columns, rows if self.scenario.ranged else [], note
        )

    def bands_table(self, body: str | None = None) -> Table:
        """The gap by body and year below which 5, 25, 50, 75 and 95 of a hundred draws are."""
        columns = (
            *_WHOSE,
            Column("what", "What"),
            *(Column(f"p{n}", f"{n} of 100 no more than", "money") for n in PERCENTILES),
        )
        rows = [
            (*self._whose(band), "Gap left" if band.after else "Gap before reserves", *band.pence)
            for band in _only(self.bands, body)
        ]
        note = (
            f"{self.scenario.draws:,} draws, seed {self.scenario.seed}. A range without a distribution stays central."
        )
        return self._table("stress-bands", "How likely", columns, rows, note)

    def assumptions_table(self, body: str | None = None) -> Table:
        """Every figure that was given, with where it comes from."""
        columns = (
            Column("body", "Body (id)"),
            Column("body_name", "Body"),
            Column("what", "What"),
            Column("figure", "Figure"),
            Column("source", "Source"),
        )
        plans = [plan for plan in self.scenario.plans if body in (None, PLACE, plan.id)]
        shared = {name: p for plan in plans for name, p in plan.pressures.items() if p.shared}
        whose = "Every body that has none of its own" if self.several else plans[0].name
        rows = [(PLACE, whose, PRESSURE_WORDS[name], p.words, p.source or UNSAID) for name, p in shared.items()]
        for plan in plans:
            rows += [(plan.id, plan.name, *row) for row in self._given(plan)]
        return self._table("stress-assumptions", "What is assumed", columns, rows, self.scenario.note)

    def _given(self, plan: Plan) -> Iterator[tuple[str, str, str]]:
        """What is given of a body itself: figures of the base year, pressures of its own, the use of reserves."""
        for name in BASELINES:
            amount = plan.baseline[name]
            yield f"{BASELINE_WORDS[name]} in {self.scenario.base_year}", money(amount.pence, 2), amount.source
        for name, pressure in plan.pressures.items():
            if not pressure.shared:
                yield PRESSURE_WORDS[name], pressure.words, pressure.source or UNSAID
        if plan.reserves != Reserves():
            yield "Use of reserves", reserve_words(plan.reserves), plan.reserves.source or UNSAID

    def last_year_table(self) -> Table:
        """Each body in the last year."""
        whole = self.years_table()
        rows = [row for row in whole.rows if row[0] and row[2] == self.scenario.years[-1]]
        return self._table("stress-bodies", f"By body in {self.scenario.years[-1]}", whole.columns, rows, whole.note)

    def tables(self, body: str | None = None) -> list[Table]:
        """Every table that has rows."""
        made = (self.years_table, self.effects_table, self.ranges_table, self.bands_table, self.assumptions_table)
        return [table for table in (make(body) for make in made) if table.rows]

    # --- words

    def words(self, body: str = PLACE) -> list[str]:
        """What it comes to in sentences: the gap of the last year, what makes it, what reserves do."""
        return told(self, body)

    def warnings(self, body: str | None = None) -> list[str]:
        """What is to be looked at before the figures of the place or of a body are used, each with what to do."""
        plans = (plan for plan in self.scenario.plans if body in (None, PLACE, plan.id))
        return [words for plan in plans for words in doubts(self, plan)]

    def document(self, body: str | None = None) -> dict[str, Any]:
        """Everything for JSON, or what is of one body: money as decimal strings of pounds."""
        said = self.scenario
        last = self.of(body or PLACE)[-1]
        tables = {table.name.removeprefix("stress-"): list(table.records()) for table in self.tables(body)}
        return {
            "scenario": said.name,
            "title": said.title,
            "place": self.place,
            "base_year": said.base_year,
            "last_year": last.year,
            "seed": said.seed if said.drawn else None,
            "draws": said.draws if said.drawn else None,
            "gap": pounds(last.gap),
            "gap_left": pounds(last.after),
            "words": self.words(body or PLACE),
            "warnings": self.warnings(body),
            **tables,
        }

    def _whose(self, row: Line | Effect | Band) -> tuple[str, str, str]:
        return row.body, self.name(row.body), row.year

    def _table(
        self, name: str, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[Any, ...]], note: str
    ) -> Table:
        return Table(name, title, columns, rows, note)


def _only(rows: Sequence[Any], body: str | None) -> list[Any]:
    return [row for row in rows if body is None or row.body == body]
