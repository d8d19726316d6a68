"""Comparisons and shared suppliers as an address asks for them: what pages and tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totalplace.compare.answers import CHOICES
from totalplace.table import Column, Table

if TYPE_CHECKING:
    from totalplace.compare.result import Result
    from totalplace.compare.shared import SharedPage
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

COMPARED = (*CHOICES, "body", "across", "deflator", "base")
SHARED = ("q", "body", "year", "low", "high")


def comparison_of(desk: Desk, chosen: Chosen) -> Result:
    """The comparison that an address asks for; raises UsageError where there is none."""
    return desk.place.compare.result(
        {name: chosen.text(name) for name in CHOICES},
        body=chosen.text("body"),
        across=chosen.text("across", "bodies"),
        deflator=chosen.text("deflator"),
        base=chosen.text("base"),
    )


def questions_of(desk: Desk, chosen: Chosen) -> Table:
    """The questions that a comparison raises, and what was left out of it, as a table."""
    found = comparison_of(desk, chosen)
    columns = (Column("what", "What"), Column("words", "In words"))
    rows = [("question", words) for words in found.questions]
    rows += [("why nothing is flagged", found.why_not)] if found.why_not else []
    rows += [("left out", f"{lack.name}, {lack.year}: {lack.why}") for lack in found.lacking]
    rows += [("to look at", words) for words in found.doubts]
    return Table("compare-questions", found.title, columns, rows)


def shared_of(desk: Desk, chosen: Chosen, *, page: int = 1, per_page: int = 1 << 40) -> SharedPage:
    """The suppliers that several bodies pay, as an address narrows them."""
    return desk.place.compare.shared(
        chosen.where("body", "year"),
        search=chosen.text("q"),
        page=page,
        per_page=per_page,
        low=chosen.text("low"),
        high=chosen.text("high"),
    )


def about_comparison(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a comparison, in a sentence each."""
    found = comparison_of(desk, chosen)
    return f"{desk.definition.name}; {found.title}", "Each row names its source. Money in pounds."


def about_comparisons(desk: Desk, _chosen: Chosen) -> tuple[str, str]:
    """Scope and source of the list of comparisons."""
    return desk.definition.name, "Official figures, payments and the comparison table of the place."
