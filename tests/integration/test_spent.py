"""What the money is spent on: every cut adds up to the count, and a person's corrections do what they say."""

from __future__ import annotations

import re
import shutil
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import totalplace as tp
from totalplace.cli.commands import app
from totalplace.errors import DataError, UsageError
from totalplace.money.correcting import read_corrections
from totalplace.money.spent import BY, DELIVERERS, WAYS
from totalplace.money.unsure import Sums, unsure
from totalplace.place import Place
from totalplace.services import TOLD, Correction, model_with, shipped_model
from totalplace.store.files import digest_of
from totalplace.terms import KEPT, pence

COUNCIL = """Date,Supplier Name,Amount,Department,Category,Purpose
01/04/2023,Elm Homes Ltd,1000.00,Adult Social Care,Fees,Beds
02/04/2023,Road Builders Ltd,250.10,Place,Street lighting columns,Highways
03/04/2023,Wobble Ltd,70.00,Zebra Crossing Unit,Zorbing,
04/04/2023,Wobble Ltd,30.00,ZEBRA CROSSING  UNIT,Zorbing,
05/04/2023,Wobble Ltd,11.11,Zebra Crossing Team,Zorbing,
06/05/2023,Anyshire Police,900.00,Finance,Precept,
07/05/2023,Anyshire Fire and Rescue Authority,500.00,Place,Training,
08/05/2023,Anytown Borough Council,40.00,Finance,Recharge,
09/05/2023,HM Revenue and Customs,600.00,Finance,PAYE,
10/05/2024,Lamps Ltd,5.00,Place,Street lighting columns,Highways
10/05/2024,Oddments Ltd,-7.50,Quibble,Quaver,
"""
POLICE = """Date,Supplier Name,Amount,Department,Category,Purpose
05/04/2023,Fleet Hire Ltd,1000.05,Fleet,Vehicle hire,Cars
05/05/2023,Anytown Borough Council,333.33,Estates,Rates,
"""
BODIES = """
[[body]]
id = "council"
name = "Anytown Borough Council"
kind = "council"

[[body]]
id = "police"
name = "Anyshire Police"
kind = "police"
share = "0.3"

[[body]]
id = "fire"
name = "Anyshire Fire and Rescue Authority"
kind = "fire"
"""
UNIT = Correction("highways", department="Zebra crossing unit", note="They paint crossings")


def make(folder: Path) -> Place:
    place = tp.new(folder, name="Anytown")
    declared = folder / "place.toml"
    declared.write_text(declared.read_text("utf-8") + BODIES, encoding="utf-8")
    for body, text in (("council", COUNCIL), ("police", POLICE)):
        (folder / f"{body}.csv").write_text(text, encoding="utf-8")
        place.add("spend", [folder / f"{body}.csv"], body)
    place.build()
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("spent") / "place")


@pytest.fixture
def changing(tmp_path: Path) -> Place:
    return make(tmp_path / "place")


def told(place: Place) -> dict[tuple[str, int], tuple[str, str]]:
    """Service and how it was told, by file and line."""
    rows = place.money.lines(per_page=1_000).table.records()
    return {(row["file"], row["line"]): (row["service"], row["told"]) for row in rows}


# --- the cuts


def test_ways_of_telling_are_all_shown() -> None:
    assert sorted(way for ways in WAYS.values() for way in ways) == sorted(TOLD)


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "body": st.sampled_from([["council"], ["police"], ["council", "police"]]),
        "year": st.sampled_from([["2023-24"], ["2024-25"], ["2023-24", "2024-25"]]),
        "kind": st.sampled_from([["spending"], ["payroll-tax-pension"], ["spending", "precept-levy"]]),
        "subjective": st.sampled_from([[""], ["premises"], ["", "supplies", "transport"]]),
        "told": st.sampled_from([["words"], ["nothing"], ["department", "nothing"]]),
        "outcome": st.sampled_from([["final"], list(KEPT)]),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(where=FILTERS)
def test_every_cut_adds_up_to_the_count_to_the_penny(place: Place, where: dict[str, list[str]]) -> None:
    count = place.money.count((), where)
    tables = [place.money.services(where, by) for by in BY]
    tables += [place.money.bought(where), place.money.service_flow(where)]
    for table in tables:
        rows = list(table.records())
        for name in ("gross", "eliminated", "net"):
            assert sum(pence(row[name]) for row in rows) == getattr(count, name), (table.name, name)
        assert sum(row["lines"] for row in rows) == count.rows
        if table.name in {"services", *(f"services-{by}" for by in BY)}:
            for row in rows:
                assert sum(pence(row[way]) for way in WAYS) == pence(row["net"])


def test_a_cut_by_service_says_how_each_was_told(place: Place) -> None:
    rows = {row["service"]: row for row in place.money.services().records()}
    assert list(rows)[-1] == "not-classified"
    assert rows["adults"]["by_label"] == rows["adults"]["net"] == "1000.00"
    assert rows["highways"]["by_words"] == rows["highways"]["net"] == "255.10"
    assert rows["highways"]["cofog"] == "04.5"
    assert rows["not-classified"]["by_nothing"] == rows["not-classified"]["net"]
    groups = {row["cofog"]: row for row in place.money.services(by="cofog").records()}
    assert (groups["10.9"]["division"], groups["10.9"]["net"]) == ("10", "1000.00")
    assert groups["10.9"]["services"] == "Adult social care"
    assert groups[""]["net"] == rows["not-classified"]["net"]


def test_a_flow_tells_who_delivers(place: Place) -> None:
    """By hand: the precept is taken out (the police are counted), the fire authority's files are not here."""
    rows = list(place.money.service_flow().records())
    council = {row["deliverer"]: row for row in rows if row["body"] == "council" and row["deliverer"] != "else"}
    assert set(council) == {"itself", "place", "public"} <= set(DELIVERERS)
    by = {name: sum(pence(row["net"]) for row in rows if row["deliverer"] == name) for name in DELIVERERS}
    assert by["itself"] == 0
    assert by["place"] == 50_000
    assert by["public"] == 60_000
    gross = sum(pence(row["gross"]) for row in rows if row["deliverer"] == "place")
    assert gross == 90_000 + 50_000 + 10_000  # the police's rates at their share of 0.3: 333.33 x 0.3
    assert council["public"]["paid_bodies"] == "hm-revenue-and-customs"


def test_what_is_no_body_and_not_told_can_be_asked_for(place: Place) -> None:
    lines = place.money.lines({"to_body": [""]}).table.records()
    assert {row["to_body"] for row in lines} == {""}
    untold = place.money.count((), {"subjective": [""]})
    table = {row["subjective"]: row for row in place.money.services(by="subjective").records()}
    assert untold.net == pence(table[""]["net"])
    assert place.money.lines({"subjective": [""]}).total == table[""]["lines"]


def test_what_is_no_cut_is_refused(place: Place) -> None:
    with pytest.raises(UsageError, match="did you mean 'cofog'"):
        place.money.services(by="cofg")


# --- what to settle next


def test_what_to_settle_next_is_ranked_by_money_in_doubt(place: Place) -> None:
    rows = list(place.money.unsure().records())
    first = rows[0]
    assert [pence(row["doubtful"]) for row in rows] == sorted(
        (pence(row["doubtful"]) for row in rows), key=abs, reverse=True
    )
    units = [
        row for row in rows if row["department"].upper().startswith("ZEBRA CROSSING") and "eam" not in row["department"]
    ]
    assert [(row["lines"], row["amount"], row["doubtful"]) for row in units] == [(2, "100.00", "100.00")]
    departments = {row["department"] for row in rows}
    assert "Adult Social Care" not in departments  # a heading told it
    assert not {row["category"] for row in rows} & {"Precept", "PAYE", "Recharge"}  # no services, or taken out of net
    assert abs(pence(first["doubtful"])) <= abs(pence(first["amount"]))


def test_what_words_told_is_in_doubt_as_far_as_they_are_unsure(place: Place) -> None:
    line = next(row for row in place.money.lines().table.records() if row["payee"] == "Road Builders Ltd")
    row = next(row for row in place.money.unsure().records() if row["category"] == "Street lighting columns")
    assert line["told"] == "words"
    assert pence(row["doubtful"]) == 25_510 * (100 - line["confidence"]) // 100
    assert row["service"] == "highways"


def test_the_worked_example_of_money_in_doubt_comes_out(place: Place) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "methods" / "services.md").read_text("utf-8")
    found = re.search(r"Of £([\d.]+) told at (\d+) per cent, £([\d.]+) is in doubt", text)
    assert found
    told, sure, doubtful = pence(found[1]), int(found[2]), pence(found[3])
    sums: Sums = {"council": [("A", "B", "housing", 1, told, told * (100 - sure), 0)]}
    (row,) = unsure(place.definition, sums).records()
    assert pence(row["doubtful"]) == doubtful


def test_what_to_settle_can_be_asked_of_a_body(place: Place) -> None:
    assert {row["paid_by"] for row in place.money.unsure(["police"]).records()} == {"police"}
    with pytest.raises(UsageError, match="not a body"):
        place.money.unsure(["nobody"])


# --- corrections


def test_a_correction_moves_the_lines_that_it_means_and_no_money_is_lost(changing: Place) -> None:
    before, count = told(changing), changing.money.count()
    (meant,) = changing.money.meant([UNIT]).records()
    assert (meant["lines"], meant["amount"], meant["already"]) == (2, "100.00", "0.00")
    changing.money.correct([UNIT])
    changing.build()
    after = told(changing)
    moved = {place for place, (_, how) in after.items() if how == "correction"}
    assert moved == {("council.csv", 4), ("council.csv", 5)}
    assert {after[line][0] for line in moved} == {"highways"}
    for line in after.keys() - moved:
        if before[line][1] not in ("words", "nothing"):
            assert after[line] == before[line]
    again = changing.money.count()
    assert (again.gross, again.net, again.rows) == (count.gross, count.net, count.rows)
    row = next(row for row in changing.money.services().records() if row["service"] == "highways")
    assert row["by_person"] == "100.00"


def test_a_correction_is_learned_from(changing: Place) -> None:
    team = ("council.csv", 6)
    assert told(changing)[team] == ("not-classified", "nothing")
    changing.money.correct([UNIT, Correction("highways", category="Zorbing", department="Zebra crossing office")])
    assert model_with(changing.definition.corrections).to_bytes() != shipped_model().to_bytes()
    changing.build()
    assert told(changing)[team] == ("highways", "words")


def test_corrections_survive_a_store_that_is_made_again_and_can_be_taken_back(changing: Place) -> None:
    first = changing.run.name
    changing.money.correct([UNIT])
    assert not changing.current
    changing.build()
    corrected = changing.run.name
    assert corrected != first
    shutil.rmtree(changing.root / "store")
    changing.build()
    assert changing.run.name == corrected
    changing.money.uncorrect(Correction("housing", department="zebra CROSSING unit"))
    changing.build()
    assert changing.run.name == first
    shutil.rmtree(changing.root / "store")
    changing.build()
    assert changing.run.name == first


def test_a_correction_takes_the_place_of_one_of_the_same_texts(changing: Place) -> None:
    changing.money.correct([UNIT, Correction("housing", payee="Wobble Ltd")])
    changing.money.correct([Correction("planning", department="ZEBRA crossing unit")])
    assert [row["service"] for row in changing.money.corrections().records()] == ["housing", "planning"]
    for payee, department in (("Wobble  LTD", ""), ("", "Zebra Crossing Unit")):
        changing.money.uncorrect(Correction("housing", payee=payee, department=department))
    assert not changing.money.corrections().rows
    changing.money.correct([UNIT])  # into a file from which all was taken
    assert len(changing.money.corrections().rows) == 1
    with pytest.raises(UsageError, match="settles nothing of payee 'Nobody'"):
        changing.money.uncorrect(Correction("housing", payee="Nobody"))


# --- a table of corrections


def test_corrections_come_back_from_their_export(changing: Place, tmp_path: Path) -> None:
    given = [UNIT, Correction("housing", payee='=1+1 Homes, "The" Ltd'), Correction("not-classified", purpose="Söhne")]
    changing.money.correct(given)
    before = digest_of(changing.root / "classes.toml")
    file = tmp_path / "corrections.csv"
    answer = CliRunner().invoke(app, ["corrections", "--place", str(changing.root), "--csv", str(file)])
    assert answer.exit_code == 0, answer.output
    assert read_corrections(file) == given
    (changing.root / "classes.toml").unlink()
    answer = CliRunner().invoke(app, ["correct", "--from", str(file), "--yes", "--place", str(changing.root)])
    assert answer.exit_code == 0, answer.output
    assert digest_of(changing.root / "classes.toml") == before


WRONG = (
    ("department,servce\nA,housing\n", "no column 'servce'; did you mean 'service'"),
    ("department,payee\nA,B\n", "has no 'service'"),
    ("department,service\nA,housng\n", "line 2: 'housng' is no service; did you mean 'housing'"),
    ("department,service\n,housing\n", "line 2: a correction to 'housing' needs a"),
    ("department,service\nA,housing\na,planning\n", "line 3: it settles the same texts as an earlier line"),
    ("department,service\nA,housing,more\n", "line 2: it has more cells"),
    ("", "has no 'service'"),
    ("PK\x03\x04", "no CSV file"),
)


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_a_table_that_is_no_table_of_corrections_says_why(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        read_corrections(file)


def test_a_table_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_bytes("Service,Department,Why\r\nHousing,Söhne,\r\n,,\r\n".encode("cp1252"))
    assert read_corrections(file) == [Correction("housing", department="Söhne")]
    with pytest.raises(DataError, match="cannot be read"):
        read_corrections(tmp_path / "none.csv")


# --- commands


def run(place: Place, *arguments: str, answer: str = "") -> tuple[int, str]:
    found = CliRunner().invoke(app, [*arguments, "--place", str(place.root)], input=answer)
    return found.exit_code, found.output + (str(found.exception) if found.exit_code == 1 and found.exception else "")


def test_a_correction_says_what_it_means_and_asks_first(changing: Place) -> None:
    asked = ("correct", "--department", "zebra crossing unit", "--service", "highways")
    code, said = run(changing, *asked, answer="n\n")
    assert code == 0
    assert "£100.00" in said
    assert not changing.definition.corrections
    code, said = run(changing, *asked, "--json")
    assert '"written": false' in said
    code, said = run(changing, *asked, "--note", "Crossings", "--yes")
    assert changing.definition.corrections[0].note == "Crossings"
    code, said = run(changing, "correct", "--payee", "Nobody Ltd", "--service", "highways", "--yes")
    assert "no line of the current run has payee 'Nobody Ltd'" in said


@pytest.mark.parametrize(
    "wrong",
    [
        ("correct", "--department", "A"),
        ("correct", "--service", "highways"),
        ("correct", "--service", "highway", "--department", "A"),
        ("correct", "--from", "x.csv", "--service", "highways"),
        ("correct", "--from", "x.csv", "--payee", "A"),
        ("uncorrect",),
        ("uncorrect", "--payee", "A"),
        ("services", "--by", "servces"),
        ("services", "--unsure", "--year", "2023-24"),
        ("services", "--told", "wrds"),
    ],
)
def test_a_wrong_call_is_told_so_and_changes_nothing(place: Place, wrong: tuple[str, ...]) -> None:
    found = CliRunner().invoke(app, [*wrong, "--place", str(place.root)])
    assert found.exit_code
    assert isinstance(found.exception, UsageError), found.output
    assert not (place.root / "classes.toml").exists()


def test_services_are_told_at_the_command_line(place: Place, tmp_path: Path) -> None:
    for by, more in product(BY, ((), ("--json",), ("--year", "2023-24", "--subjective", "none"))):
        code, said = run(place, "services", "--by", by, *more)
        assert code == 0, said
    code, said = run(place, "services", "--unsure", "--body", "council", "--xlsx", str(tmp_path / "u.xlsx"))
    assert code == 0, said
    assert (tmp_path / "u.xlsx").stat().st_size


def test_a_correction_can_be_said_before_anything_is_built(tmp_path: Path) -> None:
    place = tp.new(tmp_path / "place", bodies=["Anytown Borough Council"])
    code, said = run(place, "correct", "--department", "A", "--service", "housing", "--yes", "--json")
    assert code == 0, said
    assert '"means": null' in said
    assert len(place.definition.corrections) == 1
