"""Where figures lead: from a row of a table to its lines, and to the pages of what it names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from totalplace.terms import KEPT, OUTCOMES, TAKEN_OUT, Where
from totalplace.web.addresses import address

Row = tuple[Any, ...]
Link = Callable[[Row], str]

SURE = tuple(outcome for outcome in OUTCOMES if outcome != "candidate")
"""Outcomes of payments whose receiver is known: what only looks like a body waits for a person."""


def link(text: str, href: str) -> Markup:
    """A link for a place where a template expects words."""
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(href, text)


def to(path: str, at: int, where: Where | None = None) -> Link:
    """A link from a row to the page of the thing that a cell of it names; {} in the path is the cell."""
    return lambda row: address(path.format(row[at]), where) if row[at] else ""


def to_lines(where: Where, **columns: int) -> Link:
    """A link from a row to its lines: the page's filters, and for each filter named the row's cell."""
    return lambda row: address("/lines", {**where, **{name: row[at] for name, at in columns.items()}})


def figures(reach: Where, **columns: int) -> dict[str, Link]:
    """Where the figures of a row of a count lead; `columns` are the cells that narrow its lines."""
    return {
        "lines": to_lines(reach, **columns),
        "gross": to_lines(reach, **columns),
        "eliminated": to_lines({**reach, "outcome": TAKEN_OUT}, **columns),
        "net": to_lines({**reach, "outcome": KEPT}, **columns),
    }


def not_counted(reach: Where, **columns: int) -> dict[str, Link]:
    """Where the figures of a row lead that is of lines that are not counted."""
    return dict.fromkeys(("lines", "amount"), to_lines(reach, **columns))


def step(reach: Where) -> dict[str, Link]:
    """Where the figures of a step from gross to net lead."""
    outcomes = {**{outcome: (outcome,) for outcome in TAKEN_OUT}, "net": KEPT}

    def lines(row: Row) -> str:
        return address("/lines", reach, outcome=outcomes.get(row[0], ()))

    return {"lines": lines, "amount": lines}


def paid(reach: Where, payer: str, receiver: str) -> str:
    """The lines that a body surely paid another, or itself."""
    return address("/lines", reach, body=payer, to_body=receiver, outcome=SURE)


def pair(reach: Where) -> dict[str, Link]:
    """Where a row of the named flows table leads whose receiver is a body of the place."""

    def lines(row: Row) -> str:
        return paid(reach, row[0], row[2])

    return {
        "body_name": to("/bodies/{}", 0),
        "to_body_name": to("/bodies/{}", 2),
        "lines": lines,
        "amount": lines,
        "eliminated": lambda row: (
            address("/lines", reach, body=row[0], to_body=row[2], outcome=TAKEN_OUT) if row[6] else ""
        ),
    }


def flow(reach: Where, rows: Sequence[Row]) -> dict[str, Link]:
    """Where any row of the named flows table leads.

    Where a payer also paid bodies of the place whose money stays in, its other lines stand under no one filter:
    then the row of everybody else leads to the payer's page.
    """
    mixed = {row[0] for row in rows if row[2] and row[5] != row[6]}

    def lines(row: Row) -> str:
        if row[2]:
            return paid(reach, row[0], row[2])
        if row[0] in mixed:
            return address(f"/bodies/{row[0]}", reach)
        return address("/lines", reach, body=row[0], outcome=KEPT)

    ends = {"body_name": to("/bodies/{}", 0, reach), "to_body_name": to("/bodies/{}", 2, reach)}
    return {**ends, "lines": lines, "amount": lines}
