"""What moving to proposed lines would take, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.geography.aligning import words
from totalplace.geography.aligning.moving import Move
from totalplace.table import Column, Table


def moves_table(moves: Sequence[Move], proposed: str) -> Table:
    """What each service would have to move to work to the proposed lines."""
    columns = (
        Column("service", "Service"),
        Column("people", "People", "count"),
        Column("moved", "Would have another team", "count"),
        Column("share", "Share", "percent"),
        Column("way", "How its areas go over"),
        Column("sites", "Sites", "count"),
        Column("sites_wrong", "Sites on the wrong side", "count"),
        Column("sites_unknown", "Sites not known", "count"),
        Column("staff", "Staff of sites on the wrong side", "figure"),
        Column("without_team", "Proposed areas without a team"),
        Column("without_area", "Teams without an area"),
    )
    rows = [
        (
            each.service.name,
            each.people,
            each.moved,
            each.share,
            each.way,
            len(each.sites),
            len(each.wrong),
            len(each.unknown),
            each.staff if any(site.site.staff is not None for site in each.wrong) else None,
            words.listed(each.without_team),
            words.listed(each.without_area),
        )
        for each in moves
    ]
    note = "Joined: each of its areas goes whole to one proposed area. Divided: each proposed area is taken by one."
    if any(not each.staff_known for each in moves):
        note += " Staff of some sites on the wrong side are not known, and are not in."
    return Table("align-moves", f"What moving to {proposed} would take", columns, rows, note)


def moved_table(moves: Sequence[Move]) -> Table:
    """The same by area of each service: where it goes, and who would have another team."""
    columns = (
        Column("service", "Service"),
        Column("area", "Area"),
        Column("people", "People", "count"),
        Column("goes_to", "Its team would work in"),
        Column("moved", "Would have another team", "count"),
        Column("share", "Share", "percent"),
    )
    rows = []
    for each in moves:
        goes: dict[int, list[str]] = {}
        for a, b in each.goes:
            goes.setdefault(a, []).append(each.proposed.labels[b])
        here = each.table.of_first.tolist()
        for a, label in enumerate(each.service.labels):
            if here[a]:
                gone = int(each.moved_by_area[a])
                to = words.listed(goes.get(a, []), 10_000)
                rows.append((each.service.name, label, here[a], to, gone, gone / here[a]))
    return Table("align-moved", "Who would have another team, by area", columns, rows)


def sites_table(moves: Sequence[Move], ids: Sequence[str]) -> Table:
    """Each site: where it stands, and where its team would work."""
    columns = (
        Column("service", "Service"),
        Column("site", "Site"),
        Column("block", "Small area"),
        Column("area", "Area it serves"),
        Column("stands_in", "Stands in"),
        Column("team_in", "Its team would work in"),
        Column("side", "On the right side"),
        Column("staff", "Staff", "figure"),
    )
    side = {True: "yes", False: "no", None: "not known"}
    rows = [
        (
            each.service.name,
            placed.site.name,
            ids[placed.site.block],
            placed.area,
            placed.stands_in,
            words.listed(placed.team_in, 10_000),
            side[placed.stays],
            placed.site.staff,
        )
        for each in moves
        for placed in each.sites
    ]
    return Table("align-sites", "Sites and the proposed lines", columns, rows)
