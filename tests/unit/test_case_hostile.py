"""Cases that cannot be: each is refused in one line that names the key and what to do, and never by a traceback."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cases import read
from tests.unit.test_case_stamps import WHOLE, put
from totalplace.appraisal.chance import chances
from totalplace.appraisal.result import appraise
from totalplace.cli.commands import app
from totalplace.errors import DataError, UsageError

METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "business-case.md"
CIRCLE = """
[[scenario]]
id = "a"
based_on = "b"
set = { "benefit.stays.lag" = 1 }
[[scenario]]
id = "b"
based_on = "a"
set = { "benefit.stays.lag" = 1 }
"""
CYCLE = """
[[logic]]
id = "a"
kind = "outcome"
name = "A"
leads_to = ["b"]
[[logic]]
id = "b"
kind = "outcome"
name = "B"
leads_to = ["a"]
"""
SCENARIO = """
[[scenario]]
id = "s"
set = { "benefit.stays.lagg" = 1 }
"""
TIE = """
[[correlation]]
between = ["benefit.stays.impact", "benefit.stays.%s"]
r = %s
"""
RANGE = "impact = { value = 0.25, low = %s, high = 0.6 }"
PRIVATE = """
[[agency]]
name = "NHS"
public = false
[[agency]]
name = "Local authority"
[[agency]]
name = "Volunteers"
"""
BAD = {
    # what is said -> what it is replaced by, and words of the refusal
    "shares past 100%": ('"NHS" = 0.4', '"NHS" = 0.5', "[[cost]] 1 (staff): pays comes to 110.0%; shares of a whole"),
    "shares short of 100%": ('"NHS" = 0.4', '"NHS" = 0.3', "[[cost]] 1 (staff): pays comes to 90.0%"),
    "a negative cohort": ("[100, 100]", "[100, -1]", "[[cohort]] 1 (people): people.2 is -1; it must not be below 0"),
    "an unknown code": (
        "social = 1000",
        'unit_cost = "HE99.9"',
        "unit_cost cannot be used: there is no unit cost 'HE99.9'",
    ),
    "no price year": ('price_year = "2024-25"\nagencies', "agencies", "(stays): price_year is not given"),
    "no price year of the case": ('years = 4\nprice_year = "2024-25"', "years = 4", "[case]: price_year is not given"),
    "a price year without an index": (
        'price_year = "2024-25"\ndead',
        'price_year = "1888-89"\ndead',
        "no index of 1888-89",
    ),
    "another currency": ("years = 4", 'years = 4\ncurrency = "EUR"', "[case]: currency is EUR; all money is in pounds"),
    "two currencies": (
        "fiscal = 5000",
        'fiscal = "\N{EURO SIGN}5000"',
        "(stays): fiscal is '\N{EURO SIGN}5000': a second currency",
    ),
    "two currencies in words": ("[50000, 50000]", '["50 EUR"]', "amounts.1 is '50 EUR': a second currency"),
    "a cycle in the logic model": (
        "[[benefit]]",
        CYCLE + "[[benefit]]",
        "the steps go round in a circle: 'A' leads to 'B'",
    ),
    "scenarios in a circle": (
        "[[benefit]]",
        CIRCLE + "[[benefit]]",
        "[[scenario]] 2 (b): based_on goes in a circle: a -> b",
    ),
    "a scenario of no number": ("[[benefit]]", SCENARIO + "[[benefit]]", "fits no number of the case; did you mean"),
    "text for a number": (
        "impact = 0.25",
        'impact = "lots"',
        "[[benefit]] 1 (stays): impact is 'lots'; it must be a number",
    ),
    "no number": ("impact = 0.25", "impact = nan", "impact is nan; no such number can be meant"),
    "without end": ("fiscal = 5000", "fiscal = inf", "fiscal is inf; no such number can be meant"),
    "yes for a number": ("impact = 0.25", "impact = true", "impact is True; it must be a number"),
    "far too large": ("fiscal = 5000", "fiscal = 1e308", "fiscal is 1e+308; no such number can be meant"),
    "far too many": ("[100, 100]", "[1e308]", "people.1 is 1e+308; no such number can be meant"),
    "a day for a number": ("impact = 0.25", "impact = 2020-01-01", "it must be a number"),
    "a number for a year": (
        'first_year = "2024-25"',
        "first_year = 2024",
        "first_year is the number 2024; it must be text",
    ),
    "a year that is none": ('first_year = "2024-25"', 'first_year = "2024-26"', "'2024-26' is not a financial year"),
    "a list too long": ("[100, 100]", "[1, 2, 3, 4, 5]", "people has 5 years, and the case has 4; take some off"),
    "no amounts": ("[50000, 50000]", "[]", "(staff): amounts is not given"),
    "an unknown key": ("impact = 0.25", "imapct = 0.25", "(stays): imapct is not known; did you mean 'impact'?"),
    "an unknown table": ("[[cohort]]", "[[cohrt]]", "cohrt is not known; did you mean 'cohort'?"),
    "two ids alike": ('id = "volunteers"', 'id = "staff"', "[[cost]] 2 (staff): id is 'staff' a second time"),
    "an id that is a path": ('id = "team"', 'id = "../../etc"', "write a-z, 0-9 and hyphens"),
    "no business as usual": (
        "business_as_usual = true",
        "",
        "none is marked as carrying on as now; one option must be",
    ),
    "two of them": (
        'name = "A team"',
        "business_as_usual = true",
        "2 are marked as carrying on as now; one option must be",
    ),
    "a tie of a sure number": (
        "[[benefit]]",
        TIE % ("worth", 0.5) + "[[benefit]]",
        "which has no range: give it low and high",
    ),
    "a tie past 1": ("[[benefit]]", TIE % ("deadweight", 2) + "[[benefit]]", "r is 2; it must be from -1 to 1"),
    "a range beside its value": ("impact = 0.25", RANGE % 0.5, "the value 0.25 must lie between"),
    "lognormal from nought": (
        "impact = 0.25",
        RANGE.replace(" }", ', shape = "lognormal" }') % 0,
        "choose normal, or raise low",
    ),
    "nested too deep": ("impact = 0.25", "impact = " + "[" * 5000 + "]" * 5000, "is not valid TOML"),
    "a table in a range": ("impact = 0.25", "impact = { value = { value = 1 } }", "it must be a number"),
    "no TOML": ("[case]", "[case", "is not valid TOML"),
    "a key twice": ("years = 4", "years = 4\nyears = 5", "is not valid TOML"),
    "too many years": ("years = 4", "years = 1000", "it must be a whole number from 1 to 125"),
    "a step below nought": ("step = 5", "step = -5", "cashable.step is -5; it must not be below 0"),
    "more than all of it as cash": ("share = 0.5", "share = 1.5", "cashable.share is 1.5; it must be from 0 to 1"),
    "a grade that is none": (
        "evidence = 3",
        "evidence = 7",
        "grades.evidence is 7; it must be a whole number from 1 to 6",
    ),
    "a cohort that is not there": (
        'cohort = "people"',
        'cohort = "peeple"',
        "which is no cohort; did you mean 'people'?",
    ),
    "a rate that is none": ("years = 4", 'years = 4\ndiscount = "flat--200"', "is no discount schedule"),
    "more transfer than value": ("transfer = 0", "transfer = 6000", "transfer is more than the fiscal value"),
    "a group without income": ("transfer = 0", "transfer = 0\ngains = { Low = 1 }", "which has no income in [weights]"),
    "mitigated beside capital": (
        "bias = 0.1",
        'capital = "standard-building"\nmitigated = 0.5',
        "write it inside: capital",
    ),
    "fiscal value of a charity": ("[[option]]", PRIVATE + "[[option]]", "which is no public budget"),
    "a control character": ('name = "A team"', 'name = "A \\u001b[31m"', "holds the control character U+001B"),
}


def example() -> str:
    found = re.search(r"```toml case\n(.*?)```", METHOD.read_text("utf-8"), re.S)
    assert found
    return found[1]


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_by_name_and_says_what_to_do(tmp_path: Path, what: str) -> None:
    old, new, words = BAD[what]
    text = example()
    assert old in text
    file = tmp_path / "case.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    came = CliRunner().invoke(app, ["appraise", str(file)])
    assert isinstance(came.exception, (DataError, UsageError)), came.output
    said = str(came.exception)
    assert words in said
    assert said.startswith("case.toml")
    assert "\n" not in said


def test_ties_that_cannot_all_hold_are_refused(tmp_path: Path) -> None:
    text = (
        example()
        .replace("impact = 0.25", RANGE % 0.1)
        .replace("deadweight = 0.2", "deadweight = { value = 0.2, low = 0, high = 0.3 }")
    )
    text = text.replace("need = 0.5", "need = { value = 0.5, low = 0.1, high = 0.9 }")
    ties = [
        TIE % ("need", 0.9),
        TIE % ("deadweight", 0.9),
        (TIE % ("need", -0.9)).replace("stays.impact", "stays.deadweight"),
    ]
    file = tmp_path / "case.toml"
    file.write_text(text + "".join(ties), encoding="utf-8")
    came = CliRunner().invoke(app, ["appraise", str(file)])
    assert isinstance(came.exception, DataError)
    assert "cannot be tied as said" in str(came.exception)


def test_files_that_are_no_case_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "long.toml").write_text("# " + "x" * 5_000_000, encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(example().replace("A team", "\xc9quipe").encode("latin-1"))
    (tmp_path / "zeros.toml").write_bytes(bytes(1000))
    (tmp_path / "empty.toml").write_bytes(b"")
    wanted = {"folder": "", "long": "no case is so long", "latin": "not valid TOML", "zeros": "not valid TOML"}
    for name, words in (wanted | {"empty": "begin with [case]", "absent": "there is no file"}).items():
        came = CliRunner().invoke(app, ["appraise", str(tmp_path / f"{name}.toml")])
        assert isinstance(came.exception, (DataError, UsageError)), (name, came.output)
        assert words in str(came.exception), name


def test_the_command_ends_with_one_line_and_a_status(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(example().replace("impact = 0.25", "impact = nan"), encoding="utf-8")
    for path, status in ((file, (1, 2)), (tmp_path / "none.toml", (1, 2)), (tmp_path, (1, 2))):
        came = run(
            [sys.executable, "-m", "totalplace", "appraise", str(path)], capture_output=True, text=True, check=False
        )
        assert came.returncode in status
        assert "Traceback" not in came.stderr
        assert len(came.stderr.strip().splitlines()) == 1, came.stderr


HOSTILE: list[Any] = [
    *(None, "", [], {}, "x" * 5, -1, 0, 0.5, -0.5, 1e13, 1e308, float("nan"), float("inf"), True, 2**80),
    *([[1], [2]], [{}], {"a": {"b": 1}}, {"": 1}, dt.date(2020, 1, 1), "\x00\x1b[31m", "=1+1", [None], ["a", ["b"]]),
]


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key, of tables and lists too."""
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from nodes(inner, (*path, key))


def refusal(tables: dict[str, Any], draws: bool) -> str:
    """What is said of a case that is refused, '' where it is read and appraised; any other error goes through."""
    try:
        case = read(tables)
        appraise(case)
        if draws:
            chances(case, 100)
    except (DataError, UsageError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("table", WHOLE)
def test_whatever_a_key_says_it_is_read_or_refused_in_a_line(table: str) -> None:
    for path in nodes({table: WHOLE[table]}):
        for number, value in enumerate(HOSTILE):
            said = refusal(put(WHOLE, path, value), draws=number % 5 == 0)
            assert said.isprintable(), (path, value)


@pytest.mark.parametrize("table", ["cost", "benefit", "scenario"])
def test_a_case_of_thousands_of_lines_is_refused_before_it_is_reckoned(table: str) -> None:
    said = refusal({**WHOLE, table: [WHOLE[table][0]] * 5000}, draws=False)
    assert "is there 5,000 times; a case can have 500 of a kind" in said


def test_draws_are_the_same_in_smaller_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    case = read(WHOLE)
    whole = chances(case, 1000)
    monkeypatch.setattr("totalplace.appraisal.chance.HELD", 1)
    assert chances(case, 1000) == whole
