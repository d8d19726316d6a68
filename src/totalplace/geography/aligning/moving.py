"""What a service would have to move to work to proposed lines: who changes team, and which sites stand elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from totalplace.errors import GeographyError, did_you_mean
from totalplace.geography.aligning.alignment import Cross, cross
from totalplace.geography.blocks import Division, Integers


@dataclass(frozen=True)
class Site:
    """A place that a service works from: its block, by number, the area of the service that it serves, its staff.

    `area` is '' where it serves the area that it stands in. `staff` are people or full-time equivalents as the source
    has them, None where nobody said.
    """

    name: str
    block: int
    area: str = ""
    staff: float | None = None


@dataclass(frozen=True)
class Placed:
    """A site with the area of its service, the proposed area that it stands in, those that its team would work in.

    `stays` is whether it stands in one of these, which a team that is left with no area does not; None where an area is
    not known.
    """

    site: Site
    area: str
    stands_in: str
    team_in: tuple[str, ...]
    stays: bool | None


@dataclass(frozen=True, eq=False)
class Move:
    """A service moved to proposed lines.

    `way` is 'joined' where each area of the service goes whole to one proposed area, 'divided' where each proposed
    area is taken whole by one area of the service: whichever moves fewer people. `goes` are the areas that stay
    together, as (number of the service's area, number of the proposed one). `moved` people would have another team;
    `moved_by_area` are they by area of the service. `without_team` are proposed areas that no team goes to,
    `without_area` areas of the service that are left with nowhere.
    """

    service: Division
    proposed: Division
    table: Cross
    way: Literal["joined", "divided"]
    goes: tuple[tuple[int, int], ...]
    moved: int
    moved_by_area: Integers
    without_team: tuple[str, ...]
    without_area: tuple[str, ...]
    sites: tuple[Placed, ...] = field(default=())

    @property
    def people(self) -> int:
        """People who have an area in both."""
        return self.table.total

    @property
    def share(self) -> float:
        """The share of them who would have another team."""
        return self.moved / self.people

    @property
    def wrong(self) -> tuple[Placed, ...]:
        """Sites that would stand outside the area that their team works in."""
        return tuple(each for each in self.sites if each.stays is False)

    @property
    def unknown(self) -> tuple[Placed, ...]:
        """Sites of which it cannot be told."""
        return tuple(each for each in self.sites if each.stays is None)

    @property
    def staff(self) -> float:
        """Staff of the sites that would stand elsewhere, of those whose staff is known."""
        return sum(each.site.staff or 0 for each in self.wrong)

    @property
    def staff_known(self) -> bool:
        """Whether the staff of every site that would stand elsewhere is known."""
        return all(each.site.staff is not None for each in self.wrong)


def move(service: Division, proposed: Division, people: Integers, sites: Iterable[Site] = ()) -> Move:
    """A service moved to proposed lines with the fewest people who change team. The rule is ours: see Move.way.

    Raises GeographyError for a site that names an area which is not among the service's.
    """
    table = cross(service, proposed, people)
    joined, divided = table.best, table.turned.best
    goes_joined = [(a, int(b)) for a, b in enumerate(joined) if b >= 0]
    goes_divided = sorted((int(a), b) for b, a in enumerate(divided) if a >= 0)
    stay = [_stay(table, goes) for goes in (goes_joined, goes_divided)]
    way: Literal["joined", "divided"] = "joined" if stay[0].sum() >= stay[1].sum() else "divided"
    goes, kept = (goes_joined, stay[0]) if way == "joined" else (goes_divided, stay[1])
    moved = table.of_first - kept
    teams, areas = {b for _, b in goes}, {a for a, _ in goes}
    return Move(
        service,
        proposed,
        table,
        way,
        tuple(goes),
        int(moved.sum()),
        moved,
        tuple(proposed.labels[b] for b in np.flatnonzero(table.of_second).tolist() if b not in teams),
        tuple(service.labels[a] for a in np.flatnonzero(table.of_first).tolist() if a not in areas),
        tuple(_placed(site, service, proposed, goes) for site in sites),
    )


def _stay(table: Cross, goes: Sequence[tuple[int, int]]) -> Integers:
    """People by area of the first division who keep their team."""
    width = len(table.second.labels)
    kept = np.isin(table.rows * width + table.columns, [a * width + b for a, b in goes])
    return np.bincount(table.rows[kept], table.people[kept], len(table.first.labels)).astype(np.int64)


def _placed(site: Site, service: Division, proposed: Division, goes: Sequence[tuple[int, int]]) -> Placed:
    here, there = int(service.of[site.block]), int(proposed.of[site.block])
    if site.area:
        if site.area not in service.labels:
            known = did_you_mean(site.area, list(service.labels))
            raise GeographyError(f"the site '{site.name}' serves '{site.area}', no area of '{service.name}'{known}")
        here = service.labels.index(site.area)
    teams = [b for a, b in goes if a == here]
    stays = None if here < 0 or there < 0 else there in teams
    return Placed(
        site,
        service.labels[here] if here >= 0 else "",
        proposed.labels[there] if there >= 0 else "",
        tuple(proposed.labels[b] for b in teams),
        stays,
    )
