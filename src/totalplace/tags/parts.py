"""Money of a class opened: as few sets of filters as tell it exactly, each of which leads to its lines.

A set of filters is a list of values for each column. A class whose cells are all that such a set lets pass is told by
it; where other cells pass too, the cells are split by the rule that gave the class, then column by column. No filter
says 'all suppliers but these': there the lines of all suppliers are given, and those of some of them taken off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from totalplace.tags.tagged import OTHERS, Cell, Tagged
from totalplace.terms import EMPTY

SPLITS = ("body", "kind", "service", "to_body", "subjective", "year", "supplier")
"""The columns in the order in which cells are split, where they have to be."""
DROPPED = ("supplier", "to_body", "subjective", "year", "kind", "service", "body")
"""The columns in the order in which filters are left out, where they change nothing."""
MOST = 40
"""So many values of one column stand in a set of filters; more would be too long for an address."""

Filters = Mapping[str, tuple[str, ...]]
Fixed = Mapping[int, str]


@dataclass(frozen=True)
class Part:
    """Lines that filters let pass, and their net (pence). `sign` is -1 where they are to be taken off the part before.

    `rule` is the place of the rule that told the class among those of its scheme; None: no rule.
    """

    filters: Filters
    lines: int
    net: int
    sign: int
    rule: int | None


def parts(tagged: Tagged, scheme: str) -> list[Part]:
    """What is chosen of tagged money, in parts: their lines and money, with their signs, add up to it."""
    found = _parts(tagged, scheme)
    asked = {name: tuple(value or EMPTY.get(name, value) for value in values) for name, values in tagged.where.items()}
    return [replace(part, filters={**asked, **part.filters}) for part in found]


def _parts(tagged: Tagged, scheme: str) -> list[Part]:
    """The parts without what the whole is narrowed to."""
    if not tagged.chosen:
        return []
    n, cells = tagged.at(scheme), list(tagged.chosen)
    groups: dict[int | None, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.rules[n]].append(cell)
    if found := _group(tagged, cells, tagged.cells, {}, next(iter(groups)) if len(groups) == 1 else None):
        return found
    split = [part for rule, theirs in groups.items() for part in _split(tagged, theirs, tagged.cells, {}, rule)]
    split.sort(key=lambda group: -abs(sum(part.sign * part.net for part in group)))
    return [part for group in split for part in group]


def _split(
    tagged: Tagged, cells: Sequence[Cell], among: Sequence[Cell], fixed: Fixed, rule: int | None
) -> list[list[Part]]:
    """Groups of parts that make up `cells`. `among` are all cells with the values of `fixed`, by place of a column."""
    if found := _group(tagged, cells, among, fixed, rule):
        return [found]
    at = next(n for name in SPLITS if name in tagged.columns and (n := tagged.columns.index(name)) not in fixed)
    near = _by(among, at)
    return [
        group
        for value, theirs in _by(cells, at).items()
        for group in _split(tagged, theirs, near[value], {**fixed, at: value}, rule)
    ]


def _by(cells: Sequence[Cell], at: int) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.key[at]].append(cell)
    return found


def _group(tagged: Tagged, cells: Sequence[Cell], among: Sequence[Cell], fixed: Fixed, rule: int | None) -> list[Part]:
    """A set of filters that lets `cells` pass and no others, or one less another; nothing where there is none."""
    free = [n for n in range(len(tagged.columns)) if n not in fixed]
    values = {n: {cell.key[n] for cell in cells} for n in free}
    supplier = tagged.columns.index("supplier") if "supplier" in tagged.columns else -1
    named = supplier in values and OTHERS not in values[supplier]
    hull = _passing(among, values, free if named else [n for n in free if n != supplier])
    taken = [] if len(hull) == len(cells) else _taken(hull, cells, supplier)
    if len(hull) != len(cells) and not taken:
        return []
    kept = [n for n in free if named or n != supplier]
    for name in DROPPED:
        if name in tagged.columns and (n := tagged.columns.index(name)) in kept:
            fewer = [m for m in kept if m != n]
            kept = fewer if len(_passing(among, values, fewer)) == len(hull) else kept
    if any(len(values[n]) > MOST for n in kept):
        return []
    filters = _filters(tagged, {**{n: {value} for n, value in fixed.items()}, **{n: values[n] for n in kept}})
    found = [_part(filters, hull, 1, rule)]
    theirs = sorted({cell.key[supplier] for cell in taken})
    for start in range(0, len(theirs), MOST):
        some = theirs[start : start + MOST]
        off = [cell for cell in taken if cell.key[supplier] in some]
        found.append(_part({**filters, "supplier": tuple(some)}, off, -1, rule))
    return found


def _passing(among: Sequence[Cell], values: Mapping[int, set[str]], columns: Sequence[int]) -> list[Cell]:
    """The cells that have one of the values in each of the columns."""
    found = list(among)
    for n in columns:
        wanted = values[n]
        found = [cell for cell in found if cell.key[n] in wanted]
    return found


def _taken(hull: Sequence[Cell], cells: Sequence[Cell], supplier: int) -> list[Cell]:
    """The cells of `hull` that are none of `cells`, where their suppliers tell them; else nothing."""
    if supplier < 0:
        return []
    ours = {cell.key for cell in cells}
    over = [cell for cell in hull if cell.key not in ours]
    theirs = {cell.key[supplier] for cell in over}
    return over if sum(cell.key[supplier] in theirs for cell in hull) == len(over) else []


def _filters(tagged: Tagged, values: Mapping[int, set[str]]) -> Filters:
    """Values by column, an empty one in its word; the supplier of all others is no filter."""
    found = {}
    for n, name in enumerate(tagged.columns):
        if n in values and not (name == "supplier" and values[n] == {OTHERS}):
            found[name] = tuple(sorted(value or EMPTY.get(name, value) for value in values[n]))
    return found


def _part(filters: Filters, cells: Sequence[Cell], sign: int, rule: int | None) -> Part:
    return Part(filters, sum(cell.lines for cell in cells), sum(cell.net for cell in cells), sign, rule)
