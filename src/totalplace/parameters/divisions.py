"""The divisions of service expenditure in official figures: the services, and their total, by their published names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from totalplace.parameters.services import services

TOTAL = "total"
"""The division of a figure that is the sum of the others."""


@cache
def labels() -> Mapping[str, str]:
    """What people are told of each division, by its id, in their published order, the total last."""
    return {service.id: service.label for service in services().values()} | {TOTAL: "All services"}


def division_of(name: str) -> str:
    """The id of the division that a published name is; '' where it is none."""
    return _by_name().get(_plain(name), "")


def label_of(division: str) -> str:
    """What people are told of a division; '' stands for what is not told apart."""
    return labels().get(division, "Not told apart")


@cache
def _by_name() -> Mapping[str, str]:
    published = tomllib.loads(files(__package__).joinpath("divisions.toml").read_text("utf-8"))
    names = {_plain(name): division for division, found in published.items() for name in found}
    return {_plain(text): division for division, label in labels().items() for text in (division, label)} | names


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("'", "").replace("&", " and ")).strip()
