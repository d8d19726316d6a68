"""Which layout a file of official figures has, and whose figures it holds."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.official.declared import Dataset
from totalplace.official.figures import Reading
from totalplace.terms import check_year

LARGEST = 256 << 20
"""Bytes beyond which a file is no table of official figures."""


def read_file(root: Path, definition: Definition, dataset: Dataset) -> Reading:
    """The figures of a dataset; raises FileRefused or UsageError where the file is not what it was given as."""
    from totalplace.official import outturn_json, tables_in

    path = root / dataset.path
    if path.stat().st_size > LARGEST:
        raise FileRefused(dataset.file, "is too large to be a file of official figures")
    if path.suffix.lower() != ".json":
        return tables_in.read_table(root, definition, dataset)
    return outturn_json.read_json(path, definition, dataset)


def body_named(definition: Definition, name: str, code: str = "", *, police: bool = False) -> str:
    """The id of the place's body that a name, a GSS code or an NHS code is; '' where it is none of them.

    `police` says that names are those of police forces, often given by their area alone ('Greater Manchester').
    """
    wanted = code.strip().upper()
    if wanted:
        for body in definition.bodies:
            council = body.kind in ("council", "combined-authority")
            codes = (*body.codes.get("gss", ()), *(ods.upper() for ods in body.codes.get("ods", ())))
            if wanted in codes or (wanted == body.area and council):
                return body.id
    if not name.strip():
        return ""
    if police:
        return _force(definition, name)
    with suppress(UsageError):
        return definition.body(name).id
    from totalplace.money.declaring import registered

    known = registered(name)
    theirs = (b.id for b in definition.bodies if known and known.area and (b.area, b.kind) == (known.area, known.kind))
    return next(theirs, "")


def _force(definition: Definition, name: str) -> str:
    """The police body that a force's name or its area's name is; '' for none of the place's."""
    plain = " ".join(name.replace("&", "and").lower().split())
    forms = {plain, *(f"{plain} {tail}" for tail in ("police", "constabulary", "police and crime commissioner"))}
    forms.add(f"police and crime commissioner for {plain}")
    for body in definition.bodies:
        names = (body.name, *body.aliases)
        if body.kind == "police" and forms & {" ".join(text.replace("&", "and").lower().split()) for text in names}:
            return body.id
    return ""


def whose(definition: Definition, dataset: Dataset, name: str = "", code: str = "") -> str:
    """The body of a file of one body: the one it was declared with, else the one that it names itself.

    Raises UsageError where both are said and differ, and where neither is.
    """
    said = body_named(definition, name, code)
    given = definition.body(dataset.body).id if dataset.body else ""
    if given and said and given != said:
        raise UsageError(f"{dataset.file} is of {name or code}, and was given as {given}'s")
    if not (given or said):
        shown = f"'{name or code}', which is no body of this place" if name or code else "no body"
        raise UsageError(f"{dataset.file} names {shown}; declare the body, or give it with --body")
    return given or said


def year_of(dataset: Dataset, said: str = "") -> str:
    """The financial year of figures; raises UsageError where it is not said, or said in two ways that differ."""
    found = financial_year_in(said)
    if said and not found:
        raise UsageError(f"{dataset.file}: '{said}' is not a financial year such as 2024-25")
    if found and dataset.year and found != dataset.year:
        raise UsageError(f"{dataset.file} is of {found}, and was given as {dataset.year}")
    if not (found or dataset.year):
        raise UsageError(f"{dataset.file} does not say its financial year; give it with --year")
    return found or dataset.year


_WRITTEN = r"(\d{4})\s*(?:[-/\u2013]|to)\s*(\d{4}|\d{2})"
_MID = re.compile(r"(?:mid|june|30 june)[- ](\d{4})", re.IGNORECASE)
_ENDING = re.compile(r"(?:year ending (?:march )?)?(20\d{2})-?03", re.IGNORECASE)


def financial_year_in(text: str) -> str:
    """A financial year written in one of the usual ways in one way; '' for none.

    2024-25, 2024/25, 2024-2025, FY2024-25; 202503, its last month; mid-2024, which lies in 2024-25.
    """
    plain = text.strip()
    if match := re.fullmatch(rf"(?:FY\s*)?{_WRITTEN}|(?:FY\s*)?(\d{{4}}) (\d{{2}}|\d{{4}})", plain, re.IGNORECASE):
        first, second = (part for part in match.groups() if part)
        if year := _checked(first, second):
            return year
    if match := _ENDING.fullmatch(plain):
        return _checked(str(int(match[1]) - 1), match[1])
    if match := _MID.fullmatch(plain):
        return _checked(match[1], str(int(match[1]) + 1))
    return ""


def financial_year_within(text: str) -> str:
    """The one financial year that a longer heading names; '' for none, and for several."""
    found = {year for match in re.finditer(rf"(?<!\d){_WRITTEN}(?!\d)", text) if (year := _checked(match[1], match[2]))}
    return found.pop() if len(found) == 1 else ""


def _checked(first: str, second: str) -> str:
    with suppress(UsageError):
        return check_year(f"{first}-{second[-2:]}")
    return ""
