"""What claims by area say, in sentences, and what is to be looked at before they are quoted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from totalplace.areas.claims import Claims, Doubt, InArea, gini, half, highest
from totalplace.areas.declared import FILE, Claim, Driver

SMALL = 10
"""Counts of people below it are named: published tables round or withhold them. A default of ours."""
ROUNDED, ENOUGH = 5, 5
"""Where so many counts (the second) are all multiples of the first, they are taken as rounded when published."""
Told = tuple[Mapping[str, Fraction], Mapping[str, str]]
"""Figures by area, and in words why there is none, by area."""


def doubts_of(
    claim: Claim,
    drivers: Mapping[str, Driver],
    told: Mapping[str, Told],
    areas: Sequence[InArea],
    names: Mapping[str, str],
    kind: str,
) -> Iterator[Doubt]:
    """What is to be looked at before claims are quoted: of what, and the words, with what to do.

    `told` are figures by what they count, `names` the areas of the place by id.
    """
    for area in areas:
        if area.why:
            lost = ["the curve"] if area.rate is None else []
            lost += ["take-up"] if "entitled" in told and area.gap is None else []
            yield area.name, f"{area.why}: it is left out of {' and '.join(lost)}"
        yield from _too_many(area)
    rounded = {role: _rounded(told[role][0].values()) for role in ("claims", "people")}
    for area in areas:
        yield from _small(area, rounded)
    for role, (figures, _) in told.items():
        if others := [area for area in figures if area not in names]:
            more = f" and {len(others) - 5:,} more" if len(others) > 5 else ""
            yield drivers[role].id, f"has rows of {', '.join(others[:5])}{more}, not among the {kind}: left out"
    if sum(area.rate is not None for area in areas) == 1:
        yield claim.id, "has figures of one area alone: they say nothing of how claims are spread"
    yield from _about(claim, drivers)


def _too_many(area: InArea) -> Iterator[Doubt]:
    """More claims than people who could, or than are thought to be entitled."""
    claims, people, entitled = area.claims, area.people, area.entitled
    if claims is not None and people is not None and claims > people:
        said = "look at whether both count the same (households or people), in one year and within one boundary"
        yield area.name, f"{words(claims)} claims, and {words(people)} who could claim: {said}"
    if claims is not None and entitled is not None and claims > entitled:
        said = "the estimate is too low, or of others; the gap is below nought and makes the gap of all smaller"
        yield area.name, f"{words(claims)} claims, and {words(entitled)} thought to be entitled: {said}"


def _rounded(figures: Iterable[Fraction]) -> bool:
    """Whether counts look as if they were rounded when they were published."""
    counts = [figure for figure in figures if figure]
    return len(counts) >= ENOUGH and all(figure % ROUNDED == 0 for figure in counts)


def _small(area: InArea, rounded: Mapping[str, bool]) -> Iterator[Doubt]:
    for role, figure in (("claims", area.claims), ("people", area.people)):
        what = "claims" if role == "claims" else "who could claim"
        if figure is not None and figure.denominator != 1:
            yield area.name, f"{words(figure)} {what}, with a part: a count of people is a whole number"
        if figure and figure < SMALL and not rounded[role]:
            said = "published tables round or withhold such counts, and somebody might be known by it"
            sure = "make sure that it was published so before it is shown"
            yield area.name, f"{words(figure)} {what}, under {SMALL} and not rounded: {said}; {sure}"


def _about(claim: Claim, drivers: Mapping[str, Driver]) -> Iterator[Doubt]:
    """What the declaration leaves open."""
    for driver in drivers.values():
        if missing := " and no ".join(word for word in ("source", "grade") if not getattr(driver, word)):
            yield driver.id, f"has no {missing}: write in {FILE} where its figures come from, and how good they are"
        if driver.year and claim.year and driver.year != claim.year:
            yield driver.id, f"its figures are of {driver.year}, and the claims of {claim.year}"
    if not claim.year and not any(driver.year for driver in drivers.values()):
        yield claim.id, f'no year is said: write in {FILE} of which year the figures are: year = "..."'
    years = {driver.year for driver in drivers.values() if driver.year}
    if not claim.year and len(years) > 1:
        yield claim.id, f"its figures are of several years: {', '.join(sorted(years))}"


def words(figure: Fraction) -> str:
    """A count for people: one decimal where it is not whole."""
    return f"{int(figure):,}" if figure.denominator == 1 else f"{float(figure):,.1f}"


def percent(share: Fraction) -> str:
    """A share for people."""
    return "<0.1%" if 0 < share < Fraction(1, 2000) else f"{float(share):.1%}"


def in_words(found: Claims) -> list[str]:
    """What the figures say, a sentence each; the first says why where they say nothing."""
    if found.why_not:
        return [f"There are no figures: {found.why_not}."]
    points, term = found.curve, found.claim.term
    share, coefficient, most = half(points), gini(points), highest(points)
    if share is None or coefficient is None or most is None:
        return [f"Nothing can be said of how {term} are spread: no area has a rate, or nobody claims."]
    spread = f"Half of the {term} are in {found.kind} with {percent(share)} of all who could claim"
    top = f"here it could be {float(most):.2f} at most, with all claims in the area with the fewest who could"
    scale = "It is 0 where every area has the same rate"
    said = [
        f"{spread}; were the rate the same everywhere it would be 50.0%.",
        f"The Gini coefficient of claims over who could claim is {float(coefficient):.2f}. {scale}; {top}.",
    ]
    if left := len(found.areas) - len(found.counted):
        said.append(f"{left:,} of {len(found.areas):,} {found.kind} are left out: their rate is not known.")
    return [*said, *_take_up_words(found)]


def _take_up_words(found: Claims) -> list[str]:
    whole = found.estimated
    if whole.claims is None or whole.entitled is None or whole.gap is None:
        unknown = "How many of those entitled do not claim is not known: no area has both figures."
        return [unknown] if found.driver else []
    grade = f"grade: {found.driver.grade}" if found.driver and found.driver.grade else "no grade is given"
    rate = f", {percent(whole.take_up)}" if whole.take_up is not None else ""
    if whole.gap < 0:
        rest = f"that is {words(-whole.gap)} more than are thought to be entitled, so the estimate is in doubt"
    else:
        rest = f"{words(whole.gap)} who are entitled do not claim, as far as the estimate tells"
    return [
        f"Of {words(whole.entitled)} thought to be entitled ({grade}) {words(whole.claims)} claim{rate}; {rest}.",
    ]
