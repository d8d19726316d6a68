"""What is wrong with a logic model, and what it still lacks.

Faults make a model one that cannot be worked with: a link to a step that is not there, links that go round in a
circle. Warnings are what a draft may still lack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from totalplace.errors import did_you_mean
from totalplace.logic.model import LogicModel
from totalplace.logic.step import KINDS, Step

Level = Literal["fault", "warning"]


FAULTS = ("unknown-link", "cycle")
"""Codes of what has to be put right."""
WARNINGS = (
    "no-activity", "no-outcome", "no-impact", "orphan", "leads-nowhere", "no-input", "unreached", "backwards",
    "link-twice", "not-measured", "no-change", "no-date", "no-owner", "no-evidence",
)  # fmt: skip
"""Codes of what a draft may still lack."""


@dataclass(frozen=True)
class Check:
    """Something found: `level`, a short stable `code`, the `step` it is about ('' for the model), words and place."""

    level: Level
    code: str
    step: str
    words: str
    where: str = ""


def check(model: LogicModel) -> list[Check]:
    """All that is found, faults first, each in the order of the file."""
    found = [*_unknown(model), *_cycles(model), *_whole(model)]
    for step in model.steps:
        found += [*_links(model, step), *_said(model, step)]
    return sorted(found, key=lambda each: each.level)


def _of(model: LogicModel, code: str, step: Step, key: str, words: str) -> Check:
    level: Level = "fault" if code in FAULTS else "warning"
    return Check(level, code, step.id, words, model.where(model.number(step.id), key))


def _unknown(model: LogicModel) -> Iterator[Check]:
    for step in model.steps:
        for to in dict.fromkeys(step.leads_to):
            if not model.has(to):
                near = did_you_mean(to, [each.id for each in model.steps])
                words = f"'{step.name}' leads to '{to}', which is not a step{near}"
                yield _of(model, "unknown-link", step, "leads_to", words)


def _cycles(model: LogicModel) -> Iterator[Check]:
    for circle in cycles(model):
        names = " leads to ".join(f"'{model.step(id).name}'" for id in (*circle, circle[0]))
        words = f"the steps go round in a circle: {names}; take out one of these links"
        yield _of(model, "cycle", model.step(circle[0]), "leads_to", words)


def cycles(model: LogicModel) -> list[tuple[str, ...]]:
    """Circles of links, step by step: for each step in one the shortest, unless it stands in one named before."""
    found: list[tuple[str, ...]] = []
    named: set[str] = set()
    for step in model.steps:
        if step.id not in named and (circle := _shortest(model, step.id)):
            found.append(circle)
            named.update(circle)
    return found


def _shortest(model: LogicModel, start: str) -> tuple[str, ...]:
    """The shortest way from a step back to itself; () where there is none."""
    came: dict[str, str] = {}
    ahead = [start]
    while ahead:
        further = []
        for at in ahead:
            for to in model.after[at]:
                if to == start:
                    return _way(came, start, at)
                if to not in came:
                    came[to] = at
                    further.append(to)
        ahead = further
    return ()


def _way(came: dict[str, str], start: str, end: str) -> tuple[str, ...]:
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return tuple(reversed(way))


def _whole(model: LogicModel) -> Iterator[Check]:
    for kind, words in (
        ("activity", "there is no activity: nothing is done"),
        ("outcome", "there is no outcome: nothing changes for anybody, and no benefit can be counted"),
        ("impact", "there is no impact: say what the outcomes are to add up to"),
    ):
        if not model.of_kind(kind):
            yield Check("warning", f"no-{kind}", "", words)


def _links(model: LogicModel, step: Step) -> Iterator[Check]:
    """What is said of the links of a step."""
    before, after = model.before[step.id], model.after[step.id]
    if len(set(step.leads_to)) < len(step.leads_to):
        yield _of(model, "link-twice", step, "leads_to", f"'{step.name}' names a step it leads to twice")
    for to in after:
        if _rank(model.step(to)) < _rank(step):
            words = f"'{step.name}' ({step.kind}) leads back to '{model.step(to).name}' ({model.step(to).kind})"
            yield _of(model, "backwards", step, "leads_to", f"{words}; links go from inputs to impacts")
    if not before and not after:
        words = f"'{step.name}' stands alone: nothing leads to it, and it leads to nothing"
        yield _of(model, "orphan", step, "leads_to", words)
    elif not after and step.kind in ("input", "activity", "output"):
        words = f"'{step.name}' leads nowhere; say which step comes of it"
        yield _of(model, "leads-nowhere", step, "leads_to", words)
    causes = model.causes(step.id)
    if step.kind == "activity" and not any(model.step(id).kind == "input" for id in causes):
        yield _of(model, "no-input", step, "id", f"'{step.name}' has no input: say what it takes")
    if step.kind in ("outcome", "impact") and not model.reached(step.id):
        words = f"'{step.name}' cannot be reached from any activity: nothing that is done brings it about"
        yield _of(model, "unreached", step, "id", words)


def _said(model: LogicModel, step: Step) -> Iterator[Check]:
    """What is lacking in what is said of an outcome."""
    if step.kind != "outcome":
        return
    if step.lacks:
        words = f"'{step.name}' cannot be measured yet: it has no {', no '.join(step.lacks)}"
        yield _of(model, "not-measured", step, step.lacks[0], words)
    elif step.baseline == step.target:
        words = f"'{step.name}' has a target that is its baseline: nothing is to change"
        yield _of(model, "no-change", step, "target", words)
    for key, code, words in (
        ("by", "no-date", "no date by which its target is to be met"),
        ("owner", "no-owner", "no owner: say who answers for it"),
        ("evidence", "no-evidence", "no evidence: say why it should come about"),
    ):
        if not getattr(step, key).strip():
            yield _of(model, code, step, key, f"'{step.name}' has {words}")


def _rank(step: Step) -> int:
    return list(KINDS).index(step.kind)
