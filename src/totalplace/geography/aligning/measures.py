"""The measures of two divisions as columns: what each is called, what it says, what identical lines give."""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.geography.aligning.alignment import Alignment
from totalplace.geography.aligning.lines import Lines
from totalplace.table import Column, Kind, Table


@dataclass(frozen=True)
class Measure:
    """A measure: its name for machines, label and words for people, the kind of its cells, and what is perfect."""

    name: str
    label: str
    kind: Kind
    words: str
    alike: str


MEASURES = (
    Measure("people", "People with both", "count", "People who have an area in both divisions", "everybody"),
    Measure("areas", "Areas", "count", "Areas of the first division with people in them", ""),
    Measure(
        "same",
        "Have the same area",
        "percent",
        "People whose two areas are taken for the same one, with areas paired one to one so that most people are",
        "100%",
    ),
    Measure(
        "best_fit",
        "Best fit",
        "percent",
        "People who live in the area of the second that most people of their area of the first live in",
        "100%",
    ),
    Measure("whole", "Area lies in one", "percent", "People whose area lies wholly in one area of the second", "100%"),
    Measure("split", "Split areas", "count", "Areas that fall into several areas of the second", "0"),
    Measure("excess", "Excess pieces", "count", "Pieces too many that split areas fall into", "0"),
    Measure(
        "overlap",
        "Overlap",
        "percent",
        "People in both over people in either, with the area that overlaps most, averaged over people",
        "100%",
    ),
    Measure(
        "entropy",
        "Entropy, one way",
        "figure",
        "What is still open of somebody's area in the second when that in the first is known, in nats",
        "0",
    ),
    Measure(
        "spread", "Spread", "figure", "Over how many areas of the second an area spreads, as if evenly, on average", "1"
    ),
    Measure(
        "homogeneity", "Homogeneity", "figure", "The share of what is open of the second that the first settles", "1"
    ),
    Measure("completeness", "Completeness", "figure", "The same the other way round", "1"),
    Measure("v_measure", "V-measure", "figure", "Homogeneity and completeness in one, their harmonic mean", "1"),
    Measure("mutual", "Mutual information", "figure", "What one area tells of the other, in nats", ""),
    Measure("variation", "Variation of information", "figure", "How far apart the two are, as a distance in nats", "0"),
    Measure("distance", "Distance, 0 to 1", "figure", "The same as a share of all that there is to know", "0"),
    Measure("rand", "Rand", "figure", "Pairs of people whom both put together or both put apart", "1"),
    Measure("adjusted_rand", "Adjusted Rand", "figure", "The same less what comes of chance", "1"),
    Measure(
        "foretold",
        "Lambda",
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
        "lines_outer", "With the outer border", "percent", "The same with the outer border as a line of both", "100%"
    ),
    Measure("kilometres", "Kilometres of line", "figure", "Length of the first division's lines inside the place", ""),
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
