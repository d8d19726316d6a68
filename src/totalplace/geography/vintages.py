"""Codes of one vintage held against those of another: a lookup that does not fit is caught, never joined to nothing.

Ward codes change with each review, output areas with each census. A code says nothing of its year; headings of the
Office for National Statistics do (LSOA21CD, WD24CD), and so does what else the codes match.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import named

KINDS = {
    "oa": "OA",
    "lsoa": "LSOA",
    "msoa": "MSOA",
    "wd": "ward",
    "ward": "ward",
    "lad": "authority",
    "ltla": "authority",
    "utla": "upper-tier authority",
    "cty": "county",
    "rgn": "region",
    "ctry": "country",
    "par": "parish",
    "parncp": "parish",
    "pcon": "constituency",
    "sicbl": "sub-ICB",
    "icb": "ICB",
    "pfa": "police force",
}
"""What the first letters of a heading of the Office for National Statistics mean."""
LEVELS = ("OA", "LSOA", "MSOA", "authority")
"""Levels that nest exactly, the smallest first. Wards nest in authorities; small areas do in wards by best fit."""
_HEADING = re.compile(r"([a-z]+)_?(\d{2})(cd|nm|nmw|cdo|cdh)", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What a heading says: the kind of area, the year, and whether it heads codes (not names)."""

    kind: str
    vintage: str
    codes: bool


def heading(text: str) -> Told | None:
    """What a heading such as LSOA21CD says; None where it is none of that form."""
    match = _HEADING.fullmatch(text.strip())
    if not match or match[1].lower() not in KINDS:
        return None
    return Told(KINDS[match[1].lower()], f"20{match[2]}", match[3].lower().startswith("cd"))


def share_known(wanted: Collection[str], there: Collection[str]) -> float:
    """The share of the codes wanted that are there; 1 where none is wanted."""
    there = there if isinstance(there, (set, frozenset, dict)) else set(there)
    return sum(code in there for code in wanted) / len(wanted) if wanted else 1.0


def require(
    file: str,
    column: str,
    wanted: Sequence[str],
    columns: Mapping[str, Iterable[str]],
    what: str,
    candidates: Mapping[str, Collection[str]] | None = None,
    partial: bool = False,
) -> list[str]:
    """What is to be said of codes of `column` that should hold every code wanted; nothing where all is well.

    `what` names the codes wanted, such as 'LSOA 2021'; `candidates` are other sets of codes of this place, by name.
    Raises FileRefused where codes are missing (unless `partial` and half are there at the least), with the share that
    match and what the column looks like instead.
    """
    there = set(columns[column])
    missing = [code for code in wanted if code not in there]
    if not missing:
        return []
    share = 1 - len(missing) / len(wanted)
    words = (
        f"its column '{column}' has {len(wanted) - len(missing):,} of the {len(wanted):,} codes of {what} ({share:.1%})"
    )
    if partial and share >= 0.5:
        return [f"{file}: {words}; in none: {named(missing)}"]
    rest = " Where the rest belongs to none, say partial = true" if candidates and share >= 0.5 and not partial else ""
    instead = _instead(column, wanted, there, columns, candidates or {})
    raise FileRefused(file, f"{words}; not there: {named(missing)}. {instead}{rest}")


def _instead(
    column: str,
    wanted: Sequence[str],
    there: set[str],
    columns: Mapping[str, Iterable[str]],
    candidates: Mapping[str, Collection[str]],
) -> str:
    """What a column that does not match looks like, and where the codes are instead."""
    said = []
    if lost := _without_zeros(wanted, there, columns):
        return f"The column '{lost}' has numbers that lost the noughts in front of them: save it as text"
    if told := heading(column):
        said.append(f"Its heading says {told.kind} of {told.vintage}.")
    ranked = sorted(((share_known(codes, there), name) for name, codes in candidates.items()), reverse=True)
    if ranked and ranked[0][0] > share_known(wanted, there):
        said.append(f"It looks like {ranked[0][1]}: {ranked[0][0]:.1%} of those codes are in it.")
    others = sorted(
        ((share_known(wanted, set(values)), name) for name, values in columns.items() if name != column), reverse=True
    )
    if others and others[0][0] > share_known(wanted, there):
        said.append(f"The column '{others[0][1]}' has {others[0][0]:.1%} of the codes.")
    return " ".join(said) or "Nothing else in the file has them: is it of another vintage or another place?"


def _without_zeros(wanted: Sequence[str], there: set[str], columns: Mapping[str, Iterable[str]]) -> str:
    """The column whose values are the codes wanted but for noughts in front, as spreadsheets take them off."""
    short = {code.lstrip("0") or "0" for code in wanted}
    if not any(code.startswith("0") and code.isdecimal() for code in wanted):
        return ""
    found = ((share_known(short, set(values)), name) for name, values in columns.items())
    share, name = max(found, default=(0.0, ""))
    return name if share > max(share_known(wanted, there), 0.5) else ""
