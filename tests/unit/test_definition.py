"""place.toml and matches.toml: what cannot be is named with its place, edits keep what people wrote."""

from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.published import put
from totalplace import definition, toml
from totalplace.definition import Source, add_body, add_sources, create, load, settle
from totalplace.errors import EditConflict, PlaceError, StoreError, UsageError
from totalplace.sources.reading import Reading
from totalplace.store.files import locked
from totalplace.terms import Body

PLACE = """\
# Our place
[place]
name = "Anytown"   # the borough
area_code = "E08000099"
years = ["2024-25", "2023-24"]
population = 220000

[[body]]
id = "council"
name = "Anytown Council"
kind = "council"
aliases = ["Anytown MBC"]
ods = ["01X"]
vat = "GB123456789"

[[body]]
name = "Anytown Fire Authority"
kind = "fire"
share = "0.25"

[[source]]
body = "council"
kind = "spend"
files = ["april.csv"]
[source.reading]
columns = { amount = "Amount", date = 1 }
header = 2
"""


def place(folder: Path, text: str | bytes = PLACE) -> definition.Definition:
    put(folder, "place.toml", text)
    return load(folder)


def test_what_place_toml_says_is_read(tmp_path: Path) -> None:
    found = place(tmp_path)
    assert (found.name, found.area_code, found.years) == ("Anytown", "E08000099", ("2023-24", "2024-25"))
    assert found.people("2024-25") == 220000
    council, fire = found.bodies
    assert council == Body("council", "Anytown Council", "council", aliases=("Anytown MBC",), codes=council.codes)
    assert council.codes == {"ods": ("01X",), "vat": ("GB123456789",)}
    assert (fire.id, fire.share) == ("anytown-fire-authority", Decimal("0.25"))
    reading = Reading({"amount": "Amount", "date": 1}, header=2)
    assert found.sources == (Source("council", "spend", ("april.csv",), reading),)


@pytest.mark.parametrize("dress", ["utf-8-sig", "crlf"])
def test_marks_and_line_ends_of_windows_editors_change_nothing(tmp_path: Path, dress: str) -> None:
    plain = place(tmp_path)
    raw = PLACE.encode("utf-8-sig") if dress == "utf-8-sig" else PLACE.replace("\n", "\r\n").encode()
    assert place(tmp_path, raw) == plain


def test_a_column_beside_columns_is_told_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match=r"'amount' is a column .* columns = \{ amount = \"Net\", \.\.\. \}"):
        place(tmp_path, PLACE.replace("header = 2", 'amount = "Net"'))


def test_population_may_be_given_year_by_year(tmp_path: Path) -> None:
    found = place(tmp_path, '[place]\nname = "A"\n[place.population]\n"2023-24" = 10\n"2024-25" = 11\n')
    assert [found.people(year) for year in ("2023-24", "2024-25", "2025-26")] == [10, 11, None]


def test_a_body_is_found_by_id_name_or_alias(tmp_path: Path) -> None:
    found = place(tmp_path)
    for name in ("council", "Anytown Council", "ANYTOWN MBC ", "anytown council"):
        assert found.body(name).id == "council"
    with pytest.raises(UsageError, match="did you mean 'Anytown Council'"):
        found.body("Anytown Counci")


WRONG = [
    ("", "[place", r"place\.toml is not valid TOML"),
    ("", b'[place]\nname = "\xff"\n', r"place\.toml is not valid TOML"),
    ("[place]", "[plcae]", r"unknown key 'plcae'; did you mean 'place'"),
    ("area_code", "areacode", r"\[place\]: unknown key 'areacode'; did you mean 'area_code'"),
    ('kind = "council"\nal', 'knid = "council"\nal', r"\[\[body\]\] 1: unknown key 'knid'; did you mean 'kind'"),
    ("files =", "file =", r"\[\[source\]\] 1: unknown key 'file'; did you mean 'files'"),
    ("header = 2", "heder = 2", r"\[source\.reading\]: unknown key 'heder'; did you mean 'header'"),
    ("amount =", "amont =", r"'amont' is not a kind of column; did you mean 'amount'"),
    ('name = "Anytown"  ', "name = 1  ", r"name is 1; it must be text"),
    ('"2023-24"', '"2023-25"', r"years: '2023-25' is not a financial year"),
    ('["2024-25", "2023-24"]', '"2024-25"', r"years must be a list"),
    ("220000", "-1", r"population is -1"),
    ("220000", "true", r"population is True"),
    ('"fire"', '"fier"', r"kind 'fier' is not known; did you mean 'fire'"),
    ('"0.25"', '"1.5"', r"share is 1\.5; it must be from 0 to 1"),
    ('"0.25"', "nan", r"share is nan"),
    ('"0.25"', '"NaN"', r"share is NaN"),
    ('"0.25"', '"a quarter"', r"share is 'a quarter'"),
    ('"0.25"', '"0.1234567"', r"six decimals at most"),
    ('name = "Anytown Fire Authority"\n', "", r"\[\[body\]\] 2: it has no name"),
    ('name = "Anytown Fire', 'id = "council"\nname = "Anytown Fire', r"two bodies have the id 'council'"),
    ('id = "council"', 'id = "MCC"', r"\[\[body\]\] 1: id 'MCC' must be made of a-z, 0-9 and hyphens, such as 'mcc'"),
    ('id = "council"', 'id = "a, b/?c"', r"id 'a, b/\?c' must be made of a-z, 0-9 and hyphens, such as 'a-b-c'"),
    ('id = "council"', 'id = "-"', r"id '-' must be made of a-z, 0-9 and hyphens"),
    ('name = "Anytown Fire Authority"', 'name = "大阪"', r"\[\[body\]\] 2: no id can be made from the name '大阪'"),
    ('body = "council"\nkind', 'body = "counsil"\nkind', r"body 'counsil' is not declared; did you mean 'council'"),
    ('kind = "spend"', 'kind = "spent"', r"kind 'spent' is not known; did you mean 'spend'"),
    ('["april.csv"]', "[1]", r"files must be a list of texts"),
    ('["april.csv"]', '["a\\u0000.csv"]', r"\[\[source\]\] 1: one of its files has a NUL in its name"),
    ("[[source]]", "[source]", r"write \[\[source\]\] with two brackets"),
    ("[source.reading]\n", "reading = 1\n[x]\n", r"unknown key 'x'"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_what_cannot_be_is_named_with_its_place(tmp_path: Path, old: str, new: str | bytes, message: str) -> None:
    if isinstance(new, str) and old:
        assert old in PLACE
        new = PLACE.replace(old, new, 1)
    with pytest.raises(PlaceError, match=message):
        place(tmp_path, new)


def test_where_there_is_no_place_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="run 'totalplace new DIR'"):
        load(tmp_path)
    (tmp_path / "place.toml").mkdir()
    with pytest.raises(PlaceError, match="cannot be read"):
        load(tmp_path)


def test_a_new_place_is_not_made_on_top_of_an_old_one(tmp_path: Path) -> None:
    create(tmp_path / "new", {"name": 'Ann\'s "Town"', "years": ["2024-25"]})
    assert load(tmp_path / "new").name == 'Ann\'s "Town"'
    with pytest.raises(UsageError, match="is there already"):
        create(tmp_path / "new", {"name": "Other"})


def test_edits_keep_comments_and_order(tmp_path: Path) -> None:
    place(tmp_path)
    add_body(tmp_path, Body("police", "Anytown Police", "police"))
    add_sources(tmp_path, [Source("police", "spend", ("police.csv",), Reading({"amount": 1}))])
    text = (tmp_path / "place.toml").read_text()
    assert text.startswith("# Our place\n")
    assert "# the borough" in text
    found = load(tmp_path)
    assert [body.id for body in found.bodies] == ["council", "anytown-fire-authority", "police"]
    assert [source.body for source in found.sources] == ["council", "police"]


def test_files_of_one_reading_stand_together_sorted_and_once(tmp_path: Path) -> None:
    place(tmp_path)
    reading = Reading({"date": 1, "amount": "Amount"}, header=2)
    for names in (("may.csv",), ("june.csv", "april.csv"), ("may.csv",)):
        add_sources(tmp_path, [Source("council", "spend", names, reading)])
    add_sources(tmp_path, [Source("council", "card", ("cards.csv",), reading)])
    found = load(tmp_path).sources
    assert [source.files for source in found] == [("april.csv", "june.csv", "may.csv"), ("cards.csv",)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_edit_keeps_the_line_ends_of_the_file(tmp_path: Path, end: str) -> None:
    place(tmp_path, PLACE.replace("\n", end).encode())
    add_body(tmp_path, Body("police", "Anytown Police", "police"))
    raw = (tmp_path / "place.toml").read_bytes()
    assert (raw.count(b"\r\n") == raw.count(b"\n")) == (end == "\r\n")
    assert len(load(tmp_path).bodies) == 3


def test_an_edit_while_somebody_else_edits_is_refused_and_theirs_stands(tmp_path: Path) -> None:
    place(tmp_path)
    theirs = PLACE.replace("Anytown MBC", "Anytown Borough")

    def meanwhile(_: Any) -> None:
        put(tmp_path, "place.toml", theirs)

    def change(document: Any) -> None:
        meanwhile(document)
        document["place"]["area_code"] = "E08000098"

    with pytest.raises(EditConflict, match="changed by somebody else"):
        definition.edit(tmp_path, "place.toml", change)
    assert (tmp_path / "place.toml").read_text() == theirs


def test_edits_at_one_moment_wait_for_one_another_and_none_is_lost(tmp_path: Path) -> None:
    place(tmp_path)
    names = [f"Payee {n:02}" for n in range(24)]
    with ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(settle, tmp_path, name, "council") for name in names]:
            done.result()
    assert load(tmp_path).settled == dict.fromkeys(names, "council")


def test_an_edit_that_waits_too_long_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path)
    monkeypatch.setattr(toml, "EDIT_WAIT", 0.05)
    held = locked(tmp_path / ".edit.lock")
    with held, pytest.raises(StoreError, match=r"somebody else is changing matches\.toml; nothing was written"):
        settle(tmp_path, "Acme Ltd", "council")
    assert not (tmp_path / "matches.toml").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (Body("council", "Another Council"), r"two bodies have the id 'council'; .*; nothing was written"),
        (Body("a b", "Another Council"), r"id 'a b' must be made of a-z, 0-9 and hyphens, such as 'a-b'"),
        (Body("other", "Another", kind="counsil"), r"kind 'counsil' is not known"),
    ],
)
def test_an_edit_that_would_shut_the_place_is_not_written(tmp_path: Path, body: Body, message: str) -> None:
    place(tmp_path)
    with pytest.raises(PlaceError, match=message):
        add_body(tmp_path, body)
    assert (tmp_path / "place.toml").read_text() == PLACE


def test_a_bug_in_a_change_is_not_taken_for_a_fault_of_the_file(tmp_path: Path) -> None:
    place(tmp_path)
    with pytest.raises(AttributeError):
        definition.edit(tmp_path, "place.toml", lambda document: document.no_such_thing())


def test_a_new_body_and_its_files_are_declared_in_one_edit(tmp_path: Path) -> None:
    place(tmp_path)
    police = Source("police", "spend", ("police.csv",), Reading({"amount": 1}))
    add_sources(tmp_path, [police], Body("police", "Anytown Police", "police"))
    assert load(tmp_path).sources[-1] == police
    bad = Source("college", "spent", ("college.csv",), Reading({"amount": 1}))
    with pytest.raises(PlaceError, match="kind 'spent' is not known"):
        add_sources(tmp_path, [bad], Body("college", "Anytown College", "education"))
    assert "college" not in [body.id for body in load(tmp_path).bodies]


def test_a_broken_file_is_not_edited(tmp_path: Path) -> None:
    place(tmp_path)
    put(tmp_path, "matches.toml", "[[match]\n")
    with pytest.raises(PlaceError, match=r"matches\.toml is not valid TOML"):
        settle(tmp_path, "Acme Ltd", "")
    assert (tmp_path / "matches.toml").read_text() == "[[match]\n"


def test_settled_names_are_kept_once_and_the_last_word_counts(tmp_path: Path) -> None:
    place(tmp_path)
    settle(tmp_path, "Anytown Councl", "council", "a slip")
    settle(tmp_path, "Council of Anytown Ltd", "")
    settle(tmp_path, "Anytown Councl", "")
    assert load(tmp_path).settled == {"Anytown Councl": "", "Council of Anytown Ltd": ""}


def test_what_was_settled_of_another_spelling_gives_way(tmp_path: Path) -> None:
    place(tmp_path)
    settle(tmp_path, "Acme Ltd", "council", fold=str.lower)
    settle(tmp_path, "Bright Lamps", "council", fold=str.lower)
    settle(tmp_path, "ACME LTD", "", fold=str.lower)
    assert load(tmp_path).settled == {"Bright Lamps": "council", "ACME LTD": ""}
    settle(tmp_path, "東京", "", fold=lambda _: "")
    assert len(load(tmp_path).settled) == 3, "names that fold to nothing are not alike"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[match]]\nbody = 'council'\n", r"\[\[match\]\] 1: it has no payee"),
        ("[[match]]\npayee = 'A'\nbodi = 'council'\n", r"unknown key 'bodi'; did you mean 'body'"),
        ("[[match]]\npayee = 'A'\nbody = 'counci'\n", r"body 'counci' is not declared; did you mean 'council'"),
        ("[[matches]]\npayee = 'A'\n", r"unknown key 'matches'; did you mean 'match'"),
        ("[[match]]\npayee='A'\nbody='council'\n[[match]]\npayee='A'\n", r"'A' is settled twice, and not alike"),
        ("[match]\npayee = 'A'\n", r"write \[\[match\]\] with two brackets"),
    ],
)
def test_what_cannot_be_in_matches_is_named(tmp_path: Path, text: str, message: str) -> None:
    put(tmp_path, "place.toml", PLACE)
    put(tmp_path, "matches.toml", text)
    with pytest.raises(PlaceError, match=message):
        load(tmp_path)


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_any_name_of_a_payee_or_file_is_kept_as_it_is(tmp_path: Path, names: list[str]) -> None:
    put(tmp_path, "place.toml", PLACE)
    (tmp_path / "matches.toml").unlink(missing_ok=True)
    for name in names:
        settle(tmp_path, name, "council")
    add_sources(tmp_path, [Source("council", "card", tuple(names), Reading({"amount": 1}))])
    found = load(tmp_path)
    assert found.settled == dict.fromkeys(names, "council")
    assert set(found.sources[1].files) == set(names)
    tomllib.loads((tmp_path / "place.toml").read_text("utf-8"))
