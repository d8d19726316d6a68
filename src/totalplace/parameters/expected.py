"""Which services a body is expected to spend on, by its kind: `expected.toml`, ours and unverified."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from totalplace.terms import Body

ALL = "all"
"""The service of a body whose spending is one cell and no division of councils' services."""


@dataclass(frozen=True)
class Expected:
    """What is expected of a kind of body: `services`, or `whole`, the one cell that all its spending is ('' for none).

    `areas` are the first letters of GSS codes that an entry is for; () is all. `status` is verified or unverified.
    """

    kind: str
    says: str
    status: str
    areas: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    whole: str = ""


@cache
def expectations() -> tuple[Expected, ...]:
    """All entries, in their order."""
    raw = tomllib.loads(files(__package__).joinpath("expected.toml").read_text("utf-8"))
    return tuple(
        Expected(
            table["kind"],
            table["says"],
            table["status"],
            tuple(table.get("areas", ())),
            tuple(table.get("services", ())),
            table.get("whole", ""),
        )
        for table in raw["expected"]
    )


def expected_of(body: Body) -> Expected:
    """What is expected of a body: the first entry of its kind that its area (or GSS code) fits."""
    codes = (body.area, *body.codes.get("gss", ()))
    return next(
        found
        for found in expectations()
        if found.kind == body.kind and (not found.areas or any(code.startswith(found.areas) for code in codes))
    )
