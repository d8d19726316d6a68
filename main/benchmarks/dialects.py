"""How a file is to be read, as the benchmark's contestants are given it.

A dialect names every column, so that none of the contestants but ours has to find a header.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Dialect:
    """One file: where it is (relative to the folder of dialects.json), whose, and how its text is laid out.

    `skip` counts the lines above the first line of data. `columns` says which name holds the amount, date,
    supplier, department, category, purpose and transaction. `dates` are strptime forms in order of trial.
    `header`: the last skipped line is a header that holds just these names.
    """

    path: str
    body: str
    encoding: str
    skip: int
    names: list[str]
    columns: dict[str, str]
    dates: list[str]
    lines: int = 0
    delimiter: str = ","
    quote: str = '"'
    newline: str = "\n"
    ragged: bool = False
    kind: str = "spend"
    shape: str = ""
    header: bool = True
    notes: list[str] = field(default_factory=list)


def load(folder: Path) -> list[Dialect]:
    """The dialects of a folder that `generate.py` or `spend.py` prepared."""
    return [Dialect(**entry) for entry in json.loads((folder / "dialects.json").read_text(encoding="utf-8"))]


def save(folder: Path, dialects: list[Dialect]) -> None:
    """Write dialects.json, one entry a file."""
    text = json.dumps([asdict(dialect) for dialect in dialects], indent=1, ensure_ascii=False)
    (folder / "dialects.json").write_text(text + "\n", encoding="utf-8", newline="\n")
