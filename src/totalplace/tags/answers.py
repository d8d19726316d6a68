"""What a place says of its money by tags: the one face of this package to commands, pages and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from totalplace.definition import Definition
from totalplace.money.count import count
from totalplace.money.cuts import check_years, known_filters
from totalplace.money.held import Held
from totalplace.money.suppliers import numbers_of
from totalplace.parameters.bodies import register
from totalplace.parameters.schemes import SCHEMES, Rule, Scheme, scheme
from totalplace.remembered import Frozen, frozen
from totalplace.table import Table
from totalplace.tags import declared
from totalplace.tags.effects import Effect, Influence, effects, influence
from totalplace.tags.matching import NOBODY, check, fit
from totalplace.tags.parts import Part, parts
from totalplace.tags.tables import (
    by_table,
    classes_table,
    open_table,
    overview_table,
    own_table,
    parts_table,
    rules_table,
)
from totalplace.tags.tagged import ALWAYS, Tagged, check_by, check_filters, tag
from totalplace.terms import Where

Classes = Mapping[str, Sequence[str]]
"""Classes that pass, by scheme."""


class Tags:
    """Money by class: who controls it, who does the service, whether it is core, whether it is preventive."""

    def __init__(self, root: Path, definition: Callable[[], Definition], held: Callable[[], Held]) -> None:
        self._root, self._definition, self._held = root, definition, held

    def own(self) -> tuple[Rule, ...]:
        """The rules of the place's own, first to fit first; raises PlaceError where tags.toml is at fault."""
        return declared.load(self._root)

    def rules(self, name: str) -> tuple[Rule, ...]:
        """The rules of a scheme, first to fit first: the place's own, then those shipped."""
        found = scheme(name)
        return (*(rule for rule in self.own() if rule.scheme == found.id), *found.rules)

    def tagged(
        self,
        schemes: Sequence[str],
        where: Where | None = None,
        *,
        classes: Classes | None = None,
        by: Sequence[str] = (),
    ) -> Tagged:
        """The net count, or what filters leave of it, with its class in each scheme; see tags.tagged.

        `classes` are those that are asked for, by scheme: their schemes need not be named. `by` are columns to cut by.
        Raises UsageError for what is not known.
        """
        asked = {name: [scheme(name).known(tag) for tag in tags] for name, tags in (classes or {}).items() if tags}
        check_by(by)
        names = tuple(name for name in SCHEMES if name in {*(scheme(n).id for n in schemes), *asked})
        rules = tuple(self.rules(name) for name in names)
        inside, outside = self._filters(where or {})
        extra = tuple(sorted({"kind", *by} - {*ALWAYS}))
        found = _narrowed(_tagged(self._held(), names, rules, outside, extra), inside)
        return found.only(asked)

    def _filters(self, where: Where) -> tuple[Frozen, Frozen]:
        """Filters that cells answer, and those that the count has to; UsageError for one that is not known."""
        check_filters(where)
        held = self._held()
        known = known_filters(held.definition, where)
        check_years(held.run, held.definition, known.get("year", ()))
        told = frozen({name: sorted(values) for name, values in known.items()})
        here = (*ALWAYS, "kind")
        return tuple(f for f in told if f[0] in here), tuple(f for f in told if f[0] not in here)

    def by_class(self, name: str, where: Where | None = None, *, classes: Classes | None = None) -> Table:
        """Lines and net of each class of a scheme."""
        return classes_table(self.tagged([name], where, classes=classes), scheme(name))

    def overview(self, where: Where | None = None) -> Table:
        """Lines and net of each class of every scheme."""
        found = self.tagged(SCHEMES, where)
        return overview_table(classes_table(found, one) for one in found.schemes)

    def cut(self, name: str, by: Sequence[str], where: Where | None = None, *, classes: Classes | None = None) -> Table:
        """Net of each class of a scheme, for each combination of `by`: body, service, year, kind, subjective."""
        return by_table(self.tagged([name], where, classes=classes, by=by), scheme(name), by)

    def influence(self, where: Where | None = None, *, classes: Classes | None = None) -> Influence:
        """The influenceable share of the net: what bodies of the place can change, over all, from low to high."""
        return influence(
            scheme("control"), self.tagged(["control"], where, classes=classes).sums("control").get((), {})
        )

    def effects(self, name: str) -> list[Effect]:
        """What each rule of a scheme does to the whole count, first to fit first."""
        return _effects(self.tagged([name]), scheme(name).id)

    def rules_table(self, name: str) -> Table:
        """The rules of a scheme with their reasons, who says so, and what each decides."""
        return rules_table(scheme(name), self.effects(name), self.names())

    def names(self) -> dict[str, str]:
        """The names of bodies by id: of the register, and of the place, which come first."""
        return {body.id: body.name for body in (*register(), *self._definition().bodies)}

    def parts(
        self, name: str, where: Where | None = None, *, classes: Classes | None = None
    ) -> tuple[Tagged, list[Part]]:
        """What is chosen, opened down to filters of lines."""
        found = self.tagged([name], where, classes=classes)
        return found, parts(found, scheme(name).id)

    def parts_table(self, name: str, where: Where | None = None, *, classes: Classes | None = None) -> Table:
        """The same as a table: filters of lines with their lines and net."""
        found, opened = self.parts(name, where, classes=classes)
        return parts_table(found, scheme(name), opened)

    def open(self, name: str, where: Where | None = None, *, classes: Classes | None = None) -> Table:
        """What is unclassified by body, kind of payment and service, largest first."""
        return open_table(self.tagged([name], where, classes=classes), scheme(name))

    def own_table(self, name: str = "") -> Table:
        """The place's own rules, of a scheme or of all."""
        wanted = scheme(name).id if name else ""
        return own_table(rule for rule in self.own() if wanted in ("", rule.scheme))

    def tag(
        self,
        name: str,
        tag: str,
        conditions: Mapping[str, Sequence[str]],
        reason: str,
        *,
        by: str = "",
        first: bool = False,
    ) -> Rule:
        """Writes a rule of the place's own into tags.toml, after its other rules or before them (`first`).

        Raises UsageError for what is not known: a scheme, class, condition, body, service, supplier.
        """
        rule = declared.made(name, tag, conditions, reason, by)
        definition = self._definition()
        check(rule, definition, self._numbers)
        said = tuple((column, _ids(definition, column, values)) for column, values in rule.conditions)
        return declared.add(self._root, declared.made(name, tag, dict(said), reason, by), first=first)

    def untag(self, id: str, was: Rule | None = None) -> Rule:
        """Takes a rule of the place's own back; raises UsageError where there is none of that id."""
        return declared.remove(self._root, id, was)

    def _numbers(self, named: Sequence[str]) -> list[str]:
        return numbers_of(self._held().run, named)


def _ids(definition: Definition, column: str, values: Sequence[str]) -> tuple[str, ...]:
    """Bodies by id, however they were named; other values as they are."""
    if column not in ("body", "to_body"):
        return tuple(values)
    return tuple(
        value
        if (column, value) == ("to_body", NOBODY)
        else next(iter(known_filters(definition, {column: [value]})[column]))
        for value in values
    )


@lru_cache(maxsize=64)
def _narrowed(tagged: Tagged, where: Frozen) -> Tagged:
    return tagged.narrowed({name: frozenset(values) for name, values in where})


@lru_cache(maxsize=16)
def _effects(tagged: Tagged, name: str) -> list[Effect]:
    return effects(tagged, name)


@lru_cache(maxsize=64)
def _tagged(
    held: Held,
    names: tuple[str, ...],
    rules: tuple[tuple[Rule, ...], ...],
    where: Frozen,
    extra: tuple[str, ...],
) -> Tagged:
    """Remembered for as long as the run, the definition and the rules stand."""
    numbers = partial(numbers_of, held.run)
    fits = [[fit(rule, held.definition, numbers) for rule in theirs] for theirs in rules]
    schemes: list[Scheme] = [scheme(name) for name in names]
    return tag(partial(count, held.run, held.definition), schemes, fits, dict(where), extra)
