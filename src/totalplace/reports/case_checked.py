"""The sheet of a case's result that tells whether it still holds: inputs as they were appraised, and as they are now.

A formula cannot make a digest, so each original value is kept, and those that differ are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from totalplace.appraisal import sure_tables
from totalplace.reports.case_cells import Book, Page, X, count_text, if_, total, words
from totalplace.reports.case_inputs import HEAD, YEAR, Inputs
from totalplace.terms import first_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.appraisal.chance import Chance
    from totalplace.appraisal.stamps import State

NAME = "As appraised"
_BELOW = HEAD + 5


@dataclass
class Checked:
    """What the summary says of the check and of the draws: cells that follow a change of an input."""

    stamp: X
    draws: dict[str, X] = field(default_factory=dict)
    """By option, where there are draws."""


def write_checked(book: Book, inputs: Inputs, chances: Sequence[Chance], stamp: State) -> Checked:
    """The sheet, and what the summary says by it."""
    page = book.page(NAME)
    page.top(NAME, "Every yellow cell as it was when this was written, and as it is now; 1 marks those that differ.")
    for at, width in enumerate((26, 40, 60, 14, 16, 16, 10)):
        page.sheet.set_column(at, at, width)
    top = _BELOW + len(chances)
    changed = _changed(book, page, inputs, top)
    page.put(HEAD, 0, "Numbers changed", "bold")
    count = page.put(HEAD, 1, changed, "flag left")
    page.put(HEAD + 1, 0, "The check")
    was = page.put(HEAD + 1, 1, f"{first_up(stamp.words)}.")
    no_longer = "Not as checked: " if stamp.holds else "Not as appraised: "
    many = if_(count.is_(1), " number was", " numbers were")
    said = Checked(if_(count > 0, words(no_longer) & count_text(count) & many & " changed here.", was))
    for row, each in enumerate(chances, HEAD + 2):
        page.put(row, 0, "The draws")
        drawn = page.put(row, 1, " ".join(sure_tables.sure(each)))
        said.draws[each.option] = if_(count > 0, "The draws are of the figures before the change: ", "") & drawn
    return said


def _changed(book: Book, page: Page, inputs: Inputs, top: int) -> X:
    """A row an input; how many differ."""
    page.heads(top, 0, ["Sheet", "Key", "What it is", "Year", "As appraised", "Now", "Changed"], 4)
    page.sheet.freeze_panes(top + 1, 0)
    page.sheet.repeat_rows(top)
    row = top
    for home, at, column in book.inputs:
        row += 1
        page.put(row, 0, home.name, "note")
        page.put(row, 1, str(home.values.get((at, 0), "")), "note")
        page.put(row, 2, str(home.values.get((at, 1), "")) if home.name != "Deflator" else "Index of prices")
        year = column - YEAR
        page.put(row, 3, inputs.case.years[year] if 0 <= year < inputs.years and home.name in BY_YEAR else "")
        value, cell = home.values[at, column], home.at(at, column)
        was = page.put(row, 4, value, "figure")
        page.put(row, 5, cell, "figure")
        page.put(row, 6, if_(cell.is_not(was), 1, 0), "flag")
    return total(page.column(top + 1, 6, row - top)) if row > top else X("0", 0)


BY_YEAR = ("Inputs by year", "Discount factors")
"""Sheets of inputs whose columns are years."""
