"""The service of each payment: what a person said, what a published label says, else what the words suggest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters import services as known
from totalplace.services.model import Model
from totalplace.services.training import TEXTS, Correction, labels, train
from totalplace.services.words import features, payee_features

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

THRESHOLD = 0.7
"""The confidence from which words are an answer; below it the answer is 'not-classified'."""
BLOCK = 65_536
COLUMNS = ("service", "cofog", "subjective", "confidence", "how", "likely")
"""What `classify` adds: the service's id, its COFOG group ('' where not classified), the subjective group ('' where
no rule fits), the confidence (0 to 1), how it was told (`HOW`), and the likeliest service by the words alone."""
HOW = ("correction", "department", "proclass", "words", "nothing")
"""By a person; by a department heading or a ProClass label that names a service; by words; by nothing sure enough."""


@cache
def shipped_model() -> Model:
    """The model that comes with the package."""
    return Model.from_bytes(files("totalplace.services").joinpath("model.npz").read_bytes())


@lru_cache(maxsize=4)
def model_with(corrections: tuple[Correction, ...]) -> Model:
    """The model trained anew with a person's corrections (some seconds); the calibration stays."""
    shipped = shipped_model()
    return train(labels(), corrections, heat=shipped.heat) if corrections else shipped


def classify(
    texts: pl.DataFrame,
    *,
    corrections: Sequence[Correction] = (),
    threshold: float = THRESHOLD,
    model: Model | None = None,
    rules: bool = True,
) -> pl.DataFrame:
    """The rows of `texts` (any of department, category, purpose, payee) with `COLUMNS` beside them, in their order.

    Corrections come first, the one that gives more texts before the one that gives fewer, the later before the
    earlier; then a department heading that names a service; then a ProClass label or code as the category; all
    three with confidence 1. What is left is told by words, by `model` (None: the shipped one, trained anew with the
    corrections), where its confidence is `threshold` or more. `rules` False asks the words alone. Give distinct
    combinations of texts where lines repeat. Raises UsageError for other columns or a threshold not within 0 to 1.
    Method: docs/methods/services.md.
    """
    import polars as pl

    _check(texts.columns, threshold)
    columns = {name: _distinct(texts, name) for name in TEXTS}
    chosen = model or model_with(tuple(corrections))
    likely, confidence = _by_words(columns, chosen, texts.height)
    answer = _Answer(likely, confidence, chosen.classes, threshold)
    if rules:
        answer.settle(columns["category"], _proclass, "proclass")
        answer.settle(columns["department"], known.department_service, "department")
    for correction in sorted(corrections, key=lambda row: len(row.given)):
        answer.correct(columns, correction)
    return texts.with_columns(*answer.columns(), _subjective(columns, texts.height).alias("subjective")).select(
        *texts.columns, *(pl.col(name) for name in COLUMNS)
    )


def _check(columns: Sequence[str], threshold: float) -> None:
    surplus = [name for name in columns if name not in TEXTS]
    if surplus:
        raise UsageError(f"'{surplus[0]}' is no text that tells a service{did_you_mean(surplus[0], list(TEXTS))}")
    if not 0 <= threshold <= 1:
        raise UsageError(f"a threshold of {threshold} is not within 0 and 1; 0.7 means seven answers in ten right")


@dataclass(frozen=True)
class _Column:
    """The distinct texts of a column, and the place of each row's among them."""

    texts: list[str]
    at: NDArray[np.int64]

    def each(self, tell: Callable[[str], Any]) -> list[Any]:
        """What is told of each distinct text."""
        return [tell(text) for text in self.texts]


def _distinct(frame: pl.DataFrame, name: str) -> _Column:
    import numpy as np
    import polars as pl

    if name not in frame.columns:
        return _Column([""], np.zeros(frame.height, np.int64))
    column = frame[name].cast(pl.String).fill_null("")
    texts = column.unique(maintain_order=True)
    places = pl.Series(range(len(texts)), dtype=pl.Int64)
    at = column.replace_strict(texts, places, return_dtype=pl.Int64) if len(texts) else places
    return _Column(texts.to_list(), at.to_numpy())


def _by_words(columns: dict[str, _Column], model: Model, rows: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The likeliest class of each row and its confidence. A text's score is worked out once; rows only add them up."""
    import numpy as np

    held = [_scores(columns[name].texts, model, name == "payee") for name in TEXTS]
    at = [columns[name].at for name in TEXTS]
    likely, confidence = np.zeros(rows, np.int64), np.zeros(rows, np.float32)
    for start in range(0, rows, BLOCK):
        block = slice(start, start + BLOCK)
        pairs = list(zip(held, at, strict=True))
        total = np.sum([scores[place[block]] for (scores, _), place in pairs], axis=0)
        count = np.sum([sizes[place[block]] for (_, sizes), place in pairs], axis=0)
        chances = model.confidence(total, count)
        likely[block] = chances.argmax(axis=1)
        confidence[block] = np.where(count > 0, chances.max(axis=1), 0)
    return likely, confidence


def _scores(texts: list[str], model: Model, payee: bool) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    import numpy as np

    seen: dict[tuple[str, ...], tuple[Any, int]] = {}
    scores = np.zeros((len(texts), len(model.classes)), np.float32)
    sizes = np.zeros(len(texts), np.int64)
    for n, text in enumerate(texts):
        found = payee_features(text) if payee else features(text)
        if found and found not in seen:
            seen[found] = model.score(found)
        if found:
            scores[n], sizes[n] = seen[found]
    return scores, sizes


def _proclass(text: str) -> str:
    row = known.proclass(text)
    return row.service if row else ""


class _Answer:
    """The answer to each row while it is made: later settlements stand over earlier ones."""

    def __init__(
        self, likely: NDArray[np.int64], confidence: NDArray[np.float32], classes: Iterable[str], threshold: float
    ) -> None:
        import numpy as np

        self.ids = [*known.services(), known.NOT_CLASSIFIED]
        place = np.array([self.ids.index(name) for name in classes])
        # Nothing known in any text: no class is likelier than another.
        self.likely = np.where(confidence > 0, place[likely], len(self.ids) - 1)
        sure = (confidence >= threshold) & (confidence > 0)
        self.service = np.where(sure, self.likely, len(self.ids) - 1)
        self.confidence = confidence.astype(np.float64)
        self.how = np.where(sure, HOW.index("words"), HOW.index("nothing"))

    def settle(self, column: _Column, tell: Callable[[str], str], how: str) -> None:
        """Settles the rows whose text in `column` tells a service."""
        import numpy as np

        told = np.array([self.ids.index(name) if name else -1 for name in column.each(tell)], np.int64)
        self._set(told[column.at] >= 0, told[column.at] if len(told) else told, how)

    def correct(self, columns: dict[str, _Column], correction: Correction) -> None:
        """Settles the rows that a correction means."""
        import numpy as np

        rows = np.ones(len(self.service), bool)
        for name, meant in correction.given.items():
            column = columns[name]
            fits = np.array([known.folded(text) == meant for text in column.texts], np.bool_)
            rows &= fits[column.at]
        self._set(rows, self.ids.index(correction.service), "correction")

    def _set(self, rows: NDArray[np.bool_], service: Any, how: str) -> None:
        import numpy as np

        self.service = np.where(rows, service, self.service)
        self.confidence = np.where(rows, 1.0, self.confidence)
        self.how = np.where(rows, HOW.index(how), self.how)

    def columns(self) -> list[pl.Series]:
        """The answer as columns."""
        import polars as pl

        cofog = [row.cofog for row in known.services().values()] + [""]
        return [
            _named("service", self.ids, self.service),
            _named("cofog", cofog, self.service),
            pl.Series("confidence", self.confidence),
            _named("how", HOW, self.how),
            _named("likely", self.ids, self.likely),
        ]


def _named(name: str, words: Sequence[str], at: NDArray[Any]) -> pl.Series:
    import polars as pl

    return pl.Series(words, dtype=pl.String).gather(pl.Series(at, dtype=pl.UInt32)).alias(name)


def _subjective(columns: dict[str, _Column], rows: int) -> pl.Series:
    """The subjective group of each row: of the first of category, purpose and department that tells one."""
    import numpy as np

    groups = ["", *known.subjectives()]
    out = np.zeros(rows, np.int64)
    for name in ("category", "purpose", "department"):
        told = np.array([groups.index(known.subjective(text)) for text in columns[name].texts], np.int64)
        found = told[columns[name].at] if len(told) else out
        out = np.where(out > 0, out, found)
    return _named("subjective", groups, out)
