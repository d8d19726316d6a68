"""The count: gross, what the bodies paid each other, net, per head, by any cut, with its scope.

Works on the totals of a run (the ledger without payees and files), which are small: no frame library is needed to
answer, so an answer is quick. A cut by what is told of a payment (its service) reads the table of the classes, and
one by supplier the ledger itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from totalplace.definition import Definition
from totalplace.money.cells import cells_where, sums_by
from totalplace.money.cuts import LABELS, check_cuts, filter_sql, in_years, known_filters
from totalplace.money.months import months_few, months_missing, standing
from totalplace.store.layout import Run
from totalplace.store.queries import marks, records
from totalplace.table import Column, Table
from totalplace.terms import ENOUGH, KEPT, TAKEN_OUT, Body, Where, month_text, pounds


@dataclass(frozen=True)
class Count:
    """A count of a place. Money is pence; `per_head` is net pence a resident a year, the mean of the years that
    hold more than stray lines; None without population.

    `rows` are accepted lines in the years counted, `net_rows` those that stay in net; `rejected_rows` and
    `rejected_money` are over all files, since a rejected row may have no date; `rejected_unread` of these rows are
    payments without an amount that can be read, whose money is in no figure. gross - eliminated = net.
    """

    gross: int
    eliminated: int
    net: int
    per_head: int | None
    rows: int
    net_rows: int
    rejected_rows: int
    rejected_money: int
    rejected_unread: int
    candidates: int
    outside_rows: int
    outside_money: int
    scope: dict[str, Any]
    cut: Table | None = None

    def to_dict(self) -> dict[str, Any]:
        """For JSON: money as decimal strings of pounds."""
        plain: dict[str, Any] = {
            "gross": pounds(self.gross),
            "eliminated": pounds(self.eliminated),
            "net": pounds(self.net),
            "per_head": None if self.per_head is None else pounds(self.per_head),
            "rows": self.rows,
            "net_rows": self.net_rows,
            "rejected_rows": self.rejected_rows,
            "rejected_money": pounds(self.rejected_money),
            "rejected_unread": self.rejected_unread,
            "candidates": pounds(self.candidates),
            "outside_rows": self.outside_rows,
            "outside_money": pounds(self.outside_money),
            "scope": self.scope,
        }
        if self.cut is not None:
            plain["cut"] = list(self.cut.records())
        return plain


def count(run: Run, definition: Definition, by: Sequence[str] = (), where: Where | None = None) -> Count:
    """Counts the run within the years of the place; raises UsageError for an unknown cut or value."""
    check_cuts(by)
    cells = cells_where(run, definition, where or {}, by)
    inside = [cell for cell in cells if in_years(definition, cell["year"])]
    outside = [cell for cell in cells if not in_years(definition, cell["year"])]
    gross = sum(cell["place_pence"] for cell in inside)
    taken = sum(cell["place_pence"] for cell in inside if cell["outcome"] in TAKEN_OUT)
    wanted = known_filters(definition, where or {})
    years = _full_years(run, inside, wanted)
    bodies = wanted.get("body")
    files = [f for f in run.counted() if not bodies or f["body"] in bodies]
    return Count(
        gross=gross,
        eliminated=taken,
        net=gross - taken,
        per_head=_per_head(inside, definition, years),
        rows=sum(cell["lines"] for cell in inside),
        net_rows=sum(cell["lines"] for cell in inside if cell["outcome"] in KEPT),
        rejected_rows=sum(f["rejected"] for f in files),
        rejected_money=sum(f["rejected_pence"] for f in files),
        rejected_unread=sum(f["rejected_unread"] for f in files),
        candidates=sum(cell["place_pence"] for cell in inside if cell["outcome"] == "candidate"),
        outside_rows=sum(cell["lines"] for cell in outside),
        outside_money=sum(cell["pence"] for cell in outside),
        scope=scope(run, definition, inside, years, bodies) | {"other_years": _other_years(outside)},
        cut=_cut(run, definition, inside, by, where or {}) if by else None,
    )


def _other_years(cells: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What each body has of years that are not counted: years, lines and money as published."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for cell in cells:
        found[cell["body"]].append(cell)
    return {
        body: {
            "years": sorted({cell["year"] for cell in theirs}),
            "rows": sum(cell["lines"] for cell in theirs),
            "money": pounds(sum(cell["pence"] for cell in theirs)),
        }
        for body, theirs in sorted(found.items())
    }


def _per_head(cells: Sequence[Mapping[str, Any]], definition: Definition, years: Sequence[str]) -> int | None:
    """Net pence a resident a year: each year's net over its population, and the mean over `years`."""
    net = dict.fromkeys(years, 0)
    for cell in cells:
        if cell["year"] in net and cell["outcome"] in KEPT:
            net[cell["year"]] += cell["place_pence"]
    people = {year: definition.people(year) for year in years}
    if not years or not all(people.values()):
        return None
    heads = sum((Decimal(net[year]) / Decimal(people[year] or 1) for year in years), Decimal(0)) / len(years)
    return int(heads.quantize(Decimal(1), ROUND_HALF_UP))


def _full_years(run: Run, cells: Sequence[Mapping[str, Any]], wanted: Mapping[str, Iterable[str]]) -> list[str]:
    """The years of `cells` that a mean is over: those asked for, else those that count as a year of some body.

    A line with a slip in its date makes no year: the rule is that of ENOUGH.
    """
    found = {cell["year"] for cell in cells}
    if wanted.get("year"):
        return sorted(found)
    lines: dict[tuple[str, str], int] = defaultdict(int)
    most: dict[str, int] = defaultdict(int)
    for cell in run.years():
        if not wanted.get("body") or cell["body"] in wanted["body"]:
            lines[cell["body"], cell["year"]] += cell["lines"]
    for (body, _), n in lines.items():
        most[body] = max(most[body], n)
    return sorted(found & {year for (body, year), n in lines.items() if n * ENOUGH >= most[body]})


def _cut(run: Run, definition: Definition, cells: list[dict[str, Any]], by: Sequence[str], where: Where) -> Table:
    if "supplier" in by:
        return _supplier_cut(run, definition, by, where)
    groups = sums_by(cells, lambda cell: tuple(cell[name] for name in by))
    rows = [(*key, lines, gross, taken, gross - taken) for key, (lines, gross, taken) in groups.items()]
    return _cut_table(by, sorted(rows, key=lambda row: [str(value) for value in row[: len(by)]]))


def _supplier_cut(run: Run, definition: Definition, by: Sequence[str], where: Where) -> Table:
    """Suppliers, largest net first, with the other cuts asked for."""
    wanted = known_filters(definition, where)
    if definition.years:
        wanted["year"] = wanted.get("year", set(definition.years)) & set(definition.years)
    conditions, parameters = filter_sql(wanted)
    columns = ", ".join("s.supplier, c.supplier_id" if name == "supplier" else f"c.{name}" for name in by)
    taken = f"sum(c.place_pence) FILTER (c.outcome IN ({marks(TAKEN_OUT)}))"
    sql = f"""
        SELECT {columns}, sum(c.lines)::BIGINT AS lines, sum(c.place_pence)::BIGINT AS gross,
               coalesce({taken}, 0)::BIGINT AS eliminated
        FROM read_parquet(?) c
        JOIN (SELECT supplier_id, any_value(supplier) AS supplier FROM read_parquet(?) GROUP BY 1) s
          USING (supplier_id)
        WHERE {conditions} GROUP BY ALL ORDER BY gross - eliminated DESC, {columns}
    """
    found = records(sql, [*TAKEN_OUT, run.table("ledger"), run.table("payees"), *parameters])
    rows = [(*row.values(), row["gross"] - row["eliminated"]) for row in found]
    return _cut_table(by, rows)


def _cut_table(by: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    keys: list[Column] = []
    for name in by:
        keys.append(Column(name, LABELS[name], "text"))
        if name == "supplier":
            keys.append(Column("supplier_id", "Supplier number", "text"))
    sums = (
        Column("lines", "Lines", "count"),
        Column("gross", "Gross", "money"),
        Column("eliminated", "Eliminated", "money"),
        Column("net", "Net", "money"),
    )
    if "month" in by:
        at = [key.name for key in keys].index("month")
        rows = [(*row[:at], month_text(row[at]), *row[at + 1 :]) for row in rows]
    title = "Money by " + ", ".join(LABELS[name].lower() for name in by)
    return Table("count-by-" + "-".join(by), title, (*keys, *sums), rows)


def scope(
    run: Run,
    definition: Definition,
    cells: Sequence[Mapping[str, Any]],
    full: Sequence[str],
    asked: Iterable[str] | None = None,
) -> dict[str, Any]:
    """What a total covers, in full: a figure never stands without it. `full` are the years of the mean a head.

    `asked` are the bodies that were asked for; None: all.
    """
    years = sorted({cell["year"] for cell in cells})
    present = {cell["body"] for cell in cells}
    lending = sum(c["place_pence"] for c in cells if c["kind"] == "lending-treasury" and c["outcome"] in KEPT)
    return {
        "place": definition.name,
        "area_code": definition.area_code,
        "years": years,
        "years_not_in_per_head": [year for year in years if year not in full],
        "bodies": [body.id for body in definition.bodies if body.id in present],
        "bodies_without_spending": [body.id for body in definition.bodies if body.id not in present],
        "months_missing": _texts(months_missing(run, definition, years, asked)),
        "months_few": _texts(months_few(run, definition, years, asked)),
        "months_from_to": {
            body: [month_text(found.first), month_text(found.last)] for body, found in sorted(standing(run).items())
        },
        "counted_whole": [b.id for b in definition.bodies if b.id in present and _may_be_wider(b, definition)],
        "shares": {body.id: str(body.share) for body in definition.bodies if body.share != 1},
        "basis": "payments as published, cash, in the prices of the day; thresholds leave small payments out",
        "eliminated": "payments to itself, and to a counted body in a year in which its own spending is counted",
        "lending_in_net": pounds(lending),
        "population": {year: definition.people(year) for year in years},
        "files_refused": [entry["name"] for entry in run.files if entry["refused"]],
        "warnings": run.info["warnings"],
        "run": run.name,
    }


WIDER = ("combined-authority", "nhs-commissioner", "nhs-provider", "police", "fire", "transport")
"""Kinds of body that mostly serve more than the place of one council: a list of ours, not a published one."""
COUNTIES, DISTRICTS = "E10", "E07"
"""What the codes of counties and of the districts in them begin with."""


def _may_be_wider(body: Body, definition: Definition) -> bool:
    """Whether a body that counts whole may serve more than the place: by its kind, or as the county of a district.

    It does not where its declared area is the place's own.
    """
    if body.share != 1 or (body.area and body.area == definition.area_code):
        return False
    county = body.area.startswith(COUNTIES) and definition.area_code.startswith(DISTRICTS)
    return county or body.kind in WIDER


def _texts(months: Mapping[str, Iterable[int]]) -> dict[str, list[str]]:
    return {body: [month_text(month) for month in found] for body, found in months.items()}
