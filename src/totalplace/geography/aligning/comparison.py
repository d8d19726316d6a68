"""The lines of services held against each other: what a command prints, a page shows and a workbook holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.geography.aligning import move_tables, words
from totalplace.geography.aligning.alignment import Alignment
from totalplace.geography.aligning.lines import disagree
from totalplace.geography.aligning.measures import MEASURES, cells, meanings_table
from totalplace.geography.aligning.moving import Move, Site, move
from totalplace.geography.aligning.together import Together
from totalplace.geography.blocks import Blocks, Division, Graph, Metres
from totalplace.table import Column, Table


@dataclass(frozen=True, eq=False)
class Comparison:
    """Divisions of the same blocks, what they come to against each other and, where one is proposed, what moving costs.

    `sites` are by the name of the service. `notes` are what is to be said of how the files were read.
    """

    blocks: Blocks
    divisions: tuple[Division, ...]
    proposed: str = ""
    sites: Mapping[str, Sequence[Site]] = field(default_factory=dict)
    graph: Graph | None = None
    outer: Metres | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in filter(None, (self.proposed, *self.sites)):
            self.number(name)

    @cached_property
    def names(self) -> list[str]:
        """The names of the divisions, in their order."""
        return [division.name for division in self.divisions]

    def number(self, name: str) -> int:
        """The number of a division by its name, in any case; raises UsageError with the nearest known."""
        alike = [n for n, each in enumerate(self.names) if each.lower() == name.strip().lower()]
        if name in self.names:
            return self.names.index(name)
        if len(alike) != 1:
            raise UsageError(f"'{name}' is none of the divisions{did_you_mean(name, self.names)}")
        return alike[0]

    @cached_property
    def together(self) -> Together:
        """The divisions, each against each other."""
        return Together(self.divisions, self.blocks.people, self.graph, self.outer)

    def pair(self, first: str, second: str) -> Alignment:
        """Two divisions by name; raises UsageError for one that is not here, or the same twice."""
        a, b = self.number(first), self.number(second)
        if a == b:
            raise UsageError(f"'{self.names[a]}' and itself agree in everything; name two divisions")
        return self.together.pair(a, b)

    def fitted(self, first: str, second: str) -> Alignment:
        """Two divisions, the finer first: the one whose areas lie in the other's with fewer people left outside."""
        found = self.pair(first, second)
        return found.turned if found.back.best_fit > found.forth.best_fit else found

    @cached_property
    def farthest(self) -> tuple[str, str]:
        """The two divisions of like size that are the farthest apart; where there are none, the first that meet."""
        alike = [
            (found.distance, a, b)
            for a, b in self.together.pairs()
            if words.of_like_size(found := self.together.pair(a, b)) and found.distance > 0
        ]
        _, a, b = max(alike, default=(0.0, *self.together.pairs()[0]), key=lambda each: (each[0], -each[1], -each[2]))
        return self.names[a], self.names[b]

    @cached_property
    def moves(self) -> list[Move]:
        """What each other division would have to move to work to the proposed lines; none where none is proposed."""
        if not self.proposed:
            return []
        goal = self.divisions[self.number(self.proposed)]
        by_number = {self.number(name): sites for name, sites in self.sites.items()}
        return [
            move(division, goal, self.blocks.people, by_number.get(n, ()))
            for n, division in enumerate(self.divisions)
            if division is not goal and self.together.meet(n, self.number(self.proposed))
        ]

    def words(self) -> list[str]:
        """What there is to say of all, of every two, and of each move."""
        together = self.together
        said = [words.overlay_words(together.overlay, self.divisions)]
        said += [sentence for a, b in together.pairs() for sentence in words.pair_words(together.pair(a, b))[:1]]
        if self.proposed:
            goal = self.number(self.proposed)
            if len(self.divisions) > 2 and (whole := together.all_whole(goal)) is not None:
                said.append(words.all_whole_words(whole, self.names[goal]))
            said += [sentence for each in self.moves for sentence in words.move_words(each)]
        return said

    def warnings(self) -> list[str]:
        """People who are in no measure, and what the files said."""
        people = self.blocks.people
        left = [
            words.left_out_words(division.name, int(people[division.of < 0].sum()), int((division.of < 0).sum()))
            for division in self.divisions
        ]
        numbers, met = range(len(self.divisions)), self.together.meet
        never = [
            f"nobody has an area in both {self.names[a]} and {self.names[b]}: they are not compared"
            for a in numbers
            for b in numbers
            if a < b and not met(a, b)
        ]
        return [*filter(None, left), *never, *self.notes]

    def measures_table(self) -> Table:
        """Every measure of every two divisions, both ways."""
        columns = (
            Column("first", "Lines"),
            Column("second", "Against"),
            *(Column(each.name, each.label, each.kind) for each in MEASURES),
        )
        numbers = range(len(self.divisions))
        rows = [
            (self.names[a], self.names[b], *cells(self.together.pair(a, b), self.together.lines(a, b)))
            for a in numbers
            for b in numbers
            if self.together.meet(a, b)
        ]
        note = "From the first to the one it is held against; the other way round is a row of its own."
        return Table("align-measures", "Every measure of every two sets of lines", columns, rows, note)

    def pair_table(self, first: str, second: str) -> Table:
        """Every measure of two divisions, both ways as people read them, with what it says."""
        a, b = self.names.index(first), self.names.index(second)
        ways = [cells(self.together.pair(x, y), self.together.lines(x, y)) for x, y in ((a, b), (b, a))]
        columns = (
            Column("measure", "Measure"),
            Column("forth", f"{first} against {second}"),
            Column("back", f"{second} against {first}"),
            Column("says", "What it says"),
            Column("alike", "The same lines give"),
        )
        rows = [
            (each.label, each.said(forth), each.said(back), each.words, each.alike)
            for each, forth, back in zip(MEASURES, *ways, strict=True)
        ]
        return Table("align-pair", f"Every measure of {first} and {second}", columns, rows)

    def matrix_table(self, measure: str = "same") -> Table:
        """One measure of every division against every other, as a square; blank where two do not meet."""
        known = {each.name: each for each in MEASURES}
        if measure not in known:
            raise UsageError(f"'{measure}' is no measure{did_you_mean(measure, list(known))}")
        wanted, at = known[measure], list(known).index(measure)
        numbers = range(len(self.divisions))
        rows = []
        for a in numbers:
            found = [
                cells(self.together.pair(a, b), self.together.lines(a, b))[at] if self.together.meet(a, b) else None
                for b in numbers
            ]
            rows.append((self.names[a], *found))
        columns = (
            Column("division", "Lines"),
            *(Column(f"against_{n + 1}", name, wanted.kind) for n, name in enumerate(self.names)),
        )
        return Table("align-matrix", f"{wanted.label}, all against all", columns, rows, f"{wanted.words}.")

    def overlaps_table(self, first: str, second: str) -> Table:
        """Which areas of two divisions share people, the most people first."""
        found = self.pair(first, second)
        table, paired = found.cross, set(found.pairs)
        columns = (
            Column("first", table.first.name),
            Column("second", table.second.name),
            Column("people", "People in both", "count"),
            Column("share_first", f"Share of {table.first.name}", "percent"),
            Column("share_second", f"Share of {table.second.name}", "percent"),
            Column("overlap", "In both, of those in either", "percent"),
            Column("paired", "Taken for the same area"),
        )
        rows = [
            (
                table.first.labels[a],
                table.second.labels[b],
                n,
                n / int(table.of_first[a]),
                n / int(table.of_second[b]),
                overlap,
                "yes" if (a, b) in paired else "",
            )
            for a, b, n, overlap in zip(
                table.rows.tolist(), table.columns.tolist(), table.people.tolist(), table.jaccard.tolist(), strict=True
            )
        ]
        rows.sort(key=lambda row: (row[0], -row[2], row[1]))
        title = f"Where {table.first.name} and {table.second.name} overlap"
        return Table("align-overlaps", title, columns, rows, f"{table.total:,} people have an area in both.")

    def disagreements_table(self, first: str, second: str) -> Table:
        """The blocks outside the area of the coarser in which most of their area of the finer live: see fitted."""
        found = self.fitted(first, second)
        one, two = found.cross.first, found.cross.second
        columns = (
            Column("block", "Small area"),
            Column("name", "Name"),
            Column("people", "People", "count"),
            Column("first", one.name),
            Column("second", two.name),
            Column("most", f"Most of its {one.name} are in"),
        )
        rows = [
            (
                self.blocks.ids[n],
                self.blocks.names[n],
                int(self.blocks.people[n]),
                one.labels[one.of[n]],
                two.labels[two.of[n]],
                two.labels[found.cross.best[one.of[n]]],
            )
            for n in disagree(one, two, found.cross.best).nonzero()[0].tolist()
        ]
        rows.sort(key=lambda row: (row[3], row[4], -row[2], row[0]))
        title = f"Where {one.name} and {two.name} disagree"
        note = f"{sum(row[2] for row in rows):,} people; an area of {one.name} is taken for where most of it lies."
        return Table("align-disagreements", title, columns, rows, note)

    def moves_table(self) -> Table:
        """What each service would have to move to work to the proposed lines."""
        return move_tables.moves_table(self.moves, self.proposed)

    def moved_table(self) -> Table:
        """The same by area of each service: where it goes, and who would have another team."""
        return move_tables.moved_table(self.moves)

    def sites_table(self) -> Table:
        """Each site: where it stands, and where its team would work."""
        return move_tables.sites_table(self.moves, self.blocks.ids)

    def tables(self) -> list[Table]:
        """Everything, for a workbook: matrices first, then measures, overlaps of every two, and moves."""
        shown = ("same", "best_fit", "whole", "entropy", "variation", *(("lines",) if self.graph else ()))
        found = [self.matrix_table(measure) for measure in shown]
        found.append(self.measures_table())
        if self.proposed:
            found += [self.moves_table(), self.moved_table()]
            if self.sites:
                found.append(self.sites_table())
        found.append(meanings_table())
        pairs = [(self.names[a], self.names[b]) for a, b in self.together.pairs()]
        return [*found, *(self.overlaps_table(a, b) for a, b in pairs[:SHEETS])]

    def document(self) -> dict[str, Any]:
        """All of it for JSON."""
        laid = self.together.overlay
        found: dict[str, Any] = {
            "blocks": len(self.blocks),
            "people": int(self.blocks.people.sum()),
            "divisions": [
                {
                    "name": division.name,
                    "areas": len(division.labels),
                    "people": int(self.blocks.people[division.of >= 0].sum()),
                    "people_left_out": int(self.blocks.people[division.of < 0].sum()),
                }
                for division in self.divisions
            ],
            "together": {"pieces": laid.pieces, "people": laid.people, "left_out": laid.left_out},
            "measures": list(self.measures_table().records()),
            "words": self.words(),
            "warnings": self.warnings(),
        }
        if self.proposed:
            goal = self.number(self.proposed)
            found["proposed"] = self.names[goal]
            found["all_whole"] = self.together.all_whole(goal)
            found["moves"] = list(self.moves_table().records())
            found["moved"] = list(self.moved_table().records())
            found["sites"] = list(self.sites_table().records())
        return found


SHEETS = 15
"""So many pairs have a sheet of their own in a workbook; any other is asked for by name."""
