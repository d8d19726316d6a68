"""What share of a body's official spending its published payments explain. The two are told apart and never added.

Method: docs/methods/official.md. Payments are a body's gross payments of the year; what is no spending on services
(lending, precepts and levies, tax on pay) is taken off them first, each named. They are set against total (gross)
expenditure where the official figures say it, since payments are made before income; else against the net current
expenditure, which is less, so that the share is then too high.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from totalplace.definition import Definition
from totalplace.money.cuts import in_years
from totalplace.money.months import months_few, months_missing
from totalplace.official.figures import Figures
from totalplace.official.side_by_side import AGAINST
from totalplace.parameters.kinds import NO_SERVICE
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import month_spans

COLUMNS = (
    Column("body", "Body"),
    Column("year", "Financial year"),
    Column("dataset", "Official figures"),
    Column("against", "Set against"),
    Column("official", "Official", "money"),
    Column("payments", "Payments", "money"),
    Column("left_out", "of which no services", "money"),
    Column("explaining", "Payments for services", "money"),
    Column("share", "Share explained", "percent"),
    Column("look", "To look at"),
)


def explained(run: Run, definition: Definition, figures: Figures) -> Table:
    """Each body and year with outturn or budget figures, each dataset on its own: how much its payments explain.

    Money is pence; `share` is None where there is nothing to set against. A year that is not whole in the payments
    is named: its share says less than it seems to.
    """
    paid = _paid(run, definition)
    keys = sorted({(f.body, f.year, f.dataset) for f in figures.figures if f.kind in ("outturn", "budget")})
    known = [key for key in keys if key[:2] in paid]
    rows = [_row(run, definition, key, figures, paid.get(key[:2])) for key in [*known, *sorted({*keys} - {*known})]]
    note = "Payments over a threshold leave out pay and small payments: a share under 100% is usual"
    return Table("explained", "What the payments explain of official spending", COLUMNS, rows, note)


def _paid(run: Run, definition: Definition) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Gross payments (pence, as published) by body and year, and how much of them is for no services."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for cell in run.years():
        if in_years(definition, cell["year"]):
            sums = found[cell["body"], cell["year"]]
            sums[0] += cell["pence"]
            sums[1] += cell["pence"] if cell["kind"] in NO_SERVICE else 0
    return {key: (gross, out) for key, (gross, out) in found.items()}


def _row(
    run: Run, definition: Definition, key: tuple[str, str, str], figures: Figures, paid: tuple[int, int] | None
) -> tuple[object, ...]:
    body, year, dataset = key
    sums = {measure: figures.whole(dataset, body, year, measure) for measure in AGAINST}
    against = next((measure for measure in AGAINST if sums[measure] is not None), "")
    official = sums.get(against)
    if paid is None:
        return body, year, dataset, against, official, None, None, None, None, "no payments of the year are counted"
    gross, out = paid
    share = (gross - out) / official if official else None
    return body, year, dataset, against, official, gross, out, gross - out, share, _doubt(run, definition, key, share)


def _doubt(run: Run, definition: Definition, key: tuple[str, str, str], share: float | None) -> str:
    body, year, _ = key
    missing = months_missing(run, definition, [year], [body]).get(body, [])
    few = months_few(run, definition, [year], [body]).get(body, [])
    told = [
        f"nothing of {month_spans(missing)}" if missing else "",
        f"few lines in {month_spans(few)}" if few else "",
        "over 100%: the payments hold what outturn does not, such as capital or taxes passed on" * ((share or 0) > 1),
    ]
    return "; ".join(text for text in told if text)
