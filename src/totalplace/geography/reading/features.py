"""What every reader makes of a file: columns of text, and the shape of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, did_you_mean

LARGEST = 2 << 30
"""Bytes beyond which no file of shapes is read."""
NAMED = 5
"""So many codes a message names."""


@dataclass(frozen=True)
class Keep:
    """Which rows are wanted, where a file is of more than the place: those with one of `values` in a column."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Features:
    """The rows of a file: columns of text as published, shapes in the file's own coordinates, and what is to be said.

    `projection` is how the file itself says that its coordinates are meant: EPSG:27700, WKT, or '' where it does not.
    `shapes` is None where the file is a table alone; a row without a shape has None. `lines` are those of a table.
    """

    file: str
    columns: Mapping[str, tuple[str, ...]]
    shapes: NDArray[Any] | None = None
    projection: str = ""
    notes: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ())) if self.shapes is None else len(self.shapes)

    def column(self, name: str) -> tuple[str, ...]:
        """A column by its heading, whatever its capitals; raises FileRefused with the nearest that there is."""
        return self.columns[self.heading(name)]

    def heading(self, name: str) -> str:
        """A heading as the file writes it; raises FileRefused with the nearest that there is."""
        if name in self.columns:
            return name
        alike = [heading for heading in self.columns if heading.strip().lower() == name.strip().lower()]
        if len(alike) != 1:
            raise FileRefused(self.file, f"it has no column '{name}'{did_you_mean(name, list(self.columns))}")
        return alike[0]

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Features:
        """Some of the rows."""
        chosen = np.asarray(rows, dtype=np.int64)
        columns = {name: tuple(values[n] for n in chosen) for name, values in self.columns.items()}
        shapes = None if self.shapes is None else self.shapes[chosen]
        return replace(self, columns=columns, shapes=shapes, lines=tuple(self.lines[n] for n in chosen if self.lines))

    def kept(self, keep: Keep | None) -> Features:
        """The rows that are wanted; raises FileRefused where none is."""
        if keep is None:
            return self
        values = self.column(keep.column)
        rows = [n for n, value in enumerate(values) if value.strip() in keep.values]
        if not rows:
            there = sorted(set(values))
            wanted = ", ".join(keep.values)
            tail = did_you_mean(keep.values[0], there) if keep.values else ""
            raise FileRefused(self.file, f"no row has {wanted} in the column '{keep.column}'{tail}")
        return self if len(rows) == len(values) else self.take(rows)


def text_of(value: object) -> str:
    """A cell as text: nothing is '', whole numbers have no decimals, texts keep their zeros."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def named(codes: Sequence[str]) -> str:
    """Some codes for a message: the first few, and how many more."""
    more = f" and {len(codes) - NAMED:,} more" if len(codes) > NAMED else ""
    return ", ".join(codes[:NAMED]) + more
