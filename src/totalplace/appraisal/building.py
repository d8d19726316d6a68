"""The optimism of building work in a cost: the published rates by kind of work, after what is done against it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from totalplace.appraisal.case import Used
from totalplace.appraisal.fields import Fields
from totalplace.appraisal.reader import Reader
from totalplace.appraisal.words import CAPITAL
from totalplace.errors import UsageError

AREA_KEYS = ("contribution", "mitigated")


def capital_bias(reader: Reader, fields: Fields) -> tuple[float, str]:
    """What is added to the cost of building work, as a share, and the words for where it comes from.

    ``capital = { types = { standard-building = 0.7, non-standard-building = 0.3 }, mitigated = 0.4 }``, or with
    ``areas`` of risk, each with its contribution and how far it is mitigated. Source: Mott MacDonald 2002.
    """
    from totalplace.parameters import capital

    given = fields.table["capital"]
    if isinstance(given, str):
        given = {"types": {given.strip(): 1}}
    if not isinstance(given, Mapping):
        fields.wrong("capital", f'is {given!r}; write the kind of work, such as capital = "standard-building"')
    inner = fields.under("capital", given)
    inner.only(CAPITAL)
    mix = {name: _exact(share) for name, share in inner.shares("types", "all of the work is of some kind").items()}
    if inner.has("areas") and inner.has("mitigated"):
        inner.wrong("mitigated", "stands beside areas; give one of them")
    measure = "opex" if "outsourcing" in mix else "capex"
    managed = _areas(inner) if inner.has("areas") else _exact(inner.number("mitigated", 0, 1, 0.0))
    try:
        found = capital.bias(measure, mix, managed)
    except UsageError as error:
        inner.wrong("types", f"cannot be used: {error}")
    about = capital.published()
    reader.use(Used(about.title, about.id, found.verified, about.source))
    told = f"{', '.join(mix)}: {float(found.upper):.1%} at most, {float(found.managed):.1%} of it managed"
    return float(found.rate), told + (", held at the published lower bound" if found.held else "")


def _areas(fields: Fields) -> dict[str, tuple[Decimal, Decimal]]:
    given = fields.table["areas"]
    if not isinstance(given, Mapping):
        fields.wrong("areas", f"is {given!r}; write each area with its contribution and how far it is mitigated")
    found = {}
    for name, said in given.items():
        area = fields.under(f"areas.{name}", said)
        area.only(AREA_KEYS)
        found[name] = (_exact(area.number("contribution", 0, 1)), _exact(area.number("mitigated", 0, 1)))
    return found


def _exact(value: float) -> Decimal:
    """A number as it was typed."""
    return Decimal(str(value))
