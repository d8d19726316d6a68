"""A softmax regression over words: small, in numpy, the same from the same rows. Method: docs/methods/services.md."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

STEPS = 80
RATE = 0.3
SHRINK = 2e-4
"""Steps of descent, their size, and how strongly weights are drawn to nought."""
LEAST = 2
"""Rows that a feature has to stand in to be learned."""
GRAIN = 256
"""Weights are kept as whole 256ths: the file is small, and the last bits of a float have no say."""


_WIDEST = 32


@dataclass(frozen=True)
class Example:
    """What the model learns from: the features of a row of texts, its service, and how much it weighs."""

    features: tuple[str, ...]
    service: str
    weight: float = 1.0


@dataclass(frozen=True)
class Model:
    """`classes` by id; `index` from feature to row of `weights` (256ths, features x classes); `bias`, and `heat`.

    The confidence of an answer is its softmax, with scores divided by `heat`, which calibration set.
    """

    classes: tuple[str, ...]
    index: dict[str, int]
    weights: NDArray[np.int16]
    bias: NDArray[np.int16]
    heat: float = 1.0

    def known(self, row: Sequence[str]) -> tuple[int, ...]:
        """The places of those features of a row that are known."""
        return tuple([self.index[name] for name in row if name in self.index])

    def scores(self, rows: Sequence[tuple[str, ...]]) -> tuple[Floats, NDArray[np.int64]]:
        """For each row of features the sum of the weights of those that are known, and how many they are."""
        import numpy as np

        known = [self.known(row) for row in rows]
        sizes = np.array([len(row) for row in known], np.int64)
        out = np.zeros((len(rows), len(self.classes)), np.float32)
        if sizes.any():
            # Empty rows have no part in `reduceat`, which would give them their neighbour's.
            starts = np.concatenate([[0], np.cumsum(sizes[sizes > 0])[:-1]])
            flat = np.fromiter((at for row in known for at in row), np.int64, int(sizes.sum()))
            out[sizes > 0] = np.add.reduceat(self.weights[flat].astype(np.int64), starts, axis=0) / GRAIN
        return out, sizes

    def confidence(self, scores: Floats, known: NDArray[Any]) -> Floats:
        """Probabilities from sums of scores (rows x classes) and the number of known features of each row.

        `scores` are worked on where they are.
        """
        out: Floats = _softmax(self._logits(scores, known))
        return out

    def likeliest(self, scores: Floats, known: NDArray[Any]) -> tuple[NDArray[np.int64], Floats]:
        """The class that `confidence` says is likeliest, and how likely. `scores` are worked on where they are."""
        import numpy as np

        logits = self._logits(scores, known)
        best = logits.argmax(axis=1)
        logits -= logits[np.arange(best.size), best][:, None]
        return best, 1 / np.exp(logits, out=logits).sum(axis=1)

    def _logits(self, scores: Floats, known: NDArray[Any]) -> Floats:
        import numpy as np

        scores *= (1 / np.sqrt(np.maximum(known, 1)).astype(np.float32))[:, None]
        scores += self.bias.astype(np.float32) / GRAIN
        scores /= np.float32(self.heat)
        return scores

    def probabilities(self, rows: Sequence[tuple[str, ...]]) -> Floats:
        """Probabilities of each class for rows of features."""

        return self.confidence(*self.scores(rows))

    def _check(self) -> None:
        """Raises ValueError where its parts do not fit each other."""
        shapes = (self.weights.shape, self.bias.shape)
        if shapes != ((len(self.index), len(self.classes)), (len(self.classes),)):
            raise ValueError("weights and classes do not fit")
        if {self.weights.dtype.kind, self.bias.dtype.kind} != {"i"} or not 0 < self.heat < float("inf"):
            raise ValueError("weights are no whole numbers, or its heat cannot be")

    def save(self, path: Path) -> None:
        """Writes the model: the same model makes the same bytes."""
        path.write_bytes(self.to_bytes())

    def to_bytes(self) -> bytes:
        """The model as the bytes of a file."""
        import numpy as np

        out = io.BytesIO()
        names = "\n".join(self.index).encode()
        np.savez_compressed(
            out,
            classes=np.frombuffer("\n".join(self.classes).encode(), np.uint8),
            names=np.frombuffer(names, np.uint8),
            weights=self.weights,
            bias=self.bias,
            heat=np.array([self.heat]),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """A model from the bytes of its file. Raises DataError where they are none."""
        import numpy as np

        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as held:
                names = held["names"].tobytes().decode().split("\n")
                index = {name: n for n, name in enumerate(names)}
                classes = tuple(held["classes"].tobytes().decode().split("\n"))
                model = cls(classes, index, held["weights"], held["bias"], float(held["heat"][0]))
                model._check()
                return model
        except Exception as wrong:
            raise DataError(f"the model of services cannot be read ({wrong}); install the package again") from wrong


def fit(examples: Sequence[Example], *, heat: float = 1.0) -> Model:
    """A model of these examples. Classes weigh by the square root of what they hold, so that none drowns the rest.

    Nothing is drawn by lot: the start is nought and the descent goes over all rows, so that the same examples in
    any order make the same model up to the order of sums, and weights are rounded to hide that. Raises DataError
    where there are fewer than two classes.
    """
    import numpy as np

    rows = sorted(examples, key=lambda row: (row.service, row.features, row.weight))
    classes = tuple(sorted({row.service for row in rows}))
    if len(classes) < 2:
        raise DataError("a model needs labelled rows of two services or more; add some with another service")
    seen = Counter(name for row in rows for name in set(row.features))
    index = {name: n for n, name in enumerate(sorted(name for name, times in seen.items() if times >= LEAST))}
    kept = [(row, [index[name] for name in row.features if name in index]) for row in rows]
    kept = [(row, known) for row, known in kept if known]
    target = np.array([classes.index(row.service) for row, _ in kept])
    weight = _balanced(target, np.array([row.weight for row, _ in kept], np.float64), len(classes))
    weights, bias = _descend([known for _, known in kept], target, weight, len(index), len(classes))
    return Model(classes, index, _grains(weights), _grains(bias), heat)


def best_heat(tested: Sequence[tuple[Model, Sequence[Example]]]) -> float:
    """The divisor of scores at which the truth of rows that a model has not seen is most likely, 0.2 to 4.

    `tested` are models of heat 1, each with rows that it did not learn from. Rows of a service that a model never
    saw count as surely wrong at any heat, and have no say.
    """
    import numpy as np

    logs, truths, weights = [], [], []
    for model, examples in tested:
        known = [row for row in examples if row.service in model.classes]
        if known:
            chances = np.zeros((len(known), _WIDEST), np.float64)
            chances[:, : len(model.classes)] = model.probabilities([row.features for row in known])
            logs.append(np.log(np.maximum(chances, 1e-12)))
            truths += [model.classes.index(row.service) for row in known]
            weights += [row.weight for row in known]
    if not logs:
        return 1.0
    rows, truth, weight = np.concatenate(logs), np.array(truths), np.array(weights)

    def surprise(heat: float) -> float:
        cooled = _softmax(rows / heat)
        return -float((weight * np.log(cooled[np.arange(len(truth)), truth])).sum())

    return min((n / 20 for n in range(4, 81)), key=surprise)


def _balanced(target: NDArray[Any], weight: NDArray[Any], classes: int) -> NDArray[Any]:
    import numpy as np

    held = np.bincount(target, weights=weight, minlength=classes)
    out = weight / np.sqrt(held[target])
    shares: NDArray[Any] = out / out.sum()
    return shares


def _descend(
    rows: list[list[int]], target: NDArray[Any], weight: NDArray[Any], features: int, classes: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Adam over all rows at once; sums by reduceat in one order, no algebra library, so nothing hangs on threads."""
    import numpy as np

    sizes = np.array([len(row) for row in rows])
    flat = np.concatenate([np.array(row) for row in rows])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    owner = np.repeat(np.arange(len(rows)), sizes)
    by_feature = np.argsort(flat, kind="stable")
    owner_sorted = owner[by_feature]
    used, first = np.unique(flat[by_feature], return_index=True)
    scale = 1 / np.sqrt(sizes)
    truth = np.zeros((len(rows), classes))
    truth[np.arange(len(rows)), target] = 1
    state = np.zeros((features + 1, classes))
    mean, square = np.zeros_like(state), np.zeros_like(state)
    for step in range(1, STEPS + 1):
        logits = np.add.reduceat(state[flat], starts, axis=0) * scale[:, None] + state[-1]
        wrong = (_softmax(logits) - truth) * weight[:, None]
        slope = SHRINK * state
        slope[used] += np.add.reduceat((wrong * scale[:, None])[owner_sorted], first, axis=0)
        slope[-1] = wrong.sum(axis=0)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        size = RATE * (1 - step / (STEPS + 1))
        state -= size * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return state[:-1], state[-1]


def _softmax(logits: Any) -> Any:
    import numpy as np

    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _grains(values: NDArray[Any]) -> NDArray[np.int16]:
    import numpy as np

    grains: NDArray[np.int16] = np.clip(np.rint(values * GRAIN), -32767, 32767).astype(np.int16)
    return grains
