"""What a move does, in sentences: which areas it takes out of the band or brings into it, leaves in pieces or joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from totalplace.geography.design.task import Band
from totalplace.geography.editing.standing import Row, Standing

FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Told:
    """What a move does: what it breaks, what it mends, and the rest, each in sentences."""

    breaks: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All of it, what breaks first."""
        return (*self.breaks, *self.mends, *self.rest)


def few(n: int) -> str:
    """A number in words up to nine."""
    return FEW[n] if 0 <= n < len(FEW) else f"{n:,}"


def band_words(row: Row, band: Band) -> str:
    """People of an area and where they stand: '52,310 people: 2,310 above 50,000'."""
    return f"{row.people:,} people{f': {band.stands(row.people)}' if row.out else ''}"


def told(before: Mapping[str, Row], after: Mapping[str, Row], band: Band) -> Told:
    """What became of the areas between two states."""
    breaks: list[str] = []
    mends: list[str] = []
    rest: list[str] = []
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if now is None:
            assert was is not None
            rest.append(f"{was.name} has no block left.")
        elif was is None or (was.people, was.pieces, was.lacks, was.blocks) != (
            now.people,
            now.pieces,
            now.lacks,
            now.blocks,
        ):
            _of(was, now, band, breaks, mends, rest)
    return Told(tuple(breaks), tuple(mends), tuple(rest))


def _of(was: Row | None, now: Row, band: Band, breaks: list[str], mends: list[str], rest: list[str]) -> None:
    """What became of one area."""
    out_before, pieces_before = (was.out, was.pieces) if was else (0, 1)
    before = set(was.lacks) if was else set()
    stands = f"{now.name} has {band_words(now, band)}"
    if now.out and not out_before:
        breaks.append(f"{stands}.")
    elif now.out:
        (mends if abs(now.out) < abs(out_before) else breaks if now.out != out_before else rest).append(f"{stands}.")
    elif out_before:
        mends.append(f"{stands}, in the band.")
    elif was is None or was.people != now.people:
        rest.append(f"{stands}.")
    if now.pieces > pieces_before:
        breaks.append(f"{now.name} is left in {few(now.pieces)} pieces.")
    elif now.pieces < pieces_before:
        mends.append(f"{now.name} is {'of one piece' if now.pieces == 1 else f'in {few(now.pieces)} pieces'}.")
    if lost := [kind for kind in now.lacks if kind not in before]:
        breaks.append(f"{now.name} holds none of: {', '.join(lost)}.")
    if found := [kind for kind in (was.lacks if was else ()) if kind not in now.lacks]:
        mends.append(f"{now.name} holds {', '.join(found)} now.")


def faults(standing: Standing) -> list[str]:
    """What is not as it should be in a state: areas out of the band, in pieces, without what they should hold."""
    band, found = standing.task.band, []
    for row in standing.rows.values():
        if row.out:
            found.append(f"{row.name}: {band_words(row, band)}.")
        if row.pieces > 1:
            found.append(f"{row.name}: in {few(row.pieces)} pieces.")
        if row.lacks:
            found.append(f"{row.name}: holds none of {', '.join(row.lacks)}.")
    blocks, people = standing.unplaced
    if blocks:
        found.append(
            f"{blocks:,} {'small area' if blocks == 1 else 'small areas'} with {people:,} people: in no area yet."
        )
    return found
