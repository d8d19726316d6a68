"""Suppliers: who was paid, under which published names, found by name, largest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money.cuts import filter_sql, known_filters
from totalplace.money.selecting import like, like_sql, number
from totalplace.store.layout import Run
from totalplace.store.queries import Row, marks, rows
from totalplace.table import Column, Table
from totalplace.terms import TAKEN_OUT, Where

COLUMNS = (
    Column("supplier", "Supplier"),
    Column("supplier_id", "Supplier number"),
    Column("bodies", "Bodies that paid", "count"),
    Column("lines", "Lines", "count"),
    Column("gross", "Gross", "money"),
    Column("eliminated", "Eliminated", "money"),
    Column("net", "Net", "money"),
)


@dataclass(frozen=True)
class SuppliersPage:
    """A page of suppliers: `total` is how many there are on all pages. Money is pence."""

    table: Table
    total: int
    page: int
    pages: int


def suppliers(
    run: Run,
    definition: Definition,
    where: Where | None = None,
    *,
    search: str = "",
    page: int = 1,
    per_page: int = 50,
) -> SuppliersPage:
    """Suppliers within the years of the place, largest net first; `search` looks in every published name."""
    sql, values = _grouped(run, definition, where or {}, search)
    start = (max(1, page) - 1) * per_page
    found = rows(f"{sql} ORDER BY gross - taken DESC, supplier_id LIMIT ? OFFSET ?", [*values, per_page, start])
    total = found[0][-1] if found else rows(f"SELECT count(*) FROM ({sql})", values)[0][0]
    pages = max(1, -(-total // per_page))
    if page > pages:
        return suppliers(run, definition, where, search=search, page=pages, per_page=per_page)
    table = Table("suppliers", "Suppliers", COLUMNS, _named(run, definition, where or {}, found))
    return SuppliersPage(table, total, max(1, page), pages)


def _grouped(run: Run, definition: Definition, where: Where, search: str) -> tuple[str, list[Any]]:
    condition, values = _condition(run, definition, where)
    given: list[Any] = [*TAKEN_OUT, run.table("ledger"), *values]
    if search.strip():
        like_sqls = f"{like_sql('payee')} OR {like_sql('supplier')}"
        named = f"SELECT supplier_id FROM read_parquet(?) WHERE {like_sqls}"
        condition += f" AND c.supplier_id IN ({named})"
        given += [run.table("payees"), like(search), like(search)]
    sql = f"""
        SELECT c.supplier_id, sum(c.lines)::BIGINT AS lines, sum(c.place_pence)::BIGINT AS gross,
               coalesce(sum(c.place_pence) FILTER (c.outcome IN ({marks(TAKEN_OUT)})), 0)::BIGINT AS taken,
               count(*) OVER () AS suppliers
        FROM read_parquet(?) c WHERE {condition} GROUP BY c.supplier_id
    """
    return sql, given


def _condition(run: Run, definition: Definition, where: Where) -> tuple[str, list[Any]]:
    wanted = known_filters(definition, where)
    if definition.years:
        wanted["year"] = wanted.get("year", set(definition.years)) & set(definition.years)
    if wanted.get("year", set()) >= {cell["year"] for cell in run.years()}:
        del wanted["year"]  # every row passes: not to look at them halves the time
    numbers = sorted(number(value, "supplier") for value in wanted.pop("supplier", ()))
    condition, values = filter_sql(wanted)
    if numbers:
        condition += f" AND c.supplier_id IN ({marks(numbers)})"
    return condition, [*values, *numbers]


def _named(run: Run, definition: Definition, where: Where, found: Sequence[Row]) -> list[Row]:
    """Rows as COLUMNS has them: with names, and how many bodies paid each."""
    if not found:
        return []
    ids = ", ".join(str(int(row[0])) for row in found)
    sql = f"SELECT DISTINCT supplier_id, supplier FROM read_parquet(?) WHERE supplier_id IN ({ids})"
    names: dict[int, str] = dict(rows(sql, [run.table("payees")]))
    condition, values = _condition(run, definition, where)
    sql = (
        f"SELECT c.supplier_id, count(DISTINCT c.body) FROM read_parquet(?) c "
        f"WHERE c.supplier_id IN ({ids}) AND {condition} GROUP BY 1"
    )
    bodies: dict[int, int] = dict(rows(sql, [run.table("ledger"), *values]))
    return [
        (names[number], str(number), bodies[number], lines, gross, taken, gross - taken)
        for number, lines, gross, taken, _ in found
    ]


def numbers_of(run: Run, named: Sequence[str]) -> list[str]:
    """The numbers of suppliers, given by number or by a name in any case; UsageError where a name is nobody's.

    A name is a supplier's as shown, or one that it was published under.
    """
    found: list[str] = []
    for text in named:
        if text.strip().lstrip("-").isdecimal():
            found.append(text.strip())
            continue
        sql = "SELECT DISTINCT supplier_id FROM read_parquet(?) WHERE lower(supplier) = ? OR lower(payee) = ?"
        wanted = text.strip().lower()
        numbers = [str(row[0]) for row in rows(sql, [run.table("payees"), wanted, wanted])]
        found += numbers or _nobody(run, text)
    return found


def _nobody(run: Run, text: str) -> list[str]:
    shortest = "ORDER BY length(supplier), 1 LIMIT 3"
    sql = f"SELECT DISTINCT supplier FROM read_parquet(?) WHERE {like_sql('supplier')} {shortest}"
    near = [f"'{row[0]}'" for row in rows(sql, [run.table("payees"), like(text)])]
    raise UsageError(f"'{text}' is no supplier" + (f"; did you mean {' or '.join(near)}?" if near else ""))


@dataclass(frozen=True)
class Supplier:
    """A supplier: its number, its name as shown, the names it was published under, and the body of the
    place that it is ('' for none)."""

    id: str
    name: str
    body: str
    names: Table


def supplier(run: Run, definition: Definition, supplier_id: str) -> Supplier | None:
    """A supplier by its number, None where there is none. Sums are over all years, in pence as published."""
    at = number(supplier_id, "supplier")
    if not -(1 << 63) <= at < 1 << 63:
        return None
    sql = """
        WITH s AS (SELECT payee_key, sum(lines)::BIGINT AS lines, sum(pence)::BIGINT AS pence,
                          string_agg(DISTINCT body, ', ' ORDER BY body) AS paid_by
                   FROM read_parquet(?) WHERE supplier_id = ? GROUP BY payee_key)
        SELECT p.supplier, p.sure, p.to_body, p.payee, p.payee_id, p.rule, s.lines, s.pence, s.paid_by,
               p.payee_key
        FROM (SELECT * FROM read_parquet(?) WHERE supplier_id = ?) p JOIN s USING (payee_key)
        ORDER BY abs(s.pence) DESC, p.payee, p.payee_id
    """
    found = rows(sql, [run.table("ledger"), at, run.table("payees"), at])
    if not found:
        return None
    columns = (
        Column("payee", "Published name"),
        Column("payee_id", "Identifiers"),
        Column("rule", "Why"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
        Column("paid_by", "Paid by"),
        Column("payee_key", "Payee number"),
    )
    names = Table("supplier-names", "Published names", columns, [(*row[3:9], str(row[9])) for row in found])
    ids = {body.id for body in definition.bodies}
    body = next((row[2] for row in found if row[1] and row[2] in ids), "")
    return Supplier(str(at), found[0][0], body, names)
