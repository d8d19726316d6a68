"""Shows what `add` proposes: the readings, sample rows, and what to look at twice."""

from __future__ import annotations

from totalplace.adding import Added
from totalplace.cli.show import say, shown
from totalplace.money.declaring import in_words
from totalplace.sources.amounts import read_amount
from totalplace.sources.sniff import Proposal
from totalplace.table import Column
from totalplace.terms import money


def show_added(added: Added) -> None:
    """Prints proposals, like readings together, on stderr."""
    if added.new_body and added.proposals:
        say(f"new: {in_words(added.body)}")
    groups: dict[str, list[Proposal]] = {}
    for proposal in added.proposals:
        groups.setdefault(repr((proposal.reading, proposal.warnings)), []).append(proposal)
    for proposals in groups.values():
        _show_group(proposals)
    for name in added.known:
        say(f"{name} is in place.toml already")


def _show_group(proposals: list[Proposal]) -> None:
    first = proposals[0]
    names = ", ".join(p.part.name for p in proposals[:3])
    more = f" and {len(proposals) - 3} more" if len(proposals) > 3 else ""
    reading = first.reading
    where = f"headings in line {reading.header}" if reading.header else f"no headings, rows from line {reading.first}"
    say(f"\n{names}{more}")
    form = "a sheet" if first.part.sheet else f"{reading.encoding}, separated by {reading.delimiter!r}"
    say(f"  {form}, {where}, doubtful dates {reading.dates}")
    for role, ref in reading.columns.items():
        say(f"  {role:12} {f'column {ref}' if isinstance(ref, int) else ref}")
    for warning in first.warnings:
        say(f"  NOTE: {warning}")
    say("  sample:")
    for row in first.sample:
        amount = read_amount(row["amount"])
        pence = None if amount is None else amount * reading.sign * reading.unit
        texts = [row.get(role, "") for role in ("date", "payee", "department", "category") if role in row]
        cells = [shown(text, Column("", ""))[:32] for text in texts]
        say(f"    {'not an amount' if pence is None else money(pence, 2):>16}  {' | '.join(cells)}")
