"""The texts of payments as a classifier keeps them: what is found out of a text is found out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from totalplace.parameters import services as known
from totalplace.services.model import Model
from totalplace.services.words import features_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

CLASSES = ("service", "subjective", "told")
"""What is told of each payment: what it is for, what it buys, and how the first was told."""


def services_named() -> tuple[str, ...]:
    """Every service's id, in the order of the returns, and 'not-classified' last."""
    return (*known.services(), known.NOT_CLASSIFIED)


def subjectives_named() -> tuple[str, ...]:
    """'' for what no rule tells, then every subjective group's id."""
    return ("", *known.subjectives())


Work = Callable[["pl.Series"], "Places"]
"""Finds a whole number out of each of some texts."""


class Rows(Protocol):
    """The texts of some rows in one column."""

    def each(self, work: Work) -> Places:
        """What `work` finds out of each row's text; it is asked of distinct texts alone."""
        ...


@dataclass(frozen=True)
class Column:
    """The distinct texts of a column, and the place of each row's among them."""

    texts: pl.Series
    at: Places

    @classmethod
    def of(cls, column: pl.Series) -> Column:
        """A column of text or categories; an absent text is an empty one."""
        import numpy as np
        import polars as pl

        held = (column.fill_null("") if column.null_count() else column).cast(pl.Categorical)  # numbers hang on it
        numbers = held.to_physical()
        kinds, rows = numbers.unique(maintain_order=True), numbers.to_numpy()
        table = np.zeros(int(rows.max(initial=0)) + 1, np.int64)
        table[kinds.to_numpy()] = np.arange(kinds.len())
        return cls(kinds.cat.to(pl.Categorical()).cast(pl.String), table[rows])

    def each(self, work: Work) -> Places:
        """What `work` finds out of each row's text."""
        return work(self.texts)[self.at]

    @classmethod
    def blank(cls, rows: int) -> Column:
        """A column in which nothing stands."""
        import numpy as np
        import polars as pl

        return cls(pl.Series([""], dtype=pl.String), np.zeros(rows, np.int64))


class Texts:
    """What is found out of the texts of one column. Texts whose known words are the same share a place."""

    def __init__(self, model: Model, name: str, meant: Sequence[str]) -> None:
        import numpy as np

        self._model, self._name, self._meant = model, name, {text: n for n, text in enumerate(meant)}
        self._by_words: dict[str, int] = {}
        self._places: dict[tuple[int, tuple[int, ...]], int] = {}
        self._whole: dict[str, tuple[int, int]] = {}
        self._scores = _Growing(np.zeros((0, len(model.classes)), np.float32))
        self._sizes, self._groups = _Growing(np.zeros(0, np.int64)), _Growing(np.zeros(0, np.int64))

    @property
    def known(self) -> int:
        """How many texts are kept."""
        return len(self._by_words) + len(self._whole)

    def by_words(self, texts: pl.Series) -> Places:
        """The place of each text in what words tell: `scores` and `subjective`."""
        import numpy as np

        held = _spaced_out(texts)
        self._learn([text for text in set(held) if text not in self._by_words])
        return np.fromiter(map(self._by_words.__getitem__, held), np.int64, len(held))

    def _learn(self, texts: Iterable[str]) -> None:
        """Finds out what the words of new texts tell, as `_spaced_out` gives them."""
        import numpy as np

        payee = self._name == "payee"
        told, groups = [], []
        for text in sorted(texts):
            found = features_of(text, payee=payee)
            group = 0 if payee else subjectives_named().index(known.subjective(text))
            key = group, self._model.known(found)
            if key not in self._places:
                self._places[key] = len(self._places)
                told.append(found)
                groups.append(group)
            self._by_words[text] = self._places[key]
        scores, sizes = self._model.scores(told)
        self._scores.add(scores)
        self._sizes.add(sizes)
        self._groups.add(np.array(groups, np.int64))

    def scores(self, places: Places) -> tuple[NDArray[np.float32], Places]:
        """Scores and numbers of known features at places that `by_words` gives, for the caller to keep."""
        return self._scores.values.take(places, axis=0), self._sizes.values.take(places)

    def subjective(self, places: Places) -> Places:
        """The subjective groups at places that `by_words` gives, 0 for none."""
        groups: Places = self._groups.values.take(places)
        return groups

    def named(self, texts: pl.Series) -> Places:
        """The service that each whole text names as a published label, or -1."""
        import numpy as np

        if self._name not in _SERVICE_OF:
            return np.full(texts.len(), -1)
        return np.array([service for service, _ in self._looked_up(texts)], np.int64)

    def meant(self, texts: pl.Series) -> Places:
        """The place of each whole text among those that corrections give, or -1."""
        import numpy as np

        return np.array([meant for _, meant in self._looked_up(texts)], np.int64)

    def _looked_up(self, texts: pl.Series) -> list[tuple[int, int]]:
        held = texts.to_list()
        for text in held:
            if text not in self._whole:
                named = _SERVICE_OF[self._name](text) if self._name in _SERVICE_OF else ""
                folded = known.folded(text) if self._meant else ""
                service = services_named().index(named) if named else -1
                self._whole[text] = service, self._meant.get(folded, -1)
        return [self._whole[text] for text in held]


_SPACED_OUT = bytes(sign if 97 <= sign <= 122 or sign == 10 else 32 for sign in bytes(range(256)).lower())
"""Small letters and ends of lines for themselves, capitals as small letters, spaces for all other bytes."""


def _spaced_out(texts: pl.Series) -> list[str]:
    """What `parameters.services.lettered` says of each text, with more than one space in places."""
    written = str(texts.str.join("\n").item() or "")
    if written.count("\n") != texts.len() - 1:
        return [known.lettered(text) for text in texts.to_list()]
    # All in one sweep: whoever numbers each payment has as many texts as rows.
    plain = written.replace("&", " and ").encode().translate(_SPACED_OUT, b"'").decode().split("\n")
    if not written.isascii():
        pairs = zip(texts.to_list(), plain, strict=True)
        plain = [found if text.isascii() else known.lettered(text) for text, found in pairs]
    return plain


class _Growing:
    """An array that is added to at its end, twice as large each time that it is full."""

    def __init__(self, start: NDArray[Any]) -> None:
        self._held, self.size = start, len(start)

    @property
    def values(self) -> NDArray[Any]:
        """What was added so far."""
        return self._held[: self.size]

    def add(self, rows: NDArray[Any]) -> None:
        """Adds rows at the end."""
        import numpy as np

        need = self.size + len(rows)
        if need > len(self._held):
            more = np.zeros((2 * need, *self._held.shape[1:]), self._held.dtype)
            more[: self.size] = self.values
            self._held = more
        self._held[self.size : need] = rows
        self.size = need


def _proclass(text: str) -> str:
    row = known.proclass(text)
    return row.service if row else ""


_SERVICE_OF: Mapping[str, Callable[[str], str]] = {"category": _proclass, "department": known.department_service}
