"""The table steps of the count: pure functions from lazy frames to lazy frames, the same on every engine.

lines -> summary -> ledger -> totals. Money is int64 pence throughout; no float touches it.
`docs/methods/count.md` gives the rules. narwhals is imported when a step runs: to know whether a store is out of
date takes the build and not its steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from totalplace.services import CLASSES
from totalplace.terms import ENOUGH

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

Frame: TypeAlias = "nw.LazyFrame[Any]"

SUMMARY_KEYS = ("body", "file", "payee_key", "kind", "channel", *CLASSES, "year", "month")
LEDGER_COLUMNS = (*SUMMARY_KEYS, "line_kind", "supplier_id", "outcome", "to_body", "lines", "pence")
ENTRY = ("body", "file", "payee_key", "month", "line_kind", "channel", *CLASSES)
"""What tells an entry of the ledger from the others, and their order."""

TOTALS_KEYS = ("body", "year", "month", "kind", "channel", "outcome", "to_body")
CLASSES_KEYS = (*TOTALS_KEYS, *CLASSES)

UNIT = 1_000_000
"""A share of 1: shares are in millionths."""


def summarise(lines: Frame, keys: Sequence[str] = SUMMARY_KEYS) -> Frame:
    """Lines to their sums by file, payee, kind, channel and month, or by those of them that differ."""
    import narwhals.stable.v2 as nw

    return lines.group_by(*keys).agg(
        nw.len().cast(nw.Int64).alias("lines"), nw.col("pence").sum().cast(nw.Int64).alias("pence")
    )


def counted_years(summary: Frame) -> Frame:
    """The bodies and financial years whose own spending is counted: `to_body`, `year`, `counted` 1.

    A stray line with a date of another year is not that year's spending: a year counts where it has at least a
    twentieth of the lines of the body's fullest year.
    """
    import narwhals.stable.v2 as nw

    years = summary.group_by("body", "year").agg(nw.col("lines").sum())
    fullest = years.group_by("body").agg(nw.col("lines").max().alias("most"))
    enough = years.join(fullest, on="body", how="inner").filter(nw.col("lines") * ENOUGH >= nw.col("most"))
    return enough.select(nw.col("body").alias("to_body"), "year", nw.lit(1).alias("counted"))


def ledger(summary: Frame, payees: Frame, counted: Frame) -> Frame:
    """The ledger: the summary with each payment's outcome, the body it went to, its supplier and its kind.

    A payment to a counted body is eliminated only where that body's own spending of the year is counted;
    otherwise the money would vanish. A name that only looks like such a body is a candidate. `payees` says
    of each payee key: supplier_id, to_body ('' for none), sure (0 or 1), payee_kind ('' where its name tells
    none). A likeness that changes nothing, since nothing would be taken out, names no receiver: it is no fact.
    """
    import narwhals.stable.v2 as nw

    known = summary.join(payees, on="payee_key", how="left").join(counted, on=["to_body", "year"], how="left")
    sure, to_self = nw.col("sure") == 1, nw.col("to_body") == nw.col("body")
    would_count = to_self | (nw.col("counted") == 1).fill_null(False)
    return known.with_columns(
        nw.when(sure | would_count).then(nw.col("to_body")).otherwise(nw.lit("")).alias("to_body"),
        nw.when(~would_count)
        .then(nw.lit("final"))
        .otherwise(
            nw.when(~sure)
            .then(nw.lit("candidate"))
            .otherwise(nw.when(to_self).then(nw.lit("self")).otherwise(nw.lit("eliminated")))
        )
        .alias("outcome"),
        nw.when(nw.col("payee_kind") != "").then(nw.col("payee_kind")).otherwise(nw.col("kind")).alias("kind"),
        nw.col("kind").alias("line_kind"),
    ).select(*LEDGER_COLUMNS)


def apportion(entries: Frame, shares: Frame) -> Frame:
    """The ledger of bodies that this place shares, with `place_pence`: its part of each entry, exact.

    `shares` gives each such body's share in millionths; other bodies' entries are left out. Within a body and
    year the parts add up to the share of the total, rounded half up, so every cut of the count agrees to the
    penny. Method: largest remainder (Hamilton); ties go by the order of ENTRY.
    """
    import narwhals.stable.v2 as nw

    group = ("body", "year")
    low, rest = _part(nw.col("pence"), nw.col("share"))
    entries = entries.join(shares, on="body", how="inner").with_columns(low.alias("low"), (-rest).alias("order"))
    low, rest = _part(nw.col("pence").sum().over(*group), nw.col("share"))
    half_up = nw.when(rest * 2 >= UNIT).then(nw.lit(1)).otherwise(nw.lit(0))
    left = low + half_up - nw.col("low").sum().over(*group)
    entries = entries.with_columns(left.alias("left"), nw.lit(1).alias("one"))
    rank = nw.col("one").cum_sum().over(*group, order_by=["order", *ENTRY])
    extra = nw.when(nw.col("left") >= rank).then(nw.lit(1)).otherwise(nw.lit(0))
    return entries.with_columns((nw.col("low") + extra).cast(nw.Int64).alias("place_pence")).select(
        *LEDGER_COLUMNS, "place_pence"
    )


def _part(pence: nw.Expr, share: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """`pence` times `share` (millionths): whole pence, rounded down, and the millionths of a penny left over.

    Only whole multiples of UNIT, a number with 64 = 2^6 in it, are ever divided: Spark divides in double
    precision, which holds those to the unit below 2^59 (over five quadrillion pounds). Splitting off the
    remainder first keeps the products within 64 bits too, for any amount.
    """
    over = pence % UNIT
    part = over * share
    rest = part % UNIT
    return _multiples(pence - over) * share + _multiples(part - rest), rest


def _multiples(whole: nw.Expr) -> nw.Expr:
    import narwhals.stable.v2 as nw

    return (whole // UNIT).cast(nw.Int64)


def totals(entries: Frame) -> Frame:
    """The sums of the ledger, with this place's part, by all but payee, supplier and file."""
    import narwhals.stable.v2 as nw

    return entries.group_by(*CLASSES_KEYS).agg(
        nw.col("lines").sum(), nw.col("pence").sum(), nw.col("place_pence").sum()
    )


def file_months(summary: Frame) -> Frame:
    """Each file's lines and money by month: where two files of a body agree, one may be loaded twice."""
    import narwhals.stable.v2 as nw

    return summary.group_by("body", "file", "month").agg(nw.col("lines").sum(), nw.col("pence").sum())


def shared_rows(entries: Frame) -> Frame:
    """Pairs of files of one body and month, with the suppliers for whom both hold the same lines and money.

    `same` counts those suppliers; `suppliers` counts all that the first file paid in the month.
    """
    import narwhals.stable.v2 as nw

    keys = ["body", "supplier_id", "month", "lines", "pence"]
    rows = entries.group_by("file", "body", "supplier_id", "month").agg(nw.col("lines").sum(), nw.col("pence").sum())
    other = rows.rename({"file": "other"})
    same = (
        rows.join(other, on=keys, how="inner")
        .filter(nw.col("file") < nw.col("other"))
        .group_by("file", "other", "month")
        .agg(nw.len().cast(nw.Int64).alias("same"))
    )
    suppliers = rows.group_by("file", "month").agg(nw.len().cast(nw.Int64).alias("suppliers"))
    return same.join(suppliers, on=["file", "month"], how="inner")
