"""Neighbourhoods beside other tools, in one run: recombination (gerrychain) and multilevel cuts (METIS by pymetis).

    python -m benchmarks.neighbourhoods --seeds 10
    python -m benchmarks.neighbourhoods --places "Rochdale,Greater Manchester:3" --json results.json

Each contestant makes areas of 30,000 to 50,000 people of one piece out of LSOAs, no borough's line crossed, as many
as are nearest to 40,000 people each. Ours, for each seed: alternatives of five measures, alternatives of three
layers, and a plan each of least deviation, most compact, and for the main network. The CPU seconds of all that
together are what each peer gets for each of its seeds: METIS for cuts with many weights of edges and tolerances, the
best of them for each goal; short bursts for one goal. Two things are compared. *Single measures*: is the worst of our
seeds as good as the best plan of any peer in any seed? *Frontier*: is each plan of a peer matched or beaten, in all
five measures and in all three layers at once, by a plan of ours, in every seed of ours?
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import ROOT
from tests.manchester import greater_manchester
from totalplace.geography.design.frontier import Frontier, frontier
from totalplace.geography.design.joining import joined, near_middle
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import search
from totalplace.geography.design.task import Task

PUBLISHED = Path(os.environ.get("TOTALPLACE_PUBLISHED") or ROOT.parent / "shared" / "data")
PLACES = ("Rochdale", "Salford", "Manchester", "Greater Manchester")
FIVE = ("borders", "split:wards", "whole:wards", "vi:wards", "main:pcn")
THREE = ("whole:wards", "main:pcn", "main:msoa")
"""How three layers are followed: people whose ward is divided, and outside their area's main network and MSOA."""
ALONE = {"borders": (12, 1.0), "balance": (1, 2.0), "compact": (12, 2.0), "main:pcn": (12, 1.0)}
"""Measures that are searched for alone: from so many trees, with so many times the effort."""
TWO = ("balance", "compact")
MEASURES = (*FIVE, *TWO)
NAMES = (
    "borders cut",
    "wards divided",
    "ward not whole",
    "VI, nats",
    "outside network",
    "deviation",
    "1 - compactness",
)
EFFORT = {"Greater Manchester": 18.0, "Manchester": 200.0}
"""Steps a block of each search of ours, where it is not 300: all of Greater Manchester in under 20 CPU seconds."""


def main() -> None:
    """Run what the arguments ask for and print tables of each place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", default=",".join(PLACES), help="with a number of seeds of its own after a colon")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument(
        "--effort", type=float, help="steps a block of ours; 300 if not given, fewer for the larger places"
    )
    parser.add_argument("--json", type=Path, help="write the results here too")
    args = parser.parse_args()
    blocks, graph = greater_manchester(PUBLISHED)
    whole = Task(blocks, graph, whole="wards")
    boroughs = dict(whole.parts("boroughs"))
    ours(boroughs["Bury"], [boroughs["Bury"]], 1, 1.0)  # what numba compiles is compiled before the clock runs
    results = []
    for named in args.places.split(","):
        place, _, own = named.partition(":")
        parts = list(boroughs.values()) if place == PLACES[-1] else [boroughs[place]]
        task = whole if place == PLACES[-1] else parts[0]
        results.append(contest(place, task, parts, int(own or args.seeds), args.effort or EFFORT.get(place, 300.0)))
        if args.json:
            args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Ours:
    """What one seed of ours comes to: both frontiers, the least of each measure, seconds, and whether all is sound."""

    five: np.ndarray
    three: np.ndarray
    least: tuple[float, ...]
    seconds: float
    sound: bool


def ours(task: Task, parts: Sequence[Task], seed: int, effort: float) -> Ours:
    """Alternatives of five measures and of three layers, and a plan for each measure that is looked at alone."""
    began = time.process_time()
    five = _alternatives(task, parts, FIVE, seed, effort)
    three = _alternatives(task, parts, THREE, seed, effort)
    alone = [together(task, parts, [_only(part, name, seed, effort) for part in parts]) for name in ALONE]
    seconds = time.process_time() - began
    plans = [*(Plan(task, of) for each in (five, three) for of in each.of), *alone]
    # Ours is one set of plans: those of either kind are held against peers in both ways.
    both = [np.array([[plan.measure(name) for name in names] for plan in plans]) for names in (FIVE, THREE)]
    least = (*both[0].min(axis=0).tolist(), *(min(p.measure(name) for p in alone) for name in TWO))
    return Ours(both[0], both[1], tuple(least), seconds, all(plan.sound for plan in plans))


def _alternatives(task: Task, parts: Sequence[Task], names: Sequence[str], seed: int, effort: float) -> Frontier:
    weights = dict.fromkeys(names, 1.0)
    mixes = 4 if len(parts) > 1 else 0  # what a mix costs does not hang on the effort, and there are ten boroughs of it
    found = [
        frontier(replace(part, weights=weights), near_middle(part), seed=seed, effort=effort, parts=mixes, most=2)
        for part in parts
    ]
    return found[0] if len(parts) == 1 else joined(replace(task, weights=weights), parts, found, seed, 2)


def _only(part: Task, name: str, seed: int, effort: float) -> np.ndarray:
    asked = replace(part, whole="", weights={name: 1.0, "borders": 0.001})
    starts, more = ALONE[name]
    return search(asked, near_middle(part), seed=seed, effort=effort * more, starts=starts).plan.of


def together(whole: Task, parts: Sequence[Task], plans: Sequence[np.ndarray]) -> Plan:
    """Plans of boroughs as one of all."""
    of = np.zeros(len(whole.blocks), dtype=np.int64)
    begin = 0
    for part, plan in zip(parts, plans, strict=True):
        of[[whole.blocks.number[code] for code in part.blocks.ids]] = np.asarray(plan) + begin
        begin += int(np.max(plan)) + 1
    return Plan(whole, of.astype(np.int32))


def goal_of(plan: Plan, goal: str) -> float:
    """What a peer makes as small as it can; wards divided before borders."""
    if goal == "wards":
        return plan.measure("pieces:wards") * 1000 + plan.borders / 1000
    return plan.measure({"network": "main:pcn", "deviation": "balance"}.get(goal, goal))


def metis(task: Task, k: int, seed: int, seconds: float, goals: Sequence[str]) -> list[np.ndarray] | None:
    """The best of METIS's plans for each goal: over weights of edges, tolerances, ways to cut and seeds."""
    import pymetis

    ward = task.blocks.layer("wards").of
    at = np.repeat(np.arange(len(ward)), np.diff(task.graph.starts))
    same = ward[at] == ward[task.graph.ends]
    began, tried = time.process_time(), 0
    best: dict[str, tuple[float, np.ndarray]] = {}
    while time.process_time() - began < seconds:
        surcharge = (1, 3, 20, 60)[tried % 4]
        base = np.ones(len(at)) if tried // 4 % 2 else np.maximum(task.graph.border / 10, 1)
        recursive = tried // 32 % 4 == 3  # it cannot be told to keep areas of one piece
        options = pymetis.Options(
            seed=seed * 10_000 + tried, ufactor=(200, 120, 60, 300)[tried // 8 % 4], contig=0 if recursive else 1
        )
        weights = np.maximum(base * np.where(same, surcharge, 1), 1).astype(int)
        _, of = pymetis.part_graph(
            k,
            pymetis.CSRAdjacency(task.graph.starts.tolist(), task.graph.ends.tolist()),
            vweights=task.blocks.people.tolist(),
            eweights=weights.tolist(),
            recursive=recursive,
            options=options,
        )
        tried += 1
        plan = Plan(task, np.array(of))
        if plan.k == k and plan.sound:
            for goal in goals:
                value = goal_of(plan, goal)
                if goal not in best or value < best[goal][0]:
                    best[goal] = value, plan.of
    return [best[goal][1] for goal in goals] if best else None


def bursts(task: Task, k: int, seed: int, seconds: float, goals: Sequence[str]) -> list[np.ndarray] | None:
    """The best of gerrychain's short bursts of ten within the time; for wards and networks with its surcharge."""
    import random

    import networkx as nx
    from gerrychain import Graph, Partition, constraints, updaters
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import recom

    began = time.process_time()
    rng = random.Random(seed)
    (goal,) = goals
    ward, pcn = (task.blocks.layer(layer).of.tolist() for layer in ("wards", "pcn"))
    network = nx.Graph()
    network.add_nodes_from(
        (n, {"pop": int(p), "ward": ward[n], "network": pcn[n]}) for n, p in enumerate(task.blocks.people)
    )
    network.add_edges_from(zip(*(ends.tolist() for ends in task.graph.pairs()[:2]), strict=True))
    graph = Graph.from_networkx(network)
    mean = task.people / k
    near = min(mean - task.band.low, task.band.high - mean) / mean
    first = recursive_tree_part(graph, range(k), mean, "pop", near, rng=rng)
    begin = Partition(graph, first, {"pop": updaters.Tally("pop", "pop"), "cut_edges": updaters.cut_edges})
    surcharge = {"wards": {"ward": 1.0}, "network": {"network": 1.0}}.get(goal)
    people = task.blocks.people.tolist()
    middle = (task.band.low + task.band.high) / 2
    reach = (task.band.high - task.band.low) / 2 / middle

    def step(partition: Any, **given: Any) -> Any:
        return recom(partition, "pop", middle, reach, region_surcharge=surcharge, **given)

    def metric(partition: Any) -> float:
        if goal == "borders":
            return len(partition["cut_edges"])
        if goal == "network":
            counted: dict[tuple[int, int], int] = {}
            for n, part in partition.assignment.items():
                counted[part, pcn[n]] = counted.get((part, pcn[n]), 0) + people[n]
            most: dict[int, int] = {}
            for (part, _), many in counted.items():
                most[part] = max(most.get(part, 0), many)
            return -sum(most.values())
        pieces = {(ward[n], part) for n, part in partition.assignment.items()}
        return len(pieces) * 1000 + len(partition["cut_edges"]) / 1000

    def inside(partition: Any) -> bool:
        return all(task.band.low <= many <= task.band.high for many in partition["pop"].values())

    held = [constraints.contiguous, inside]
    search = SingleMetricOptimizer(step, held, begin, metric, maximize=False, rng=rng)
    for _ in search.short_bursts(10, 10**9):
        if time.process_time() - began > seconds:
            break
    of = search.best_part.assignment
    plan = Plan(task, np.array([of[n] for n in range(len(task.blocks))]))
    return [plan.of] if plan.sound else None


PEERS: dict[str, tuple[Callable[..., list[np.ndarray] | None], tuple[str, ...]]] = {
    "METIS": (metis, ("borders", "wards", "network", "deviation", "compact")),
    "short bursts, borders": (bursts, ("borders",)),
    "short bursts, wards": (bursts, ("wards",)),
    "short bursts, network": (bursts, ("network",)),
}


def matched(mine: np.ndarray, theirs: Sequence[float]) -> bool:
    """Whether one of ours is as good in everything, or better."""
    return bool((mine <= np.array(theirs) + 1e-9).all(axis=1).any())


def contest(place: str, whole: Task, parts: list[Task], seeds: int, effort: float) -> dict[str, Any]:
    """One place: ours for each seed, then the peers with the same time for each."""
    mine = [ours(whole, parts, seed, effort) for seed in range(1, seeds + 1)]
    seconds = statistics.median(each.seconds for each in mine)
    areas = sum(near_middle(part) for part in parts)
    sound = all(each.sound for each in mine)
    print(f"\n{place}, {areas} areas, {seeds} seeds, {seconds:.1f} CPU s each; ours in the band, of one piece: {sound}")
    print(f"plans of ours: {[len(each.five) for each in mine]}")
    print("| for each measure alone | " + " | ".join(NAMES) + " | five measures | three layers |")
    print("|---|" + "--:|" * (len(NAMES) + 2))
    unit = _units(whole, areas)
    _row("**ours, the worst seed**", np.max([m.least for m in mine], axis=0) * unit)
    rows = {}
    for name, (peer, goals) in PEERS.items():
        rows |= _peer(name, peer, goals, whole, parts, seeds, seconds, mine, unit)
    found = [row for each in rows.values() for row in each["measured"]]
    least = np.min(found, axis=0) if found else np.full(len(MEASURES), np.nan)
    _row("best of all peers and seeds", least * unit)
    worst = np.max([m.least for m in mine], axis=0)
    print("as good in every seed:", [bool(a <= b + 1e-9) for a, b in zip(worst, least, strict=True)], flush=True)
    return {
        "place": place,
        "seconds": seconds,
        "sound": sound,
        "ours": [m.least for m in mine],
        "plans": [len(m.five) for m in mine],
        "peers": rows,
    }


def _units(whole: Task, k: int) -> np.ndarray:
    """From shares to what people read: borders, wards and nats as they are."""
    wards = len(whole.blocks.layer("wards").labels)
    return np.array([whole.graph.edges, wards, 1, math.log(k) + math.log(wards), 1, 1, 1])


def _peer(
    name: str,
    peer: Callable[..., list[np.ndarray] | None],
    goals: tuple[str, ...],
    whole: Task,
    parts: list[Task],
    seeds: int,
    seconds: float,
    mine: list[Ours],
    unit: np.ndarray,
) -> dict[str, Any]:
    """A peer's plans for each goal, held against every seed of ours."""
    plans: dict[str, list[Plan]] = {goal: [] for goal in goals}
    for seed in range(1, seeds + 1):
        shares = [seconds * len(part.blocks) / len(whole.blocks) for part in parts]
        each = [peer(part, near_middle(part), seed, s, goals) for part, s in zip(parts, shares, strict=True)]
        if all(each):
            for n, goal in enumerate(goals):
                plans[goal].append(together(whole, parts, [found[n] for found in each if found]))
    rows = {}
    for goal, found in plans.items():
        label = name if len(goals) == 1 else f"{name}, {goal}"
        five = [tuple(plan.measure(n) for n in FIVE) for plan in found]
        three = [tuple(plan.measure(n) for n in THREE) for plan in found]
        measured = [(*f, *(plan.measure(n) for n in TWO)) for f, plan in zip(five, found, strict=True)]
        even = sum(all(matched(m.five, f) for m in mine) for f in five)
        layers = sum(all(matched(m.three, t) for m in mine) for t in three)
        rows[label] = {"valid": len(found), "five": even, "three": layers, "measured": measured, "layers": three}
        if found:
            middle = np.median(measured, axis=0) * unit
            _row(label, middle, f"{even} of {len(found)}", f"{layers} of {len(found)}")
        else:
            print(f"| {label} | none of {seeds} in the band |", flush=True)
    return rows


def _row(label: str, values: np.ndarray, *more: str) -> None:
    borders, wards, whole, vi, network, deviation, compact = values.tolist()
    cells = (
        f"{borders:,.4g}",
        f"{wards:.3g}",
        f"{whole:.1%}",
        f"{vi:.2f}",
        f"{network:.1%}",
        f"{deviation:.1%}",
        f"{compact:.3f}",
    )
    print(f"| {label} | " + " | ".join((*cells, *(more or ("", "")))) + " |", flush=True)


if __name__ == "__main__":
    main()
