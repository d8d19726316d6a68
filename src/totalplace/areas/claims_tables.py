"""Claims by area as tables. What is counted is a column of each: files are passed on without pages."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from totalplace.areas.claims import Claims, gini, half, highest
from totalplace.areas.tables import measured
from totalplace.parameters.neutral import refused_words
from totalplace.table import Column, Table

TERM = (Column("term", "Who is counted"), Column("definition", "What is counted"), Column("year", "Figures of"))
"""What stands in each row of every table: what it is that is counted."""
AREA = (Column("area", "Area (id)"), Column("area_name", "Area"))
ENTITLED = "Thought to be entitled"
_RATE = Column("rate", "Rate", "percent")


def _said(found: Claims) -> tuple[str, str, str]:
    return found.claim.term, found.claim.definition, found.years


def _float(share: Fraction | None) -> float | None:
    return None if share is None else float(share)


def _placed(coefficient: Fraction | None) -> float | None:
    """A coefficient to four decimals: more tell nothing."""
    return None if coefficient is None else float(round(coefficient, 4))


def areas_table(found: Claims) -> Table:
    """A row for each area, by name: who could claim, who claims, the rate, and take-up where there is an estimate."""
    columns: list[Column] = list(AREA)
    figures: list[Sequence[Any]] = []
    for name, label in (("people", "Who could claim"), ("claims", "Claims")):
        kind, shown = measured([getattr(area, name) for area in found.areas])
        columns.append(Column(name, label, kind))
        figures.append(shown)
    columns.append(_RATE)
    figures.append([_float(area.rate) for area in found.areas])
    if found.driver:
        kind, shown = measured([area.entitled for area in found.areas])
        columns += [Column("entitled", ENTITLED, kind), Column("take_up", "Take-up", "percent")]
        figures += [shown, [_float(area.take_up) for area in found.areas]]
        kind, shown = measured([area.gap for area in found.areas])
        columns += [Column("gap", "Entitled, not claiming", kind), Column("grade", "Grade of the estimate")]
        figures += [shown, [found.driver.grade] * len(found.areas)]
    figures.append([area.why for area in found.areas])
    columns += [Column("why", "Not known"), *TERM]
    rows = [(area.area, area.name, *cells, *_said(found)) for area, *cells in zip(found.areas, *figures, strict=True)]
    return Table("claims-areas", f"{found.term}, by area", tuple(columns), rows, found.claim.definition)


def curve_table(found: Claims) -> Table:
    """The concentration curve: areas in order of rate, the lowest first, with what they come to together."""
    columns = (
        *AREA,
        _RATE,
        Column("people_share", "Of all who could claim, to here", "percent"),
        Column("claims_share", "Of all claims, to here", "percent"),
        *TERM,
    )
    rows = [
        (point.area.area, point.area.name, *map(float, (point.rate, point.people, point.claims)), *_said(found))
        for point in found.curve
    ]
    return Table("claims-curve", f"{found.term}: the curve", columns, rows, found.claim.definition)


def summary_table(every: Sequence[Claims]) -> Table:
    """A row for each `[[claims]]`: what all areas with a rate come to, how they are spread, and take-up."""
    names = ("people", "claims")
    wholes = [[getattr(found.whole, name) for found in every] for name in names]
    wholes += [[getattr(found.estimated, name) for found in every] for name in ("entitled", "gap")]
    kinds, cells = zip(*(measured(figures) for figures in wholes), strict=True)
    columns = (
        Column("id", "Claims (id)"),
        Column("areas", "Areas", "count"),
        Column("without", "Areas left out", "count"),
        Column("people", "Who could claim", kinds[0]),
        Column("claims", "Claims", kinds[1]),
        _RATE,
        Column("half", "Who could claim, where half of them are", "percent"),
        Column("gini", "Gini coefficient", "number"),
        Column("gini_most", "At most", "number"),
        Column("entitled", ENTITLED, kinds[2]),
        Column("take_up", "Take-up", "percent"),
        Column("gap", "Entitled, not claiming", kinds[3]),
        Column("grade", "Grade of the estimate"),
        Column("why", "Not known"),
        *TERM,
    )
    rows = []
    for n, found in enumerate(every):
        people, claims, entitled, gap = (figures[n] for figures in cells)
        spread = [_float(half(found.curve)), *(_placed(one(found.curve)) for one in (gini, highest))]
        counted = len(found.counted)
        rows.append(
            (
                *(found.claim.id, counted, len(found.areas) - counted, people, claims, _float(found.whole.rate)),
                *(*spread, entitled, _float(found.estimated.take_up), gap),
                *(found.driver.grade if found.driver else "", found.why_not, *_said(found)),
            )
        )
    return Table("claims", "Claims by area", columns, rows)


def doubts_table(every: Sequence[Claims]) -> Table:
    """What is to be looked at before claims are quoted."""
    columns = (Column("id", "Claims (id)"), Column("what", "Of what"), Column("doubt", "What to look at"))
    rows = [(found.claim.id, *doubt) for found in every for doubt in found.doubts]
    return Table("claims-doubts", "To look at before claims are quoted", columns, rows)


def words_table() -> Table:
    """The words that no term may hold, and what to write instead."""
    columns = (Column("word", "Word"), Column("instead", "Write instead"))
    return Table("claims-words", "Words that no term for claims may hold", columns, list(refused_words()))
