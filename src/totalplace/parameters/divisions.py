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
HOUSING_BENEFIT = "housing-benefit"
"""The division of housing benefit that is paid to tenants for the Department for Work and Pensions: it stands beside
the services of a council's outturn, in no sum of them, and in the department's own figures too."""
BESIDE = (TOTAL, HOUSING_BENEFIT)
"""Divisions that are in no sum of the services."""
_BENEFIT = re.compile(r"\b(housing benefits?|rent (allowances?|rebates?))\b|^rs hb")
_NOT_PAID = re.compile(r"\b(admin\w*|discretionary|subsidy|overpayments?)\b")


@cache
def labels() -> Mapping[str, str]:
    """What people are told of each division, by its id, in their published order, the total last."""
    return {service.id: service.label for service in services().values()} | {TOTAL: "All services"}


def division_of(name: str) -> str:
    """The id of the division that a published name is; '' where it is none."""
    plain = _plain(name)
    if _BENEFIT.search(plain) and not _NOT_PAID.search(plain):
        return HOUSING_BENEFIT
    return _by_name().get(plain, "")


def label_of(division: str) -> str:
    """What people are told of a division; '' stands for what is not told apart."""
    if division == HOUSING_BENEFIT:
        return "Housing benefit paid, beside the services"
    return labels().get(division, "Not told apart")


@cache
def _by_name() -> Mapping[str, str]:
    published = tomllib.loads(files(__package__).joinpath("divisions.toml").read_text("utf-8"))
    names = {_plain(name): division for division, found in published.items() for name in found}
    return {_plain(text): division for division, label in labels().items() for text in (division, label)} | names


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("'", "").replace("&", " and ")).strip()
