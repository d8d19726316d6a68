"""A file is one table or several: text, members of a zip, sheets of a workbook; what is none is refused by name."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.published import GOOD, Read, ods, put, workbook, zipped
from totalplace.errors import FileRefused
from totalplace.sources.contents import parts_of
from totalplace.sources.opening import byte_stream
from totalplace.sources.parts import Part, part_named
from totalplace.sources.sniff import propose
from totalplace.sources.workbooks import cell_text, sheet_rows

SHEET = [["Date", "Supplier", "Amount"], [dt.date(2024, 4, 22), "Acme Ltd", 12.5]]


def names(folder: Path, file: str) -> list[str]:
    return [part.name for part in parts_of(folder, file)]


def test_a_text_file_is_one_part(tmp_path: Path) -> None:
    put(tmp_path, "payments.csv", GOOD)
    assert parts_of(tmp_path, "payments.csv") == [Part(tmp_path / "payments.csv", "payments.csv")]


def test_a_zip_is_its_members_and_what_systems_leave_in_it_is_passed_over(tmp_path: Path) -> None:
    members = {"b/may.csv": GOOD, "april.csv": GOOD, "__MACOSX/._april.csv": "x", ".DS_Store": "x", "Thumbs.db": "x"}
    zipped(tmp_path / "all.zip", members)
    assert names(tmp_path, "all.zip") == ["all.zip!april.csv", "all.zip!b/may.csv"]
    with byte_stream(part_named(tmp_path, "all.zip!b/may.csv")) as stream:
        assert stream.read() == GOOD.encode()


def test_what_is_no_table_in_a_zip_is_refused_by_name_and_not_passed_over(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"june.csv": GOOD})
    members = {"april.csv": GOOD, "guide.pdf": b"%PDF-1.7", "inner.zip": inner.read_bytes()}
    zipped(tmp_path / "all.zip", members)
    refused = {}
    for part in parts_of(tmp_path, "all.zip"):
        try:
            propose(part)
        except FileRefused as error:
            refused[error.path] = error.reason
    assert set(refused) == {"all.zip!guide.pdf", "all.zip!inner.zip"}
    assert "PDF" in refused["all.zip!guide.pdf"]
    assert "zip" in refused["all.zip!inner.zip"]


def test_a_workbook_is_its_sheets_in_a_zip_too(tmp_path: Path) -> None:
    book = workbook(tmp_path / "year.xlsx", {"Apr": SHEET, "May #2": SHEET})
    zipped(tmp_path / "year.zip", {"year.xlsx": book.read_bytes()})
    assert names(tmp_path, "year.xlsx") == ["year.xlsx#Apr", "year.xlsx#May #2"]
    assert names(tmp_path, "year.zip") == ["year.zip!year.xlsx#Apr", "year.zip!year.xlsx#May #2"]
    for name in (*names(tmp_path, "year.xlsx"), *names(tmp_path, "year.zip")):
        assert sheet_rows(part_named(tmp_path, name))[1] == ["2024-04-22", "Acme Ltd", "12.5"]


def test_a_hidden_sheet_is_counted_only_where_it_is_named_outright(tmp_path: Path) -> None:
    workbook(tmp_path / "year.xlsx", {"Apr": SHEET, "Raw": SHEET}, hidden=["Raw"])
    shown, hidden = parts_of(tmp_path, "year.xlsx")
    assert propose(shown).reading.header == 1
    with pytest.raises(FileRefused, match="hidden sheet"):
        propose(hidden)
    (outright,) = parts_of(tmp_path, "year.xlsx#Raw")
    assert propose(outright).reading.header == 1


def test_a_sheet_of_a_chart_is_no_table(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "chart.xlsx") as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Date", "Supplier", "Amount"])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Data!$C$1:$C$2"})
        book.add_chartsheet("Picture").set_chart(chart)
    assert names(tmp_path, "chart.xlsx") == ["chart.xlsx#Data"]


def test_a_workbook_under_another_ending_is_read_all_the_same(tmp_path: Path) -> None:
    workbook(tmp_path / "book.xlsx", {"Apr": SHEET}).rename(tmp_path / "payments.csv")
    (part,) = parts_of(tmp_path, "payments.csv")
    assert part.name == "payments.csv#Apr"
    assert part_named(tmp_path, part.name) == part
    assert sheet_rows(part)[1][1] == "Acme Ltd"


def test_an_ods_workbook_is_its_sheets(tmp_path: Path) -> None:
    ods(tmp_path / "year.ods", {"Apr": [["Date", "Amount"], ["22/04/2024", 12.5]]})
    (part,) = parts_of(tmp_path, "year.ods")
    assert (part.name, sheet_rows(part)) == ("year.ods#Apr", [["Date", "Amount"], ["22/04/2024", "12.5"]])


@pytest.mark.parametrize("name", ["spend #1.csv", "what!.csv", "a.zip!.csv", "new.xlsx#old.csv"])
def test_a_name_may_hold_the_marks_of_members_and_sheets(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, GOOD)
    assert parts_of(tmp_path, name) == [Part(tmp_path / name, name)]


def test_a_part_whose_file_is_gone_still_says_which_file(tmp_path: Path) -> None:
    assert part_named(tmp_path, "gone.zip!a.csv").file == tmp_path / "gone.zip"
    assert part_named(tmp_path, "gone.xlsx#Apr").file == tmp_path / "gone.xlsx"
    assert part_named(tmp_path, "gone.zip!b.xlsx#Apr") == Part(
        tmp_path / "gone.zip", "gone.zip!b.xlsx#Apr", "b.xlsx", "Apr"
    )
    for name in ("gone.csv", "gone.zip", "gone.xlsx"):
        with pytest.raises(FileRefused, match=name):
            parts_of(tmp_path, name)
    for name in ("gone.csv", "gone.zip!a.csv"):
        with pytest.raises(FileRefused, match="is not there"), byte_stream(part_named(tmp_path, name)):
            pass
    with pytest.raises(FileRefused, match="is not there"):
        sheet_rows(part_named(tmp_path, "gone.xlsx#Apr"))


def test_what_is_not_a_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="is a folder"):
        parts_of(tmp_path.parent, tmp_path.name)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileRefused, match="not a file"):
            parts_of(tmp_path, "pipe")


def test_a_device_or_a_name_that_cannot_be_is_refused_where_it_is_read_too(tmp_path: Path) -> None:
    from totalplace.sources.opening import held

    names = {"\0": "a name that no file can have"}
    if Path("/dev/zero").exists():
        names["/dev/zero"] = "not a file of bytes"
    for name, why in names.items():
        found = Part(Path(name), name)
        for read_it in (held, lambda part: byte_stream(part).__enter__(), lambda part: parts_of(tmp_path, part.name)):
            with pytest.raises(FileRefused, match=why):
                read_it(found)
        with pytest.raises(FileRefused, match=why):
            sheet_rows(Part(Path(name), f"{name}#Apr", sheet="Apr"))


def test_members_under_dotted_names_are_read_and_those_that_lead_out_refused_by_name(tmp_path: Path) -> None:
    members = ["./a.csv", ".spend/b.csv", "../../c.csv", "..\\d.csv"]
    zipped(tmp_path / "a.zip", dict.fromkeys((*members, ".DS_Store", "x/._a.csv", "__MACOSX/a.csv"), GOOD))
    found = parts_of(tmp_path, "a.zip")
    assert {part.member for part in found} == set(members)
    for part in found:
        if ".." in part.member:
            with pytest.raises(FileRefused, match="leads out of its zip"):
                propose(part)
        else:
            assert propose(part).reading.columns["amount"] == "Amount"


def test_cells_merged_downwards_stand_for_each_of_their_rows(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "merged.xlsx") as book:
        sheet = book.add_worksheet("Apr")
        sheet.write_row(0, 0, ["Date", "Supplier", "Amount", "Ref"])
        sheet.merge_range(1, 0, 3, 0, "03/04/2024")
        sheet.merge_range(1, 1, 3, 1, "Acme Ltd")
        sheet.merge_range(1, 3, 3, 3, "R1")
        sheet.write_column(1, 2, [10.0, 20.0, 30.0])
        sheet.write_row(4, 0, ["04/04/2024", "Bright Ltd", 7.5, "R2"])
        sheet.write_row(5, 0, ["04/04/2024", "Bright Ltd"])
        sheet.merge_range(4, 2, 5, 2, 7.5)
    (part,) = parts_of(tmp_path, "merged.xlsx")
    found = Read(part, propose(part).reading)
    assert found.column("pence") == [1000, 2000, 3000, 750]
    assert found.column("payee") == ["Acme Ltd"] * 3 + ["Bright Ltd"]
    assert found.column("transaction") == ["R1"] * 3 + ["R2"]
    assert found.rejected == [(6, "no_amount")]


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "whole.zip", {"april.csv": GOOD * 500}).read_bytes()
    for share in (0.1, 0.5, 0.99):
        put(tmp_path, "cut.zip", whole[: int(len(whole) * share)])
        with pytest.raises(FileRefused, match="cut short or damaged"):
            parts_of(tmp_path, "cut.zip")


def test_a_zip_with_a_damaged_member_is_refused_then_or_while_it_is_read(tmp_path: Path) -> None:
    whole = bytearray(zipped(tmp_path / "whole.zip", {"april.csv": os.urandom(5000).hex()}).read_bytes())
    whole[2000:2400] = bytes(400)
    put(tmp_path, "bad.zip", bytes(whole))
    with pytest.raises(FileRefused, match="damaged"):
        parts_of(tmp_path, "bad.zip")
    with pytest.raises(FileRefused, match="damaged"), byte_stream(part_named(tmp_path, "bad.zip!april.csv")) as stream:
        stream.read()


def locked_zip(path: Path) -> Path:
    """A zip whose member says that it is encrypted."""
    raw = bytearray(zipped(path, {"april.csv": GOOD}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    path.write_bytes(bytes(raw))
    return path


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    locked_zip(tmp_path / "locked.zip")
    with pytest.raises(FileRefused, match="password"):
        parts_of(tmp_path, "locked.zip")


def test_a_zip_that_holds_nothing_or_one_name_twice_is_refused(tmp_path: Path) -> None:
    zipped(tmp_path / "none.zip", {})
    with pytest.raises(FileRefused, match="nothing in it"):
        parts_of(tmp_path, "none.zip")
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("april.csv", GOOD)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("april.csv", GOOD + GOOD)
    with pytest.raises(FileRefused, match="two files of one name"):
        parts_of(tmp_path, "twice.zip")


def test_a_zip_bomb_is_not_unpacked_inside_a_workbook_or_a_zip_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("totalplace.sources.opening.LARGE", 1 << 20)
    zipped(tmp_path / "bomb.zip", {"april.csv": bytes(4 << 20)})
    with pytest.raises(FileRefused, match=r"4,194,304 bytes: a zip bomb"):
        parts_of(tmp_path, "bomb.zip")
    book = {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": bytes(4 << 20)}
    bomb = zipped(tmp_path / "bomb.xlsx", book).read_bytes()
    with pytest.raises(FileRefused, match="a zip bomb"):
        parts_of(tmp_path, "bomb.xlsx")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("bomb.xlsx", bomb)
    with pytest.raises(FileRefused, match="a zip bomb"):
        parts_of(tmp_path, "outer.zip")
    with pytest.raises(FileRefused, match="a zip bomb"):
        sheet_rows(part_named(tmp_path, "bomb.xlsx#Apr"))


def test_a_workbook_too_large_for_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("totalplace.sources.opening.BOOK_LIMIT", 1000)
    workbook(tmp_path / "year.xlsx", {"Apr": SHEET})
    with pytest.raises(FileRefused, match="too large to open"):
        parts_of(tmp_path, "year.xlsx")


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    zipped(tmp_path / "bad.xlsx", {"xl/workbook.xml": "<workbook"})
    put(tmp_path, "bad.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    for name in ("bad.xlsx", "bad.xls"):
        with pytest.raises(FileRefused, match="cannot be opened"):
            parts_of(tmp_path, name)
    workbook(tmp_path / "year.xlsx", {"Apr": SHEET})
    with pytest.raises(FileRefused, match="no sheet 'May'"):
        sheet_rows(part_named(tmp_path, "year.xlsx#May"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        (" Acme ", "Acme"),
        (True, "TRUE"),
        (12, "12"),
        (12.0, "12"),
        (1234.5, "1234.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "0.0000001"),
        (-1.4e-11, "-0.000000000014"),
        (1e22, "10000000000000000000000"),
        (dt.datetime.fromisoformat("2024-04-22 01:00"), "2024-04-22 01:00:00"),
        (dt.date(2024, 4, 22), "2024-04-22"),
    ],
)
def test_cells_are_written_out_in_full(cell: object, text: str) -> None:
    assert cell_text(cell) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_loses_anything(number: float) -> None:
    assert float(cell_text(number)) == number
    assert "e" not in cell_text(number).lower()
