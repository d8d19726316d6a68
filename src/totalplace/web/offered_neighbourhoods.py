"""The tables of the geography that can be taken away: lines against each other, plans, neighbourhoods, sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from totalplace.geography.aligning.measures import meanings_table
from totalplace.geography.editing import tables as plan_tables
from totalplace.web import alignments, neighbourhoods, wishes
from totalplace.web.download import SHIPPED, Download
from totalplace.web.facilities import TABLES as FACILITIES
from totalplace.web.plans import about_plan, asked_table

if TYPE_CHECKING:
    from totalplace.geography.aligning.comparison import Comparison
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk


def _aligned(words: str, made: Callable[[Comparison], Table]) -> Download:
    """A table of the layers of the place against each other."""
    return Download(
        words, alignments.KNOWN, lambda d, a: made(alignments.asked_table(d, a).found), alignments.about_alignment
    )


def _plan(words: str, made: Callable[[Desk, Chosen], Table]) -> Download:
    """A table of a plan that is being changed, which has to be named."""
    return Download(words, ("draft",), made, about_plan, of_one=True)


ALIGNED = {
    "align-matrix": Download(
        "Every layer of small areas against every other, by one measure",
        alignments.KNOWN,
        alignments.matrix,
        alignments.about_alignment,
    ),
    "align-measures": _aligned("Every measure of every two layers", lambda found: found.measures_table()),
    "align-pair": Download(
        "Every measure of two layers, with what it says", alignments.KNOWN, alignments.pair, alignments.about_alignment
    ),
    "align-overlaps": Download(
        "Which areas of two layers share people", alignments.KNOWN, alignments.overlaps, alignments.about_alignment
    ),
    "align-disagreements": Download(
        "The small areas where two layers disagree",
        alignments.KNOWN,
        alignments.disagreements,
        alignments.about_alignment,
    ),
    "align-moves": _aligned("What moving to proposed lines would take", lambda found: found.moves_table()),
    "align-moved": _aligned("The same by area of each service", lambda found: found.moved_table()),
    "align-sites": _aligned("Sites and the proposed lines", lambda found: found.sites_table()),
    "align-meanings": Download(
        "What the measures of alignment say", (), lambda *_: meanings_table(), lambda *_: SHIPPED
    ),
}
"""The tables of alignment."""
PLANS = {
    "plan-areas": _plan("The areas of a plan that is being changed", asked_table(plan_tables.areas_table)),
    "plan-measures": _plan("What such a plan comes to, and came to", asked_table(plan_tables.measures_table)),
    "plan-alignment": _plan("Such a plan against the lines of services", asked_table(plan_tables.alignment_table)),
    "plan-moved": _plan("Who would have another area in such a plan", asked_table(plan_tables.moved_table)),
    "plan-steps": _plan("What was done to such a plan", asked_table(plan_tables.steps_table)),
    "plan-blocks": _plan("The small areas of such a plan", asked_table(plan_tables.blocks_table)),
}
"""The tables of plans that are being changed."""
NEIGHBOURHOODS = {
    "neighbourhoods": Download(
        "A layer or a proposal as neighbourhoods: people, band, pieces, whose lines, sites",
        neighbourhoods.KNOWN,
        neighbourhoods.areas,
        neighbourhoods.about_neighbourhoods,
    ),
    "neighbourhoods-lines": Download(
        "The same against the lines of every layer",
        neighbourhoods.KNOWN,
        neighbourhoods.held,
        neighbourhoods.about_neighbourhoods,
    ),
    "alternatives": Download(
        "The plans that a wish for neighbourhoods came to, worked out on the page before",
        wishes.KNOWN,
        wishes.table,
        wishes.about,
        of_one=True,
    ),
    "proposals": Download(
        "The plans that are proposed, with their reasons", (), neighbourhoods.proposed, neighbourhoods.about_proposals
    ),
}
"""The tables of neighbourhoods."""
TABLES: dict[str, Download] = {**ALIGNED, **PLANS, **FACILITIES, **NEIGHBOURHOODS}
"""All of them."""
