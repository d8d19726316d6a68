"""For each step: what it takes and gives, tables to try it on, and examples worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.conformance import plain, tables
from tests.conformance.tables import HUGE, Table
from totalplace.money import steps

WHAT = ("adults", "", "words")
"""The classes of every row of an example."""


@dataclass(frozen=True)
class Case:
    """A step, its plain twin, the columns it takes (a tuple for each table) and gives, and what to try."""

    step: Callable[..., Any]
    twin: Callable[..., plain.Rows]
    takes: tuple[tuple[str, ...], ...]
    gives: tuple[str, ...]
    generated: SearchStrategy[Any]
    worked: dict[str, tuple[tuple[Table, ...], Table]] = field(default_factory=dict)


def _summary(*rows: tuple[str, str, int, int, int]) -> Table:
    """Rows of body, file, payee_key, lines and pence in one month, as a summary."""
    return [(body, file, key, "spending", "invoice", *WHAT, "2018-19", 201804, n, p) for body, file, key, n, p in rows]


def _cells(body: str, *pence: int) -> Table:
    """Entries of a body and year that differ in their supplier, 1, 2, 3 ..., and their money."""
    what = ("levy", "card", *WHAT, "2018-19", 201804, "spending")
    return [(body, "a.csv", n, *what, n, "final", "", 1, p) for n, p in enumerate(pence, 1)]


def _shared(body: str, *pence: tuple[int, int]) -> Table:
    """The same entries with this place's part of each."""
    cells = _cells(body, *(whole for whole, _ in pence))
    return [(*cell, part) for cell, (_, part) in zip(cells, pence, strict=True)]


SUMMARISE = Case(
    steps.summarise,
    plain.summarise,
    (tables.LINES,),
    tables.SUMMARY,
    st.tuples(tables.rows(tables.LINES)),
    {
        "a payment and its credit note leave two lines and nothing": (
            (
                [
                    ("x", "salford", "a.csv", 1, "spending", "invoice", *WHAT, "2018-19", 201804, HUGE),
                    ("y", "salford", "a.csv", 1, "spending", "invoice", *WHAT, "2018-19", 201804, -HUGE),
                    ("y", "salford", "a.csv", 1, "spending", "card", *WHAT, "2018-19", 201804, -7),
                ],
            ),
            [
                ("salford", "a.csv", 1, "spending", "card", *WHAT, "2018-19", 201804, 1, -7),
                ("salford", "a.csv", 1, "spending", "invoice", *WHAT, "2018-19", 201804, 2, 0),
            ],
        ),
    },
)

COUNTED_YEARS = Case(
    steps.counted_years,
    plain.counted_years,
    (tables.SUMMARY,),
    tables.COUNTED,
    st.tuples(tables.rows(tables.SUMMARY, unique=10)),
    {
        "each body and year once": (
            (
                _summary(
                    ("salford", "a.csv", 1, 1, 5),
                    ("salford", "b.csv", 2, 1, 0),
                    ("trafford", "c.csv", 1, 1, 1),
                ),
            ),
            [("salford", "2018-19", 1), ("trafford", "2018-19", 1)],
        ),
    },
)


def _entry(body: str, key: int, pence: int, *told: Any) -> tuple[Any, ...]:
    kind, supplier, outcome, to_body = told
    return (
        body,
        "a.csv",
        key,
        kind,
        "invoice",
        *WHAT,
        "2018-19",
        201804,
        "spending",
        supplier,
        outcome,
        to_body,
        1,
        pence,
    )


LEDGER = Case(
    steps.ledger,
    plain.ledger,
    (tables.SUMMARY, tables.PAYEES, tables.COUNTED),
    tables.LEDGER,
    st.tuples(tables.rows(tables.SUMMARY, unique=10), tables.payees(), tables.rows(tables.COUNTED, unique=2)),
    {
        "the four outcomes, and a payee whose name tells the kind": (
            (
                _summary(*(("salford", "a.csv", key, 1, key * 100) for key in range(1, 7))),
                [
                    (1, 11, "", 0, ""),
                    (2, 12, "manchester", 1, ""),
                    (3, 13, "manchester", 0, ""),
                    (4, 14, "salford", 1, ""),
                    (5, 15, "bolton", 1, "levy"),
                    (6, 16, "salford", 0, ""),
                ],
                [("manchester", "2018-19", 1), ("salford", "2018-19", 1), ("bolton", "2019-20", 1)],
            ),
            [
                _entry("salford", 1, 100, "spending", 11, "final", ""),
                _entry("salford", 2, 200, "spending", 12, "eliminated", "manchester"),
                _entry("salford", 3, 300, "spending", 13, "candidate", "manchester"),
                _entry("salford", 4, 400, "spending", 14, "self", "salford"),
                _entry("salford", 5, 500, "levy", 15, "final", "bolton"),
                _entry("salford", 6, 600, "spending", 16, "candidate", "salford"),
            ],
        ),
    },
)

APPORTION = Case(
    steps.apportion,
    plain.apportion,
    (tables.LEDGER, tables.SHARES),
    tables.SHARED_LEDGER,
    st.tuples(tables.rows(tables.LEDGER, unique=12), tables.rows(tables.SHARES, unique=1)),
    {
        "a third of three equal cells: the penny over goes to the first": (
            (_cells("police", 100, 100, 100), [("police", 333_333)]),
            _shared("police", (100, 34), (100, 33), (100, 33)),
        ),
        "credits are rounded down too, so a payment and its credit leave nothing": (
            (_cells("police", 1, -1), [("police", 500_000)]),
            _shared("police", (1, 1), (-1, -1)),
        ),
        "half a penny of the total is rounded up, also below zero": (
            (_cells("police", -1), [("police", 500_000)]),
            _shared("police", (-1, 0)),
        ),
        "the largest remainder comes first, whatever the order of keys": (
            (_cells("police", 1, 3, 2), [("police", 300_000)]),
            _shared("police", (1, 0), (3, 1), (2, 1)),
        ),
        "sums past what 64 bits hold in millionths of a penny, exact to the penny": (
            (_cells("police", HUGE * 1000 + 1, -HUGE - 1, 0), [("police", 999_999)]),
            _shared("police", (10**16 + 1, 10**16 - 10**10 + 1), (-HUGE - 1, -HUGE + 10**7 - 1), (0, 0)),
        ),
        "nothing and all": (
            (_cells("fire", 5, -5) + _cells("police", 7, -9), [("fire", 0), ("police", 1_000_000)]),
            _shared("fire", (5, 0), (-5, 0)) + _shared("police", (7, 7), (-9, -9)),
        ),
        "bodies without a share are left out": ((_cells("salford", 5), [("police", 1)]), []),
    },
)

TOTALS = Case(
    steps.totals,
    plain.totals,
    (tables.SHARED_LEDGER,),
    tables.TOTALS,
    st.tuples(tables.rows(tables.SHARED_LEDGER, unique=12)),
    {
        "suppliers fall together": (
            (_shared("police", (HUGE, HUGE // 2), (-1, 0), (3, 1)),),
            [("police", "2018-19", 201804, "levy", "card", "final", "", *WHAT, 3, HUGE + 2, HUGE // 2 + 1)],
        ),
    },
)

FILE_MONTHS = Case(
    steps.file_months,
    plain.file_months,
    (tables.SUMMARY,),
    tables.FILE_MONTHS,
    st.tuples(tables.rows(tables.SUMMARY, unique=10)),
    {
        "payees fall together": (
            (
                _summary(
                    ("salford", "a.csv", 1, 2, 5),
                    ("salford", "a.csv", 2, 1, -5),
                    ("salford", "b.csv", 1, 1, 1),
                ),
            ),
            [("salford", "a.csv", 201804, 3, 0), ("salford", "b.csv", 201804, 1, 1)],
        ),
    },
)

_few = {
    "pence": st.sampled_from((0, 1, -1)),
    "lines": st.integers(1, 2),
    "body": st.sampled_from(tables.BODIES[:2]),
}


def _paid(*rows: tuple[str, str, int, int, int, int]) -> Table:
    """Rows of body, file, payee_key, supplier_id, lines and pence in one month, as entries of the ledger."""
    same = ("spending", "invoice", *WHAT, "2018-19", 201804, "spending")
    return [(body, file, key, *same, supplier, "final", "", n, p) for body, file, key, supplier, n, p in rows]


SHARED_ROWS = Case(
    steps.shared_rows,
    plain.shared_rows,
    (tables.LEDGER,),
    tables.SHARED,
    st.tuples(tables.rows(tables.LEDGER, unique=12, **_few)),
    {
        "two of three suppliers have the same lines and money in both files, under whatever spelling": (
            (
                _paid(
                    *(("salford", "a.csv", key, key, 1, key) for key in (1, 2, 3)),
                    *(("salford", "b.csv", key + 10, key, 1, key) for key in (1, 2)),
                    ("salford", "b.csv", 3, 3, 2, 3),
                    ("trafford", "c.csv", 1, 1, 1, 1),
                ),
            ),
            [("a.csv", "b.csv", 201804, 2, 3)],
        ),
    },
)

CASES = {
    case.step.__name__: case for case in (SUMMARISE, COUNTED_YEARS, LEDGER, APPORTION, TOTALS, FILE_MONTHS, SHARED_ROWS)
}
