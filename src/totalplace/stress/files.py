"""The scenarios of a place: text files in its folder `scenarios`, listed, read, run, and begun."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from totalplace.errors import ScenarioError
from totalplace.folder import Folder, comment, quoted
from totalplace.stress.reading import Payments, read_scenario
from totalplace.stress.result import Result
from totalplace.table import Column, Table
from totalplace.terms import Body, check_year

FOLDER = "scenarios"


class Stress:
    """The scenarios in a place's folder.

    `payments` gives net payments where a baseline asks for them; they are those of `run`, the store's current one.
    """

    def __init__(self, root: Path, place: str, bodies: tuple[Body, ...], payments: Payments, run: str = "") -> None:
        self.root, self.place, self.bodies = root, place, bodies
        self._payments, self._run = payments, run
        self._files = Folder(root, FOLDER, "scenario", "stress")

    @property
    def folder(self) -> Path:
        """Where the scenarios are."""
        return self._files.path

    def names(self) -> list[str]:
        """The scenarios by name, whether they can be read or not."""
        return self._files.names()

    def run(self, name: str) -> Result:
        """What a scenario comes to; raises ScenarioError naming the table and key at fault."""
        path = self._files.file(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ScenarioError(f"{FOLDER}/{path.name} cannot be read: {error.strerror}") from error
        return _result(name, content, self.place, self.bodies, self._payments, self._run)

    def listed(self) -> Table:
        """The scenarios with their gap in the last year, and for those that cannot be read, why."""
        columns = (
            Column("scenario", "Scenario"),
            Column("title", "Title"),
            Column("base_year", "Base year"),
            Column("last_year", "Last year"),
            Column("bodies", "Bodies", "count"),
            Column("gap", "Gap before reserves", "money"),
            Column("after", "Gap left", "money"),
            Column("wrong", "What is wrong"),
        )
        rows = [self._row(name) for name in self.names()]
        rows += [(name, "", "", "", None, None, None, what) for name, what in self._files.misnamed()]
        return Table("stress", "Scenarios", columns, rows, "Gaps are those of the last year, with all pressures.")

    def _row(self, name: str) -> tuple[Any, ...]:
        try:
            found = self.run(name)
        except ScenarioError as error:
            return name, "", "", "", None, None, None, str(error)
        said, last = found.scenario, found.of("")[-1]
        return name, said.title, said.base_year, last.year, len(said.plans), last.gap, last.after, ""

    def new(self, name: str, base_year: str) -> Path:
        """Writes a commented scenario with the place's bodies, figures left open; UsageError where it is there."""
        self._files.check_name(name)
        text = blank(name, check_year(base_year), {body.id: body.name for body in self.bodies})
        return self._files.begin(name, text)


@lru_cache(maxsize=32)
def _result(name: str, content: bytes, place: str, bodies: tuple[Body, ...], payments: Payments, _run: str) -> Result:
    """Remembered for as long as file, bodies and store stand as they are."""
    return Result(read_scenario(name, content, bodies, payments), place)


HEAD = """\
# A scenario of the stress test: what if funding is cut while demand grows, income falls and reserves are limited?
# Run it with: totalplace stress {name}
# Pounds stand in quotation marks, each with its source; per cent are plain numbers. Leave out what you do not need.

[scenario]
title = {title}
base_year = "{year}"   # the financial year of the figures below
years = 4   # how many years ahead
note = ""   # what whoever reads it should know

[pressures]   # for every body; a body can have its own below
# A change by the last year: in equal steps, or steps = "given" with a list of a step a year: change = [-10, -8, -7, -5]
funding = {{ change = -30, steps = "equal", source = "" }}
income = {{ change = -10, steps = "equal", source = "" }}
# Growth a year, each on top of the one before.
demand = 2
# price = 3
# Any of them can be a range, low being the mild case and high the severe one; with a distribution
# ("triangular" or "uniform") the result also says how likely each gap is:
# demand = {{ low = 1, central = 2, high = 4, distribution = "triangular", source = "" }}
# How much of its reserves a body may use a year ("gap": as much as the gap needs), what must stay, and what is
# promised a year for other things, such as building:
# reserves = {{ use = "0", floor = "0", committed = "0" }}
"""
BODY = """
[[body]]   # {words}
id = {id}
spend = {{ amount = "", source = "" }}   # or spend = "payments": the net payments counted in the base year
funding = {{ amount = "", source = "" }}   # grants, council tax, allocations
income = {{ amount = "", source = "" }}   # fees, charges, rents
reserves = {{ amount = "", source = "" }}   # what can be used, at the end of the base year
# pressures.funding = {{ change = -20, steps = "equal" }}   # of its own, instead of the one above
"""


def blank(name: str, base_year: str, bodies: Mapping[str, str]) -> str:
    """The text of a scenario to be filled in."""
    parts = [HEAD.format(name=name, title=quoted(name.replace("-", " ").capitalize()), year=base_year)]
    parts += [BODY.format(id=quoted(id), words=comment(words)) for id, words in (bodies or {"all": ""}).items()]
    return "".join(parts)
