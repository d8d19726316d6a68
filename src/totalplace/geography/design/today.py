"""Today's areas, or a proposal, beside alternatives: measured as they are, whether or not they keep to the band."""

from __future__ import annotations

from dataclasses import dataclass, replace

from totalplace.errors import GeographyError
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.offers import Offer, Offers
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.words import explained
from totalplace.table import Table

SURE = "as it is"
"""How a plan of today came about, in the table."""


@dataclass(frozen=True)
class Beside:
    """Today's areas as one more plan, None where they cannot be measured; what is to be said of them, in sentences."""

    offer: Offer | None
    words: tuple[str, ...]

    @property
    def in_band(self) -> int:
        """How many of the areas lie in the band."""
        plan = self.offer and self.offer.plan
        return sum(map(plan.task.band.holds, plan.people.tolist())) if plan else 0


def today_beside(found: Offers, pieces: Pieces) -> Beside | None:
    """Today's areas with the measures of the alternatives, against the band as it was wished for; None without any."""
    layer = found.wish.today
    if not layer:
        return None
    task = replace(found.task, band=found.wish.band)
    division = task.blocks.layer(layer)
    try:
        plan = division_plan(task, division)
    except GeographyError:
        without = int(task.blocks.people[division.of < 0].sum())
        said = f"{without:,} people have no area of {task.title(layer)}: they are not measured beside the others."
        return Beside(None, (said,))
    names = pieces.names.get(layer, {})
    labels = [division.labels[int(division.of[group[0]])] for group in plan.groups]
    called = tuple(names.get(label) or label for label in labels)
    return Beside(Offer("Today", plan, called, SURE), tuple(explained(plan, called)))


def table_beside(found: Offers, beside: Beside | None) -> Table:
    """The alternatives as a table, today's areas first where they are measured; no room is told where one is out."""
    table = found.table()
    if beside is None or beside.offer is None:
        return table
    at = table.at("margin")
    row = found.row(beside.offer)
    row = (*row[:at], None, *row[at + 1 :]) if beside.offer.plan.margin < 0 else row
    return replace(table, rows=[row, *table.rows])
