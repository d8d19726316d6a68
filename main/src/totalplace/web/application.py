"""The application: its routes, and what is said when something cannot be done."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import EditConflict, StoreError, TotalPlaceError, UsageError
from totalplace.web import tables
from totalplace.web.desk import Desk, desk_of
from totalplace.web.guard import Guard
from totalplace.web.pages import about, bodies, building, checking, lines, money, sources, suppliers, transfers
from totalplace.web.templating import static_files, version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from totalplace.place import Place

PAGES = (money, bodies, suppliers, transfers, lines, sources, checking, building, about)


class Guarded(FastAPI):
    """An application with the guard around all of it.

    What is added as middleware stands inside Starlette's handler of unforeseen errors: those answers would pass it by.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """The guard, then everything else."""
        return Guard(super().build_middleware_stack())


def app(place: Place) -> FastAPI:
    """The pages and tables of a place as an ASGI application. It answers at 127.0.0.1 and localhost alone."""
    desk = Desk(place)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        desk.warm()
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
    made.add_exception_handler(TotalPlaceError, _refused)
    made.add_exception_handler(HTTPException, _missing)
    made.add_exception_handler(RequestValidationError, _misspelt)
    made.add_exception_handler(Exception, _broken)
    return made


TITLES = {
    400: "That cannot be asked",
    403: "That form cannot be taken",
    404: "There is no such page",
    405: "There is no such page",
    409: "Somebody else was quicker",
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


def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail if error.detail not in ("Not Found", "Method Not Allowed") else ""
    return explained(request, error.status_code, detail)


def _misspelt(request: Request, _error: Exception) -> Response:
    return explained(request, 404, "there is no such table; files end in .csv, .xlsx or .json")


def _broken(request: Request, error: Exception) -> Response:
    return explained(request, 500, f"An error that was not foreseen: {type(error).__name__}. The terminal says more.")


def explained(request: Request, status: int, message: str) -> Response:
    """A page, or for a table a document, that says what is wrong and what to do."""
    if request.url.path.startswith("/tables/"):
        return JSONResponse({"error": message or TITLES.get(status, "")}, status)
    context: dict[str, Any] = {"title": TITLES.get(status, "Something went wrong"), "message": message}
    return desk_of(request).draw(request, "error.html", status, wrong=status, **context)
