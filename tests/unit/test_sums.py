"""Work done once for each distinct text, and the sums of lines by numbers: the same as row by row."""

from __future__ import annotations

from pathlib import Path

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.published import part
from totalplace.money import steps
from totalplace.services import CLASSES
from totalplace.sources import distinct
from totalplace.sources.reading import Reading
from totalplace.sources.spend import Tally, read_spend
from totalplace.sources.sums import _by_cell, _order, merged

TEXTS = st.lists(st.sampled_from(["", "a", "b", "A", " a", "Council tax", "é", None]), max_size=30)
COLUMNS = {"amount": "Amount", "date": "Date", "payee": "Payee", "department": "Dept", "vat": "VAT", "card": "Card"}
ROW = st.tuples(
    st.sampled_from(["01/04/2024", "17/05/2024", "01/03/2025", "02/04/2025"]),
    st.sampled_from(["Acme Ltd", "Acme  Ltd", " Acme Ltd", "Bright Lamps", ""]),
    st.integers(-99999, 99999).map(lambda pence: f"{pence / 100:.2f}"),
    st.sampled_from(["Precept", "Pension fund", "Roads", ""]),
    st.sampled_from(["GB 1", "GB1", "GB2", ""]),
    st.sampled_from(["Y", "N", ""]),
)


def content(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(["Date,Payee,Amount,Dept,VAT,Card", *(",".join(row) for row in rows)]) + "\n"


@given(columns=st.lists(TEXTS, min_size=1, max_size=3))
def test_texts_come_back_from_their_numbers(columns: list[list[str | None]]) -> None:
    words = distinct.Words()
    for texts in columns:
        rows = words.numbers(pl.Series(texts, dtype=pl.String))
        assert words.texts(rows).to_list() == [text or "" for text in texts]
        assert words.column(rows).cast(pl.String).to_list() == [text or "" for text in texts]
        assert words.each(rows, _length).tolist() == [len(text or "") for text in texts]


def _length(texts: pl.Series) -> distinct.Index:
    return texts.str.len_chars().cast(pl.Int64).to_numpy()


def test_work_is_done_once_a_text_in_whatever_column() -> None:
    words, asked = distinct.Words(), []

    def work(texts: pl.Series) -> distinct.Index:
        asked.extend(texts.to_list())
        return _length(texts)

    for texts in (["a", "b", "a"], ["b", "c"], ["a"]):
        words.each(words.numbered(texts), work)
    assert sorted(asked) == ["a", "b", "c"]


def test_what_was_found_is_forgotten_where_it_becomes_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "MANY", 10)
    words = distinct.Words()
    for n in range(5):
        texts = [f"text {n} {k}" for k in range(20)]
        assert words.each(words.numbered(texts), _length).tolist() == [len(text) for text in texts]
        words.make_room()
        assert not words._found


@given(rows=st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=40))
def test_rows_of_numbers_are_told_apart(rows: list[tuple[int, ...]]) -> None:
    columns = [np.array([row[n] for row in rows], np.int64) for n in range(3)]
    index, found = distinct.together(columns)
    kinds = list(zip(*(column.tolist() for column in found), strict=True))
    assert [kinds[at] for at in index.tolist()] == rows
    assert sorted(kinds) == sorted(set(rows))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=60))
def test_the_summary_is_the_steps_own(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    found = read_spend(part(tmp_path, content(rows)), Reading(COLUMNS), body="anytown", card=False, tally=Tally())
    (tidy,) = found
    by_engine = steps.summarise(nw.from_native(tidy.lines.lazy())).to_native().collect()
    assert isinstance(by_engine, pl.DataFrame)
    order = ["payee_key", "month", "kind", "channel", *CLASSES]
    texts = pl.col(pl.Categorical, pl.Enum).cast(pl.String)
    assert tidy.summary.with_columns(texts).rows() == by_engine.with_columns(texts).sort(order).rows()
    assert tidy.summary.columns == by_engine.columns
    twice = merged([tidy.summary, tidy.summary]).with_columns(texts)
    assert twice.rows() == by_engine.with_columns(texts, pl.col("lines", "pence") * 2).sort(order).rows()
    assert set(tidy.payees["payee_key"]) == set(tidy.lines["payee_key"])


@settings(deadline=None)
@given(cells=st.lists(st.sampled_from([0, 1, 0xFFFF, 0x10000, 0x1FFFF, 1 << 32, (1 << 32) + 1, 1 << 48]), max_size=30))
def test_numbers_are_put_in_order_and_those_alike_left_in_theirs(cells: list[int]) -> None:
    assert _order(np.array(cells, np.int64)).tolist() == sorted(range(len(cells)), key=cells.__getitem__)


@given(rows=st.lists(st.tuples(st.sampled_from([0, 1, 7, 1 << 40, 1 << 61]), st.integers(-99, 99)), max_size=30))
def test_sums_of_cells_hold_for_numbers_of_any_size(rows: list[tuple[int, int]]) -> None:
    cells, counts, pence = _by_cell(*(np.array([row[n] for row in rows], np.int64) for n in range(2)))
    wanted = {cell: [pence for other, pence in rows if other == cell] for cell, _ in sorted(rows)}
    assert cells.tolist() == list(wanted)
    assert counts.tolist() == [len(own) for own in wanted.values()]
    assert pence.tolist() == [sum(own) for own in wanted.values()]
