"""A place: the workspace, and the one object that everything hangs on.

import totalplace as tp
place = tp.open("salford")
place.add("spend", ["payments.csv"], body="Salford City Council")
place.build()
place.money.count(by=["body", "year"]).net
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace import definition as declared
from totalplace.account import Money
from totalplace.adding import Added, body_named, look
from totalplace.definition import Definition, Source
from totalplace.errors import PlaceError, UsageError
from totalplace.money.cuts import CUTS
from totalplace.money.held import hold
from totalplace.remembered import Stamp, stamp
from totalplace.store.files import digest_of
from totalplace.store.layout import Run, Store
from totalplace.terms import Where, check_year

if TYPE_CHECKING:
    from totalplace.appraisal.files import Cases
    from totalplace.areas.answers import Areas
    from totalplace.areas.apportion import Cell
    from totalplace.build import Built, Progress
    from totalplace.compare.answers import Compare
    from totalplace.completeness.answers import Completeness
    from totalplace.geography.aligning.comparison import Comparison
    from totalplace.geography.answers import Geography
    from totalplace.geography.facilities.answers import Facilities
    from totalplace.logic.files import Logic
    from totalplace.official.answers import Official
    from totalplace.parameters.unit_costs import UnitCosts
    from totalplace.store.engines import Engine
    from totalplace.stress.files import Stress
    from totalplace.tags.answers import Tags
    from totalplace.themes import Themes


DECLARED = (
    *declared.FILES,
    "*.toml",
    "themes/*.toml",
    "scenarios/*.toml",
    "deflators.csv",
    "unit-costs/*.csv",
    "activity.csv",
    "compare.*",
)
"""Files of a place that its figures rest on besides the payments; those that these name have their digests in them."""


class Place:
    """A place in a folder that holds place.toml. Nothing is remembered that a file on disk may overtake."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def definition(self) -> Definition:
        """What place.toml, matches.toml and classes.toml say now; raises PlaceError where they are at fault."""
        return _loaded(self.root, *self._stamps())

    def _stamps(self) -> tuple[Stamp, ...]:
        return tuple(stamp(self.root / name) for name in declared.FILES)

    @property
    def run(self) -> Run:
        """The run that counts; raises StoreError where nothing is built."""
        store = Store(self.root / "store")
        name = store.current()
        return _run(self.root, name) if name else store.run()

    @property
    def has_run(self) -> bool:
        """Whether anything was built yet, be it whole or damaged."""
        return Store(self.root / "store").current() is not None

    @property
    def current(self) -> bool:
        """Whether the run was made from what is declared now."""
        return bool(self.run.info["definition"] == _digest(self.root, *self._stamps()))

    @property
    def declared(self) -> str:
        """A short digest of all that people declared, to tell one state of it from another: see DECLARED."""
        found = [path for name in DECLARED for path in sorted(self.root.glob(name)) if path.is_file()]
        return declared.fingerprint([(path.name, digest_of(path)) for path in found])[:12]

    @property
    def money(self) -> Money:
        """The count and all that opens it."""
        return Money(self)

    @property
    def official(self) -> Official:
        """Official figures beside the count: outturn, budgets, benefits, allocations, population."""
        from totalplace.official.answers import Official

        return Official(self.root, self.definition, lambda: self.run)

    @property
    def compare(self) -> Compare:
        """The place beside others: spend a head, unit costs, and the suppliers that several of its bodies pay."""
        from totalplace.compare.answers import Compare

        money, figures = self.money, self.official.figures
        run, areas = (lambda: self.run), (lambda: self.areas)
        return Compare(self.root, self.definition, figures, run, money.count, money.deflator, areas)

    @property
    def tags(self) -> Tags:
        """Money by who controls it, who does the service, whether it is core, whether it is preventive."""
        from totalplace.tags.answers import Tags

        return Tags(self.root, lambda: self.definition, lambda: hold(self.run, self.definition))

    @property
    def completeness(self) -> Completeness:
        """How complete the count is, by body, year and service, and what people said of what is missing."""
        from totalplace.completeness.answers import Completeness

        definition, official = self.definition, self.official

        def years() -> list[str]:
            return list(definition.years) or self._mean_years({})

        return Completeness(self.root, definition, official.figures, lambda: self.run, years)

    @property
    def logic(self) -> Logic:
        """The logic models of the place's cases: steps, links, checks, and the register of benefits."""
        from totalplace.logic.files import Logic

        return Logic(self.root, self.cases.stays)

    @property
    def cases(self) -> Cases:
        """The business cases of the place."""
        from totalplace.appraisal.files import Cases

        return Cases(self.root)

    @property
    def unit_costs(self) -> UnitCosts:
        """Unit costs: the place's own, the editions that it imported, those that are shipped."""
        from totalplace.parameters.unit_costs import unit_costs

        return unit_costs(self.root)

    @property
    def stress(self) -> Stress:
        """The scenarios of the stress test: cuts, demand, income and reserves together, by body and year."""
        from totalplace.stress.files import Stress

        definition = self.definition
        run = Store(self.root / "store").current() or ""
        return Stress(self.root, definition.name, definition.bodies, self._net_payments, run)

    @property
    def themes(self) -> Themes:
        """The themes of the place: money that people see as one, whoever pays it, by rules that they declare."""
        from totalplace.themes import Themes

        return Themes(self.root, self.definition, lambda: self.money._held, lambda: self.money.count().net)

    @property
    def areas(self) -> Areas:
        """The areas of the place, and its net payments apportioned to them by declared drivers."""
        from totalplace.areas.answers import Areas, Spending

        run = Store(self.root / "store").current() or ""
        return Areas(self.root, self.definition, Spending(run, self._cells, self._mean_years))

    @property
    def geography(self) -> Geography:
        """The small areas of the place, which touch, the layers over them, and its sites."""
        from totalplace.geography.answers import Geography

        return Geography(self.root)

    @property
    def facilities(self) -> Facilities:
        """What areas hold, reach and need, and the public buildings that could share a roof."""
        from totalplace.geography.facilities.answers import Facilities

        spend = lambda where: self.areas.table({name: tuple(values) for name, values in where.items()})  # noqa: E731
        return Facilities(self.root, self.geography, lambda: self.definition, spend)

    def alignment(self, layers: Sequence[str] = (), to: str = "") -> Comparison:
        """The layers of the place against each other, by id or title; every one where none is named.

        `to` names the layer that the others would move to. Raises UsageError for one that is not there, GeographyError
        where nothing is declared.
        """
        from totalplace.geography.aligning.placed import comparison_of_place

        return comparison_of_place(self.geography, layers, to)

    def _cells(self) -> list[Cell]:
        """Net payments by body, service, kind and year, as money by area apportions them."""
        from totalplace.areas.apportion import Cell

        found = self.money.count(("body", "service", "kind", "year")).cut
        assert found is not None
        return [Cell(row[0], row[1], row[2], row[3], row[-1]) for row in found.rows]

    def _mean_years(self, where: Where) -> list[str]:
        """The years that money a head is a mean of, within filters."""
        scope = self.money.count((), {name: values for name, values in where.items() if name in CUTS}).scope
        return [year for year in scope["years"] if year not in scope["years_not_in_per_head"]]

    def _net_payments(self, body: str, year: str) -> int | None:
        """The net payments (pence) that are counted of a body ('' for all) in a year; None where there are none."""
        where = {"year": [year], **({"body": [body]} if body else {})}
        with suppress(UsageError):
            found = self.money.count((), where)
            return found.net if found.rows else None
        return None

    def look(self, kind: str, files: Iterable[str | Path], body: str, *, body_kind: str = "") -> Added:
        """Looks at files of `body` and proposes a reading for each table in them; writes nothing.

        Raises UsageError for an unknown kind, or a body that is neither declared nor in the shipped register and
        either like one that is or of a kind that its name does not tell: `body_kind` then says what it is.
        """
        return look(self.root, self.definition, kind, files, body, body_kind)

    def agree(self, kind: str, added: Added) -> None:
        """Writes proposals down in place.toml, and the body where it is new."""
        sources = [Source(added.body.id, kind, (p.part.name,), p.reading) for p in added.proposals]
        if sources:
            declared.add_sources(self.root, sources, added.body if added.new_body else None)

    def add(self, kind: str, files: Iterable[str | Path], body: str, *, body_kind: str = "") -> Added:
        """Looks at files and takes every proposal: `look` and `agree` in one."""
        added = self.look(kind, files, body, body_kind=body_kind)
        self.agree(kind, added)
        return added

    def build(self, engine: Engine | str = "polars", progress: Progress | None = None) -> Built:
        """Makes the store from the files; raises DataError where nothing can be counted."""
        from totalplace.build import build
        from totalplace.store.engines import engine_named

        if not isinstance(engine, str):
            return build(self.root, self.definition, engine, progress)
        chosen = engine_named(engine)
        try:
            return build(self.root, self.definition, chosen, progress)
        finally:
            chosen.close()


@lru_cache(maxsize=8)
def _loaded(root: Path, *_stamps: Stamp) -> Definition:
    return declared.load(root)


@lru_cache(maxsize=8)
def _digest(root: Path, *stamps: Stamp) -> str:
    from totalplace.build.digests import whole

    return whole(_loaded(root, *stamps))


@lru_cache(maxsize=8)
def _run(root: Path, name: str) -> Run:
    return Run(Store(root / "store"), name)


def open_place(folder: str | Path = ".") -> Place:
    """The place in a folder; raises PlaceError where there is no place.toml in it or it is at fault."""
    place = Place(Path(folder))
    _ = place.definition
    _refuse_pattern(place.root)
    return place


def _refuse_pattern(root: Path) -> None:
    """Raises PlaceError for a folder whose path reads as a pattern to those who open Parquet files."""
    if signs := sorted(set("*?[{") & set(str(root.resolve()))):
        raise PlaceError(
            f"the path {root.resolve()} holds {' '.join(signs)}, which reads as a pattern; rename the folder"
        )


def new_place(
    folder: str | Path,
    *,
    name: str = "",
    area_code: str = "",
    years: Sequence[str] = (),
    population: int | None = None,
    bodies: Sequence[str] = (),
    kind: str = "",
) -> Place:
    """Makes a place in a folder, its bodies declared by name; UsageError where there is one already.

    `kind` says what those bodies are that the shipped register does not know.
    """
    root = Path(folder)
    _refuse_pattern(root)
    settings: dict[str, Any] = {"name": name or root.resolve().name, "area_code": area_code}
    settings["years"] = [check_year(year) for year in years]
    if population is not None:
        if not 0 < population <= declared.MOST_PEOPLE:
            raise UsageError(f"a population of {population} cannot be")
        settings["population"] = population
    wanted = _bodies_named(bodies, kind)  # before anything is written: a refused name leaves no half of a place
    declared.create(root, settings)
    for body in wanted.bodies:
        declared.add_body(root, body)
    return open_place(root)


def _bodies_named(names: Sequence[str], kind: str) -> Definition:
    """Bodies to declare, by name; UsageError that tells every name which is not clear, and not the first alone."""
    wanted, refused = Definition(""), []
    for text in names:
        try:
            body, new = body_named(wanted, text, kind)
        except UsageError as error:
            refused.append(str(error))
            continue
        wanted = replace(wanted, bodies=(*wanted.bodies, body)) if new else wanted
    if refused:
        raise UsageError("\n".join(refused))
    return wanted
