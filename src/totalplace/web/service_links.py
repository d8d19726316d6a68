"""Where the figures of what the money is spent on lead, and how each service was told in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from totalplace.money.spent import WAYS, cofog_of
from totalplace.services import services_named
from totalplace.table import Table
from totalplace.terms import KEPT, TAKEN_OUT, Where
from totalplace.web import links
from totalplace.web.addresses import address
from totalplace.web.links import Link, Row, figures, to, to_lines

TOLD_BY = (
    ("by_person", "a person"),
    ("by_label", "a published label"),
    ("by_words", "words"),
    ("by_nothing", "nothing"),
)
"""How a service was told: columns of WAYS, and words."""


def ways(reach: Where, **columns: int) -> dict[str, Link]:
    """Where the figures of how services were told lead."""
    return {way: to_lines({**reach, "outcome": KEPT, "told": told}, **columns) for way, told in WAYS.items()}


def of_services(reach: Where, where: Where) -> dict[str, Link]:
    """Where a row of the table by service leads; `where` is what the page is narrowed to."""
    return {
        "service_name": to("/services/{}", 0, _of_service(where)),
        **figures(reach, service=0),
        **ways(reach, service=0),
    }


def _of_service(where: Where) -> dict[str, Any]:
    return {name: values for name, values in where.items() if name in ("body", "year")}


def of_bought(reach: Where) -> dict[str, Link]:
    """Where a row of what is bought for each service leads."""
    return narrowed_figures(reach, lambda row: {"service": row[0], "subjective": [row[2]]})


def of_subjective(reach: Where) -> dict[str, Link]:
    """Where a row of what is bought leads."""

    def wanted(row: Row) -> Where:
        return {"subjective": [row[0]]}

    told = {way: _narrowed({**reach, "outcome": KEPT, "told": ways}, wanted) for way, ways in WAYS.items()}
    return {**narrowed_figures(reach, wanted), **told}


def narrowed_figures(reach: Where, wanted: Callable[[Row], Where]) -> dict[str, Link]:
    """Where the figures of a row lead that is narrowed by more than its cells, such as by what is not told."""
    outcomes = {"lines": (), "gross": (), "eliminated": TAKEN_OUT, "net": KEPT}
    return {name: _narrowed({**reach, "outcome": kept}, wanted) for name, kept in outcomes.items()}


def _narrowed(reach: Where, wanted: Callable[[Row], Where]) -> Link:
    return lambda row: address("/lines", {**reach, **wanted(row)})


def of_cofog(reach: Where) -> dict[str, Link]:
    """Where a row of a COFOG group leads: to the lines of its services."""

    def wanted(row: Row) -> Where:
        return {"service": [name for name in services_named() if cofog_of(name) == row[2]]}

    return narrowed_figures(reach, wanted)


def of_flow(reach: Where) -> dict[str, Link]:
    """Where a row of the named table of the flow leads."""

    def opened(net: bool) -> Link:
        def lines(row: Row) -> str:
            body, _, deliverer, _, paid, service = row[:6]
            ours = {**reach, "body": body, "service": service}
            if deliverer == "itself" and net:
                return ""  # all of it is taken out
            if deliverer in ("itself", "candidate"):
                return address("/lines", ours, outcome="self" if deliverer == "itself" else deliverer)
            return address("/lines", ours, to_body=paid.split(", "), outcome="final" if net else links.SURE)

        return lines

    ends = {"body_name": to("/bodies/{}", 0), "service_name": to("/services/{}", 5)}
    return {**ends, "lines": opened(False), "gross": opened(False), "net": opened(True)}


def told_ways(table: Table, reach: Where) -> list[tuple[str, int, str]]:
    """How a service was told: words, pence and the address of the lines."""
    at = {column.name: n for n, column in enumerate(table.columns)}
    rows = table.rows[:1]
    return [
        (words, row[at[way]], address("/lines", reach, told=WAYS[way], outcome=KEPT))
        for row in rows
        for way, words in TOLD_BY
        if row[at[way]]
    ]
