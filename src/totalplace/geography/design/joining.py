"""Alternatives of several parts, such as boroughs, put together: one plan of each, by weights drawn at random.

A sum over areas is a sum over parts, so that for any weights the best plan of the whole is the best of each part. With
many parts the plans that are best for some weights come near to every plan that no other beats (Shapley and Folkman, in
Starr 1969).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from totalplace.geography.design.frontier import MOST, USUAL, Frontier, frontier
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.met import Met
from totalplace.geography.design.task import Task
from totalplace.geography.design.watch import Watch

DRAWS = 4_000
"""So many weightings are drawn; ours."""

RATIO = 30.0
"""A measure weighs up to so many times as much as another, and as little; ours."""


def near_middle(task: Task) -> int:
    """How many areas are nearest to the middle of the band, of those that it allows."""
    middle = round(task.people / ((task.band.low + task.band.high) / 2))
    allowed = task.band.counts(task.people)
    return min(max(middle, allowed.start), max(allowed.stop - 1, allowed.start, 1))


def frontier_inside(
    task: Task,
    layer: str,
    *,
    seed: int = 1,
    effort: float = USUAL,
    most: int = MOST,
    watch: Watch | None = None,
) -> Frontier:
    """Alternatives of the whole, no area across a line of a layer; each part has as many areas as suit the middle."""
    found, parts = [], []
    for name, part in task.parts(layer):
        if watch:
            watch.what = name
        parts.append(part)
        found.append(frontier(part, near_middle(part), seed=seed, effort=effort, most=2, watch=watch))
    return joined(task, parts, found, seed, most)


def joined(task: Task, parts: Sequence[Task], found: Sequence[Frontier], seed: int, most: int = MOST) -> Frontier:
    """The alternatives of parts as alternatives of the whole; the same from the same seed."""
    from totalplace.geography.design.frontier import chosen
    from totalplace.geography.design.sieve import unbeaten

    names = found[0].names
    ks = [int(each.of[0].max()) + 1 for each in found]
    share = [_share(task, part, names, k, sum(ks)) for part, k in zip(parts, ks, strict=True)]
    rows = [each.measures * by for each, by in zip(found, share, strict=True)]
    picks = np.unique(np.column_stack([_best(part, w) for w in [_weights(rows, seed)] for part in rows]), axis=0)
    total = np.sum([part[picks[:, n]] for n, part in enumerate(rows)], axis=0) + _between(task, parts, names)
    best = unbeaten(total)
    at = [np.array([task.blocks.number[code] for code in part.blocks.ids]) for part in parts]
    of = np.zeros((len(best), len(task.blocks)), dtype=np.int32)
    begin = 0
    for n, (members, k) in enumerate(zip(at, ks, strict=True)):
        of[:, members] = found[n].of[picks[best, n]] + begin
        begin += k
    met = Met(replace(task, weights=dict.fromkeys(names, 1.0)), names)
    met.add(of, -2, total[best] if _adds_up(task, parts, names) else None)
    return chosen(met, seed, most)


def _weights(rows: Sequence[Floats], seed: int) -> Floats:
    """Weights drawn evenly by their logarithm, over how far each measure spreads."""
    random = np.random.Generator(np.random.PCG64(seed))
    width = np.sum([part.max(axis=0) - part.min(axis=0) for part in rows], axis=0)
    drawn = np.exp(random.uniform(-math.log(RATIO), math.log(RATIO), (DRAWS, len(width))))
    return np.asarray(drawn / np.maximum(width, 1e-9))


def _best(rows: Floats, weights: Floats) -> np.ndarray:
    return np.asarray((weights @ rows.T).argmin(axis=1))


def _share(task: Task, part: Task, names: Sequence[str], k: int, whole: int) -> Floats:
    """What one of a measure in a part is in the whole."""
    people = part.people / task.people
    found = []
    for name in names:
        kind, _, layer = name.partition(":")
        labels = [max(len(each.blocks.layer(layer).labels), 2) if layer else 2 for each in (part, task)]
        by_kind = {
            "borders": part.graph.edges / max(task.graph.edges, 1),
            "metres": float(part.graph.border.sum()) / max(float(task.graph.border.sum()), 1e-9),
            "compact": k / whole,
            "split": labels[0] / labels[1],
            "pieces": labels[0] / labels[1],
            "nest": people * math.log(max(k, 2)) / math.log(max(whole, 2)),
            "mixed": people * math.log(labels[0]) / math.log(labels[1]),
            "vi": people * math.log(k * labels[0]) / max(math.log(whole * labels[1]), 1e-12),
        }
        found.append(by_kind.get(kind, people))
    return np.array(found)


def _between(task: Task, parts: Sequence[Task], names: Sequence[str]) -> Floats:
    """What the lines between parts cut in any plan."""
    metres = sum(float(part.graph.border.sum()) for part in parts)
    cut = {
        "borders": 1 - sum(part.graph.edges for part in parts) / max(task.graph.edges, 1),
        "metres": 1 - metres / max(float(task.graph.border.sum()), 1e-9),
    }
    return np.array([cut.get(name, 0.0) for name in names])


def _adds_up(task: Task, parts: Sequence[Task], names: Sequence[str]) -> bool:
    """Whether measures of the whole are sums over parts: sizes are held against one mean, labels may cross parts."""
    for name in names:
        kind, _, layer = name.partition(":")
        if kind in ("balance", "need", "moved"):
            return False
        across = layer and sum(len(part.blocks.layer(layer).labels) for part in parts) > len(
            task.blocks.layer(layer).labels
        )
        if across and kind != "main":
            return False
    return True
