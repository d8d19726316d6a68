"""Shows a count to people: the headline, its scope, the cut."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from totalplace.account import Money
from totalplace.cli.show import NUMBERS, as_table, names_of, say
from totalplace.money.count import Count
from totalplace.place import Place
from totalplace.table import Column, Table
from totalplace.terms import counted, money, money_short, month_number, month_spans, pence

TOLD = 5
"""So many warnings are told before the rest are only numbered."""


def warn(count: Count) -> None:
    """Says on stderr what makes the figures doubtful: a store out of date, files refused, months loaded twice."""
    scope = count.scope
    if not scope["store_is_current"]:
        say("warning: place.toml or matches.toml changed since the store was built; run 'totalplace build'")
    if refused := scope["files_refused"]:
        say(f"warning: {len(refused)} refused and not counted: {_listed(refused)}; 'totalplace check' says why")
    for text in scope["warnings"][:TOLD]:
        say(f"warning: {text}")
    if (more := len(scope["warnings"]) - TOLD) > 0:
        say(f"warning: and {more:,} more; 'totalplace check' lists them")


def net_now(place: Place) -> int | None:
    """Net in pence as the store has it, None where there is none that can be counted."""
    from totalplace.errors import TotalPlaceError

    try:
        return place.money.count().net
    except (TotalPlaceError, OSError, ValueError, KeyError, TypeError):  # whatever is wrong with it, a build mends
        return None


def show_built(place: Place, before: int | None) -> None:
    """Says on stderr what a build came to: net, what changed in it, and what is of years that are not counted."""
    count = place.money.count()
    text = f"net {money(count.net, 2)}"
    if before is not None and before != count.net:
        text += f", {'+' if count.net > before else ''}{money(count.net - before, 2)} since the last build"
    say(text)
    if count.outside_rows:
        years = ", ".join(place.definition.years)
        lines = counted(count.outside_rows, "line")
        say(f"not counted: {lines}, {money(count.outside_money, 2)}, of years other than {years}")


def show_outside(place: Place, where: dict[str, list[str]], search: str) -> None:
    """Says on stderr how many of the lines asked for are of years that are not counted: they are in no total.

    Nothing is said where years are asked for, or words, which would be looked for twice.
    """
    if "year" in where or search.strip():
        return
    years = sorted({row[1] for row in place.money.outside().rows})
    found = place.money.selection({**where, "year": years}) if years else None
    if found and found.total:
        lines = counted(found.total, "line")
        say(f"in it {lines}, {money(found.pence, 2)}, of years that are not counted; --year narrows it")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - TOLD:,} more" if len(names) > TOLD else ""
    return ", ".join(names[:TOLD]) + more


def _figures(count: Count) -> list[tuple[str, str]]:
    """The headline: figures with what they are."""
    return [
        ("gross", money(count.gross, 2)),
        ("eliminated", money(count.eliminated, 2)),
        ("net", money(count.net, 2)),
        ("net a head a year", _per_head(count)),
        ("names to settle", money(count.candidates, 2)),
        ("lending in net", money(pence(count.scope["lending_in_net"]), 2)),
        ("lines in gross", f"{count.rows:,}"),
        ("lines in net", f"{count.net_rows:,}"),
        ("rejected rows", f"{count.rejected_rows:,}"),
        ("rejected money", money(count.rejected_money, 2)),
        ("lines of other years", f"{count.outside_rows:,}"),
        ("money of other years", money(count.outside_money, 2)),
    ]


def headline(count: Count) -> Table:
    """The headline as a table for files: money in one column, numbers of rows in another."""
    lending = pence(count.scope["lending_in_net"])
    rows = [
        ("gross", count.rows, count.gross),
        ("eliminated", count.rows - count.net_rows, count.eliminated),
        ("net", count.net_rows, count.net),
        ("net a head a year", None, count.per_head),
        ("names to settle", None, count.candidates),
        ("lending in net", None, lending),
        ("rejected", count.rejected_rows, count.rejected_money),
        ("rejected, amount not known", count.rejected_unread, None),
        ("other years, not counted", count.outside_rows, count.outside_money),
    ]
    columns = (Column("figure", "Figure"), Column("lines", "Lines", "count"), Column("amount", "Amount", "money"))
    return Table("count", f"The count of {count.scope['place']}", columns, rows)


def show_count(count: Count, place: Place, limit: int) -> None:
    """Prints the count of a place; `limit` rows of its cut, 0 for all."""
    scope = count.scope
    years = ", ".join(scope["years"]) or "no years"
    out = sys.stdout
    out.write(f"{scope['place']}, {years}\n\n")
    figures = _figures(count)
    width = max(len(value) for _, value in figures)
    for label, value in figures:
        out.write(f"{label:20}  {value.rjust(width)}\n")
    names = names_of(place)
    out.write(f"\n{_bodies(scope['bodies'], names)}\n")
    for line in (*_unread(count), *_scope_lines(scope, names), *_waiting(place.money, count)):
        out.write(f"{line}\n")
    out.write(f"{scope['basis']}.\n")
    if count.cut is not None:
        out.write("\n")
        as_table(count.cut, limit, names=names, hide=NUMBERS)


def _bodies(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """How many bodies, and their names."""
    number = "1 body" if len(ids) == 1 else f"{len(ids)} bodies"
    return f"{number}: {', '.join(names.get(body, body) for body in ids)}" if ids else "0 bodies"


def _unread(count: Count) -> list[str]:
    """How many rejected payments have no amount that can be read: never £0 for what nobody knows."""
    if not count.rejected_unread:
        return []
    rows = counted(count.rejected_unread, "rejected row")
    return [f"money not known: {rows} without an amount that can be read, in no figure here; totalplace rejects"]


def _scope_lines(scope: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    """What is missing, thin, or left out by year, a body a line."""
    lines = []
    if silent := scope["bodies_without_spending"]:
        lines.append(f"no payments here, so what others paid them stays in net: {_listed_names(silent, names)}")
    if whole := scope["counted_whole"]:
        lines.append(
            f"counted whole: {_listed_names(whole, names)}; where they serve other places too, give each its share"
        )
    if left := scope["years_not_in_per_head"]:
        lines.append(f"not in the mean a head, with only stray lines: {', '.join(left)}")
    for body, texts in scope["months_missing"].items():
        first, last = scope["months_from_to"][body]
        outside = any(not first <= text <= last for text in texts)
        files = f"; its files run from {_spans([first])} to {_spans([last])}" if outside else ""
        lines.append(f"missing: {names.get(body, body)}, {_spans(texts)}{files}")
    lines += [
        f"few lines, files may be missing: {names.get(body, body)}, {_spans(texts)}"
        for body, texts in scope["months_few"].items()
    ]
    for body, left in scope["other_years"].items():
        sums = f"{counted(left['rows'], 'line')}, {money_short(pence(left['money']))}"
        lines.append(f"other years, not counted: {names.get(body, body)}, {sums}, of {', '.join(left['years'])}")
    return lines


def _listed_names(ids: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(body, body) for body in ids)


def _spans(texts: list[str]) -> str:
    return month_spans(map(month_number, texts))


def _waiting(asked: Money, count: Count) -> list[str]:
    """How many names wait to be settled, and how much of what they were paid would leave net."""
    found = asked.candidates().rows
    if not found:
        return []
    paid = sum(row[6] for row in found)
    names = f"{counted(len(found), 'name')} to settle, paid {money(paid)} in all years"
    return [f"{names}; confirmed, {money(count.candidates) if count.candidates else 'none of it'} would leave net"]


def _per_head(count: Count) -> str:
    if count.per_head is not None:
        return money(count.per_head, 2)
    return "no full year" if all(count.scope["population"].values()) else "no population given"
