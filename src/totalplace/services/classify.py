"""The service of each payment: what a person said, what a published label says, else what the words suggest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters import services as known
from totalplace.services.model import Model
from totalplace.services.texts import Column, Rows, Texts, services_named, subjectives_named
from totalplace.services.training import TEXTS, Correction, labels, train

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from totalplace.services.texts import Places

THRESHOLD = 0.7
"""The confidence from which words are an answer; below it the answer is 'not-classified'."""
COLUMNS = ("service", "cofog", "subjective", "confidence", "told", "likely")
"""What `classify` adds: the service's id, its COFOG group ('' where not classified), the subjective group ('' where
no rule fits), the confidence (0 to 1), how it was told (`TOLD`), and the likeliest service by the words alone."""
TOLD = ("correction", "department", "proclass", "words", "nothing")
"""By a person; by a department heading or a ProClass label that names a service; by words; by nothing sure enough."""
OF_OTHERS = ("nhs-commissioner", "nhs-provider")
"""Kinds of body whose payments words do not tell: they were learned from councils' files, and what a hospital means by
the same words (a theatre) is another service. A person and a published label still do."""
MANY = 2_000_000
"""Texts that a classifier keeps in mind at once; past it it begins again, so that memory stays bounded."""
_OF_SUBJECTIVE = ("category", "purpose", "department")
"""The texts that tell the subjective group, most telling first."""
_BLOCK = 4_096
"""Rows whose scores are added up together: so few that they stay in the cache of a processor."""


@cache
def shipped_model() -> Model:
    """The model that comes with the package."""
    return Model.from_bytes(files("totalplace.services").joinpath("model.npz").read_bytes())


@cache
def model_version() -> str:
    """A digest of the shipped model and of what a new one is trained from, to tell one state from another."""
    import hashlib

    digest = hashlib.sha256()
    for name in ("model.npz", "labels.csv", "lexicon.toml"):
        digest.update(files("totalplace.services").joinpath(name).read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def model_with(corrections: tuple[Correction, ...]) -> Model:
    """The model trained anew with a person's corrections (some seconds); the calibration stays."""
    shipped = shipped_model()
    return train(labels(), corrections, heat=shipped.heat) if corrections else shipped


@dataclass(frozen=True)
class Told:
    """The classes of some rows: places in `services_named`, `subjectives_named` and TOLD; confidence 0 to 1."""

    service: Places
    subjective: Places
    told: Places
    confidence: NDArray[np.float32]


class Classifier:
    """Tells the classes of rows, block after block, and keeps in mind what it found out of each text.

    Corrections come first, the one that gives more texts before the one that gives fewer, the later before the
    earlier; then a department heading that names a service; then a ProClass label or code as the category; all
    three with confidence 1. What is left is told by words, by `model` (None: the shipped one, trained anew with the
    corrections), where its confidence is `threshold` or more. `rules` False asks the words alone. Raises UsageError
    for a threshold not within 0 to 1. Method: docs/methods/services.md.
    """

    def __init__(
        self,
        corrections: Sequence[Correction] = (),
        *,
        threshold: float = THRESHOLD,
        model: Model | None = None,
        rules: bool = True,
    ) -> None:
        if not 0 <= threshold <= 1:
            raise UsageError(f"a threshold of {threshold} is not within 0 and 1; 0.7 means seven answers in ten right")
        self._model = model or model_with(tuple(corrections))
        self._threshold, self._rules = threshold, rules
        self._corrections = sorted(corrections, key=lambda row: len(row.given))
        self._ids = list(services_named())
        self._class_at = [self._ids.index(name) for name in self._model.classes]
        self._begin()

    def forget(self) -> None:
        """Forgets what was found out of texts, where they have become too many."""
        if any(texts.known > MANY for texts in self._texts.values()):
            self._begin()

    def _begin(self) -> None:
        given = {name: sorted({c.given[name] for c in self._corrections if name in c.given}) for name in TEXTS}
        self._texts = {name: Texts(self._model, name, given[name]) for name in TEXTS}
        place = {name: {text: at for at, text in enumerate(texts)} for name, texts in given.items()}
        self._wanted = [({name: place[name][text] for name, text in c.given.items()}, c) for c in self._corrections]
        self._given = [name for name in TEXTS if given[name]]

    def tell(self, given: Mapping[str, Rows], rows: int, *, by_words: bool = True) -> Told:
        """The classes of `rows` rows by those of their texts (TEXTS) that are given; `by_words` False: not by words."""
        import numpy as np

        given, at = self._by_words_at(given, rows, TEXTS if by_words else _OF_SUBJECTIVE)
        service, told = np.full(rows, len(self._ids) - 1), np.full(rows, TOLD.index("nothing"))
        confidence = np.ones(rows, np.float32)
        for name, how in (("category", "proclass"), ("department", "department")) if self._rules else ():
            found = given[name].each(self._texts[name].named)
            named = np.flatnonzero(found >= 0)  # rows by their places: much faster than by a mask
            service[named], told[named] = found[named], TOLD.index(how)
        self._correct(given, service, told)
        left = np.flatnonzero(told == TOLD.index("nothing"))
        if not by_words:
            confidence[left] = 0
            return Told(service, self._subjective(at, rows), told, confidence)
        likely, chance = self._by_words({name: places[left] for name, places in at.items()})
        confidence[left] = chance
        sure = np.flatnonzero((chance >= self._threshold) & (chance > 0))
        service[left[sure]], told[left[sure]] = likely[sure], TOLD.index("words")
        return Told(service, self._subjective(at, rows), told, confidence)

    def likely(self, given: Mapping[str, Rows], rows: int) -> Places:
        """The likeliest service of each row by its words alone, however unsure."""
        return self._by_words(self._by_words_at(given, rows, TEXTS)[1])[0]

    def _by_words_at(
        self, given: Mapping[str, Rows], rows: int, wanted: Sequence[str]
    ) -> tuple[dict[str, Rows], dict[str, Places]]:
        """All columns, and of those that are wanted the places of each row's texts in what words tell."""
        whole: dict[str, Rows] = {name: given.get(name) or Column.blank(rows) for name in TEXTS}
        return whole, {name: whole[name].each(self._texts[name].by_words) for name in wanted}

    def _correct(self, given: Mapping[str, Rows], service: Places, told: Places) -> None:
        """Settles the rows that corrections mean, in the order of the corrections."""
        import numpy as np

        meant = {name: given[name].each(self._texts[name].meant) for name in self._given}
        occur = {name: set(np.unique(places).tolist()) for name, places in meant.items()}
        for wanted, correction in self._wanted:
            if all(at in occur[name] for name, at in wanted.items()):
                fits = np.logical_and.reduce([meant[name] == at for name, at in wanted.items()])
                service[fits], told[fits] = self._ids.index(correction.service), TOLD.index("correction")

    def _by_words(self, at: Mapping[str, Places]) -> tuple[Places, NDArray[np.float32]]:
        """The likeliest service of rows, and its confidence: their texts' scores added up."""
        import numpy as np

        rows, classes = at[TEXTS[0]].size, np.array(self._class_at)
        likely, confidence = np.zeros(rows, np.int64), np.zeros(rows, np.float32)
        for start in range(0, rows, _BLOCK):
            block = slice(start, start + _BLOCK)
            (scores, sizes), *more = (self._texts[name].scores(at[name][block]) for name in TEXTS)
            for further, size in more:
                scores += further
                sizes += size
            best, chance = self._model.likeliest(scores, sizes)
            # Nothing known in any text: no class is likelier than another.
            likely[block] = np.where(sizes > 0, classes[best], len(self._ids) - 1)
            confidence[block] = np.where(sizes > 0, chance, 0)
        return likely, confidence

    def _subjective(self, at: Mapping[str, Places], rows: int) -> Places:
        """The subjective group of each row: of the first of category, purpose and department that tells one."""
        import numpy as np

        out, left = np.zeros(rows, np.int64), np.arange(rows)
        for name in _OF_SUBJECTIVE:
            out[left] = self._texts[name].subjective(at[name][left])
            left = np.flatnonzero(out == 0)
        return out


def classify(
    texts: pl.DataFrame,
    *,
    corrections: Sequence[Correction] = (),
    threshold: float = THRESHOLD,
    model: Model | None = None,
    rules: bool = True,
) -> pl.DataFrame:
    """The rows of `texts` (any of department, category, purpose, payee) with `COLUMNS` beside them, in their order.

    What `Classifier` says of one table. Raises UsageError for other columns, or a threshold not within 0 to 1.
    """
    import polars as pl

    surplus = [name for name in texts.columns if name not in TEXTS]
    if surplus:
        raise UsageError(f"'{surplus[0]}' is no text that tells a service{did_you_mean(surplus[0], list(TEXTS))}")
    classifier = Classifier(corrections, threshold=threshold, model=model, rules=rules)
    columns = {name: Column.of(texts[name]) for name in texts.columns}
    found, likely = classifier.tell(columns, texts.height), classifier.likely(columns, texts.height)
    cofog = [row.cofog for row in known.services().values()] + [""]
    return texts.with_columns(
        _named("service", services_named(), found.service),
        _named("cofog", cofog, found.service),
        _named("subjective", subjectives_named(), found.subjective),
        pl.Series("confidence", found.confidence.astype("float64")),
        _named("told", TOLD, found.told),
        _named("likely", services_named(), likely),
    ).select(*texts.columns, *COLUMNS)


def _named(name: str, words: Sequence[str], at: Places) -> pl.Series:
    import polars as pl

    return pl.Series(words, dtype=pl.String).gather(pl.Series(at, dtype=pl.UInt32)).alias(name)
