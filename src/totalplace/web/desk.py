"""What every page has at hand: the place, the jobs, the names of bodies, and how a page is drawn."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse

from totalplace.errors import TotalPlaceError, UsageError
from totalplace.money.names import plain
from totalplace.parameters.bodies import register
from totalplace.parameters.schemes import SCHEMES
from totalplace.services import services_named
from totalplace.terms import check_year
from totalplace.web.addresses import Chosen
from totalplace.web.guard import COOKIE, Forms
from totalplace.web.jobs import Job, State
from totalplace.web.templating import day, environment

if TYPE_CHECKING:
    from fastapi import Request

    from totalplace.account import Money
    from totalplace.build import Built
    from totalplace.definition import Definition
    from totalplace.geography.editing.opening import Editor
    from totalplace.place import Place
    from totalplace.table import Table

EVERYONE_ELSE = "Everyone else"
"""Whoever is paid and is no body of the place."""


@dataclass(frozen=True)
class Done:
    """What a build from the pages came to: net in pence, by how much it changed (None: there was none before),
    and how many names that people had settled it took in."""

    built: Built
    net: int
    change: int | None
    decisions: int


class Desk:
    """One place behind its pages."""

    def __init__(self, place: Place) -> None:
        self.place: Place = place
        self.forms = Forms()
        self.building = Job("build")
        self.checking = Job("check")
        self.looking = Job("unsure")
        self.theming = Job("themes")
        self.drafting = Job("draft")
        self.designing = Job("design")
        self.editor: Editor | None = None
        """That of plans of neighbourhoods, once it was asked for: see `plans.editor`."""
        self._names: tuple[Definition, dict[str, str]] | None = None

    @property
    def money(self) -> Money:
        """The count and all that opens it."""
        return self.place.money

    @property
    def definition(self) -> Definition:
        """What place.toml and matches.toml say now."""
        return self.place.definition

    def name(self, body: str) -> str:
        """The name of a body by its id: the place's, else the register's; of '' that of everybody else.

        The store may hold a body that place.toml has no more: its id stands for its name.
        """
        definition = self.definition
        if self._names is None or self._names[0] is not definition:
            known = {body.id: body.name for body in (*register(), *definition.bodies)}
            self._names = definition, {**known, "": EVERYONE_ELSE}
        return self._names[1].get(body, body)

    def names(self, bodies: str) -> str:
        """Names for ids, both with commas between."""
        return ", ".join(map(self.name, bodies.split(", ")))

    def warm(self) -> None:
        """Begins to keep in memory what makes lines open fast, beside the pages."""
        threading.Thread(target=self._warm, name="totalplace-warm", daemon=True).start()

    def _warm(self) -> None:
        import duckdb

        # Where it cannot be done the pages say why when they are asked for.
        with suppress(TotalPlaceError, OSError, duckdb.Error):
            self.money.count()
            self.money.to_look_at()
            self.place.completeness.result()
            years = self.money.count().scope["years"]
            for chosen in (list(self.definition.years), *([year] for year in years)):
                where = {"year": chosen} if chosen else {}
                self.money.candidates(where)
                self.money.spellings(where)
            self.money.warm()
            self.place.compare.warm()
            self.unsure()
            for scheme in SCHEMES:
                self.place.tags.by_class(scheme)
            for service in services_named():
                self.money.suppliers({"service": [service]}, per_page=10)
        with suppress(TotalPlaceError, OSError):
            self.place.cases.listed()  # reads the unit costs, which takes a moment
        with suppress(TotalPlaceError, OSError, duckdb.Error):  # apart: a fault in areas.toml slows nothing else
            if self.place.areas.plan:
                self.place.areas.table()

    def build(self) -> None:
        """Begins a build, unless one is running; the pages show the last good run until it is done."""
        self.building.start(self._build)

    def _build(self, say: Any) -> Done:
        before, decisions = self._before()
        built = self.place.build(progress=say)
        self._warm()
        after = self.money.count()
        return Done(built, after.net, after.net - before if before is not None else None, decisions)

    def _before(self) -> tuple[int | None, int]:
        """The net of the count that stands, and how many of the names that wait in it have been settled since."""
        with suppress(TotalPlaceError, OSError):
            said = self.settled()
            return self.money.count().net, sum(plain(row[0]) in said for row in self.money.candidates().rows)
        return None, 0

    def settled(self) -> dict[str, str]:
        """What people said of names, by the name as it is compared: a body's id, or '' for none of them."""
        return {plain(name): body for name, body in self.definition.settled.items()}

    def unsure(self, bodies: Sequence[str] = ()) -> Table | None:
        """What to settle next of the run that is there now; None while it is still being worked out.

        It reads all lines, so it is begun beside the pages and remembered as long as the run stands.
        """
        mark = f"{self.place.run.name} {','.join(self.definition.years)}"
        if self.looking.state.state != "running" and self.looking.state.mark != mark:
            self.looking.start(lambda _: self.money.unsure(), mark)
        state = self.looking.wait(0.05)
        return None if state.state == "running" else self.money.unsure(bodies)

    def warnings(self) -> list[str]:
        """What makes the figures doubtful though everything adds up."""
        return [words for _, _, words in self.money.to_look_at()]

    def check(self, *, again: bool = False) -> State:
        """The check of the run and definition that are there now: begun if it has to be, waited for a moment.

        What is done is of these two alone: while the check of older ones still runs, the state is its.
        """
        from totalplace.build import definition_digest
        from totalplace.money.check import check

        run, definition = self.place.run, self.definition
        digest = definition_digest(definition)
        mark = f"{run.name} {digest}"
        for _ in range(2):  # an older check may end while it is waited for
            state = self.checking.state
            if state.state != "running" and (again or state.mark != mark):
                self.checking.start(lambda _: check(self.place.root, run, definition, digest), mark)
                again = False
            state = self.checking.wait(0.08)
            if state.state == "running" or state.mark == mark:
                break
        return state

    def checked(self) -> State:
        """The same, waited for to its end."""
        while (state := self.check()).state == "running":
            self.checking.wait(None)
        return state

    def built(self) -> str:
        """The day on which the store was built, in words; '' where it is not."""
        try:
            changed = (self.place.root / "store" / "current").stat().st_mtime
            return day(datetime.fromtimestamp(changed, UTC).astimezone().date())
        except OSError:
            return ""

    def stale(self) -> bool:
        """Whether place.toml or matches.toml were changed since the store was built."""
        with suppress(TotalPlaceError):
            return not self.place.current
        return False

    def is_demo(self) -> bool:
        """Whether the place is the made-up borough: it alone knows the truth of itself."""
        return (self.place.root / "truth.json").exists()

    def draw(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A page. Any may hold a form, so each browser that has no cookie yet is given one."""
        cookie = self.forms.cookie(request)
        known: dict[str, Any] = {"place_name": "Total Place", "demo": False}
        with suppress(TotalPlaceError):
            known = {"place_name": self.definition.name, "demo": self.is_demo(), "stale": self.stale()}
            known["run"] = self.place.run.name
        html = (
            environment()
            .get_template(template)
            .render(
                built=self.built(),
                token=self.forms.token(cookie),
                building=self.building.state,
                name_of=self.name,
                **{**known, **context},
            )
        )
        response = HTMLResponse(html, status)
        if request.cookies.get(COOKIE) != cookie:
            response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path="/")
        return response


def desk_of(request: Request) -> Desk:
    """The desk of the application that is asked."""
    desk: Desk = request.app.state.desk
    return desk


def for_people(request: Request) -> bool:
    """Whether a browser asks, for somebody to read the answer."""
    return "text/html" in request.headers.get("accept", "")


def chosen_of(request: Request, *known: str) -> Chosen:
    """What is chosen by the address; raises UsageError for a parameter that the page does not know."""
    return Chosen(request.query_params.multi_items(), known)


def counted_years(desk: Desk, chosen: Chosen) -> dict[str, list[str]]:
    """The years that a page's figures cover, as a filter for links: those chosen, else those of the place.

    Lines of other years are kept and can be looked at, but are in no total: raises UsageError for such a year.
    """
    years = chosen.where("year").get("year") or list(desk.definition.years)
    for year in map(check_year, chosen.where("year").get("year", ())):
        if desk.definition.years and year not in desk.definition.years:
            raise UsageError(f"{year} is not counted here; the years are {years_words(desk.definition.years)}")
    return {"year": years} if years else {}


def years_words(years: Sequence[str]) -> str:
    """Financial years for people: ``2018-19``, ``2018-19 to 2020-21``, ``2018-19 and 2020-21``."""
    years = sorted(years)
    if not years:
        return "all years"
    if len(years) == 1:
        return years[0]
    together = [f"{start}-{(start + 1) % 100:02d}" for start in range(int(years[0][:4]), int(years[-1][:4]) + 1)]
    if together == years:
        return f"{years[0]} to {years[-1]}"
    return f"{', '.join(years[:-1])} and {years[-1]}"


def filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What of a scope note there is to say: parts that are empty are left out."""
    return {name: value for name, value in parts.items() if value}
