"""The application: its routes, and what is said when something cannot be done."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import DataError, EditConflict, StoreError, TotalPlaceError, UsageError
from totalplace.web import tables
from totalplace.web.api import described
from totalplace.web.desk import Desk, desk_of, for_people
from totalplace.web.guard import Guard
from totalplace.web.pages import (
    about,
    alignment,
    alternatives,
    areas,
    assets,
    bodies,
    building,
    case_editor,
    case_files,
    cases,
    checking,
    claims,
    compare,
    completeness,
    holds,
    lines,
    logic,
    logic_step,
    maps,
    money,
    neighbourhood_editor,
    neighbourhood_files,
    neighbourhoods,
    official,
    over_time,
    rates,
    rejects,
    services,
    sources,
    stress,
    suppliers,
    tags,
    theme_rules,
    themes,
    transfers,
    unit_costs,
)
from totalplace.web.templating import missing_files, static_files, version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from totalplace.place import Place

PAGES = (
    money,
    services,
    over_time,
    bodies,
    suppliers,
    compare,
    completeness,
    transfers,
    claims,  # before areas: its address would be that of an area
    areas,
    alignment,
    alternatives,
    maps,
    neighbourhoods,
    neighbourhood_editor,
    neighbourhood_files,
    assets,
    holds,
    tags,
    official,
    stress,
    case_editor,
    case_files,
    cases,
    logic_step,
    logic,
    rates,
    unit_costs,
    theme_rules,
    themes,
    lines,
    sources,
    rejects,
    checking,
    building,
    about,
)


class Guarded(FastAPI):
    """An application with the guard around all of it.

    What is added as middleware stands inside Starlette's handler of unforeseen errors: those answers would pass it by.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """The guard, then everything else."""
        return Guard(super().build_middleware_stack())


def warm_geography(desk: Desk) -> None:
    """Reads the geography and makes its shapes simple, so that maps open fast; nothing where the place has none."""
    with suppress(TotalPlaceError, OSError):
        if desk.place.geography.plan is not None:
            from totalplace.web import alignments, neighbourhoods  # the pages of these names are above

            neighbourhoods.warm(desk.place)
            alignments.warm(desk)


def app(place: Place) -> FastAPI:
    """The pages and tables of a place as an ASGI application. It answers at 127.0.0.1 and localhost alone."""
    if gone := missing_files():
        raise DataError(
            f"the pages cannot be drawn: {gone[0]} is not built. In a clone of the repository 'make setup' makes it; "
            "an installed package brings it with it, so install it again"
        )
    desk = Desk(place)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        desk.warm()
        Thread(target=warm_geography, args=[desk], name="totalplace-warm-geography", daemon=True).start()
        yield

    made = Guarded(
        title="Total Place",
        version=version(),
        description="Tables of one count of the public money of a place. Money is pounds as decimal text.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    made.state.desk = desk
    made.mount("/static", static_files(), name="static")
    for page in PAGES:
        made.include_router(page.router, include_in_schema=False)
    made.include_router(tables.router)
    made.openapi = lambda: described(made)  # type: ignore[method-assign]  # the way that FastAPI offers
    made.add_exception_handler(TotalPlaceError, _refused)
    made.add_exception_handler(FileNotFoundError, _unreadable)
    made.add_exception_handler(HTTPException, _missing)
    made.add_exception_handler(RequestValidationError, _misspelt)
    made.add_exception_handler(Exception, _broken)
    return made


TITLES = {
    400: "That cannot be asked",
    403: "That form cannot be taken",
    404: "There is no such page",
    405: "There is no such page",
    409: "This was changed meanwhile",
    413: "That is too much at once",
    500: "Something went wrong",
    503: "The count is not there",
}


def status_of(error: Exception) -> int:
    """The HTTP status of one of our errors."""
    if isinstance(error, UsageError):
        return 400
    if isinstance(error, EditConflict):
        return 409
    return 503 if isinstance(error, StoreError) else 500


def _refused(request: Request, error: Exception) -> Response:
    return explained(request, status_of(error), str(error))


def _unreadable(request: Request, error: Exception) -> Response:
    """The store went while it was read: another build may have swept the run away, or somebody deleted it."""
    with suppress(TotalPlaceError):
        if desk_of(request).place.run.folder.exists():
            raise error
    return explained(request, 503, "the store cannot be read: its files are gone or damaged; build again")


def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail if error.detail not in ("Not Found", "Method Not Allowed") else ""
    return explained(request, error.status_code, detail)


def _misspelt(request: Request, _error: Exception) -> Response:
    return explained(request, 404, "there is no such table; files end in .csv, .xlsx or .json")


def _broken(request: Request, error: Exception) -> Response:
    return explained(request, 500, f"An error that was not foreseen: {type(error).__name__}. The terminal says more.")


def explained(request: Request, status: int, message: str) -> Response:
    """A page, or for a program that asks for a table a document, that says what is wrong and what to do."""
    if request.url.path.startswith("/tables/") and not for_people(request):
        return JSONResponse({"error": message or TITLES.get(status, "")}, status)
    names = status == 409 and request.url.path.startswith("/transfers/")
    title = "This was settled meanwhile" if names else TITLES.get(status, "Something went wrong")
    context: dict[str, Any] = {"title": title, "message": message, "names": names}
    return desk_of(request).draw(request, "error.html", status, wrong=status, **context)
