"""The run: what is read anew, what is refused as told twice, and that nothing but the inputs has a say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

import totalplace as tp
from tests.published import BODY, GOOD, HEADINGS, PENCE, ROWS, added, built, new_place, put, zipped
from totalplace.build.tables import numbered, shortened, sink, words_of
from totalplace.errors import DataError, PlaceError, StoreError
from totalplace.place import Place
from totalplace.store.layout import Run, Store

OLD = 1_700_000_000


def aged(path: Path, seconds: int = 0) -> Path:
    """A file that was changed long ago, so that its time of change can be trusted."""
    os.utime(path, (OLD + seconds, OLD + seconds))
    return path


def test_a_build_counts_every_row(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD})
    (entry,) = run.entries
    assert (entry.rows, entry.accepted, entry.rejected, entry.pence) == (len(ROWS), len(ROWS), 0, PENCE)
    assert (entry.first, entry.last) == (202404, 202404)
    assert place.money.count().gross == PENCE
    assert {row[1] for row in place.money.check().rows} == {"ok"}


def test_payments_whose_amount_cannot_be_read_are_counted_as_such_and_never_as_nothing(tmp_path: Path) -> None:
    """Headings that come again and totals are no payments; a date out of range leaves an amount that is known."""
    place = new_place(tmp_path / "p")
    bad = "05/04/2024,A Ltd,,x\n06/04/2024,B Ltd,######,x\n07/04/2099,C Ltd,12.00,x\n"
    (entry,) = built(
        place, {"april.csv": GOOD + bad + GOOD.splitlines()[0] + "\n" + f"Total,,{PENCE / 100:.2f},\n"}
    ).entries
    assert (entry.rejected, entry.rejected_pence, entry.rejected_unread) == (5, 1200, 2)
    count = place.money.count()
    assert (count.rejected_rows, count.rejected_money, count.rejected_unread) == (5, 1200, 2)
    assert count.to_dict()["rejected_unread"] == 2


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    assert built(place, {"april.csv": GOOD}).read == 1
    again = place.build()
    assert again.read == 0
    put(place.root, "april.csv", GOOD.replace("499.99", "599.99"))
    changed = place.build()
    assert changed.read == 1
    assert place.money.count().gross == PENCE + 10000
    put(place.root, "april.csv", GOOD)
    assert place.build().run == again.run


def test_a_change_within_the_tick_of_a_clock_is_noticed(tmp_path: Path) -> None:
    """Same size, same time: a file changed a moment ago is looked at by its bytes."""
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": GOOD})
    before = (place.root / "april.csv").stat()
    put(place.root, "april.csv", GOOD.replace("499.99", "599.99"))
    os.utime(place.root / "april.csv", ns=(before.st_atime_ns, before.st_mtime_ns))
    place.build()
    assert place.money.count().gross == PENCE + 10000


def test_a_file_that_was_renamed_counts_once_under_its_new_name(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    (place.root / "april.csv").rename(place.root / "new.csv")
    text = (place.root / "place.toml").read_text()
    put(place.root, "place.toml", text.replace("april.csv", "new.csv"))
    assert place.build().run != run
    assert place.money.count().gross == PENCE


def test_the_same_payments_under_another_name_packing_or_encoding_are_refused(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    text = GOOD.replace("Acme", "Acmé")
    copies = {
        "a.csv": text,
        "copy.csv": text + "\n",  # a copy byte for byte is not added; this one becomes it
        "latin.csv": text.encode("cp1252"),
        "crlf.csv": text.replace("\n", "\r\n"),
    }
    for name, content in copies.items():
        put(place.root, name, content)
    shuffled = "\n".join([HEADINGS, *reversed(ROWS)]).replace("Acme", "Acmé")
    put(place.root, "shuffled.csv", shuffled)
    zipped(place.root / "packed.zip", {"inner.csv": text})
    added(place, *copies, "shuffled.csv", "packed.zip")
    put(place.root, "copy.csv", text)
    run = place.build()
    assert [entry.name for entry in run.entries if not entry.refused] == ["a.csv"]
    assert len(run.refused) == 5
    assert all("the same payments twice" in entry.refused and "a.csv" in entry.refused for entry in run.refused)
    assert place.money.count().gross == PENCE


def test_a_part_listed_twice_counts_once_whatever_it_is_listed_as(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    put(place.root, "april.csv", GOOD)
    added(place, "april.csv")
    text = (place.root / "place.toml").read_text()
    put(
        place.root,
        "place.toml",
        text.replace('"april.csv"', '"april.csv", "./april.csv"')
        + text[text.index("[[source]]") :].replace("spend", "card"),
    )
    run = place.build()
    assert len(run.entries) == 3
    assert [entry.refused != "" for entry in run.entries].count(True) == 2
    assert all("in place.toml twice" in entry.refused for entry in run.refused)
    assert place.money.count().gross == PENCE


def test_one_body_s_file_given_to_another_is_refused(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p", BODY, "Anytown Fire Authority")
    put(place.root, "april.csv", GOOD)
    put(place.root, "fire.csv", GOOD)
    added(place, "april.csv")
    added(place, "fire.csv", body="Anytown Fire Authority")
    (refused,) = place.build().refused
    assert "which is given as the spending of" in refused.refused


def test_two_files_that_agree_by_payee_and_month_only_are_both_counted_with_a_warning(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"a.csv": GOOD, "b.csv": GOOD.replace("Street lamps", "Road lamps")})
    assert run.refused == []
    assert "is one a copy of the other?" in run.warnings[0]
    assert place.money.count().gross == 2 * PENCE


def many(month: int = 4, count: int = 30) -> str:
    rows = [f"{n % 28 + 1:02d}/{month:02d}/2024,Supplier {n} Ltd,{n}.50,Roads,Works,{n}" for n in range(1, count)]
    return "\n".join([HEADINGS, *rows]) + "\n"


def test_a_month_published_again_with_a_small_change_is_warned_of(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": many(), "april-v2.csv": many().replace("7.50", "7.51"), "may.csv": many(5)})
    assert run.refused == []
    (warning,) = run.warnings
    assert "april-v2.csv and april.csv both hold 2024-04" in warning
    assert "is the month loaded twice?" in warning


def test_exact_duplicate_rows_inside_a_file_stay(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": "\n".join([HEADINGS, *[ROWS[3]] * 90]) + "\n"})
    assert place.money.count().gross == 90 * 200000


def test_the_order_of_rows_changes_no_total(tmp_path: Path) -> None:
    totals = []
    for name, rows in (("one", ROWS), ("two", ROWS[::-1]), ("three", ROWS[3:] + ROWS[:3])):
        place = new_place(tmp_path / name)
        built(place, {"april.csv": "\n".join([HEADINGS, *rows]) + "\n"})
        ledger = pl.read_parquet(place.run.table("ledger"))
        totals.append(ledger.sort(ledger.columns).rows())
    assert totals[0] == totals[1] == totals[2]


def test_a_file_that_is_gone_is_refused_by_name_and_the_rest_counted(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": GOOD, "may.csv": many(5)})
    (place.root / "may.csv").unlink()
    (refused,) = place.build().refused
    assert (refused.name, refused.refused) == ("may.csv", "is not there; was it moved or renamed?")
    assert place.money.count().gross == PENCE
    assert "failed" in {row[1] for row in place.money.check().rows}


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": GOOD, "may.csv": many(5)})
    plain = Path.open

    def shut(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "may.csv":
            raise PermissionError(13, "Permission denied")
        return plain(self, *args, **kwargs)  # type: ignore[call-overload]

    aged(place.root / "may.csv", 60)
    monkeypatch.setattr(Path, "open", shut)
    (refused,) = place.build().refused
    assert (refused.name, refused.refused) == ("may.csv", "cannot be read: Permission denied")


def test_a_file_whose_shape_has_changed_is_refused_by_name(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": GOOD, "may.csv": many(5)})
    put(place.root, "may.csv", many(5).replace("Amount", "Value"))
    (refused,) = place.build().refused
    assert "no column is headed 'Amount'" in refused.refused


def test_headings_without_rows_are_refused(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": GOOD, "may.csv": many(5)})
    put(place.root, "may.csv", HEADINGS + "\n")
    (refused,) = place.build().refused
    assert refused.refused == "holds headings but no rows"


def test_where_nothing_can_be_counted_the_last_good_run_stands(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    with pytest.raises(DataError, match="nothing to build: add files"):
        place.build()
    with pytest.raises(StoreError, match="nothing is built yet"):
        place.money.count()
    run = built(place, {"april.csv": GOOD}).run
    put(place.root, "april.csv", "%PDF-1.7")
    with pytest.raises(DataError, match=r"none of the files can be counted: april\.csv: is a PDF"):
        place.build()
    assert place.run.name == run
    assert place.money.count().gross == PENCE


def test_old_runs_and_parts_are_swept_and_the_last_two_runs_kept(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    names = [built(place, {f"{n}.csv": many(4 + n)}).run for n in range(4)]
    put(place.root / "store", ".current.123-abc", "half")
    put(place.root / "store", ".gitignore", "*")
    names.append(built(place, {"5.csv": many(9)}).run)
    kept = {path.name for path in (place.root / "store" / "runs").iterdir()}
    assert kept == set(names[-2:])
    assert len(list((place.root / "store" / "parts").iterdir())) == 5
    assert not (place.root / "store" / ".current.123-abc").exists()
    assert (place.root / "store" / ".gitignore").exists()


def test_a_damaged_memory_of_what_was_seen_does_no_harm(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    for content in ("", "{", "[]", '{"april.csv": []}', '{"april.csv": {"stamp": 1}}'):
        put(place.root / "store", "seen.json", content)
        assert place.build().run == run


def damage(path: Path, how: str) -> bytes:
    """Spoils a file; gives what it held."""
    before = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "emptied" else before[: len(before) // 2])
    return before


@pytest.mark.parametrize("table", ["run.json", "totals.json", "years.json", "payees.parquet"])
@pytest.mark.parametrize("how", ["emptied", "cut short", "gone"])
def test_a_damaged_run_is_made_again(tmp_path: Path, table: str, how: str) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    path = place.run.folder / table
    before = damage(path, how)
    if table == "run.json":
        with pytest.raises(StoreError, match=r"the store is damaged.*delete .* and build again"):
            _ = Run(Store(place.root / "store"), run).files
    assert place.build().run == run
    assert path.read_bytes() == before


@pytest.mark.parametrize("table", ["part.json", "lines-0.parquet", "summary.parquet", "rejects.parquet"])
@pytest.mark.parametrize("how", ["emptied", "cut short", "gone"])
def test_a_damaged_part_is_read_again(tmp_path: Path, table: str, how: str) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD})
    path = place.root / "store" / "parts" / run.entries[0].key / table
    before = damage(path, how)
    again = place.build()
    assert (again.run, again.read) == (run.run, 1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("table", ["body.json", "ledger.parquet"])
@pytest.mark.parametrize("how", ["emptied", "cut short", "gone"])
def test_a_body_with_damaged_tables_is_counted_again(tmp_path: Path, table: str, how: str) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD})
    (key,) = place.run.info["bodies"].values()
    path = place.root / "store" / "bodies" / key / table
    before = damage(path, how)
    assert place.build().run == run.run
    assert path.read_bytes() == before


ASKED: dict[str, Callable[[Place], object]] = {
    "check": lambda place: place.money.check(),
    "count": lambda place: place.money.count(["month"]),
    "suppliers": lambda place: place.money.count(["supplier"]),
    "services": lambda place: place.money.count(["service"]),
    "years": lambda place: place.money.count(["year"]),
    "lines": lambda place: place.money.lines(),
    "pages": lambda place: list(place.money.selection().batches("file")),
    "rejects": lambda place: place.money.rejects(),
    "sql": lambda place: place.money.sql("SELECT count(*) FROM lines"),
}


@pytest.mark.parametrize(
    ("table", "asked"),
    [
        ("parts/*/lines-0.parquet", ("check", "lines", "pages", "sql")),
        ("parts/*/rejects.parquet", ("rejects", "sql")),
        ("bodies/*/ledger.parquet", ("check", "suppliers", "sql")),
        ("bodies/*/classes.parquet", ("check", "services")),
        ("runs/*/payees.parquet", ("suppliers", "sql")),
        ("runs/*/totals.json", ("check", "count")),
        ("runs/*/years.json", ("check", "years")),
    ],
)
@pytest.mark.parametrize("how", ["emptied", "cut short", "gone"])
def test_who_asks_a_damaged_store_is_told_so(tmp_path: Path, table: str, asked: Sequence[str], how: str) -> None:
    place = new_place(tmp_path / "p")
    built(place, {"april.csv": GOOD + "05/04/2024,No Sum Ltd,,x\n"})
    (path,) = (place.root / "store").glob(table)
    damage(path, how)
    for name in asked:
        with pytest.raises(StoreError, match=r"the store is damaged.*delete .*store'? and build again"):
            ASKED[name](tp.open(place.root))


def test_a_new_file_touches_the_tables_of_its_own_body_alone(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p", BODY, "Rother District Council")
    built(place, {"april.csv": GOOD})
    built(place, {"other.csv": many(4)}, "Rother District Council")
    before = place.run.info["bodies"]
    built(place, {"more.csv": many(5)}, "Rother District Council")
    after = place.run.info["bodies"]
    changed = {body for body in after if after[body] != before[body]}
    assert (len(changed), len(after)) == (1, 2)
    assert {path.name for path in (place.root / "store" / "bodies").iterdir()} == {*before.values(), *after.values()}


def test_a_card_file_is_of_the_card_channel(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    put(place.root, "cards.csv", GOOD)
    added(place, "cards.csv", kind="card")
    place.build()
    assert {cell["channel"] for cell in place.run.totals()} == {"card"}


def test_a_store_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    file = place.root / "store" / "runs" / run / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"format": 4}), encoding="utf-8")
    with pytest.raises(StoreError, match="another version of Total Place; run 'totalplace build'"):
        Store(place.root / "store").run()


def test_the_manifest_says_what_went_in(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    info = json.loads((place.root / "store" / "runs" / run / "run.json").read_text("utf-8"))
    assert {"format", "totalplace", "polars", "place", "definition", "matching", "files", "warnings"} <= set(info)
    assert info["files"][0]["bytes"] == len(GOOD)
    assert len(info["files"][0]["sha256"]) == 64


def test_years_change_what_is_counted_and_not_what_is_built(tmp_path: Path) -> None:
    place = new_place(tmp_path / "p")
    run = built(place, {"april.csv": GOOD}).run
    text = (place.root / "place.toml").read_text()
    assert "years = []" in text
    put(place.root, "place.toml", text.replace("years = []", 'years = ["2019-20"]'))
    assert place.build().run == run
    assert place.money.count().gross == 0
    put(place.root, "place.toml", text.replace("years = []", 'years = ["2019"]'))
    with pytest.raises(PlaceError):
        place.build()


def test_tables_of_other_texts_are_read_together(tmp_path: Path) -> None:
    whole = pl.DataFrame({"body": ["b", "b", "a"], "kind": ["", "x", "x"], "pence": [1, 2, 3]})
    many = numbered(whole, words_of([whole], *(f"text {n}" for n in range(300))))
    paths = [tmp_path / "b.parquet", tmp_path / "a.parquet"]
    for path, rows in zip(paths, (many[:2], many[2:]), strict=True):
        sink(shortened(rows), path, packed=False)
    read = pl.read_parquet(paths)
    assert read.schema == pl.Schema({"body": pl.Categorical(), "kind": pl.Categorical(), "pence": pl.Int64()})
    assert read.cast({"body": pl.String, "kind": pl.String}).equals(whole)
    assert b"text 7" not in paths[0].read_bytes()


def test_a_table_without_rows_has_the_bytes_of_its_own_columns(tmp_path: Path) -> None:
    rows = pl.DataFrame({"kind": ["y"], "pence": [1]}, {"kind": pl.Categorical, "pence": pl.Int64})
    for packed in (True, False):
        for frame in (rows.head(0), rows.select("pence").head(0), rows.head(0)):
            sink(frame, path := tmp_path / "none.parquet", packed=packed)
            assert pl.read_parquet(path).equals(frame)
            assert pl.read_parquet_schema(path) == frame.schema


def test_a_table_has_the_same_bytes_whatever_else_was_numbered(tmp_path: Path) -> None:
    whole = pl.DataFrame({"kind": ["y", "", "x", "y"]})
    paths = [tmp_path / f"{n}.parquet" for n in range(2)]
    for path, more in zip(paths, ((), [f"text {n}" for n in range(300)]), strict=True):
        sink(shortened(numbered(whole, words_of([whole], *more))), path, packed=False)
    assert paths[0].read_bytes() == paths[1].read_bytes()
