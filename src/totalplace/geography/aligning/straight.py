"""Divisions straight from a file: a row a block, its people, and a column for each division."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.geography.aligning.comparison import Comparison
from totalplace.geography.aligning.moving import Site
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.building import blocks_alone
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.numbers import number
from totalplace.geography.vintages import heading

MOST = 12
"""So many columns are taken for divisions unasked; more are to be named."""


def comparison_of(
    root: Path,
    file: str,
    *,
    block: str = "",
    people: str = "",
    divisions: Sequence[str] = (),
    proposed: str = "",
    sites: str = "",
    projection: str = "",
) -> Comparison:
    """Divisions of a file against each other; paths are taken from `root`.

    `block` heads the codes of blocks (the first column if not given), `people` their population. `divisions` are
    columns, or NAME=COLUMN; all that are left if not given. `sites` is a file of sites: see sites_of. Raises
    FileRefused and UsageError for what cannot be read so.
    """
    blocks, found, taken, notes = blocks_alone(root, file, block, people, projection)
    made = divisions_of(found, divisions, taken)
    blocks = Blocks(blocks.ids, blocks.names, blocks.people, {each.name: each for each in made}, shapes=blocks.shapes)
    return compared(blocks, made, proposed, sites, root, notes)


def compared(
    blocks: Blocks,
    divisions: Sequence[Division],
    proposed: str = "",
    sites: str = "",
    root: Path = Path(),
    notes: Sequence[str] = (),
) -> Comparison:
    """Divisions of blocks against each other; borders come of the shapes of the blocks, where they have any."""
    graph = outer = None
    if blocks.shapes is not None:
        from totalplace.geography.adjacency import adjacency, outer_border

        graph = adjacency(blocks.shapes)
        outer = outer_border(blocks.shapes, graph)
    plain = Comparison(blocks, tuple(divisions), proposed)
    stand = sites_of(read_features(root, sites), blocks, plain) if sites else {}
    return Comparison(blocks, tuple(divisions), proposed, stand, graph, outer, tuple(notes))


def divisions_of(found: Features, wanted: Sequence[str], taken: Sequence[str]) -> list[Division]:
    """The divisions of a file: columns, or NAME=COLUMN; every column but those `taken` where none is wanted.

    Unasked, a column that is different for each block, or is of decimals, is taken for no division.
    """
    pairs = [_named(found, text) for text in wanted] or [(name, name) for name in _unasked(found, taken)]
    if len(pairs) < 2:
        raise UsageError(
            f"{found.file}: two divisions or more are needed, and {len(pairs)} "
            f"{'is' if len(pairs) == 1 else 'are'} here; the columns are {', '.join(found.columns)}"
        )
    return [Division.of_values(name, found.columns[column]) for name, column in pairs]


def _named(found: Features, text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if text in found.columns or not equals:
        return text.strip(), found.heading(text)
    return name.strip(), found.heading(column.strip())


def _unasked(found: Features, taken: Sequence[str]) -> list[str]:
    names = [name for name in found.columns if name not in taken and _divides(found.columns[name])]
    codes = {(told.kind, told.vintage) for told in map(heading, names) if told and told.codes}
    # Where codes and names of the same areas stand side by side, the codes are enough: names are not always one each.
    names = [
        name
        for name in names
        if not ((told := heading(name)) and not told.codes and (told.kind, told.vintage) in codes)
    ]
    if len(names) > MOST:
        raise UsageError(
            f"{found.file}: {len(names)} columns could be divisions; name those to compare with --division: "
            f"{', '.join(names)}"
        )
    return names


def _divides(values: Sequence[str]) -> bool:
    there = [value for value in values if value]
    if not there or len(set(there)) == len(there) > 1:
        return False
    return not all(_decimal(value) for value in there)


def _decimal(value: str) -> bool:
    whole, point, part = value.lstrip("-").partition(".")
    return bool(point) and (whole + part).isdigit()


def with_plan(found: Comparison, root: Path, file: str) -> Comparison:
    """The comparison with the plan of a file as the lines that services would move to.

    The file has a column of blocks and one of areas, as `totalplace neighbourhoods design --out` writes it; a column
    `name` says what its areas are called. Raises FileRefused for blocks that are not known, or stand twice.
    """
    from totalplace.geography.design.loading import division_of

    read = read_features(root, file)
    name = Path(file).stem
    if name in found.names:
        name = f"{name} (plan)"
    plan = division_of(read, found.blocks, name)
    called = dict(zip(_column(read, "area", 1), _column(read, "name", 1), strict=True))
    labels = tuple(called.get(label, "") or label for label in plan.labels)
    if len(set(labels)) == len(labels):
        plan = Division(name, labels, plan.of)
    return replace(found, divisions=(*found.divisions, plan), proposed=name)


def _column(found: Features, wanted: str, otherwise: int) -> tuple[str, ...]:
    """A column by its heading, in any case; another by its number where there is none."""
    alike = [name for name in found.columns if name.strip().lower() == wanted]
    return found.columns[alike[0] if alike else list(found.columns)[otherwise]]


def sites_of(found: Features, blocks: Blocks, comparison: Comparison) -> dict[str, list[Site]]:
    """Sites by service, from a file with columns service, block and site, and if there are, area and staff.

    `block` is the code of the block that a site stands in, `area` the area of its service that it serves, where that
    is not the one it stands in. Raises FileRefused for a block or a service that is not known, naming it.
    """
    service, block, site = (found.column(name) for name in ("service", "block", "site"))
    headings = {heading.strip().lower() for heading in found.columns}
    blank = ("",) * len(found)
    area = found.column("area") if "area" in headings else blank
    staff = found.column("staff") if "staff" in headings else blank
    if lost := [code for code in block if code not in blocks.number]:
        near = did_you_mean(lost[0], list(blocks.ids)) if len(lost) == 1 else ""
        raise FileRefused(found.file, f"sites stand in {len(lost):,} blocks that are not known: {named(lost)}{near}")
    made: dict[str, list[Site]] = {}
    for n, name in enumerate(service):
        try:
            of = comparison.names[comparison.number(name)]
        except UsageError as error:
            raise FileRefused(found.file, f"row {n + 2:,}: the service {error}") from None
        count = number(found.file, f"the staff in row {n + 2:,}", staff[n])
        there = Site(site[n], blocks.number[block[n]], area[n], None if count is None else float(count))
        made.setdefault(of, []).append(there)
    return made
