"""Official spending and payments side by side, service by service, for one body and year.

The payments of `explained` are told apart by their service; what nothing tells surely enough is a row of its own,
so the rows add up to the same total. Method: docs/methods/official.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money.cells import cells_where
from totalplace.money.cuts import in_years
from totalplace.official.figures import Figures
from totalplace.official.side_by_side import AGAINST
from totalplace.parameters.deflators import Deflator
from totalplace.parameters.divisions import TOTAL, label_of, labels
from totalplace.parameters.kinds import NO_SERVICE
from totalplace.parameters.services import NOT_CLASSIFIED
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import check_year

COLUMNS = (
    Column("division", "Division"),
    Column("division_name", "Service"),
    Column("dataset", "Official figures"),
    Column("against", "Set against"),
    Column("official", "Official", "money"),
    Column("lines", "Lines", "count"),
    Column("payments", "Payments for services", "money"),
    Column("by_label", "of which told by a label", "money"),
    Column("share", "Share explained", "percent"),
)


def by_service(
    run: Run,
    definition: Definition,
    figures: Figures,
    body: str,
    year: str,
    *,
    against: str = "",
    deflator: Deflator | None = None,
) -> Table:
    """What a body spends officially in a year and what it paid for services, by division, each dataset on its own.

    Money is pence. `by_label` is the part of the payments that a heading or a published label told; the rest was told
    by words. `against` takes official figures of another financial year, in prices of `year` where `deflator` has both;
    the note says which. Raises UsageError for an unknown body, and where nothing of the year is there.
    """
    body, year, against = definition.body(body).id, check_year(year), check_year(against or year)
    paid = _paid(run, definition, body, year) if _counted(run, definition, year) else {}
    official = _official(figures, body, against)
    if not paid and not official:
        raise UsageError(f"there are neither payments nor official figures of {body} in {year}")
    indexed = deflator is not None and deflator.has(year) and deflator.has(against)
    if deflator is not None and indexed and against != year:
        official = {
            dataset: (measure, {name: deflator.convert(pence, against, year) for name, pence in sums.items()})
            for dataset, (measure, sums) in official.items()
        }
    rows: list[tuple[object, ...]] = []
    for dataset, (measure, sums) in official.items() or [("", ("", {}))]:
        for division in [*labels(), "", NOT_CLASSIFIED]:
            if division != TOTAL and (division in sums or division in paid):
                lines, pence, told = paid.get(division, (0, 0, 0))
                spent = sums.get(division)
                share = pence / spent if spent and spent > 0 else None
                name = "Not classified" if division == NOT_CLASSIFIED else label_of(division)
                rows.append((division, name, dataset, measure, spent, lines, pence, told, share))
    note = "Payments are told apart by labels and words and are no accounts: look at both before a share is quoted"
    if any(measure == "net" for measure, _ in official.values()):
        note += (
            ". Net spending is after income and payments are before it: where a service charges, the share is too high"
        )
    if official and against != year:
        note += f". The official figures are of {against}, {_prices(year, against, deflator)}: services have changed "
        note += "between the years, so a share tells sizes and reconciles nothing"
    return Table("explained-services", f"{body} {year}: official spending and payments by service", COLUMNS, rows, note)


def _counted(run: Run, definition: Definition, year: str) -> bool:
    return in_years(definition, year) and any(cell["year"] == year for cell in run.years())


def _prices(year: str, against: str, deflator: Deflator | None) -> str:
    """In whose prices official figures of another year are, and what is doubtful about that."""
    if deflator is None or not (deflator.has(year) and deflator.has(against)):
        gone = [name for name in (year, against) if deflator is None or not deflator.has(name)]
        return (
            f"in the money of that year, since {deflator.id if deflator else 'no deflator'} has no index of {gone[0]}"
        )
    doubts = (("unverified", deflator.doubtful([year, against])), ("forecast", deflator.forecast([year, against])))
    said = "".join(f"; {word}: {', '.join(found)}" for word, found in doubts if found)
    return f"in prices of {year} ({deflator.id}{said})"


def _official(figures: Figures, body: str, year: str) -> dict[str, tuple[str, Mapping[str, int]]]:
    """By dataset, what its figures are of (gross where they say it, else net) and their sums by division (pence)."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for figure in figures.figures:
        if (figure.body, figure.year) == (body, year) and figure.kind in ("outturn", "budget"):
            found[figure.dataset][figure.measure][figure.division] += figure.amount
    out: dict[str, tuple[str, Mapping[str, int]]] = {}
    for dataset, measures in sorted(found.items()):
        measure = next((name for name in AGAINST if name in measures), "")
        out[dataset] = measure, measures.get(measure, {})
    return out


def _paid(run: Run, definition: Definition, body: str, year: str) -> dict[str, tuple[int, int, int]]:
    """Lines, pence, and pence told by a label, of a body's payments for services in a year, by division."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for cell in cells_where(run, definition, {"body": [body], "year": [year]}, ["service", "told"]):
        if cell["kind"] not in NO_SERVICE:
            sums = found[cell["service"]]
            sums[0] += cell["lines"]
            sums[1] += cell["pence"]
            sums[2] += cell["pence"] if cell["told"] not in ("words", "nothing") else 0
    return {service: (lines, pence, told) for service, (lines, pence, told) in found.items()}
