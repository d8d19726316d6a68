"""completeness.toml: what a place says of cells that no payments fill: exceptions, estimates, and what is not expected.

It is declared, as place.toml is: written by `totalplace declare` or by hand, kept in git, its comments kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.parameters.expected import ALL
from totalplace.parameters.services import services
from totalplace.terms import check_year, pence, pounds
from totalplace.toml import append_table, array_of, edit_toml, known_keys, read_toml, tables_of, text_of

FILE = "completeness.toml"
STATES = ("exception", "estimated", "not-expected")
"""What can be said of a cell: that it stays missing and why, what it may come to, or that it is not to be expected."""


@dataclass(frozen=True)
class Said:
    """What somebody said of a cell. `service` '' is every service of the body in the year.

    `amount` is pounds as text, of an estimate alone; `reason` says why (an exception, what is not expected), `method`
    how an estimate came to be, `source` from what, `by` who said so, `on` the day.
    """

    body: str
    year: str
    service: str
    state: str
    amount: str = ""
    reason: str = ""
    method: str = ""
    source: str = ""
    by: str = ""
    on: str = ""

    @property
    def pence(self) -> int | None:
        """The amount in pence; None where there is none."""
        return pence(self.amount) if self.amount else None

    @property
    def words(self) -> str:
        """Why or how, from what, and who said so."""
        why = "; ".join(filter(None, (self.reason, self.method, self.source)))
        return f"{why} ({self.by}, {self.on})"


KEYS = tuple(field.name for field in fields(Said))


def load(root: Path, definition: Definition) -> tuple[Said, ...]:
    """What completeness.toml says, nothing where there is no such file; raises PlaceError naming a fault."""
    return _all(read_toml(root / FILE), definition) if (root / FILE).exists() else ()


def _all(raw: Mapping[str, Any], definition: Definition) -> tuple[Said, ...]:
    known_keys(FILE, raw, ("cell",))
    found = tuple(_one(n, table, definition) for n, table in enumerate(tables_of(raw, "cell", FILE), 1))
    keys = [(said.body, said.year, said.service) for said in found]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise PlaceError(f"{FILE}: {' '.join(filter(None, twice))} is said twice; keep one")
    return found


def _one(n: int, table: Any, definition: Definition) -> Said:
    where = f"{FILE}: [[cell]] {n}"
    known_keys(where, table, KEYS)
    for key in KEYS:
        text_of(where, table, key)
    try:
        said = Said(**{"body": "", "year": "", "service": "", "state": "", **table})
        return checked(said, definition, here=False)
    except UsageError as error:
        raise PlaceError(f"{where}: {error}") from None


def checked(said: Said, definition: Definition, *, here: bool = True) -> Said:
    """The same, its body by id; raises UsageError for what cannot be said of a cell.

    Where `here` is False, a body or year that the place has no more is no fault: `idle` names it.
    """
    for key in ("body", "year", "state", "by", "on"):
        if not getattr(said, key).strip():
            raise UsageError(f"it does not say its {_NAMES.get(key, key)} ({key})")
    check_year(said.year)
    body = said.body
    with nullcontext() if here else suppress(UsageError):
        body = definition.body(said.body).id
    if here and (why := idle(said, definition)):
        raise UsageError(why)
    if said.state not in STATES:
        raise UsageError(f"'{said.state}' is no state of a cell{did_you_mean(said.state, list(STATES))}")
    known = [*services(), ALL]
    if said.service and said.service not in known:
        raise UsageError(f"'{said.service}' is no service{did_you_mean(said.service, known)}")
    try:
        dt.date.fromisoformat(said.on)
    except ValueError:
        raise UsageError(f"'{said.on}' is not a day such as 2026-04-30") from None
    _check_amount(said)
    return Said(**{**{key: getattr(said, key) for key in KEYS}, "body": body})


def idle(said: Said, definition: Definition) -> str:
    """Why what is said has no say: its body or its year is not (or no more) of the place; '' where it has one."""
    try:
        definition.body(said.body)
    except UsageError as error:
        return str(error)
    if definition.years and said.year not in definition.years:
        return f"{said.year} is not counted here; the years: {', '.join(definition.years)}"
    return ""


_NAMES = {"by": "author", "on": "day"}


def _check_amount(said: Said) -> None:
    if said.state == "estimated":
        if not said.amount or not said.method.strip():
            raise UsageError("an estimate needs an amount in pounds and a method: how did it come to be?")
        if pence(said.amount) < 0:
            raise UsageError(f"an estimate of {said.amount} cannot be: spending that is missing is nought or more")
    elif said.amount:
        raise UsageError(f"'{said.state}' has no amount; say state = 'estimated' where there is one")
    elif not said.reason.strip():
        raise UsageError(f"'{said.state}' needs a reason")


def declare(root: Path, definition: Definition, said: Said) -> None:
    """Writes down what somebody says of a cell, in the place of what was said of it before.

    Raises UsageError for what cannot be said, EditConflict where somebody else changed the file.
    """
    good = checked(said, definition)
    if good.amount:
        good = Said(**{**{key: getattr(good, key) for key in KEYS}, "amount": pounds(pence(good.amount))})

    def change(document: Any) -> None:
        _without(document, definition, (good.body, good.year, good.service))
        append_table(document, "cell", {key: value for key in KEYS if (value := getattr(good, key))})

    edit_toml(root, FILE, change, lambda: load(root, definition), lambda raw: _all(raw, definition))


def withdraw(root: Path, definition: Definition, body: str, year: str, service: str = "") -> None:
    """Takes back what was said of a cell; raises UsageError where nothing was."""
    found = body
    with suppress(UsageError):  # what is said of a body that is gone can be taken back too
        found = definition.body(body).id
    if (found, year, service) not in {(said.body, said.year, said.service) for said in load(root, definition)}:
        raise UsageError(f"{FILE} says nothing of {' '.join(filter(None, (found, year, service)))}")
    edit_toml(
        root,
        FILE,
        lambda document: _without(document, definition, (found, year, service)),
        lambda: load(root, definition),
        lambda raw: _all(raw, definition),
    )


def _without(document: Any, definition: Definition, cell: tuple[str, str, str]) -> None:
    """Takes a cell's table out of the document; the file may name the body by any of its names."""
    tables: Sequence[Any] = document.get("cell", [])
    kept = [table for table in tables if _cell_of(table, definition) != cell]
    if len(kept) == len(tables):
        return
    document.pop("cell")
    if kept:
        document["cell"] = array_of(kept)


def _cell_of(table: Mapping[str, Any], definition: Definition) -> tuple[str, str, str]:
    """Body (by id where it is of the place), year and service of an entry."""
    body = table["body"]
    with suppress(UsageError):
        body = definition.body(body).id
    return body, table["year"], table.get("service", "")
