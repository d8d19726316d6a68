"""What no plan can be below, by measure: how much of a plan's value might still be saved."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.geography.design.task import Band, Task

DENSE = 3_000
"""So many blocks at most for the bound on borders: its work grows with the cube of their number."""

STEPS, LIFTED = 5, 800
"""So many steps uphill for it, where there are so many blocks at most; more steps gain next to nothing."""


def lower(task: Task, k: int) -> dict[str, float]:
    """For each weighted measure the least that any plan of k areas in the band can have; 0 where nothing is known."""
    return {name: _of(task, name, k) for name, weight in task.weights.items() if weight}


def bound(task: Task, k: int) -> float:
    """The least value of any plan of k areas in the band: the weighted bounds of the measures, each by itself."""
    found = lower(task, k)
    return sum(task.weights[name] * least for name, least in found.items())


def _of(task: Task, name: str, k: int) -> float:
    kind, _, layer = name.partition(":")
    if kind in ("borders", "metres"):
        return spectral(task, k, kind)
    if not layer:
        return 0.0
    people = task.blocks.layer(layer).people(task.blocks.people).astype(float)
    if kind == "main":
        return max(0.0, float(people.sum()) - _most_main(people, k, task.band.high)) / task.people
    known = people.sum() or 1.0
    labels = max(len(people), 2)
    if kind == "mixed":
        # H(L | area) = H(L, area) - H(area) is at least H(L) - ln k.
        return max(0.0, _entropy(people / known) - math.log(k)) * known / task.people / math.log(labels)
    if kind == "vi" and known == task.people:
        # H(area | L) + H(L | area) is at least the difference of H(area) and H(L), whichever is more.
        least = max(_least_entropy(task, k) - _entropy(people / known), _entropy(people / known) - math.log(k), 0.0)
        return least / max(math.log(k) + math.log(len(people)), 1e-12)
    if kind == "nest" and known == task.people:
        return max(0.0, _least_entropy(task, k) - _entropy(people / known)) / math.log(max(k, 2))
    return 0.0


def _most_main(people: NDArray[np.float64], k: int, high: int) -> float:
    """Most people who can have their area's main label: k areas, each of one label and no more than the band's end."""
    helpings: list[float] = []
    for n in people.tolist():
        full, rest = divmod(n, high) if high else (0.0, n)
        helpings.extend([float(high)] * min(int(full), k) + [rest])
    return sum(sorted(helpings, reverse=True)[:k])


def _entropy(shares: NDArray[np.float64]) -> float:
    inside = shares[shares > 0]
    return float(-(inside * np.log(inside)).sum())


def _least_entropy(task: Task, k: int) -> float:
    """The entropy of the most uneven sizes that the band allows: it is concave, so that is where it is least."""
    return _entropy(np.array(uneven(task.people, k, task.band)) / task.people)


def uneven(people: int, k: int, band: Band) -> list[float]:
    """The most uneven sizes of k areas in the band: as many as can be at its upper end, the largest first."""
    sizes = [float(band.low)] * k
    spare = float(people - band.low * k)
    for n in range(k):
        more = min(spare, float(band.high - band.low))
        sizes[n] += more
        spare -= more
    return sizes


def spectral(task: Task, k: int, kind: str = "borders") -> float:
    """The least share of borders (or metres) that k areas in the band cut, by Donath and Hoffman (1973).

    With areas of m(1) >= m(2) >= ... people and the k least eigenvalues of the graph's Laplacian against the people of
    the blocks, what is cut is at least half the sum of m(j) x eigenvalue(j); the most uneven sizes of the band make it
    least. Any figures u(i) added to the diagonal, and half their sum taken off, leave a bound, since each block is in
    one area; so they are moved uphill a while (Polyak 1969). 0 where there are too many blocks to work it out, or where
    a block without people stands in the way.
    """
    n, people = len(task.blocks), task.blocks.people.astype(float)
    if n > DENSE or k < 2 or task.people < k * task.band.low or task.people > k * task.band.high:
        return 0.0
    a, b, border = task.graph.pairs()
    weight = np.ones_like(border) if kind == "borders" else border
    whole = float(weight.sum())
    if not whole or task.rules.fixed or (task.blocks.people == 0).any():
        return 0.0
    laplacian = np.zeros((n, n))
    laplacian[a, b] = laplacian[b, a] = -weight
    laplacian[np.arange(n), np.arange(n)] = -laplacian.sum(axis=1)
    cut = _lifted(laplacian, people, np.array(uneven(task.people, k, task.band)))
    # Borders are whole numbers; a little is left for the rounding of eigenvalues.
    return (max(math.ceil(cut - 1e-6), 0.0) if kind == "borders" else max(cut * (1 - 1e-9), 0.0)) / whole


def _lifted(laplacian: NDArray[np.float64], people: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """The best bound on what is cut that some steps uphill find."""
    n, k = len(people), len(sizes)
    root = np.sqrt(people)
    near = np.random.Generator(np.random.PCG64(1)).standard_normal((n, min(k, n)))
    added, best, stride, missed = np.zeros(n), 0.0, 1.0, 0
    for step in range(1 + STEPS):
        matrix = (laplacian + np.diag(added)) / root[:, None] / root[None, :]
        values = np.linalg.eigvalsh(matrix)
        found = float(values[:k] @ sizes - added.sum()) / 2
        missed = 0 if found > best + 1e-9 or not step else missed + 1
        best = max(best, found)
        if n > LIFTED or k >= n:
            break
        if missed == 4:
            stride, missed = stride / 2, 0
        near = _vectors(matrix, values, near)
        slope = ((near / root[:, None]) ** 2 @ sizes - 1) / 2
        added = added + stride * (1.3 * best - found) / max(float(slope @ slope), 1e-12) * slope
    return best


def _vectors(matrix: NDArray[np.float64], values: Any, near: Any) -> Any:
    """About the eigenvectors of the least eigenvalues, by inverse iteration: they only point uphill."""
    k = near.shape[1]
    shift = values[0] - 0.1 * (values[k] - values[0]) - 1e-9
    inverse = np.linalg.inv(matrix - shift * np.eye(len(matrix)))
    for _ in range(3):
        near, _ = np.linalg.qr(inverse @ near)
    return near @ np.linalg.eigh(near.T @ matrix @ near)[1]
