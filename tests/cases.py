"""Business cases for tests, as the tables of their files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.appraisal.case import Case
from totalplace.appraisal.files import toml_origin
from totalplace.appraisal.reading import read_case
from totalplace.appraisal.result import Found, appraise
from totalplace.parameters.unit_costs import unit_costs


def read(tables: Mapping[str, Any], name: str = "case") -> Case:
    """The case of some tables, with the shipped parameters."""
    return read_case(name, tables, toml_origin(f"{name}.toml", tables), unit_costs(None))


def found(tables: Mapping[str, Any], option: str = "") -> Found:
    """The central result of an option, or of the only one."""
    return appraise(read(tables)).option(option)
