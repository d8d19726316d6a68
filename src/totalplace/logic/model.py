"""A logic model: its steps in the order of the file, the links between them, and what is made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from totalplace.errors import LogicError, UsageError, did_you_mean
from totalplace.folder import quoted
from totalplace.logic.reading import Where, plain_where, steps_of
from totalplace.logic.step import Step

if TYPE_CHECKING:
    from totalplace.logic.checks import Check


@dataclass(frozen=True)
class LogicModel:
    """The steps of a model. `where` gives the words for the place of a step and key in the file it was read from.

    Links can name steps that are not there, and can go round in a circle: a draft can be read and drawn, and `checks`
    says what is wrong with it.
    """

    steps: tuple[Step, ...] = ()
    where: Where = field(default=plain_where, compare=False, repr=False)

    @classmethod
    def of(cls, tables: Sequence[Any], where: Where = plain_where) -> LogicModel:
        """The model that tables say; raises LogicError naming the step and key at fault in the words of `where`."""
        return cls(steps_of(tables, where), where)

    def to_tables(self) -> list[dict[str, Any]]:
        """The tables of the model: `LogicModel.of(model.to_tables()) == model`."""
        return [step.to_table() for step in self.steps]

    @classmethod
    def of_json(cls, text: str | bytes, where: Where = plain_where) -> LogicModel:
        """The model that a JSON document says, as `to_json` wrote it; raises LogicError where it says none."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LogicError(f"it is not valid JSON: {error}") from error
        tables = document.get("logic") if isinstance(document, dict) else None
        if not isinstance(tables, list):
            raise LogicError('it has no list of steps; write {"logic": [{"id": ..., "kind": ..., "name": ...}]}')
        return cls.of(tables, where)

    def to_json(self) -> str:
        """The model as a JSON document: `LogicModel.of_json(model.to_json()) == model`."""
        return json.dumps({"logic": self.to_tables()}, ensure_ascii=False, indent=2) + "\n"

    def to_toml(self) -> str:
        """The model as the text of a TOML file."""
        return "\n".join(f"[[logic]]\n{_toml_lines(table)}" for table in self.to_tables())

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    def has(self, id: str) -> bool:
        """Whether there is a step of an id."""
        return id in self._by_id

    def step(self, id: str) -> Step:
        """The step of an id; raises UsageError with the nearest known."""
        if id not in self._by_id:
            raise UsageError(f"'{id}' is not a step of the logic model{did_you_mean(id, list(self._by_id))}")
        return self._by_id[id]

    def number(self, id: str) -> int:
        """The number of a step, from 1, in the order of the file."""
        return self.steps.index(self.step(id)) + 1

    def of_kind(self, kind: str) -> tuple[Step, ...]:
        """The steps of a kind, in the order of the file."""
        return tuple(step for step in self.steps if step.kind == kind)

    @property
    def outcomes(self) -> tuple[Step, ...]:
        """The outcomes, wanted and not: what a benefit can hang on."""
        return self.of_kind("outcome")

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The links between steps that are there, each once, in the order of the file."""
        pairs = ((step.id, to) for step in self.steps for to in step.leads_to if self.has(to))
        return tuple(dict.fromkeys(pairs))

    @cached_property
    def before(self) -> dict[str, tuple[str, ...]]:
        """Of each step the ids of those that lead to it."""
        found: dict[str, list[str]] = {step.id: [] for step in self.steps}
        for start, end in self.links:
            found[end].append(start)
        return {id: tuple(starts) for id, starts in found.items()}

    @cached_property
    def after(self) -> dict[str, tuple[str, ...]]:
        """Of each step the ids of those that it leads to and that are there."""
        found: dict[str, list[str]] = {step.id: [] for step in self.steps}
        for start, end in self.links:
            found[start].append(end)
        return {id: tuple(ends) for id, ends in found.items()}

    def causes(self, id: str) -> set[str]:
        """The ids of all that leads to a step, by one link or many; the step itself only where it is in a circle."""
        found: set[str] = set()
        ahead = list(self.before[self.step(id).id])
        while ahead:
            at = ahead.pop()
            if at not in found:
                found.add(at)
                ahead += self.before[at]
        return found

    def reached(self, id: str) -> bool:
        """Whether some activity leads to a step, by one link or many."""
        return any(self.step(cause).kind == "activity" for cause in self.causes(id))

    def checks(self) -> list[Check]:
        """What is wrong with the model (faults) and what it still lacks (warnings), faults first."""
        from totalplace.logic.checks import check

        return check(self)

    @property
    def faulty(self) -> bool:
        """Whether there is a fault."""
        return any(found.level == "fault" for found in self.checks())


def _toml_lines(table: dict[str, Any]) -> str:
    return "".join(f"{key} = {_toml_value(value)}\n" for key, value in table.items())


def _toml_value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(quoted(each) for each in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else repr(value)
