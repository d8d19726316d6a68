"""Claims by area: the curve, the coefficient and take-up by other ways to the same; what cannot be counted is named."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.areas.answers import Areas, Spending
from totalplace.areas.claims import Claims, InArea, curve, gini, half, highest
from totalplace.areas.claims_tables import areas_table, curve_table, doubts_table, summary_table, words_table
from totalplace.areas.claims_words import in_words, percent
from totalplace.areas.declared import FILE
from totalplace.definition import Definition
from totalplace.errors import DataError, PlaceError, UsageError
from totalplace.parameters.neutral import refused_words, stigma_in

Counts = Sequence[tuple[int, int]]


def areas(counts: Counts) -> list[InArea]:
    """Areas with who could claim and who does."""
    return [InArea(f"A{n:03}", f"Area {n}", Fraction(a), Fraction(b)) for n, (a, b) in enumerate(counts)]


PEOPLE = st.integers(1, 5_000)
COUNTS = st.lists(st.tuples(PEOPLE, st.integers(0, 5_000)), min_size=1, max_size=12).filter(
    lambda counts: any(claims for _, claims in counts)
)


def by_pairs(counts: Counts) -> Fraction:
    """The coefficient as half the mean difference of rates between two people, over the mean rate (Gini 1912)."""
    people, claims = sum(n for n, _ in counts), sum(c for _, c in counts)
    apart = sum(abs(c1 * n2 - c2 * n1) for n1, c1 in counts for n2, c2 in counts)
    return Fraction(apart, 2 * people * claims)


# --- the curve


@settings(deadline=None)
@given(COUNTS)
def test_the_coefficient_is_the_mean_difference_of_rates(counts: Counts) -> None:
    assert gini(curve(areas(counts))) == by_pairs(counts)


@settings(deadline=None)
@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(counts: Counts, chance: object) -> None:
    rows = areas(counts)
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert curve(mixed) == curve(rows)


@settings(deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=12), st.integers(1, 50))
def test_equal_rates_are_no_concentration(people: list[int], each: int) -> None:
    points = curve(areas([(n, n * each) for n in people]))
    assert gini(points) == 0
    assert half(points) == Fraction(1, 2)


@settings(deadline=None)
@given(COUNTS)
def test_all_claims_in_the_area_of_fewest_is_the_highest(counts: Counts) -> None:
    points = curve(areas(counts))
    fewest = min(range(len(counts)), key=lambda n: counts[n][0])
    all_there = curve(areas([(people, 7 if n == fewest else 0) for n, (people, _) in enumerate(counts)]))
    most = highest(points)
    assert most is not None
    assert gini(all_there) == most == highest(all_there)
    assert 0 <= (gini(points) or Fraction(0)) <= most < 1
    assert half(all_there) == Fraction(counts[fewest][0], 2 * sum(n for n, _ in counts))


@settings(deadline=None)
@given(COUNTS, st.integers(2, 9))
def test_an_area_in_parts_of_one_rate_and_other_units_change_nothing(counts: Counts, parts: int) -> None:
    points, finer = curve(areas(counts)), curve(areas([one for one in counts for _ in range(parts)]))
    assert (gini(finer), half(finer)) == (gini(points), half(points))
    assert gini(curve(areas([(n, c * parts) for n, c in counts]))) == gini(points)


@settings(deadline=None)
@given(COUNTS)
def test_the_half_is_read_off_the_curve(counts: Counts) -> None:
    points = curve(areas(counts))
    share = half(points)
    assert share is not None
    assert 0 < share <= Fraction(1, 2)
    # Claims of the highest rates, person by person as areas have them, until half is there.
    people, claims = sum(n for n, _ in counts), sum(c for _, c in counts)
    left, taken = share * people, Fraction(0)
    for n, c in sorted(counts, key=lambda one: Fraction(one[1], one[0]), reverse=True):
        part = min(left, Fraction(n))
        taken, left = taken + part * Fraction(c, n), left - part
    assert taken == Fraction(claims, 2)


def test_by_hand() -> None:
    points = curve(areas([(100, 10), (300, 90), (100, 60), (500, 40)]))
    assert [(point.people, point.claims) for point in points] == [
        (Fraction(5, 10), Fraction(20, 100)),
        (Fraction(6, 10), Fraction(25, 100)),
        (Fraction(9, 10), Fraction(70, 100)),
        (Fraction(1), Fraction(1)),
    ]
    # Under the curve: .5*.2/2 + .1*.225 + .3*.475 + .1*.85 = .3; 1 - 2 * .3
    assert gini(points) == Fraction(4, 10)
    # The half lies between 25 and 70 in the hundred: .6 + .3 * 25/45 of the people are below it.
    assert half(points) == 1 - (Fraction(6, 10) + Fraction(3, 10) * Fraction(25, 45)) == Fraction(7, 30)


@pytest.mark.parametrize("counts", [[], [(10, 0), (20, 0)], [(0, 5)], [(0, 0)]])
def test_nothing_is_divided_by_nought(counts: Counts) -> None:
    points = curve(areas(counts))
    assert (points, gini(points), half(points), highest(points)) == ((), None, None, None)
    assert all(area.rate is None or area.rate == 0 for area in areas(counts))


def test_nobody_entitled_has_no_take_up_and_a_gap_below_nought_stays() -> None:
    assert InArea("a", "A", Fraction(9), Fraction(3), Fraction(0)).take_up is None
    assert InArea("a", "A", Fraction(9), Fraction(3), Fraction(2)).gap == -1
    assert InArea("a", "A", Fraction(9), None, Fraction(2)).gap is None


def test_little_is_not_nothing() -> None:
    assert [percent(Fraction(n, 10_000)) for n in (0, 4, 5, 9_999)] == ["0.0%", "<0.1%", "0.1%", "100.0%"]


# --- from tables

WARDS = """Code,Ward,Households,Claiming,Entitled
W1,North,1000,300,400
W2,South,500,200,180
W3,East,800,120,150
W4,West,700,80,
"""
DRIVERS = """
[areas]
kind = "wards"
table = "wards"

[[table]]
id = "wards"
file = "wards.csv"
sha256 = "{sha}"
area = "Code"
name = "Ward"
"""
CLAIMS = """
[[claims]]
id = "uc"
term = "households that claim Universal Credit"
claims = "claiming"
people = "households"
entitled = "entitled"
definition = "Households with a payment in the month, as published, by home address"
year = "2024-25"
"""


class Made:
    """A folder with a table of wards and what areas.toml says of it; it has no store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.claims = CLAIMS
        self.grade = "estimated"
        self.text(WARDS)

    def text(self, text: str) -> None:
        """Another table, agreed to."""
        from totalplace.store.files import digest_of

        (self.root / "wards.csv").write_text(text, encoding="utf-8")
        drivers = "".join(
            f'\n[[driver]]\nid = "{column.lower()}"\nmethod = "{method}"\ntable = "wards"\ncolumn = "{column}"\n'
            f'source = "made up"\ngrade = "{self.grade}"\n'
            for column, method in (("Households", "population"), ("Claiming", "recipients"), ("Entitled", "users"))
        )
        sha = digest_of(self.root / "wards.csv")
        assert sha
        (self.root / FILE).write_text(DRIVERS.replace("{sha}", sha) + drivers + self.claims, encoding="utf-8")

    def say(self, old: str, new: str) -> None:
        """Changes what areas.toml says."""
        path = self.root / FILE
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")

    @property
    def areas(self) -> Areas:
        def never(_: object = None) -> list[str]:
            raise AssertionError("claims need no count")

        return Areas(self.root, Definition("Anytown"), Spending("", never, never))  # type: ignore[arg-type]

    def found(self) -> Claims:
        return self.areas.claim("uc")

    def doubts(self) -> str:
        return "\n".join(f"{what}: {words}" for _, what, words in doubts_table([self.found()]).rows)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_the_figures_of_areas_and_of_all(made: Made) -> None:
    found = made.found()
    rows = {row["area"]: row for row in areas_table(found).records()}
    assert list(rows) == ["W3", "W1", "W2", "W4"]  # by name
    assert [rows["W1"][name] for name in ("people", "claims", "rate", "entitled", "gap")] == [1000, 300, 0.3, 400, 100]
    assert (rows["W2"]["gap"], rows["W4"]["gap"], rows["W1"]["grade"]) == (-20, None, "estimated")
    assert rows["W4"]["why"] == "entitled: nothing stands in 'Entitled' of row 5, which is no count"
    (row,) = summary_table([found]).records()
    assert (row["areas"], row["without"], row["people"], row["claims"]) == (4, 0, 3000, 700)
    # Take-up is of the three wards that have both figures.
    assert (row["entitled"], row["gap"], row["take_up"]) == (730, 110, 620 / 730)
    assert row["gini"] == float(round(by_pairs([(1000, 300), (500, 200), (800, 120), (700, 80)]), 4))
    for table in (areas_table(found), curve_table(found), summary_table([found])):
        assert {row["term"] for row in table.records()} == {"households that claim Universal Credit"}
        assert {row["definition"] for row in table.records()} == {found.claim.definition}
        assert {row["year"] for row in table.records()} == {"2024-25"}


def test_what_it_says_in_words(made: Made) -> None:
    said = in_words(made.found())
    assert said[0] == (
        "Half of the households that claim Universal Credit are in wards with 33.3% of all who could claim; were the "
        "rate the same everywhere it would be 50.0%."
    )
    assert "is 0.25. It is 0 where every area has the same rate; here it could be 0.83 at most" in said[1]
    assert said[2] == (
        "Of 730 thought to be entitled (grade: estimated) 620 claim, 84.9%; 110 who are entitled do not claim, as far "
        "as the estimate tells."
    )


def test_more_claims_than_entitled_or_than_people_are_doubts(made: Made) -> None:
    assert "South: 200 claims, and 180 thought to be entitled: the estimate is too low" in made.doubts()
    made.text(WARDS.replace(",400", ",10").replace("120,150", "120,10").replace("500,200", "150,200"))
    assert "South: 200 claims, and 150 who could claim: look at whether both count the same" in made.doubts()
    assert "420 more than are thought to be entitled, so the estimate is in doubt" in in_words(made.found())[-1]


@pytest.mark.parametrize("mark", ["[c]", "..", "*", "", "-3", "n/a", "1,23"])
def test_what_is_withheld_or_missing_is_named_and_left_out(made: Made, mark: str) -> None:
    made.text(WARDS.replace("700,80,", f'700,"{mark}",70'))
    found = made.found()
    seen = f"'{mark}'" if mark else "nothing"
    assert f"West: claims: {seen} stands in 'Claiming' of row 5, which is no count: it is left out of" in made.doubts()
    assert "the curve and take-up" in made.doubts()
    assert (found.whole.people, found.whole.claims) == (2300, 620)
    assert "1 of 4 wards are left out: their rate is not known." in in_words(found)
    assert "W4" not in [point.area.area for point in found.curve]


def test_areas_of_nobody_are_named(made: Made) -> None:
    made.text(WARDS.replace("700,80,", "0,80,90"))
    assert "West: people: nobody could claim, so there is no rate: it is left out of the curve" in made.doubts()
    assert "West: 80 claims, and 0 who could claim" in made.doubts()
    made.text("Code,Ward,Households,Claiming,Entitled\nW1,North,10,0,0\nW2,South,10,0,0\n")
    assert in_words(made.found())[0].startswith("Nothing can be said of how households that claim")
    assert curve_table(made.found()).rows == []


@pytest.mark.parametrize(
    ("counts", "named"),
    [
        ([7, 200, 300, 400, 500, 600], True),
        ([9, 200, 300, 400, 500, 600], True),
        ([10, 201, 300, 400, 500, 600], False),
        ([0, 201, 300, 400, 500, 600], False),
        ([5, 200, 300, 400, 500, 600], False),  # all are rounded to five
        ([5, 200], True),  # too few to tell
        ([5, 201, 300, 400, 500, 600], True),
    ],
)
def test_small_counts_are_named_unless_the_table_is_rounded(made: Made, counts: list[int], named: bool) -> None:
    rows = "".join(f"W{n},Ward {n},1001,{claims},900\n" for n, claims in enumerate(counts))
    made.text("Code,Ward,Households,Claiming,Entitled\n" + rows)
    assert (f"Ward 0: {counts[0]} claims, under 10 and not rounded" in made.doubts()) is named


def test_a_part_of_a_person_is_named(made: Made) -> None:
    made.text(WARDS.replace("1000,300", "1000,300.5"))
    assert "North: 300.5 claims, with a part: a count of people is a whole number" in made.doubts()


def test_rows_of_other_areas_and_missing_ones_are_named(made: Made) -> None:
    more = WARDS.replace("Households", "People").replace("W4,West", "W9,Far")
    (made.root / "more.csv").write_text(more.replace("Claiming", "Benefit"), encoding="utf-8")
    from totalplace.store.files import digest_of

    table = (
        f'[[table]]\nid = "more"\nfile = "more.csv"\nsha256 = "{digest_of(made.root / "more.csv")}"\narea = "Code"\n'
    )
    made.say("[[claims]]", f"{table}[[claims]]")
    made.say('table = "wards"\ncolumn = "Claiming"', 'table = "more"\ncolumn = "Benefit"')
    assert "claiming: has rows of W9, not among the wards: left out" in made.doubts()
    assert "West: claims: there is no row of it; entitled: nothing stands" in made.doubts()


def test_years_sources_and_grades_that_lack_are_named(made: Made) -> None:
    made.say('year = "2024-25"', "")
    assert "uc: no year is said: write in areas.toml of which year the figures are" in made.doubts()
    made.say('column = "Claiming"', 'column = "Claiming"\nyear = "2023-24"')
    made.say('column = "Entitled"', 'column = "Entitled"\nyear = "2022-23"')
    assert "uc: its figures are of several years: 2022-23, 2023-24" in made.doubts()
    assert made.found().years == "2022-23, 2023-24"
    made.say('term = "', 'year = "2023-24"\nterm = "')
    assert "entitled: its figures are of 2022-23, and the claims of 2023-24" in made.doubts()
    made.say('source = "made up"\n', "")
    made.say('grade = "estimated"\n', "")
    assert "claiming: has no source and no grade" in made.doubts()
    assert "no grade is given" in in_words(made.found())[-1]


def test_a_table_that_changed_gives_no_figures_and_says_why(made: Made) -> None:
    (made.root / "wards.csv").write_text(WARDS.replace("300", "301"), encoding="utf-8")
    found = made.found()
    assert "cannot be used" in found.why_not
    assert in_words(found)[0].startswith("There are no figures: ")
    assert (found.areas, curve_table(found).rows, areas_table(found).rows) == ((), [], [])
    (row,) = summary_table([found]).records()
    assert (row["claims"], row["gini"], row["why"]) == (None, None, found.why_not)


def test_a_column_that_is_not_there_is_said(made: Made) -> None:
    made.say('column = "Entitled"', 'column = "Entitld"')
    found = made.found()
    assert found.whole.claims == 700
    assert "there is no column 'Entitld'; did you mean 'Entitled'?" in made.doubts()
    assert in_words(found)[-1] == "How many of those entitled do not claim is not known: no area has both figures."
    made.say('column = "Claiming"', 'column = "Claimig"')
    assert "there is no column 'Claimig'" in made.found().why_not


def test_of_several_years_one_is_taken(made: Made) -> None:
    rows = "".join(f"2023-24,{line}\n" for line in WARDS.splitlines()[1:])
    more = "".join(f"2024-25,{line}\n".replace("300", "500") for line in WARDS.splitlines()[1:])
    made.text("Year," + WARDS.splitlines()[0] + "\n" + rows + more)
    made.say('name = "Ward"', 'name = "Ward"\nyear = "Year"')
    assert made.found().whole.claims == 900
    made.say('year = "2024-25"', 'year = "2023-24"')
    assert made.found().whole.claims == 700
    made.say('year = "2023-24"', "")
    assert "has several years, only of 2023-24, 2024-25" in made.found().why_not


def test_parts_of_an_area_are_added_up_unless_one_is_withheld(made: Made) -> None:
    made.text(WARDS + "W1,North,200,40,50\nW2,South,100,[c],50\n")
    made.say('name = "Ward"', 'name = "Ward"\nrepeated = "add"')
    by_id = {area.area: area for area in made.found().areas}
    assert (by_id["W1"].people, by_id["W1"].claims) == (1200, 340)
    assert by_id["W2"].claims is None


# --- declared


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('term = "households', 'trem = "households', "[[claims]] 1: unknown key 'trem'; did you mean 'term'?"),
        ('claims = "claiming"', 'claims = "claimng"', "claims: 'claimng' is not a driver; did you mean 'claiming'?"),
        ('claims = "claiming"', 'claims = "households"', "'households' is named for who could claim too"),
        ('year = "2024-25"', 'year = "2024"', "'2024' is not a financial year"),
        ('definition = "', 'definition = "" # "', "it has no definition"),
        ('term = "', 'term = " " # "', "term is ' '; write a line of words"),
        ('term = "', 'term = "two\\nlines" # "', "term is 'two\\nlines'; write a line of words"),
        ('column = "Claiming"', 'column = "Claiming"\nunit = "percent"', "'claiming' is in percent; a count"),
        ('[areas]\nkind = "wards"\ntable = "wards"', "[areas]", "[areas] has no table"),
        ('kind = "wards"', 'kind = "ghettos"', "the kind of areas 'ghettos' has the word 'ghetto'"),
        ("[[claims]]", "[claims]", "write [[claims]] with two brackets"),
    ],
)
def test_what_cannot_be_is_refused(made: Made, old: str, new: str, said: str) -> None:
    made.say(old, new)
    with pytest.raises(PlaceError) as refused:
        made.found()
    assert said in str(refused.value)


def test_an_id_that_is_not_there_is_said(made: Made) -> None:
    with pytest.raises(UsageError, match=r"'ucc' is not among the claims of areas.toml; did you mean 'uc'\?"):
        made.areas.claim("ucc")
    made.say("[[claims]]" + CLAIMS.partition("[[claims]]")[2], "")
    with pytest.raises(UsageError, match=r"areas.toml has no \[\[claims\]\]"):
        made.areas.claim("uc")
    (made.root / FILE).unlink()
    with pytest.raises(DataError, match="no areas are declared"):
        made.areas.claims()


def test_two_of_one_id_are_refused(made: Made) -> None:
    made.say(CLAIMS, CLAIMS + CLAIMS)
    with pytest.raises(PlaceError, match="two claims 'uc'"):
        made.found()


# --- words


@pytest.mark.parametrize(
    "text",
    [
        "Benefit Ghettos",
        "GHETTO",
        "the ghetto's households",
        "sink estates",
        "feckless families",
        "scroungers",
        "Problem-areas",
        "problem  area",
        "work-shy people",
        "gh\u200betto",
        "Ghétto",
        "ＧＨＥＴＴＯ",
    ],
)
def test_words_that_shame_are_refused_with_what_to_write(made: Made, text: str) -> None:
    found = stigma_in(text)
    assert found is not None
    made.say('definition = "', f'definition = "{text}: ')
    with pytest.raises(PlaceError) as refused:
        made.found()
    assert any(said in str(refused.value) for said in (found.instead, "write a line of words"))


@pytest.mark.parametrize(
    "text",
    [
        "households that claim Universal Credit",
        "people who receive Pension Credit",
        "pupils who take free school meals",
        "areas where more than a third claim",
        "sinking fund",
        "households in areas with problems",
        "",
    ],
)
def test_neutral_words_are_taken(text: str) -> None:
    assert stigma_in(text) is None


def test_the_list_of_words_can_be_seen_and_holds_itself() -> None:
    words = refused_words()
    assert {"ghetto", "sink", "scrounger", "feckless", "problem area"} <= {one.word for one in words}
    assert len({one.word for one in words}) == len(words)
    for one in words:
        assert stigma_in(one.word)
        assert stigma_in(one.instead) is None
    assert words_table().rows == list(words)


def test_nothing_that_is_shown_shames_or_ranks(made: Made) -> None:
    found = made.found()
    tables = [areas_table(found), curve_table(found), summary_table([found]), doubts_table([found])]
    text = " ".join([*in_words(found), *(f"{t.title} {t.note} {t.columns} {t.rows}" for t in tables)])
    assert stigma_in(text) is None
    assert "worst" not in text.lower()
    assert "rank" not in text.lower()
