"""The tables of neighbourhoods that can be taken away."""

from __future__ import annotations

from totalplace.web import neighbourhoods, wishes
from totalplace.web.download import Download

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
    ),
    "proposals": Download(
        "The plans that are proposed, with their reasons", (), neighbourhoods.proposed, neighbourhoods.about_proposals
    ),
}
"""The tables of neighbourhoods."""
