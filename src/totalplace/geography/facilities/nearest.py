"""Lines drawn from sites: to each small area the area, such as a practice network, that its nearest site belongs to.

An estimate of ours: people choose their practice, and registrations by small area, where there are any, are better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from totalplace.errors import UsageError, did_you_mean
from totalplace.geography.blocks import Blocks
from totalplace.geography.facilities.reach import Reach
from totalplace.geography.points import Points
from totalplace.table import Column, Table


def belonging(points: Points, area: str, without: Sequence[str] = ()) -> Points:
    """The sites that belong to an area by the column headed `area`, but for those of the areas in `without`.

    Raises UsageError for a column or an area that is not there, or where no site is left.
    """
    areas = points.columns[heading_of(points, area)]
    for code in without:
        if code not in areas:
            raise UsageError(
                f"no site of {points.name} has '{code}' in '{area}'{did_you_mean(code, sorted(set(areas)))}"
            )
    kept = [n for n, code in enumerate(areas) if code and code not in without]
    if not kept:
        raise UsageError(f"no site of {points.name} belongs to an area in '{area}'")
    return replace(
        points,
        ids=tuple(points.ids[n] for n in kept),
        names=tuple(points.names[n] for n in kept),
        xy=points.xy[np.array(kept)],
        block=points.block[np.array(kept)],
        columns={name: tuple(values[n] for n in kept) for name, values in points.columns.items()},
    )


def heading_of(points: Points, heading: str) -> str:
    """A heading of the file of sites, in any case; raises UsageError with the nearest known."""
    alike = [name for name in points.columns if name.strip().lower() == heading.strip().lower()]
    if not alike:
        known = did_you_mean(heading, list(points.columns))
        raise UsageError(f"the file of {points.name} has no column '{heading}'{known}")
    return alike[0]


def settled(found: Reach, area: str) -> tuple[Reach, int]:
    """The reach where sites under one roof are of two areas: to the area that most of them are of, else the first's.

    One roof is the same metre. With it the people who live nearest to such a roof.
    """
    points, shared = found.points, 0
    areas = points.columns[heading_of(points, area)]
    roofs: dict[tuple[int, int], list[int]] = {}
    for n, (x, y) in enumerate(points.xy.tolist()):
        if x == x:
            roofs.setdefault((round(x), round(y)), []).append(n)
    nearest = found.nearest.copy()
    for block, site in enumerate(found.nearest.tolist()):
        x, y = points.xy[site].tolist()
        here = roofs[round(x), round(y)]
        count = Counter(areas[n] for n in here)
        most = count.most_common(1)[0][0]
        nearest[block] = next(n for n in here if areas[n] == most)
        shared += int(found.people[block]) if len(count) > 1 else 0
    return replace(found, nearest=nearest), shared


def nearest_table(found: Reach, blocks: Blocks, area: str, name: str = "") -> Table:
    """A row a block: the area and the site that are nearest, and how far that is in metres.

    `area` and `name` head columns of the sites' file; the columns of the table are called so too, so that it can be
    loaded as a lookup by the same headings.
    """
    points = found.points
    headings = list(dict.fromkeys(heading_of(points, each) for each in (area, name) if each))
    rows = [
        (
            blocks.ids[n],
            int(found.people[n]),
            *(points.columns[heading][site] for heading in headings),
            points.names[site],
            round(float(found.metres[n])),
        )
        for n, site in enumerate(found.nearest.tolist())
    ]
    columns = (
        Column("block", "Small area (code)"),
        Column("people", "People", "count"),
        *(Column(each, each) for each in headings),
        Column("nearest_site", "Nearest site"),
        Column("metres", "Metres", "count"),
    )
    return Table("nearest", f"The nearest of {points.name} to each small area", columns, rows)


def nearest_words(found: Reach, area: str, shared: int) -> list[str]:
    """How many areas people are put into, what the lines are not, and who lives nearest to a roof of two areas."""
    heading = heading_of(found.points, area)
    number = len({found.points.columns[heading][n] for n in found.nearest.tolist()})
    said = (
        f"{number:,} areas of '{heading}', each small area to that of its nearest site in a straight line: an "
        "estimate. People choose where they register; registrations by small area are better where there are any"
    )
    if not shared:
        return [said]
    roofs = (
        f"{shared:,} people live nearest to a building with sites of two or more areas: they are given to the area "
        "that most of those sites are of, else to the first in the file. Look at them, and correct the file"
    )
    return [said, roofs]
