"""The divisions of service expenditure, and the names under which official figures give them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TOTAL = "total"
"""The division of a figure that is the sum of the others."""


@dataclass(frozen=True)
class Division:
    """A division: its id, what people are told, and the names that published files have for it."""

    id: str
    label: str
    names: tuple[str, ...]


@cache
def divisions() -> tuple[Division, ...]:
    """All divisions in their published order, the total last."""
    raw = tomllib.loads(files(__package__).joinpath("divisions.toml").read_text("utf-8"))
    return tuple(Division(row["id"], row["label"], tuple(row["names"])) for row in raw["division"])


def division_of(name: str) -> str:
    """The id of the division that a published name is; '' where it is none."""
    return _by_name().get(_plain(name), "")


def label_of(division: str) -> str:
    """What people are told of a division; '' stands for what is not told apart."""
    return next((found.label for found in divisions() if found.id == division), "Not told apart")


@cache
def _by_name() -> Mapping[str, str]:
    return {_plain(name): found.id for found in divisions() for name in (found.id, found.label, *found.names)}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("'", "").replace("&", " and ")).strip()
