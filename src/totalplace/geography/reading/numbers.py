"""Figures in tables of areas: exact, and refused by row where they are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import named

MISSING = frozenset(("", "-", "..", "n/a", "na", "x", "[x]", "[c]", "[z]", ":", "*", "null", "none", "nan", "#n/a"))
"""What stands where there is no figure."""
MOST = 10_000_000_000
_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d{1,2})?|-?\.\d+", re.ASCII)
_LONGEST = 40


def number(file: str, where: str, text: str) -> Fraction | None:
    """A figure, None where there is none; raises FileRefused for what is no figure, saying where."""
    text = text.strip()
    if text.lower() in MISSING:
        return None
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        raise FileRefused(file, f"{where} is '{shown}', which is no number")
    return Fraction(text.replace(",", ""))


def people_of(
    file: str, column: str, texts: Sequence[str], codes: Sequence[str]
) -> tuple[NDArray[np.int64], list[str]]:
    """People by row, whole; raises FileRefused for a missing, negative or impossible figure, naming whose."""
    values = [number(file, f"the population of {code}", text) for code, text in zip(codes, texts, strict=True)]
    if missing := [code for code, value in zip(codes, values, strict=True) if value is None]:
        raise FileRefused(
            file,
            f"{len(missing):,} of {len(codes):,} areas have no population in the column '{column}': {named(missing)}. "
            "Give each a figure, 0 where nobody lives",
        )
    known = [value for value in values if value is not None]
    if wrong := [code for code, value in zip(codes, known, strict=True) if not 0 <= value <= MOST]:
        raise FileRefused(
            file, f"the population of {named(wrong)} in the column '{column}' cannot be: below 0 or too many"
        )
    parts = sum(value.denominator != 1 for value in known)
    notes = [f"{file}: populations with decimals, rounded: {parts:,}"] if parts else []
    people = np.array([round(value) for value in known], dtype=np.int64)
    if len(people) and not people.any():
        raise FileRefused(file, f"every population in the column '{column}' is 0: is it the right column?")
    return people, notes
