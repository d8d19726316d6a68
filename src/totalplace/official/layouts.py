"""Which layout a file of official figures has, and whose figures it holds."""

from __future__ import annotations

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


def body_named(definition: Definition, name: str, code: str = "") -> str:
    """The id of the place's body that a name or a GSS code is; '' where it is none of them."""
    wanted = code.strip().upper()
    if wanted:
        for body in definition.bodies:
            council = body.kind in ("council", "combined-authority")
            if wanted in body.codes.get("gss", ()) or (wanted == body.area and council):
                return body.id
    if not name.strip():
        return ""
    with suppress(UsageError):
        return definition.body(name).id
    from totalplace.money.declaring import registered

    known = registered(name)
    theirs = (b.id for b in definition.bodies if known and known.area and (b.area, b.kind) == (known.area, known.kind))
    return next(theirs, "")


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


def financial_year_in(text: str) -> str:
    """A financial year written in one of the usual ways (2024-25, 2024/25, 2024-2025) in one way; '' for none."""
    import re

    match = re.fullmatch(r"(?:FY\s*)?(\d{4})\s*[-/\u2013 ]\s*(\d{2}|\d{4})", text.strip(), re.IGNORECASE)
    if not match:
        return ""
    with suppress(UsageError):
        return check_year(f"{match[1]}-{match[2][-2:]}")
    return ""
