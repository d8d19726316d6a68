"""What the money is spent on: by service, COFOG group, what is bought or body, and how each was told; and the flow.

All of it is made from the small totals of a run, so an answer is quick, and every cut adds up to the net of the
count. Money is pence. Method: docs/methods/services.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.count import Where, cells_where, check_cuts, in_years
from totalplace.parameters.services import NOT_CLASSIFIED, functions, services, subjectives
from totalplace.services import services_named, subjectives_named
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import TAKEN_OUT

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


def spent(run: Run, definition: Definition, where: Where | None = None, by: str = "service") -> Table:
    """Money by one of BY within the years of the place: lines, gross, eliminated, net, and net by how it was told.

    Services stand in the order of the returns with what is not classified last, the others largest first. Raises
    UsageError for what is not one of BY, and for an unknown filter.
    """
    if by not in BY:
        raise UsageError(f"'{by}' is nothing that money is told by here{did_you_mean(by, list(BY))}")
    check_cuts(where or {})
    cut = "service" if by == "cofog" else by
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in _cells(run, definition, where, (cut, "told")):
        _add(sums[cofog_of(cell["service"]) if by == "cofog" else cell[cut]], cell)
    net = sum(found["gross"] - found["eliminated"] for found in sums.values())
    rows = [(*_key(by, key), *_summed(sums[key], net)) for key in _ordered(by, sums)]
    name = "services" if by == "service" else f"services-{by}"
    titles = {"cofog": "COFOG group", "subjective": "what is bought"}
    return Table(
        name, f"Money by {titles.get(by, by)}, and how the service was told", (*_KEYS[by], *SUMS, *_TOLD), rows
    )


def bought(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """Money by service, and in each by what is bought: services as `spent` has them, the largest group first."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in _cells(run, definition, where, ("service", "subjective", "told")):
        _add(sums[cell["service"], cell["subjective"]], cell)
    net = sum(found["gross"] - found["eliminated"] for found in sums.values())
    names = services_named()
    order = sorted(sums, key=lambda key: (names.index(key[0]), -_net(sums[key]), key[1]))
    rows = [
        (key[0], service_name(key[0]), key[1], subjective_name(key[1]), *_summed(sums[key], net)[: len(SUMS)])
        for key in order
    ]
    columns = (*_KEYS["service"][:2], *_KEYS["subjective"], *SUMS)
    return Table("services-bought", "What is bought for each service", columns, rows)


def service_flow(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """Money from the body that pays (the funder), through who is paid (the deliverer), to the service.

    `deliverer` is one of DELIVERERS: the body itself; another body of the place; a public body of the shipped
    register that is none of the place; a name that only looks like a body of the place; everyone else. Net leaves out
    what is eliminated, so that a body of the place delivers in net only where its own payments are not counted.
    """
    ids = {body.id for body in definition.bodies}
    sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    paid: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for cell in _cells(run, definition, where, ("service", "told")):
        key = cell["body"], _deliverer(cell, ids), cell["service"]
        _add(sums[key], cell)
        paid[key].add(cell["to_body"])
    net = sum(found["gross"] - found["eliminated"] for found in sums.values())
    order = sorted(sums, key=lambda key: (-abs(_net(sums[key])), -abs(sums[key]["gross"]), key))
    rows = [
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
    return Table("services-flow", "From funder through deliverer to service", columns, rows)


def _deliverer(cell: Mapping[str, Any], ids: Iterable[str]) -> str:
    if cell["outcome"] in ("self", "candidate"):
        return "itself" if cell["outcome"] == "self" else "candidate"
    if not cell["to_body"]:
        return "else"
    return "place" if cell["to_body"] in ids else "public"


def _cells(run: Run, definition: Definition, where: Where | None, by: Sequence[str]) -> list[dict[str, Any]]:
    found = cells_where(run, definition, where or {}, by)
    return [cell for cell in found if in_years(definition, cell["year"])]


def _add(sums: dict[str, int], cell: Mapping[str, Any]) -> None:
    pence = cell["place_pence"]
    sums["lines"] += cell["lines"]
    sums["gross"] += pence
    if cell["outcome"] in TAKEN_OUT:
        sums["eliminated"] += pence
    else:
        sums[cell["told"]] += pence


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
