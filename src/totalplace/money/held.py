"""Answers about money, each held in memory for as long as the run and the definition that it came from stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from totalplace.definition import Definition
from totalplace.money.count import Count, count
from totalplace.money.lines import LinesPage, Selection
from totalplace.remembered import Frozen
from totalplace.store.layout import Run
from totalplace.table import Table
from totalplace.terms import Where

if TYPE_CHECKING:
    from totalplace.money.activity import Activity
    from totalplace.money.over_time import OverTime
    from totalplace.money.spent import Cell as SpentCell
    from totalplace.money.suppliers import SuppliersPage
    from totalplace.money.unsure import Sums
    from totalplace.money.warm import Warm
    from totalplace.parameters.deflators import Deflator


class Held:
    """A run and the definition it is asked with: what remembered answers hang on."""

    def __init__(self, run: Run, definition: Definition) -> None:
        self.run = run
        self.definition = definition
        self.warm: Warm | None = None


_last: list[Held] = []


def hold(run: Run, definition: Definition) -> Held:
    """The one `Held` of a run and a definition; the last few are kept."""
    for held in _last:
        if held.run is run and held.definition is definition:
            return held
    _last.insert(0, Held(run, definition))
    del _last[8:]
    return _last[0]


@lru_cache(maxsize=256)
def counted(held: Held, by: tuple[str, ...], where: Frozen) -> Count:
    """The count cut `by`, of what filters leave; see money.count."""
    return count(held.run, held.definition, by, dict(where))


@lru_cache(maxsize=256)
def answered(held: Held, ask: Callable[[Run, Definition, Where], Table], where: Frozen) -> Table:
    """A table of what filters leave, as `ask` makes it of a run and a definition."""
    return ask(held.run, held.definition, dict(where))


@lru_cache(maxsize=16)
def _spent_cells(held: Held, where: Frozen) -> list[SpentCell]:
    from totalplace.money.spent import cells

    return cells(held.run, held.definition, dict(where))


@lru_cache(maxsize=256)
def spending(held: Held, what: str, where: Frozen) -> Table:
    """What the money is spent on: by a cut of money.spent, 'bought' or 'flow'."""
    from totalplace.money.spent import bought, service_flow, spent

    found = _spent_cells(held, where)
    if what == "flow":
        return service_flow(found, {body.id for body in held.definition.bodies})
    return bought(found) if what == "bought" else spent(found, what)


@lru_cache(maxsize=4)
def _doubts(run: Run, years: tuple[str, ...]) -> Sums:
    from totalplace.money.unsure import doubts

    return doubts(run, years)


@lru_cache(maxsize=64)
def unsure_of(held: Held, bodies: tuple[str, ...]) -> Table:
    """What a person had best settle next, of some bodies; see money.unsure."""
    from totalplace.money.unsure import unsure

    return unsure(held.definition, _doubts(held.run, held.definition.years), bodies)


@lru_cache(maxsize=64)
def through_years(
    held: Held, deflator: Deflator, by: str, where: Frozen, base: str, start: str, end: str, activity: Activity
) -> OverTime:
    """Money by financial year; see money.over_time."""
    from totalplace.money.over_time import over_time

    years = {"base": base, "start": start, "end": end}
    return over_time(held.run, held.definition, deflator, by=by, where=dict(where), **years, activity=activity)


@lru_cache(maxsize=64)
def selected(held: Held, where: Frozen, search: str) -> Selection:
    """The lines that pass filters and hold the search words."""
    return Selection(held.run, held.definition, dict(where), search, held.warm)


@lru_cache(maxsize=256)
def lines_page(held: Held, where: Frozen, search: str, sort: str, page: int, per_page: int) -> LinesPage:
    """A page of them."""
    return selected(held, where, search).page(sort, page, per_page)


@lru_cache(maxsize=256)
def suppliers_page(held: Held, where: Frozen, search: str, page: int, per_page: int) -> SuppliersPage:
    """A page of suppliers, largest first."""
    from totalplace.money.suppliers import suppliers

    return suppliers(held.run, held.definition, dict(where), search=search, page=page, per_page=per_page)


@lru_cache(maxsize=8)
def doubtful(held: Held) -> list[tuple[str, str, str]]:
    """What makes a figure doubtful though everything adds up; see money.check."""
    from totalplace.money.check import to_look_at

    return to_look_at(held.run, held.definition)


@lru_cache(maxsize=64)
def spelled(held: Held, candidates: bool, where: Frozen) -> Table:
    """Names taken for a body of the place, or the candidates; see money.views."""
    from totalplace.money.views import spellings

    return spellings(held.run, held.definition, dict(where), candidates=candidates)
