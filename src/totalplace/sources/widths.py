"""Rows wider than the headings above them: whether their cells have moved."""

from __future__ import annotations

import re

from totalplace.sources.amounts import read_amount
from totalplace.sources.columns import looks_date

COMMON_WIDTH = 0.05
"""A row width that at least this share of rows has may be a habit of the file and not an accident."""
MOST = 0.5
"""Where so large a share of rows is wider than the headings, these fall short: commas in names are not so many."""


def surplus(cells: list[str], width: int) -> int:
    """How many cells a row has beyond `width`, up to the last that holds something."""
    return next((n for n in range(len(cells), width, -1) if cells[n - 1].strip()), width) - width


_THOUSANDS, _REST = re.compile(r"[-£( ]*[1-9][0-9]{0,2}"), re.compile(r"[0-9]{3}(\.[0-9]{1,2})?[) -]*")


def in_place(cells: list[str], places: dict[str, int], width: int, most: bool) -> bool:
    """Whether a row that may be too wide shows that its surplus stands to the right of what counts.

    It does not where a figure may have been cut at a comma for thousands. Where `most` rows are as wide, that is
    all that is asked. Else its amount must not be one if the cells from it on had moved, and the payee must stand
    left of that amount, or of a date that shows the same: then no comma in a name has moved them.
    """
    moved, at, date = surplus(cells, width), places["amount"], places.get("date", -1)
    if not moved:
        return True
    cut = _is_cut(cells, at, len(cells) - width)
    if cut or most:
        return not cut
    after = [cell for cell in cells[at + 1 : at + 1 + moved] if read_amount(cell) is not None]
    if read_amount(cells[at]) is None or any("." in cell for cell in after) or (after and "." not in cells[at]):
        return False
    payee = places.get("payee", -1)
    dates = [bool(cell.strip()) and looks_date(cell) for cell in cells[date : date + 1 + moved]]
    return payee < at or (payee < date and dates[0] and not any(dates[1:]))


def _is_cut(cells: list[str], at: int, wider: int) -> bool:
    """Whether the figure in the amount's column may have been cut at its comma, as ``1`` and ``234.56``.

    So it may, too, where one before it has been, and as many in the row as it has cells too many.
    """
    pairs = zip(cells, [cell.strip() for cell in cells[1:]], strict=False)
    cuts = [bool(_THOUSANDS.fullmatch(start) and _REST.fullmatch(rest)) for start, rest in pairs]
    return cuts[at : at + 1] == [True] or (any(cuts[:at]) and sum(cuts) >= wider)
