"""What the model learns from: labels seen in public files, words of the field, and what a person corrected."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files

from totalplace.errors import DataError, UsageError
from totalplace.parameters import services as known
from totalplace.services.model import Example, Model, best_heat, fit
from totalplace.services.words import features, payee_features

TEXTS = ("department", "category", "purpose", "payee")
"""The texts of a payment that tell what it is for."""

LEXICON_SHARE = 0.4
"""The part of all weight that the field's own words have, whatever the number of labelled rows."""
CORRECTION_WEIGHT = 25.0
"""A correction weighs as much as this many rows that stand in one line each: a person looked."""
FOLDS = 3


@dataclass(frozen=True)
class Labelled:
    """Texts whose service is known. `lines` is how often they were seen, `source` the publisher; both shape weights."""

    service: str
    department: str = ""
    category: str = ""
    purpose: str = ""
    payee: str = ""
    lines: int = 1
    source: str = ""

    def example(self, weight: float | None = None) -> Example:
        """The row as the model learns it. The payee is read as words of an organisation: none are kept here."""
        seen = math.log1p(self.lines) if weight is None else weight
        texts = (self.department, self.category, self.purpose, self.payee)
        return Example(tuple(name for text in texts for name in features(text)), self.service, seen)


@dataclass(frozen=True)
class Correction:
    """What a person settled: payments with these texts, each where it is given, are for this service.

    At least one text is needed; they are compared whole, in any case. Raises UsageError where none is given, and
    where the service is not known (with what may have been meant). `not-classified` may be said too. `note` says why.
    """

    service: str
    department: str = ""
    category: str = ""
    purpose: str = ""
    payee: str = ""
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.service != known.NOT_CLASSIFIED:
            object.__setattr__(self, "service", known.service(self.service).id)
        if not self.given:
            raise UsageError(f"a correction to '{self.service}' needs a {', '.join(TEXTS[:-1])} or {TEXTS[-1]}")

    @property
    def given(self) -> dict[str, str]:
        """The texts that were given, folded, by name."""
        texts = {name: known.folded(getattr(self, name)) for name in TEXTS}
        return {name: text for name, text in texts.items() if text}

    def example(self) -> Example:
        """What the model learns from it. A payee that may be a person is left out."""
        told = features(self.department) + features(self.category) + features(self.purpose)
        return Example(told + payee_features(self.payee), self.service, CORRECTION_WEIGHT)


@cache
def labels() -> tuple[Labelled, ...]:
    """The labelled rows that come with the package."""
    text = files("totalplace.services").joinpath("labels.csv").read_text("utf-8")
    return tuple(
        Labelled(**{**row, "lines": int(row["lines"])})  # type: ignore[arg-type]  # texts but for it
        for row in csv.DictReader(text.splitlines())
    )


@cache
def lexicon() -> tuple[Example, ...]:
    """The field's own words, a phrase an example."""
    held: Mapping[str, str] = tomllib.loads(files("totalplace.services").joinpath("lexicon.toml").read_text("utf-8"))
    return tuple(Example(features(phrase), service) for service, text in held.items() for phrase in text.split(";"))


def train(rows: Sequence[Labelled], corrections: Iterable[Correction] = (), *, heat: float | None = None) -> Model:
    """A model of labelled rows, the field's words and corrections: the same from the same, in any order.

    `heat` is the calibration; None finds it from rows that a model has not seen: those of each publisher in turn,
    or of each third of the headings where there is one publisher.
    """
    examples = [row.example() for row in rows]
    settled = [row.example() for row in corrections if row.service != known.NOT_CLASSIFIED]
    words = _weighed(examples)
    if heat is None:
        heat = best_heat([(fit([*_examples(seen), *words]), _examples(unseen)) for seen, unseen in _folds(rows)])
    # A row that is alone in its words is still learned where a person said it: so it stands there twice.
    return fit([*examples, *words, *settled, *settled], heat=heat)


def rows_from(table: Iterable[Mapping[str, object]]) -> list[Labelled]:
    """Labelled rows from rows of a table with these columns. Raises DataError at a column or service not known."""
    names = {field.name for field in fields(Labelled)}
    out = []
    for n, row in enumerate(table, 1):
        surplus = sorted(set(row) - names)
        if surplus:
            raise DataError(f"row {n} has a column '{surplus[0]}'; labelled rows have {', '.join(sorted(names))}")
        out.append(Labelled(**{**row, "service": known.service(str(row.get("service", ""))).id}))  # type: ignore[arg-type]  # as above
    return out


def _weighed(examples: Sequence[Example]) -> list[Example]:
    total = sum(row.weight for row in examples) or 1.0
    each = total * LEXICON_SHARE / (1 - LEXICON_SHARE) / len(lexicon())
    return [Example(row.features, row.service, each) for row in lexicon()]


def _examples(rows: Iterable[Labelled]) -> list[Example]:
    return [row.example() for row in rows]


def _folds(rows: Sequence[Labelled]) -> list[tuple[list[Labelled], list[Labelled]]]:
    """Pairs of rows to learn from and rows to test by: publishers apart, or thirds of headings of a single one."""
    sources = {row.source for row in rows}
    fold = {row: row.source if len(sources) > 1 else str(_third(row)) for row in rows}
    return [
        ([row for row in rows if fold[row] != name], [row for row in rows if fold[row] == name])
        for name in sorted(set(fold.values()))
    ]


def _third(row: Labelled) -> int:
    from zlib import crc32

    return crc32((row.department or row.category or row.purpose or row.payee).encode()) % FOLDS
