"""The swift way and the careful way give the same rows; faults of single rows stay with those rows."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.published import part
from totalplace.errors import PlaceError
from totalplace.sources import grid
from totalplace.sources.amounts import read_amount
from totalplace.sources.grid import Grid, grids
from totalplace.sources.parts import Part
from totalplace.sources.reading import Reading
from totalplace.sources.text import to_utf8

READING = Reading({"amount": "Amount", "date": "Date", "payee": "Supplier", "transaction": "Ref"})
TOP = "Date,Supplier,Amount,Ref"


def rows(found: Grid) -> list[dict[str, object]]:
    """The grid's rows; a cell that is empty and one that is not there are the same to all who read them."""
    frame = found.frame if "fault" in found.frame.columns else found.frame.with_columns(fault=pl.lit(None, pl.String))
    texts = frame.select(sorted(frame.columns)).with_columns(
        pl.col(pl.Categorical, pl.String).exclude("fault").cast(pl.String).fill_null("")
    )
    return texts.rows(named=True)


def all_rows(found: Part, reading: Reading = READING) -> list[dict[str, object]]:
    found_rows = []
    for one in grids(found, reading):
        unread = [text for text in one.frame["amount"].drop_nulls().to_list() if read_amount(text) is None]
        found_rows += rows(one.where_headings_stand(unread))
    return found_rows


def only(found: Part, reading: Reading = READING) -> Grid:
    (one,) = grids(found, reading)
    return one


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A well-formed CSV: cells quoted where they must be and now and then where not, ends of lines of both sorts."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    marks = st.sampled_from(["a", "Z", " ", "é", "£", ",", '"', "\n", "\r\n", ";", "0"])
    words = st.lists(marks, max_size=6).map("".join)
    cells = draw(st.lists(st.lists(words, min_size=4, max_size=4), min_size=1, max_size=12))
    lines = []
    for row in cells:
        if draw(st.integers(0, 9)) == 0:
            lines.append("")
        lines.append(",".join(quoted(cell, draw(st.booleans())) for cell in row))
    return end.join([TOP, *lines]) + draw(st.sampled_from(["", end]))


def quoted(cell: str, always: bool) -> str:
    needs = any(mark in cell for mark in ',"\n\r')
    return '"' + cell.replace('"', '""') + '"' if always or needs else cell


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=tables())
def test_both_ways_give_the_same_grid_and_line_numbers(tmp_path: Path, text: str) -> None:
    found = only(part(tmp_path, text))
    if found.carefully is None:
        return  # it went the careful way anyhow
    careful = found.carefully()
    assert rows(found) == rows(careful)
    lines = [int(row["line"]) for row in rows(found)]  # type: ignore[call-overload]
    assert found.text(lines) == careful.text(lines)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    widths=st.lists(st.sampled_from([12, 12, 12, 11, 13, 1, 0]), min_size=1, max_size=8),
    last=st.booleans(),
    commas=st.sets(st.integers(0, 12), max_size=3),
)
def test_a_wide_table_is_the_same_whichever_columns_are_read(
    tmp_path: Path, widths: list[int], last: bool, commas: set[int]
) -> None:
    more = ",".join(f"More {n}" for n in range(8))
    top = f"{more},{TOP}" if last else f"{TOP},{more}"
    cells = [[f'"{row},""{n}"",,"' if n in commas else f"{row}.{n}" for n in range(13)] for row in range(8)]
    text = "\n".join([top, *(",".join(cells[row][:width]) for row, width in enumerate(widths))])
    with mock.patch.object(grid, "SELDOM", 0):  # as of a table so large that its quotes are few
        found = only(part(tmp_path, text + "\n"))
    if found.carefully is not None:
        assert rows(found) == rows(found.carefully())
        assert set(widths) <= {12, 11, 1, 0}, "no row is too wide"


def test_a_wide_table_is_not_parsed_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    read_csv = pl.read_csv
    monkeypatch.setattr(
        pl, "read_csv", lambda *given, **more: asked.append(more["columns"]) or read_csv(*given, **more)
    )
    text = f"{TOP},A,B,C,D\n" + "22/04/2024,Acme Ltd,1.00,1,a,b,c,d\n" * 3
    assert rows(only(part(tmp_path, text)))[2]["payee"] == "Acme Ltd"
    assert rows(only(part(tmp_path, text + "22/04/2024,Acme Ltd,1.00,1,a,b,c,\n")))[3]["amount"] == "1.00"
    assert asked == [[0, 1, 2, 3, 7], None]
    monkeypatch.setattr(grid, "TOP", 400)  # a last cell that is empty too far down to be seen beforehand
    quoted = text + '22/04/2024,"Acme, ""A"" Ltd",1.00,1,a,"b,,b",c,d\n' + "22/04/2024,Acme Ltd,1.00,1,a,b,c,d\n" * 300
    assert rows(only(part(tmp_path, quoted)))[3]["payee"] == 'Acme, "A" Ltd'
    assert asked.pop() == [0, 1, 2, 3, 7], "so few quotes are looked into"
    far = text + "22/04/2024,Acme Ltd,1.00,1,a,b,c,d\n" * 20 + "22/04/2024,Acme Ltd,2.00,1,a,b,c,\n"
    assert rows(only(part(tmp_path, far)))[23]["amount"] == "2.00"
    assert asked[2:] == [[0, 1, 2, 3, 7], None]


def test_well_formed_files_do_go_the_swift_way(tmp_path: Path) -> None:
    plain = TOP + "\n22/04/2024,Acme Ltd,1.00,1\n"
    for text in (plain, plain.replace("\n", "\r\n"), plain.replace("Acme Ltd", '"Acme, ""A"" Ltd"'), plain.rstrip()):
        assert only(part(tmp_path, text)).carefully is not None
    assert only(part(tmp_path, plain.replace("Acme", "Café").encode("cp1252"))).carefully is not None


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=120) | st.text('a1,"\n\r; ', max_size=120).map(str.encode))
def test_any_bytes_give_each_line_once(tmp_path: Path, raw: bytes) -> None:
    """Every line below the headings is in the text of one record, whichever way was gone."""
    whole = TOP.encode() + b"\n" + raw
    lines = to_utf8(whole, "utf-8").split(b"\n")
    expected = list(range(2, len(lines) + (lines[-1] != b"")))
    found = []
    for one in grids(part(tmp_path, whole), READING):
        for begin in one.frame["line"].to_list():
            text = one.text([begin])[begin]
            found += range(begin, begin + text.count("\n") + 1)
    assert found == expected


def test_ragged_rows_are_marked_only_where_cells_have_shifted(tmp_path: Path) -> None:
    good = "22/04/2024,Acme Ltd,1.00,1"
    text = "\n".join([TOP, *[good] * 30, "22/04/2024,Smith, J,1.00,1", good + ",,,", "22/04/2024,Short Ltd,2.00"])
    found = all_rows(part(tmp_path, text))
    assert [(row["line"], row["fault"]) for row in found if row["fault"]] == [(32, "shifted")]
    assert found[-1]["amount"] == "2.00"
    assert found[-1]["transaction"] == ""


def test_a_width_that_many_rows_have_is_a_habit(tmp_path: Path) -> None:
    """Salford 2018-09: twelve headings, and 17 cells in 894 rows."""
    text = "\n".join([TOP, *["22/04/2024,Acme Ltd,1.00,1"] * 10, *["22/04/2024,Acme Ltd,2.00,2,extra,extra"] * 10])
    assert not any(row["fault"] for row in all_rows(part(tmp_path, text)))


def test_headings_again_in_the_body_may_change_the_places(tmp_path: Path) -> None:
    """Salford 2018-04: the headings come again, with the columns in another order."""
    text = "\n".join(
        [
            TOP,
            *["22/04/2024,Acme Ltd,1.00,1"] * 3,
            "Supplier,Ref,Date,Amount",
            *["Bright Ltd,2,23/04/2024,2.00"] * 3,
        ]
    )
    found = all_rows(part(tmp_path, text))
    assert [row["fault"] for row in found] == [None, None, None, "repeated_header", None, None, None]
    assert {row["payee"] for row in found[4:]} == {"Bright Ltd"}
    assert {row["amount"] for row in found[4:]} == {"2.00"}


def test_a_quote_left_open_swallows_no_rows_either_way(tmp_path: Path) -> None:
    good = "22/04/2024,Acme Ltd,1.00,1"
    paired = [TOP, good, '22/04/2024,"Open Ltd,2.00,2', good, '22/04/2024,Shut Ltd",3.00,3', good]
    found = all_rows(part(tmp_path, "\n".join(paired)))
    assert [(row["line"], row["fault"]) for row in found] == [
        (2, None),
        (3, "open_quote"),
        (4, None),
        (5, None),
        (6, None),
    ]
    alone = [TOP, good, '22/04/2024,"Open Ltd,2.00,2', *[good] * 30]
    found = all_rows(part(tmp_path, "\n".join(alone)))
    assert len(found) == 32
    assert [row["line"] for row in found if row["fault"] == "open_quote"] == [3]
    far = [TOP, '22/04/2024,"Open Ltd', *["words"] * 30, '",2.00,2']
    assert all_rows(part(tmp_path, "\n".join(far)))[0]["fault"] == "open_quote"


def test_a_stray_quote_swallows_not_even_the_row_that_happens_to_close_it(tmp_path: Path) -> None:
    good = "22/04/2024,Acme Ltd,1.00,1"
    text = f'{TOP}\n{good}\n22/04/2024,"Open Ltd,2.00,2\n23/04/2024,Shut Ltd",3.00,3\n{good}'
    found = all_rows(part(tmp_path, text))
    assert [(row["line"], row["fault"]) for row in found] == [(2, None), (3, "open_quote"), (4, None), (5, None)]
    assert found[2]["amount"] == "3.00"


def test_a_quoted_text_over_lines_may_end_in_words_and_commas(tmp_path: Path) -> None:
    """Its last line has as many commas as a row, and the row's own date and amount at its end."""
    reading = Reading({"amount": "Amount", "date": "Date", "payee": "Name"})
    for last in ("road", "a, b, c, d"):
        text = f'What,Line,Name,Date,Amount\n"Lamps,\nposts\n{last}",1,Acme Ltd,22/04/2024,1.00\n'
        (row,) = all_rows(part(tmp_path, text), reading)
        assert (row["line"], row["fault"], row["payee"], row["amount"]) == (2, None, "Acme Ltd", "1.00")


def test_line_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    text = f"Title\n\n{TOP}\n\n" + '22/04/2024,"Acme\nLtd",1.00,1\n\n23/04/2024,Bright Ltd,2.00,2\n'
    reading = Reading(READING.columns, header=3)
    found = [row for row in all_rows(part(tmp_path, text), reading) if row["amount"]]
    assert [(row["line"], row["amount"]) for row in found] == [(5, "1.00"), (8, "2.00")]
    assert only(part(tmp_path, text), reading).preamble == 2


def test_small_blocks_give_the_rows_of_one_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f'{n % 28 + 1:02d}/04/2024,"Acme {n}, Ltd",{n}.00,{n}' for n in range(1, 200)]
    found = part(tmp_path, "\r\n".join([TOP, *lines]))
    whole = all_rows(found)
    monkeypatch.setattr(Part, "block_size", lambda _: 300)
    assert len(list(grids(found, READING))) > 10
    assert all_rows(found) == whole
    assert [row["line"] for row in whole] == list(range(2, 201))


def test_a_line_longer_than_a_block_is_one_faulty_row_and_the_rest_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = "22/04/2024,Acme Ltd,1.00,1"
    found = part(tmp_path, "\n".join([TOP, good, "x" * 5000, good]))
    monkeypatch.setattr(Part, "block_size", lambda _: 300)
    assert [(row["line"], row["fault"]) for row in all_rows(found)] == [(2, None), (3, "line_too_long"), (4, None)]
    first = part(tmp_path, "\n".join(["x" * 5000, TOP, good]))
    assert [(row["line"], row["fault"]) for row in all_rows(first, Reading(READING.columns, header=2))] == [
        (1, "line_too_long"),
        (3, None),
    ]


def test_a_long_line_in_a_block_is_one_faulty_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (grid, grid.records.__globals__):
        monkeypatch.setitem(module if isinstance(module, dict) else vars(module), "RECORD_BYTES", 1000)
    good = "22/04/2024,Acme Ltd,1.00,1"
    text = "\n".join([TOP, good, f"22/04/2024,{'x' * 2000},1.00,1", good])
    assert [(row["line"], row["fault"]) for row in all_rows(part(tmp_path, text))] == [
        (2, None),
        (3, "line_too_long"),
        (4, None),
    ]


def test_a_file_that_has_changed_shape_is_told_from_one_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match=r"no column is headed 'Amount'.*it has: Date, Supplier, Net"):
        only(part(tmp_path, "Date,Supplier,Net,Ref\n22/04/2024,Acme Ltd,1.00,1\n"))


def test_a_reading_far_wider_or_deeper_than_the_file_ends_soon_and_rejects_its_rows(tmp_path: Path) -> None:
    text = "\n".join([TOP, *["22/04/2024,Acme Ltd,1.00,1"] * 2000])
    for reading in (Reading({"amount": 16_384}), Reading({"amount": "Amount"}, width=16_384)):
        assert len(all_rows(part(tmp_path, text), reading)) == 2000
    below = all_rows(part(tmp_path, text), Reading({"amount": 3}, header=0, first=10_000_000))
    assert {row["fault"] for row in below} == {"above_headings"}
    with pytest.raises(PlaceError, match="no column is headed"):
        all_rows(part(tmp_path, text), Reading({"amount": "Amount"}, header=10_000_000))


def test_a_file_that_is_not_utf_16_is_not_read_as_if_it_were(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="says utf-16, and the file is not"):
        all_rows(
            part(tmp_path, TOP + "\n22/04/2024,Acme Ltd,1.00,1\n"), Reading({"amount": "Amount"}, encoding="utf-16")
        )
