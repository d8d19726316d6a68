"""The logic models behind pages and tables: the one that an address names, and what a file of it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import LogicError, UsageError

if TYPE_CHECKING:
    from totalplace.logic.files import Read
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk


def logic_of(desk: Desk, name: str) -> Read:
    """The model of a case by name; 404 where there is none, LogicError where it cannot be read."""
    try:
        return desk.place.logic.read(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def chosen_logic(desk: Desk, chosen: Chosen) -> Read:
    """The model that a table is of; 404 where none is named, 400 where it is at fault."""
    if not (name := chosen.text("case")):
        raise HTTPException(404, "a table of a logic model is of one case; name it with ?case=")
    try:
        return logic_of(desk, name)
    except LogicError as error:
        raise HTTPException(400, str(error)) from None


def about_logic(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table, in a sentence each."""
    read = chosen_logic(desk, chosen)
    return f"{desk.definition.name}; {read.title}", f"The logic model as declared in cases/{read.name}.toml."


def about_models(desk: Desk, _: Chosen) -> tuple[str, str]:
    """The same of the list of them."""
    return desk.definition.name, "The logic models as declared in the cases of the place."
