"""Official figures: read from their files, each with the place in the file that it stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.official.declared import Dataset
from totalplace.parameters.divisions import HOUSING_BENEFIT, TOTAL
from totalplace.store.files import digest_of

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


def is_part(figure: Figure) -> bool:
    """Whether a figure is a part of the sum of its dataset: no total, and no benefit that stands beside services."""
    return figure.division != TOTAL and (figure.division != HOUSING_BENEFIT or figure.kind == "benefits")


class Reading(NamedTuple):
    """What a file holds: figures, what is to be said of it to people, and of what some parts are not given.

    `absent` has body, year and measure: the sum of the parts that are given would be too little there.
    """

    figures: list[Figure]
    notes: list[str]
    absent: frozenset[tuple[str, str, str]] = frozenset()


Measured = tuple[str, str, str, str]
"""Dataset, body, financial year and measure."""


@dataclass(frozen=True)
class Figures:
    """All official figures of a place. `states` has each dataset's: as declared, revised, or why it was refused.

    `absent` has dataset, body, year and measure of what some parts are not given.
    """

    datasets: tuple[Dataset, ...] = ()
    figures: tuple[Figure, ...] = ()
    states: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    absent: frozenset[Measured] = frozenset()

    @cached_property
    def by_measure(self) -> Mapping[Measured, list[Figure]]:
        """The figures by dataset, body, year and measure."""
        found: dict[Measured, list[Figure]] = defaultdict(list)
        for figure in self.figures:
            found[figure.dataset, figure.body, figure.year, figure.measure].append(figure)
        return found

    @cached_property
    def by_year(self) -> Mapping[tuple[str, str], frozenset[tuple[str, str]]]:
        """The datasets, each with its kind, that say something of a body and financial year."""
        found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        for figure in self.figures:
            found[figure.body, figure.year].add((figure.dataset, figure.kind))
        return {key: frozenset(theirs) for key, theirs in found.items()}

    def whole(self, dataset: str, body: str, year: str, measure: str) -> int | None:
        """What a dataset's divisions come to in a measure (pence); None where it says nothing of it.

        It is the sum of the divisions, whatever the published total says; where some are not given, that total.
        """
        key = dataset, body, year, measure
        found = self.by_measure.get(key, [])
        parts = [f.amount for f in found if is_part(f)]
        totals = [f.amount for f in found if f.division == TOTAL]
        if parts and key not in self.absent:
            return sum(parts)
        return totals[0] if totals else None

    def refused(self, dataset: Dataset) -> bool:
        """Whether the dataset's file could not be read."""
        return self.states[dataset.id].startswith("refused")

    def signed(self, dataset: Dataset) -> bool:
        """Whether somebody stands behind the dataset as its bytes are now."""
        same = dataset.signed_sha256 == dataset.sha256 and self.states.get(dataset.id) == "as declared"
        return bool(dataset.signed_by) and same


def read(root: Path, definition: Definition, datasets: Sequence[Dataset]) -> Figures:
    """Reads the files of datasets. One that cannot be read is named in `states`, and the others stand."""
    figures: list[Figure] = []
    states, notes, absent = {}, {}, set()
    for dataset in datasets:
        try:
            found, state = _read_one(root, definition, dataset)
        except (FileRefused, UsageError, OSError) as error:
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
    if dataset.signed_by and dataset.signed_sha256 != dataset.sha256:
        found.notes.append(f"it was signed by {dataset.signed_by} before the file changed; sign it again")
    return (
        found,
        "as declared" if same else "revised: the file has changed since it was declared; look, and add it again",
    )
