"""What the money is spent on: by service, COFOG group, what is bought or body, and how each was told; and the flow.

All of it is made from one question to the classes of a run, so every cut adds up to the net of the count. Money is
pence. Method: docs/methods/services.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.cuts import check_years, filter_sql, known_filters
from totalplace.parameters.services import NOT_CLASSIFIED, functions, services, subjectives
from totalplace.services import services_named, subjectives_named
from totalplace.store.layout import Run
from totalplace.store.queries import rows
from totalplace.table import Column, Table
from totalplace.terms import TAKEN_OUT, Where

BY = ("service", "cofog", "subjective", "body")
"""What the money can be told by here."""
WAYS: Mapping[str, tuple[str, ...]] = {
    "by_person": ("correction",),
    "by_label": ("department", "proclass"),
    "by_words": ("words",),
    "by_nothing": ("nothing",),
}
"""How a service was told, as people are shown it: columns, and what of TOLD is in each."""
DELIVERERS: Mapping[str, str] = {
    "itself": "The body itself",
    "place": "Another body of this place",
    "public": "Another public body",
    "candidate": "A name to settle",
    "else": "Everyone else",
}
"""Who is paid, as far as names tell."""

SUMS = (
    Column("lines", "Lines", "count"),
    Column("gross", "Gross", "money"),
    Column("eliminated", "Eliminated", "money"),
    Column("net", "Net", "money"),
    Column("share", "Share of net", "percent"),
)
_TOLD = (
    Column("by_person", "Net told by a person", "money"),
    Column("by_label", "Net told by a published label", "money"),
    Column("by_words", "Net told by words", "money"),
    Column("by_nothing", "Net told by nothing", "money"),
)
_KEYS = {
    "service": (Column("service", "Service (id)"), Column("service_name", "Service"), Column("cofog", "COFOG group")),
    "cofog": (
        Column("division", "COFOG division"),
        Column("division_name", "Division"),
        Column("cofog", "COFOG group"),
        Column("cofog_name", "Group"),
        Column("services", "Services (SeRCOP)"),
    ),
    "subjective": (Column("subjective", "What is bought (id)"), Column("subjective_name", "What is bought")),
    "body": (Column("body", "Body"),),
}


def service_name(service: str) -> str:
    """A service for people; 'Not classified' is one like the others."""
    return "Not classified" if service == NOT_CLASSIFIED else services()[service].label


def subjective_name(group: str) -> str:
    """What is bought, for people."""
    return subjectives()[group].label if group else "Not told"


def cofog_of(service: str) -> str:
    """The COFOG group of a service where no more is told; '' where it is not classified."""
    return "" if service == NOT_CLASSIFIED else services()[service].cofog


class Cell(NamedTuple):
    """Lines and pence (the place's part) of a body by outcome, who was paid, service, what is bought and how told."""

    body: str
    outcome: str
    to_body: str
    service: str
    subjective: str
    told: str
    lines: int
    pence: int


def cells(run: Run, definition: Definition, where: Where | None = None) -> list[Cell]:
    """The sums within the years of the place that pass filters. Raises UsageError for an unknown filter or value."""
    wanted = known_filters(definition, where or {})
    check_years(run, definition, wanted.get("year", ()))
    if definition.years:
        wanted["year"] = wanted.get("year", set(definition.years)) & set(definition.years)
    condition, values = filter_sql(wanted)
    keys = "c.body, c.outcome, c.to_body, c.service, c.subjective, c.told"
    sql = f"""
        SELECT {keys}, sum(c.lines)::BIGINT, sum(c.place_pence)::BIGINT
        FROM read_parquet(?) c WHERE {condition} GROUP BY {keys} ORDER BY {keys}
    """
    table = run.table("ledger" if "supplier" in wanted else "classes")
    return [Cell(*row) for row in rows(sql, [table, *values])]


def spent(found: Iterable[Cell], by: str = "service") -> Table:
    """Money by one of BY: lines, gross, eliminated, net, and net by how it was told.

    Services stand in the order of the returns with what is not classified last, the others largest first. Raises
    UsageError for what is not one of BY.
    """
    if by not in BY:
        raise UsageError(f"'{by}' is nothing that money is told by here{did_you_mean(by, list(BY))}")
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in found:
        _add(sums[cofog_of(cell.service) if by == "cofog" else getattr(cell, by)], cell)
    net = sum(found["gross"] - found["eliminated"] for found in sums.values())
    listed = [(*_key(by, key), *_summed(sums[key], net)) for key in _ordered(by, sums)]
    name = "services" if by == "service" else f"services-{by}"
    titles = {"cofog": "COFOG group", "subjective": "what is bought"}
    return Table(
        name, f"Money by {titles.get(by, by)}, and how the service was told", (*_KEYS[by], *SUMS, *_TOLD), listed
    )


def told_sums(table: Table) -> dict[str, int]:
    """Of a table by service: the pence of net, of it what is classified and what is not, and those of each of WAYS."""
    at = {column.name: n for n, column in enumerate(table.columns)}
    sums = {name: sum(row[at[name]] for row in table.rows) for name in ("net", *WAYS)}
    left = sum(row[at["net"]] for row in table.rows if row[at["service"]] == NOT_CLASSIFIED)
    return {**sums, "classified": sums["net"] - left, "not_classified": left}


def bought(found: Iterable[Cell]) -> Table:
    """Money by service, and in each by what is bought: services as `spent` has them, the largest group first."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in found:
        _add(sums[cell.service, cell.subjective], cell)
    net = sum(found["gross"] - found["eliminated"] for found in sums.values())
    names = services_named()
    order = sorted(sums, key=lambda key: (names.index(key[0]), -_net(sums[key]), key[1]))
    listed = [
        (key[0], service_name(key[0]), key[1], subjective_name(key[1]), *_summed(sums[key], net)[: len(SUMS)])
        for key in order
    ]
    columns = (*_KEYS["service"][:2], *_KEYS["subjective"], *SUMS)
    return Table("services-bought", "What is bought for each service", columns, listed)


def service_flow(found: Iterable[Cell], ids: Collection[str]) -> Table:
    """Money from the body that pays (the funder), through who is paid (the deliverer), to the service.

    `deliverer` is one of DELIVERERS: the body itself; another body of the place; a public body of the shipped
    register that is none of the place; a name that only looks like a body of the place; everyone else. Net leaves out
    what is eliminated, so that a body of the place delivers in net only where its own payments are not counted. `ids`
    are the bodies of the place.
    """
    sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    paid: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for cell in found:
        key = cell.body, _deliverer(cell, ids), cell.service
        _add(sums[key], cell)
        paid[key].add(cell.to_body)
    net = sum(found["gross"] - found["eliminated"] for found in sums.values())
    order = sorted(sums, key=lambda key: (-abs(_net(sums[key])), -abs(sums[key]["gross"]), key))
    listed = [
        (
            body,
            deliverer,
            DELIVERERS[deliverer],
            ", ".join(sorted(paid[body, deliverer, service])),
            service,
            service_name(service),
            *_summed(sums[body, deliverer, service], net)[: len(SUMS)],
        )
        for body, deliverer, service in order
    ]
    columns = (
        Column("body", "Funder"),
        Column("deliverer", "Deliverer (id)"),
        Column("deliverer_name", "Deliverer"),
        Column("paid_bodies", "Public bodies paid (ids)"),
        *_KEYS["service"][:2],
        *SUMS,
    )
    return Table("services-flow", "From funder through deliverer to service", columns, listed)


def _deliverer(cell: Cell, ids: Collection[str]) -> str:
    if cell.outcome in ("self", "candidate"):
        return "itself" if cell.outcome == "self" else "candidate"
    if not cell.to_body:
        return "else"
    return "place" if cell.to_body in ids else "public"


def _add(sums: dict[str, int], cell: Cell) -> None:
    sums["lines"] += cell.lines
    sums["gross"] += cell.pence
    sums["eliminated" if cell.outcome in TAKEN_OUT else cell.told] += cell.pence


def _net(sums: Mapping[str, int]) -> int:
    return sums["gross"] - sums["eliminated"]


def _summed(sums: Mapping[str, int], whole: int) -> tuple[Any, ...]:
    """The cells of SUMS and of how it was told."""
    told = (sum(sums.get(way, 0) for way in ways) for ways in WAYS.values())
    share = _net(sums) / whole if whole > 0 else None
    return (sums["lines"], sums["gross"], sums["eliminated"], _net(sums), share, *told)


def _key(by: str, key: str) -> tuple[str, ...]:
    if by == "service":
        return key, service_name(key), cofog_of(key)
    if by == "cofog":
        return _cofog_key(key)
    return (key, subjective_name(key)) if by == "subjective" else (key,)


def _cofog_key(group: str) -> tuple[str, ...]:
    if not group:
        return "", "Not classified", "", "Not classified", service_name(NOT_CLASSIFIED)
    function = functions()[group]
    division = functions()[function.division]
    told = ", ".join(row.label for row in services().values() if row.cofog == group)
    return division.code, division.label, group, function.label, told


def _ordered(by: str, sums: Mapping[str, Mapping[str, int]]) -> list[str]:
    if by == "service":
        return [name for name in services_named() if name in sums]
    if by == "cofog":
        return sorted(sums, key=lambda code: (not code, code))
    last = subjectives_named()[0] if by == "subjective" else None
    return sorted(sums, key=lambda key: (key == last, -_net(sums[key]), key))
