"""The scenarios behind pages and tables: the one that an address names, and what a file of it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from totalplace.stress.result import Result
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk


def scenario_of(desk: Desk, name: str) -> Result:
    """A scenario by name; 404 where there is none, ScenarioError where it cannot be read."""
    try:
        return desk.place.stress.run(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def chosen_scenario(desk: Desk, chosen: Chosen) -> tuple[Result, str | None]:
    """The scenario that a table is of, and the id of the body that it is narrowed to; 400 where it is at fault."""
    name = chosen.text("scenario")
    if not name:
        raise HTTPException(404, "a table of the stress test is of one scenario; name it with ?scenario=")
    try:
        found = scenario_of(desk, name)
    except ScenarioError as error:
        raise HTTPException(400, str(error)) from None
    wanted = chosen.text("body")
    return found, found.body(wanted) if wanted else None


def about_scenario(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table, in a sentence each."""
    found, body = chosen_scenario(desk, chosen)
    said = found.scenario
    scope = f"{found.place}; {said.title}; {found.name(body) if body else 'all bodies of the scenario'}"
    source = (
        f"Figures as given in scenarios/{said.name}.toml, with the sources given there. Base year {said.base_year}. "
        "Money in pounds."
    )
    return scope, source
