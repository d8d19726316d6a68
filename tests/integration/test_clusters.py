"""Three places of real files, added, built and counted as a person would: the figures of `docs/clusters.md`.

The figures that the published files were profiled to (MANIFEST.csv) are held against, and where the count
differs, the difference is found again here from the files themselves.
"""

from __future__ import annotations

import csv
import json
import runpy
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import totalplace as tp
from totalplace.definition import Definition
from totalplace.money.resolve import Match, Resolver
from totalplace.official.explained import NO_SERVICE
from totalplace.place import Place
from totalplace.terms import TAKEN_OUT, money, pence

PLACES = runpy.run_path(str(Path(__file__).parent.parent / "places.py"))
Make = Callable[..., Place]


@pytest.fixture(scope="session")
def made(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Builds a place of `places.py`, or of the files of some of its bodies; each once a session."""
    done: dict[tuple[str, Collection[str] | None], Place] = {}

    def make(name: str, files_of: Collection[str] | None = None) -> Place:
        if (name, files_of) not in done:
            done[name, files_of] = _build(shared, tmp_path_factory.mktemp(name.lower()), name, files_of)
        return done[name, files_of]

    return make


def _build(shared: Path, folder: Path, name: str, files_of: Collection[str] | None) -> Place:
    tables = [
        "\n".join(["[[body]]", *(f"{key} = {json.dumps(value)}" for key, value in body.items())])
        for body in PLACES[name]
    ]
    (folder / "place.toml").write_text(f'[place]\nname = "{name}"\n\n' + "\n\n".join(tables) + "\n", "utf-8")
    place = tp.open(folder)
    for body in PLACES[name]:
        if files_of is None or body["id"] in files_of:
            globs = PLACES["FILES"][body["id"]]
            files = sorted(file for glob in globs for file in (shared / "spend").glob(glob))
            added = place.add("spend", files, body["id"])
            assert not added.refused
    assert not place.build().refused
    return place


@pytest.fixture
def gm(made: Make) -> Place:
    return made("GM")


@pytest.fixture
def lancashire(made: Make) -> Place:
    return made("LANCASHIRE")


@pytest.fixture
def london(made: Make) -> Place:
    return made("LONDON")


def manifest(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "spend" / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def files(place: Place, body: str) -> list[dict[str, Any]]:
    """A body's parts, with `path` as the manifest has it."""
    return [
        {**entry, "path": entry["name"].partition("/spend/")[2].partition("!")[0].partition("#")[0]}
        for entry in place.run.files
        if entry["body"] == body
    ]


def summed(place: Place, body: str) -> tuple[int, int, int, int]:
    """Rows, accepted, rejected and pence of a body's files."""
    parts = files(place, body)
    rows, accepted, rejected, amount = (
        sum(part[name] for part in parts) for name in ("rows", "accepted", "rejected", "pence")
    )
    return rows, accepted, rejected, amount


def pairs(place: Place, outcome: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Lines and pence that each body paid each other body, over all years."""
    out: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for body, to, _, result, lines, amount in place.money.transfers().rows:
        if result == outcome:
            out[body, to][0] += lines
            out[body, to][1] += amount
    return {pair: (total[0], total[1]) for pair, total in out.items()}


def asked(place: Place, query: str) -> list[tuple[Any, ...]]:
    return list(place.money.sql(query).rows)


LEDGER = "ledger l JOIN payees p USING (payee_key)"


@pytest.mark.parametrize("name", ["GM", "LANCASHIRE", "LONDON"])
def test_the_checks_pass(made: Make, name: str) -> None:
    rows = made(name).money.check().rows
    assert [row for row in rows if row[1] == "failed"] == []
    warned = Counter(row[0] for row in rows if row[1] == "warning")
    few = {"years of few lines": 1, "taken out within what the receiver published": 8}
    assert warned == (few if name == "LONDON" else {}), "trusts are paid more than their files over £25,000 hold"


def test_payments_of_2018_stand_beside_the_services_of_2025(made: Make, shared: Path) -> None:
    """No outturn of 2018-19 is at hand: the figures of 2025-26 are named as such, and each row can be opened."""
    place = made("GM")
    body = {"salford": "Salford City Council", "manchester": "Manchester City Council"}
    for name, whole in body.items():
        file = shared / "spend" / "outturn" / f"spendfeed_{name}.json"
        place.official.add("budget", [file], {"year": "2025-26", "measure": "net"})
        table = place.official.by_service(whole, "2018-19", against="2025-26")
        for words in ("are of 2025-26", "has no index of 2025-26", "reconciles nothing", "after income"):
            assert words in table.note
        rows = list(table.records())
        where = {"body": [whole], "year": ["2018-19"]}
        no_service = place.money.count((), {**where, "kind": list(NO_SERVICE)}).gross
        paid = sum(pence(row["payments"]) for row in rows)
        assert paid == place.money.count((), where).gross - no_service
        adults = next(row for row in rows if row["division"] == "adults")
        published = json.loads(file.read_text("utf-8"))["budgetCategories"]
        (theirs,) = [row["amount"] for row in published if row["label"] == "Adult Social Care"]
        assert Decimal(adults["official"]) == Decimal(str(theirs)) * 1000
        lines = place.money.lines({"body": [whole], "year": ["2018-19"], "service": ["adults"]})
        assert lines.total >= adults["lines"] > 0


def documented(heading: str) -> list[list[str]]:
    """The rows of the first table of docs/clusters.md after `heading`, as cells."""
    text = (Path(__file__).parents[2] / "docs" / "clusters.md").read_text("utf-8")
    _, found, after = text.partition(heading)
    assert found, heading
    lines = after.partition("\n|")[2].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_documented_totals_are_those_of_the_count(made: Make) -> None:
    for row, name in zip(documented("# Three places"), ("GM", "LANCASHIRE", "LONDON"), strict=True):
        place = made(name)
        count, parts = place.money.count(), place.run.files
        totals = (len(parts), sum(part["rows"] for part in parts), count.rows, count.rejected_rows)
        assert row[1:5] == [f"{total:,}" for total in totals], name
        assert row[5:] == [money(total, 2) for total in (count.gross, count.eliminated, count.net)], name


# ---- Greater Manchester


def test_manchester_agrees_with_the_manifest_to_the_penny(gm: Place, shared: Path) -> None:
    assert summed(gm, "manchester") == (37_619, 37_619, 0, pence("1009327383.05"))
    known = manifest(shared)
    for part in files(gm, "manchester"):
        row = known[part["path"]]
        assert (part["rows"], part["pence"]) == (int(row["rows"]), pence(row["total"])), part["path"]


def test_trafford_agrees_with_the_published_rows(gm: Place) -> None:
    parts = {part["path"].split("/")[-1]: part for part in files(gm, "trafford")}
    first = parts["trafford-supplier-spend-2024-25.zip"]
    assert (first["rows"], first["accepted"], first["pence"]) == (210_068, 210_068, pence("565219573.74"))


def salford_cells(shared: Path, month: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a month of Salford's below both rows of its headings, with their line numbers."""
    path = shared / "spend" / "gm" / "salford" / f"salford_{month}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.reader(file), 1):
            if line > 1 and row[3] != "Gross":
                yield line, row


def cell_pence(cell: str) -> int:
    text = cell.replace(",", "").replace("£", "").strip()
    return int(Decimal(text) * 100) if text else 0


def test_salford_differs_from_the_manifest_by_the_vat_of_two_months(gm: Place, shared: Path) -> None:
    # In these two files the heading 'Amount' stands over three columns, which the line below it parts in
    # Gross, VAT and Net. The manifest added up the first; the count takes net in every month.
    known = manifest(shared)
    gaps = {}
    for part in files(gm, "salford"):
        row = known[part["path"]]
        assert part["rows"] == int(row["rows"]), part["path"]
        if part["pence"] != pence(row["total"]):
            gaps[part["path"][-11:-4]] = pence(row["total"]) - part["pence"]
    assert gaps == {"2018-04": pence("1179136.47"), "2018-11": pence("1265997.49")}
    vat, odd = {}, {}
    for month in gaps:
        rows = [(line, *map(cell_pence, row[3:6])) for line, row in salford_cells(shared, month)]
        vat[month] = sum(tax for _, _, tax, _ in rows)
        odd.update({(month, line): tax for line, gross, tax, net in rows if gross - tax != net})
    # One line has VAT and yet the same sum for gross and net.
    assert odd == {("2018-04", 1250): pence("330868.13")}
    assert vat == {"2018-04": gaps["2018-04"] + sum(odd.values()), "2018-11": gaps["2018-11"]}


def test_salford_comes_to_its_net_and_the_headings_that_come_again(gm: Place, shared: Path) -> None:
    assert summed(gm, "salford") == (16_423, 16_421, 2, pence("262843176.36"))
    known = manifest(shared)
    whole = sum(pence(known[part["path"]]["total"]) for part in files(gm, "salford"))
    assert whole == pence("265288310.32")
    rejected = [(row[1][-11:-4], row[2], row[3]) for row in gm.money.rejects().rows]
    assert rejected == [("2018-04", 2, "repeated_header"), ("2018-11", 2, "repeated_header")]


def test_one_line_of_salford_is_dated_a_year_before(gm: Place, shared: Path) -> None:
    found = asked(gm, "SELECT file, line, year, pence FROM lines WHERE body = 'salford' AND year <> '2018-19'")
    assert [(file[-11:], line, year, amount) for file, line, year, amount in found] == [
        ("2018-12.csv", 2, "2017-18", pence("6758426.00"))
    ]
    published = dict(salford_cells(shared, "2018-12"))
    assert published[2][1] == "2018-01-03"
    assert cell_pence(published[2][5]) == pence("6758426.00")


def test_two_councils_are_eliminated_both_ways(gm: Place, shared: Path) -> None:
    assert pairs(gm, "eliminated") == {
        ("manchester", "salford"): (21, pence("1218922.46")),
        ("salford", "manchester"): (68, pence("985205.26")),
    }
    # The field's note has 1.21m, without the one line to 'City Of Salford', and 1.00m, with VAT in two months.
    lines = asked(
        gm,
        f"SELECT p.payee, sum(l.lines)::BIGINT, sum(l.pence)::BIGINT FROM {LEDGER} "
        "WHERE l.outcome = 'eliminated' AND l.body = 'manchester' GROUP BY 1 ORDER BY 1",
    )
    assert lines == [("City Of Salford", 1, 1_205_200), ("Salford City Council", 20, 120_687_046)]
    vat = sum(
        cell_pence(row[4])
        for month in ("2018-04", "2018-11")
        for _, row in salford_cells(shared, month)
        if row[6].strip() == "Manchester City Council"
    )
    assert vat == pence("10024.74")


@pytest.mark.parametrize("only", ["manchester", "salford"])
def test_nothing_is_eliminated_where_the_receiver_is_not_counted(made: Make, only: str) -> None:
    place = made("GM", frozenset([only]))
    count = place.money.count()
    assert count.eliminated == 0
    assert count.net == count.gross == summed(place, only)[3]
    assert {pair[0] for pair in pairs(place, "final")} == {only}


def test_the_airports_holding_company_is_lent_to(gm: Place) -> None:
    query = f"""SELECT l.kind, l.outcome, sum(l.lines)::BIGINT, sum(l.pence)::BIGINT FROM {LEDGER}
        WHERE p.payee ILIKE 'Manchester Airport Finance%' GROUP BY ALL"""
    assert asked(gm, query) == [("lending-treasury", "final", 2, pence("124250000.00"))]


def test_the_combined_authority_is_one_supplier(gm: Place) -> None:
    query = f"""SELECT DISTINCT l.body, p.payee, p.supplier, p.supplier_id FROM {LEDGER}
        WHERE l.to_body = 'greater-manchester-combined-authority' OR p.payee ILIKE '%GMCA%'
        OR p.payee ILIKE '%manchester combined%' ORDER BY 1, 2"""
    # 'GMCA GMUTC Other Work' is Transport for Greater Manchester's traffic unit, and known as that.
    found = [row for row in asked(gm, query) if row[1] != "GMCA GMUTC Other Work"]
    assert [(body, payee) for body, payee, _, _ in found] == [
        ("manchester", "GMCA"),
        ("salford", "GMCA"),
        ("salford", "Greater Manchester Combined"),
        ("trafford", "Greater Manchester Combined Authori"),
    ]
    assert {supplier for _, _, supplier, _ in found} == {"Greater Manchester Combined Authority"}
    assert len({supplier_id for _, _, _, supplier_id in found}) == 1


# ---- Lancashire


def test_every_row_of_hyndburn_is_accounted_for(lancashire: Place, shared: Path) -> None:
    known = manifest(shared)
    parts = files(lancashire, "hyndburn")
    assert len(parts) == 107
    assert {part["path"]: part["rows"] for part in parts} == {
        part["path"]: int(known[part["path"]]["rows"]) for part in parts
    }
    assert summed(lancashire, "hyndburn") == (35_964, 35_961, 3, pence("241262911.31"))
    headed = [part for part in parts if known[part["path"]]["total"]]
    assert {part["path"]: part["pence"] for part in headed} == {
        part["path"]: pence(known[part["path"]]["total"]) for part in headed
    }
    assert len(parts) - len(headed) == 3, "the files without headings, of which the manifest has no total"


def test_hyndburn_has_seventeen_shapes_of_headings(lancashire: Place, shared: Path) -> None:
    known = manifest(shared)
    headers = {known[part["path"]]["header"] for part in files(lancashire, "hyndburn")}
    assert len(headers - {""}) == 17
    definition: Definition = lancashire.definition
    without = [
        file
        for source in definition.sources
        if source.body == "hyndburn" and source.reading.header == 0
        for file in source.files
    ]
    assert sorted(file.split("/")[-1] for file in without) == [
        "April-25-CSV.csv",
        "March-25-CSV.csv",
        "Sept-25-CVS.csv",
    ]


def test_the_workbooks_of_police_and_fire(lancashire: Place) -> None:
    assert summed(lancashire, "lancashire-pcc") == (51_976, 51_976, 0, pence("532053189.26"))
    assert summed(lancashire, "lancashire-fire") == (15_948, 15_947, 1, pence("83557484.99"))
    books = Counter(part["path"].split("/")[-1] for part in files(lancashire, "lancashire-pcc"))
    assert len(books) == 7
    assert {book: sheets for book, sheets in books.items() if sheets != 12} == {"pcc-2024-25.xlsx": 10}
    missing = [row[2] for row in lancashire.money.months().rows if row[0] == "lancashire-pcc" and row[3] == 0]
    assert [month for month in missing if "2018-04" <= month < "2025-04"] == ["2025-02", "2025-03"]
    assert len(files(lancashire, "lancashire-fire")) == 6


def test_what_is_eliminated_in_lancashire_by_year(lancashire: Place) -> None:
    found = {
        (body, to, year): amount
        for body, to, year, outcome, _, amount in lancashire.money.transfers().rows
        if outcome == "eliminated" and to == "hyndburn"
    }
    assert found == {
        ("lancashire-pcc", "hyndburn", "2018-19"): 18_986_339,
        ("lancashire-pcc", "hyndburn", "2019-20"): 18_833_502,
        ("lancashire-pcc", "hyndburn", "2020-21"): 17_271_543,
        ("lancashire-pcc", "hyndburn", "2021-22"): 18_929_272,
        ("lancashire-pcc", "hyndburn", "2022-23"): 17_348_676,
        ("lancashire-pcc", "hyndburn", "2023-24"): 20_324_005,
        ("lancashire-pcc", "hyndburn", "2024-25"): 20_390_488,
        ("lancashire-fire", "hyndburn", "2022-23"): 7_669_075,
        ("lancashire-fire", "hyndburn", "2023-24"): 8_156_125,
        ("lancashire-fire", "hyndburn", "2024-25"): 8_651_276,
        ("lancashire-fire", "hyndburn", "2025-26"): 8_829_100,
    }
    taken = {pair for pair, _ in pairs(lancashire, "eliminated").items()}
    assert taken == {
        ("lancashire-pcc", "hyndburn"),
        ("lancashire-fire", "hyndburn"),
        ("hyndburn", "lancashire-pcc"),
        ("lancashire-fire", "lancashire-pcc"),
        ("lancashire-pcc", "lancashire-fire"),
    }
    assert lancashire.money.count().eliminated == pence("2344628.35")


def test_years_without_a_bodys_own_spending_are_kept(lancashire: Place) -> None:
    # The fire authority's files begin with 2022-23: what the police paid it before is not taken out.
    years = {
        outcome: {row[2] for row in lancashire.money.transfers().rows if row[:2] == pair and row[3] == outcome}
        for pair in [("lancashire-pcc", "lancashire-fire")]
        for outcome in ("final", "eliminated")
    }
    assert years == {
        "final": {"2018-19", "2019-20", "2020-21", "2021-22"},
        "eliminated": {"2022-23", "2023-24", "2024-25"},
    }
    assert ("hyndburn", "lancashire-cc") not in pairs(lancashire, "eliminated"), "the county publishes nothing here"


def test_council_tax_handed_to_the_county_is_a_precept(lancashire: Place) -> None:
    query = f"""SELECT l.kind, sum(l.lines)::BIGINT, sum(l.pence)::BIGINT FROM {LEDGER}
        WHERE l.body = 'hyndburn' AND l.to_body = 'lancashire-cc' AND l.kind = 'precept-levy' GROUP BY 1"""
    assert asked(lancashire, query) == [("precept-levy", 95, pence("85820836.82"))]
    missed = """SELECT count(*) FROM lines WHERE body = 'hyndburn' AND kind <> 'precept-levy'
        AND regexp_matches(purpose, '(?i)c.?tax.{0,3}p\\w*pt')"""
    assert asked(lancashire, missed) == [(0,)]


def test_names_to_settle_in_lancashire(lancashire: Place) -> None:
    found = {(row[0], row[2]) for row in lancashire.money.candidates().rows}
    assert found == {
        ("LCC", "lancashire-cc"),
        ("Office of the Police and Crime Commissioner", "lancashire-pcc"),
    }


# ---- London


def test_every_row_of_the_34_bodies_and_the_authority(london: Place, shared: Path) -> None:
    known = manifest(shared)
    assert {part["path"]: part["rows"] for part in london_files(london)} == {
        part["path"]: int(known[part["path"]]["rows"]) for part in london_files(london)
    }
    nhs = [part for part in london_files(london) if "nhs_merged" in part["path"]]
    gla = [part for part in london_files(london) if "/gla/" in part["path"]]
    assert (len(nhs), sum(part["rows"] for part in nhs)) == (34, 101_040)
    assert (len(gla), sum(part["rows"] for part in gla)) == (13, 17_186)
    assert sum(part["rejected"] for part in london_files(london)) == 9
    assert {row[3] for row in london.money.rejects().rows} == {"no_amount"}


def london_files(london: Place) -> list[dict[str, Any]]:
    return [part for body in PLACES["LONDON"] for part in files(london, body["id"])]


def test_one_body_under_each_of_its_spellings(london: Place) -> None:
    own = ", ".join(f"'{body['id']}'" for body in PLACES["LONDON"])
    query = f"""SELECT to_body, count(DISTINCT payee)::INT, count(DISTINCT supplier_id)::INT FROM payees
        WHERE sure = 1 AND to_body IN ({own}) GROUP BY 1 HAVING count(DISTINCT payee) > 4"""
    found = {body: (spellings, suppliers) for body, spellings, suppliers in asked(london, query)}
    assert found == {
        "royal-free": (12, 1),
        "st-georges": (11, 1),
        "barts": (8, 1),
        "chelsea": (7, 1),
        "imperial": (7, 1),
        "hillingdon-hospitals": (6, 1),
        "whittington": (6, 1),
        "kings": (5, 1),
        "lnwh": (5, 1),
    }


def test_some_trusts_are_paid_more_than_their_files_spend(london: Place) -> None:
    to: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for (_, body), (_, amount) in pairs(london, "eliminated").items():
        to[body] += amount
    for cell in london.run.totals():
        own[cell["body"]] += cell["pence"]
    beyond = {body for body in to if to[body] > own[body]}
    figures = {(f"{to[body] / 1e8:.1f}", f"{own[body] / 1e8:.1f}") for body in beyond}
    assert figures == {(row[1], row[2]) for row in documented("**What the net is not.**")}
    assert sum(to[body] - own[body] for body in beyond) == pence("809514510.76")


def test_what_is_eliminated_in_london_by_pair(london: Place) -> None:
    found = pairs(london, "eliminated")
    largest = sorted(found.items(), key=lambda item: -item[1][1])[:6]
    assert largest == [
        (("sel-ccg", "kings"), (20, 33_562_328_500)),
        (("sel-ccg", "lewisham-greenwich"), (27, 26_515_431_700)),
        (("tower-hamlets-ccg", "barts"), (64, 23_017_051_300)),
        (("swl-ccg", "st-georges"), (52, 18_730_198_500)),
        (("barking-ccg", "bhrut"), (33, 14_511_412_000)),
        (("havering-ccg", "bhrut"), (27, 14_201_633_500)),
    ]
    assert len(found) == 328
    names = {body["id"]: body["name"] for body in PLACES["LONDON"]}
    ranked = sorted(found.items(), key=lambda item: -item[1][1])
    table = documented("### The largest of 328 pairs")
    assert len(table) == 16
    assert table == [
        [names[body], names[to], str(lines), f"{amount / 1e8:.1f}"]
        for (body, to), (lines, amount) in ranked[: len(table)]
    ]
    taken = sum(amount for _, amount in found.values()) + sum(amount for _, amount in pairs(london, "self").values())
    assert taken == london.money.count().eliminated == pence("3623463037.76")


def test_what_is_eliminated_in_london_by_sort(london: Place) -> None:
    sort = {body["id"]: body["kind"] for body in PLACES["LONDON"]}
    sums: Counter[tuple[str, str]] = Counter()
    for outcome in TAKEN_OUT:
        for (body, to), (_, amount) in pairs(london, outcome).items():
            sums[sort[body], sort[to]] += amount
    words = {"nhs-commissioner": "commissioners", "nhs-provider": "trusts"}
    said = [
        f"{words[body]} to {words[to]} £{amount / 1e8:,.1f}m"
        for (body, to), amount in sums.most_common()
        if body in words and to in words
    ]
    rest = sum(amount for pair, amount in sums.items() if "combined-authority" in pair)
    text = " ".join((Path(__file__).parents[2] / "docs" / "clusters.md").read_text("utf-8").split())
    assert f"By sort: {', '.join(said)}, to and from the GLA £{rest / 1e8:.1f}m." in text


def test_the_file_of_no_known_body_is_a_month_of_the_commissioners_of_south_west_london(shared: Path) -> None:
    payees, periods = {}, {}
    for code in ("SWL", "SWI"):
        with (shared / "spend" / "london" / "nhs_merged" / f"{code}.csv").open(
            encoding="utf-8-sig", newline=""
        ) as file:
            rows = list(csv.DictReader(file))
        payees[code] = {row["supplier"] for row in rows}
        periods[code] = {row["file"].partition(".")[0].partition(" - ")[2] for row in rows}
    assert periods["SWI"] == {"February"}
    assert "February" not in periods["SWL"]
    assert (len(payees["SWI"] & payees["SWL"]), len(payees["SWI"])) == (283, 308)


def test_names_to_settle_in_london(london: Place) -> None:
    found = {(row[0], row[2]) for row in london.money.candidates().rows}
    assert found == {
        ("DISABILITIES NHS HAMMERSMITH AND FULHAM CCG", "hammersmith-ccg"),
        ("NORTH MIDDLESEX UNIVERSITY", "north-middlesex"),
    }


def test_a_subsidiary_or_a_charity_is_not_its_body(london: Place) -> None:
    names = (
        "IMPERIAL COLLEGE HEALTHCARE CHARITY",
        "ROYAL FREE CHARITY",
        "GLA LAND AND PROPERTY LIMITED",
        "WHITTINGTON FACILITIES LTD",
        "IMPERIAL COLLEGE HEALTH PARTNERS",
    )
    query = f"SELECT upper(payee), to_body FROM payees WHERE upper(payee) IN {names}"
    found = dict(asked(london, query))
    assert set(found) == set(names)
    assert set(found.values()) == {""}


# ---- all three


def test_the_shortest_cut_name_is_what_the_method_says(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another least number of letters would make of every name of the three places: docs/methods/count.md."""
    places = [made(name) for name in ("GM", "LANCASHIRE", "LONDON")]
    names = [
        (Resolver(place.definition.bodies), [name for (name,) in asked(place, "SELECT DISTINCT payee FROM payees")])
        for place in places
    ]
    assert sum(len(theirs) for _, theirs in names) == 22_304

    def told() -> list[Match]:
        return [resolver.match(name) for resolver, theirs in names for name in theirs]

    before, found = told(), {}
    for letters in (16, 17, 26, 30):
        monkeypatch.setattr("totalplace.money.resolve._SHORTEST_CUT", letters)
        changed = [(old, new) for old, new in zip(before, told(), strict=True) if old != new]
        mistaken = [new.to_body for old, new in changed if new.sure and not old.sure]
        lost = [old.to_body for old, new in changed if old.to_body and not new.to_body]
        found[letters] = (mistaken, len(lost), len(changed))
    assert found[16][0] == ["community-health-partnerships"]
    assert found[17] == found[26] == ([], 0, 0)
    assert found[30][:2] == ([], 4)
