"""The measures of two divisions as columns: what each is called, what it says, what identical lines give."""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.geography.aligning.alignment import Alignment
from totalplace.geography.aligning.lines import Lines
from totalplace.table import Column, Kind, Table, figure


@dataclass(frozen=True)
class Measure:
    """A measure: its name for machines, label and words for people, the kind of its cells, and what is perfect."""

    name: str
    label: str
    kind: Kind
    words: str
    alike: str

    def said(self, value: float | None) -> str:
        """A figure of it as people read it; '' where it is not known."""
        if value is None:
            return ""
        return f"{value:.1%}" if self.kind == "percent" else figure(value)


MEASURES = (
    Measure("people", "People with both", "count", "People who have an area in both", "everybody"),
    Measure("areas", "Areas", "count", "Areas of the first with people in them", ""),
    Measure(
        "same",
        "Have the same area",
        "percent",
        "People whose two areas are taken for the same one, with areas paired one to one so that most people are",
        "100%",
    ),
    Measure(
        "best_fit",
        "Where most of their area are (best fit)",
        "percent",
        "People who live in the area of the second that most people of their area of the first live in",
        "100%",
    ),
    Measure(
        "whole", "Own area lies in one", "percent", "People whose area lies wholly in one area of the second", "100%"
    ),
    Measure("split", "Areas split", "count", "Areas that fall into several areas of the second", "0"),
    Measure("excess", "Pieces too many", "count", "Pieces too many that split areas fall into", "0"),
    Measure(
        "overlap",
        "Overlap",
        "percent",
        "People in both over people in either, with the area that overlaps most, averaged over people",
        "100%",
    ),
    Measure(
        "entropy",
        "Left open, one way (entropy)",
        "figure",
        "What is still open of somebody's area in the second when that in the first is known (0: nothing)",
        "0",
    ),
    Measure(
        "spread",
        "Areas that one spreads over",
        "figure",
        "Over how many areas of the second an area spreads, as if evenly, on average",
        "1",
    ),
    Measure(
        "homogeneity",
        "What the first settles (homogeneity)",
        "figure",
        "The share of what is open of the second that the first settles",
        "1",
    ),
    Measure("completeness", "What the second settles (completeness)", "figure", "The same the other way round", "1"),
    Measure(
        "v_measure",
        "Both of these in one (V-measure)",
        "figure",
        "What each settles of the other, as the harmonic mean",
        "1",
    ),
    Measure(
        "mutual",
        "What one tells of the other (mutual information)",
        "figure",
        "How much one area tells of the other, from 0 up",
        "",
    ),
    Measure(
        "variation",
        "How far apart (variation of information)",
        "figure",
        "How unlike the two are, as a distance from 0 up: what is left open of each when the other is known",
        "0",
    ),
    Measure("distance", "How far apart, 0 to 1", "figure", "The same as a share of all that there is to know", "0"),
    Measure(
        "rand", "Pairs treated alike (Rand)", "figure", "Pairs of people whom both put together or both put apart", "1"
    ),
    Measure(
        "adjusted_rand",
        "The same less chance (adjusted Rand)",
        "figure",
        "Pairs treated alike, less what comes of chance",
        "1",
    ),
    Measure(
        "foretold",
        "Wrong guesses spared (lambda)",
        "figure",
        "Of wrong guesses of somebody's area in the second, the share that knowing the first spares",
        "1",
    ),
    Measure(
        "lines",
        "Shared lines",
        "percent",
        "Metres of the first's lines that are lines of the second, of all its own",
        "100%",
    ),
    Measure(
        "lines_outer",
        "Shared lines, with the outer border",
        "percent",
        "The same with the outer border as a line of both",
        "100%",
    ),
    Measure("kilometres", "Kilometres of line", "figure", "Length of the first's lines inside the place", ""),
)
"""The columns of a row of measures, in their order."""


def cells(found: Alignment, lines: Lines | None) -> tuple[float | int | None, ...]:
    """The cells of MEASURES for two divisions; those of lines are None where borders are not known."""
    forth = found.forth
    drawn = (None, None, None) if lines is None else (lines.share, lines.share_with_outer, round(lines.first / 1000, 3))
    return (
        found.cross.total,
        forth.areas,
        found.same,
        forth.best_fit,
        forth.whole,
        forth.split,
        forth.excess,
        forth.overlap,
        forth.entropy,
        forth.spread,
        forth.homogeneity,
        found.back.homogeneity,
        found.v_measure,
        found.mutual,
        found.variation,
        found.distance,
        found.rand,
        found.adjusted_rand,
        forth.foretold,
        *drawn,
    )


def meanings_table() -> Table:
    """What each measure says."""
    columns = (Column("measure", "Measure"), Column("says", "What it says"), Column("alike", "The same lines give"))
    rows = [(each.label, each.words, each.alike) for each in MEASURES]
    return Table("align-meanings", "What the measures say", columns, rows)
