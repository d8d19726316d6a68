"""What several pages share: routes, tables as pages show them, and where their figures lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from totalplace.money.pictures import largest_first, with_names, with_share
from totalplace.parameters.kinds import kinds
from totalplace.table import Table
from totalplace.web.asked import address

if TYPE_CHECKING:
    from totalplace.web.desk import Desk

Row = tuple[Any, ...]
Link = Callable[[Row], str]
Where = Mapping[str, Sequence[str]]


def page(router: APIRouter, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function as the page at an address."""
    return router.api_route(path, methods=["GET", "HEAD"], response_class=HTMLResponse)


@cache
def kind_words() -> dict[str, str]:
    """Kinds of payment as pages call them."""
    return {kind.id: kind.label for kind in kinds()}


BODY_WORDS = {
    "council": "Council",
    "combined-authority": "Combined authority",
    "nhs-commissioner": "NHS commissioner",
    "nhs-provider": "NHS provider",
    "police": "Police",
    "fire": "Fire and rescue",
    "transport": "Transport",
    "education": "Education",
    "housing": "Housing",
    "voluntary": "Voluntary sector",
    "national": "National body",
    "other": "Other body",
}
"""Kinds of body as pages call them."""

RULE_WORDS = {
    "confirmed": "a person settled it",
    "identifier": "its official number",
    "name": "its name",
    "alias": "a known spelling",
    "cut name": "its name, cut short",
    "same words": "the same telling words",
    "like name": "much like its name",
    "none": "",
}
"""Why a name was taken for a body, in words."""


def cut(desk: Desk, by: str, where: Where) -> Table:
    """The count by one cut, largest net first, with shares, and names beside ids of bodies."""
    found = desk.money.count([by], where).cut
    assert found is not None
    return with_names(with_share(largest_first(found)), desk.definition)


def by_kind(desk: Desk, where: Where) -> Table:
    """The count by kind of payment, kinds in words after their ids."""
    table = cut(desk, "kind", where)
    rows = [(row[0], kind_words().get(row[0], row[0]), *row[1:]) for row in table.rows]
    columns = (replace(table.columns[0], label="Kind (id)"), replace(table.columns[0], name="kind_name"))
    return replace(table, columns=(*columns, *table.columns[1:]), rows=rows)


def to_lines(where: Where, **columns: int) -> Link:
    """A link from a row to its lines: the page's filters, and for each filter named the row's cell."""
    return lambda row: address("/lines", {**where, **{name: row[at] for name, at in columns.items()}})


def to(path: str, at: int, where: Where | None = None) -> Link:
    """A link from a row to the page of the thing that a cell of it names; {} in the path is the cell."""
    return lambda row: address(path.format(row[at]), where) if row[at] else ""
