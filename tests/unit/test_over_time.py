"""Money over years: no base year changes a change, every split adds up, a body added is no growth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.definition import Definition
from totalplace.errors import DataError, UsageError
from totalplace.money.activity import Activity, read_activity
from totalplace.money.change import Changes, split
from totalplace.money.over_time import OverTime, over_time
from totalplace.parameters.deflators import Deflator, Index, deflator
from totalplace.store.layout import Run
from totalplace.terms import Body, financial_year, months_of

PENCE = st.integers(-(10**13), 10**13)
RATIO = st.fractions(min_value=Fraction(1, 10), max_value=10)
BODIES = (Body("town", "Anytown"), Body("force", "Anyshire Police"), Body("park", "Anypark"))
PLACE = Definition("Anyplace", bodies=BODIES)

Cell = tuple[str, int, int, str, str]
"""Body, month, pence, outcome, receiver."""


@dataclass(eq=False)
class Made:
    """A run as far as these answers need one: its totals, in memory."""

    cells: list[Cell]

    def totals(self) -> list[dict[str, Any]]:
        return [
            {
                "body": body,
                "month": month,
                "year": financial_year(month // 100, month % 100),
                "kind": "spending",
                "channel": "invoice",
                "outcome": outcome,
                "to_body": to,
                "lines": 10,
                "pence": pence,
                "place_pence": pence,
            }
            for body, month, pence, outcome, to in self.cells
        ]

    years = totals

    def months(self) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for body, month, *_ in self.cells:
            found.setdefault(body, {}).setdefault(month, 0)
            found[body][month] += 10
        return found


def each_month(body: str, year: str, pence: int, outcome: str = "final", to: str = "") -> list[Cell]:
    return [(body, month, pence, outcome, to) for month in months_of(year)]


def asked(cells: list[Cell], vintage: Deflator | None = None, **more: Any) -> OverTime:
    return over_time(cast(Run, Made(cells)), PLACE, vintage or deflator("ons-2025-06"), **more)


def column(found: OverTime, name: str) -> list[Any]:
    return [row[name] for row in found.series.records()]


def steps(found: OverTime) -> dict[str, int]:
    assert found.change
    return {row[0]: row[2] for row in found.change.rows}


# --- real terms


def test_a_series_up_by_42_per_cent_in_real_terms_is_so_in_the_prices_of_any_year() -> None:
    """Cash up 74.3% from 1997-98 to 2007-08, while prices rose by 22.75% (from 59.225 to 72.7): up 42%."""
    cells = each_month("town", "1997-98", 1_000_000_00) + each_month("town", "2007-08", 1_743_000_00)
    said = {}
    for base in ("1989-90", "1997-98", "2003-04", "2007-08", "2024-25"):
        found = asked(cells, base=base)
        real = column(found, "net_real")
        assert 100 * (float(real[-1]) / float(real[0]) - 1) == pytest.approx(42, abs=0.5)
        said[base] = column(found, "change_real")[-1]
        assert 100 * said[base] == pytest.approx(42, abs=0.5)
    assert len(set(said.values())) == 1
    assert len({column(asked(cells, base=base), "net_real")[0] for base in said}) == len(said)


@given(
    st.lists(st.integers(1, 10**11), min_size=3, max_size=3),
    st.lists(st.decimals("0.01", "100000", places=3), min_size=3, max_size=3),
)
def test_the_base_year_changes_no_change(sums: list[int], indices: list[Decimal]) -> None:
    years = ("2021-22", "2022-23", "2023-24")
    vintage = Deflator("made", "", "", "", "", "", tuple(map(Index, years, indices)))
    cells = [cell for year, pence in zip(years, sums, strict=True) for cell in each_month("town", year, pence)]
    seen = {base: asked(cells, vintage, base=base) for base in years}
    for name in ("change", "change_real", "like_real"):
        assert len({tuple(column(found, name)) for found in seen.values()}) == 1
    first = seen["2021-22"]
    assert column(first, "net_real")[0] == column(first, "net")[0]
    assert len({tuple(steps(found).items()) for found in seen.values()}) == 1


def test_a_year_without_an_index_has_no_real_terms_and_says_so() -> None:
    cells = each_month("town", "2024-25", 100) + each_month("town", "2025-26", 100)
    found = asked(cells)
    assert column(found, "net_real") == ["12.00", None]
    assert (found.base, found.without_index) == ("2024-25", ("2025-26",))
    assert found.change is None
    assert "two years with an index" in found.why_not
    assert "no index of 2025-26" in asked(cells, end="2025-26").why_not
    assert any("2025-26" in words for words in found.doubts())
    with pytest.raises(UsageError, match="it has 1989-90 to 2024-25"):
        asked(cells, base="2025-26")


def test_the_change_is_between_years_that_have_an_index() -> None:
    cells = [cell for year in ("2022-23", "2024-25", "2025-26") for cell in each_month("town", year, 100)]
    found = asked(cells)
    assert found.ends == ("2022-23", "2024-25")
    assert found.compared == (1200, 1200)
    assert found.to_dict()["change_years"] == ["2022-23", "2024-25"]


def test_nothing_is_a_share_of_nothing_or_of_a_credit() -> None:
    for pence in (0, -5):
        found = asked(each_month("town", "2022-23", pence) + each_month("town", "2023-24", 100))
        assert column(found, "change_real") == [None, None]
        assert steps(found)["last"] == 1200


# --- the split


@given(PENCE, PENCE, PENCE, PENCE, RATIO, st.none() | RATIO)
def test_the_parts_of_a_change_add_up_to_the_penny(
    first: int, last: int, like_first: int, like_last: int, price: Fraction, volume: Fraction | None
) -> None:
    made = split("town", (first, last), (like_first, like_last), price, volume)
    assert made.first + made.scope + made.price + (made.volume or 0) + made.rest == made.last
    bare = split("town", (first, last), (like_first, like_last), price, None)
    assert (bare.price, bare.scope) == (made.price, made.scope), "activity moves money between volume and rest alone"


CELL = st.tuples(
    st.sampled_from(["town", "force", "park"]),
    st.sampled_from([*months_of("2022-23"), *months_of("2023-24")]),
    st.integers(-(10**9), 10**10),
    st.sampled_from(["final", "eliminated", "candidate", "self"]),
    st.sampled_from(["town", "force", "park", ""]),
)


@given(st.lists(CELL, min_size=1, max_size=60))
def test_whatever_is_counted_the_split_adds_up_and_is_that_of_the_bodies(cells: list[Cell]) -> None:
    years = ("2022-23", "2023-24")
    splits = Changes(cast(Run, Made(cells)), PLACE).between(years, deflator("ons-2025-06"))
    for at, year in enumerate(years):
        net = sum(p for _, m, p, out, _ in cells if m in months_of(year) and out in ("final", "candidate"))
        assert sum((s.first, s.last)[at] for s in splits) == net
    for s in splits:
        assert s.first + s.scope + s.price + (s.volume or 0) + s.rest == s.last


def test_a_body_added_is_scope_and_no_growth() -> None:
    """The town pays £100 a month, and £10 to the force, which is counted from the second year on: £30 a month."""
    before = [*each_month("town", "2022-23", 100_00), *each_month("town", "2022-23", 10_00, "final", "force")]
    after = [*each_month("town", "2023-24", 100_00), *each_month("town", "2023-24", 10_00, "eliminated", "force")]
    found = asked([*before, *after, *each_month("force", "2023-24", 30_00)])
    assert steps(found)["scope"] == 12 * (30_00 - 10_00)
    assert steps(found)["last"] - steps(found)["first"] == 12 * 20_00
    assert steps(found)["price"] + steps(found)["rest"] == 0, "the town paid the same in both years"
    assert column(found, "bodies") == [1, 2]
    assert "Anyshire Police: not counted" in column(found, "missing")[0]
    assert column(found, "change_real")[1] > 0 > found.like_real  # type: ignore[operator]
    assert column(found, "like_real")[1] == found.like_real


def test_a_body_gone_is_scope_too() -> None:
    cells = [
        *each_month("town", "2022-23", 100),
        *each_month("town", "2023-24", 100),
        *each_month("park", "2022-23", 7),
    ]
    found = asked(cells)
    assert steps(found)["scope"] == -84
    assert found.bodies
    notes = {row["body"]: row["notes"] for row in found.bodies.records()}
    assert notes == {"town": "", "park": "counted in 2022-23 alone"}


def test_a_month_that_one_year_lacks_is_scope() -> None:
    cells = [
        *each_month("town", "2022-23", 100),
        *each_month("town", "2023-24", 100),
        *each_month("town", "2024-25", 100),
    ]
    cells = [cell for cell in cells if cell[1] != 202306]
    found = asked(cells, end="2023-24")
    assert steps(found)["scope"] == -100
    assert column(found, "missing") == ["", "Anytown: Jun 2023 missing"]
    assert dict(found.incomplete) == {"2023-24": "Anytown: Jun 2023 missing"}
    assert any(words.startswith("not complete: 2023-24") for words in found.doubts())


def test_volume_is_told_where_activity_is_given() -> None:
    cells = each_month("town", "2022-23", 100_00) + each_month("town", "2024-25", 150_00)
    given_ = Activity((("town", "2022-23", Decimal(40)), ("town", "2024-25", Decimal(50))))
    with_it, without = asked(cells, activity=given_), asked(cells)
    assert steps(without)["volume"] is None
    assert steps(with_it)["price"] == steps(without)["price"] == 122_06  # 1,200.00 x (112.375 / 102 - 1)
    assert steps(with_it)["volume"] == 330_51  # 1,322.0588 x 0.25: 1,652.57 less 1,322.06
    assert steps(with_it)["rest"] + 330_51 == steps(without)["rest"]


# --- which years, which cuts


def test_years_of_stray_lines_are_left_out_and_named() -> None:
    cells = [*each_month("town", "2022-23", 100), *each_month("town", "2023-24", 100)]
    cells = [cell for cell in cells for _ in range(5)] + [("town", 202504, 1, "final", "")]
    found = asked(cells)
    assert (found.years, found.stray) == (("2022-23", "2023-24"), ("2025-26",))
    assert asked(cells, end="2025-26").years[-1] == "2025-26"


def test_a_year_between_without_a_line_has_its_place() -> None:
    found = asked(each_month("town", "2021-22", 100) + each_month("town", "2023-24", 100))
    assert found.years == ("2021-22", "2022-23", "2023-24")
    assert column(found, "bodies") == [1, 0, 1]
    assert found.incomplete == {"2022-23": "Anytown: not counted"}


def test_cuts_add_up_to_the_whole() -> None:
    cells = [
        *each_month("town", "2022-23", 100),
        *each_month("force", "2022-23", 70),
        *each_month("town", "2023-24", 9),
    ]
    whole, by_body = asked(cells), asked(cells, by="body")
    for name in ("gross", "net"):
        for year in whole.years:
            parts = [Decimal(row[name]) for row in by_body.series.records() if row["year"] == year]
            assert sum(parts) == next(Decimal(r[name]) for r in whole.series.records() if r["year"] == year)
    missing = {(row["body"], row["year"]): row["missing"] for row in by_body.series.records()}
    assert missing["town", "2022-23"] == ""
    assert missing["force", "2023-24"] == "Anyshire Police: not counted"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"by": "month"}, "cannot be cut by month; by body, kind"),
        ({"by": "bodi"}, "did you mean 'body'"),
        ({"start": "2023-24", "end": "2022-23"}, "give the earlier year first"),
        ({"start": "2019-20"}, "the files hold nothing of 2019-20"),
        ({"base": "2023"}, "not a financial year"),
        ({"where": {"body": ["nowhere"]}}, "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_refused(more: dict[str, Any], said: str) -> None:
    cells = each_month("town", "2022-23", 100) + each_month("town", "2023-24", 100)
    with pytest.raises(UsageError, match=said):
        asked(cells, **more)


# --- figures of activity


def test_activity_is_read_by_id_name_and_with_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\N{BYTE ORDER MARK}body,year,activity\nAnytown,2022-23,"1,250.5"\nforce,2022-23,7\n', "utf-8")
    read = read_activity(path, PLACE)
    assert read.of("town", "2022-23") == Decimal("1250.5")
    assert read.of("force", "2022-23") == 7
    assert read.of("force", "2023-24") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column body, year, activity"),
        ("body,year\ntown,2022-23\n", "no column activity"),
        ("body,year,activity\nnowhere,2022-23,1\n", "line 2: .*nowhere"),
        ("body,year,activity\ntown,2022,1\n", "line 2: '2022' is not a financial year"),
        ("body,year,activity\ntown,2022-23,many\n", "'many' is not a figure"),
        ("body,year,activity\ntown,2022-23,0\n", "0 cannot be compared"),
        ("body,year,activity\ntown,2022-23,-3\n", "cannot be compared"),
        ("body,year,activity\ntown,2022-23,NaN\n", "cannot be compared"),
        ("body,year,activity\ntown,2022-23,1e400\n", "cannot be compared"),
        ("body,year,activity\ntown,2022-23\n", "is not a figure"),
        ("body,year,activity\ntown,2022-23,1\nAnytown,2022-23,2\n", "line 3: town has a figure of 2022-23 already"),
    ],
)
def test_activity_at_fault_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_activity(path, PLACE)


def test_a_file_of_activity_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_activity(tmp_path / "none.csv", PLACE)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="UTF-8"):
        read_activity(tmp_path / "bytes.csv", PLACE)
