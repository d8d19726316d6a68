"""The fields of the pages of tags: what money is narrowed to, and what a rule of a place's own says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from totalplace.parameters.kinds import kinds
from totalplace.parameters.schemes import SCHEMES, Scheme, label, scheme
from totalplace.parameters.services import NOT_CLASSIFIED, services, subjectives
from totalplace.tags.tagged import FILTERS
from totalplace.terms import BODY_KINDS, EMPTY
from totalplace.web.addresses import Chosen
from totalplace.web.common import BODY_WORDS
from totalplace.web.desk import Desk
from totalplace.web.fields import Field, body_field, select_field, year_field

if TYPE_CHECKING:
    from totalplace.parameters.schemes import Rule


def narrowing(desk: Desk, chosen: Chosen, name: str) -> list[Field]:
    """What the money of a scheme can be narrowed to, classes of those other schemes that have rules among it."""
    fields = [
        body_field(desk, chosen),
        year_field(desk, chosen),
        select_field("kind", "Kind of payment", chosen, [("", "All kinds"), *((k.id, k.label) for k in kinds())]),
        select_field("service", "Service", chosen, [("", "All services"), *_services()]),
    ]
    for other in others(name):
        if desk.place.tags.rules(other) or other in chosen.values:
            said = scheme(other)
            classes = [("", "Any"), *((one.id, one.label) for one in said.classes)]
            fields.append(select_field(other, said.title, chosen, classes))
    hidden = [name for name in FILTERS if name in chosen.values and name not in {field["name"] for field in fields}]
    return fields + [{"name": name, "type": "hidden", "value": chosen.joined(name)} for name in hidden]


def others(name: str) -> tuple[str, ...]:
    """The schemes but one."""
    return tuple(other for other in SCHEMES if other != name)


def _services() -> list[tuple[str, str]]:
    return [*((one.id, one.label) for one in services().values()), (NOT_CLASSIFIED, label("service", NOT_CLASSIFIED))]


def rule_fields(desk: Desk, chosen: Chosen, found: Scheme) -> list[Field]:
    """The fields of a rule, with what the page is narrowed to."""
    bodies = [(body.id, body.name) for body in desk.definition.bodies]
    kinds_of_body = [(kind, BODY_WORDS[kind]) for kind in BODY_KINDS]
    anything = ("", "Any")
    years = desk.money.count().scope["years"]
    options: Mapping[str, list[tuple[str, str]]] = {
        "body": bodies,
        "body_kind": kinds_of_body,
        "service": _services(),
        "kind": [(kind.id, kind.label) for kind in kinds()],
        "subjective": [(one.id, one.label) for one in subjectives().values()],
        "to_body": [(EMPTY["to_body"], "No public body"), *bodies],
        "to_body_kind": kinds_of_body,
        "year": [(year, year) for year in years],
    }
    words = {
        "body": "Paid by",
        "body_kind": "Paid by a kind of body",
        "service": "Service",
        "kind": "Kind of payment",
        "subjective": "What it buys",
        "to_body": "Paid to",
        "to_body_kind": "Paid to a kind of body",
        "year": "Year",
    }
    fields: list[Field] = [
        {
            "name": "class",
            "label": f"{found.title}: it is",
            "type": "select",
            "value": "",
            "options": [(one.id, one.label) for one in found.classes],
        }
    ]
    for name, listed in options.items():
        field = select_field(name, words[name], Chosen([], [name]), [anything, *listed])
        one = chosen.values.get(name, [])
        fields.append({**field, "value": one[0] if len(one) == 1 and one[0] in dict(listed) else ""})
    return [*fields, {"name": "supplier", "label": "Supplier", "type": "text", "value": "", "hint": ""}]


def mark_of(rule: Rule) -> str:
    """What tells a rule as it is from the same rule changed."""
    return hashlib.blake2b(repr(rule).encode(), digest_size=8).hexdigest()
