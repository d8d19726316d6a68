"""Neighbourhoods beside other tools, in one run: recombination (gerrychain) and multilevel cuts (METIS by pymetis).

    python -m benchmarks.neighbourhoods --seeds 10
    python -m benchmarks.neighbourhoods --places Rochdale,Salford --seeds 3 --json results.json

Each contestant makes areas of 30,000 to 50,000 people of one piece out of LSOAs, no borough's line crossed. Ours makes
a set of plans between whole wards and least border; the CPU seconds that it takes for one seed are what each peer gets
for each of its own. Every plan of a peer in the band and of one piece is held against ours: does one of ours do as
well in all of what is measured, and better in something? Measured: borders cut, wards divided, people whose ward is
not whole, variation of information (wards against areas), people outside their area's main practice network.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import ROOT
from tests.manchester import greater_manchester
from totalplace.geography.design.exact import design, sets_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import improve
from totalplace.geography.design.start import tree_plan
from totalplace.geography.design.task import Task

PUBLISHED = Path(os.environ.get("TOTALPLACE_PUBLISHED") or ROOT.parent / "shared" / "data")
PLACES = ("Rochdale", "Salford", "Manchester", "Greater Manchester")
MEASURES = ("borders", "wards split", "not whole", "VI", "not in main PCN")
THREE = ("wards", "pcn", "msoa")
"""Layers of the frontier of three: people whose label is not their area's main one."""
MIXES = [
    {"borders": 1.0, "pieces:wards": pieces, "main:pcn": pcn, "VI": vi}
    for pieces in (0.0, 0.03, 0.1, 0.3)
    for pcn, vi in ((0.0, 0.02), (0.05, 0.1), (0.12, 0.03), (0.3, 0.1))
]
"""What ours weighs, one plan each."""
WHOLE = [
    {"borders": 1.0, "main:pcn": pcn, "VI": vi}
    for pcn in (0.001, 0.05, 0.2, 0.6, 5.0)
    for vi in (0.001, 0.3, 2.0, 30.0)
]
"""What the exact plans of whole wards weigh."""
LAYERS = [
    {"borders": 0.05, "main:pcn": pcn, "main:msoa": 1.0, "VI": 0.0} for pcn in (0.03, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0)
]
"""The same for three layers at once."""


def main() -> None:
    """Run what the arguments ask for and print a table a place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", default=",".join(PLACES))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--effort", type=float, default=1_000, help="steps a block of ours")
    parser.add_argument("--json", type=Path, help="write the results here too")
    args = parser.parse_args()
    blocks, graph = greater_manchester(PUBLISHED)
    whole = Task(blocks, graph, whole="wards")
    boroughs = dict(whole.parts("boroughs"))
    _warm(boroughs["Bury"])
    results = []
    for place in args.places.split(","):
        parts = list(boroughs.values()) if place == PLACES[-1] else [boroughs[place]]
        task = whole if place == PLACES[-1] else parts[0]
        results.append(contest(place, task, parts, args.seeds, args.effort))
        if args.json:
            args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _warm(task: Task) -> None:
    """What numba compiles is compiled before the clock runs."""
    improve(replace(task, weights=_weights(task, 5, MIXES[0])), tree_plan(task, 5), effort=1)


def count(task: Task) -> int:
    """How many areas: as near to 40,000 people each as whole numbers allow."""
    return round(task.people / 40_000)


def _weights(task: Task, k: int, mix: dict[str, float]) -> dict[str, float]:
    """The weights of a mix, with the variation of information as the two entropies that it is the sum of."""
    found = {name: weight for name, weight in mix.items() if name != "VI"}
    if mix["VI"]:
        found["nest:wards"] = mix["VI"] * math.log(k) / 4
        found["mixed:wards"] = mix["VI"] * math.log(len(task.blocks.layer("wards").labels)) / 4
    return found


def ours(task: Task, k: int, seed: int, effort: float) -> list[np.ndarray]:
    """Plans of whole wards with proof, and from them and from trees plans that divide wards as far as it pays."""
    sets = sets_of(task)
    exact = []
    for mix in (*WHOLE, *LAYERS):
        asked = replace(task, weights=_weights(task, k, mix))
        exact.append(design(asked, k, sets=replace(sets, task=asked), explain=False).plan)
    kept = {plan.of.tobytes(): plan for plan in exact if plan is not None}
    begin = list(kept.values())[:1] + [tree_plan(task, k, seed * 100 + n) for n in range(2)]
    tasks = [replace(task, weights=_weights(task, k, mix)) for mix in MIXES]
    for number, asked in enumerate(tasks):
        plans = [improve(asked, Plan(asked, p.of), seed=seed + number, effort=effort / 2) for p in begin]
        kept.update({plan.of.tobytes(): plan for plan in plans})
    # Once more, each from the two plans that suit it best, whatever was weighed when they were found.
    scored = [(plan, _parts(plan)) for plan in kept.values()]
    for number, asked in enumerate(tasks):
        near = sorted(scored, key=lambda each: sum(w * each[1].get(n, 0) for n, w in asked.weights.items()))[:2]
        plans = [improve(asked, Plan(asked, p.of), seed=seed + number, effort=effort) for p, _ in near]
        kept.update({plan.of.tobytes(): plan for plan in plans})
    return [plan.of for plan in kept.values()]


def _parts(plan: Plan) -> dict[str, float]:
    return {name: plan.measure(name) for name in ("borders", "pieces:wards", "main:pcn", "nest:wards", "mixed:wards")}


def metis(task: Task, k: int, seed: int, seconds: float, goal: str) -> np.ndarray | None:
    """The best of METIS's plans within the time: over weights of edges, tolerances and seeds."""
    import pymetis

    ward = task.blocks.layer("wards").of
    at = np.repeat(np.arange(len(ward)), np.diff(task.graph.starts))
    same = ward[at] == ward[task.graph.ends]
    began, best, least, tried = time.process_time(), None, math.inf, 0
    while time.process_time() - began < seconds and tried < 256:
        surcharge = (1, 3, 20, 60)[tried % 4]
        base = np.ones(len(at)) if tried // 4 % 2 else np.maximum(task.graph.border / 10, 1)
        options = pymetis.Options(seed=seed * 10_000 + tried, ufactor=(200, 120, 60, 300)[tried // 8 % 4], contig=1)
        weights = np.maximum(base * np.where(same, surcharge, 1), 1).astype(int)
        _, of = pymetis.part_graph(
            k,
            pymetis.CSRAdjacency(task.graph.starts.tolist(), task.graph.ends.tolist()),
            vweights=task.blocks.people.tolist(),
            eweights=weights.tolist(),
            recursive=False,
            options=options,
        )
        tried += 1
        plan = Plan(task, np.array(of))
        if plan.k == k and plan.sound and _goal(plan, goal) < least:
            best, least = plan.of, _goal(plan, goal)
    return best


def _goal(plan: Plan, goal: str) -> float:
    return plan.borders if goal == "borders" else plan.measure("pieces:wards") * 1000 + plan.borders / 1000


def bursts(task: Task, k: int, seed: int, seconds: float, goal: str) -> np.ndarray | None:
    """The best of gerrychain's short bursts of ten within the time; for wards with its surcharge on their borders."""
    import random

    import networkx as nx
    from gerrychain import Graph, Partition, constraints, updaters
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import recom

    began = time.process_time()
    rng = random.Random(seed)
    ward = task.blocks.layer("wards").of.tolist()
    network = nx.Graph()
    network.add_nodes_from((n, {"pop": int(p), "ward": ward[n]}) for n, p in enumerate(task.blocks.people))
    network.add_edges_from(zip(*(ends.tolist() for ends in task.graph.pairs()[:2]), strict=True))
    graph = Graph.from_networkx(network)
    mean = task.people / k
    near = min(mean - task.band.low, task.band.high - mean) / mean
    first = recursive_tree_part(graph, range(k), mean, "pop", near, rng=rng)
    begin = Partition(graph, first, {"pop": updaters.Tally("pop", "pop"), "cut_edges": updaters.cut_edges})
    surcharge = {"ward": 1.0} if goal == "wards" else None
    middle = (task.band.low + task.band.high) / 2
    reach = (task.band.high - task.band.low) / 2 / middle

    def step(partition: Any, **given: Any) -> Any:
        return recom(partition, "pop", middle, reach, region_surcharge=surcharge, **given)

    def metric(partition: Any) -> float:
        if goal == "borders":
            return len(partition["cut_edges"])
        pieces = {(ward[n], part) for n, part in partition.assignment.items()}
        return len(pieces) * 1000 + len(partition["cut_edges"]) / 1000

    def inside(partition: Any) -> bool:
        return all(task.band.low <= people <= task.band.high for people in partition["pop"].values())

    held = [constraints.contiguous, inside]
    search = SingleMetricOptimizer(step, held, begin, metric, maximize=False, rng=rng)
    for _ in search.short_bursts(10, 10**9):
        if time.process_time() - began > seconds:
            break
    of = search.best_part.assignment
    plan = Plan(task, np.array([of[n] for n in range(len(task.blocks))]))
    return plan.of if plan.sound else None


PEERS: dict[str, tuple[Callable[..., np.ndarray | None], str]] = {
    "METIS, borders": (metis, "borders"),
    "METIS, wards": (metis, "wards"),
    "short bursts, borders": (bursts, "borders"),
    "short bursts, wards": (bursts, "wards"),
}


def measured(plan: Plan) -> tuple[float, ...]:
    """What is measured, the less the better."""
    wards = len(plan.task.blocks.layer("wards").labels)
    vi = plan.measure("nest:wards") * math.log(plan.k) + plan.measure("mixed:wards") * math.log(wards)
    whole = 1 - plan.whole_share("wards")
    return (plan.borders, plan.split("wards"), round(whole, 6), round(vi, 6), round(1 - plan.main_share("pcn"), 6))


def three(plan: Plan) -> tuple[float, ...]:
    """How three layers are followed: people outside their area's main one; of wards, people whose ward is divided."""
    return (round(1 - plan.whole_share("wards"), 6), *(round(1 - plan.main_share(name), 6) for name in THREE[1:]))


def beaten(mine: Sequence[tuple[float, ...]], theirs: tuple[float, ...]) -> bool:
    """Whether one of ours is as good in everything and better in something."""
    return any(all(a <= b for a, b in zip(m, theirs, strict=True)) and m != theirs for m in mine)


def matched(mine: Sequence[tuple[float, ...]], theirs: tuple[float, ...]) -> bool:
    """Whether one of ours is as good in everything, or better."""
    return theirs in mine or beaten(mine, theirs)


def joined(whole: Task, parts: Sequence[Task], plans: Sequence[np.ndarray]) -> Plan:
    """Plans of boroughs as one of all."""
    of = np.zeros(len(whole.blocks), dtype=np.int64)
    begin = 0
    for part, plan in zip(parts, plans, strict=True):
        of[[whole.blocks.number[code] for code in part.blocks.ids]] = np.asarray(plan) + begin
        begin += int(np.max(plan)) + 1
    return Plan(whole, of.astype(np.int32))


def in_step(each: list[list[np.ndarray]]) -> list[list[np.ndarray]]:
    """Plans of boroughs put together: the last of a borough goes on where it has fewer than another."""
    return [[plans[min(n, len(plans) - 1)] for plans in each] for n in range(max(map(len, each)))]


def contest(place: str, whole: Task, parts: list[Task], seeds: int, effort: float) -> dict[str, Any]:
    """One place: ours for each seed, then the peers with the same time for each."""
    mine: list[list[Plan]] = []
    spent = []
    for seed in range(1, seeds + 1):
        began = time.process_time()
        each = [ours(part, count(part), seed, effort) for part in parts]
        spent.append(time.process_time() - began)
        # A borough without an exact plan for this number of areas has fewer plans: the last ones are in step.
        mine.append([joined(whole, parts, one) for one in in_step(each)])
    seconds = statistics.median(spent)
    sound = all(plan.sound for plans in mine for plan in plans)
    print(
        f"\n{place}: ours {len(mine[0])} plans a seed in {seconds:.1f} CPU s, all in the band and of one piece: {sound}"
    )
    scores = [[measured(plan) for plan in plans] for plans in mine]
    threes = [[three(plan) for plan in plans] for plans in mine]
    for name, plan in (("least borders", min), ("fewest wards", None)):
        best = [plan(s) if plan else min(s, key=lambda m: (m[1], m[0])) for s in scores]
        print(_line(f"ours, {name}", best))
    rows = {}
    for name, (peer, goal) in PEERS.items():
        rows[name] = _peer(name, peer, goal, whole, parts, seeds, seconds, scores, threes)
    return {"place": place, "seconds": seconds, "sound": sound, "plans": len(mine[0]), "ours": scores, "peers": rows}


def _peer(
    name: str,
    peer: Callable[..., np.ndarray | None],
    goal: str,
    whole: Task,
    parts: list[Task],
    seeds: int,
    seconds: float,
    scores: list[list[tuple[float, ...]]],
    threes: list[list[tuple[float, ...]]],
) -> dict[str, Any]:
    found, layers, won, won_three, even, even_three = [], [], 0, 0, 0, 0
    for seed in range(1, seeds + 1):
        shares = [seconds * len(part.blocks) / len(whole.blocks) for part in parts]
        each = [peer(part, count(part), seed, s, goal) for part, s in zip(parts, shares, strict=True)]
        if any(of is None for of in each):
            continue
        plan = joined(whole, parts, [of for of in each if of is not None])
        found.append(measured(plan))
        layers.append(three(plan))
        won += all(beaten(mine, found[-1]) for mine in scores)
        won_three += all(beaten(mine, layers[-1]) for mine in threes)
        even += all(matched(mine, found[-1]) for mine in scores)
        even_three += all(matched(mine, layers[-1]) for mine in threes)
    if found:
        n = len(found)
        print(_line(name, found), f"in band {n}/{seeds}; ours as good {even}/{n}, better {won}/{n}", end="; ")
        print(f"three layers {even_three}/{n}, {won_three}/{n}", flush=True)
    else:
        print(f"  {name:24} in band 0/{seeds}")
    return {
        "valid": len(found),
        "matched": even,
        "beaten": won,
        "matched_three": even_three,
        "beaten_three": won_three,
        "measured": found,
        "three": layers,
    }


def _line(name: str, rows: Sequence[tuple[float, ...]]) -> str:
    middle = [statistics.median(column) for column in zip(*rows, strict=True)]
    return f"  {name:24} " + "  ".join(f"{label} {value:.4g}" for label, value in zip(MEASURES, middle, strict=True))


if __name__ == "__main__":
    main()
