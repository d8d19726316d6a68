"""Alignment in sentences that a treasurer can read out."""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.geography.aligning.alignment import Alignment, OneWay
from totalplace.geography.aligning.moving import Move
from totalplace.geography.aligning.together import Overlay
from totalplace.geography.blocks import Division
from totalplace.table import figure
from totalplace.terms import first_up

LIKE = 1.5
"""Two divisions are of like size where neither has more than so many times the areas of the other. Ours."""
NAMED = 6
"""So many areas a sentence names."""


def share(value: float) -> str:
    """A share in whole per cent; what is nearly all or next to none is not rounded to all or none."""
    if 0.995 <= value < 1:
        return "over 99%"
    if 0 < value < 0.005:
        return "under 1%"
    return f"{value:.0%}"


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """Names with commas, the first few and how many more."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def pair_words(found: Alignment) -> list[str]:
    """What two divisions come to: the one sentence first, then how each lies in the other."""
    table, forth, back = found.cross, found.forth, found.back
    first, second = table.first.name, table.second.name
    same = "" if found.same is None else f"{share(found.same)} of residents have the same area for {first} and {second}"
    nests = [
        f"every area of {a} lies wholly in one area of {b}"
        for a, b, way in ((first, second, forth), (second, first, back))
        if not way.split
    ]
    if len(nests) == 2:
        lead = f"{first} and {second} are the same lines."
    elif of_like_size(found) and same:
        lead = f"{same}."
    elif nests:
        lead = f"{first_up(nests[0])}: none is split."
    else:
        small, large, way = (first, second, forth) if forth.areas > back.areas else (second, first, back)
        lead = f"{share(way.whole)} of residents live in an area of {small} that lies wholly in one area of {large}."
    said = [lead]
    if same and lead != f"{same}." and len(nests) < 2:
        said.append(f"{same}, when areas are paired one to one.")
    said += [_way(a, b, way) for a, b, way in ((first, second, forth), (second, first, back))]
    if apart := left_apart(found):
        said.append(apart)
    return said


def of_like_size(found: Alignment) -> bool:
    """Whether neither of two divisions has more than LIKE times the areas of the other."""
    one, two = found.forth.areas, found.back.areas
    return one <= LIKE * two and two <= LIKE * one


def _way(first: str, second: str, way: OneWay) -> str:
    if not way.split:
        return f"Each of the {way.areas:,} areas of {first} lies in one area of {second}."
    pieces = "piece" if way.excess == 1 else "pieces"
    if way.split == way.areas:
        split = f"Each of the {way.areas:,} areas" if way.areas > 1 else "The one area"
        rest = ""
    else:
        split, rest = f"{way.split:,} of the {way.areas:,} areas", f"; {share(way.whole)} of residents live in another"
    are = "is" if way.split in (1, way.areas) else "are"
    return (
        f"{split} of {first} {are} split by {second}, into {way.excess:,} {pieces} too many{rest}. "
        f"On average an area spreads as wide as over {figure(round(way.spread, 1))} equal parts."
    )


def left_apart(found: Alignment) -> str:
    """Who is in no measure of two divisions; '' where nobody is."""
    table = found.cross
    parts = [
        f"{count:,} {words}"
        for count, words in (
            (table.only_first, f"have an area in {table.first.name} alone"),
            (table.only_second, f"in {table.second.name} alone"),
            (table.neither, "in neither"),
        )
        if count
    ]
    return f"Not counted: {', '.join(parts)}." if parts else ""


def left_out_words(name: str, people: int, blocks: int) -> str:
    """Who has no area in a division; '' where everybody has one."""
    if not blocks:
        return ""
    return (
        f"{people:,} people in {blocks:,} {'block' if blocks == 1 else 'blocks'} have no area in {name}: they are kept "
        "apart from what is measured of it"
    )


def overlay_words(laid: Overlay, divisions: Sequence[Division]) -> str:
    """What several divisions come to when they are laid over each other."""
    most = max(len(division.labels) for division in divisions)
    return (
        f"Laid over each other, these {len(divisions)} sets of lines cut the place into {laid.pieces:,} pieces; the "
        f"finest of them alone has {most:,} areas."
    )


def all_whole_words(whole: float, goal: str) -> str:
    """How many people could have every service in one team."""
    return f"{share(whole)} of residents have every area of theirs lying wholly in one area of {goal}."


def move_words(found: Move) -> list[str]:
    """What a service would have to move to work to proposed lines."""
    service, goal = found.service.name, found.proposed.name
    if not found.moved:
        said = [f"{first_up(service)} could work to {goal} without anybody changing team."]
    else:
        whom = f"{found.moved:,} people, {share(found.share)} of residents,"
        said = [f"To work to {goal}, {service} would give {whom} another team."]
    if found.sites:
        known = "" if found.staff_known else " at the least"
        staff = f" with {figure(found.staff)} staff{known}" if found.staff else ""
        wrong = len(found.wrong)
        said.append(f"{wrong:,} of its {len(found.sites):,} sites{staff} would stand on the wrong side of a line.")
    if found.unknown:
        said.append(f"Of {len(found.unknown):,} of its sites it cannot be told.")
    if found.without_team:
        said.append(f"No team of {service} would go to {listed(found.without_team)}.")
    if found.without_area:
        said.append(f"No area would be left to the teams of {listed(found.without_area)}.")
    return said
