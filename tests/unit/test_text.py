"""Bytes become the same records whatever the encoding, the line ends and the size of the blocks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.published import read
from totalplace.sources import byte_signs, line_ends
from totalplace.sources.byte_signs import count_of, places_of
from totalplace.sources.encoding import guess_encoding
from totalplace.sources.records import records
from totalplace.sources.text import Block, Overlong, blocks, to_utf8

SAMPLE = "Supplier,Amount £\r\nCafé Zoë & Søn,£1\r\nPlain Ltd,2\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_the_encoding_is_told_and_undone(encoding: str) -> None:
    raw = SAMPLE.encode(encoding)
    assert guess_encoding(raw[:4], raw) == encoding
    assert to_utf8(raw, encoding).decode() == SAMPLE


def test_every_byte_of_cp1252_is_the_sign_that_it_stands_for() -> None:
    for byte in set(range(1, 256)) - {ord("\r")}:
        raw = b"caf\xe9 " + bytes([byte])
        assert to_utf8(raw, "cp1252") == raw.decode("cp1252", "replace").encode()


def test_cp850_is_told_by_its_pound_sign() -> None:
    raw = "Net Amount(£)\r\n£12\r\n".encode("cp850")
    assert b"\x9c" in raw
    assert guess_encoding(raw[:4], raw) == "cp850"
    assert to_utf8(raw, "cp850").decode() == "Net Amount(£)\r\n£12\r\n"


@pytest.mark.parametrize(
    "mark", [b"\xef\xbb\xbf", b"\xc3\xaf\xc2\xbb\xc2\xbf", b"\xef\xbb\xbf\xc3\xaf\xc2\xbb\xc2\xbf"]
)
def test_byte_order_marks_are_taken_off_once_encoded_twice_too(mark: bytes) -> None:
    raw = mark + b"Supplier,Amount\n"
    assert to_utf8(raw, guess_encoding(raw[:4], raw)) == b"Supplier,Amount\n"


def test_one_bad_byte_spoils_one_line_and_not_the_encoding_of_the_file() -> None:
    good, bad = "Zoë,£1".encode(), "Søn,£2".encode("cp1252")
    raw = b"\n".join([good, good, bad, good])
    assert guess_encoding(raw[:4], raw) == "utf-8"
    assert to_utf8(raw, "utf-8").decode() == "Zoë,£1\nZoë,£1\nSøn,£2\nZoë,£1"


def test_a_sample_cut_inside_a_character_is_still_utf8() -> None:
    raw = "Supplier\nCafé".encode()[:-1]
    assert guess_encoding(raw[:4], raw) == "utf-8"


def test_utf16_without_a_mark_is_read_as_far_as_it_is_plain() -> None:
    raw = "Supplier,Amount\r\nPlain Ltd,12.00\r\n".encode("utf-16-le")
    assert to_utf8(raw, guess_encoding(raw[:4], raw)).decode() == "Supplier,Amount\r\nPlain Ltd,12.00\r\n"


def test_marks_inside_files_that_were_strung_together_are_taken_out() -> None:
    one = b"\xef\xbb\xbf" + '"Zoë",1\n'.encode()
    assert to_utf8(one + one, "utf-8").decode() == '"Zoë",1\n"Zoë",1\n'


def test_nuls_are_taken_out() -> None:
    assert to_utf8(b"Supplier\0,Amount\nA\0 Ltd,1\n", "utf-8") == b"Supplier,Amount\nA Ltd,1\n"


def test_lines_that_end_in_a_return_alone_are_lines() -> None:
    assert to_utf8(b"a,b\rc,d\re,f", "utf-8") == b"a,b\nc,d\ne,f"


def test_a_stray_return_inside_a_line_is_a_blank() -> None:
    assert to_utf8(b"a\rb,c\nd,e\nf,g\n", "utf-8") == b"a b,c\nd,e\nf,g\n"
    assert to_utf8(b"a\rb,c\r\nd,e\r\n", "utf-8") == b"a b,c\r\nd,e\r\n"


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "cp1252", "cp850", "utf-16"]))
def test_any_bytes_become_valid_text(raw: bytes, encoding: str) -> None:
    cleaned = to_utf8(raw, encoding)
    cleaned.decode("utf-8")
    assert b"\0" not in cleaned
    assert b"\r" not in cleaned.replace(b"\r\n", b"")


@given(st.text(st.characters(codec="cp1252", exclude_characters="\r\n\0"), max_size=80))
def test_any_text_survives_each_encoding_that_can_hold_it(words: str) -> None:
    for encoding in ("utf-8", "cp1252", "utf-16"):
        assert to_utf8(("x" + words).encode(encoding), encoding).decode() == "x" + words


# Records


def cells(raw: bytes, delimiter: str = ",") -> list[list[str]]:
    return [record.cells for record in records(raw, 1, delimiter)]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends() -> None:
    raw = b'"A, B ""and"" C",1\n"two\r\nlines",2\r\nplain,3\n'
    assert cells(raw) == [['A, B "and" C', "1"], ["two\r\nlines", "2"], ["plain", "3"]]
    assert [record.line for record in records(raw, 1, ",")] == [1, 2, 4]


def test_a_quote_inside_a_plain_cell_is_a_sign_like_any_other() -> None:
    raw = b'24" Screens Ltd,1\nThe "Old" Mill,2\n'
    assert cells(raw) == [['24" Screens Ltd', "1"], ['The "Old" Mill', "2"]]
    assert not any(record.fault for record in records(raw, 1, ","))


def test_words_quoted_at_the_start_of_a_cell_do_not_spoil_the_row() -> None:
    assert cells(b'"Old" Mill Ltd,1\nNext,2\n') == [["Old Mill Ltd", "1"], ["Next", "2"]]


def test_a_quote_that_never_closes_spoils_its_own_line_only() -> None:
    raw = b'Good Ltd,1\n"Open Ltd,2\nNext Ltd,3\n' + b"Later Ltd,4\n" * 30
    found = list(records(raw, 1, ","))
    assert len(found) == 33
    assert [record.line for record in found if record.fault == "open_quote"] == [2]


def test_two_stray_quotes_swallow_no_rows_between_them() -> None:
    raw = b'"Open Ltd,2024-04-01,1\nNext Ltd,2024-04-02,2\n"Also open Ltd,2024-04-03,3\nLast,2024-04-04,4\n'
    assert [record.line for record in records(raw, 1, ",")] == [1, 2, 3, 4]


def test_a_stray_quote_that_happens_to_pair_swallows_no_line_that_is_a_row() -> None:
    raw = b'"Open Ltd,2024-04-01,1\nNext Ltd,2024-04-02,2\nAlso open",2024-04-03,3\n'
    assert len(list(records(raw, 1, ","))) == 1  # as RFC 4180 has it
    found = list(records(raw, 1, ",", is_row=lambda line: line.count(",") == 2))
    assert [(record.line, record.fault) for record in found] == [(1, "open_quote"), (2, ""), (3, "")]


def test_a_line_too_long_to_be_a_row_is_said_to_be_so() -> None:
    raw = b"a,1\n" + b"x" * (line_ends.RECORD_BYTES + 1) + b"\nb,2\n"
    assert [(record.line, record.fault) for record in records(raw, 1, ",")] == [
        (1, ""),
        (2, "line_too_long"),
        (3, ""),
    ]


def test_blank_lines_are_records_without_cells() -> None:
    assert cells(b"a,1\n\n\r\nb,2") == [["a", "1"], [], [], ["b", "2"]]


@given(st.text('ab,"\n\r; ', max_size=60))
def test_any_text_comes_back_whole_line_by_line(words: str) -> None:
    raw = to_utf8(words.encode(), "utf-8")
    found = list(records(raw, 1, ","))
    lines = raw.decode().split("\n")
    told = [line for record in found for line in record.text.split("\n")]
    assert [line.rstrip("\r") for line in told] == [
        line.rstrip("\r") for line in (lines[:-1] if lines[-1] == "" else lines)
    ]


TABLES = st.lists(st.lists(st.text('aé,"\n £', max_size=8), min_size=2, max_size=4), min_size=1, max_size=12)


def written(rows: list[list[str]], end: str, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", "\t", ";", "|"]))
def test_a_table_written_and_read_again_is_the_same(rows: list[list[str]], end: str, delimiter: str) -> None:
    assert cells(written(rows, end, delimiter), delimiter) == rows


# Blocks


def through_blocks(raw: bytes, encoding: str, size: int) -> Iterator[tuple[int, list[str]]]:
    for block in blocks(io.BytesIO(raw), encoding, size):
        assert isinstance(block, Block)
        for record in records(block.data, block.first, ","):
            yield record.line, record.cells


@settings(deadline=None)
@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "cp1252", "utf-16"]), st.booleans())
def test_small_blocks_give_the_records_of_one_block(
    rows: list[list[str]], end: str, encoding: str, final: bool
) -> None:
    raw = written(rows, end).decode()
    raw = (raw * 3 + ("" if final else "last,row")).encode(encoding)
    size = max(len(line) for line in raw.split(b"\n")) * 2 + 200
    assert list(through_blocks(raw, encoding, size)) == list(through_blocks(raw, encoding, 1 << 20))


@given(st.lists(st.text("ab,c", min_size=1, max_size=9), min_size=3, max_size=40), st.integers(12, 60))
def test_blocks_of_lines_that_end_in_returns_keep_their_numbers(lines: list[str], size: int) -> None:
    raw = "\r".join(lines).encode()
    expected = [(n, line.split(",")) for n, line in enumerate(lines, 1)]
    assert list(through_blocks(raw, "utf-8", size)) == expected


def test_line_numbers_go_on_from_block_to_block() -> None:
    raw = b"".join(b"line %d,x\n" % n for n in range(1, 101))
    found = list(through_blocks(raw, "utf-8", 64))
    assert [line for line, _ in found] == list(range(1, 101))
    assert found[-1][1] == ["line 100", "x"]


def test_a_line_longer_than_blocks_is_told_with_its_length_and_the_rest_is_read() -> None:
    raw = b"a,1\n" + b"x" * 500 + b"\nb,2\nc,3\n"
    found = list(blocks(io.BytesIO(raw), "utf-8", 64))
    long = [block for block in found if isinstance(block, Overlong)]
    assert [(block.line, block.length, block.start[:60]) for block in long] == [(2, 500, "x" * 60)]
    rows = [r for block in found if isinstance(block, Block) for r in records(block.data, block.first, ",")]
    assert [(row.line, row.cells) for row in rows] == [(1, ["a", "1"]), (3, ["b", "2"]), (4, ["c", "3"])]


def test_a_quoted_cell_over_a_block_edge_stays_whole() -> None:
    raw = b'a,"first\nsecond"\n' * 40
    found = list(through_blocks(raw, "utf-8", 50))
    assert len(found) == 40
    assert {tuple(row) for _, row in found} == {("a", "first\nsecond")}


def test_rows_that_end_in_a_return_alone_are_rows_though_others_end_in_a_newline(tmp_path: Path) -> None:
    ends = ["\r\n"] * 20 + ["\r"] * 20 + ["\n"] * 5
    rows = [f"22/04/2024,Acme {n},1.00" for n in range(len(ends))]
    text = "Date,Supplier,Amount\r\n" + "".join(row + end for row, end in zip(rows, ends, strict=True))
    found = read(tmp_path, text)
    assert (found.tally.accepted, found.tally.rejected) == (45, 0)
    assert [line["line"] for line in found.lines] == list(range(2, 47))
    assert found.column("payee")[44] == "Acme 44"


@pytest.mark.parametrize("size", [64, 100, 1000])
def test_they_are_rows_however_the_file_is_cut_into_blocks(size: int) -> None:
    rows = [f"22/04/2024,Acme {n},1.00".encode() for n in range(40)]
    data = b"Date,Supplier,Amount\r\n" + b"\r\n".join(rows[:20]) + b"\r\n" + b"\r".join(rows[20:])
    found = list(blocks(io.BytesIO(data), "utf-8", size))
    assert b"".join(block.data for block in found).replace(b"\r", b"").split(b"\n")[1:] == rows
    lines = [block.first for block in found]
    counts = [block.data.count(b"\n") for block in found]
    assert lines == [1 + sum(counts[:n]) for n in range(len(counts))]


def test_a_return_inside_a_cell_ends_no_row() -> None:
    text = b'Date,Supplier,Amount\n22/04/2024,Acme\rLtd,1.00\n22/04/2024,"Bright\rLtd, a\rb, c",1.00\n'
    assert to_utf8(text, "utf-8").count(b"\n") == 3


@given(
    data=st.binary(max_size=40).map(lambda data: bytes(b'\r\n"a'[sign % 4] for sign in data)), piece=st.integers(1, 9)
)
def test_signs_are_found_in_pieces_as_in_the_whole(data: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_signs, "PIECE", piece)
        assert places_of(data, '"').tolist() == [at for at, sign in enumerate(data) if sign == ord('"')]
        assert count_of(data, "\n") == data.count(b"\n")
        assert line_ends._has_stray_returns(data) == (b"\r" in data.replace(b"\r\n", b""))
