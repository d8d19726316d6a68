"""A table that can be taken away: what it holds, its parameters, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a workbook is called by servers and browsers."""


@dataclass(frozen=True)
class Download:
    """A table with an address: what it holds, the parameters it takes, and how it is made."""

    words: str
    known: tuple[str, ...]
    make: Callable[[Desk, Chosen], Table]
    about: Callable[[Desk, Chosen], tuple[str, str]] | None = None
    """Scope and source where they are not those of the count."""
