"""The demo borough's libraries, jobcentres, pharmacies, public buildings and figures of need. Everything is made up.

Two offices 400 metres apart, of two bodies, each about half empty, are known to share a roof best. Three rows of the
register are faulty on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from totalplace.demo.chance import Stream
from totalplace.demo.geography import Point, Town, csv_text, wards
from totalplace.demo.words import word_file

NEAR_CENTRE = (8, 3)
"""The block in which the first of the two offices stands, by column and row."""
OFFICES = (
    # use, m², pounds a year, per cent occupied, pounds to move out, pounds expected of a sale
    ("council", "Weaver House", "office", 3200, 512000, 48, 160000, 2100000),
    ("homes", "Orchard Court", "office", 2400, 398000, 46, 95000, 1450000),
)
APART = 400
"""Metres from the one to the other, due east."""
HEADS = (
    *("UPRN", "Building", "Owner", "Use", "Floor area (m²)", "Running cost (£)", "Occupancy %", "Condition"),
    *("Statutory", "Heritage", "Move cost (£)", "Expected receipt (£)", "Easting", "Northing"),
)
OWNERS = {
    "council": "Larkhampton Borough Council",
    "homes": "Brindlestow Homes Limited",
    "police": "Orrendale PCC",
    "fire": "Orrendale Fire and Rescue Service",
    "icb": "NHS Orrendale Integrated Care Board",
    "work": "Work and Skills Agency Orrendale",
    "college": "Larkhampton College",
}
"""How the register writes each body."""


def write_facilities(seed: int) -> dict[str, str]:
    """The files of facilities and need, by where they go."""
    made = _Facilities(Stream(seed, "facilities"), Town(Stream(seed, "geography"), wards()))
    sites = ("Reference", "Name", "Easting", "Northing")
    return {
        "geography/libraries.csv": csv_text(sites, made.libraries()),
        "geography/jobcentres.csv": csv_text(sites, made.jobcentres()),
        "geography/pharmacies.csv": csv_text(sites, made.pharmacies()),
        "geography/assets.csv": csv_text(HEADS, made.register()),
        "geography/need.csv": csv_text(("LSOA21CD", "Need score", "Children in low-income families"), made.need()),
    }


class _Facilities:
    """Sites and figures in the making; every draw comes from one stream, in a fixed order."""

    def __init__(self, stream: Stream, town: Town) -> None:
        self._stream, self._town, self._wards = stream, town, wards()
        self._places = {n: self._somewhere(n) for n in range(len(self._wards))}

    def _near(self, place: Point, far: int = 90) -> Point:
        return place[0] + self._stream.below(2 * far + 1) - far, place[1] + self._stream.below(2 * far + 1) - far

    def _somewhere(self, ward: int) -> Point:
        return self._near(self._town.middle(self._stream.pick(self._town.blocks_of(ward))))

    def libraries(self) -> Iterable[tuple[Any, ...]]:
        """A library in every other ward."""
        for n in range(0, len(self._wards), 2):
            yield (f"L{n + 1:02}", f"{self._wards[n].name} Library", *self._places[n])

    def jobcentres(self) -> Iterable[tuple[Any, ...]]:
        """Two for the whole borough."""
        for n, ward in enumerate((2, 11), 1):
            yield (f"J{n:02}", f"{self._wards[ward].name} Work Centre", *self._near(self._places[ward]))

    def pharmacies(self) -> Iterable[tuple[Any, ...]]:
        """One to three in most wards; none in two of them."""
        count = 0
        for n, ward in enumerate(self._wards):
            for k in range(0 if n in (6, 15) else 1 + self._stream.below(3)):
                count += 1
                yield (f"PH{count:03}", f"{ward.name} Pharmacy {k + 1}", *self._somewhere(n))

    def register(self) -> list[tuple[Any, ...]]:
        """The register of public buildings: the two offices, services' own buildings, and three faulty rows."""
        east, north = self._town.middle(self._town.block_at(NEAR_CENTRE))
        rows = [
            self._row(body, name, use, (size, cost, full, "B", "", "", move, receipt), (east + n * APART, north))
            for n, (body, name, use, size, cost, full, move, receipt) in enumerate(OFFICES)
        ]
        for n, ward in enumerate(self._wards):
            rows += self._of_ward(n, ward.name)
        rows.append(
            self._row(
                "council", "Old Town Hall", "civic", (5400, 690000, 58, "C", "", "Grade II*", "", ""), self._places[9]
            )
        )
        first = rows[0]
        wrong = list(rows[5])
        wrong[0], wrong[1], wrong[12], wrong[13] = "990000999901", "Swapped Annexe", rows[5][13], rows[5][12]
        faulty = [
            (first[0], "Weaver House (again)", *first[2:]),
            tuple(wrong),
            ("990000999902", "Mechanics' Hall", "Larkhampton Heritage Trust", *rows[6][3:]),
        ]
        numbered = [(f"99000{n + 1:07}", *row[1:]) for n, row in enumerate(rows)]
        return [*numbered, ("990000000001", *faulty[0][1:]), *faulty[1:]]

    def _of_ward(self, n: int, name: str) -> list[tuple[Any, ...]]:
        place = self._places[n]
        made = [
            self._plain("council", f"{name} Community Centre", "community centre", self._near(place), 260, 520, 62, 97)
        ]
        if n % 2 == 0:
            made.append(self._plain("council", f"{name} Library", "library", place, 380, 700, 70, 96, statutory="yes"))
        if n % 4 == 1:
            made.append(
                self._plain("police", f"{name} Police Station", "police station", self._somewhere(n), 700, 1500, 60, 90)
            )
        if n % 6 == 3:
            where = self._somewhere(n)
            made.append(
                self._plain("fire", f"{name} Fire Station", "fire station", where, 900, 1400, 55, 85, statutory="yes")
            )
        if n % 3 == 2:
            made.append(self._plain("icb", f"{name} Clinic", "clinic", self._near(place, 160), 450, 1100, 58, 104))
        if n == 2:
            made.append(
                self._plain("work", f"{name} Work Centre", "jobcentre", self._near(place, 160), 600, 900, 50, 70)
            )
        if n == 13:
            made.append(
                self._plain("college", f"{name} Skills Annexe", "training", self._near(place, 160), 800, 1200, 40, 60)
            )
        return made

    def _plain(
        self,
        body: str,
        name: str,
        use: str,
        at: Point,
        least: int,
        most: int,
        empty: int,
        full: int,
        statutory: str = "",
    ) -> tuple[Any, ...]:
        """A building of some size between limits, so full between limits; one in twelve has no running cost."""
        size = least + self._stream.below(most - least)
        cost = size * (95 + self._stream.below(90))
        occupied = empty + self._stream.below(full - empty + 1)
        known = "" if self._stream.below(12) == 0 else cost
        move = size * (20 + self._stream.below(30))
        figures = (size, known, occupied, self._stream.pick("ABBCCD"), statutory, "", move, size * 600 // 1000 * 1000)
        return self._row(body, name, use, figures, at)

    def _row(self, body: str, name: str, use: str, figures: tuple[Any, ...], at: Point) -> tuple[Any, ...]:
        return ("", name, OWNERS[body], use, *figures, *at)

    def need(self) -> list[tuple[Any, ...]]:
        """A score of need of each block about that of its ward, and children in families with low incomes."""
        import csv
        import io

        rows = csv.DictReader(io.StringIO(word_file("wards.csv")))
        index = {row["Ward code"]: round(float(row["Need index"]) * 100) for row in rows}
        made = []
        for n, code in enumerate(self._town.codes):
            score = index[self._wards[self._town.ward_of(n)].code] * (80 + self._stream.below(41)) // 100
            children = self._town.people[n] * score * (40 + self._stream.below(21)) // 100000
            made.append((code, f"{score // 10}.{score % 10}", children))
        return made
