"""The shipped register of public bodies: names, spellings and identifiers, from `bodies.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from totalplace.terms import CODE_SCHEMES, Body

COLUMNS = ("id", "name", "kind", "gss", "ods", "vat", "company", "aliases", "source")
"""The columns of `bodies.csv`; codes and aliases hold several values with a semicolon between."""


@dataclass(frozen=True)
class Registered:
    """A row of the register: the body, and where its facts come from."""

    body: Body
    source: str


@cache
def rows() -> tuple[Registered, ...]:
    """Every row of the register, in the order of the file."""
    text = files("totalplace.parameters").joinpath("bodies.csv").read_text("utf-8")
    return tuple(Registered(_body(row), row["source"]) for row in csv.DictReader(text.splitlines()))


def register() -> tuple[Body, ...]:
    """The bodies of the register. `area` is the first GSS code of a body that covers an area of its own."""
    return tuple(row.body for row in rows())


def _body(row: dict[str, str]) -> Body:
    codes = {scheme: _values(row[scheme]) for scheme in CODE_SCHEMES if row[scheme]}
    area = codes.get("gss", ("",))[0]
    return Body(row["id"], row["name"], row["kind"], area, aliases=_values(row["aliases"]), codes=codes)


def _values(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
