"""The command line: one JSON document on stdout, messages on stderr, and what the exit status says."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import click
import pytest
from python_calamine import CalamineWorkbook

from totalplace.cli.commands import app
from totalplace.money.cuts import CUTS

GOOD = "Date,Supplier Name,Amount,Department\n03/04/2024,Bright Lamps Ltd,1250.00,Highways\nsoon,Acme,20.00,Parks\n"


def run(*arguments: str | Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "totalplace", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL, env=environ
    )


def answer(*arguments: str | Path) -> Any:
    """What a command says in JSON; the command must have succeeded."""
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place made, filled and built by commands alone."""
    root = tmp_path_factory.mktemp("cli")
    (root / "spend-2024-04.csv").write_text(GOOD)
    folder = root / "place"
    answer(
        "new", folder, "--name", "Anytown", "--years", "2024-25", "--population", "1000", "--body", "Anytown Council"
    )
    added = answer("add", "spend", root / "spend-2024-04.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    assert added["written"]
    assert added["proposals"][0]["reading"]["columns"]["payee"] == "Supplier Name"
    answer("build", "--place", folder)
    return folder


ASKED: dict[str, list[str]] = {
    "appraise": [],
    "areas": ["--show", "shares"],
    "build": [],
    "check": [],
    "claims": ["--show", "words"],
    "compare": ["--kind", "area"],
    "control": [],
    "corrections": [],
    "count": ["--by", "body,year"],
    "explained": [],
    "lines": ["lamps"],
    "logic": [],
    "official": [],
    "over-time": ["--by", "body"],
    "portfolio": [],
    "rates": ["qaly"],
    "register": ["hospital", "kingston"],
    "rejects": [],
    "services": [],
    "shared-suppliers": [],
    "sql": ["SELECT count(*) AS n FROM lines"],
    "stress": [],
    "tags": ["role", "--by", "service"],
    "themes": [],
    "transfers": [],
    "unit-costs": ["truancy"],
}
"""How each command is asked of a place that is built."""
ELSEWHERE = {
    *(
        "align",
        "new",
        "add",
        "add-areas",
        "add-official",
        "completeness",
        "correct",
        "declare",
        "demo",
        "neighbourhoods",
        "serve",
        "sign",
        "tag",
    ),
    *("uncorrect", "untag", "workbook"),
    *(
        "new",
        "add",
        "add-areas",
        "add-official",
        "correct",
        "demo",
        "serve",
        "sign",
        "tag",
        "theme",
        "uncorrect",
        "untag",
        "workbook",
    ),
}
"""Commands that make a place (`place` and test_demo_truth.py), never end (test_serve.py) or have their own test."""


def _at(name: str, place: Path) -> list[str]:
    return [] if name in ("rates", "register") else ["--place", str(place)]


def test_every_command_gives_one_json_document(place: Path) -> None:
    assert set(app.commands) == ASKED.keys() | ELSEWHERE
    said = {name: answer(name, *ASKED[name], *_at(name, place)) for name in app.commands if name in ASKED}
    count = said["count"]
    assert (count["gross"], count["eliminated"], count["net"], count["per_head"]) == (
        "1250.00",
        "0.00",
        "1250.00",
        "1.25",
    )
    assert (count["rows"], count["rejected_rows"], count["rejected_money"]) == (1, 1, "20.00")
    assert count["cut"] == [
        {
            "body": "anytown-council",
            "year": "2024-25",
            "lines": 1,
            "gross": "1250.00",
            "eliminated": "0.00",
            "net": "1250.00",
        }
    ]
    assert (said["lines"]["total"], said["lines"]["amount"]) == (1, "1250.00")
    assert said["lines"]["rows"][0]["line"] == 2
    rejects = said["rejects"]["rows"]
    assert [(row["line"], row["reason"], row["text"]) for row in rejects] == [(3, "bad_date", "soon,Acme,20.00,Parks")]
    assert said["transfers"]["rows"] == []
    assert answer("transfers", "--candidates", "--place", place)["rows"] == []
    assert said["check"]["ok"] is True
    (row,) = said["compare"]["rows"]
    assert (row["name"], row["ratio"], row["denominator"]) == ("Anytown", "1.25", 1000)
    assert said["compare"]["questions"] == []
    assert said["compare"]["why_nothing_is_flagged"] == "nothing is flagged: there is nothing else to compare with"
    assert said["shared-suppliers"]["rows"] == []
    assert said["sql"]["rows"] == [{"n": 1}]
    assert (said["build"]["rows"], said["build"]["rejected"]) == (2, 1)


def test_the_workbook_is_written_and_says_its_sheets(place: Path, tmp_path: Path) -> None:
    said = answer("workbook", tmp_path / "account.xlsx", "--place", place)
    assert "From gross to net" in said["sheets"]
    assert (tmp_path / "account.xlsx").read_bytes().startswith(b"PK")


def test_every_command_takes_json() -> None:
    groups = [each for each in app.commands.values() if isinstance(each, click.Group)]
    inner = {f"{group.name} {name}": command for group in groups for name, command in group.commands.items()}
    alone = {name: each for name, each in app.commands.items() if each not in groups or each.params}
    for name, command in {**alone, **inner}.items():
        assert "--json" in [option for parameter in command.params for option in parameter.opts], name


def test_the_help_of_count_names_every_cut_in_order() -> None:
    (by,) = [each for each in app.commands["count"].params if each.name == "by"]
    assert isinstance(by, click.Option)
    assert str(by.help).rstrip(".").split(": ")[1].split() == list(CUTS)


def test_ids_and_months_of_every_document_are_text(place: Path) -> None:
    (row,) = answer("count", "--by", "supplier,month", "--place", place)["cut"]
    (line,) = answer("lines", "--place", place)["rows"]
    (told,) = answer("sql", "SELECT supplier_id, payee_key, pence FROM ledger", "--place", place)["rows"]
    assert isinstance(row["supplier_id"], str)
    assert row["supplier_id"] == line["supplier_id"] == told["supplier_id"]
    assert isinstance(told["payee_key"], str)
    assert told["pence"] == 125000
    assert row["month"] == "2024-04"
    missing = answer("count", "--place", place)["scope"]["months_missing"]["anytown-council"]
    assert missing == [*(f"2024-{n:02}" for n in range(5, 13)), "2025-01", "2025-02", "2025-03"]


def test_filters_narrow_what_is_counted(place: Path) -> None:
    assert answer("count", "--channel", "card", "--place", place)["gross"] == "0.00"
    assert answer("count", "--channel", "invoice", "--to-body", "", "--place", place)["gross"] == "1250.00"
    assert answer("lines", "--channel", "card", "--place", place)["total"] == 0


@pytest.mark.parametrize("limit", ["1", "2", "0"])
def test_people_see_as_many_rows_as_they_ask_for(place: Path, limit: str) -> None:
    done = run("sql", "SELECT unnest(['one', 'two', 'three']) AS word", "--limit", limit, "--place", place)
    shown = [word for word in ("one", "two", "three") if word in done.stdout]
    assert len(shown) == (int(limit) or 3)
    assert ("there are more" in done.stdout) == (limit != "0")
    checked = run("check", "--limit", limit, "--place", place).stdout
    assert ("more\n" in checked) == (limit != "0")


def test_any_name_can_be_printed_into_a_file_whatever_the_system_writes(tmp_path: Path) -> None:
    (tmp_path / "spend-2024-04.csv").write_text(GOOD.replace("Bright Lamps", "Łódź 東京"), encoding="utf-8")
    folder = tmp_path / "place"
    answer("new", folder)
    answer("add", "spend", tmp_path / "spend-2024-04.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    windows = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    assert run("build", "--place", folder, environ=windows).returncode == 0
    for more in (["--json"], []):
        done = run("lines", *more, "--place", folder, environ=windows)
        assert done.returncode == 0, done.stderr
        assert "Łódź 東京 Ltd" in done.stdout
    done = run("lines", "--body", "Łódź", "--place", folder, environ=windows)
    assert (done.returncode, "'Łódź' is not a body" in done.stderr) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="pipes of another sort")
def test_a_reader_that_stops_reading_is_no_failure(place: Path) -> None:
    query = "SELECT repeat('x', 1000) AS x FROM range(5000)"
    command = [sys.executable, "-m", "totalplace", "sql", query, "--json", "--place", str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="signals of another sort")
def test_a_command_that_is_stopped_says_so(place: Path) -> None:
    query = "SELECT count(*) FROM range(3000000) a, range(3000000) b"
    command = [sys.executable, "-m", "totalplace", "sql", query, "--place", str(place)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert (running.returncode, out) == (130, "")
    assert err.strip() == "totalplace: stopped; what was there before stands"


CTRL_C = {
    "before any command is known": """
class Stopped:
    def __getattr__(self, name):
        raise KeyboardInterrupt
sys.modules["totalplace.cli.commands"] = Stopped()
""",
    "while Polars asks Python": """
from polars.exceptions import PanicException
from totalplace.cli.commands import app
def count(**_):
    raise PanicException("called `Result::unwrap()` on an `Err` value: PyErr { type: <class 'KeyboardInterrupt'> }")
app.commands["count"].callback = count
""",
}


@pytest.mark.parametrize("when", CTRL_C)
def test_a_command_stopped_at_an_odd_moment_says_so_too(when: str) -> None:
    code = f"import sys\n{CTRL_C[when]}\nfrom totalplace.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code, "count"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "totalplace: stopped; what was there before stands")


def test_people_get_tables_and_messages_go_to_stderr(place: Path) -> None:
    done = run("count", "--by", "kind", "--place", place)
    assert done.returncode == 0
    assert "net a head a year" in done.stdout
    assert "£1,250.00" in done.stdout
    assert done.stderr == ""


def test_count_names_months_and_other_years(tmp_path: Path) -> None:
    rows = "".join(f"03/{m:02}/2024,Lamps {n},10.00,Highways\n" for m in (5, 6, 8, 9) for n in range(12))
    heading = GOOD.splitlines()[0]
    (tmp_path / "a.csv").write_text(f"{heading}\n{rows}03/10/2024,Lamps,1.00,Parks\n03/04/2023,Lamps,2.50,Parks\n")
    folder = tmp_path / "place"
    answer("new", folder, "--years", "2024-25", "--body", "Anytown Council")
    answer("add", "spend", tmp_path / "a.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    shown = run("count", "--place", folder).stdout
    files = "its files run from May 2024 to Sep 2024"
    assert f"missing: Anytown Council, Apr 2024, Jul 2024, Nov 2024 to Mar 2025; {files}\n" in shown
    assert "few lines, files may be missing: Anytown Council, Oct 2024\n" in shown
    assert "other years, not counted: Anytown Council, 1 line, £2, of 2023-24\n" in shown
    assert "money of other years" in shown


def test_lines_of_years_not_counted_are_told_and_a_file_needs_no_folder(tmp_path: Path) -> None:
    """As the pages do: what `lines` adds up is not what `count` does where a date lies outside the years."""
    heading = GOOD.splitlines()[0]
    deep = tmp_path / "downloads-of-last-week" / "from-the-site-of-the-council" / "payments-over-500-pounds"
    deep.mkdir(parents=True)
    (deep / "a.csv").write_text(f"{heading}\n03/04/2024,Lamps,10.00,Highways\n03/01/2024,Lamps,7.00,Parks\n")
    (tmp_path / "b.csv").write_text(f"{heading}\n04/04/2024,Lamps,2.00,Highways\n")
    folder = tmp_path / "place"
    answer("new", folder, "--years", "2024-25", "--body", "Anytown Council")
    answer("add", "spend", deep / "a.csv", tmp_path / "b.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    shown = run("lines", "--supplier", "Lamps", "--place", folder)
    assert "page 1 of 1: 3 lines, £19.00\nin it 1 line, £7.00, of years that are not counted" in shown.stderr
    assert re.search(r"/ +\d\n +payments-over-500-pounds/a\.csv$", shown.stdout, re.M), "a path breaks after a folder"
    assert "not counted" not in run("lines", "--year", "2024-25", "--place", folder).stderr
    assert answer("lines", "--file", "a.csv", "--place", folder)["total"] == 2
    assert answer("rejects", "--file", "payments-over-500-pounds/a.csv", "--place", folder)["rows"] == []
    assert "'c.csv' is not a file of this place" in run("lines", "--file", "c.csv", "--place", folder).stderr


def test_a_name_that_is_the_end_of_several_files_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    answer("new", folder, "--body", "Anytown Council")
    for n, name in enumerate(("north", "south")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(GOOD + f"05/04/2024,Acme,{n}.50,Parks\n")
    files = [tmp_path / name / "a.csv" for name in ("north", "south")]
    answer("add", "spend", *files, "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    said = run("lines", "--file", "a.csv", "--place", folder)
    assert (said.returncode, said.stderr) == (
        2,
        "totalplace: 'a.csv' is the name of 2 files: give more of it, such as '../north/a.csv'\n",
    )
    assert answer("lines", "--file", "south/a.csv", "--place", folder)["total"] == 2


def test_adding_says_what_is_not_read_and_which_body_is_meant(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    answer("new", folder, "--body", "Salford City Council")
    for month in ("04", "05"):
        text = f"Date,Supplier Name,Net,VAT,G/L descript\n03/{month}/2024,Lamps,10.00,2.00,Lighting\n"
        (tmp_path / f"{month}.csv").write_text(text)
    said = run("add", "spend", tmp_path / "04.csv", tmp_path / "05.csv", "--body", "Salford", "--place", folder, "-y")
    assert said.returncode == 0
    assert "'Salford' is declared here as Salford City Council\n" in said.stderr
    assert "\n..: 04.csv, 05.csv\n" in said.stderr
    assert "  category     G/L descript\n" in said.stderr
    assert "  not read     VAT\n" in said.stderr
    assert "2 tables added" in said.stderr
    assert (folder / "place.toml").read_text().count("[[body]]") == 1


def test_count_says_who_counts_whole_and_who_has_no_payments(tmp_path: Path) -> None:
    """The police serve more than the town: until they have a share, their money makes too much a head."""
    folder = tmp_path / "place"
    bodies = ("Hyndburn", "Lancashire Police", "Lancashire County Council", "Anyshire Fire Authority")
    answer("new", folder, "--area-code", "E07000120", *(part for body in bodies for part in ("--body", body)))
    for body in bodies[:3]:
        (tmp_path / f"{body}.csv").write_text(f"{GOOD}04/04/2024,{body} Ltd,1.00,Parks\n")
        answer("add", "spend", tmp_path / f"{body}.csv", "--body", body, "--place", folder, "--yes")
    answer("build", "--place", folder)
    shown = run("count", "--place", folder).stdout
    assert "\n3 bodies: Hyndburn, Lancashire Police, Lancashire County Council\n" in shown
    assert "so what others paid them stays in net: Anyshire Fire Authority\n" in shown
    assert "\ncounted whole: Lancashire Police, Lancashire County Council; where they serve other" in shown
    toml = (folder / "place.toml").read_text()
    (folder / "place.toml").write_text(toml.replace('kind = "police"', 'kind = "police"\nshare = "0.05"'))
    answer("build", "--place", folder)
    scope = answer("count", "--place", folder)["scope"]
    assert (scope["counted_whole"], scope["shares"]) == (["lancashire-county-council"], {"lancashire-police": "0.05"})


def test_count_says_what_makes_it_doubtful(tmp_path: Path) -> None:
    """A month loaded twice, a file refused since, a place.toml newer than the store: in words and in JSON."""
    folder = tmp_path / "place"
    answer("new", folder, "--body", "Anytown Council")
    payments = [f"03/04/2024,Lamps {n} Ltd,{n}0.00,Highways\n" for n in range(1, 9)]
    heading = GOOD.splitlines(keepends=True)[0]
    texts = {"a-2024-04.csv": payments, "b-2024-04.csv": [*payments, "04/04/2024,Acme,5.00,Parks\n"], "c.csv": [GOOD]}
    for name, lines in texts.items():
        (folder / name).write_text("".join(lines) if name == "c.csv" else heading + "".join(lines))
        answer("add", "spend", folder / name, "--body", "Anytown Council", "--place", folder, "--yes")
    (folder / "c.csv").unlink()
    assert run("build", "--place", folder).returncode == 1
    done = run("count", "--place", folder)
    assert done.returncode == 0
    assert "warning: 1 refused and not counted: c.csv; 'totalplace check' says why" in done.stderr
    assert "warning: a-2024-04.csv and b-2024-04.csv both hold 2024-04" in done.stderr
    assert "changed since" not in done.stderr
    toml = folder / "place.toml"
    toml.write_text(toml.read_text().replace('kind = "council"', 'kind = "council"\nshare = "0.5"'))
    done = run("count", "--json", "--place", folder)
    assert "warning: place.toml or matches.toml changed since the store was built" in done.stderr
    scope = json.loads(done.stdout)["scope"]
    assert (scope["store_is_current"], scope["files_refused"], len(scope["warnings"])) == (False, ["c.csv"], 1)


def test_rejected_rows_come_back_to_be_mended_and_are_never_written_over(place: Path, tmp_path: Path) -> None:
    answer("rejects", "--write", tmp_path, "--place", place)
    (file,) = tmp_path.iterdir()
    text = file.read_text("utf-8-sig")
    headings = "Source file,Source line,Why rejected,Date,Supplier Name,Amount,Department"
    assert text == f"{headings}\n../spend-2024-04.csv,3,bad_date,soon,Acme,20.00,Parks\n"
    file.write_text("mended")
    done = run("rejects", "--write", tmp_path, "--place", place)
    assert (done.returncode, "is there already; nothing was written" in done.stderr) == (2, True)
    assert file.read_text() == "mended"


@pytest.mark.parametrize("headings", ["Date,Supplier Name,Amount,Department\n", ""])
def test_a_mended_row_is_known_again(tmp_path: Path, headings: str) -> None:
    """Three rows are rejected and one is a total; one is mended, one dropped, one still wrong: two stay open."""
    folder, file = tmp_path / "place", tmp_path / "spend-2024-04.csv"
    good = "".join(f"{n % 28 + 1:02}/04/2024,{'ABCDEFGH'[n % 8]} Lamps Ltd,{n}.50,Highways\n" for n in range(60))
    bad = "soon,Acme,20.00,Parks\nnow,Bricks,30.00,Parks\nnever,Cakes,40.00,Parks\nTotal,,90.00,\n"
    file.write_text(headings + good + bad)
    answer("new", folder, "--body", "Anytown Council", "--body", "Anyshire Police")
    answer("add", "spend", file, "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    (mend,) = (Path(path) for path in answer("rejects", "--write", tmp_path / "mend", "--place", folder)["written"])
    lines = mend.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[4] for line in lines[1:]] == ["Acme", "Bricks", "Cakes"]
    mend.write_text("\n".join([lines[0], lines[1].replace("soon", "09/04/2024"), lines[3]]) + "\n")
    other = run("add", "spend", mend, "--body", "Anyshire Police", "--place", folder, "--yes")
    assert (other.returncode, "holds mended rows of anytown-council" in other.stderr) == (1, True)
    answer("add", "spend", mend, "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    assert answer("count", "--place", folder)["gross"] == "1820.00", (
        "1,770 and 60 halves, and the £20 of the row that was mended"
    )
    done = run("rejects", "--place", folder)
    assert "5 rejected, 1 mended, 4 open" in done.stderr
    states = {row["text"]: row["state"] for row in answer("rejects", "--place", folder)["rows"]}
    assert states["soon,Acme,20.00,Parks"] == "mended"
    assert states["now,Bricks,30.00,Parks"] == "open"
    again = answer("rejects", "--write", tmp_path / "more", "--file", "../spend-2024-04.csv", "--place", folder)
    (rest,) = (Path(path).read_text("utf-8-sig") for path in again["written"])
    assert [line.split(",")[4] for line in rest.splitlines()[1:]] == ["Bricks", "Cakes"]
    nothing = run("rejects", "--write", tmp_path / "none", "--reason", "total_row", "--place", folder)
    assert (nothing.returncode, "nothing was written" in nothing.stderr) == (0, True)
    assert not (tmp_path / "none").exists()


def test_only_the_rejected_rows_that_were_asked_for_are_written(tmp_path: Path) -> None:
    """Two files whose names are alike but for signs, each with a row of each of two reasons."""
    folder, more = tmp_path / "place", "04/04/2024,Bright Lamps Ltd,lots,Highways\n"
    names = ("a/b.csv", "a-b.csv", "A-B.CSV")
    answer("new", folder, "--body", "Anytown Council", "--body", "Anyshire Police")
    for n, name in enumerate(names):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(GOOD.replace("Lamps", f"Lamps {n}").replace("Acme", f"Acme {n}") + more)
        body = "Anyshire Police" if name == "a-b.csv" else "Anytown Council"
        answer("add", "spend", folder / name, "--body", body, "--place", folder, "--yes")
    answer("build", "--place", folder)

    def written(to: str, *filters: str) -> list[str]:
        said = answer("rejects", "--write", tmp_path / to, *filters, "--place", folder)
        assert sorted(said["written"]) == sorted(str(path) for path in (tmp_path / to).iterdir())
        assert len({path.lower() for path in said["written"]}) == len(said["written"])
        texts = [Path(path).read_text("utf-8-sig").splitlines()[1:] for path in said["written"]]
        return ["".join(line.split(",", 3)[3] for line in lines) for lines in texts]

    rows = [f"soon,Acme {n},20.00,Parks" for n in range(3)]
    assert sorted(written("all")) == sorted(row + more.strip() for row in rows)
    assert sorted(written("dates", "--reason", "bad_date")) == rows
    assert written("police", "--body", "Anyshire Police", "--reason", "bad_date") == [rows[1]]
    assert written("one", "--file", "a/b.csv", "--reason", "bad_date") == [rows[0]]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["count", "--by", "suplier"], 2, "did you mean 'supplier'"),
        (["count", "--body", "Anytown Counsil"], 2, "did you mean"),
        (["lines", "--sort", "sideways"], 2, "not an order"),
        (["add", "spent", "x.csv", "--body", "Anytown Council"], 2, "did you mean 'spend'"),
        (["add", "spend", "x.csv", "--body", "Anytown Council", "--yes"], 1, "is not there"),
        (["sql", "SELEKT 1"], 2, "cannot be run"),
        (["build", "--engine", "abacus"], 2, "not an engine"),
        (["transfers", "--confirm", "Acme"], 2, "--as"),
        (["transfers", "--as", "Anytown Council"], 2, "--confirm"),
        (["transfers", "--refuse", "Acme", "--as", "Anytown Council"], 2, "--confirm"),
        (["transfers", "--confirm", "A", "--as", "Anytown Council", "--refuse", "B"], 2, "one at a time"),
        (["transfers", "--candidates", "--spellings"], 2, "--candidates and --spellings"),
        (["transfers", "--candidates", "--refuse", "B"], 2, "one at a time"),
        (["transfers", "--refuse", ""], 2, "name the payee"),
        (["transfers", "--limit", "-1"], 2, "--limit"),
        (["count", "--limit", "-1"], 2, "--limit"),
        (["count", "--by", "body,body"], 2, "asked for twice"),
        (["count", "--channel", "cards"], 2, "did you mean 'card'"),
        (["rejects", "--limit", "-1"], 2, "--limit"),
        (["rejects", "--reason", "bad_dat"], 2, "did you mean 'bad_date'"),
        (["rejects", "--body", "nonsense"], 2, "is not a body"),
        (["rejects", "--file", "nonsense"], 2, "is not a file"),
        (["lines", "--file", "nonsense"], 2, "is not a file"),
        (["lines", "--per-page", "0"], 2, "--per-page"),
        (["sql", "COPY (SELECT 1) TO 'x.csv'"], 2, "one question that reads"),
        (["sql", "SELECT now()"], 2, "cast it"),
        (["sql", ";"], 2, "one question that reads"),
        (["lines", "\udcff"], 2, "not text in UTF-8"),
        (["lines", "--body", "\udcff"], 2, "not text in UTF-8"),
        (["sql", "SELECT '\udcff'"], 2, "not text in UTF-8"),
        (["lines", "--supplier", "Bright Lump"], 2, "is no supplier"),
        (["lines", "--supplier", "Lamps"], 2, "did you mean 'Bright Lamps Ltd'"),
        (["transfers", "--confirm", "NO SUCH NAME", "--as", "Anytown Council"], 2, "no payee is published as"),
        (["transfers", "--refuse", "-"], 2, "no payee is published as"),
        (["transfers", "--note", "why"], 2, "--note goes with"),
        (["count", "--csv", "no/such/folder.csv"], 1, "cannot be written"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_on_stderr_with_its_status(
    place: Path, arguments: list[str], status: int, message: str
) -> None:
    done = run(*arguments, *(["--place", place] if arguments[0] != "frobnicate" else []))
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "" or arguments[0] in ("add", "count")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bodies that pay each other over two years, a supplier that is a number, one whose name has a comma."""
    root = tmp_path_factory.mktemp("pair")
    heading = GOOD.splitlines()[0]
    rows = {
        "Anytown Council": "03/04/2024,Anyshire Police,900.00,Levy\n04/04/2025,Anyshire Police,100.00,Levy\n"
        '05/04/2024,"Lamps, Bulbs and Sons",60.00,Highways\n06/05/2025,12345,70.00,Highways\n',
        "Anyshire Police": "03/04/2024,Anytown Council,50.00,Rent\n03/04/2025,=Cars Ltd,20.00,Fleet\n",
    }
    answer("new", root / "place", "--name", "Anytown", *(word for body in rows for word in ("--body", body)))
    for n, (body, lines) in enumerate(rows.items()):
        (root / f"{n}.csv").write_text(f"{heading}\n{lines}")
        answer("add", "spend", root / f"{n}.csv", "--body", body, "--place", root / "place", "--yes")
    answer("build", "--place", root / "place")
    return root / "place"


def test_suppliers_come_by_what_stays_in_net_and_by_name(pair: Path) -> None:
    cut = answer("count", "--by", "supplier", "--place", pair)["cut"]
    assert [(row["supplier"], row["net"]) for row in cut] == [
        ("12345", "70.00"),
        ("Lamps Bulbs and Sons", "60.00"),
        ("Cars Ltd", "20.00"),
        ("Anyshire Police", "0.00"),
        ("Anytown Council", "0.00"),
    ]
    shown = run("count", "--by", "supplier", "--place", pair).stdout
    assert "12345 (published as a number only)" in shown
    assert cut[0]["supplier_id"] not in shown
    for name in ("Lamps, Bulbs and Sons", "LAMPS BULBS AND SONS", cut[1]["supplier_id"]):
        assert answer("count", "--supplier", name, "--place", pair)["gross"] == "60.00"
        assert answer("lines", "--supplier", name, "--place", pair)["total"] == 1


def test_transfers_add_the_years_up_and_name_the_bodies(pair: Path) -> None:
    done = run("transfers", "--place", pair)
    rows = [line.split("  ") for line in done.stdout.splitlines() if line.startswith("Any")]
    assert [[cell.strip() for cell in row if cell.strip()] for row in rows] == [
        ["Anytown Council", "Anyshire Police", "eliminated", "2", "£1,000.00"],
        ["Anyshire Police", "Anytown Council", "eliminated", "1", "£50.00"],
    ]
    assert "3 lines, £1,050.00 in all" in done.stderr
    assert len(answer("transfers", "--place", pair)["rows"]) == 3, "JSON has a row for each year"
    assert run("transfers", "--by-year", "--place", pair).stdout.count("Anytown Council  Anyshire Police  20") == 2
    assert [row["amount"] for row in answer("transfers", "--year", "2025-26", "--place", pair)["rows"]] == ["100.00"]
    assert answer("transfers", "--body", "Anyshire Police", "--place", pair)["rows"][0]["amount"] == "50.00"


def test_a_decision_keeps_its_reason(pair: Path) -> None:
    answer("transfers", "--refuse", "cars ltd", "--note", "a dealer", "--place", pair)
    assert 'note = "a dealer"' in (pair / "matches.toml").read_text()
    (pair / "matches.toml").unlink()


@pytest.mark.parametrize(
    ("arguments", "rows", "column", "value"),
    [
        (["count"], 9, "amount", "150.00"),
        (["count", "--by", "body"], 2, "body_name", "Anyshire Police"),
        (["lines", "--per-page", "1"], 6, "payee", "'=Cars Ltd"),
        (["transfers"], 3, "to_body_name", "Anyshire Police"),
        (["rejects"], 0, "state", ""),
    ],
)
def test_tables_are_written_as_files(
    pair: Path, tmp_path: Path, arguments: list[str], rows: int, column: str, value: str
) -> None:
    """Whole, all pages of lines too, as CSV that Excel opens and as a workbook whose headings stay in sight."""
    text, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    answer(*arguments, "--csv", text, "--xlsx", book, "--place", pair)
    assert text.read_bytes().startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(text.read_text("utf-8-sig").splitlines()))
    assert len(found) == rows
    assert not rows or value in [row[column] for row in found]
    sheet = CalamineWorkbook.from_path(book).get_sheet_by_index(0)
    with zipfile.ZipFile(book) as parts:
        pane = re.search(r'<pane ySplit="(\d+)"', parts.read("xl/worksheets/sheet1.xml").decode())
    assert pane, "the headings stay in sight"
    assert sheet.end is not None
    assert sheet.end[0] + 1 - int(pane[1]) == rows


def test_nothing_that_people_are_shown_is_cut(tmp_path: Path) -> None:
    """A long name of a file goes on in the next line."""
    folder, name = tmp_path / "place", f"{'spend-of-the-council-' * 4}2024-04.csv"
    folder.mkdir()
    (folder / name).write_text(GOOD)
    answer("new", folder, "--body", "Anytown Council")
    answer("add", "spend", folder / name, "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    for command in ("rejects", "lines"):
        lines = run(command, "--place", folder).stdout.splitlines()
        assert "…" not in "".join(lines)
        (first,) = (line for line in lines if name[:60] in line)
        at = first.index(name[:60])
        assert lines[lines.index(first) + 1][at : at + len(name) - 60] == name[60:]


def test_a_folder_without_a_place_says_what_to_do(tmp_path: Path) -> None:
    done = run("count", "--place", tmp_path)
    assert done.returncode == 1
    assert "totalplace new" in done.stderr


def test_a_copy_of_a_file_is_refused_before_it_is_declared(tmp_path: Path) -> None:
    """Declared, it would be refused by every build; of another body it may be the same by chance."""
    folder = tmp_path / "place"
    answer("new", folder, "--body", "Anytown Council", "--body", "Anyshire Police")
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_text(GOOD)
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    done = run("add", "spend", *files, "--body", "Anytown Council", "--place", folder, "--yes")
    assert (done.returncode, "b.csv: is byte for byte ../a.csv: it would count twice" in done.stderr) == (1, True)
    declared = (folder / "place.toml").read_text()
    done = run("add", "spend", tmp_path / "c.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    assert (done.returncode, "is new" in done.stderr) == (1, False)
    assert (folder / "place.toml").read_text() == declared
    again = answer("add", "spend", tmp_path / "a.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    assert again["known"] == ["../a.csv"]
    assert run("add", "spend", tmp_path / "c.csv", "--body", "Anyshire Police", "--place", folder, "-y").returncode == 0


def test_a_build_says_what_changed_and_what_is_not_counted(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    answer("new", folder, "--years", "2024-25", "--body", "Anytown Council", "--body", "Anyshire Fire Authority")
    heading = GOOD.splitlines()[0]
    rows = "03/04/2024,Anyshire Fire Authroity,900.00,Levy\n03/04/2023,Lamps,7.00,Parks\n"
    for body, text in (("Anytown Council", rows), ("Anyshire Fire Authority", "03/04/2024,Hoses,5.00,Kit\n")):
        (tmp_path / f"{body}.csv").write_text(f"{heading}\n{text}")
        answer("add", "spend", tmp_path / f"{body}.csv", "--body", body, "--place", folder, "--yes")
    first = run("build", "--place", folder).stderr
    assert "net £905.00\n" in first
    assert "not counted: 1 line, £7.00, of years other than 2024-25" in first
    answer("transfers", "--confirm", "Anyshire Fire Authroity", "--as", "Anyshire Fire Authority", "--place", folder)
    assert "net £5.00, -£900.00 since the last build" in run("build", "--place", folder).stderr
    assert "since the last build" not in run("build", "--place", folder).stderr


def test_a_sheet_is_proposed_as_a_sheet(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "spend-2024-04.xlsx") as book:
        sheet = book.add_worksheet("April")
        for at, line in enumerate(GOOD.splitlines()):
            sheet.write_row(at, 0, line.split(","))
    answer("new", tmp_path / "place", "--body", "Anytown Council")
    words = ["add", "spend", tmp_path / "spend-2024-04.xlsx", "--body", "Anytown Council", "--yes"]
    said = run(*words, "--place", tmp_path / "place").stderr
    assert "a sheet, headings in line 1" in said
    assert "separated by" not in said


def test_a_refused_file_declares_no_body(tmp_path: Path) -> None:
    answer("new", tmp_path / "place")
    (tmp_path / "a.csv").write_text("nothing,of\nuse,here\n")
    done = run("add", "spend", tmp_path / "a.csv", "--body", "Anytown Council", "--place", tmp_path / "place", "--yes")
    assert (done.returncode, "Anytown Council" in done.stderr) == (1, False)
    assert "[[body]]" not in (tmp_path / "place" / "place.toml").read_text()


def test_a_place_that_is_not_built_says_so(tmp_path: Path) -> None:
    answer("new", tmp_path / "p")
    done = run("count", "--place", tmp_path / "p")
    assert done.returncode == 1
    assert "totalplace build" in done.stderr


def test_check_exits_1_where_it_does_not_add_up(tmp_path: Path) -> None:
    (tmp_path / "spend-2024-04.csv").write_text(GOOD)
    folder = tmp_path / "place"
    answer("new", folder)
    answer("add", "spend", tmp_path / "spend-2024-04.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    (tmp_path / "spend-2024-04.csv").unlink()
    done = run("check", "--place", folder, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False


def test_official_figures_are_added_listed_and_held_against_the_payments(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "outturn.csv"
    file.write_text("Service,Total expenditure,Net current expenditure\nHousing,5,3\nPlanning,1,-1\nTotal,6,3\n")
    common = ("--body", "Anytown Council", "--year", "2024-25", "--unit", "1000", "--place", place)
    added = answer("add-official", "outturn", file, *common, "--yes")
    assert added["written"]
    assert "the total leaves out what is negative" in json.dumps(added["doubts"])
    rows = answer("official", "--measure", "net", "--place", place)["rows"]
    assert [row["amount"] for row in rows] == ["3000.00", "-1000.00", "3000.00"]
    (row,) = answer("explained", "--place", place)["rows"]
    assert (row["official"], row["payments"], row["share"]) == ("6000.00", "1250.00", 1250 / 6000)
    (totals,) = answer("official", "--totals", "--place", place)["rows"]
    assert (totals["gross"], totals["income"], totals["net"]) == ("6000.00", None, "2000.00")
    assert totals["signed"] == "unsigned"
    assert answer("official", "--housing-benefit", "--place", place)["rows"] == []
    assert run("sign", "outturn-outturn", "--by", "Director of Finance", "--place", place).returncode == 0
    shown = run("official", "--datasets", "--place", place)
    assert "Director of Finance" in shown.stdout
    other = tmp_path / "other.csv"
    other.write_text(file.read_text())
    refused = run("add-official", "outturn", other, "--body", "Anytown Council", "--place", place, "--yes")
    assert refused.returncode == 2
    assert "say its unit with --unit" in refused.stderr


def test_money_over_time_is_shown_written_and_refused_in_words(place: Path, tmp_path: Path) -> None:
    said = answer("over-time", "--place", place)
    assert [(row["year"], row["net"], row["net_real"]) for row in said["series"]] == [("2024-25", "1250.00", "1250.00")]
    assert (said["base_year"], said["deflator"]["id"], said["change"]) == ("2024-25", "ons-2025-06", None)
    assert said["deflator"]["unverified_years"] == ["2024-25"]
    assert said["incomplete"]["2024-25"].startswith("Anytown Council: May 2024 to Mar 2025 missing")
    done = run("over-time", "--place", place, "--base", "2018-19", "--csv", tmp_path / "o.csv")
    assert done.returncode == 0
    assert "in 2018-19 prices" in done.stdout
    assert "unverified" in done.stderr
    assert "not complete: 2024-25" in done.stderr
    with (tmp_path / "o.csv").open(encoding="utf-8-sig") as file:
        assert [row["net"] for row in csv.DictReader(file)] == ["1250.00"]
    for arguments, words in (
        (["--deflator", "ons-2025-07"], "did you mean 'ons-2025-06'"),
        (["--base", "2030-31"], "it has 1989-90 to 2024-25"),
        (["--change"], "a change needs two years with an index"),
        (["--activity", tmp_path / "none.csv"], "cannot be read"),
    ):
        done = run("over-time", "--place", place, *arguments)
        assert done.returncode in (1, 2)
        assert words in done.stderr


def test_a_place_keeps_its_own_deflators_and_activity(place: Path) -> None:
    (place / "deflators.csv").write_text("vintage,year,index\nours,2024-25,50\nours,2025-26,100\n")
    try:
        said = answer("over-time", "--base", "2025-26", "--place", place)
        assert (said["deflator"]["id"], said["series"][0]["net_real"]) == ("ours", "2500.00")
        (place / "activity.csv").write_text("body,year,activity\nnobody,2024-25,1\n")
        assert "line 2" in run("over-time", "--place", place).stderr
    finally:
        for name in ("deflators.csv", "activity.csv"):
            (place / name).unlink(missing_ok=True)


def test_comparisons_are_listed_shown_and_written(place: Path, tmp_path: Path) -> None:
    table = tmp_path / "others.csv"
    rows = [f"Council {n},2024-25,Parks,{1000 + n % 3}.50,100,council" for n in range(12)]
    header = "body,year,service,amount,denominator,kind\n"
    table.write_text(header + "\n".join([*rows, "Far Away,2024-25,Parks,9000,100,council"]) + "\n")
    asked = ("compare", "--table", table, "--place", place)
    listed = answer(*asked)
    assert [(row["service"], row["compared"], row["flagged"]) for row in listed["rows"]] == [("Parks", 13, 1)]
    assert "no population of that year" in listed["lacking"][0]
    said = answer(*asked, "--service", "Parks", "--csv", tmp_path / "out.csv", "--xlsx", tmp_path / "out.xlsx")
    assert said["rows"][0]["outside"] == "ask why"
    assert said["questions"][0].endswith("?")
    assert len((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()) == 14
    assert (tmp_path / "out.xlsx").stat().st_size > 1000
    shown = run(*asked, "--service", "Parks")
    assert "Why does Far Away spend £90.00 a head on Parks" in shown.stderr
    assert run(*asked, "--service", "Parks", "--at-least", "2").returncode == 2
    assert run(*asked, "--service", "Parkz").stderr.strip().endswith("did you mean 'Parks'?")
    table.write_text(header + "Council,2024-25,Parks,1,0,council\n")
    refused = run(*asked)
    assert refused.returncode == 1
    assert "row 2: a denominator of 0 cannot be" in refused.stderr


def test_shared_suppliers_take_one_table_and_a_whole_range(place: Path) -> None:
    asked = ("shared-suppliers", "--place", place)
    assert answer(*asked, "--categories")["rows"] == []
    assert answer(*asked, "--by-body")["rows"] == []
    assert run(*asked, "--by-body", "--categories").returncode == 2
    assert run(*asked, "--low", "1").returncode == 2
    assert answer(*asked, "--low", "1", "--high", "2")["assumed"] == "1% to 2%"


def test_the_mapping_is_not_complete_while_something_is_missing_without_a_reason(tmp_path: Path) -> None:
    (tmp_path / "spend-2024-04.csv").write_text(GOOD)
    place = tmp_path / "place"
    answer("new", place, "--years", "2024-25", "--body", "Anytown Council")
    answer("add", "spend", tmp_path / "spend-2024-04.csv", "--body", "Anytown Council", "--place", place, "--yes")
    answer("build", "--place", place)
    done = run("completeness", "--place", place, "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert (said["complete"], said["expected"]) == (False, 4)
    assert [(row["service"], row["state"]) for row in said["gaps"]] == [
        ("cultural", "missing"),
        ("environmental", "missing"),
        ("planning", "missing"),
        ("central", "missing"),
    ]
    shown = run("completeness", "--by-body", "--place", place)
    assert shown.returncode == 1
    assert "The mapping is not complete: 4 cells are open." in shown.stdout
    about = ("--reason", "no such files", "--by", "Director of Finance", "--on", "2026-04-30", "--place", place)
    refused = run("declare", "Anytown Council", "2024-25", "excption", *about)
    assert refused.returncode == 2
    assert "did you mean 'exception'" in refused.stderr
    assert run("declare", "Anytown Council", "2024-25", "--place", place).returncode == 2
    assert [row["state"] for row in answer("declare", "Anytown Council", "2024-25", "exception", *about)["rows"]] == [
        "exception"
    ]
    after = answer("completeness", "--state", "exception", "--place", place)
    assert (after["complete"], len(after["rows"]), after["rate"]) == (True, 4, said["rate"])
    assert run("declare", "Anytown Council", "2024-25", "--withdraw", "--place", place).returncode == 0
    assert run("completeness", "--place", place).returncode == 1
