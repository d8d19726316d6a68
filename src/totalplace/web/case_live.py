"""What a case would come to as a form has it, beside what it comes to as it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from totalplace.appraisal import tables as case_tables
from totalplace.appraisal.editing import Editing, Tables, Wrong
from totalplace.appraisal.steps import payback_words
from totalplace.errors import TotalPlaceError
from totalplace.web.case_forms import called, field_words
from totalplace.web.drawing_cases import in_full

if TYPE_CHECKING:
    from totalplace.appraisal.case import Case
    from totalplace.appraisal.result import Appraisal, Found
    from totalplace.web.desk import Desk

DRAWS = 1_000
"""Draws while a case is being changed: enough for a first look."""
SHOWN = (
    ("net_present_public_value", "Net present public value"),
    ("public_value_return", "Public value for each £1"),
    ("net_present_budget_impact", "Net present budget impact (below 0 is a saving)"),
    ("financial_return", "Back to budgets for each £1"),
    ("payback_year", "Pays back in"),
    ("cashable", "Cashable"),
)
"""The measures beside a form."""


@dataclass(frozen=True)
class Option:
    """What an option would come to: its name, why it has no headline, its measures as saved and as they stand."""

    name: str
    withheld: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    sure: str

    @property
    def changed(self) -> bool:
        """Whether it would come to something else than what is saved."""
        return any(before != after for _, before, after in self.rows)


@dataclass(frozen=True)
class Live:
    """A case as it would be: read with its options, or what is wrong with it."""

    case: Case | None
    options: tuple[Option, ...]
    doubts: tuple[str, ...]
    wrong: Wrong | None
    place: str = ""
    """Where that is, in words."""
    also: str = ""
    """What else cannot be done with it, such as ties between numbers that cannot all hold."""

    @property
    def first(self) -> tuple[Option, ...]:
        """The options that are shown whole: those that would change, or the first where none would."""
        return tuple(each for each in self.options if each.changed) or self.options[:1]

    @property
    def keys(self) -> list[str]:
        """The numbers of the case by key, those with a range first."""
        if not self.case:
            return []
        held = self.case.quantities.values()
        return [q.key for q in held if q.unsure] + [q.key for q in held if not q.unsure]

    @property
    def wrong_words(self) -> str:
        """What is wrong, with its place."""
        return f"{self.place} {self.wrong.words}".strip() if self.wrong else ""

    def here(self, table: str, number: int) -> dict[str, str]:
        """What is wrong with one table, by the key of its field; '' where it is of no field."""
        if not self.wrong or (self.wrong.table, self.wrong.number) not in ((table, number), (table, 0)):
            return {}
        subject = field_words(table, self.wrong.key) if self.wrong.key else "This"
        return {self.wrong.key.partition(".")[0]: f"{subject} {self.wrong.words}"}


def live(desk: Desk, name: str, tables: Tables) -> Live:
    """What a case would come to with these tables."""
    tried = Editing(desk.place.cases, called).attempt(name, tables)
    if tried.case is None:
        return Live(None, (), (), tried.wrong, called(tried.wrong, tables) if tried.wrong else "")
    from totalplace.appraisal.chance import chances
    from totalplace.appraisal.result import appraise

    result, also, sure = appraise(tried.case), "", {}
    try:
        sure = {each.option: each.gains for each in chances(tried.case, DRAWS)}
    except TotalPlaceError as error:
        also = str(error)
    saved = _saved(desk, name)
    options = tuple(_option(found, saved, sure) for found in result.options)
    return Live(tried.case, options, result.doubts, None, also=also)


def _saved(desk: Desk, name: str) -> Appraisal | None:
    try:
        return desk.place.cases.appraise(name)
    except TotalPlaceError:
        return None


def _option(found: Found, saved: Appraisal | None, sure: dict[str, float]) -> Option:
    ids = [each.option.id for each in saved.options] if saved else []
    before = saved.option(found.option.id) if saved and found.option.id in ids else None
    rows = tuple((words, _cell(before, name), _cell(found, name)) for name, words in SHOWN)
    good = sure.get(found.option.id)
    words = "" if good is None else f"The public is better off in {_about(good)} of {DRAWS:,} draws."
    return Option(found.option.name, found.withheld, rows, words)


def _about(share: float) -> str:
    """A share of few draws in words."""
    words = case_tables.chance_words(share)
    return f"about {words}" if words[0].isdecimal() else words


def _cell(found: Found | None, name: str) -> str:
    if found is None:
        return ""
    kind, of = next((kind, of) for each, _, kind, of in case_tables.MEASURES if each == name)
    value: Any = payback_words(found) if name == "payback_year" else of(found)
    if value is None:
        return "cannot be told"
    if kind == "money":
        return in_full(value)
    return f"£{value:,.2f}" if kind == "ratio" else str(value)
