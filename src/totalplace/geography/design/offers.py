"""Alternatives as people ask for them: what is wished for, the plans to choose between, or why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.blocks import Division
from totalplace.geography.design.asked import RESULTS, answer
from totalplace.geography.design.exact import Design, Sets, design, fitting, glued, sets_of
from totalplace.geography.design.frontier import dominates, frontier, mixes
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.named import Named
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.tables import area_names
from totalplace.geography.design.task import Band, Task
from totalplace.geography.design.watch import Watch
from totalplace.geography.design.why import never
from totalplace.geography.design.words import impossible
from totalplace.table import Column, Kind, Table
from totalplace.terms import first_up

Say = Callable[[str, int, int], None]
"""Where work says what it does, how far it is and of how much; it may raise, and the work ends."""
MOST = 24
"""So many alternatives at most are laid side by side."""
MEASURES = 5
"""So many measures can be weighed against each other."""
PARTS = 4
"""A weight of 1 is shared out over two measures in so many parts. Ours."""
LEAST = 0.01
"""What a measure that is not looked at counts for: it tells equals apart. Ours."""


@dataclass(frozen=True)
class Wish:
    """What is wished for: the band with a share of room at both ends (`margin`), how many areas (every number that the
    band allows where none is given), what is weighed, the layer that stays `whole` or may be divided, the one that no
    area crosses (`inside`), that of `today`, the kinds of site of which each area holds one, the seed,
    and by name what lies together, apart or stays as it is (`held`).
    """

    band: Band = field(default_factory=Band)
    areas: tuple[int, ...] = ()
    weights: tuple[tuple[str, float], ...] = (("borders", 1.0),)
    whole: str = ""
    divide: bool = False
    inside: str = ""
    today: str = ""
    margin: float = 0.0
    anchors: tuple[str, ...] = ()
    seed: int = 1
    held: Named = field(default_factory=Named)

    def task(self, pieces: Pieces, need: Floats | None = None) -> Task:
        """The task that it makes; raises UsageError for what is not there."""
        rules = self.held.rules(pieces, self.whole, self.inside, self.anchors)
        cut = self.held.divided(pieces, self.whole) if self.whole else []
        if cut and not self.divide:
            raise UsageError(
                f"what is to lie together, apart or stay as it is holds parts of {' and '.join(cut[:3])}, and "
                f"{pieces.titles.get(self.whole) or self.whole} stay whole: write those, or let them be divided"
            )
        whole = "" if cut else self.whole  # an exact plan of whole units would not keep to parts of them
        rules = self.held.rules(pieces, "", self.inside, self.anchors) if cut else rules
        return Task(
            pieces.blocks,
            pieces.graph,
            self.band.drawn_in(self.margin) if self.margin else self.band,
            dict(self.weights),
            whole,
            self.today,
            rules,
            need,
            pieces.names.get(whole, {}),
            pieces.titles,
            pieces.sites,
        )


@dataclass(frozen=True, eq=False)
class Offer:
    """One of the alternatives: `sure` says how it came about, `plan` is held against the band as it was wished for."""

    name: str
    plan: Plan
    called: tuple[str, ...]
    sure: str

    @cached_property
    def key(self) -> str:
        """A name that stays with the plan: a digest of which block is in which area."""
        return hashlib.sha256(self.plan.of.tobytes()).hexdigest()[:12]

    @property
    def division(self) -> Division:
        """The plan as a layer, its areas called as people call them."""
        return Division(self.name, self.called, self.plan.of)


@dataclass(frozen=True)
class Figure:
    """A measure of plans as people read it: its heading, its kind in a table, and which end of it is the best."""

    name: str
    label: str
    kind: Kind
    best: str
    """'low' or 'high'."""

    def of(self, plan: Plan) -> float | int:
        """The figure of a plan."""
        kind, _, layer = self.name.partition(":")
        if kind == "margin":
            return plan.margin
        if kind == "borders":
            return plan.borders
        if kind == "compact":
            return float(plan.roundness.mean())
        if kind == "moved":
            return int(plan.moved().sum())
        return plan.main_share(layer) if kind == "main" else plan.measure(self.name)


@dataclass(frozen=True, eq=False)
class Offers:
    """The plans to choose between, none where `why` says why there is none. `figures` are what they are told apart by.

    `unbeaten` where no plan is as good as another in every measure that is weighed and better in one.
    """

    wish: Wish
    task: Task
    plans: tuple[Offer, ...]
    why: tuple[str, ...]
    figures: tuple[Figure, ...]
    unbeaten: bool

    def best(self, figure: Figure) -> set[str]:
        """The names of the plans that are best in a measure; nobody where all are alike."""
        values = {each.name: figure.of(each.plan) for each in self.plans}
        if len(values) < 2 or len({round(value, 9) for value in values.values()}) == 1:
            return set()
        end = min(values.values()) if figure.best == "low" else max(values.values())
        return {name for name, value in values.items() if abs(value - end) < 1e-9}

    def sorted(self, by: str) -> list[Offer]:
        """The plans, the best of a measure first; as they came where there is no such measure."""
        figure = next((each for each in self.figures if each.name == by), None)
        if figure is None:
            return list(self.plans)
        sign = 1 if figure.best == "low" else -1
        return sorted(self.plans, key=lambda each: sign * figure.of(each.plan))

    def one(self, key: str) -> Offer | None:
        """The plan of a key; None where there is none."""
        return next((each for each in self.plans if each.key == key), None)

    def table(self) -> Table:
        """A row a plan: areas, people of the smallest and the largest, and every measure."""
        columns = (
            Column("plan", "Plan"),
            Column("sure", "How it came about"),
            Column("areas", "Areas", "count"),
            Column("in_band", "In the band", "count"),
            Column("smallest", "People of the smallest", "count"),
            Column("largest", "People of the largest", "count"),
            *(Column(each.name.replace(":", "_"), each.label, each.kind) for each in self.figures),
        )
        rows = [self.row(each) for each in self.plans]
        note = (
            "No plan is as good as another in every measure that is weighed and better in one." if self.unbeaten else ""
        )
        return Table("alternatives", "Alternatives", columns, rows, note)

    def row(self, offer: Offer) -> tuple[object, ...]:
        """A plan as a row of the table."""
        plan = offer.plan
        inside = sum(map(plan.task.band.holds, plan.people.tolist()))
        ends = (int(plan.people.min()), int(plan.people.max()))
        return (offer.name, offer.sure, plan.k, inside, *ends, *(each.of(plan) for each in self.figures))


def offers(
    pieces: Pieces, wish: Wish, titles: Mapping[str, str], say: Say = lambda *_: None, need: Floats | None = None
) -> Offers:
    """The plans that a wish comes to: `titles` are what layers are called, `need` a figure of need of each block.

    Of one number of areas and two measures or more: alternatives of which none beats another. Else the best plan for
    each number of areas. Raises UsageError for a wish that cannot be asked.
    """
    task = wish.task(pieces, need)
    weighed = [name for name, weight in task.weights.items() if weight]
    if len(weighed) > MEASURES:
        raise UsageError(f"at most {MEASURES} measures can be weighed against each other; {len(weighed)} are given")
    figures = figures_of(task, titles)
    if words := _never(task, wish):
        return Offers(wish, task, (), words, figures, False)
    say("looking for the best plan", 0, 1)
    found = answer(
        task,
        wish.areas,
        inside=wish.inside,
        divide=wish.divide,
        seed=wish.seed,
        watch=Watch(_parts(say, pieces.names.get(wish.inside, {}))),
    )
    plans = _best(found.designs, task) if not wish.inside else _whole(found.whole(), task)
    why = _why(found.designs, plans, pieces.names.get(wish.inside, {}))
    between = len(wish.areas) == 1 and len(weighed) > 1 and not wish.inside and bool(plans)
    if between:
        plans = _between(task, wish, plans, say)
    shown = [(replace(plan.task, band=wish.band), plan, sure) for plan, sure in plans[:MOST]]
    made = [Plan(asked, plan.of) for asked, plan, _ in shown]
    listed = [
        Offer(_letter(n), plan, tuple(area_names(plan, pieces.names)), shown[n][2]) for n, plan in enumerate(made)
    ]
    return Offers(wish, task, tuple(listed), tuple(why), figures, between and len(listed) > 1)


def _never(task: Task, wish: Wish) -> tuple[str, ...]:
    """Why the band allows no number of areas at all, part by part; nothing where it does, or one is given."""
    if wish.areas:
        return ()
    parts = task.parts(wish.inside) if wish.inside else [("", task)]
    return tuple(f"{name + ': ' if name else ''}{never(part)}" for name, part in parts if not fitting(part))


def figures_of(task: Task, titles: Mapping[str, str]) -> tuple[Figure, ...]:
    """The measures that plans are told apart by: those that are weighed, and always the margin and the borders."""
    known = {
        "margin": Figure("margin", "Room to the edge of the band", "percent", "high"),
        "borders": Figure("borders", "Borders cut", "count", "low"),
        "metres": Figure("metres", "Borders cut, by length", "percent", "low"),
        "compact": Figure("compact", "Roundness, 1 a circle", "ratio", "high"),
        "balance": Figure("balance", "People away from equal areas", "percent", "low"),
        "need": Figure("need", "Need away from equal areas", "percent", "low"),
        "moved": Figure("moved", "People who change area", "count", "low"),
    }
    names = list(dict.fromkeys(["margin", *(name for name, weight in task.weights.items() if weight), "borders"]))
    names += ["moved"] if task.today and "moved" not in names else []
    found = []
    for name in names:
        kind, _, layer = name.partition(":")
        label = f"In the main area of {titles.get(layer, layer)}" if kind == "main" else f"{kind} of {layer}"
        found.append(known.get(name) or Figure(name, label, "percent", "high" if kind == "main" else "low"))
    return tuple(found)


def _parts(say: Say, names: Mapping[str, str]) -> Say:
    return lambda part, done, total: say(names.get(part, part), done, total or 1)


def _best(designs: Sequence[tuple[str, Design]], task: Task) -> list[tuple[Plan, str]]:
    """A plan for each number of areas, with how sure it is."""
    return [(Plan(task, each.plan.of), _sure(each)) for _, each in designs if each.plan is not None]


def _sure(found: Design) -> str:
    return "the best for what is weighed, proven" if found.status == "optimal" else RESULTS[found.status]


def _whole(plan: Plan | None, task: Task) -> list[tuple[Plan, str]]:
    return [(Plan(task, plan.of), "the best of each part together")] if plan is not None else []


def _why(designs: Sequence[tuple[str, Design]], plans: Sequence[object], names: Mapping[str, str]) -> list[str]:
    """Why there is no plan: of each part and number of areas, the nearest bands too where nothing at all was found."""
    said: list[str] = []
    for part, each in designs:
        if each.plan is not None:
            continue
        words = [f"{first_up(each.why)}."] if plans or each.status != "impossible" else impossible(each)
        said += [f"{names.get(part, part)}: {sentence}" if part else sentence for sentence in words]
    return said


def _between(task: Task, wish: Wish, best: list[tuple[Plan, str]], say: Say) -> list[tuple[Plan, str]]:
    """Plans between the measures that are weighed, of which none beats another."""
    k = wish.areas[0]
    if task.whole and not wish.divide:
        try:
            found = _exact(task, k, say)
        except GeographyError as error:  # too many sets to list
            if "too many" not in str(error):
                raise
            found = _searched(glued(task), k, wish.seed, say)
    else:
        found = _searched(task, k, wish.seed, say)
    return _unbeaten([*best, *((Plan(task, plan.of), sure) for plan, sure in found)])


def _exact(task: Task, k: int, say: Say) -> list[tuple[Plan, str]]:
    """The best plan of whole units for each mix of the measures, proven."""
    names = [name for name, weight in task.weights.items() if weight]
    sets = sets_of(task)
    found: list[Plan] = []

    def best(weights: Mapping[str, float]) -> None:
        asked = replace(task, weights=weights)
        made = design(asked, k, sets=Sets(asked, sets.masks, sets.fixed), explain=False)
        if made.plan is not None:
            found.append(made.plan)

    blends = [mix for mix in mixes(len(names), PARTS) if max(mix) < 1]
    for n, name in enumerate(names):
        say("each measure alone", n, len(names) + len(blends))
        best({other: 1.0 if other == name else LEAST for other in names})
    if not found:
        return []
    ends = np.array([[plan.measure(name) for name in names] for plan in found])
    width = np.maximum(ends.max(axis=0) - ends.min(axis=0), 1e-6).tolist()
    for n, mix in enumerate(blends):
        say("measures against each other", len(names) + n, len(names) + len(blends))
        best({name: max(share, LEAST) / wide for name, share, wide in zip(names, mix, width, strict=True)})
    return [(plan, "the best for another mix of weights, proven") for plan in found]


def _searched(task: Task, k: int, seed: int, say: Say) -> list[tuple[Plan, str]]:
    found = frontier(task, k, seed=seed, watch=Watch(say, what="measures against each other"))
    return [(each.plan, "of whole units, searched" if each.whole else "searched") for each in found.plans]


def _unbeaten(plans: Sequence[tuple[Plan, str]]) -> list[tuple[Plan, str]]:
    """Those that no other beats in every measure, each once."""
    names = [name for name, weight in plans[0][0].task.weights.items() if weight]
    once = {each[0].of.tobytes(): each for each in reversed(plans)}
    listed = [(tuple(plan.measure(name) for name in names), plan, sure) for plan, sure in reversed(once.values())]
    kept = [each for each in listed if not any(dominates(other[0], each[0]) for other in listed)]
    alike = {tuple(round(value, 9) for value in each[0]): each for each in reversed(kept)}
    return [(plan, sure) for _, plan, sure in sorted(alike.values(), key=lambda each: each[0])]


def _letter(n: int) -> str:
    return chr(ord("A") + n)
