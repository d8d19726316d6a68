"""Official figures: read from their files, each with the place in the file that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.official.declared import GRADES, KINDS, Dataset
from totalplace.parameters.divisions import TOTAL
from totalplace.store.files import digest_of

__all__ = ["GRADES", "KINDS", "MEASURES", "Figure", "Figures", "Reading", "read"]

MEASURES = ("net", "gross", "employees", "running", "fees", "other-income", "income", "amount")
"""What a figure can be of: net current expenditure; total (gross) expenditure, which is employees and running expenses;
total income, which is fees and other income; or an amount of which no more is said."""


class Figure(NamedTuple):
    """One official figure. `amount` is pence, or people where the kind is population; `where` its place in the file.

    `division` is one of parameters.divisions, 'total', or '' where the published `service` is none that is known.
    """

    dataset: str
    kind: str
    body: str
    year: str
    division: str
    service: str
    measure: str
    amount: int
    where: str


class Reading(NamedTuple):
    """What a file holds: figures, what is to be said of it to people, and of what some parts are not given.

    `absent` has body, year and measure: the sum of the parts that are given would be too little there.
    """

    figures: list[Figure]
    notes: list[str]
    absent: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True)
class Figures:
    """All official figures of a place. `states` has each dataset's: as declared, revised, or why it was refused.

    `absent` has dataset, body, year and measure of what some parts are not given.
    """

    datasets: tuple[Dataset, ...] = ()
    figures: tuple[Figure, ...] = ()
    states: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    absent: frozenset[tuple[str, str, str, str]] = frozenset()

    def whole(self, dataset: str, body: str, year: str, measure: str) -> int | None:
        """What a dataset's divisions come to in a measure (pence); None where it says nothing of it.

        It is the sum of the divisions, whatever the published total says; where some are not given, that total.
        """
        found = [f for f in self.figures if (f.dataset, f.body, f.year, f.measure) == (dataset, body, year, measure)]
        parts = [f.amount for f in found if f.division != TOTAL]
        totals = [f.amount for f in found if f.division == TOTAL]
        if (dataset, body, year, measure) in self.absent:
            return totals[0] if totals else None
        return sum(parts) if parts else totals[0] if totals else None

    def signed(self, dataset: Dataset) -> bool:
        """Whether somebody stands behind the dataset as its bytes are now."""
        return bool(dataset.signed_by) and self.states.get(dataset.id) == "as declared"


def read(root: Path, definition: Definition, datasets: Sequence[Dataset]) -> Figures:
    """Reads the files of datasets. One that cannot be read is named in `states`, and the others stand."""
    figures: list[Figure] = []
    states, notes, absent = {}, {}, set()
    for dataset in datasets:
        try:
            found, state = _read_one(root, definition, dataset)
        except (FileRefused, UsageError) as error:
            states[dataset.id] = f"refused: {error}"
            continue
        figures += found.figures
        states[dataset.id], notes[dataset.id] = state, found.notes
        absent |= {(dataset.id, *key) for key in found.absent}
    return Figures(tuple(datasets), tuple(figures), states, notes, frozenset(absent))


def _read_one(root: Path, definition: Definition, dataset: Dataset) -> tuple[Reading, str]:
    from totalplace.official.layouts import read_file

    path = root / dataset.path
    if not path.is_file():
        raise FileRefused(dataset.file, "is not there; was it moved or renamed?")
    same = digest_of(path) == dataset.sha256
    found = read_file(root, definition, dataset)
    if not found.figures:
        raise FileRefused(dataset.file, "holds no figure of a body of this place")
    state = "as declared" if same else "revised: the file has changed since it was declared; look, and add it again"
    if same and dataset.signed_by and dataset.signed_sha256 != dataset.sha256:
        state = "revised: it was signed before the file changed; sign it again"
    return found, state
