"""Bad input and bad luck: each a clear message, nothing lost, and the last good store left standing."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import polars as pl
import pytest

import totalplace as tp
from tests.published import (
    BODY,
    GOOD,
    HEADINGS,
    PENCE,
    ROWS,
    Read,
    added,
    built,
    new_place,
    put,
    read,
    workbook,
    zipped,
)
from totalplace.build import parts as building
from totalplace.errors import DataError, StoreError
from totalplace.place import Place
from totalplace.sources.contents import parts_of
from totalplace.sources.headings import rank
from totalplace.sources.sniff import propose
from totalplace.store import files
from totalplace.store.files import locked

BIG = 2 << 30
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and sparse files as Linux has them")


def command(*arguments: str | Path, limit: int = 0, **options: Any) -> subprocess.CompletedProcess[str]:
    """The totalplace command in a process of its own, with so many bytes of address space."""
    start = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit})); " if limit else ""
    code = start + "from totalplace.cli import main; main()"
    line = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)


# Files that are not what they say


def sparse(path: Path, start: bytes, end: bytes = b"") -> Path:
    """A file of two gigabytes and more that takes no room: `start`, one line of NULs, `end`."""
    with path.open("wb") as stream:
        stream.write(start)
        stream.truncate(BIG)
        stream.seek(0, os.SEEK_END)
        stream.write(end)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


@linux
def test_a_line_of_two_gigabytes_is_told_in_little_memory_and_time(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    for name, start, why in (
        ("nothing.csv", b"", "nothing but NUL bytes"),
        ("one-line.csv", b"Date,Supplier,Amount", "no line end in its first 67,108,864 bytes"),
    ):
        sparse(place.root / name, start)
        started = time.monotonic()
        done = command("add", "spend", place.root / name, "--body", BODY, "--yes", "--place", place.root, limit=3 << 30)
        assert done.returncode == 1
        assert why in done.stderr
        assert "Traceback" not in done.stderr
        assert time.monotonic() - started < 30
    sparse(place.root / "inside.csv", GOOD.encode(), f"\n{ROWS[0]}\n".encode())
    for arguments in (("add", "spend", place.root / "inside.csv", "--body", BODY, "--yes"), ("build",)):
        done = command(*arguments, "--place", place.root, limit=3 << 30)
        assert done.returncode == 0, done.stderr
    assert place.money.count().gross == PENCE + 125000
    (reject,) = place.money.rejects().records()
    assert (reject["line"], reject["reason"]) == (8, "line_too_long")
    assert "(2,147,48" in reject["text"]


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "empty.csv": ("", "is empty"),
    "mark.csv": (b"\xef\xbb\xbf", "is empty"),
    "wide-mark.csv": (b"\xff\xfe", "is empty"),
    "renamed.csv": (b"%PDF-1.7\n1 0 obj", "is a PDF, whatever its name says"),
    "error.csv": ("<!DOCTYPE html>\n<html><body>Error 404</body></html>", "is a web page or XML"),
    "quotes.csv": ('"' * 5001, "is empty"),
    "broken.zip": (b"PK\x03\x04" + bytes(200), "is a zip that is cut short or damaged"),
    "broken.xlsx": (b"PK\x03\x04 not a workbook", "is a zip that is cut short or damaged"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "is a workbook that cannot be opened"),
    "words.csv": ("To whom it may concern,\nplease find attached.\n", "is it a table of payments?"),
    "noise.csv": (bytes(range(256)) * 40, ""),
}


def test_what_is_no_table_is_refused_by_the_command_with_a_plain_word(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    names = [put(tmp_path, name, content) for name, (content, _) in HOSTILE.items()]
    done = command(
        "add",
        "spend",
        *names,
        put(tmp_path, "good.csv", GOOD),
        "--body",
        BODY,
        "--yes",
        "--json",
        "--place",
        place.root,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = json.loads(done.stdout)
    refused = {Path(one["file"]).name: one["reason"] for one in said["refused"]}
    assert set(refused) == set(HOSTILE)
    assert {name: why for name, (_, why) in HOSTILE.items() if why not in refused[name]} == {}
    assert [Path(one["file"]).name for one in said["proposals"]] == ["good.csv"]
    assert place.build().refused == []


def test_a_sheet_of_formulas_and_errors_is_read_as_far_as_it_has_values(tmp_path: Path) -> None:
    import xlsxwriter

    day = dt.date(2024, 4, 22)
    with xlsxwriter.Workbook(tmp_path / "f.xlsx", {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Apr")
        sheet.write_row(0, 0, ["Date", "Supplier", "Amount"])
        amounts: list[Callable[[int], object]] = [
            lambda at: sheet.write_number(at, 2, 12.5),
            lambda at: sheet.write_formula(at, 2, "=1+1", value=2),
            lambda at: sheet.write_formula(at, 2, "=1+1", value=""),
            lambda at: sheet.write_formula(at, 2, "=NA()", value="#N/A"),
            lambda at: sheet.write_formula(at, 2, "=#REF!", value="#REF!"),
            lambda at: sheet.write_formula(at, 2, "=1/0", value="#DIV/0!"),
            lambda at: sheet.write_number(at, 2, 1e308),
            lambda at: sheet.write_number(at, 2, 1e-9),
            lambda at: sheet.write_string(at, 2, "£1,000.00"),
            lambda at: sheet.write_boolean(at, 2, True),
        ]
        for at, write in enumerate(amounts, 1):
            sheet.write_datetime(at, 0, day)
            sheet.write_string(at, 1, "=cmd|'/c calc'!A1" if at == 1 else f"Supplier {at}")
            write(at)
    (part,) = parts_of(tmp_path, "f.xlsx")
    found = Read(part, propose(part).reading)
    assert found.column("pence") == [1250, 200, 0, 100000]
    assert found.column("payee")[0] == "=cmd|'/c calc'!A1"
    assert {line for line, _ in found.rejected} == {4, 5, 6, 7, 8, 11}
    assert {reason for _, reason in found.rejected} <= {"no_amount", "bad_amount"}
    assert found.tally.rows == len(amounts)


def test_a_cell_in_the_far_corner_of_a_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        sheet = book.add_worksheet("Apr")
        sheet.write_row(0, 0, ["Date", "Supplier", "Amount"])
        sheet.write_row(1, 0, ["22/04/2024", "Acme Ltd", 12.5])
        sheet.write_string(1_048_575, 16_383, "x")
    place = new_place(tmp_path / "p")
    limit = (4 << 30) if sys.platform == "linux" else 0
    done = command("add", "spend", tmp_path / "far.xlsx", "--body", BODY, "--yes", "--place", place.root, limit=limit)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "too far apart" in done.stderr


def test_a_sheet_formatted_to_its_far_corner_is_read(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "wide.xlsx") as book:
        sheet, bold = book.add_worksheet("Apr"), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["Date", "Supplier", "Amount"], bold)
        sheet.write_row(1, 0, ["22/04/2024", "Acme Ltd", 12.5])
        sheet.write_blank(1_048_575, 16_383, None, bold)
    (part,) = parts_of(tmp_path, "wide.xlsx")
    assert Read(part, propose(part).reading).column("pence") == [1250]


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    more = "," * 10_000
    text = "\n".join([f"Date,Supplier,Amount{more}", *[f"22/04/2024,Acme Ltd,1.00{more}"] * 20]) + "\n"
    found = read(tmp_path, text)
    assert (found.tally.accepted, found.tally.pence) == (20, 2000)
    named = ",".join(f"Column {n}" for n in range(10_000))
    found = read(tmp_path, f"{named},Date,Supplier,Amount\n" + f"{',' * 9_999},22/04/2024,Acme Ltd,1.00\n" * 20)
    assert found.tally.pence == 2000


def test_a_hundred_thousand_blank_headings_are_told_at_once(tmp_path: Path) -> None:
    """A file of 100 kB took ten seconds: each blank heading was tried as each of the words that there are."""
    rank.cache_clear()
    more = "," * 100_000
    found = read(tmp_path, f"Date,Supplier,Amount{more}\n22/04/2024,Acme Ltd,1.00{more}\n22/04/2024,Acme Ltd,1.00\n")
    assert found.tally.pence == 200
    assert rank.cache_info().misses < 1000


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252", "cp850"])
def test_nuls_and_odd_encodings_lose_no_row(tmp_path: Path, encoding: str, end: str) -> None:
    text = GOOD.replace("Bright Lamps", "Bright £ Lamps").replace("\n", end)
    raw = text.encode(encoding)
    if not encoding.startswith("utf-16"):
        raw = raw.replace(b"Acme", b"Ac\0me")
    found = read(tmp_path, raw)
    assert (found.tally.rows, found.tally.pence) == (len(ROWS), PENCE)
    assert "Acme Catering" in found.column("payee")


def test_headings_of_the_same_name_take_the_first_that_will_do(tmp_path: Path) -> None:
    found = read(tmp_path, "Amount,Date,Amount,Supplier,Supplier\nn/a,22/04/2024,1.00,Acme Ltd,V001\n")
    assert (found.column("pence"), found.column("payee")) == ([100], ["Acme Ltd"])


def test_amounts_and_dates_beyond_all_bounds_are_rejected(tmp_path: Path) -> None:
    rows = [
        "22/04/2024,A Ltd,1e308",
        f"22/04/2024,A Ltd,1{'0' * 308}",
        "01/01/1900,A Ltd,1.00",
        "31/12/2099,A Ltd,1.00",
    ]
    rows += ["22/04/2024,A Ltd,9223372036854775807", "22/04/2024,A Ltd,-99999999999999999999999999999999999999999"]
    found = read(tmp_path, "\n".join(["Date,Supplier,Amount", *["22/04/2024,Acme Ltd,1.00"] * 20, *rows]))
    assert found.tally.pence == 2000
    reasons = [reason for _, reason in found.rejected]
    assert reasons == ["bad_amount", "bad_amount", "date_out_of_range", "date_out_of_range", "bad_amount", "bad_amount"]


# Files that change


@pytest.mark.parametrize("change", ["appended", "same size", "gone"])
def test_a_file_that_changes_while_it_is_read_stops_the_build_and_the_last_run_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    path = put(place.root, "april.csv", GOOD + ROWS[0] + "\n")
    plain = building._write_part

    def meanwhile(*arguments: Any, **options: Any) -> None:
        plain(*arguments, **options)
        if change == "gone":
            path.unlink()
        else:
            put(
                place.root,
                "april.csv",
                GOOD + (ROWS[1] if change == "appended" else ROWS[0].replace("1,2", "1,3")) + "\n",
            )

    monkeypatch.setattr(building, "_write_part", meanwhile)
    with pytest.raises(DataError, match=r"changed while it was being read|is not there"):
        place.build()
    assert place.run.name == run
    assert place.money.count().gross == PENCE
    monkeypatch.undo()
    put(place.root, "april.csv", GOOD)
    assert place.build().run == run


def gone(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of another sort")
@pytest.mark.parametrize("name", ["may.csv", "may.zip", "may.xlsx"])
@pytest.mark.parametrize("change", [gone, folder, pipe, link_to_itself, cut_short])
def test_a_file_that_changes_between_being_looked_at_and_read_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], name: str
) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    path, may = place.root / name, GOOD.replace("/04/", "/05/")
    if name == "may.zip":
        zipped(path, {"may.csv": may})
    elif name == "may.xlsx":
        workbook(path, {"May": [line.split(",") for line in may.replace('"1,250.00"', "1250").splitlines()]})
    else:
        put(place.root, name, may)
    added(place, name)
    plain = building.held

    def then_changed(part: Any) -> Any:
        found = plain(part)
        if part.file == path and path.is_file() and not path.is_symlink():
            change(path)
        return found

    monkeypatch.setattr(building, "held", then_changed)
    with pytest.raises(DataError, match=rf"{name}.* changed while it was being read"):
        place.build()
    assert place.run.name == run
    assert not list((place.root / "store").glob("*/new-*"))


def test_a_second_change_within_one_tick_of_the_clock_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow file between two changes makes neither of them old: what counts is when the file was looked at."""
    place = new_place(tmp_path / "p")
    put(place.root, "april.csv", GOOD)
    added(place, "april.csv")
    plain, clock = building._write_part, time.time_ns

    def later(found: Path, part: Any, *arguments: Any, **options: Any) -> None:
        plain(found, part, *arguments, **options)
        stamp = part.file.stat()
        part.file.write_bytes(part.file.read_bytes().replace(b"Acme", b"Acne"))
        os.utime(part.file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        monkeypatch.setattr("totalplace.build.seen.time.time_ns", lambda: clock() + 10_000_000_000)

    with monkeypatch.context() as patch:
        patch.setattr(building, "_write_part", later)
        with pytest.raises(DataError, match="changed while it was being read"):
            place.build()


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_link_to_a_file_that_is_there_is_a_copy_of_it(tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    place = new_place(tmp_path / "p")
    path = put(place.root, "april.csv", GOOD)
    link(path, place.root / "copy.csv")
    added(place, "april.csv")
    again = added(place, "copy.csv", "april.csv")
    assert [str(error) for error in again.refused] == ["copy.csv: is byte for byte april.csv: it would count twice"]
    assert list(again.known) == ["april.csv"]


# A full disk


def writes(monkeypatch: pytest.MonkeyPatch, fail_at: int) -> list[int]:
    """Counts the writes of a build; the one numbered `fail_at`, and all after it, find the disk full."""
    count = [0]

    def guarded(plain: Callable[..., Any], error: Callable[[], Exception]) -> Callable[..., Any]:
        def write(*arguments: Any, **options: Any) -> Any:
            count[0] += 1
            if fail_at and count[0] >= fail_at:
                raise error()
            return plain(*arguments, **options)

        return write

    def full() -> Exception:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def engine_full() -> Exception:
        return pl.exceptions.ComputeError("No space left on device (os error 28)")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", guarded(pl.DataFrame.write_parquet, engine_full))
    monkeypatch.setattr(files.os, "fsync", guarded(os.fsync, full))
    monkeypatch.setattr(os, "replace", guarded(os.replace, full))
    monkeypatch.setattr("totalplace.store.layout.tempfile.mkdtemp", guarded(__import__("tempfile").mkdtemp, full))
    return count


def test_a_disk_that_fills_at_any_write_leaves_the_last_run_and_says_so(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    more = {"april.csv": GOOD.replace("499.99", "500.00"), "may.csv": GOOD.replace("/04/", "/05/")}
    twin = new_place(tmp_path / "twin")
    with pytest.MonkeyPatch.context() as patch:
        count = writes(patch, 0)
        wanted = built(twin, more).run
    for name, content in more.items():
        put(place.root, name, content)
    added(place, "may.csv")
    assert count[0] > 15
    for at in range(1, count[0] + 1):
        with pytest.MonkeyPatch.context() as patch:
            writes(patch, at)
            try:
                place.build()
            except DataError as error:
                said = str(error)
            else:
                assert place.run.name == wanted
                break
        assert "is full; free some space" in said
        assert place.run.name == run, at
        assert place.money.count().gross == PENCE
    assert place.build().run == wanted
    assert {row[1] for row in place.money.check().rows} <= {"ok", "warning"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few hundred kilobytes; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if not mount or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    if subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=400k", "none", folder], capture_output=True, check=False
    ).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full_is_said_to_be(tmp_path: Path, small_disk: Path) -> None:
    place = new_place(small_disk / "p")
    run = built(place, {"april.csv": GOOD}).run
    rows = [
        f"{n % 28 + 1:02d}/05/2024,Supplier {n * 7919} Ltd,{n}.50,Roads,Works {n * 104729},{n}" for n in range(20000)
    ]
    place.add("spend", [put(tmp_path, "may.csv", "\n".join([HEADINGS, *rows]))], body=BODY)
    with pytest.raises(DataError, match="is full; free some space"):
        place.build()
    assert place.run.name == run
    assert place.money.count().gross == PENCE


@pytest.mark.skipif(os.name == "nt", reason="numbers of another system")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_quota_and_a_limit_of_one_file_are_told_as_a_full_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    put(place.root, "may.csv", GOOD.replace("/04/", "/05/"))
    added(place, "may.csv")

    def full(*_: object, **__: object) -> None:
        raise pl.exceptions.ComputeError(f"parquet: underlying IO error: {os.strerror(number)} (os error {number})")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(DataError, match="is full; free some space"):
        place.build()
    assert place.run.name == run


# Two at once, and one killed


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    with locked(place.root / "store" / "lock"):
        with pytest.raises(StoreError, match="another build of this place is running"):
            place.build()
        done = command("build", "--place", place.root)
    assert done.returncode == 1
    assert "another build of this place is running; wait for it to end" in done.stderr
    assert place.build().run == run


STALE = {"source files are those that were counted", "the store is built from place.toml as it is"}
"""Checks that fail where the files are newer than the last good run."""


def month(n: int, version: int) -> str:
    rows = [
        f"{r % 28 + 1:02d}/{n:02d}/2024,Supplier {r % 900} Ltd,{r + version}.50,Roads,Works {r},{r}"
        for r in range(6000)
    ]
    return "\n".join([HEADINGS, *rows]) + "\n"


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_build_killed_at_any_moment_leaves_a_store_that_opens_and_can_be_built(tmp_path: Path) -> None:
    place, twin = new_place(tmp_path / "p"), new_place(tmp_path / "twin")
    names = [f"{n:02d}.csv" for n in range(1, 9)]
    for one in (place, twin):
        built(one, {name: month(n, 0) for n, name in enumerate(names, 1)})
    good, took = place.run.name, 0.0
    killed = 0
    for attempt in range(10):
        for n, name in enumerate(names, 1):
            content = month(n, attempt + 1)
            put(place.root, name, content)
            put(twin.root, name, content)
        started = time.perf_counter()
        wanted = twin.build().run
        took = max(took, time.perf_counter() - started)
        with building_child(place) as child:
            time.sleep(took * (attempt + 0.5) / 8)
            os.kill(child.pid, signal.SIGKILL)
        killed += child.returncode == -signal.SIGKILL
        assert tp.open(place.root).run.name in (good, wanted)
        failed = {row[0] for row in place.money.check().rows if row[1] == "failed"}
        assert failed <= STALE
        assert place.money.count().rows == 8 * 6000
        good = place.build().run
        assert good == wanted
        assert not list((place.root / "store").glob("*/new-*"))
    assert killed >= 5


class building_child:  # noqa: N801
    """A build in a process of its own, begun when the block is entered."""

    CODE = """
import sys
import totalplace as tp, totalplace.build, polars
place = tp.open(sys.argv[1])
print(flush=True)
place.build()
"""

    def __init__(self, place: Place) -> None:
        line = [sys.executable, "-c", self.CODE, place.root]
        self.child = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self) -> subprocess.Popen[bytes]:
        assert self.child.stdout is not None
        self.child.stdout.readline()
        return self.child

    def __exit__(self, *_: object) -> None:
        self.child.communicate(timeout=60)


# Zips


def test_a_small_bomb_and_a_locked_zip_are_refused_before_they_are_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = new_place(tmp_path / "p")
    zipped(place.root / "bomb.zip", {"april.csv": b"0" * (300 << 20)})
    added_bomb = added(place, "bomb.zip")
    assert "a zip bomb, or not a table of payments; nothing was unpacked" in added_bomb.refused[0].reason
    locked_zip = bytearray(zipped(place.root / "locked.zip", {"april.csv": GOOD}).read_bytes())
    locked_zip[6] |= 1
    locked_zip[locked_zip.index(b"PK\x01\x02") + 8] |= 1
    put(place.root, "locked.zip", bytes(locked_zip))
    assert "is a zip with a password" in added(place, "locked.zip").refused[0].reason


def test_a_zip_that_was_good_when_added_and_is_damaged_now_is_refused_and_the_rest_counted(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    put(place.root, "may.csv", GOOD.replace("/04/", "/05/"))
    zipped(place.root / "april.zip", {"april.csv": GOOD * 40})
    added(place, "april.zip", "may.csv")
    whole = (place.root / "april.zip").read_bytes()
    put(place.root, "april.zip", whole[:60] + bytes(40) + whole[100:])
    (refused,) = place.build().refused
    assert "cut short or damaged" in refused.refused
    assert place.money.count().gross == PENCE


@pytest.mark.parametrize("packing", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_zip_damaged_inside_is_refused_however_it_is_packed(tmp_path: Path, packing: int) -> None:
    place = new_place(tmp_path / "p")
    put(place.root, "april.csv", GOOD)
    path = place.root / "may.zip"
    with ZipFile(path, "w", packing) as archive:
        archive.writestr("may.csv", GOOD.replace("/04/", "/05/"))
    added(place, "april.csv", "may.zip")
    whole = bytearray(path.read_bytes())
    whole[80:120] = bytes(40)
    path.write_bytes(whole)
    (refused,) = place.build().refused
    assert refused.name == "may.zip!may.csv"
    assert "damaged" in refused.refused or "cannot be read" in refused.refused
    assert place.money.count().gross == PENCE


def test_sheets_of_a_workbook_are_added_though_one_is_refused(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    day = dt.date(2024, 4, 22)
    sheet = [["Date", "Supplier", "Amount"], [day, "Acme Ltd", 12.5]]
    notes = [["Notes"], ["These are the payments of the year."]]
    workbook(place.root / "year.xlsx", {"Notes": notes, "Apr": sheet, "Empty": []})
    found = added(place, "year.xlsx")
    assert [p.part.name for p in found.proposals] == ["year.xlsx#Apr"]
    assert [error.path for error in found.refused] == ["year.xlsx#Notes", "year.xlsx#Empty"]
    place.build()
    assert place.money.count().gross == 1250
