"""Money with its tags: the cells of a count, each with its class in one scheme or several, and sums of them.

Every cell of the net count has exactly one class in each scheme, so the classes of any cut add up to its net.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from totalplace.errors import UsageError, did_you_mean
from totalplace.money.count import Count
from totalplace.parameters.schemes import UNCLASSIFIED, Scheme
from totalplace.tags.matching import Fit, columns_asked, first_fits, suppliers_asked
from totalplace.terms import KEPT, Where

ORDER = ("body", "kind", "service", "subjective", "to_body", "supplier", "year")
"""The columns of cells, as they stand in a key."""
ALWAYS = ("body", "service", "year")
"""The columns that cells always have."""
BY = ("body", "service", "year", "kind", "subjective")
"""What tagged money can be cut by."""
FILTERS = ("body", "year", "kind", "service", "subjective", "to_body", "supplier")
"""What tagged money can be narrowed by."""
OTHERS = ""
"""The supplier of cells that no rule asks for by supplier."""

Ask = Callable[[Sequence[str], Where], Count]
"""Counts a place: cuts and filters to a count."""


class Cell(NamedTuple):
    """Net money (pence) and its lines under one value of each column, with a class and a rule (its place among the
    rules of the scheme, None: no rule) for each scheme; `every` has the places of all rules that fit."""

    key: tuple[str, ...]
    lines: int
    net: int
    tags: tuple[str, ...] = ()
    rules: tuple[int | None, ...] = ()
    every: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Tagged:
    """The net count, or what filters leave of it, with classes. `chosen` are the cells that are asked for, `cells` all
    those beside which they stand; the two differ where classes are chosen."""

    schemes: tuple[Scheme, ...]
    fits: tuple[tuple[Fit, ...], ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    where: Where
    chosen: tuple[Cell, ...]

    def at(self, scheme: str) -> int:
        """The place of a scheme among those that the cells are tagged by."""
        return [found.id for found in self.schemes].index(scheme)

    def only(self, classes: Mapping[str, Sequence[str]], **columns: str) -> Tagged:
        """What is chosen, narrowed to classes (by scheme) and to values of columns."""
        wanted = [(self.at(scheme), frozenset(tags)) for scheme, tags in classes.items() if tags]
        if not wanted and not columns:
            return self
        values = [(self.columns.index(name), value) for name, value in columns.items()]
        chosen = tuple(
            cell
            for cell in self.chosen
            if all(cell.tags[n] in tags for n, tags in wanted) and all(cell.key[n] == value for n, value in values)
        )
        return replace(self, chosen=chosen)

    def narrowed(self, where: Mapping[str, frozenset[str]]) -> Tagged:
        """All of it, narrowed to values of columns: as if the count had been."""
        if not where:
            return self
        found = list(self.cells)
        for name, values in where.items():
            at = self.columns.index(name)
            found = [cell for cell in found if cell.key[at] in values]
        cells = tuple(found)
        asked = {**self.where, **{name: tuple(sorted(values)) for name, values in where.items()}}
        return replace(self, cells=cells, chosen=cells, where=asked)

    @property
    def years(self) -> list[str]:
        """The financial years of what is chosen."""
        at = self.columns.index("year")
        return sorted({cell.key[at] for cell in self.chosen})

    def sums(self, scheme: str, by: Sequence[str] = ()) -> dict[tuple[str, ...], dict[str, tuple[int, int]]]:
        """Lines and net (pence) of each class, for each combination of `by` that is there, in their order."""
        check_by(by)
        return _sums(self, scheme, tuple(by))

    @property
    def net(self) -> int:
        """The net (pence) of what is chosen."""
        return sum(cell.net for cell in self.chosen)


@lru_cache(maxsize=256)
def _sums(tagged: Tagged, scheme: str, by: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, tuple[int, int]]]:
    """Remembered: a page asks for several cuts, and again when it is reloaded."""
    n, at = tagged.at(scheme), [tagged.columns.index(name) for name in by]
    found: dict[tuple[str, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for cell in tagged.chosen:
        sums = found[tuple([cell.key[i] for i in at])][cell.tags[n]]
        sums[0] += cell.lines
        sums[1] += cell.net
    return {key: {tag: (a, b) for tag, (a, b) in found[key].items()} for key in sorted(found)}


def check_by(by: Iterable[str]) -> None:
    """Raises UsageError where tagged money cannot be cut so."""
    seen: set[str] = set()
    for name in by:
        if name not in BY:
            raise UsageError(f"tagged money is not cut by '{name}'{did_you_mean(name, list(BY))}")
        if name in seen:
            raise UsageError(f"the cut '{name}' is asked for twice")
        seen.add(name)


def check_filters(where: Iterable[str]) -> None:
    """Raises UsageError where tagged money cannot be narrowed so."""
    for name in where:
        if name not in FILTERS:
            raise UsageError(f"tagged money is not narrowed by '{name}'{did_you_mean(name, list(FILTERS))}")


def tag(
    ask: Ask, schemes: Sequence[Scheme], fits: Sequence[Sequence[Fit]], where: Where, extra: Iterable[str] = ()
) -> Tagged:
    """Tags what passes the filters; `fits` are the rules of each scheme, first to fit first.

    `extra` are columns wanted besides those that the rules ask for. Raises UsageError for an unknown filter or value.
    """
    wanted = {*ALWAYS, *extra, *(name for rules in fits for name in columns_asked(rules))}
    columns = tuple(name for name in ORDER if name in wanted)
    suppliers = tuple(sorted({number for rules in fits for number in suppliers_asked(rules)}))
    return tagged(schemes, fits, columns, cells_of(ask, columns, suppliers, where), where)


def tagged(
    schemes: Sequence[Scheme],
    fits: Sequence[Sequence[Fit]],
    columns: Sequence[str],
    cells: Iterable[Cell],
    where: Where | None = None,
) -> Tagged:
    """Gives each cell its class in each scheme: that of the first rule that fits, else 'unclassified'."""
    bare = list(cells)
    told = [first_fits(rules, columns, (cell.key for cell in bare)) for rules in fits]
    out = []
    for n, cell in enumerate(bare):
        firsts = tuple(one[n][0] for one in told)
        tags = tuple(UNCLASSIFIED if at is None else fits[i][at].rule.tag for i, at in enumerate(firsts))
        out.append(Cell(cell.key, cell.lines, cell.net, tags, firsts, tuple(one[n][1] for one in told)))
    done = tuple(out)
    return Tagged(tuple(schemes), tuple(map(tuple, fits)), tuple(columns), done, dict(where or {}), done)


def cells_of(ask: Ask, columns: Sequence[str], suppliers: Sequence[str], where: Where) -> list[Cell]:
    """The cells of the net count. Suppliers that are asked for stand by themselves, all the others under OTHERS."""
    kept = {**where, "outcome": KEPT}
    plain = [name for name in columns if name != "supplier"]
    found = dict(_rows(ask(plain, kept), plain))
    at = columns.index("supplier") if "supplier" in columns else None
    if at is None:
        return [Cell(key, lines, net) for key, (lines, net) in found.items()]
    named: list[Cell] = []
    if wanted := sorted(set(suppliers) & set(where["supplier"]) if where.get("supplier") else set(suppliers)):
        by = [*plain, "supplier_id"]
        for key, (lines, net) in _rows(ask([*plain, "supplier"], {**kept, "supplier": wanted}), by):
            rest = found[key[:-1]]
            found[key[:-1]] = (rest[0] - lines, rest[1] - net)
            named.append(Cell((*key[:at], key[-1], *key[at:-1]), lines, net))
    others = [Cell((*key[:at], OTHERS, *key[at:]), lines, net) for key, (lines, net) in found.items() if lines or net]
    return [*others, *named]


def _rows(counted: Count, by: Sequence[str]) -> Iterable[tuple[tuple[str, ...], tuple[int, int]]]:
    """The cut of a count as keys with lines and net."""
    assert counted.cut is not None
    names = [column.name for column in counted.cut.columns]
    at, lines, net = [names.index(name) for name in by], names.index("lines"), names.index("net")
    for row in counted.cut.rows:
        yield tuple(str(row[n]) for n in at), (row[lines], row[net])
