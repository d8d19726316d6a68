"""The count of a place whose money is known by hand: six bodies, one transfer of £10m, candidates and shares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import totalplace as tp
from totalplace.errors import UsageError
from totalplace.money.cuts import CUTS
from totalplace.place import Place
from totalplace.terms import pence

HEADINGS = "Date,Supplier Name,Amount,Department,Description,Transaction Number"
BODIES = """
[[body]]
id = "council"
name = "Anytown Borough Council"
kind = "council"
aliases = ["Anytown BC"]

[[body]]
id = "authority"
name = "Anyshire Combined Authority"
kind = "combined-authority"
aliases = ["ASCA"]

[[body]]
id = "icb"
name = "NHS Anyshire Integrated Care Board"
kind = "nhs-commissioner"

[[body]]
id = "trust"
name = "Anytown Hospitals NHS Foundation Trust"
kind = "nhs-provider"

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
FILES = {
    "council": (
        "01/04/2024,Bright Lamps Ltd,1000.00,Highways,Street lamps,1\n"
        "02/05/2024,Anyshire Combined Authority,10000000.00,Finance,Transport levy,2\n"
        "03/05/2024,Anyshire Fire and Rescue Authroity,5000.00,Finance,Training,3\n"
        "03/05/2024,Anytown Borough Council,70.00,Finance,Recharge,4\n"
        "01/04/2023,Bright Lamps Ltd,123.45,Highways,Street lamps,5\n"
    ),
    "authority": "05/06/2024,Tram Works PLC,9000000.00,Transport,Trams,1\n06/06/2024,ASCA,1.00,,,2\n",
    "icb": '07/07/2024,Anytown Hospitals NHS Foundation Trust,"2,500,000.50",Acute,Contract,1\n',
    "trust": "08/08/2024,Drugs Wholesale Ltd,1500000.25,Pharmacy,Drugs,1\n",
    "police": (
        "09/09/2024,Fast Cars Ltd,100.01,Fleet,Cars,1\n09/09/2024,Fast Cars Ltd,100.01,Fleet,Cars,1\n"
        "10/09/2024,Anytown BC,33.33,Estates,Rent,2\n"
    ),
    "fire": "11/10/2024,Hose Makers Ltd,777.00,Equipment,Hoses,1\nno date,Hose Makers Ltd,20.00,Equipment,Hoses,2\n",
}
GROSS = 100000 + 1000000000 + 500000 + 7000 + 900000000 + 100 + 250000050 + 150000025 + 77700


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The place, built once."""
    root = tmp_path_factory.mktemp("six")
    made = tp.new(root / "place", name="Anytown", years=["2024-25"], population=1000)
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text() + BODIES)
    for body, rows in FILES.items():
        file = root / f"{body}-2024.csv"
        file.write_text(f"{HEADINGS}\n{rows}")
        made.add("spend", [file], body)
    made.build()
    return made


def test_the_sum_of_all_bodies_is_gross_and_the_transfer_is_taken_out_once(place: Place) -> None:
    counted = place.money.count()
    assert counted.gross == GROSS + 7001, "£233.35 of police at a share of 0.3 is £70.005, rounded half up"
    eliminated = 1000000000 + 250000050 + 7000 + 100 + 1000  # to authority, trust, self, self, council's rent at 0.3
    assert counted.eliminated == eliminated
    assert counted.net == counted.gross - counted.eliminated


def test_the_rejected_row_and_the_other_year_are_told_and_not_counted(place: Place) -> None:
    counted = place.money.count()
    assert (counted.rejected_rows, counted.rejected_money, counted.rejected_unread) == (1, 2000, 0)
    assert (counted.outside_rows, counted.outside_money) == (1, 12345)
    assert counted.rows == 12


def test_a_name_that_only_looks_like_a_body_stays_in_net(place: Place) -> None:
    assert [row[0] for row in place.money.candidates().rows] == ["Anyshire Fire and Rescue Authroity"]
    counted = place.money.count(where={"outcome": ["candidate"]})
    assert (counted.gross, counted.eliminated, counted.net) == (500000, 0, 500000)


def test_net_a_head_is_net_over_population(place: Place) -> None:
    counted = place.money.count()
    assert counted.per_head is not None
    assert abs(counted.per_head * 1000 - counted.net) <= 500


def test_months_without_a_line_are_named(place: Place) -> None:
    missing = place.money.count().scope["months_missing"]
    assert len(missing["fire"]) == 11
    assert missing["fire"][0] == "2024-04"
    assert "2024-10" not in missing["fire"]


def test_a_body_without_files_lacks_no_month_and_one_with_files_of_other_years_lacks_all(tmp_path: Path) -> None:
    """The count and the picture by month go by one rule."""
    made = tp.new(
        tmp_path,
        name="Anytown",
        years=["2024-25"],
        bodies=["Anytown Council", "Anyshire Police", "Anyshire Fire Authority"],
    )
    for name, day in (("Anytown Council", "01/04/2024"), ("Anyshire Police", "01/04/2023")):
        file = tmp_path / f"{name.split()[1]}.csv"
        file.write_text(f"{HEADINGS}\n{day},Bright Lamps Ltd,10.00,Highways,Lamps,1\n")
        made.add("spend", [file], name)
    made.build()
    missing = made.money.count().scope["months_missing"]
    assert {body: len(months) for body, months in missing.items()} == {"anytown-council": 11, "anyshire-police": 12}
    assert made.money.count(where={"body": ["Anytown Council"]}).scope["months_missing"].keys() == {"anytown-council"}
    by_month = {row[1]: row[-1] for row in made.money.by_month().rows}
    assert (by_month["2024-04"], by_month["2024-05"]) == (1, 2)
    assert made.money.by_month({"body": ["Anytown Council"]}).rows[0][-1] == 0
    assert made.money.outside().rows == [("anyshire-police", "2023-24", 1, 1000)]


def test_accepted_lines_less_other_years_and_shares_are_gross(place: Place) -> None:
    counted, steps = place.money.count(), place.money.accepted().rows
    assert steps[0][2:] == (13, sum(entry["pence"] for entry in place.run.counted()))
    assert steps[1][2:] == (-1, -12345)
    assert steps[2][2:] == (0, 7001 - 23335)
    assert steps[3][2:] == (counted.rows, counted.gross)
    assert [sum(row[at] for row in steps[:3]) for at in (2, 3)] == list(steps[3][2:])


def test_a_file_whose_lines_stray_from_its_name_is_noted(tmp_path: Path) -> None:
    made = tp.new(tmp_path, name="Anytown", years=["2024-25"], bodies=["Anytown Council"])
    for name, days in (("spend-2024-04", "30/03/2024 05/05/2024"), ("spend-2024-08", "01/08/2024 01/06/2023")):
        rows = "".join(f"{day},Lamps {name},10.00,,,1\n" for day in days.split())
        (tmp_path / f"{name}.csv").write_text(f"{HEADINGS}\n{rows}")
        made.add("spend", [tmp_path / f"{name}.csv"], "Anytown Council")
    made.build()
    notes = {row[0]: row[10] for row in made.money.sources().rows}
    assert notes["spend-2024-04.csv"] == ""
    assert notes["spend-2024-08.csv"] == "lines of 2023-06 to 2024-08 under the name of 2024-08"
    assert [row[:2] for row in made.money.file_months("spend-2024-08.csv").rows] == [
        ("2023-06", "no: another year"),
        ("2024-08", "yes"),
    ]


def test_net_is_of_fewer_payments_than_gross(place: Place) -> None:
    counted = place.money.count()
    kept = place.money.count(where={"outcome": ["final", "candidate"]})
    assert counted.net_rows == kept.rows == 7
    assert counted.to_dict()["net_rows"] == 7


def test_a_likeness_that_changes_nothing_is_no_fact(tmp_path: Path) -> None:
    """The fire authority's own payments are not here: nothing would be taken out, so nobody was paid but the name."""
    bodies = ["Anytown Borough Council", "Anyshire Fire and Rescue Authority"]
    made = tp.new(tmp_path, name="Anytown", years=["2024-25"], bodies=bodies)
    file = tmp_path / "council.csv"
    file.write_text(f"{HEADINGS}\n{FILES['council']}")
    made.add("spend", [file], bodies[0])
    made.build()
    assert [row[0] for row in made.money.candidates().rows] == ["Anyshire Fire and Rescue Authroity"]
    fire = "anyshire-fire-and-rescue-authority"
    assert [row for row in made.money.transfers().rows if row[1] == fire] == []
    assert [row for row in made.money.flows().rows if row[1] == fire] == []
    assert made.money.count(where={"to_body": [fire]}).rows == 0
    assert made.money.count().candidates == 0


def test_names_can_be_asked_for_by_year_and_payer(place: Place) -> None:
    names = {row[0]: row[6] for row in place.money.spellings({"body": ["council"], "year": ["2024-25"]}).rows}
    assert names == {"Anyshire Combined Authority": 1000000000, "Anytown Borough Council": 7000}
    assert place.money.spellings({"year": ["2023-24"]}).rows == []
    assert place.money.candidates({"body": ["police"]}).rows == []


def test_rejected_rows_without_an_amount_have_none(tmp_path: Path) -> None:
    """What cannot be read is not £0."""
    made = tp.new(tmp_path, name="Anytown", bodies=["Anytown Council"])
    _lamps(
        made,
        "01/04/2024,Lamps,10.00,,,1\n01/04/2024,Lamps,none,,,2\nno date,Lamps,2.00,,,3\nno date,Lamps,3.00,,,4\n",
        "anytown-council",
    )
    assert made.money.reject_reasons().rows == [("bad_date", 2, 0, 500), ("bad_amount", 1, 1, None)]


def test_a_year_that_is_in_no_file_is_refused(place: Place) -> None:
    for ask in (place.money.count, place.money.lines, place.money.flows):
        with pytest.raises(UsageError, match="nothing of 2030-31; the years here: 2023-24, 2024-25"):
            ask(where={"year": ["2030-31"]})  # type: ignore[call-arg]


def _lamps(made: Place, rows: str, body: str = "council") -> None:
    file = made.root / f"{body}.csv"
    file.write_text(f"{HEADINGS}\n{rows}")
    made.add("spend", [file], body)
    made.build()


@pytest.mark.parametrize("population", ["1000", '{ "2018-19" = 1000 }'])
def test_a_year_of_a_stray_line_is_no_year_of_the_mean_a_head(tmp_path: Path, population: str) -> None:
    made = tp.new(tmp_path / "place", name="Anytown")
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text() + f"population = {population}\n" + BODIES)
    _lamps(made, "01/05/2018,Bright Lamps Ltd,14.00,,,1\n" * 40 + "01/05/2012,Bright Lamps Ltd,1.00,,,2\n")
    counted = made.money.count()
    assert (counted.net, counted.per_head) == (56100, 56)
    assert counted.scope["years"] == ["2012-13", "2018-19"]
    assert counted.scope["years_not_in_per_head"] == ["2012-13"]
    asked = made.money.count(where={"year": ["2012-13"]})
    assert asked.per_head == (0 if population == "1000" else None), "£1 is a tenth of a penny a head"
    assert asked.scope["years_not_in_per_head"] == []


def test_years_with_spending_of_their_own_make_the_mean(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "place", name="Anytown", population=100)
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text() + BODIES)
    _lamps(made, "01/05/2018,Bright Lamps Ltd,14.00,,,1\n" * 40 + "01/05/2019,Bright Lamps Ltd,20.00,,,2\n" * 2)
    counted = made.money.count()
    assert counted.per_head == (56000 + 4000) // 100 // 2
    assert counted.scope["years_not_in_per_head"] == []


def test_a_text_stands_for_one_value_and_one_cut(place: Place) -> None:
    assert (
        place.money.count(where={"body": "council"}).to_dict()
        == place.money.count(where={"body": ["council"]}).to_dict()
    )
    assert place.money.lines({"body": "council"}).total == place.money.lines({"body": ["council"]}).total
    assert place.money.rejects({"body": "fire"}).rows == place.money.rejects({"body": ["fire"]}).rows != []
    assert place.money.count(by="body").cut == place.money.count(by=["body"]).cut


def test_ids_are_text_in_every_json(place: Place) -> None:
    table = place.money.count(by=["supplier"]).cut
    assert table is not None
    ids = [row["supplier_id"] for row in table.records()]
    assert all(isinstance(value, str) and value.isdigit() for value in ids)
    assert {row["supplier_id"] for row in place.money.lines(per_page=100).table.records()} <= set(ids)
    assert set(ids) == {row["supplier_id"] for row in place.money.suppliers(per_page=100).table.records()}


def test_rejects_go_by_the_name_of_a_body_too(place: Place) -> None:
    assert len(place.money.rejects({"body": ["Anyshire Fire and Rescue Authority"]}).rows) == 1
    assert place.money.rejects({"body": ["council"]}).rows == []


@pytest.mark.parametrize(
    ("where", "hint"),
    [
        ({"reason": ["bad_dat"]}, "did you mean 'bad_date'"),
        ({"body": ["counsil"]}, "did you mean 'council'"),
        ({"file": ["nonsense"]}, "'nonsense' is not a file of this place"),
    ],
)
def test_an_unknown_value_of_rejects_is_refused(place: Place, where: dict[str, list[str]], hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        place.money.rejects(where)
    with pytest.raises(UsageError, match=hint):
        place.money.reject_reasons(where)
    if "file" in where:
        with pytest.raises(UsageError, match=hint):
            place.money.lines(where)


@settings(max_examples=40, deadline=None)
@given(st.permutations(CUTS).map(lambda order: tuple(order[:4])))
def test_any_cut_in_any_order_adds_up_to_the_same_penny(place: Place, by: tuple[str, ...]) -> None:
    whole = place.money.count()
    table = place.money.count(by=by).cut
    assert table is not None
    records = list(table.records())
    assert sum(pence(row["gross"]) for row in records) == whole.gross
    assert sum(pence(row["eliminated"]) for row in records) == whole.eliminated
    assert sum(row["lines"] for row in records) == whole.rows


@pytest.mark.parametrize("by", ["body", "month", "kind", "outcome", "supplier", "to_body"])
def test_every_row_of_a_cut_opens_down_to_its_lines(place: Place, by: str) -> None:
    table = place.money.count(by=[by]).cut
    assert table is not None
    for row in table.records():
        value = str(row["supplier_id"] if by == "supplier" else row[by])
        page = place.money.lines({by: [value], "year": ["2024-25"]}, per_page=100)
        assert page.total == row["lines"] == len(page.table.rows)


def test_each_line_stands_where_it_says(place: Place) -> None:
    for row in place.money.lines(per_page=100).table.records():
        text = (place.root / row["file"]).read_text().splitlines()[row["line"] - 1]
        assert row["payee"] in text


def test_a_search_finds_words_of_a_line_and_takes_signs_as_they_are(place: Place) -> None:
    assert place.money.lines(search="street lamps").total == 2
    assert place.money.lines(search="%").total == 0
    assert place.money.lines(search="' OR 1=1 --").total == 0


def test_transfers_are_what_was_taken_out(place: Place) -> None:
    rows = list(place.money.transfers({"outcome": ["eliminated", "self"]}).records())
    assert sum(pence(row["amount"]) for row in rows) == place.money.count().eliminated
    assert {(row["body"], row["to_body"]) for row in rows} == {
        ("council", "authority"),
        ("council", "council"),
        ("authority", "authority"),
        ("icb", "trust"),
        ("police", "council"),
    }


def test_check_proves_it_and_a_changed_file_fails_it(place: Place) -> None:
    results = {row[1] for row in place.money.check().rows}
    assert results == {"ok", "warning"}, "more was paid to the authority and the trust than they published"
    file = next(place.root.parent.glob("fire-*.csv"))
    before = file.read_bytes()
    try:
        file.write_bytes(before + b"12/10/2024,Hose Makers Ltd,1.00,,,3\n")
        failed = [row for row in place.money.check().rows if row[1] == "failed"]
        assert len(failed) == 1
        assert "fire-2024.csv has changed" in failed[0][2]
    finally:
        file.write_bytes(before)


def test_a_body_is_taken_out_only_where_its_own_spending_is_counted(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "place", name="Anytown")
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text() + BODIES)
    file = tmp_path / "council-2024.csv"
    file.write_text(f"{HEADINGS}\n{FILES['council']}")
    made.add("spend", [file], "council")
    made.build()
    counted = made.money.count(by=["outcome"])
    assert counted.eliminated == 7000, "the recharge to itself alone"
    assert counted.net == counted.gross - 7000


def test_a_stray_line_of_another_year_makes_no_year_counted(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "place", name="Anytown")
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text() + BODIES)
    own = "".join(f"05/06/2024,Tram Works PLC,{n}.00,Transport,Trams,{n}\n" for n in range(1, 41))
    stray = "05/06/2022,Tram Works PLC,1.00,Transport,Trams,0\n"
    paid = "02/05/2022,Anyshire Combined Authority,1000.00,Finance,Works,2\n"
    for body, rows in (("authority", own + stray), ("council", paid)):
        (tmp_path / f"{body}.csv").write_text(f"{HEADINGS}\n{rows}")
        made.add("spend", [tmp_path / f"{body}.csv"], body)
    made.build()
    assert made.money.count().eliminated == 0
    assert not [row for row in made.money.check().rows if row[1] == "failed"]


def test_settling_a_name_takes_effect_with_the_next_build(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "place", name="Anytown")
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text() + BODIES)
    for body in ("council", "fire"):
        file = tmp_path / f"{body}-2024.csv"
        file.write_text(f"{HEADINGS}\n{FILES[body]}01/05/2024,The Old Lamp Works,900.00,,,9\n")
        made.add("spend", [file], body)
    made.build()
    before = made.money.count().eliminated
    made.money.settle("The Old Lamp Works", "fire", "renamed in 2023")
    made.build()
    after = made.money.count(by=["body"], where={"outcome": ["eliminated", "self"]})
    assert after.eliminated == before + 2 * 90000
    made.money.settle("THE OLD LAMP WORKS.", "")
    made.build()
    assert made.money.count().eliminated == before
    assert "renamed" not in (made.root / "matches.toml").read_text()


def test_a_name_must_be_given_to_be_settled(place: Place) -> None:
    with pytest.raises(UsageError, match="name the payee"):
        place.money.settle(" ", "fire")


def test_a_new_body_gets_an_id_of_its_own(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "place", name="Anytown", bodies=["Police & Crime Office"])
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text().replace("Police & Crime Office", "Police Headquarters of Anyshire"))
    (made.root / "new.csv").write_text(f"{HEADINGS}\n{FILES['police']}")
    made.add("spend", [made.root / "new.csv"], "Police Crime Office")
    assert [body.id for body in made.definition.bodies] == ["police-crime-office", "police-crime-office-2"]
    assert made.definition.sources[0].body == "police-crime-office-2"
    with pytest.raises(UsageError, match="no id can be made from the name '大阪'"):
        made.look("spend", [made.root / "new.csv"], "大阪")


@pytest.mark.parametrize(
    ("by", "where", "hint"),
    [
        (["suplier"], {}, "did you mean 'supplier'"),
        (["body", "year", "body"], {}, "the cut 'body' is asked for twice"),
        ([], {"body": ["counsil"]}, "did you mean 'council'"),
        ([], {"outcome": ["final "]}, "did you mean 'final'"),
        ([], {"boddy": ["council"]}, "did you mean 'body'"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_known(
    place: Place, by: list[str], where: dict[str, list[str]], hint: str
) -> None:
    with pytest.raises(UsageError, match=hint):
        place.money.count(by=by, where=where)


def test_a_count_is_one_json_document_with_money_as_text(place: Place) -> None:
    document = json.loads(json.dumps(place.money.count(by=["body", "year"]).to_dict()))
    names = {"gross", "eliminated", "net", "per_head", "rows", "rejected_rows", "rejected_money", "scope", "cut"}
    assert names <= set(document)
    assert pence(document["gross"]) - pence(document["eliminated"]) == pence(document["net"])


def test_sql_reads_the_store_and_nothing_else(place: Place) -> None:
    table = place.money.sql("SELECT sum(pence) AS pence FROM lines")
    assert table.rows[0][0] == sum(entry["pence"] for entry in place.run.counted())
    for query in (f"SELECT * FROM read_csv('{place.root / 'place.toml'}')", "SET enable_external_access = true"):
        with pytest.raises(UsageError):
            place.money.sql(query)


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 'x') TO '{current}' (FORMAT csv, HEADER false)",
        "EXPLAIN ANALYZE COPY (SELECT 'x') TO '{current}'",
        "WITH x AS (COPY (SELECT 'x') TO '{current}') SELECT * FROM x",
        "SELECT * FROM query('WITH x AS (COPY (SELECT 1) TO ''{current}'') SELECT * FROM x')",
        "ATTACH '{store}/new.db'",
        "EXPORT DATABASE '{store}/out'",
        "SELECT 1; DROP VIEW lines",
        "SELECT 1; COPY (SELECT 'x') TO '{current}'",
        "CREATE TABLE x AS SELECT 1",
        "INSERT INTO files SELECT * FROM files",
        "WITH x AS (DELETE FROM files RETURNING *) SELECT * FROM x",
        "PRAGMA version",
        "SET threads = 1",
        "CALL enable_logging()",
        "",
        "-- nothing",
    ],
)
def test_sql_writes_nothing_not_into_the_store_either(place: Place, query: str) -> None:
    store = place.root / "store"
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    with pytest.raises(UsageError):
        place.money.sql(query.format(store=store, current=store / "current"))
    assert {path: path.read_bytes() for path in store.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "query",
    ["FROM files;", "WITH x AS (FROM files) FROM x", "DESCRIBE files", "SHOW TABLES", "SUMMARIZE files", "VALUES (1)"],
)
def test_sql_takes_every_question_that_reads(place: Place, query: str) -> None:
    assert place.money.sql(query).rows


def test_sql_keeps_the_order_asked_for_and_says_where_there_are_more_rows(place: Place) -> None:
    everything = place.money.sql("SELECT file, line FROM lines ORDER BY file DESC, line DESC")
    assert list(everything.rows) == sorted(everything.rows, reverse=True)
    first = place.money.sql("SELECT file, line FROM lines ORDER BY file DESC, line DESC", limit=3)
    assert list(first.rows) == list(everything.rows[:3])
    assert first.note == "The first 3 rows; there are more."
    assert place.money.sql("FROM files", limit=6).note == ""


def test_sql_tells_numbers_from_texts_by_the_type_alone(place: Place) -> None:
    query = "SELECT INTERVAL 1 DAY AS a, 1 AS b, 1.5 AS c, [1] AS d, DATE '2024-04-01' AS e, supplier_id FROM ledger"
    kinds = [column.kind for column in place.money.sql(query).columns]
    assert kinds == ["text", "number", "number", "text", "date", "text"]


def warned(place: Place, what: str) -> list[str]:
    return [row[2] for row in place.money.check().rows if row[:2] == (what, "warning")]


def test_a_body_that_is_named_as_the_register_does_not_know_it_is_warned_of(tmp_path: Path) -> None:
    """Declared by hand under half of its name, the trust is nobody that others pay."""
    made = tp.new(tmp_path, bodies=["Salford City Council"])
    with (tmp_path / "place.toml").open("a") as toml:
        toml.write('\n[[body]]\nid = "epsom"\nname = "Epsom & St Helier"\n')
    rows = "01/04/2024,EPSOM & ST HELIER UNIVERSITY HOSPITALS NHS TRUST,900.00,,,1\n01/04/2024,Wigan MBC,5.00,,,2\n"
    (tmp_path / "council.csv").write_text(f"{HEADINGS}\n{rows}")
    (tmp_path / "trust.csv").write_text(f"{HEADINGS}\n02/04/2024,Drugs Ltd,10.00,,,1\n")
    made.add("spend", [tmp_path / "council.csv"], "Salford City Council")
    made.add("spend", [tmp_path / "trust.csv"], "epsom")
    made.build()
    what = "bodies are declared as the register knows them"
    (said,) = warned(made, what)
    assert "£900 was paid to Epsom and St Helier University Hospitals NHS Trust" in said
    assert "is it the declared body 'Epsom & St Helier'?" in said
    toml_text = (tmp_path / "place.toml").read_text()
    alias = 'aliases = ["Epsom and St Helier University Hospitals NHS Trust"]'
    (tmp_path / "place.toml").write_text(toml_text.replace('"Epsom & St Helier"', f'"Epsom & St Helier"\n{alias}'))
    made.build()
    assert made.money.count().eliminated == 90000
    assert warned(made, what) == []


def test_a_year_of_few_lines_in_which_a_body_is_paid_is_warned_of(tmp_path: Path) -> None:
    """One line of 2025-26 makes no year of the authority's: what the council pays it then is not taken out."""
    made = tp.new(tmp_path, bodies=["Anytown Council", "Anyshire Combined Authority"])
    own = "".join(f"03/04/2024,Trams Ltd,{n}.00,,,{n}\n" for n in range(1, 22)) + "05/05/2025,Trams Ltd,7.00,,,9\n"
    paid = "03/04/2024,Anyshire Combined Authority,40.00,,,1\n03/05/2025,Anyshire Combined Authority,50.00,,,2\n"
    for name, rows in (("authority", own), ("council", paid)):
        (tmp_path / f"{name}.csv").write_text(f"{HEADINGS}\n{rows}")
    made.add("spend", [tmp_path / "authority.csv"], "Anyshire Combined Authority")
    made.add("spend", [tmp_path / "council.csv"], "Anytown Council")
    made.build()
    assert made.money.count().eliminated == 4000
    (said,) = warned(made, "years of few lines")
    assert "Anyshire Combined Authority has 1 line of 2025-26, £7" in said
    assert "the £50 that others paid it" in said


def test_a_month_all_but_missing_is_told_from_one_that_is_there(tmp_path: Path) -> None:
    """Forty lines a month from June 2023 to March 2025 but for one month of seven and one of none."""
    made = tp.new(tmp_path, years=["2023-24", "2024-25"], bodies=["Anytown Council"])
    months = [(2023, m) for m in range(6, 13)] + [(2024, m) for m in range(1, 13)] + [(2025, m) for m in range(1, 4)]
    lines = {month: 7 if month == (2024, 2) else 0 if month == (2024, 7) else 40 for month in months}
    rows = "".join(
        f"01/{m:02}/{y},Lamps {n},10.00,,,{y}{m}{n}\n" for (y, m), many in lines.items() for n in range(many)
    )
    _lamps(made, rows + "01/05/2023,Lamps,1.00,,,slip\n", "anytown-council")
    scope = made.money.count().scope
    assert scope["months_few"] == {"anytown-council": ["2023-05", "2024-02"]}
    assert scope["months_missing"] == {"anytown-council": ["2023-04", "2024-07"]}
    assert scope["months_from_to"] == {"anytown-council": ["2023-06", "2025-03"]}
    states = {row[2]: row[5] for row in made.money.months().rows}
    assert {month: state for month, state in states.items() if state != "present"} == {
        "2023-04": "outside its files",
        "2023-05": "few lines",
        "2024-02": "few lines",
        "2024-07": "missing",
    }
    assert made.money.count(where={"year": ["2024-25"]}).scope["months_few"] == {}


def test_what_is_left_out_by_year_is_told_by_body(place: Place) -> None:
    assert place.money.count().scope["other_years"] == {"council": {"years": ["2023-24"], "rows": 1, "money": "123.45"}}
    assert place.money.count(where={"body": ["trust"]}).scope["other_years"] == {}
