"""Bodies wider than the place: the share of each in place.toml, and the driver that explains it.

The share of the count stays what place.toml says; here it stands beside what the driver gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from totalplace.areas.declared import BodyShare, Driver, Plan
from totalplace.areas.reading import Sheet, figures_of
from totalplace.errors import DataError, did_you_mean
from totalplace.terms import Body

PLACES = Decimal("0.000001")
"""Shares in place.toml have six decimals at most."""


@dataclass(frozen=True)
class Explained:
    """The share of a body: what place.toml says, the figures of the place and of the body's whole area where a driver
    is given, their ratio to six decimals (half up), and in words how the two stand to each other."""

    body: Body
    said: BodyShare | None
    driver: Driver | None
    place: Fraction | None
    whole: Fraction | None
    ratio: Decimal | None
    state: str


def explained(plan: Plan | None, sheets: Mapping[str, Sheet | str], bodies: Sequence[Body]) -> list[Explained]:
    """How the share of every body is explained."""
    said = {share.body: share for share in plan.shares} if plan else {}
    return [_explained(plan, sheets, body, said.get(body.id)) for body in bodies]


def _explained(plan: Plan | None, sheets: Mapping[str, Sheet | str], body: Body, said: BodyShare | None) -> Explained:
    if plan is None or said is None:
        whole = body.share == 1
        words = "the whole body" if whole else "not explained: nothing says where this share comes from"
        return Explained(body, None, None, None, None, None, words)
    driver = plan.driver(said.driver)
    assert driver is not None
    try:
        place, whole_area = _figures(sheets[driver.table], driver, said)
    except DataError as error:
        return Explained(body, said, driver, None, None, None, f"not explained: {error}")
    exact = place / whole_area
    ratio = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES, ROUND_HALF_UP)
    return Explained(body, said, driver, place, whole_area, ratio, _state(body.share, ratio))


def _state(share: Decimal, ratio: Decimal) -> str:
    if share == ratio:
        return "explained"
    places = Decimal(1).scaleb(min(int(share.as_tuple().exponent), 0))
    if share == ratio.quantize(places, ROUND_HALF_UP):
        return f"explained, but rounded: the driver gives {ratio}"
    return f"differs: the driver gives {ratio}; mend the share in place.toml, or say here what explains it"


def _figures(sheet: Sheet | str, driver: Driver, said: BodyShare) -> tuple[Fraction, Fraction]:
    """The driver's figure of the place, and of the body's whole area."""
    if isinstance(sheet, str):
        raise DataError(sheet)
    found = figures_of(sheet, driver, said.year)
    for key, ids in (("place", said.place), ("whole", said.whole)):
        for area in ids:
            if area not in found:
                raise DataError(f"{sheet.table.file} has no '{area}', named in {key}{did_you_mean(area, list(found))}")
            if ids.count(area) > 1:
                raise DataError(f"'{area}' is named twice in {key}; leave one of them")
    whole = said.whole or tuple(found)
    if outside := [area for area in said.place if area not in whole]:
        raise DataError(f"'{outside[0]}' is in place and not in whole: a part of the body's area has to be in it")
    total = sum((found[area] for area in whole), Fraction(0))
    if not total:
        raise DataError(f"{sheet.table.file}: column '{driver.column}' is nought in the whole of the body's area")
    return sum((found[area] for area in said.place), Fraction(0)), total
