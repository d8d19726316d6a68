"""The demo borough's small areas: shapes, people, wards, practices, schools, and two services whose lines disagree.

A crooked chessboard in the Irish Sea, where nobody lives, cut in two by a river. Whole numbers only, so that the same
seed gives the same bytes anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.demo.chance import Stream, shares
from totalplace.demo.pack import delimited
from totalplace.demo.words import word_file

WIDE, HIGH, SIDE = 18, 9, 600
"""Blocks across and up, and about how many metres each is long."""
WEST, SOUTH = 290_000, 450_000
RIVER, NORTH_BANK = 90, 6
"""Metres of water below the row of blocks that is the north bank."""
MISSING = {(0, 0), (1, 0), (17, 0), (0, 8), (16, 8), (17, 8)}
"""Corners of the board that belong to the neighbours."""
BRIDGES = {3: "Fulling Mill Bridge", 9: "Town Bridge", 14: "Ropewalk footbridge"}
"""Columns in which the river is crossed."""
NETWORKS = ("Canalside", "Moor and Mill", "Central", "Riverside", "Hill and Vale")
TEAMS = ("North West", "North East", "South West", "South East")
AUTHORITY = "E08999001"
PROPOSED = {
    "Canalside": ("Abbot's Fold", "Bellrope", "Farthing Hill"),
    "Hallow Green": ("Canal Head", "Glassmakers", "Hallow Green"),
    "South East": ("Cinderbank", "Dunnock Moor", "Eastgate and Mill"),
    "Central": ("Ivelet", "Kiln Lane", "Larkhampton Central"),
    "North Bank West": ("Monksway", "Northholme", "Quarry Bank"),
    "North Bank East": ("Ropewalk", "Saltersford", "Weavers Cross"),
}
"""The neighbourhoods that the borough's board proposes, by wards: the proven best where practice networks and police
teams weigh half as much as borders."""
Point = tuple[int, int]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Ward:
    """A ward of the borough, with its people."""

    code: str
    name: str
    people: int


def write_geography(seed: int) -> dict[str, str]:
    """The files of the borough's geography, with its facilities and need, by where they go."""
    from totalplace.demo.facilities import write_facilities

    town = Town(Stream(seed, "geography"), wards())
    return {
        "geography/lsoa.geojson": town.shapes(),
        "geography/people.csv": csv_text(("LSOA21CD", "Usual residents"), zip(town.codes, town.people, strict=True)),
        "geography/lsoa_to_ward.csv": town.lookup(),
        "geography/practices.csv": town.practices(),
        "geography/networks.csv": town.networks(),
        "geography/schools.csv": town.schools(),
        "geography/police.geojson": town.police(),
        "proposals/six-neighbourhoods.csv": town.proposal(),
        **write_facilities(seed),
    }


def wards() -> list[Ward]:
    """The wards with their people of the last year, as areas/wards.csv has them."""
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(word_file("wards.csv"))))
    last = max(row["Year"] for row in rows)
    return [Ward(row["Ward code"], row["Ward"], int(row["Population"])) for row in rows if row["Year"] == last]


def bridges() -> list[tuple[str, str, str]]:
    """The codes of the blocks on both ends of each bridge, and what it is called."""
    cells = _cells()
    code = {cell: _code(n) for n, cell in enumerate(cells)}
    return [(code[i, NORTH_BANK - 1], code[i, NORTH_BANK], name) for i, name in BRIDGES.items()]


def _cells() -> list[Cell]:
    return [(i, j) for j in range(HIGH) for i in range(WIDE) if (i, j) not in MISSING]


def _code(n: int) -> str:
    return f"E01999{n + 1:03}"


class Town:
    """One borough in the making; every draw comes from one stream, in a fixed order."""

    def __init__(self, stream: Stream, known: Sequence[Ward]) -> None:
        self._stream, self._wards = stream, known
        self._cells = _cells()
        self.codes = [_code(n) for n in range(len(self._cells))]
        self._corner = {(i, j): self._near(SIDE // 5) for j in range(HIGH + 1) for i in range(WIDE + 1)}
        self._middle = {
            (i, j, k): self._near(SIDE // 12) for j in range(HIGH + 1) for i in range(WIDE + 1) for k in "en"
        }
        self._ward = self._divide()
        self.people = self._settle()
        self._sites = self._practices()

    def middle(self, block: int) -> Point:
        """The middle of a block, in metres."""
        i, j = self._cells[block]
        return self._at(i, j, j >= NORTH_BANK, (0, 0), (1, 1))

    def block_at(self, cell: Cell) -> int:
        """The block of a cell of the board."""
        return self._cells.index(cell)

    def blocks_of(self, ward: int) -> list[int]:
        """The blocks of a ward."""
        return [block for block, its in enumerate(self._ward) if its == ward]

    def ward_of(self, block: int) -> int:
        """The ward of a block."""
        return self._ward[block]

    def _near(self, far: int) -> Point:
        return self._stream.below(2 * far + 1) - far, self._stream.below(2 * far + 1) - far

    def _at(self, i: int, j: int, north: bool, moved: Point, half: Point = (0, 0)) -> Point:
        """A point of the board in metres: `half` goes on by half a side."""
        x = WEST + i * SIDE + half[0] * SIDE // 2 + moved[0]
        return x, SOUTH + j * SIDE + half[1] * SIDE // 2 + moved[1] + (RIVER if north else 0)

    def _ring(self, cell: Cell) -> list[Point]:
        """The border of a block: four corners and a bend in each side, shared with whoever is beyond."""
        (i, j), north = cell, cell[1] >= NORTH_BANK
        corner, middle = self._corner, self._middle
        ring = [
            self._at(i, j, north, corner[i, j]),
            self._at(i, j, north, middle[i, j, "e"], (1, 0)),
            self._at(i + 1, j, north, corner[i + 1, j]),
            self._at(i + 1, j, north, middle[i + 1, j, "n"], (0, 1)),
            self._at(i + 1, j + 1, north, corner[i + 1, j + 1]),
            self._at(i, j + 1, north, middle[i, j + 1, "e"], (1, 0)),
            self._at(i, j + 1, north, corner[i, j + 1]),
            self._at(i, j, north, middle[i, j, "n"], (0, 1)),
        ]
        return [*ring, ring[0]]

    def _divide(self) -> list[int]:
        """The ward of each block: of the nearest centre on its side of the river, in tenths of a side."""
        centres = []
        for n in range(len(self._wards)):
            a, b = self._near(5)
            centres.append((n % 6 * 30 + 15 + a, n // 6 * 30 + 15 + b, n // 6 * 3 >= NORTH_BANK))
        found = []
        for i, j in self._cells:
            here = [
                ((i * 10 + 5 - x) ** 2 + (j * 10 + 5 - y) ** 2, n)
                for n, (x, y, north) in enumerate(centres)
                if north == (j >= NORTH_BANK)
            ]
            found.append(min(here)[1])
        return found

    def _settle(self) -> list[int]:
        """People of each block: its ward's, shared out."""
        people = [0] * len(self._cells)
        for n, ward in enumerate(self._wards):
            members = self.blocks_of(n)
            weights = [80 + self._stream.below(41) for _ in members]
            for block, count in zip(members, shares(ward.people, weights), strict=True):
                people[block] = count
        return people

    def _place(self, block: int) -> Point:
        """Somewhere near the middle of a block."""
        i, j = self._cells[block]
        return self._at(i, j, j >= NORTH_BANK, self._near(SIDE // 6), (1, 1))

    def _in_ward(self, n: int) -> int:
        return self._stream.pick(self.blocks_of(n))

    def _practices(self) -> list[tuple[str, str, int, Point]]:
        """Practices: code, name, network, place. A network is those near its centre, and one practice in ten is not."""
        centres = [self._at(i, j, False, self._near(SIDE)) for i, j in ((3, 3), (8, 2), (9, 6), (14, 7), (15, 2))]
        homes = [*range(len(self._wards)), *(self._stream.below(len(self._wards)) for _ in range(8))]
        words = ("Surgery", "Medical Centre", "Health Centre")
        made = []
        for n, ward in enumerate(homes):
            place = self._place(self._in_ward(ward))
            network = _nearest(place, centres) if not self._stream.percent(10) else self._stream.below(len(NETWORKS))
            known = sum(home == ward for home in homes[:n])
            made.append((f"P99{n + 1:03}", f"{self._wards[ward].name} {words[known % 3]}", network, place))
        return made

    def _of_practice(self) -> list[int]:
        """The practice nearest to each block."""
        places = [place for _, _, _, place in self._sites]
        return [_nearest(self._at(i, j, j >= NORTH_BANK, (0, 0), (1, 1)), places) for i, j in self._cells]

    def shapes(self) -> str:
        """The blocks as GeoJSON, in metres as older tools write it; names as the statistics office forms them."""
        rows = [
            ({"LSOA21CD": code, "LSOA21NM": name}, [self._ring(cell)])
            for code, name, cell in zip(self.codes, self._names(), self._cells, strict=True)
        ]
        return _geojson(rows)

    def _names(self) -> list[str]:
        return [f"Larkhampton {n // 5 + 1:03}{'ABCDE'[n % 5]}" for n in range(len(self._cells))]

    def lookup(self) -> str:
        """Which ward each block belongs to."""
        heads = ("LSOA21CD", "LSOA21NM", "WD24CD", "WD24NM", "LAD24CD", "LAD24NM")
        rows = [
            (code, name, self._wards[n].code, self._wards[n].name, AUTHORITY, "Larkhampton")
            for code, name, n in zip(self.codes, self._names(), self._ward, strict=True)
        ]
        return csv_text(heads, rows)

    def practices(self) -> str:
        """Practices with their network and the size of their list."""
        lists = [0] * len(self._sites)
        for practice, people in zip(self._of_practice(), self.people, strict=True):
            lists[practice] += people
        rows = [
            (code, name, f"U99{network + 1:03}", f"{NETWORKS[network]} network", size * 104 // 100, *place)
            for (code, name, network, place), size in zip(self._sites, lists, strict=True)
        ]
        heads = ("Practice code", "Name", "Network code", "Network", "List size", "Easting", "Northing")
        return csv_text(heads, rows)

    def networks(self) -> str:
        """The network with which most people of each block are registered: that of the nearest practice."""
        found = [self._sites[practice][2] for practice in self._of_practice()]
        rows = [(c, f"U99{n + 1:03}", f"{NETWORKS[n]} network") for c, n in zip(self.codes, found, strict=True)]
        return csv_text(("LSOA21CD", "Network code", "Network"), rows)

    def schools(self) -> str:
        """Two primary schools a ward, and a secondary school in each third."""
        rows: list[tuple[Any, ...]] = []
        for n, ward in enumerate(self._wards):
            kinds = [("Primary School", "primary"), ("Park Primary School", "primary")]
            for word, phase in [*kinds, *([("High School", "secondary")] if n % 3 == 1 else [])]:
                pupils = 180 + self._stream.below(240) if phase == "primary" else 800 + self._stream.below(600)
                place = self._place(self._in_ward(n))
                rows.append((f"{999001 + len(rows)}", f"{ward.name} {word}", phase, pupils, *place))
        return csv_text(("URN", "Name", "Phase", "Pupils", "Easting", "Northing"), rows)

    def proposal(self) -> str:
        """The neighbourhood that is proposed for each block."""
        of = {ward: name for name, members in PROPOSED.items() for ward in members}
        rows = zip(self.codes, (of[self._wards[n].name] for n in self._ward), self.people, strict=True)
        return csv_text(("block", "area", "people"), rows)

    def police(self) -> str:
        """Four police teams, whose lines run straight through wards and blocks."""
        west, south, east, north = WEST - 2000, SOUTH - 2000, WEST + WIDE * SIDE + 2000, SOUTH + HIGH * SIDE + 2000
        x, y = self._at(9, 5, False, self._near(SIDE))
        up, down = x + self._near(SIDE)[0], x + self._near(SIDE)[0]
        left, right = y + self._near(SIDE)[1], y + self._near(SIDE)[1]
        rings = [
            [(west, left), (x, y), (up, north), (west, north)],
            [(x, y), (east, right), (east, north), (up, north)],
            [(west, south), (down, south), (x, y), (west, left)],
            [(down, south), (east, south), (east, right), (x, y)],
        ]
        made = [({"Team": name}, [[*ring, ring[0]]]) for name, ring in zip(TEAMS, rings, strict=True)]
        return _geojson(made)


def _nearest(place: Point, places: Sequence[Point]) -> int:
    return min(range(len(places)), key=lambda n: (places[n][0] - place[0]) ** 2 + (places[n][1] - place[1]) ** 2)


def csv_text(heads: Sequence[str], rows: Any) -> str:
    """A table as a CSV file."""
    return "".join(delimited(row) + "\r\n" for row in [heads, *rows])


def _geojson(rows: Sequence[tuple[dict[str, str], list[list[Point]]]]) -> str:
    """A collection in metres of the national grid, a feature a line."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": rings}},
            ensure_ascii=False,
        )
        for said, rings in rows
    ]
    crs = '{"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}'
    features = ",\n".join(lines)
    return f'{{"type": "FeatureCollection", "crs": {crs}, "features": [\n{features}\n]}}\n'
