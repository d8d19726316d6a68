"""The account of a place: the count and all that opens it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace import definition as declared
from totalplace.errors import UsageError
from totalplace.money import held
from totalplace.money.count import Count, count
from totalplace.money.held import Held, hold
from totalplace.money.lines import LinesPage, Selection
from totalplace.remembered import frozen
from totalplace.services import Correction
from totalplace.table import Table
from totalplace.terms import Where

if TYPE_CHECKING:
    from totalplace.money.original import Original
    from totalplace.money.over_time import OverTime
    from totalplace.money.suppliers import Supplier, SuppliersPage
    from totalplace.parameters.deflators import Deflator
    from totalplace.place import Place


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
        return hold(place.run, place.definition)

    def count(self, by: Sequence[str] = (), where: Where | None = None) -> Count:
        """Gross, eliminated and net (pence) within the years of the place, cut by `by`; see CUTS."""
        cuts, asked = (by,) if isinstance(by, str) else tuple(by), frozen(where)
        if "supplier" in cuts:
            counted = count(self._place.run, self._place.definition, cuts, dict(asked))
        else:
            counted = held.counted(self._held, cuts, asked)
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
        ask = held.lines_page if per_page <= REMEMBERED else held.lines_page.__wrapped__
        return ask(self._held, frozen(where), search, sort, page, per_page)

    def selection(self, where: Where | None = None, search: str = "") -> Selection:
        """The lines that pass filters and hold the search words, to be read in batches, however many."""
        return held.selected(self._held, frozen(where), search)

    def file_names(self, files: Iterable[str]) -> list[str]:
        """The files of the run as they are declared, for names that may lack their folders; see money.selecting."""
        from totalplace.money.selecting import file_named

        return [file_named(self._place.run, file) for file in files]

    def warm(self) -> None:
        """Keeps in memory what makes lines open fast: for a face that stays open. It changes no answer."""
        from totalplace.money.warm import warm

        this = self._held
        if this.warm is None:
            this.warm = warm(this.run)
            held.selected.cache_clear()

    def rejects(self, where: Where | None = None, *, start: int = 0, limit: int | None = None) -> Table:
        """The rejected rows, by file and line."""
        from totalplace.money.rejects import rejects

        return rejects(self._place.run, self._place.definition, dict(frozen(where)), start=start, limit=limit)

    def reject_reasons(self, where: Where | None = None) -> Table:
        """Why rows were rejected: how many for each reason, and their money."""
        from totalplace.money.rejects import reject_reasons

        return held.answered(self._held, reject_reasons, frozen(where))

    def suppliers(
        self, where: Where | None = None, *, search: str = "", page: int = 1, per_page: int = 50
    ) -> SuppliersPage:
        """A page of suppliers, largest first; `search` looks in every name that they were published under."""
        ask = held.suppliers_page if per_page <= REMEMBERED else held.suppliers_page.__wrapped__
        return ask(self._held, frozen(where), search, page, per_page)

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

        return held.answered(self._held, flows, frozen(where))

    def bridge(self, where: Where | None = None) -> Table:
        """The way from gross to net."""
        from totalplace.money.pictures import bridge

        return held.answered(self._held, bridge, frozen(where))

    def by_month(self, where: Where | None = None) -> Table:
        """Money by month, every month of the years counted in its place."""
        from totalplace.money.pictures import by_month

        return held.answered(self._held, by_month, frozen(where))

    def services(self, where: Where | None = None, by: str = "service") -> Table:
        """What the money is spent on, by service, COFOG group, what is bought or body; see money.spent."""
        return held.spending(self._held, by, frozen(where))

    def bought(self, where: Where | None = None) -> Table:
        """What is bought for each service."""
        return held.spending(self._held, "bought", frozen(where))

    def service_flow(self, where: Where | None = None) -> Table:
        """Money from the body that pays, through who is paid, to the service."""
        return held.spending(self._held, "flow", frozen(where))

    def unsure(self, bodies: Iterable[str] = ()) -> Table:
        """The departments and categories that a person had best settle next, of some bodies; see money.unsure.

        The first question takes seconds where there are millions of lines; what it found is remembered with the run.
        """
        return held.unsure_of(self._held, tuple(sorted(bodies)))

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
        return held.through_years(self._held, chosen, by, frozen(where), base, start, end, read)

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
        from totalplace.money.whole_lines import COLUMNS, line_at

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
        return write_rejects(place.root, place.run, place.definition, folder, dict(frozen(where)))

    def transfers(self, where: Where | None = None) -> Table:
        """What the bodies of the place paid each other."""
        from totalplace.money.views import transfers

        return held.answered(self._held, transfers, frozen(where))

    def candidates(self, where: Where | None = None) -> Table:
        """Names that look like a body of the place and wait for a person to settle them."""
        return held.spelled(self._held, True, frozen(where))

    def spellings(self, where: Where | None = None) -> Table:
        """Published names that were taken for a body of the place, with why."""
        return held.spelled(self._held, False, frozen(where))

    def outside(self, where: Where | None = None) -> Table:
        """What was accepted and is of a year that the place does not count."""
        from totalplace.money.views import outside

        return held.answered(self._held, outside, frozen(where))

    def accepted(self) -> Table:
        """The way from the accepted lines of all files to the gross of the count."""
        from totalplace.money.views import accepted

        return accepted(self._place.run, self._place.definition)

    def to_look_at(self) -> list[tuple[str, str, str]]:
        """What makes a figure doubtful though everything adds up: what, 'warning' or 'failed', and the figures."""
        return held.doubtful(self._held)

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
