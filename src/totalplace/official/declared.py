"""official.toml: which official figures a place has, where they come from, and who stands behind them.

It is declared, as place.toml is: written by `totalplace add-official` or by hand, kept in git, its comments kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.sources.parts import outer
from totalplace.terms import check_year, slug
from totalplace.toml import array_of, edit_toml, known_keys, read_toml, tables_of, text_of

FILE = "official.toml"
KINDS = ("outturn", "budget", "benefits", "allocation", "analysis", "population")
"""What official figures can be: money spent, money planned, benefits paid to people, grants from above, a national
analysis by area, and people (a count, no money)."""
GRADES = ("actual", "apportioned", "estimated")
UNITS = (1, 1000, 1_000_000)
KEYS = (
    "id", "kind", "file", "sha256", "body", "row", "year", "unit", "measure", "grade", "method", "source", "reason",
    "signed_by", "signed_on", "signed_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Dataset:
    """One file of official figures.

    `body` and `year` say whose and of which financial year they are where the file does not; `row` is the name or code
    of the row that is meant where the file calls the body something else, such as a region. `unit` is pounds (or
    people) in one unit, 0 where the file says it. `sha256` is the file's when it was declared. `grade` and `method`
    say how the figures came to be, `reason` why they differ from another official figure of the same. A signature
    holds for the bytes of `signed_sha256` alone.
    """

    id: str
    kind: str
    file: str
    sha256: str
    body: str = ""
    row: str = ""
    year: str = ""
    unit: int = 0
    measure: str = ""
    grade: str = "actual"
    method: str = ""
    source: str = ""
    reason: str = ""
    signed_by: str = ""
    signed_on: str = ""
    signed_sha256: str = ""

    @property
    def path(self) -> str:
        """The file itself, where `file` names a sheet of a workbook or a member of a zip."""
        return outer(self.file)


def load(root: Path) -> tuple[Dataset, ...]:
    """The datasets that official.toml declares, none where there is no such file; raises PlaceError naming a fault."""
    return _datasets(read_toml(root / FILE)) if (root / FILE).exists() else ()


def _datasets(raw: Mapping[str, Any]) -> tuple[Dataset, ...]:
    known_keys(FILE, raw, ("dataset",))
    found = tuple(_dataset(n, table) for n, table in enumerate(tables_of(raw, "dataset", FILE), 1))
    ids = [dataset.id for dataset in found]
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise PlaceError(f"{FILE}: two datasets have the id '{twice}'; give one another id")
    return found


def _dataset(n: int, table: Any) -> Dataset:
    where = f"{FILE}: [[dataset]] {n}"
    known_keys(where, table, KEYS)
    for key in (key for key in KEYS if key != "unit"):
        text_of(where, table, key)
    missing = [key for key in ("id", "kind", "file", "sha256") if not table.get(key)]
    if missing:
        raise PlaceError(f"{where}: it has no {missing[0]}")
    dataset = Dataset(**table)
    try:
        check(dataset)
    except UsageError as error:
        raise PlaceError(f"{where}: {error}") from None
    return dataset


def check(dataset: Dataset) -> None:
    """Raises UsageError for what a dataset cannot say. Whether its body is there is seen when it is read."""
    from totalplace.official.figures import MEASURES

    for name, value, known in (
        ("kind", dataset.kind, KINDS),
        ("grade", dataset.grade, GRADES),
        ("measure", dataset.measure or MEASURES[0], MEASURES),
    ):
        if value not in known:
            raise UsageError(f"'{value}' is not a {name} of official figures{did_you_mean(value, list(known))}")
    if dataset.row and not dataset.body:
        raise UsageError(f"row '{dataset.row}' needs a body: whose figures are they? Say it with --body")
    if dataset.unit not in (0, *UNITS):
        raise UsageError(f"unit is {dataset.unit!r}; it can be 1, 1000 or 1000000 (pounds in one unit)")
    if dataset.year:
        check_year(dataset.year)


def declare(root: Path, datasets: Sequence[Dataset]) -> None:
    """Writes datasets into official.toml; one of the same file and kind takes the place of what was there.

    Raises PlaceError where the file could not be read afterwards, EditConflict where somebody else changed it.
    """

    def change(document: Any) -> None:
        kept = [
            table
            for table in document.get("dataset", [])
            if (table.get("file"), table.get("kind")) not in {(d.file, d.kind) for d in datasets}
        ]
        document["dataset"] = array_of([*kept, *map(_table, datasets)])

    edit_toml(root, FILE, change, lambda: load(root), _datasets)


def sign(root: Path, dataset: str, by: str, on: str, sha256: str) -> None:
    """Writes down that somebody stands behind a dataset as its bytes are; raises UsageError for an unknown one."""
    known = [found.id for found in load(root)]
    if dataset not in known:
        raise UsageError(f"'{dataset}' is not a dataset of {FILE}{did_you_mean(dataset, known)}")
    if not by.strip():
        raise UsageError("a signature needs a name: who stands behind the figures?")
    try:
        dt.date.fromisoformat(on)
    except ValueError:
        raise UsageError(f"'{on}' is not a day such as 2026-04-30") from None

    def change(document: Any) -> None:
        table = next(table for table in document["dataset"] if table["id"] == dataset)
        table["signed_by"], table["signed_on"], table["signed_sha256"] = by.strip(), on, sha256

    edit_toml(root, FILE, change, lambda: load(root), _datasets)


def new_id(kind: str, file: str, taken: Sequence[str]) -> str:
    """A short id for a dataset, not among those that are taken."""
    stem = slug(f"{kind} {Path(file).stem}")
    return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _table(dataset: Dataset) -> Any:
    import tomlkit

    table = tomlkit.table()
    for key in KEYS:
        value = getattr(dataset, key)
        if value or key in ("id", "kind", "file"):
            table[key] = value
    return table
