"""A place: the workspace, and the one object that everything hangs on.

import totalplace as tp
place = tp.open("salford")
place.add("spend", ["payments.csv"], body="Salford City Council")
place.build()
place.money.count(by=["body", "year"]).net
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace import definition as declared
from totalplace.definition import Definition, Source
from totalplace.errors import FileRefused, PlaceError, UsageError, did_you_mean
from totalplace.money.count import CUTS, Count, Where, count
from totalplace.money.lines import LinesPage, Selection
from totalplace.services import Correction
from totalplace.store.layout import Run, Store
from totalplace.table import Table
from totalplace.terms import Body, check_year

if TYPE_CHECKING:
    from totalplace.areas.answers import Areas
    from totalplace.areas.apportion import Cell
    from totalplace.build import Built, Progress
    from totalplace.compare.answers import Compare
    from totalplace.completeness.answers import Completeness
    from totalplace.money.activity import Activity
    from totalplace.money.original import Original
    from totalplace.money.over_time import OverTime
    from totalplace.money.spent import Cell as SpentCell
    from totalplace.money.suppliers import Supplier, SuppliersPage
    from totalplace.money.unsure import Sums
    from totalplace.money.warm import Warm
    from totalplace.official.answers import Official
    from totalplace.parameters.deflators import Deflator
    from totalplace.sources.sniff import Proposal
    from totalplace.store.engines import Engine
    from totalplace.stress.files import Stress
    from totalplace.tags.answers import Tags
    from totalplace.themes import Themes


@dataclass(frozen=True)
class Added:
    """What `add` found: proposals that were (or can be) written down, and files refused with the reason."""

    body: Body
    new_body: bool
    proposals: tuple[Proposal, ...]
    refused: tuple[FileRefused, ...]
    known: tuple[str, ...]


class Place:
    """A place in a folder that holds place.toml. Nothing is remembered that a file on disk may overtake."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def definition(self) -> Definition:
        """What place.toml, matches.toml and classes.toml say now; raises PlaceError where they are at fault."""
        return _loaded(self.root, *self._stamps())

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        return tuple(_stamp(self.root / name) for name in declared.FILES)

    @property
    def run(self) -> Run:
        """The run that counts; raises StoreError where nothing is built."""
        store = Store(self.root / "store")
        name = store.current()
        return _run(self.root, name) if name else store.run()

    @property
    def current(self) -> bool:
        """Whether the run was made from what is declared now."""
        return bool(self.run.info["definition"] == _digest(self.root, *self._stamps()))

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

        return Tags(self.root, lambda: self.definition, lambda: _hold(self.run, self.definition))

    @property
    def completeness(self) -> Completeness:
        """How complete the count is, by body, year and service, and what people said of what is missing."""
        from totalplace.completeness.answers import Completeness

        definition, official = self.definition, self.official

        def years() -> list[str]:
            return list(definition.years) or self._mean_years({})

        return Completeness(self.root, definition, official.figures, lambda: self.run, years)

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
        if kind not in declared.SOURCE_KINDS:
            raise UsageError(f"'{kind}' is not a kind of source{did_you_mean(kind, list(declared.SOURCE_KINDS))}")
        definition = self.definition
        found, new = _body(definition, body, body_kind)
        known = {name for source in definition.sources for name in source.files}
        theirs = [name for source in definition.sources if source.body == found.id for name in source.files]
        proposals, refused, again = _look_at(self.root, files, known, theirs)
        proposals, others = _mended_by(definition, proposals, found)
        refused += others
        return Added(found, new, tuple(proposals), tuple(refused), tuple(again))

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


def _body(definition: Definition, name: str, kind: str) -> tuple[Body, bool]:
    """A declared body, or a new one to declare; UsageError where it is not clear which body is meant."""
    with suppress(UsageError):
        return definition.body(name), False
    from totalplace.money.declaring import new_body

    return new_body(definition, name, kind), True


def _look_at(
    root: Path, files: Iterable[str | Path], known: set[str], theirs: Iterable[str]
) -> tuple[list[Proposal], list[FileRefused], list[str]]:
    """Proposals for files; `known` are the parts that are declared, `theirs` those of the same body."""
    from totalplace.sources.parts import parts_of
    from totalplace.sources.sniff import propose

    proposals, refused, again = [], [], []
    copies = _Copies(root, theirs)
    for file in files:
        try:
            copies.refuse(declared.relative(root, Path(file)))
            parts = parts_of(root, declared.relative(root, Path(file)))
        except FileRefused as error:
            refused.append(error)
            continue
        for part in parts:
            if part.name in known:
                again.append(part.name)
                continue
            try:
                proposals.append(propose(part))
            except FileRefused as error:
                refused.append(error)
    return proposals, refused, again


class _Copies:
    """Tells a file that is byte for byte one that the body has already: the build would refuse it for ever."""

    def __init__(self, root: Path, theirs: Iterable[str]) -> None:
        from totalplace.sources.parts import part_named

        self.root = root
        self.by_size: dict[int, set[Path]] = {}
        for path in {part_named(root, name).file for name in theirs}:
            self._note(path)

    def _note(self, path: Path) -> int:
        with suppress(OSError):
            size = path.stat().st_size
            self.by_size.setdefault(size, set()).add(path.resolve())
            return size
        return -1

    def refuse(self, name: str) -> None:
        """Raises FileRefused for a copy; notes any other file, so that its copy is told."""
        from totalplace.store.files import digest_of

        path = self.root / name
        if not path.is_file():
            return
        others = sorted(self.by_size.get(self._note(path), set()) - {path.resolve()})
        for other in others:
            if digest_of(other) == digest_of(path):
                raise FileRefused(name, f"is byte for byte {declared.relative(self.root, other)}: it would count twice")


def _mended_by(
    definition: Definition, proposals: Iterable[Proposal], body: Body
) -> tuple[list[Proposal], list[FileRefused]]:
    """Proposals with those for mended rows read as the files that they came from; refused where another's."""
    from totalplace.money.mend import as_published

    good, refused = [], []
    for proposal in proposals:
        found, source = as_published(definition, proposal)
        if source and source.body != body.id:
            reason = f"holds mended rows of {source.body}, not of {body.id}; add it with --body {source.body}"
            refused.append(FileRefused(proposal.part.name, reason))
        else:
            good.append(found)
    return good, refused


REMEMBERED = 500
"""Rows of the longest page that is remembered: a longer one goes into a file, and would fill the memory."""


class Money:
    """The count and all that opens it: lines, rejects, suppliers, transfers, sources, check.

    Answers are remembered for as long as the run and the definition that they came from stand.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    @property
    def _held(self) -> Held:
        place = self._place
        return _hold(place.run, place.definition)

    def count(self, by: Sequence[str] = (), where: Where | None = None) -> Count:
        """Gross, eliminated and net (pence) within the years of the place, cut by `by`; see CUTS."""
        cuts, asked = (by,) if isinstance(by, str) else tuple(by), _frozen(where)
        if "supplier" in cuts:
            counted = count(self._place.run, self._place.definition, cuts, dict(asked))
        else:
            counted = _counted(self._held, cuts, asked)
        return replace(counted, scope={**counted.scope, "store_is_current": self._place.current})

    def lines(
        self,
        where: Where | None = None,
        *,
        search: str = "",
        sort: str = "file",
        page: int = 1,
        per_page: int = 50,
    ) -> LinesPage:
        """A page of the accepted lines that pass filters and hold the search words; see money.lines."""
        ask = _paged if per_page <= REMEMBERED else _paged.__wrapped__
        return ask(self._held, _frozen(where), search, sort, page, per_page)

    def selection(self, where: Where | None = None, search: str = "") -> Selection:
        """The lines that pass filters and hold the search words, to be read in batches, however many."""
        return _selected(self._held, _frozen(where), search)

    def warm(self) -> None:
        """Keeps in memory what makes lines open fast: for a face that stays open. It changes no answer."""
        from totalplace.money.warm import warm

        held = self._held
        if held.warm is None:
            held.warm = warm(held.run)
            _selected.cache_clear()

    def rejects(self, where: Where | None = None, *, start: int = 0, limit: int | None = None) -> Table:
        """The rejected rows, by file and line."""
        from totalplace.money.rejects import rejects

        return rejects(self._place.run, self._place.definition, dict(_frozen(where)), start=start, limit=limit)

    def reject_reasons(self, where: Where | None = None) -> Table:
        """Why rows were rejected: how many for each reason, and their money."""
        from totalplace.money.rejects import reject_reasons

        return _answered(self._held, reject_reasons, _frozen(where))

    def suppliers(
        self, where: Where | None = None, *, search: str = "", page: int = 1, per_page: int = 50
    ) -> SuppliersPage:
        """A page of suppliers, largest first; `search` looks in every name that they were published under."""
        ask = _suppliers if per_page <= REMEMBERED else _suppliers.__wrapped__
        return ask(self._held, _frozen(where), search, page, per_page)

    def supplier_numbers(self, named: Sequence[str]) -> list[str]:
        """The numbers of suppliers that are named; a number stays. UsageError where a name is nobody's."""
        from totalplace.money.suppliers import numbers_of

        return numbers_of(self._place.run, named)

    def knows_payee(self, name: str) -> bool:
        """Whether a name was published as a payee's, but for case, punctuation and codes."""
        from totalplace.money.payees import is_published

        return is_published(self._place.run, name)

    def supplier(self, supplier_id: str) -> Supplier | None:
        """A supplier by its number with the names it was published under, None where there is none."""
        from totalplace.money.suppliers import supplier

        return supplier(self._place.run, self._place.definition, supplier_id)

    def flows(self, where: Where | None = None) -> Table:
        """What each body paid each other body and everybody else."""
        from totalplace.money.pictures import flows

        return _answered(self._held, flows, _frozen(where))

    def bridge(self, where: Where | None = None) -> Table:
        """The way from gross to net."""
        from totalplace.money.pictures import bridge

        return _answered(self._held, bridge, _frozen(where))

    def by_month(self, where: Where | None = None) -> Table:
        """Money by month, every month of the years counted in its place."""
        from totalplace.money.pictures import by_month

        return _answered(self._held, by_month, _frozen(where))

    def services(self, where: Where | None = None, by: str = "service") -> Table:
        """What the money is spent on, by service, COFOG group, what is bought or body; see money.spent."""
        return _spent(self._held, by, _frozen(where))

    def bought(self, where: Where | None = None) -> Table:
        """What is bought for each service."""
        return _spent(self._held, "bought", _frozen(where))

    def service_flow(self, where: Where | None = None) -> Table:
        """Money from the body that pays, through who is paid, to the service."""
        return _spent(self._held, "flow", _frozen(where))

    def unsure(self, bodies: Iterable[str] = ()) -> Table:
        """The departments and categories that a person had best settle next, of some bodies; see money.unsure.

        The first question takes seconds where there are millions of lines; what it found is remembered with the run.
        """
        return _unsure(self._held, tuple(sorted(bodies)))

    def over_time(
        self,
        by: str = "",
        where: Where | None = None,
        *,
        base: str = "",
        deflator: str = "",
        start: str = "",
        end: str = "",
        activity: str | Path = "",
    ) -> OverTime:
        """Money by financial year in cash and in prices of `base`, and its change split; see money.over_time.

        `deflator` names a vintage, shipped or of the place's own deflators.csv; `activity` a CSV file of body, year
        and activity, else the place's activity.csv is taken where there is one.
        """
        from totalplace.money.activity import OWN as OWN_ACTIVITY
        from totalplace.money.activity import Activity, read_activity

        chosen = self.deflator(deflator)
        path = Path(activity) if str(activity) else self._place.root / OWN_ACTIVITY
        read = read_activity(path, self._place.definition) if str(activity) or path.exists() else Activity()
        return _over_time(self._held, chosen, by, _frozen(where), base, start, end, read)

    def deflators(self) -> tuple[Deflator, ...]:
        """The deflators that there are: the place's own, then the shipped; the first is taken where none is named."""
        from totalplace.parameters.deflators import OWN, own_vintages, vintages

        return (*own_vintages(self._place.root / OWN), *vintages())

    def deflator(self, name: str = "") -> Deflator:
        """A deflator by the name of its vintage; UsageError where there is none of that name."""
        from totalplace.parameters.deflators import OWN, deflator, own_vintages

        return deflator(name, own_vintages(self._place.root / OWN))

    def file_months(self, file: str) -> Table:
        """The months that a file's lines are in."""
        from totalplace.money.views import file_months

        return file_months(self._place.run, self._place.definition, file)

    def original(self, file: str, line: int, *, context: int = 4) -> Original:
        """The published text of a line, from its file as it is now; UsageError for an unknown file."""
        from totalplace.money.original import original

        return original(self._place.root, self._place.run, self._place.definition, file, line, context=context)

    def line(self, file: str, line: int) -> Table:
        """What was made of a line of a file: a table of that accepted line, or of none."""
        from totalplace.money.lines import COLUMNS, line_at

        row = line_at(self._place.run, file, line)
        return Table("line", "What was counted", COLUMNS, [row] if row else [])

    def mended(self) -> set[tuple[str, int]]:
        """File and line of each rejected row whose mended form was added and is accepted."""
        from totalplace.money.mend import mended

        return mended(self._place.root, self._place.run, self._place.definition)

    def write_rejects(self, folder: Path, where: Where | None = None) -> list[Path]:
        """Writes the rejected rows of each file, as published and under its headings, to be mended."""
        from totalplace.money.mend import write_rejects

        place = self._place
        return write_rejects(place.root, place.run, place.definition, folder, dict(_frozen(where)))

    def transfers(self, where: Where | None = None) -> Table:
        """What the bodies of the place paid each other."""
        from totalplace.money.views import transfers

        return _answered(self._held, transfers, _frozen(where))

    def candidates(self, where: Where | None = None) -> Table:
        """Names that look like a body of the place and wait for a person to settle them."""
        return _spellings(self._held, True, _frozen(where))

    def spellings(self, where: Where | None = None) -> Table:
        """Published names that were taken for a body of the place, with why."""
        return _spellings(self._held, False, _frozen(where))

    def outside(self, where: Where | None = None) -> Table:
        """What was accepted and is of a year that the place does not count."""
        from totalplace.money.views import outside

        return _answered(self._held, outside, _frozen(where))

    def accepted(self) -> Table:
        """The way from the accepted lines of all files to the gross of the count."""
        from totalplace.money.views import accepted

        return accepted(self._place.run, self._place.definition)

    def to_look_at(self) -> list[tuple[str, str, str]]:
        """What makes a figure doubtful though everything adds up: what, 'warning' or 'failed', and the figures."""
        return _looked_at(self._held)

    def settle(self, payee: str, body: str, note: str = "") -> None:
        """Settles whether a payee's name is a body ('' for none); counts from the next build."""
        from totalplace.money.names import plain

        if not payee.strip():
            raise UsageError("name the payee, as it is published")
        found = self._place.definition.body(body).id if body else ""
        declared.settle(self._place.root, payee, found, note, plain)

    def unsettle(self, payee: str) -> None:
        """Takes back what was settled of a payee's name; counts from the next build."""
        from totalplace.money.names import plain

        declared.unsettle(self._place.root, payee, plain)

    def corrections(self) -> Table:
        """The services that people settled."""
        from totalplace.money.correcting import corrections

        return corrections(self._place.definition)

    def meant(self, found: Iterable[Correction]) -> Table:
        """How many lines of the run corrections mean, and how much money."""
        from totalplace.money.unsure import meant

        return meant(self._place.run, found)

    def correct(self, found: Iterable[Correction]) -> None:
        """Settles the service of payments with some texts; counts, and is learned from, at the next build."""
        from totalplace.money.correcting import correct

        correct(self._place.root, found)

    def uncorrect(self, correction: Correction) -> None:
        """Takes back what was settled of payments with the same texts; counts from the next build."""
        from totalplace.money.correcting import uncorrect

        uncorrect(self._place.root, correction)

    def sources(self) -> Table:
        """Files with their row counts, money and refusals."""
        from totalplace.money.views import sources

        return sources(self._place.run)

    def months(self) -> Table:
        """Which months of which body are there and which are missing."""
        from totalplace.money.views import months

        return months(self._place.run, self._place.definition)

    def check(self) -> Table:
        """Proof that everything adds up; a row's result is 'ok', 'warning' or 'failed'."""
        from totalplace.build import definition_digest
        from totalplace.money.check import check

        definition = self._place.definition
        return check(self._place.root, self._place.run, definition, definition_digest(definition))

    def sql(self, query: str, limit: int | None = None) -> Table:
        """A DuckDB query over the store's tables: lines, rejects, files, payees, ledger, totals."""
        from totalplace.money.sql import run_sql

        return run_sql(self._place.run, query, limit)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def _loaded(root: Path, *_stamps: tuple[int, int]) -> Definition:
    return declared.load(root)


@lru_cache(maxsize=8)
def _digest(root: Path, *stamps: tuple[int, int]) -> str:
    from totalplace.build.digests import whole

    return whole(_loaded(root, *stamps))


@lru_cache(maxsize=8)
def _run(root: Path, name: str) -> Run:
    return Run(Store(root / "store"), name)


class Held:
    """A run and the definition it is asked with: what remembered answers hang on."""

    def __init__(self, run: Run, definition: Definition) -> None:
        self.run = run
        self.definition = definition
        self.warm: Warm | None = None


_last: list[Held] = []


def _hold(run: Run, definition: Definition) -> Held:
    """The one `Held` of a run and a definition; the last few are kept."""
    for held in _last:
        if held.run is run and held.definition is definition:
            return held
    _last.insert(0, Held(run, definition))
    del _last[8:]
    return _last[0]


Frozen = tuple[tuple[str, tuple[str, ...]], ...]


def _frozen(where: Where | None) -> Frozen:
    """Filters as they can be remembered; a text alone is one value."""
    listed = {name: [values] if isinstance(values, str) else values for name, values in (where or {}).items()}
    return tuple(sorted((name, tuple(sorted(map(str, values)))) for name, values in listed.items()))


@lru_cache(maxsize=256)
def _counted(held: Held, by: tuple[str, ...], where: Frozen) -> Count:
    return count(held.run, held.definition, by, dict(where))


@lru_cache(maxsize=256)
def _answered(held: Held, ask: Callable[[Run, Definition, Where], Table], where: Frozen) -> Table:
    return ask(held.run, held.definition, dict(where))


@lru_cache(maxsize=16)
def _spent_cells(held: Held, where: Frozen) -> list[SpentCell]:
    from totalplace.money.spent import cells

    return cells(held.run, held.definition, dict(where))


@lru_cache(maxsize=256)
def _spent(held: Held, what: str, where: Frozen) -> Table:
    """What the money is spent on: by a cut of money.spent, 'bought' or 'flow'."""
    from totalplace.money.spent import bought, service_flow, spent

    found = _spent_cells(held, where)
    if what == "flow":
        return service_flow(found, {body.id for body in held.definition.bodies})
    return bought(found) if what == "bought" else spent(found, what)


@lru_cache(maxsize=4)
def _doubts(run: Run, years: tuple[str, ...]) -> Sums:
    from totalplace.money.unsure import doubts

    return doubts(run, years)


@lru_cache(maxsize=64)
def _unsure(held: Held, bodies: tuple[str, ...]) -> Table:
    from totalplace.money.unsure import unsure

    return unsure(held.definition, _doubts(held.run, held.definition.years), bodies)


@lru_cache(maxsize=64)
def _over_time(
    held: Held, deflator: Deflator, by: str, where: Frozen, base: str, start: str, end: str, activity: Activity
) -> OverTime:
    from totalplace.money.over_time import over_time

    years = {"base": base, "start": start, "end": end}
    return over_time(held.run, held.definition, deflator, by=by, where=dict(where), **years, activity=activity)


@lru_cache(maxsize=64)
def _selected(held: Held, where: Frozen, search: str) -> Selection:
    return Selection(held.run, held.definition, dict(where), search, held.warm)


@lru_cache(maxsize=256)
def _paged(held: Held, where: Frozen, search: str, sort: str, page: int, per_page: int) -> LinesPage:
    return _selected(held, where, search).page(sort, page, per_page)


@lru_cache(maxsize=256)
def _suppliers(held: Held, where: Frozen, search: str, page: int, per_page: int) -> SuppliersPage:
    from totalplace.money.suppliers import suppliers

    return suppliers(held.run, held.definition, dict(where), search=search, page=page, per_page=per_page)


@lru_cache(maxsize=8)
def _looked_at(held: Held) -> list[tuple[str, str, str]]:
    from totalplace.money.check import to_look_at

    return to_look_at(held.run, held.definition)


@lru_cache(maxsize=64)
def _spellings(held: Held, candidates: bool, where: Frozen) -> Table:
    from totalplace.money.views import spellings

    return spellings(held.run, held.definition, dict(where), candidates=candidates)


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
    wanted = Definition("")
    for text in bodies:  # before anything is written: a name that is refused leaves no half of a place
        body, new = _body(wanted, text, kind)
        wanted = replace(wanted, bodies=(*wanted.bodies, body)) if new else wanted
    declared.create(root, settings)
    for body in wanted.bodies:
        declared.add_body(root, body)
    return open_place(root)
