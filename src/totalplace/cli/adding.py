"""Shows what `add` proposes: the readings, sample rows, and what to look at twice."""

from __future__ import annotations

from totalplace.adding import Added
from totalplace.cli.show import say, shown
from totalplace.money.declaring import in_words
from totalplace.sources.amounts import read_amount
from totalplace.sources.sniff import Proposal
from totalplace.table import Column
from totalplace.terms import Body, money

NAMED = 3
"""So many files of one reading are named before the rest are only numbered."""
UNREAD = 8
"""So many headings that no column is read from are named."""


def show_added(added: Added, asked: str) -> None:
    """Prints proposals, like readings together, on stderr; and which body is meant where it is not named outright."""
    if added.new_body and added.proposals:
        say(f"new: {in_words(added.body)}")
    elif not _names(added.body, asked):
        say(f"'{asked}' is declared here as {added.body.name}")
    groups: dict[str, list[Proposal]] = {}
    for proposal in added.proposals:
        groups.setdefault(repr((proposal.reading, proposal.warnings)), []).append(proposal)
    for proposals in groups.values():
        _show_group(proposals)
    for name in added.known:
        say(f"{name} is in place.toml already")


def _show_group(proposals: list[Proposal]) -> None:
    first = proposals[0]
    reading = first.reading
    where = f"headings in line {reading.header}" if reading.header else f"no headings, rows from line {reading.first}"
    say(f"\n{_files(proposals)}")
    form = "a sheet" if first.part.sheet else f"{reading.encoding}, separated by {reading.delimiter!r}"
    say(f"  {form}, {where}, doubtful dates {reading.dates}")
    for role, ref in reading.columns.items():
        say(f"  {role:12} {f'column {ref}' if isinstance(ref, int) else ref}")
    if unread := _unread(first):
        say(f"  not read     {unread}")
    for warning in first.warnings:
        say(f"  NOTE: {warning}")
    say("  sample:")
    for row in first.sample:
        amount = read_amount(row["amount"])
        pence = None if amount is None else amount * reading.sign * reading.unit
        texts = [row.get(role, "") for role in ("date", "payee", "department", "category") if role in row]
        cells = [shown(text, Column("", ""))[:32] for text in texts]
        say(f"    {'not an amount' if pence is None else money(pence, 2):>16}  {' | '.join(cells)}")


def _names(body: Body, asked: str) -> bool:
    """Whether a text is the id, name or an alias of a body."""
    return asked.strip().lower() in (body.id, *(text.lower() for text in (body.name, *body.aliases)))


def _files(proposals: list[Proposal]) -> str:
    """The first files of some, their folder said once where they have one in common."""
    names = [proposal.part.name for proposal in proposals]
    folders = {name.rpartition("/")[0] for name in names}
    folder = folders.pop() if len(folders) == 1 else ""
    shown = ", ".join(name.removeprefix(f"{folder}/") for name in names[:NAMED])
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{folder}: {shown}{more}" if folder else shown + more


def _unread(proposal: Proposal) -> str:
    """The headings that nothing is read from: a column that was missed is seen here."""
    refs = proposal.reading.columns.values()
    left = [
        heading
        for number, heading in enumerate(map(str.strip, proposal.headings), 1)
        if heading and number not in refs and heading not in refs
    ]
    more = f" and {len(left) - UNREAD:,} more" if len(left) > UNREAD else ""
    return ", ".join(left[:UNREAD]) + more
