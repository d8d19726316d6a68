"""What programs can ask, as OpenAPI: every table with the parameters that it takes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from totalplace.money.selecting import FILTERS
from totalplace.money.whole_lines import COLUMNS
from totalplace.web.addresses import LISTED
from totalplace.web.offered import NEEDING, TABLES
from totalplace.web.tables import KINDS

GENERIC = "/tables/{name}.{ending}"
ANSWERS = {
    "400": "A parameter or value that is not known; the answer says which, and what may have been meant.",
    "404": "There is no such table, or not of what was named.",
    "413": "More rows than one file of this sort holds; the answer says how to narrow it.",
    "503": "Nothing is built yet, or the store is damaged.",
}


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: one path a table instead of one for all."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        answer = found["paths"].pop(GENERIC)["get"]
        for name, offered in TABLES.items():
            found["paths"][GENERIC.replace("{name}", name)] = _path(name, offered.words, offered.known, answer)
        lines = ("q", "sort", *FILTERS)
        words = f"The lines: {', '.join(column.label.lower() for column in COLUMNS)}"
        found["paths"][GENERIC.replace("{name}", "lines")] = _path("lines", words, lines, answer)
        app.openapi_schema = found
    return app.openapi_schema


def _path(name: str, words: str, known: tuple[str, ...], generic: dict[str, Any]) -> dict[str, Any]:
    ending = {"name": "ending", "in": "path", "required": True, "schema": {"type": "string", "enum": list(KINDS)}}
    content: dict[str, Any] = {kind.partition(";")[0]: {} for kind in KINDS.values()}
    wrong = {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}}
    needed = known[0] if name in NEEDING else ""
    return {
        "get": {
            "tags": generic["tags"],
            "summary": words,
            "operationId": f"table-{name}",
            "parameters": [ending, *(_parameter(parameter, parameter == needed) for parameter in known)],
            "responses": {
                "200": {"description": "The table; money in pounds", "content": content},
                **{status: {"description": said, "content": wrong} for status, said in ANSWERS.items()},
            },
        }
    }


def _parameter(name: str, required: bool) -> dict[str, Any]:
    if name in LISTED:
        schema: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
        return {"name": name, "in": "query", "required": required, "style": "form", "explode": False, "schema": schema}
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string"}}
