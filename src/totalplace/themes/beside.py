"""Themes side by side: the money that two of them both claim, as a range.

Of a payment that one theme claims by a share and another by another, it is not said which pounds each means: what both
claim is at most the smaller share of it, and at least what the two shares come to beyond the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from totalplace.table import Column, Table
from totalplace.themes import shares
from totalplace.themes.cells import cells, first_fit, words_of
from totalplace.themes.taking import Taking
from totalplace.themes.theme import UNIT, Theme, Words

if TYPE_CHECKING:
    from totalplace.store.layout import Run


def together(takings: Sequence[Taking]) -> tuple[tuple[Words, ...], frozenset[int]]:
    """The words and the suppliers that any of some themes asks for."""
    suppliers: frozenset[int] = frozenset().union(*(taking.suppliers for taking in takings))
    return tuple(sorted(words_of(rule for taking in takings for rule in taking.rules))), suppliers


def both(themes: Sequence[Theme], takings: Sequence[Taking], run: Run) -> Table:
    """A row for each two themes that take the same payments, most money first; the words must have been looked for."""
    import polars as pl

    columns = (
        Column("theme", "Theme"),
        Column("title", "Title"),
        Column("other", "Other theme"),
        Column("other_title", "Title of the other"),
        Column("lines", "Lines in both", "count"),
        Column("net", "Net of these lines", "money"),
        Column("least", "Both claim, at least", "money"),
        Column("most", "Both claim, at most", "money"),
    )
    held, suppliers = together(takings)
    frame = cells(run, held, suppliers)
    if takings and takings[0].years:
        frame = frame.filter(pl.col("year").is_in(list(takings[0].years)))
    taken = [first_fit(taking.rules, held).alias(f"r{n}") for n, taking in enumerate(takings)]
    frame = frame.select("lines", "place_pence", *taken)
    found = []
    for a, first in enumerate(takings):
        for b, second in enumerate(takings[:a]):
            pairs = frame.group_by(f"r{a}", f"r{b}").agg(pl.col("lines", "place_pence").sum())
            out = [pl.col(name).is_in([0, *taking.kept_out]) for name, taking in ((f"r{a}", first), (f"r{b}", second))]
            sums = pairs.filter(~out[0] & ~out[1]).rows()
            if any(lines for _, _, lines, _ in sums):
                claims = [(first.shares[one - 1], second.shares[two - 1], net) for one, two, _, net in sums]
                least = shares.whole(sum(net * max(0, x + y - UNIT) for x, y, net in claims), 1)
                most = shares.whole(sum(net * min(x, y) for x, y, net in claims), 1)
                told = (sum(lines for _, _, lines, _ in sums), sum(net for *_, net in sums), least, most)
                found.append((themes[b].name, themes[b].title, themes[a].name, themes[a].title, *told))
    note = (
        "Payments that the rules of two themes both take. A payment can belong to two themes by shares: at most the "
        "smaller share is claimed by both, at least what the two shares come to beyond the whole."
    )
    return Table(
        "themes-overlap", "Money that two themes both claim", columns, sorted(found, key=lambda r: -r[-1]), note
    )
