"""Suppliers that two or more bodies of the place pay, what each pays them, and what they might talk about together.

Small sums by supplier, body and year are read from the store once a run (about two seconds for ten million lines) and
every answer is made of them. No saving is claimed: a range needs percentages that a person gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from totalplace.compare.declared import MILLION, Range
from totalplace.compare.same import together
from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.count import Count
from totalplace.money.cuts import CUTS, LABELS, check_years, in_years
from totalplace.money.payees import NOT_NAMED, REDACTED
from totalplace.parameters.divisions import labels
from totalplace.parameters.kinds import SPENDING, kinds
from totalplace.parameters.services import NOT_CLASSIFIED
from totalplace.remembered import Same
from totalplace.store.layout import Run
from totalplace.store.queries import marks, rows
from totalplace.table import Column, Table
from totalplace.terms import KEPT, check_year, money

if TYPE_CHECKING:
    import polars as pl

Counter = Callable[[Sequence[str], Mapping[str, Sequence[str]]], Count]
FILTERS = ("body", "year")
NOBODY = (
    "various", "various suppliers", "sundry", "sundries", "sundry supplier", "sundry suppliers", "sundry creditor",
    "sundry creditors", "miscellaneous", "one time vendor", "one time supplier", "one off supplier", "unknown", "none",
    "not applicable", "cash", "petty cash", "refund", "refunds",
)  # fmt: skip
"""Names that are no supplier's and would join what has nothing in common: a list of ours."""
NO_PRICES = (
    "Published payments give no quantities and no unit prices, so a spread of prices cannot be worked out from them. "
    "Where a price for one unit is known for several bodies, give it as a comparison table: 'totalplace compare'"
)


@dataclass(frozen=True)
class Sums:
    """Lines, payments and net pence by supplier, body and financial year, of suppliers that several bodies pay.

    `supplier_id` has the numbers of all names that are one, with commas between them; see compare.same.

    `nobody` is what was paid to names that are no supplier's: lines and pence.
    """

    frame: pl.DataFrame
    nobody: tuple[int, int]


@dataclass(frozen=True)
class SharedPage:
    """A page of shared suppliers. Money is pence, over all pages: `net` to all of them, `rest` without what the body
    that pays each the most pays it; `low` and `high` are the assumed range of `net`, None where nothing is assumed.
    """

    table: Table
    total: int
    page: int
    pages: int
    net: int
    rest: int
    nobody: tuple[int, int]
    assumed: Range | None = None
    low: int | None = None
    high: int | None = None

    @property
    def question(self) -> str:
        """What a joint negotiation might be about, in a sentence that claims nothing."""
        if not self.total:
            return "No supplier is paid by two bodies here."
        many = "1 supplier is" if self.total == 1 else f"{self.total:,} suppliers are"
        about = f"{many} paid by two or more bodies, {money(self.net)} in all"
        if self.assumed is None or self.low is None or self.high is None:
            return f"{about}. What could be taken off together is not known: say what you assume, as two per cents."
        said = f" ({self.assumed.source})" if self.assumed.source else ""
        return (
            f"{about}. If a joint negotiation took off {self.assumed.words}, as you assume{said}, it would be about "
            f"{money(self.low)} to {money(self.high)}. Could it?"
        )


COLUMNS = (
    Column("supplier", "Supplier"),
    Column("supplier_id", "Supplier numbers"),
    Column("bodies", "Bodies that pay", "count"),
    Column("paid_by", "Paid by, most first"),
    Column("lines", "Lines", "count"),
    Column("payments", "Payments", "count"),
    Column("net", "Net", "money"),
    Column("rest", "Without the largest payer", "money"),
    Column("share", "Share of the largest payer", "percent"),
    Column("mean_low", "Mean payment, lowest body", "money"),
    Column("mean_high", "Mean payment, highest body", "money"),
)
RANGE = (Column("low", "Assumed, low", "money"), Column("high", "Assumed, high", "money"))


def sums(run: Run, definition: Definition) -> Sums:
    """What `Sums` says of a run; remembered for as long as the run and the definition stand."""
    return _sums(run, Same(definition))


def shared(
    run: Run,
    definition: Definition,
    where: Mapping[str, Sequence[str]] | None = None,
    *,
    search: str = "",
    page: int = 1,
    per_page: int = 50,
    assumed: Range | None = None,
) -> SharedPage:
    """A page of the suppliers that two or more bodies pay, those with most money outside their largest payer first.

    `where` narrows to years, and to suppliers that a body pays too. A body counts where it paid more than it got back.
    Raises UsageError for an unknown filter, body or year.
    """

    found = sums(run, definition)
    _, grouped = _listed(run, Same(definition), *_wanted(run, definition, where or {}))
    grouped = _named(grouped, search)
    low = high = None
    if assumed is not None:
        grouped = grouped.with_columns(_part(assumed.low).alias("low"), _part(assumed.high).alias("high"))
        low, high = int(grouped["low"].sum()), int(grouped["high"].sum())
    pages = max(1, -(-grouped.height // per_page))
    page = min(max(1, page), pages)
    columns = COLUMNS + (RANGE if assumed is not None else ())
    shown = grouped.slice((page - 1) * per_page, per_page).select(column.name for column in columns)
    table = Table("shared-suppliers", "Suppliers that several bodies pay", columns, shown.rows(), NO_PRICES)
    net, rest = int(grouped["net"].sum()), int(grouped["rest"].sum())
    return SharedPage(table, grouped.height, page, pages, net, rest, found.nobody, assumed, low, high)


def shared_bodies(
    run: Run, definition: Definition, where: Mapping[str, Sequence[str]] | None = None, search: str = ""
) -> Table:
    """What each body pays each shared supplier: lines, payments, net and the mean payment, in the order of `shared`."""
    import polars as pl

    each, grouped = _listed(run, Same(definition), *_wanted(run, definition, where or {}))
    order = _named(grouped, search).select("supplier_id").with_row_index("at")
    listed = each.join(order, on="supplier_id", how="inner").sort("at", -pl.col("pence"), "body")
    columns = (
        Column("supplier", "Supplier"),
        Column("supplier_id", "Supplier numbers"),
        Column("body", "Body"),
        Column("lines", "Lines", "count"),
        Column("payments", "Payments", "count"),
        Column("net", "Net", "money"),
        Column("mean", "Mean payment", "money"),
    )
    shown = listed.select("supplier", "supplier_id", "body", "lines", "payments", "pence", "mean")
    return Table("shared-supplier-bodies", "What each body pays each shared supplier", columns, shown.rows())


def categories(count: Counter, definition: Definition, where: Mapping[str, Sequence[str]] | None = None) -> Table:
    """What two or more bodies spend on alike: by service where the count has services, else by kind of payment."""
    by = "service" if "service" in CUTS else "kind"
    asked = {name: values for name, values in (where or {}).items() if name == "year"}
    cut = count([by, "body"], {**asked, **({"kind": [SPENDING]} if by == "service" else {})}).cut
    assert cut is not None
    at = {column.name: n for n, column in enumerate(cut.columns)}
    paid: dict[str, dict[str, int]] = {}
    for row in cut.rows:
        if row[at["net"]] > 0:
            paid.setdefault(row[at[by]], {})[row[at["body"]]] = row[at["net"]]
    bodies = {definition.body(name).id for name in (where or {}).get("body", ())}
    words = {**labels(), NOT_CLASSIFIED: "Not classified", **{kind.id: kind.label for kind in kinds()}}
    found = []
    for name, theirs in paid.items():
        if len(theirs) < 2 or not bodies <= theirs.keys():
            continue
        ranked = sorted(theirs, key=lambda body, theirs=theirs: (-theirs[body], body))  # type: ignore[misc]  # bound above
        net = sum(theirs.values())
        most = theirs[ranked[0]]
        found.append((name, words.get(name, name), len(theirs), ", ".join(ranked), net, net - most, most / net))
    columns = (
        Column(by, f"{LABELS[by]} (id)"),
        Column(f"{by}_name", LABELS[by]),
        Column("bodies", "Bodies that pay", "count"),
        Column("paid_by", "Paid by, most first"),
        Column("net", "Net", "money"),
        Column("rest", "Without the largest payer", "money"),
        Column("share", "Share of the largest payer", "percent"),
    )
    found.sort(key=lambda row: (-row[5], row[0]))
    return Table("shared-categories", "What several bodies spend on", columns, found)


@lru_cache(maxsize=4)
def _sums(run: Run, definition: Same[Definition]) -> Sums:
    import polars as pl

    sql = f"""
        SELECT c.supplier_id, c.body, c.year, sum(c.lines)::BIGINT, sum(c.place_pence)::BIGINT
        FROM read_parquet(?) c
        WHERE c.outcome IN ({marks(KEPT)}) AND c.kind = ? AND c.to_body = '' GROUP BY ALL
    """
    schema = {"supplier_id": pl.Int64, "body": pl.String, "year": pl.String, "lines": pl.Int64, "pence": pl.Int64}
    paid = pl.DataFrame(rows(sql, [run.table("ledger"), *KEPT, SPENDING]), schema=schema, orient="row")
    years = [year for year in paid["year"].unique() if in_years(definition.it, year)]
    named = _names(run)
    paid = paid.filter(pl.col("year").is_in(years)).join(named, on="supplier_id", how="inner")
    nobody = paid.filter("nobody")
    paid = paid.filter(~pl.col("nobody"))
    several = paid.filter(pl.col("pence") != 0).group_by("same").agg(pl.col("body").n_unique().alias("bodies"))
    paid = paid.join(several.filter(pl.col("bodies") > 1), on="same", how="semi")
    paid = paid.join(_payments(run, paid), on=["supplier_id", "body", "year"], how="left")
    numbers = paid.select("same", "supplier_id").unique().sort("same", "supplier_id")
    listed = numbers.group_by("same").agg(pl.col("supplier_id").cast(pl.String).str.join(", ").alias("numbers"))
    frame = (
        paid.with_columns(pl.col("payments").fill_null(pl.col("lines")))
        .group_by("same", "name", "body", "year")
        .agg(pl.col("lines", "payments", "pence").sum())
        .join(listed, on="same", how="left")
        .select(
            pl.col("numbers").alias("supplier_id"),
            pl.col("name").alias("supplier"),
            *list(schema)[1:4],
            "payments",
            "pence",
        )
    )
    left = int(nobody["lines"].sum()), int(nobody["pence"].sum())
    return Sums(frame.sort("supplier_id", "body", "year"), left)


def _names(run: Run) -> pl.DataFrame:
    """Suppliers with the number and name of all that are one, and whether the name is nobody's."""
    import polars as pl

    sql = "SELECT DISTINCT supplier_id, supplier FROM read_parquet(?)"
    found = rows(sql, [run.table("payees")])
    names = together(pl.DataFrame(found, schema={"supplier_id": pl.Int64, "supplier": pl.String}, orient="row"))
    shown = pl.col("supplier")
    nobody = (
        shown.is_in([NOT_NAMED, REDACTED])
        | shown.str.to_lowercase().is_in(list(NOBODY))
        | ~shown.str.contains(r"\p{L}")
    )
    return names.select("supplier_id", "same", "name", nobody.alias("nobody"))


def _payments(run: Run, frame: pl.DataFrame) -> pl.DataFrame:
    """How many payments there are: transaction numbers of a body in a year, and lines that have none."""
    import polars as pl

    schema = {"supplier_id": pl.Int64, "body": pl.String, "year": pl.String, "payments": pl.Int64}
    paths = [str(path) for entry in run.counted() for path in run.lines_of(entry)]
    if not frame.height or not paths:
        return pl.DataFrame(schema=schema)
    wanted = ", ".join(str(int(number)) for number in frame["supplier_id"].unique())
    sql = f"""
        SELECT p.supplier_id, l.body, l.year,
               (count(DISTINCT nullif(l.transaction, '')) + count(*) FILTER (coalesce(l.transaction, '') = ''))::BIGINT
        FROM read_parquet(?) l
        JOIN (SELECT payee_key, supplier_id FROM read_parquet(?) WHERE supplier_id IN ({wanted})) p USING (payee_key)
        WHERE l.kind = ? GROUP BY ALL
    """
    return pl.DataFrame(rows(sql, [paths, run.table("payees"), SPENDING]), schema=schema, orient="row")


@lru_cache(maxsize=64)
def _listed(
    run: Run, definition: Same[Definition], years: tuple[str, ...], bodies: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Shared suppliers by body, and in all, for years and bodies that are asked for: read again by each page."""
    each = _each(_sums(run, definition).frame, years, bodies)
    return each, _grouped(each)


def _named(grouped: pl.DataFrame, search: str) -> pl.DataFrame:
    """Those whose name holds the search words."""
    import polars as pl

    if not search.strip():
        return grouped
    return grouped.filter(pl.col("supplier").str.to_lowercase().str.contains(search.strip().lower(), literal=True))


def _wanted(
    run: Run, definition: Definition, where: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Years and ids of bodies that are asked for; raises UsageError for what is not known."""
    for name in where:
        if name not in FILTERS:
            raise UsageError(f"'{name}' does not narrow shared suppliers{did_you_mean(name, list(FILTERS))}")
    years = {check_year(year) for year in where.get("year", ())}
    check_years(run, definition, years)
    return tuple(sorted(years)), tuple(sorted({definition.body(name).id for name in where.get("body", ())}))


def _each(frame: pl.DataFrame, years: Sequence[str], bodies: Sequence[str]) -> pl.DataFrame:
    """Suppliers by body over the years asked for, where two or more bodies (those asked for among them) paid them."""
    import polars as pl

    kept = frame.filter(pl.col("year").is_in(list(years))) if years else frame
    each = kept.group_by("supplier_id", "supplier", "body").agg(pl.col("lines", "payments", "pence").sum())
    each = each.filter(pl.col("pence") > 0)
    several = each.group_by("supplier_id").agg(
        pl.len().alias("n"), pl.col("body").is_in(list(bodies)).sum().alias("of")
    )
    several = several.filter((pl.col("n") > 1) & (pl.col("of") == len(set(bodies))))
    mean = (pl.col("pence") * 2 + pl.col("payments")) // (pl.col("payments") * 2)  # half a penny up
    return each.join(several.select("supplier_id"), on="supplier_id", how="semi").with_columns(mean.alias("mean"))


def _grouped(each: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    net, most = pl.col("pence").sum(), pl.col("pence").max()
    return (
        each.sort(-pl.col("pence"), "body")
        .group_by("supplier_id", "supplier", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("bodies"),
            pl.col("body").str.join(", ").alias("paid_by"),
            pl.col("lines", "payments").sum(),
            net.alias("net"),
            (net - most).alias("rest"),
            (most / net).alias("share"),
            pl.col("mean").min().alias("mean_low"),
            pl.col("mean").max().alias("mean_high"),
        )
        .sort(-pl.col("rest"), "supplier_id")
    )


def _part(share: int) -> pl.Expr:
    """A share in millionths of the net, half a penny up; whole millions first, so that no product is too large."""
    import polars as pl

    whole, rest = pl.col("net") // MILLION, pl.col("net") % MILLION
    return whole * share + (rest * share * 2 + MILLION) // (2 * MILLION)
