"""Official figures: read as published, never added to payments, every oddity named with what to do."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import totalplace as tp
from totalplace.errors import PlaceError, UsageError
from totalplace.official.figures import Figures
from totalplace.place import Place

NAME = "Anytown Borough Council"
SERVICES = {"education": 500.0, "housing": 120.5, "planning": -20.0, "other": 9.5}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place of one council with a GSS code."""
    made = tp.new(tmp_path / "place", bodies=[NAME])
    toml = made.root / "place.toml"
    toml.write_text(toml.read_text().replace('kind = "council"', 'kind = "council"\narea = "E07999999"'))
    return tp.open(made.root)


def services(total: float, **more: Any) -> dict[str, Any]:
    """A council's services as one of the JSON layouts has them, in thousands."""
    rows = [{"cat": cat, "label": cat.title(), "amount": amount} for cat, amount in SERVICES.items()]
    return {"name": NAME, "onsCode": "E07999999", "budgetCategories": rows, "budgetTotal": total, **more}


def write(place: Place, name: str, what: object) -> Path:
    """A file in the place's folder."""
    path = place.root / name
    path.write_text(what if isinstance(what, str) else json.dumps(what), encoding="utf-8")
    return path


def told(figures: Figures) -> str:
    """All that is to be looked at, as one text."""
    from totalplace.official.doubts import doubts

    return "\n".join(words for _, words in doubts(figures))


def state(figures: Figures) -> str:
    """The state of the one dataset."""
    (found,) = figures.states.values()
    return found


def test_services_are_read_to_the_penny_with_their_place(place: Place) -> None:
    path = write(place, "services.json", services(610.0))
    place.official.add("budget", [path], {"year": "2025-26", "measure": "net"})
    rows = {row[3]: (row[6], row[9]) for row in place.official.table().rows}
    assert rows["Housing"] == (12_050_000, "budgetCategories[1]")
    assert rows["Planning and development"][0] == -2_000_000
    assert place.official.figures().whole("budget-services", "anytown-borough-council", "2025-26", "net") == 61_000_000
    assert "not the sum" not in told(place.official.figures())


def test_a_total_that_leaves_out_what_is_negative_is_explained_and_not_copied(place: Place) -> None:
    path = write(place, "services.json", services(630.0))
    found = place.official.add("budget", [path], {"year": "2025-26"})
    assert "£630,000 is not the sum of its parts, £610,000, which is used" in told(found)
    assert "leaves out what is negative (Planning -£20,000)" in told(found)
    assert found.whole("budget-services", "anytown-borough-council", "2025-26", "net") == 61_000_000


def test_any_other_difference_is_told_and_not_explained(place: Place) -> None:
    found = place.official.add("budget", [write(place, "s.json", services(611.0))], {"year": "2025-26"})
    assert "the difference of £1,000 is not explained in the file" in told(found)


def form(gross: int | None) -> dict[str, Any]:
    """A service line of the outturn forms, one figure of it perhaps not given."""
    keys = ("employees", "running_expenses", "sales_fees_charges", "other_income", "total_income")
    row: dict[str, Any] = {key: {"value_pounds": 0} for key in keys}
    return row | {"total_expenditure": {"value_pounds": gross}, "net_current_expenditure": {"value_pounds": 5}}


def test_where_parts_are_not_given_the_published_total_is_used_and_told(place: Place) -> None:
    lines = {"Housing services": form(None), "Planning services": form(100), "Total Service Expenditure": form(700)}
    year = {"detailed_services": {"RSX": {"services": lines}}, "certified": False}
    raw = {"council_name": NAME, "ons_code": "E07999999", "by_year": {"2024-25": year}}
    found = place.official.add("outturn", [write(place, "forms.json", raw)])
    assert found.whole("outturn-forms", "anytown-borough-council", "2024-25", "gross") == 70_000
    assert found.whole("outturn-forms", "anytown-borough-council", "2024-25", "net") == 1_000
    words = told(found)
    assert "2024-25 (gross): some services are not given, so the published total is used" in words
    assert "1 figures of 2024-25 are not given" in words
    assert "2024-25 is marked as not certified" in words
    assert "no division is known for 'Planning services'" in words


WIDE = """Revenue outturn,,,,
,,,,
ONS Code,Local authority,Housing,Planning,Notes
E07999999,Anytown,"1,200",[x],a
E07000000,Elsewhere,5,6,
"""


def test_a_table_of_authorities_gives_those_of_the_place(place: Place) -> None:
    found = place.official.add("outturn", [write(place, "o.csv", WIDE)], {"year": "2024-25", "unit": 1000})
    assert [(f.service, f.amount, f.where) for f in found.figures] == [
        ("Housing", 120_000_000, "o row 4, column Housing")
    ]
    assert "1 other authorities in it are no bodies of this place" in told(found)
    assert "1 cells are marked as not available" in told(found)


def test_years_can_be_columns_and_people_are_no_money(place: Place) -> None:
    text = 'Area code,Area name,2023-24,2024/25\nE07999999,Anytown,"80,100",80200\n'
    place.official.add("population", [write(place, "p.csv", text)])
    rows = [(row[1], row[6], row[7]) for row in place.official.table().rows]
    assert rows == [("2023-24", None, 80_100), ("2024-25", None, 80_200)]


def test_a_workbook_can_have_a_sheet_a_year(place: Place) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(place.root / "benefits.xlsx") as book:
        for year, amount in (("2023-24", 1.5), ("2024-25", 2.25)):
            sheet = book.add_worksheet(year)
            sheet.write_row(0, 0, ["Benefit expenditure, £ million"])
            sheet.write_row(2, 0, ["ONS code", "Local authority", "Housing"])
            sheet.write_row(3, 0, ["E07999999", "Anytown", amount])
        book.add_worksheet("Notes").write_row(0, 0, ["See the method"])
    found = place.official.add("benefits", [place.root / "benefits.xlsx"], {"unit": 1_000_000})
    assert [(f.year, f.amount) for f in found.figures] == [("2023-24", 150_000_000), ("2024-25", 225_000_000)]
    assert "Notes is passed over: no headings of figures are in its first 60 rows" in told(found)


def test_a_table_in_a_zip_is_read_and_a_file_too_large_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"year": "2024-25", "unit": 1000}
    with zipfile.ZipFile(place.root / "o.zip", "w") as archive:
        archive.writestr("outturn.csv", WIDE)
    found = place.official.look("outturn", [place.root / "o.zip"], given)
    assert [figure.amount for figure in found.figures] == [120_000_000]
    monkeypatch.setattr("totalplace.official.layouts.LARGEST", 10)
    refused = place.official.look("outturn", [write(place, "o.csv", WIDE)], given)
    assert "is too large to be a file of official figures" in state(refused)


def test_money_of_a_table_without_a_unit_is_refused(place: Place) -> None:
    with pytest.raises(UsageError, match="say its unit with --unit: 1"):
        place.official.look("outturn", [write(place, "o.csv", WIDE)], {"year": "2024-25"})


def test_thousands_against_pounds_are_told(place: Place) -> None:
    text = "Service,Net current expenditure\nHousing,{}\n"
    given = {"year": "2024-25", "body": NAME, "unit": 1}
    place.official.add("outturn", [write(place, "a.csv", text.format(600_000))], given)
    place.official.add("outturn", [write(place, "b.csv", text.format(600))], given)
    assert "one is a thousand times the other; is a unit wrong?" in told(place.official.figures())


def test_two_official_totals_stand_side_by_side_until_the_reason_is_given(place: Place) -> None:
    text = "Service,Net current expenditure\nHousing,{}\n"
    given = {"year": "2024-25", "body": NAME, "unit": 1000}
    place.official.add("outturn", [write(place, "a.csv", text.format(600))], given)
    place.official.add("outturn", [write(place, "b.csv", text.format(640))], given)
    assert "they are never added; the difference is £40,000; say why with reason" in told(place.official.figures())
    place.official.add("outturn", [place.root / "b.csv"], {**given, "reason": "certified later"})
    assert "the reason given: certified later" in told(place.official.figures())
    assert len({row[8] for row in place.official.table().rows}) == 2


def test_a_changed_file_is_revised_and_its_signature_void(place: Place) -> None:
    path = write(place, "services.json", services(610.0))
    place.official.add("budget", [path], {"year": "2025-26"})
    place.official.sign("budget-services", "Director of Finance", "2026-05-01")
    assert place.official.datasets().rows[0][6] == "Director of Finance, 2026-05-01"
    path.write_text(path.read_text() + "\n")
    row = place.official.datasets().rows[0]
    assert (row[6], row[7][:8]) == ("unsigned", "revised:")
    with pytest.raises(UsageError, match="has changed since it was declared: add it again, then sign"):
        place.official.sign("budget-services", "Director of Finance")
    place.official.add("budget", [path], {"year": "2025-26"})
    assert place.official.datasets().rows[0][6:8] == ("unsigned", "as declared")
    assert "it was signed by Director of Finance before the file changed; sign it again" in told(
        place.official.figures()
    )
    place.official.sign("budget-services", "Director of Finance", "2026-05-02")
    assert place.official.datasets().rows[0][6] == "Director of Finance, 2026-05-02"


def test_what_was_said_of_a_file_stands_when_it_is_added_again(place: Place) -> None:
    path = write(place, "services.json", services(610.0))
    said = {"year": "2025-26", "grade": "estimated", "method": "As budgeted.", "source": "The council"}
    place.official.add("budget", [path], said)
    path.write_text(path.read_text() + "\n")
    place.official.add("budget", [path], {"measure": "net"})
    (dataset,) = place.official.figures().datasets
    assert (dataset.grade, dataset.method, dataset.source, dataset.measure) == (
        "estimated",
        "As budgeted.",
        "The council",
        "net",
    )


def test_a_signature_needs_a_day_and_a_name(place: Place) -> None:
    place.official.add("budget", [write(place, "s.json", services(610.0))], {"year": "2025-26"})
    with pytest.raises(UsageError, match="'next week' is not a day such as 2026-04-30"):
        place.official.sign("budget-s", "Director of Finance", "next week")
    with pytest.raises(UsageError, match="who stands behind the figures"):
        place.official.sign("budget-s", " ")


def test_a_table_too_that_withholds_a_part_has_its_published_total_used(place: Place) -> None:
    text = "Service,Net current expenditure\nHousing,[c]\nPlanning,5\nEducation,-\nTotal,9\n"
    found = place.official.add("outturn", [write(place, "o.csv", text)], {"year": "2024-25", "unit": 1, "body": NAME})
    assert found.whole("outturn-o", "anytown-borough-council", "2024-25", "net") == 900
    assert "(net): some services are not given, so the published total is used" in told(found)
    assert "1 cells are marked as not available" in told(found)


def test_edits_keep_the_line_ends_of_the_declaration(place: Place) -> None:
    place.official.add("budget", [write(place, "s.json", services(610.0))], {"year": "2025-26"})
    toml = place.root / "official.toml"
    toml.write_bytes(toml.read_bytes().replace(b"\n", b"\r\n"))
    place.official.sign("budget-s", "Director of Finance")
    assert toml.read_bytes().count(b"\n") == toml.read_bytes().count(b"\r\n")


@pytest.mark.parametrize(
    ("name", "what", "given", "words"),
    [
        ("a.json", "{", {"year": "2025-26"}, "is not JSON that can be read"),
        ("a.json", "[" * 100_000, {"year": "2025-26"}, "is not JSON that can be read"),
        ("a.json", {"x": 1}, {"year": "2025-26"}, "is JSON of no known layout"),
        ("a.json", services(1.0), {}, "does not say its financial year; give it with --year"),
        ("a.json", services(1.0, onsCode="E07000000", name="Elsewhere"), {"year": "2025-26"}, "no body of this place"),
        ("a.json", services("many"), {"year": "2025-26"}, "budgetTotal is 'many'; it must be a number"),  # type: ignore[arg-type]
        ("a.json", services(0.123456), {"year": "2025-26"}, "not money to the penny"),
        ("a.json", '{"name": "", "budgetCategories": [], "budgetTotal": NaN}', {"year": "2025-26"}, "names no body"),
        ("a.csv", "nothing,here\n1,2\n", {"unit": 1, "body": NAME, "year": "2024-25"}, "holds no official figures"),
        ("a.csv", "Service,Amount\nHousing,lots\n", {"unit": 1, "body": NAME, "year": "2024-25"}, "'lots' is not an"),
        ("a.csv", "Service,Amount\nHousing,5\n", {"unit": 1, "year": "2024-25"}, "names no body; declare the body"),
        ("a.csv", "", {"unit": 1, "body": NAME, "year": "2024-25"}, "is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    place: Place, name: str, what: object, given: dict[str, Any], words: str
) -> None:
    found = place.official.add("outturn", [write(place, name, what)], given)
    assert state(found).startswith("refused: ")
    assert words in state(found)
    assert not (place.root / "official.toml").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"grade": "actuel"}, "did you mean 'actual'"),
        ({"unit": 7}, "unit is 7; it can be 1, 1000 or 1000000"),
        ({"year": "2024-26"}, "is not a financial year"),
        ({"body": "Nowhere"}, "is not a body of this place"),
        ({"measure": "nett"}, "did you mean 'net'"),
    ],
)
def test_settings_that_cannot_be_are_named(place: Place, given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        place.official.look("budget", [write(place, "s.json", services(610.0))], given)


def test_unknown_keys_of_the_declaration_are_errors_with_the_nearest(place: Place) -> None:
    place.official.add("budget", [write(place, "s.json", services(610.0))], {"year": "2025-26"})
    toml = place.root / "official.toml"
    toml.write_text("# kept\n" + toml.read_text().replace("grade =", "grad ="))
    with pytest.raises(PlaceError, match=r"official.toml: \[\[dataset\]\] 1: unknown key 'grad'; did you mean 'grade'"):
        place.official.figures()


def test_comments_of_the_declaration_stay(place: Place) -> None:
    path = write(place, "s.json", services(610.0))
    place.official.add("budget", [path], {"year": "2025-26"})
    toml = place.root / "official.toml"
    toml.write_text("# kept\n" + toml.read_text())
    place.official.sign("budget-s", "Director of Finance")
    assert toml.read_text().startswith("# kept\n")


PAID = """Date,Supplier Name,Amount,Directorate,Description
03/04/2024,Care Homes Ltd,1000.00,Adult Social Care,Beds
04/04/2024,Care Homes Ltd,-100.00,Adult Social Care,Beds returned
05/04/2024,Zzyzx Ltd,70.00,Qwertyuiop,Xyzzy
06/04/2024,HM Revenue and Customs,500.00,Adult Social Care,PAYE
"""


def test_payments_stand_beside_official_spending_service_by_service(place: Place) -> None:
    place.add("spend", [write(place, "paid.csv", PAID)], NAME)
    place.build()
    text = "Service,Total expenditure\nAdult social care,2\nHousing,1\n"
    place.official.add("outturn", [write(place, "o.csv", text)], {"body": NAME, "year": "2024-25", "unit": 1000})
    rows = {row[0]: row[3:] for row in place.official.by_service(NAME, "2024-25").rows}
    assert rows == {
        "adults": ("gross", 200_000, 2, 90_000, 90_000, 0.45),
        "housing": ("gross", 100_000, 0, 0, 0, 0.0),
        "not-classified": ("gross", None, 1, 7_000, 0, None),
    }
    (whole,) = place.official.explained().records()
    assert whole["explaining"] == "970.00"  # the tax on pay is no service, and the rows add up to the rest
    assert sum(row[3] for row in rows.values()) == 97_000


def test_a_year_of_which_nothing_is_there_is_named(place: Place) -> None:
    place.add("spend", [write(place, "paid.csv", PAID)], NAME)
    place.build()
    with pytest.raises(UsageError, match="neither payments nor official figures of anytown-borough-council in 2019-20"):
        place.official.by_service(NAME, "2019-20")


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8), st.integers(-(10**9), 10**9))
def test_the_whole_is_the_sum_of_the_parts_whatever_the_total_says(parts: list[int], total: int) -> None:
    from totalplace.official.declared import Dataset
    from totalplace.official.figures import Figure

    def figure(division: str, amount: int) -> Figure:
        return Figure("d", "outturn", "b", "2024-25", division, division, "net", amount, "here")

    figures = (*(figure("housing", amount) for amount in parts), figure("total", total))
    found = Figures((Dataset("d", "outturn", "f", "0"),), figures, {"d": "as declared"})
    assert found.whole("d", "b", "2024-25", "net") == sum(parts)
    assert ("not the sum of its parts" in told(found)) == (sum(parts) != total)
