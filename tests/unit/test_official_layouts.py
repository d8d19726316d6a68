"""Published layouts of official figures: files made to each documented layout are read, and what is odd is named.

None of these files is real: docs/howto-official-sources.md says which layouts were tried on real ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import totalplace as tp
from tests.published import ods, workbook
from totalplace.official.doubts import doubts
from totalplace.official.figures import Figures
from totalplace.official.layouts import financial_year_in, financial_year_within
from totalplace.parameters.divisions import HOUSING_BENEFIT, division_of
from totalplace.place import Place

COUNCIL = "anytown-borough-council"
TOML = """
[[body]]
id = "anytown-borough-council"
name = "Anytown Borough Council"
kind = "council"
area = "E07999999"

[[body]]
id = "icb"
name = "NHS Anyshire Integrated Care Board"
kind = "nhs-commissioner"
ods = ["QZZ"]

[[body]]
id = "police"
name = "Anyshire Police"
kind = "police"

[[body]]
id = "treasury"
name = "The Treasury"
kind = "national"
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = tp.new(tmp_path / "place")
    with (made.root / "place.toml").open("a") as toml:
        toml.write(TOML)
    return tp.open(made.root)


def told(figures: Figures) -> str:
    return "\n".join(words for _, words in doubts(figures))


def add(place: Place, kind: str, name: str, **given: Any) -> Figures:
    found = place.official.add(kind, [place.root / name], given)
    (state,) = found.states.values()
    assert state == "as declared"
    return found


SERVICES = (
    ("Education services", 500, 100),
    ("Housing services (GFRA only)", 90.5, 30),
    ("Planning and development services", 10, 25),
)
MEASURES = (
    "Employees",
    "Running Expenses",
    "Total Expenditure",
    "Sales, Fees & Charges",
    "Other Income",
    "Total Income",
    "Net Current Expenditure",
)


def rsx() -> list[list[str | float]]:
    """The summary form by authority: titles, services above their seven measures, a row an authority."""
    services: list[str | float] = ["", "", ""]
    values: list[str | float] = ["E9999", "E07999999", "Anytown"]
    other: list[str | float] = ["E0000", "E07000000", "Elsewhere"]
    withheld: list[str | float] = ["E1111", "E07111111", "Nowhere"]
    for name, gross, income in SERVICES:
        services += [name, "", "", "", "", "", ""]
        values += [gross - 1, 1, gross, income - 2, 2, income, gross - income]
        other += [1, 1, 2, 1, 1, 2, 0]
        withheld += ["[x]"] * 7
    headings: list[str | float] = ["E-code", "ONS Code", "Local authority", *MEASURES * len(SERVICES)]
    return [["Revenue outturn: summary form", ""], ["£ thousand"], services, headings, values, other, withheld]


def check_rsx(found: Figures) -> None:
    sums = {m: found.whole(found.datasets[0].id, COUNCIL, "2024-25", m) for m in ("gross", "income", "net", "fees")}
    assert sums == {"gross": 60_050_000, "income": 15_500_000, "net": 44_550_000, "fees": 14_900_000}
    planning = {f.measure: f.amount for f in found.figures if f.division == "planning"}
    assert (planning["gross"], planning["income"], planning["net"]) == (1_000_000, 2_500_000, -1_500_000)
    assert "other authorities in it are no bodies of this place: E07000000, E07111111" in told(found)
    assert "less income" not in told(found)


def test_the_outturn_form_with_services_above_their_measures_is_read_from_ods(place: Place) -> None:
    ods(place.root / "RSX.ods", {"Cover": [["Revenue outturn"]], "RSX_LA_Data": rsx()})
    found = add(place, "outturn", "RSX.ods", year="2024-25", unit=1000)
    check_rsx(found)
    (row,) = place.official.totals().rows
    assert row[4:7] == (60_050_000, 15_500_000, 44_550_000)


def test_the_same_form_is_read_from_csv(place: Place) -> None:
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rsx())
    (place.root / "rsx.csv").write_text(text)
    check_rsx(add(place, "outturn", "rsx.csv", year="2024-25", unit=1000))


def test_gross_income_and_net_that_do_not_agree_are_named(place: Place) -> None:
    text = "Service,Total expenditure,Total income,Net current expenditure\nHousing,10,3,8\n"
    (place.root / "o.csv").write_text(text)
    found = add(place, "outturn", "o.csv", year="2024-25", unit=1, body=COUNCIL)
    assert "gross expenditure less income is £7, and net is £8: each stands as published" in told(found)


SERIES = """ONS_code,LA_LGF_code,LA_name,LA_class,year_ending,status,RO4_housgfcftot_net_cur_exp,RS_edu_net_exp,\
RS_hous_net_exp,RS_plan_net_exp,RS_totsx_net_exp,RS_hbrent_net_exp,RS_levywaste_net_exp,RS_netcurrtot_net_exp
E07999999,E9999,Anytown,SD,202403,submitted,61,400,60,-15,445,900,7,1352
E07999999,E9999,Anytown,SD,202503,submitted,62,410,61,-16,455,880,8,1343
E07000000,E0000,Elsewhere,SD,202503,submitted,1,1,1,1,3,1,1,5
,,England,Eng,202503,,9,9,9,9,27,9,9,9
"""


def test_the_outturn_time_series_is_read_by_its_summary_codes_alone(place: Place) -> None:
    (place.root / "series.csv").write_text(SERIES)
    found = add(place, "outturn", "series.csv", unit=1000)
    assert [found.whole("outturn-series", COUNCIL, year, "net") for year in ("2023-24", "2024-25")] == [
        44_500_000,
        45_500_000,
    ]
    benefit = [f.amount for f in found.figures if f.division == HOUSING_BENEFIT]
    assert benefit == [90_000_000, 88_000_000]
    words = told(found)
    assert (
        "columns 'RO4_housgfcftot_net_cur_exp', 'RS_levywaste_net_exp', 'RS_netcurrtot_net_exp' are not read: " in words
    )
    assert "is not the sum" not in words


BENEFITS: list[list[str | float]] = [
    ["Benefit expenditure by local authority 2024/25, £ million, nominal"],
    [],
    ["ONS code", "Local Authority", "Attendance Allowance", "Carer's Allowance", "Housing Benefit", "Total"],
    ["E07999999", "Anytown", 3.25, 2.5, 0.9, 6.65],
    ["E07000000", "Elsewhere", 1, 1, 1, 3],
]


def test_benefits_by_authority_are_read_whatever_the_benefits_are_called(place: Place) -> None:
    ods(place.root / "benefits.ods", {"Contents": [["Contents"]], "2024-25": BENEFITS})
    found = add(place, "benefits", "benefits.ods", unit=1_000_000)
    assert {(f.service, f.amount) for f in found.figures} == {
        ("Attendance Allowance", 325_000_000),
        ("Carer's Allowance", 250_000_000),
        ("Housing Benefit", 90_000_000),
        ("All services", 665_000_000),
    }
    assert "is not the sum" not in told(found)


def test_housing_benefit_counts_once_between_the_council_and_the_department(place: Place) -> None:
    ods(place.root / "benefits.ods", {"2024-25": BENEFITS})
    add(place, "benefits", "benefits.ods", unit=1_000_000)
    (row,) = place.official.housing_benefit().records()
    assert (row["department"], row["own"], row["counted"]) == ("900000.00", None, "900000.00")
    assert row["note"] == "the outturn does not tell it: the department's figure counts"
    (place.root / "series.csv").write_text(SERIES)
    place.official.add("outturn", [place.root / "series.csv"], {"unit": 1000})
    before, row = place.official.housing_benefit().records()
    assert before["note"] == "the department's figure is not loaded: the council's counts"
    assert (row["own"], row["department"], row["difference"], row["counted"]) == (
        "880000.00",
        "900000.00",
        "20000.00",
        "880000.00",
    )
    assert (row["benefits"], row["once"]) == ("6650000.00", "6630000.00")
    assert row["note"].startswith("the department's is £20,000 more than the council's, which counts")
    assert "one sum of money, counted once" in told(place.official.figures())


@pytest.mark.parametrize(
    ("name", "division"),
    [
        ("Housing Benefit", HOUSING_BENEFIT),
        ("Housing benefits: rent allowances - mandatory payments", HOUSING_BENEFIT),
        ("Rent rebates to HRA tenants", HOUSING_BENEFIT),
        ("RS_hbrent_net_exp", HOUSING_BENEFIT),
        ("Housing Benefits Administration", ""),
        ("Rent allowances - discretionary payments", ""),
        ("Housing services (GFRA only)", "housing"),
    ],
)
def test_what_is_housing_benefit_is_told_from_what_it_costs_to_run(name: str, division: str) -> None:
    assert division_of(name) == division


def test_allocations_to_integrated_care_boards_are_read_by_nhs_code(place: Place) -> None:
    rows = [
        ["ICB allocations"],
        [
            "Org code",
            "ICB name",
            "2024/25 core services (£'000)",
            "2025/26 core services (£'000)",
            "Distance from target",
        ],
        ["QZZ", "NHS Anyshire ICB", 1_234_567, 1_300_000.5, "n/a"],
        ["QAA", "NHS Elsewhere ICB", 1, 2, "n/a"],
    ]
    workbook(place.root / "icb.xlsx", {"Core services": rows})
    found = add(place, "allocation", "icb.xlsx", unit=1000)
    assert [(f.body, f.year, f.amount) for f in found.figures] == [
        ("icb", "2024-25", 123_456_700_000),
        ("icb", "2025-26", 130_000_050_000),
    ]


def test_police_grants_are_read_by_the_area_of_the_force(place: Place) -> None:
    rows: list[list[str | float]] = [
        ["Table 1: police grants 2025-26, £ million"],
        ["Police force area", "Core grant", "Legacy council tax grants", "Total"],
        ["Anyshire", 100.5, 9.25, 109.75],
        ["Elsewhere & Otherwhere", 1, 2, 3],
    ]
    ods(place.root / "grants.ods", {"Table_1": rows})
    found = add(place, "allocation", "grants.ods", unit=1_000_000, year="2025-26")
    assert {(f.body, f.service, f.amount) for f in found.figures} == {
        ("police", "Core grant", 10_050_000_000),
        ("police", "Legacy council tax grants", 925_000_000),
        ("police", "All services", 10_975_000_000),
    }
    assert found.whole("allocation-grants", "police", "2025-26", "amount") == 10_975_000_000


def test_a_region_of_the_national_analysis_is_the_row_that_is_said(place: Place) -> None:
    rows = [
        ["Table A.5 Identifiable expenditure on services by function, £ million"],
        ["Region", "General public services", "Health", "Social protection", "Total"],
        ["North West", 1_234, 22_345.6, 33_000, 56_579.6],
        ["North East", 1, 2, 3, 6],
    ]
    workbook(place.root / "cra.xlsx", {"A.5": rows})
    given = {"unit": 1_000_000, "year": "2023-24", "body": "treasury", "row": "North West", "grade": "apportioned"}
    found = add(place, "analysis", "cra.xlsx", **given)
    assert {(f.service, f.amount) for f in found.figures} == {
        ("General public services", 123_400_000_000),
        ("Health", 2_234_560_000_000),
        ("Social protection", 3_300_000_000_000),
        ("All services", 5_657_960_000_000),
    }
    workbook(place.root / "other.xlsx", {"A.5": rows})
    with pytest.raises(tp.errors.UsageError, match="needs a body"):
        place.official.look(
            "analysis", [place.root / "other.xlsx"], {"unit": 1, "row": "North West", "year": "2023-24"}
        )


def test_population_of_persons_is_read_from_mid_year_estimates(place: Place) -> None:
    heads = ["Code", "Name", "Geography", "All ages", "0", "1"]
    sheets = {
        "Contents": [["Mid-year population estimates"]],
        "MYE2 - Persons": [["Mid-2023"], [], heads, ["E07999999", "ANYTOWN", "District", 80_200, 900, 910]],
        "MYE2 - Males": [["Mid-2023"], [], heads, ["E07999999", "ANYTOWN", "District", 40_000, 450, 455]],
        "MYE2 - Females": [["Mid-2023"], [], heads, ["E07999999", "ANYTOWN", "District", 40_200, 450, 455]],
    }
    workbook(place.root / "mye.xlsx", sheets)
    found = add(place, "population", "mye.xlsx", year="2023-24")
    assert [(f.year, f.amount) for f in found.figures] == [("2023-24", 80_200)]
    assert "MYE2 - Males is passed over: it is of one sex" in told(found)


def test_mid_years_as_headings_are_the_financial_year_that_they_lie_in(place: Place) -> None:
    (place.root / "p.csv").write_text("Code,Name,Mid-2022,Mid-2023\nE07999999,Anytown,80100,80200\n")
    found = add(place, "population", "p.csv")
    assert [(f.year, f.amount) for f in found.figures] == [("2022-23", 80_100), ("2023-24", 80_200)]


@pytest.mark.parametrize(
    ("text", "year", "within"),
    [
        ("2024-25", "2024-25", "2024-25"),
        ("FY 2024/2025", "2024-25", "2024-25"),
        ("202503", "2024-25", ""),
        ("2025-03", "2024-25", ""),
        ("Mid-2023", "2023-24", ""),
        ("2024-26", "", ""),
        ("2024/25 core (£'000)", "", "2024-25"),
        ("change 2023-24 to 2024-25", "", ""),
        ("2024", "", ""),
    ],
)
def test_financial_years_are_told_in_the_ways_that_files_write_them(text: str, year: str, within: str) -> None:
    assert (financial_year_in(text), financial_year_within(text)) == (year, within)


def test_a_year_of_thirteen_periods_is_named_with_what_to_do(place: Place) -> None:
    rows = "\n".join(f"{period},Housing,10" for period in range(1, 14))
    (place.root / "o.csv").write_text(f"Period,Service,Amount\n{rows}\n")
    found = add(place, "outturn", "o.csv", year="2024-25", unit=1, body=COUNCIL)
    assert found.whole("outturn-o", COUNCIL, "2024-25", "amount") == 13_000
    words = told(found)
    assert "its rows are of 13 periods, which are added up, period 13 (booked after the year's end) among them" in words
    assert "where each row holds the year so far, keep those of the last period alone" in words


def test_periods_as_columns_are_not_read_and_named(place: Place) -> None:
    heads = ",".join(f"P{n}" for n in range(1, 14))
    (place.root / "o.csv").write_text(f"Service,{heads},Total\nHousing,{','.join(['1'] * 13)},13\n")
    found = add(place, "outturn", "o.csv", year="2024-25", unit=1, body=COUNCIL)
    assert found.whole("outturn-o", COUNCIL, "2024-25", "amount") == 1_300
    assert "are periods and are not read: give a column with the year's total; period 13 holds what was booked" in told(
        found
    )


def test_a_share_over_the_whole_is_named_where_it_is_typed_and_where_it_is_published(place: Place) -> None:
    (place.root / "o.csv").write_text("Service,Amount\nHousing,104%\n")
    seen = place.official.look("outturn", [place.root / "o.csv"], {"year": "2024-25", "unit": 1, "body": COUNCIL})
    assert "'104%' is not an amount: it is a percentage" in next(iter(seen.states.values()))
    toml = place.root / "place.toml"
    before = toml.read_text()
    for typed in ('"1.04"', '"104%"', "30"):
        toml.write_text(before.replace('kind = "police"', f'kind = "police"\nshare = {typed}'))
        with pytest.raises(tp.errors.PlaceError, match=r"share is .*it must be"):
            _ = place.definition


def test_codes_that_are_not_known_are_named(place: Place) -> None:
    text = "ONS code,Local authority,Housing,Potholes\nE99999999,Anytown Borough Council,5,3\nE0,Atlantis,1,1\n"
    (place.root / "o.csv").write_text(text)
    found = add(place, "outturn", "o.csv", year="2024-25", unit=1)
    words = told(found)
    assert f"code 'E99999999' is not known for {COUNCIL}, which was taken by its name" in words
    assert "1 other authorities in it are no bodies of this place: E0" in words
    assert "columns 'Potholes' are not read: no division is known for them" in words


def test_figures_that_are_no_money_and_names_of_regions_are_not_taken_for_it(place: Place) -> None:
    heads = "Region,Local authority,Caseload,Housing Benefit,Pension Credit,% of population,Spend per head"
    (place.root / "b.csv").write_text(f"{heads}\nNorth,Anytown Borough Council,100,5.5,2,3.1,70\n")
    found = add(place, "benefits", "b.csv", year="2024-25", unit=1)
    assert [(f.body, f.service, f.amount) for f in found.figures] == [
        (COUNCIL, "Housing Benefit", 550),
        (COUNCIL, "Pension Credit", 200),
    ]
    said = "columns 'Caseload', '% of population', 'Spend per head' are not read: their headings say that they are no"
    assert said in told(found)


CELLS = (
    *("", "Service", "Local authority", "ONS code", "Region", "Year", "Period", "Total", "Net current expenditure"),
    *("Total expenditure", "Housing", "RS_hous_net_exp", "RO4_x_net_cur_exp", "P13", "13", "2024-25", "202503", "[x]"),
    *("5", "-3", "1,000", "4%", "E07999999", "Anytown Borough Council", "North West", "All ages", "\u2014", "=1+1"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["outturn", "budget", "benefits", "allocation", "analysis", "population"]),
    rows=st.lists(st.lists(st.sampled_from(CELLS), max_size=6), max_size=6),
    more=st.sampled_from([{}, {"body": COUNCIL}, {"body": COUNCIL, "row": "North West"}, {"year": "2024-25"}]),
)
def test_whatever_a_table_holds_it_is_read_or_refused_in_words(
    place: Place, kind: str, rows: list[list[str]], more: dict[str, str]
) -> None:
    path = place.root / "any.csv"
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    found = place.official.look(kind, [path], {"unit": 1, **more})
    (state,) = found.states.values()
    assert state == "as declared" or state.startswith("refused: any.csv")
    assert all(figure.year == "2024-25" for figure in found.figures)
    doubts(found)
