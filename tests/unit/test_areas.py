"""Money by area: parts sum to the whole for every driver and cut; what cannot be apportioned is named and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.areas.answers import Areas, Spending
from totalplace.areas.apportion import CUTS, Apportioned, Cell, apportion, fits
from totalplace.areas.declared import AreaTable, Driver, Plan, Rule, load
from totalplace.areas.reading import WHOLE, Row, Sheet, read_number
from totalplace.definition import Definition
from totalplace.errors import DataError, FileRefused, PlaceError, UsageError
from totalplace.terms import Body, Where

BODIES = (Body("council", "Anytown Borough Council"), Body("police", "Anyshire Police", share=Decimal("0.25")))
DEFINITION = Definition("Anytown", population={"2023-24": 1000, "2024-25": 1000}, bodies=BODIES)
CELLS = (
    Cell("council", "children", "spending", "2023-24", 100_001),
    Cell("council", "highways", "spending", "2023-24", 50_000),
    Cell("council", "highways", "lending-treasury", "2023-24", 7_777),
    Cell("police", "police", "spending", "2023-24", 33_334),
    Cell("council", "children", "spending", "2024-25", 90_007),
    Cell("council", "highways", "spending", "2024-25", -1_000),
)
WARDS = """Ward code,Ward name,Population,Children,Need index,Part
W1,North,500,10,1.2,0.5
W2,South,300,30,0.9,0.25
W3,East,200,0,1.05,0.125
"""
RULES = """
[[rule]]
driver = "children"
service = "children"
[[rule]]
driver = "population"
kind = "spending"
"""


class Made:
    """A folder with a table of wards and areas.toml, and the areas of a place in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wards(WARDS)
        self.areas.add(root / "wards.csv", {"source": "made up", "grade": "actual"}, {"Children": "users"}, "wards")
        self.add("population", "Population", "population")
        self.add("need", "Population", "weighted-population", 'weight = "Need index"')
        self.add("part", "Part", "direct", 'unit = "share"')
        self.write('[areas]\nkind = "wards"', '[areas]\npopulation = "population"\nkind = "wards"')

    def wards(self, text: str) -> None:
        (self.root / "wards.csv").write_text(text, encoding="utf-8")

    def write(self, old: str, new: str) -> None:
        """Changes areas.toml by hand, or adds to it where `old` is ''."""
        path = self.root / "areas.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")

    def add(self, id: str, column: str, method: str, more: str = "") -> None:
        said = 'source = "made up"\ngrade = "actual"\n'
        self.write(
            "",
            f'\n[[driver]]\nid = "{id}"\ntable = "wards"\ncolumn = "{column}"\nmethod = "{method}"\n{said}{more}\n',
        )

    @property
    def areas(self) -> Areas:
        years = {cell.year for cell in CELLS}

        def of(where: Where) -> list[str]:
            if unknown := set(where.get("year", ())) - years:
                raise UsageError(f"the files hold nothing of {unknown}")
            return sorted(where.get("year") or years)

        spending = Spending("run", lambda: CELLS, of)
        # A new definition each time: nothing that was remembered of an earlier one is asked for.
        return Areas(self.root, replace(DEFINITION), spending)

    def plan_of(self) -> Plan:
        found = self.areas.plan
        assert found
        return found

    def money(self) -> dict[str, int]:
        """Net by area."""
        return {row[0]: row[3] for row in self.areas.table().rows}

    def doubts(self) -> str:
        return "\n".join(f"{what}: {words}" for what, words in self.areas.doubts().rows)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


# --- deny by default


def test_without_rules_nothing_is_apportioned(made: Made) -> None:
    whole = sum(cell.pence for cell in CELLS)
    assert made.money() == {"W1": 0, "W2": 0, "W3": 0, WHOLE: whole}
    assert [row[2] for row in made.areas.methods().rows] == [0, 0, 0, 0, 0, whole]
    assert "no rule says what is apportioned" in made.doubts()


def test_the_first_rule_that_fits_counts_and_the_rest_stays(made: Made) -> None:
    made.write("", RULES)
    assert made.money() == {
        # children: a quarter and three quarters; highways and police by 5 : 3 : 2; lending by no rule
        "W1": 25_000 + 25_000 + 16_667 + 22_502 - 500,
        "W2": 75_001 + 15_000 + 10_000 + 67_505 - 300,
        "W3": 0 + 10_000 + 6_667 + 0 - 200,
        WHOLE: 7_777,
    }
    rows = {row[0]: row[3:5] for row in made.areas.rules().rows}
    assert rows == {"1": (190_008, 0), "2": (82_334, 0), "": (7_777, 7_777)}


def test_none_keeps_money_at_the_whole_place(made: Made) -> None:
    made.write("", '\n[[rule]]\ndriver = "none"\nbody = "police"\nnote = "one force"\n' + RULES)
    assert made.money()[WHOLE] == 7_777 + 33_334
    assert {row[0]: row[2] for row in made.areas.methods().rows}["none"] == 7_777 + 33_334


def test_a_given_share_leaves_its_rest_at_the_whole_place(made: Made) -> None:
    made.write("", '\n[[rule]]\ndriver = "part"\nservice = "highways"\nkind = "spending"\nyear = "2023-24"\n')
    assert made.money() == {"W1": 25_000, "W2": 12_500, "W3": 6_250, WHOLE: sum(c.pence for c in CELLS) - 43_750}
    methods = {row[0]: row[2] for row in made.areas.methods().rows}
    assert methods["direct"] == 43_750
    assert methods["none"] == sum(cell.pence for cell in CELLS) - 43_750


def test_people_are_weighted_by_need(made: Made) -> None:
    made.write("", '\n[[rule]]\ndriver = "need"\nservice = "highways"\nkind = "spending"\nyear = "2023-24"\n')
    # 600 : 270 : 210 of 1,080
    assert made.money() == {"W1": 27_778, "W2": 12_500, "W3": 9_722, WHOLE: sum(c.pence for c in CELLS) - 50_000}


def test_the_driver_of_one_service_changes_that_service_alone(made: Made) -> None:
    made.write("", RULES)
    before = made.areas.cut(["service", "area"])
    made.write('driver = "children"\nservice = "children"', 'driver = "need"\nservice = "children"')
    after = made.areas.cut(["service", "area"])

    def of(table: object, children: bool) -> list[tuple[object, ...]]:
        rows = table.rows  # type: ignore[attr-defined]
        return sorted((row[0], row[2], row[4]) for row in rows if (row[0] == "children") == children)

    assert of(before, False) == of(after, False)
    assert of(before, True) != of(after, True)
    assert sum(row[4] for row in before.rows) == sum(row[4] for row in after.rows)


# --- every cut of every plan


NUMBERS = st.one_of(st.just("0"), st.integers(0, 10**7).map(str), st.decimals(0, 1000, places=3).map(str))
SERVICES = ("children", "highways", "police", "not-classified")
KINDS = ("spending", "lending-treasury")
YEARS = ("2022-23", "2023-24")
cells = st.lists(
    st.builds(
        Cell,
        st.sampled_from(["council", "police"]),
        st.sampled_from(SERVICES),
        st.sampled_from(KINDS),
        st.sampled_from(YEARS),
        st.integers(-(10**12), 10**12),
    ),
    max_size=12,
    unique_by=lambda cell: cell[:4],
)


def some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


rules = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["a", "b", "share", "none"]),
        some(["council", "police"]),
        some(SERVICES),
        some(KINDS),
        some(YEARS),
    ),
    max_size=5,
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, dict[str, Sheet | str], list[Cell]]:
    table = AreaTable("t", "t.csv", "", "area")
    n = draw(st.integers(1, 7))
    shares = [str(Decimal(draw(st.integers(0, 1000 // n))) / 1000) for _ in range(n)]
    rows = [Row(at + 2, "", f"A{at}", "", (f"A{at}", draw(NUMBERS), draw(NUMBERS), shares[at])) for at in range(n)]
    drivers = (
        Driver("a", "population", "t", "a"),
        Driver("b", "weighted-population", "t", "a", "b"),
        Driver("share", "recipients", "t", "s", unit="share"),
    )
    plan = Plan(table="t", tables=(table,), drivers=drivers, rules=tuple(draw(rules)))
    return plan, {"t": Sheet(table, ("area", "a", "b", "s"), tuple(rows))}, draw(cells)


@settings(deadline=None)
@given(plans(), st.data())
def test_every_cut_sums_to_the_whole(
    made_up: tuple[Plan, dict[str, Sheet | str], list[Cell]], data: st.DataObject
) -> None:
    plan, sheets, spent = made_up
    found = apportion(plan, sheets, spent)
    for parted in found.cells:
        assert sum(parted.parts) + parted.rest == parted.cell.pence
    by = data.draw(st.lists(st.sampled_from(CUTS), unique=True))
    where = {name: data.draw(st.lists(st.sampled_from(values), max_size=2, unique=True)) for name, values in (
        ("body", ["council", "police"]), ("service", SERVICES), ("kind", KINDS), ("year", YEARS))}  # fmt: skip
    wanted = [cell for cell in spent if fits(Rule("", **{n: tuple(v) for n, v in where.items()}), cell)]
    assert sum(found.cut(by, where).values()) == sum(cell.pence for cell in wanted)
    # A cut with areas, added up over areas, is the cut without.
    fine, summed = found.cut(["area", *(n for n in by if n != "area")], where), dict[tuple[str, ...], int]()
    for (_, *key), pence in fine.items():
        summed[tuple(key)] = summed.get(tuple(key), 0) + pence
    assert summed == found.cut([n for n in by if n != "area"], where)


@settings(deadline=None)
@given(plans())
def test_filters_by_area_and_method_are_parts_of_the_whole(
    made_up: tuple[Plan, dict[str, Sheet | str], list[Cell]],
) -> None:
    plan, sheets, spent = made_up
    found, whole = apportion(plan, sheets, spent), sum(cell.pence for cell in spent)
    assert sum(sum(found.cut([], {"area": [area]}).values()) for area in [*found.areas, WHOLE]) == whole
    methods = ("direct", "recipients", "users", "weighted-population", "population", "none")
    assert sum(sum(found.cut(["area"], {"method": [method]}).values()) for method in methods) == whole
    apart = found.cut([], {"method": ["none"]})
    assert apart == found.cut([], {"area": [WHOLE]})


def test_cuts_in_any_order_agree(made: Made) -> None:
    made.write("", RULES)
    whole = sum(cell.pence for cell in CELLS)
    for size in (1, 2, 3):
        for by in combinations(CUTS, size):
            table = made.areas.cut(by)
            at = [column.name for column in table.columns].index("net")
            assert sum(row[at] for row in table.rows) == whole, by


def test_credits_are_apportioned_as_payments_are() -> None:
    table = AreaTable("t", "t.csv", "", "area")
    rows = tuple(Row(n, "", f"A{n}", "", (f"A{n}", "1")) for n in range(3))
    plan = Plan(table="t", tables=(table,), drivers=(Driver("a", "users", "t", "n"),), rules=(Rule("a"),))

    def of(pence: int) -> tuple[int, ...]:
        cell = Cell("council", "children", "spending", "2023-24", pence)
        return apportion(plan, {"t": Sheet(table, ("area", "n"), rows)}, [cell]).cells[0].parts

    assert of(100) == (34, 33, 33)
    assert of(-100) == (-34, -33, -33)


# --- what cannot be apportioned by


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("North,500", "North,", "row 2 (area 'W1'), column 'Population' is empty; write 0 where there is nobody"),
        ("North,500", "North,-5", "row 2 (area 'W1'), column 'Population': -5 is less than nothing"),
        ("North,500", "North,[c]", "column 'Population': '[c]' is not a number; what is withheld"),
        ("W2,South", "W1,South", "area 'W1' is there twice, in rows 2 and 3; leave one of them"),
        ("W2,South", ",South", "row 3 has no 'Ward code'; give the area its id"),
        ("W2,South", "a/b,South", "row 3: 'a/b' cannot be an area's id"),
        ("Population,", "People,", "there is no column 'Population'"),
        ("Children,Need", "Population,Need", "two columns are headed 'Population'"),
        ("Ward code", "Code", "has no column 'Ward code'"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_and_nothing_spread(made: Made, old: str, new: str, said: str) -> None:
    made.write("", '\n[[rule]]\ndriver = "population"\n')
    assert made.money()[WHOLE] == 0
    made.wards(WARDS.replace(old, new))
    # As it was declared: the file is the same, and what is in it is at fault.
    from totalplace.store.files import sha256_of

    made.write(made.plan_of().tables[0].sha256, sha256_of(made.root / "wards.csv"))
    assert made.money()[WHOLE] == sum(cell.pence for cell in CELLS)
    assert said in made.doubts()
    assert "stays at the whole place" in made.doubts()


def test_a_driver_that_is_nought_everywhere_is_named(made: Made) -> None:
    made.wards(WARDS.replace(",10,", ",0,").replace(",30,", ",0,"))
    made.areas.add(made.root / "wards.csv")
    made.write("", RULES)
    assert made.money()[WHOLE] == 7_777 + 100_001 + 90_007
    assert "column 'Children' is nought in every area; use another driver, or none" in made.doubts()


def test_shares_over_the_whole_are_named(made: Made) -> None:
    made.wards(WARDS.replace("0.125", "0.26"))
    made.areas.add(made.root / "wards.csv")
    made.write("", '\n[[rule]]\ndriver = "part"\n')
    assert made.money()[WHOLE] == sum(cell.pence for cell in CELLS)
    assert "the shares in column 'Part' come to 101.0000% of the whole; mend them" in made.doubts()


def test_a_file_that_changed_is_named_and_used_no_more_until_it_is_added_again(made: Made) -> None:
    made.write("", RULES)
    made.wards(WARDS.replace("North,500", "North,501"))
    assert made.money() == {WHOLE: sum(cell.pence for cell in CELLS)}
    assert "wards.csv has changed since it was declared: look at it, and run 'totalplace add-areas'" in made.doubts()
    drivers = made.plan_of().drivers
    made.areas.add(made.root / "wards.csv")
    assert made.money()[WHOLE] == 7_777
    assert made.plan_of().drivers == drivers  # what was said of them stands
    (made.root / "wards.csv").unlink()
    assert "wards.csv is not there, or cannot be read; put it back" in made.doubts()


OTHER = "Code,Name,Carers\nW1,North,5\nW2,South,4\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OTHER, "there is no row of 'W3'; add a row for each"),
        (OTHER + "W3,East,1\nW9,West,3\n", "'W9' is not among the areas of the place"),
    ],
)
def test_areas_without_figures_and_figures_without_areas_are_named(made: Made, text: str, said: str) -> None:
    (made.root / "carers.csv").write_text(text)
    made.areas.add(made.root / "carers.csv", {}, {"Carers": "recipients"})
    made.write("", '\n[[rule]]\ndriver = "carers"\nservice = "children"\n')
    assert made.money()[WHOLE] == sum(cell.pence for cell in CELLS)
    assert said in made.doubts()
    assert "carers: has no" in made.doubts()


def test_rules_that_never_count_and_rules_that_fit_nothing_are_named(made: Made) -> None:
    made.write("", RULES + '\n[[rule]]\ndriver = "need"\nservice = ["highways"]\nkind = "spending"\n')
    made.write("", '\n[[rule]]\ndriver = "need"\nservice = "fire"\n')
    assert "rule 3: never counts: rule 2 takes all that it would" in made.doubts()
    assert "rule 4: fits nothing that is counted" in made.doubts()


def test_people_that_are_not_those_of_the_place_are_named(made: Made) -> None:
    made.wards(WARDS.replace("North,500", "North,700"))
    made.areas.add(made.root / "wards.csv")
    assert "its areas hold 1,200 people in 2023-24, place.toml says 1,000: areas may be missing or" in made.doubts()


# --- tables of more than the place, and of smaller areas

LSOAS = """lsoa21cd,lsoa21nm,wd24cd,wd24nm,lad22cd,pop,IMD_score,Health_score
L1,Anytown 1A,W1,North,E1,100,10,0.5
L2,Anytown 1B,W1,North,E1,200,20,-0.5
L3,Anytown 2A,W2,South,E1,300,5,0.1
L4,Othertown 1A,W9,West,E2,400,1,0.1
"""


def lsoas(tmp_path: Path, **given: str) -> Areas:
    """A table of small areas of two places, added; the place is E1."""
    (tmp_path / "lsoa.csv").write_text(LSOAS)
    spending = Spending("", lambda: CELLS, lambda _: [])
    areas = Areas(tmp_path, replace(DEFINITION, area_code="E1"), spending)
    areas.add(tmp_path / "lsoa.csv", given)
    return areas


def test_rows_of_other_places_are_left_out_by_the_code_of_the_place(tmp_path: Path) -> None:
    areas = lsoas(tmp_path)
    assert list(areas.names) == ["L1", "L2", "L3"]
    seen = areas.look(tmp_path / "lsoa.csv")
    assert (seen.table.within, seen.table.only) == ("lad22cd", ("E1",))
    assert "1 rows have another 'lad22cd' than E1: they are left out" in seen.notes
    assert "'Health_score' is no driver: it has figures below nought" in seen.notes
    assert {driver.id: (driver.column, driver.weight) for driver in seen.drivers} == {
        "pop": ("pop", ""),
        "imd-score": ("pop", "IMD_score"),
    }
    other = areas.look(tmp_path / "lsoa.csv", {"within": "lad22cd=E2"})
    assert list(other.sheet.areas()) == ["L4"]
    with pytest.raises(UsageError, match="must be a heading and a value"):
        areas.look(tmp_path / "lsoa.csv", {"within": "lad22cd"})
    with pytest.raises(FileRefused, match="no rows of areas of E3 in 'lad22cd'"):
        areas.look(tmp_path / "lsoa.csv", {"within": "lad22cd=E3"})


def test_small_areas_are_added_up_each_with_its_weight(tmp_path: Path) -> None:
    areas = lsoas(tmp_path, area="wd24cd", repeated="add")
    assert dict(areas.names) == {"W1": "North", "W2": "South"}
    with (tmp_path / "areas.toml").open("a") as out:
        out.write('\n[[rule]]\ndriver = "imd-score"\nservice = "children"\nyear = "2023-24"\n')
    # W1: 100 x 10 + 200 x 20 = 5,000; W2: 300 x 5 = 1,500
    assert {row[0]: row[3] for row in areas.table({"service": ["children"], "year": ["2023-24"]}).rows} == {
        "W1": 76_924,
        "W2": 23_077,
        WHOLE: 0,
    }


def test_rows_of_one_area_are_a_fault_unless_they_are_its_parts(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"area 'W1' is there twice, .* add them up: repeated"):
        lsoas(tmp_path, area="wd24cd")


def test_one_file_can_be_two_tables(tmp_path: Path) -> None:
    areas = lsoas(tmp_path)
    seen = areas.add(
        tmp_path / "lsoa.csv", {"table": "places", "area": "lad22cd", "repeated": "add"}, {"pop": "population"}
    )
    assert (seen.table.id, seen.table.within) == ("places", "")
    assert [driver.id for driver in seen.drivers] == ["pop-2"]
    with (tmp_path / "areas.toml").open("a") as out:
        out.write('\n[[share]]\nbody = "police"\ndriver = "pop-2"\nplace = "E1"\n')
    row = list(areas.shares().records())[1]
    assert (row["place"], row["whole"], row["ratio"]) == (600, 1000, "0.600000")
    assert list(areas.names) == ["L1", "L2", "L3"]


# --- years of figures


YEARLY = """Code,Ward,Year,Population
W1,North,2022/23,100
W2,South,2022/23,100
W1,North,2023/24,300
W2,South,2023/24,100
"""


def test_each_year_has_figures_of_its_own(tmp_path: Path) -> None:
    made = Made(tmp_path)
    (tmp_path / "areas.toml").unlink()
    made.wards(YEARLY)
    made.areas.add(made.root / "wards.csv", {"source": "made up", "grade": "actual"})
    made.write("", '\n[[rule]]\ndriver = "population"\nservice = "highways"\n')
    assert made.plan_of().tables[0].year == "Year"
    rows = {row[0]: row[3] for row in made.areas.table({"year": ["2023-24"]}).rows}
    assert (rows["W1"], rows["W2"]) == (43_333, 14_444)  # 50,000 and 7,777, cell by cell: 37,500 + 5,833
    assert "population: apportions nothing of 2024-25, so -£10 stays at the whole place: wards.csv has no rows of " in (
        made.doubts()
    )
    made.write('column = "Population"', 'column = "Population"\nyear = "2022-23"')
    rows = {row[0]: row[3] for row in made.areas.table({"year": ["2023-24"]}).rows}
    assert (rows["W1"], rows["W2"]) == (28_889, 28_888)
    assert "its figures are of 2022-23, and apportion money of 2023-24, 2024-25 too" in made.doubts()


def test_money_a_head_is_the_mean_of_the_years(made: Made) -> None:
    made.write("", RULES)
    (row,) = [row for row in made.areas.table({"service": ["highways"]}).rows if row[0] == "W1"]
    assert row[2] == 500
    assert row[3] == 25_000 - 500
    assert row[5] == 25  # (50.00 - 1.00) / 2 pence a head: half a penny rounds up
    (row,) = [row for row in made.areas.area("W1", "service", {"year": ["2023-24"]}).rows if row[0] == "highways"]
    assert row == ("highways", "Highways and transport", "Population", 25_000, 25_000 / 66_667, 50, 50)


def test_the_whole_is_what_the_rows_come_to(made: Made) -> None:
    made.write("", RULES)
    for where in ({}, {"service": ["highways"]}, {"kind": ["lending-treasury"]}, {"year": ["2024-25"]}):
        whole, rows = made.areas.whole(where), made.areas.table(where).rows
        assert (whole.told, whole.rest) == (sum(row[3] for row in rows[:-1]), rows[-1][3])
        assert whole.net == whole.told + whole.rest
        assert whole.people == 1000
    assert made.areas.whole({"year": ["2024-25"]}).per_head == 89  # 89,007 pence by 1,000 people
    assert made.areas.whole({"kind": ["lending-treasury"]}).per_head == 0


# --- shares of bodies


DISTRICTS = "Code,District,Population\nE1,Anytown,1000\nE2,Othertown,2500\nE3,Elsewhere,9\n"


def test_the_share_of_a_body_is_explained_by_a_driver(made: Made) -> None:
    shares = {row[0]: row[-1] for row in made.areas.shares().rows}
    assert shares == {
        "council": "the whole body",
        "police": "not explained: nothing says where this share comes from",
    }
    (made.root / "districts.csv").write_text(DISTRICTS)
    made.areas.add(made.root / "districts.csv")
    said = '\n[[share]]\nbody = "police"\ndriver = "population-2"\nplace = ["E1"]\nwhole = ["E1", "E2"]\n'
    made.write("", said)
    row = next(made.areas.shares().records().__iter__())
    assert row["state"] == "the whole body"
    row = list(made.areas.shares().records())[1]
    assert (row["place"], row["whole"], row["ratio"]) == (1000, 3500, "0.285714")
    assert row["state"].startswith("differs: the driver gives 0.285714; mend the share in place.toml")
    assert made.plan_of().table == "wards"  # the list of areas stays


@pytest.mark.parametrize(
    ("share", "state"),
    [("0.285714", "explained"), ("0.29", "explained, but rounded: the driver gives 0.285714"), ("0.3", "explained, b")],
)
def test_a_share_may_be_rounded(made: Made, share: str, state: str) -> None:
    from totalplace.areas.shares import _state

    assert _state(Decimal(share), Decimal("0.285714")).startswith(state)
    assert _state(Decimal("0.28"), Decimal("0.285714")).startswith("differs")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('place = ["E9"]', "districts.csv has no 'E9', named in place; known: E1, E2, E3"),
        ('place = ["E1", "E1"]', "'E1' is named twice in place"),
        ('place = ["E3"]\nwhole = ["E1"]', "'E3' is in place and not in whole"),
    ],
)
def test_a_share_that_cannot_be_explained_says_why(made: Made, said: str, words: str) -> None:
    (made.root / "districts.csv").write_text(DISTRICTS.replace("E1", "E1"))
    made.areas.add(made.root / "districts.csv")
    made.write("", f'\n[[share]]\nbody = "police"\ndriver = "population-2"\n{said}\n')
    state = list(made.areas.shares().records())[1]["state"]
    assert state.startswith("not explained: ")
    assert words.partition(";")[0] in state


# --- areas.toml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[area]\n", "unknown key 'area'; did you mean 'areas'?"),
        ('[areas]\nkinds = "wards"\n', "[areas]: unknown key 'kinds'; did you mean 'kind'?"),
        (
            '[[table]]\nid = "w"\nfile = "w.csv"\nsha256 = "0"\narea = "a"\nwithin = "b"\n',
            "[[table]] 1: within and only go together",
        ),
        (
            '[[table]]\nid = "w"\nfile = "w.csv"\nsha256 = "0"\narea = "a"\nrepeated = "sum"\n',
            "repeated: 'sum' is not known; known: add",
        ),
        ("areas = 3\n", "[areas] must be a table of settings"),
        ('[areas]\ntable = "wards"\n', "[areas]: table: 'wards' is not a table"),
        ("[table]\n", "write [[table]] with two brackets"),
        ('[[table]]\nid = "w"\nfile = "w.csv"\nsha256 = "0"\n', "[[table]] 1: it has no area"),
        ('[[driver]]\nid = "d"\nmethod = "people"\ntable = "w"\ncolumn = "c"\n', "table: 'w' is not a table"),
        ("[[rule]]\ndriver = 3\n", "[[rule]] 1: driver is 3; it must be text"),
        ("[[rule]]\nservice = [1]\n", "[[rule]] 1: service must be a list of texts"),
        ("[[rule]]\n", "[[rule]] 1: it has no driver"),
    ],
)
def test_what_areas_toml_cannot_say(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "areas.toml").write_text(text)
    with pytest.raises(PlaceError) as raised:
        load(tmp_path)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('method = "users"', 'method = "user"', "'user' is not a method of a driver; did you mean 'users'?"),
        ('unit = "share"', 'unit = "shares"', "'shares' is not a unit of a driver; did you mean 'share'?"),
        ('grade = "actual"', 'grade = "good"', "grade: 'good' is not a grade of a driver; known: actual"),
        ('id = "need"', 'id = "none"', "'none' is what leaves money at the whole place"),
        ('id = "need"', 'id = "part"', "two drivers 'part'; give one another id"),
        ('service = "children"', 'service = "childrens"', "'childrens' is not a service; did you mean 'children'?"),
        ('service = "children"', 'year = "2023"', "'2023' is not a financial year such as 2018-19"),
        ('kind = "spending"', 'kind = "spendings"', "'spendings' is not a kind of payment"),
        ('driver = "children"', 'driver = "child"', "'child' is not a driver; did you mean 'children'?"),
    ],
)
def test_what_names_something_that_is_not_there_is_named(made: Made, old: str, new: str, said: str) -> None:
    made.write("", RULES)
    made.write(old, new)
    with pytest.raises(PlaceError) as raised:
        made.areas.table()
    assert said in str(raised.value)


def test_a_body_that_is_not_there_is_told_and_stops_nothing(made: Made) -> None:
    made.write("", '\n[[rule]]\ndriver = "population"\nbody = ["council", "polis"]\n')
    made.write("", '\n[[share]]\nbody = "fire"\ndriver = "population"\nplace = ["W1"]\n')
    assert "rule 1: 'polis' is not the id of a body of this place; did you mean 'police'?" in made.doubts()
    assert "share: 'fire' is not the id of a body of this place" in made.doubts()
    assert made.money()[WHOLE] == 33_334


def test_comments_and_rules_stay_when_a_table_is_added_again(made: Made) -> None:
    made.write("", "\n# Agreed by the board in May.\n" + RULES)
    made.wards(WARDS.replace("Children", "Young people"))
    seen = made.areas.add(made.root / "wards.csv", {"source": "a newer one"})
    text = (made.root / "areas.toml").read_text("utf-8")
    assert "# Agreed by the board in May." in text
    assert text.count("[[table]]") == 1
    assert seen.table.sha256 in text
    assert made.plan_of().tables[0].source == "a newer one"
    assert "there is no column 'Children'" in made.doubts()


# --- looking


def test_columns_are_proposed_by_their_words_and_never_guessed(tmp_path: Path) -> None:
    text = (
        "Wards of Anytown\n\nWD23CD,WD23NM,Population 2023,Library users,Council spend (£),Need index,% poor,Trees\n"
        'W1,North,"1,500",10,£100.50,1.2,12%,7\nW2,South,300,0,0,1,9%,8\nTotal,,1800,10,100.5,,,15\nSource: made up\n'
    )
    (tmp_path / "w.csv").write_text(text)
    areas = Areas(tmp_path, DEFINITION, Spending("", lambda: CELLS, lambda _: []))
    seen = areas.look(tmp_path / "w.csv")
    assert (seen.table.area, seen.table.name, seen.table.year) == ("WD23CD", "WD23NM", "")
    assert {d.id: (d.method, d.column, d.weight) for d in seen.drivers} == {
        "population-2023": ("population", "Population 2023", ""),
        "library-users": ("users", "Library users", ""),
        "council-spend": ("direct", "Council spend (£)", ""),
        "need-index": ("weighted-population", "Population 2023", "Need index"),
    }
    assert [c.heading for c in seen.columns if not c.driver] == ["% poor", "Trees"]
    assert any("'Trees' is no driver as it is" in note for note in seen.notes)
    assert any("row 6 ('Total') is passed over as a total" in note for note in seen.notes)
    assert any("row 7 is passed over: only 'Source: made up' stands in it" in note for note in seen.notes)
    assert not (tmp_path / "areas.toml").exists()
    named = areas.look(tmp_path / "w.csv", {}, {"Trees": "direct"})
    assert [driver.id for driver in named.drivers] == ["trees"]


def test_a_workbook_is_read_and_its_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "w.xlsx") as book:
        for name in ("Wards", "Notes"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate([["Code", "Ward", "People"], ["W1", "North", 1500.5], ["W2", "South", 300]]):
                sheet.write_row(at, 0, row)
    areas = Areas(tmp_path, DEFINITION, Spending("", lambda: CELLS, lambda _: []))
    with pytest.raises(FileRefused, match=r"holds several tables; name one of them: w.xlsx#Wards, w.xlsx#Notes"):
        areas.look(tmp_path / "w.xlsx")
    seen = areas.add(f"{tmp_path}/w.xlsx#Wards")
    assert [(c.heading, c.total) for c in seen.columns] == [("People", Decimal("1800.5"))]
    assert list(areas.names) == ["W1", "W2"]


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("Dear all,\nplease find\n", FileRefused, "no row of headings with figures below"),
        ("", FileRefused, "is empty"),
        ("%PDF-1.4", FileRefused, "is a PDF"),
        ("Area,People\n,1\n", FileRefused, "no column looks like the ids of areas"),
    ],
)
def test_what_is_no_table_of_areas(tmp_path: Path, text: str, error: type[Exception], said: str) -> None:
    (tmp_path / "w.csv").write_text(text)
    with pytest.raises(error, match=said):
        Areas(tmp_path, DEFINITION, Spending("", lambda: CELLS, lambda _: [])).look(tmp_path / "w.csv")


def test_headings_and_methods_that_are_not_known(made: Made) -> None:
    with pytest.raises(UsageError, match="'user' is not a method; did you mean 'users'"):
        made.areas.look(made.root / "wards.csv", {}, {"Children": "user"})
    with pytest.raises(UsageError, match="there is no column 'Childrens'; did you mean 'Children'"):
        made.areas.look(made.root / "wards.csv", {}, {"Childrens": "users"})
    with pytest.raises(UsageError, match="there is no column 'Ward'"):
        made.areas.look(made.root / "wards.csv", {"area": "Ward"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.5"),
        ("£7", "7"),
        ("12.5%", "12.5"),
        (".5", "0.5"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("1 000", "1000"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "1,23", "1e5", "[x]", "..", "n/a", "1.2.3", "٣", "9" * 41, "2022-23"])
def test_no_numbers(text: str) -> None:
    assert read_number(text) is None


def test_unknown_filters_and_cuts_are_told(made: Made) -> None:
    made.write("", RULES)
    for ask, said in (
        (lambda: made.areas.cut(["ward"]), "'ward' is not a cut of money by area"),
        (lambda: made.areas.cut(["area", "area"]), "a cut is asked for twice"),
        (lambda: made.areas.cut([]), "name a cut"),
        (lambda: made.areas.table({"service": ["child"]}), "'child' is not a service here; did you mean 'children'?"),
        (lambda: made.areas.table({"area": ["W9"]}), "'W9' is not an area of this place"),
        (lambda: made.areas.table({"colour": ["red"]}), "'colour' is not a filter"),
        (lambda: made.areas.area("W1", "month"), "'month' is not a cut of an area"),
        (lambda: made.areas.table({"year": ["2031-32"]}), "the files hold nothing of"),
    ):
        with pytest.raises(UsageError, match=said.replace("?", r"\?")):
            ask()


def test_without_areas_there_is_nothing_to_show(tmp_path: Path) -> None:
    areas = Areas(tmp_path, DEFINITION, Spending("", lambda: CELLS, lambda _: []))
    with pytest.raises(DataError, match="no areas are declared; 'totalplace add-areas FILE' begins it"):
        areas.table()
    assert areas.names == {}
    assert len(areas.shares().rows) == 2


def test_it_can_be_asked_without_a_driver_of_people(made: Made) -> None:
    made.write('population = "population"\n', "")
    made.write("", RULES)
    assert {row[5] for row in made.areas.table().rows} == {None}
    assert "no figure a head: name a driver of people" in made.doubts()


def test_apportioned_of_nothing() -> None:
    assert Apportioned({}, ()).cut(["area"]) == {}
