"""Shows a count to people: the headline, its scope, the cut."""

from __future__ import annotations

import sys

from totalplace.cli.show import as_table
from totalplace.money.count import Count
from totalplace.terms import money, pence


def show_count(count: Count, limit: int) -> None:
    """Prints the count; `limit` rows of its cut, 0 for all."""
    scope = count.scope
    years = ", ".join(scope["years"]) or "no years"
    out = sys.stdout
    out.write(f"{scope['place']}, {years}\n\n")
    figures = [
        ("gross", money(count.gross, 2)),
        ("eliminated", money(count.eliminated, 2)),
        ("net", money(count.net, 2)),
        ("net a head a year", _per_head(count)),
        ("names to settle", money(count.candidates, 2)),
        ("lending in net", money(pence(scope["lending_in_net"]), 2)),
        ("lines", f"{count.rows:,}"),
        ("rejected rows", f"{count.rejected_rows:,}"),
        ("rejected money", money(count.rejected_money, 2)),
        ("lines of other years", f"{count.outside_rows:,}"),
    ]
    width = max(len(value) for _, value in figures)
    for label, value in figures:
        out.write(f"{label:20}  {value.rjust(width)}\n")
    out.write(f"\n{len(scope['bodies'])} bodies: {', '.join(scope['bodies'])}\n")
    if left := scope["years_not_in_per_head"]:
        out.write(f"not in the mean a head, with only stray lines: {', '.join(left)}\n")
    for body, missing in scope["months_missing"].items():
        out.write(f"missing: {body}, {len(missing)} months\n")
    out.write(f"{scope['basis']}.\n")
    if count.cut is not None:
        out.write("\n")
        as_table(count.cut, limit)


def _per_head(count: Count) -> str:
    if count.per_head is not None:
        return money(count.per_head, 2)
    return "no full year" if all(count.scope["population"].values()) else "no population given"
