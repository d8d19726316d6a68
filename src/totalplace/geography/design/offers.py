"""Plans to choose between, as people see them: each with its name and how it came about, told apart by figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from totalplace.geography.blocks import Division
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Task
from totalplace.geography.design.wish import Wish
from totalplace.table import Column, Kind, Table


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
