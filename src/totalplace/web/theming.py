"""The themes behind pages and tables: the one that an address names; what takes time is worked out beside the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import ThemeError, UsageError
from totalplace.money.pictures import with_names
from totalplace.themes.result import CUTS
from totalplace.web.desk import years_words

if TYPE_CHECKING:
    from totalplace.table import Table
    from totalplace.themes.kept import Say
    from totalplace.themes.result import Found
    from totalplace.themes.theme import Theme
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk
    from totalplace.web.jobs import Job, State, Work

PATIENCE = 0.08
"""Seconds for which a page waits for what is worked out, before it says how far it is."""


def theme_of(desk: Desk, name: str) -> Theme:
    """A theme by name; 404 where there is none, ThemeError where it cannot be read."""
    try:
        return desk.place.themes.theme(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def work_out(desk: Desk, themes: Sequence[Theme]) -> State | None:
    """Has themes worked out with their lines; None where all is at hand, else how far it is."""
    found = desk.place.themes
    if all(found.worked_out(theme) for theme in themes) and (len(themes) < 2 or found.beside_ready()):
        return None

    def work(say: Say) -> None:
        for theme in themes:
            found.work_out(theme, say)
        if len(themes) > 1:
            found.beside(themes, say)

    return _state(desk.theming, work, f"{desk.place.run.name} {hash(tuple(themes))}")


def look_up(desk: Desk, draft: Theme) -> State | None:
    """Has the words of a draft looked for; a draft before it that is not done is let go. None where all is at hand."""
    found = desk.place.themes
    if found.ready(draft):
        return None
    mark = f"{desk.place.run.name} {hash(draft)}"
    if desk.drafting.state.state == "running" and desk.drafting.state.mark != mark:
        desk.drafting.stop()
        desk.drafting.wait(1)
    return _state(desk.drafting, lambda say: found.work_out(draft, say, whole=False), mark)


def _state(job: Job, work: Work, mark: str) -> State | None:
    """Begins a job unless it is running or has failed at the same, and waits for a moment."""
    if job.state.state != "running" and not (job.state.state == "failed" and job.state.mark == mark):
        job.start(work, mark)
    state = job.wait(PATIENCE)
    return None if state.state == "done" and state.mark == mark else state


def chosen_theme(desk: Desk, chosen: Chosen) -> Found:
    """The theme that a table is of; 404 where none is named, 400 where it is at fault."""
    if not (name := chosen.text("theme")):
        raise HTTPException(404, "a table of a theme is of one theme; name it with ?theme=")
    try:
        return desk.place.themes.found(theme_of(desk, name))
    except ThemeError as error:
        raise HTTPException(400, str(error)) from None


def theme_where(desk: Desk, chosen: Chosen) -> dict[str, list[str]]:
    """What a theme is narrowed to, bodies by id."""
    where = chosen.where(*CUTS)
    if "body" in where:
        where["body"] = [desk.definition.body(name).id for name in where["body"]]
    return where


def cut_table(desk: Desk, chosen: Chosen) -> Table:
    """A theme by the cuts that an address asks for."""
    found, by, where = chosen_theme(desk, chosen), chosen.values.get("by") or ["body"], theme_where(desk, chosen)
    if "supplier" in (*by, *where):
        desk.place.themes.work_out(found.theme)
    return with_names(found.cut(by, where), desk.definition)


def about_theme(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table of a theme, in a sentence each."""
    found = chosen_theme(desk, chosen)
    narrowed = "; ".join(f"{name}: {', '.join(values)}" for name, values in chosen.where(*CUTS).items())
    scope = f"{found.place}; theme: {found.theme.title}; {years_words(found.years)}" + (
        f"; {narrowed}" if narrowed else ""
    )
    source = (
        f"Source: payments as published by the bodies, taken by the rules of themes/{found.theme.name}.toml; "
        f"Total Place, run {found.run}. Money in pounds, net."
    )
    return scope, source
