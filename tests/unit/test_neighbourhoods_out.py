"""Neighbourhoods on paper, as a workbook and as a GeoPackage: what they say, and that nothing written is markup."""

from __future__ import annotations

import io
import itertools
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.geographies import squares
from tests.unit.test_case_result_workbook import reckoned_again, with_office
from totalplace.errors import GeographyError, UsageError
from totalplace.geography.adjacency import adjacency
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.declared import Proposal
from totalplace.geography.design.geopackage import write_geopackage
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.tables import held_table, moved_table
from totalplace.geography.design.task import Band, Task
from totalplace.geography.maps.planmap import FILLS, SPREAD, colours, plan_map
from totalplace.geography.reading.files import read_features
from totalplace.reports.neighbourhoods import Told
from totalplace.reports.neighbourhoods_pdf import neighbourhoods_pdf, page, svg
from totalplace.reports.neighbourhoods_workbook import neighbourhoods_workbook

HOSTILE = '=1+1 <svg/onload=x> #let & "quotes"'


def told(wide: int = 4, high: int = 3, shapes: bool = True, **changes: object) -> Told:
    """Twelve squares of 100 people in columns; three neighbourhoods: columns 1-2, column 3, column 4."""
    land = np.array(squares(wide, high), dtype=object)
    n = wide * high
    column = np.arange(n) % wide
    layers = {
        "gp": Division.of_values("gp", ["left" if x < wide // 2 else "right" for x in column]),
        "today": Division.of_values("today", ["west" if x == 0 else "east" for x in column]),
    }
    ids = tuple(f"E0100{i:04}" for i in range(n))
    blocks = Blocks(ids, ids, np.full(n, 100), layers, "LSOA", "2021", land if shapes else None)
    task = Task(blocks, adjacency(land), Band(300, 500), today="today", titles={"gp": "GP networks"})
    plan = Plan(task, np.maximum(column - 1, 0).astype(np.int32))
    made = Told(plan, ("West", "Middle", "East"), "Three", "Anytown", ("gp",), "gp", sources=("Made up",))
    return replace(made, **changes)  # type: ignore[arg-type]


def words(document: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(document)).pages).split())


def test_the_paper_says_what_the_plan_is() -> None:
    made = neighbourhoods_pdf(told())
    text = words(made)
    for said in (
        "Three",
        "Anytown",
        "2 of 3 areas have 300-500 people",
        "West has 600 people: 100 above 500",
        "Lines of GP networks",
        "Neighbourhoods, numbered as in the table. Colours only tell neighbours apart.",
        "500 m",
        "Made up",
        "Who changes area",
        "100 above 500",
    ):
        assert said in text, said
    assert made == neighbourhoods_pdf(told())


def test_the_paper_is_tagged_and_the_map_has_words() -> None:
    reader = PdfReader(io.BytesIO(neighbourhoods_pdf(told())))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    said = page(told())["map"]["alt"]
    assert said.startswith("Map of 3 neighbourhoods, north up: 1 West, 600 people; 2 Middle, 300 people; 3 East")
    assert "The lines of GP networks are drawn over them" in said


def test_a_proposal_has_its_reasons_on_paper() -> None:
    one = Proposal(
        "three", "x.csv", reasons="Wards stay whole.\n\nSchools are near.", by="The board", made="2026-01-02"
    )
    text = words(neighbourhoods_pdf(told(proposal=one)))
    assert "Why: the reasons given Wards stay whole. Schools are near. Proposed by The board, on 2026-01-02" in text


def test_no_name_becomes_markup() -> None:
    made = told(called=(HOSTILE, "]#panic()[", "\u6f22\u202e"), title=HOSTILE)
    text = words(neighbourhoods_pdf(made))
    assert '#let & "quotes"' in text.replace("“", '"').replace("”", '"')
    assert "]#panic()[" in text
    drawn = svg(plan_map(made.plan.task.blocks, made.plan.task.graph, made.plan.division("x"), made.called, 700))
    assert "<svg/onload" not in drawn


def test_without_shapes_there_is_no_map_and_that_is_said() -> None:
    with pytest.raises(GeographyError, match="no shapes, so there is no map"):
        neighbourhoods_pdf(told(shapes=False))
    with pytest.raises(UsageError, match=r"no shapes.*\.xlsx"):
        write_geopackage(Path("never.gpkg"), told(shapes=False).plan, ["a", "b", "c"])


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=120))
def test_areas_that_touch_have_other_colours(pairs: list[tuple[int, int]]) -> None:
    touching = np.array(sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]}), dtype=np.int64).reshape(-1, 2)
    found = colours(20, touching)
    assert all(found[a] != found[b] for a, b in touching.tolist())
    degree = np.bincount(touching.ravel(), minlength=20).max() if len(touching) else 0
    assert max(found) <= max(degree, SPREAD - 1)


def test_colours_are_told_apart_in_greys() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    shades = sorted(grey(colour) for colour in FILLS[:5])
    assert min(b - a for a, b in itertools.pairwise(shades)) > 10


def test_the_map_keeps_the_shape_of_the_land() -> None:
    made = told()
    found = plan_map(made.plan.task.blocks, made.plan.task.graph, made.plan.division("x"), made.called, 700)
    assert (found.width, found.height) == pytest.approx((700, 525))
    assert found.metres == pytest.approx(2000 / 700)
    assert [(spot.area, spot.lines) for spot in found.spots] == [(0, ("West",)), (1, ("Middle",)), (2, ("East",))]
    assert page(made)["map"]["bar_words"] == "500 m"


def test_the_workbook_adds_up_by_formulas() -> None:
    out = io.BytesIO()
    neighbourhoods_workbook(out, told(called=(HOSTILE, "Middle", "East")))
    with zipfile.ZipFile(out) as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name}
    formulas = "".join(sheets.values())
    assert formulas.count("SUMIF('Blocks and their areas'!B:B") == 3
    assert formulas.count("COUNTIF('Blocks and their areas'!B:B") == 3
    out.seek(0)
    read = CalamineWorkbook.from_filelike(out)
    names = ["Contents", "Summary", "Neighbourhoods", "What most people there have", "Against other lines"]
    assert read.sheet_names == [*names, "Who changes area", "Blocks and their areas", "Notes"]
    rows = read.get_sheet_by_name("Neighbourhoods").to_python()
    assert [row[:3] for row in rows if row[0] in ("1", "2", "3")] == [
        ["1", HOSTILE, 600.0],
        ["2", "Middle", 300.0],
        ["3", "East", 300.0],
    ]
    assert next(row[2] for row in rows if row[0] == "All") == 1200
    assert sum(row[0].startswith("E01") for row in read.get_sheet_by_name("Blocks and their areas").to_python()) == 12


def test_measures_against_lines_are_as_worked_out_by_hand() -> None:
    """West is all left; Middle and East are all right: no label of gp is cut but right, in two neighbourhoods."""
    row = held_table(told().plan, ["gp"]).rows[0]
    entropy = 0.5 * np.log(2) / np.log(3)  # half the people are right, and they lie half and half in two of three
    assert row[:7] == ("GP networks", 2, 1, 1.0, pytest.approx(0.5), pytest.approx(0.5), pytest.approx(entropy))
    assert row[7] == 0.0
    assert held_table(told().plan, ["today"]).rows[0][2:5] == (1, pytest.approx(0.75), pytest.approx(0.25))


def test_who_changes_area_adds_up() -> None:
    """East of today has 900: West succeeds it (300 stay) or Middle or East; West of today is in West."""
    plan = told().plan
    table = moved_table(plan, ["West", "Middle", "East"], {"east": "The East"})
    assert sum(row[3] for row in table.rows) == int(plan.moved().sum())
    assert {row[0] for row in table.rows} <= {"The East", "west"}


def test_a_geopackage_is_read_back_as_it_was(tmp_path: Path) -> None:
    made = told()
    write_geopackage(tmp_path / "a.gpkg", made.plan, made.called)
    write_geopackage(tmp_path / "b.gpkg", made.plan, made.called)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        assert base.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()
    areas = read_features(tmp_path, "a.gpkg#areas")
    assert areas.columns["name"] == ("West", "Middle", "East")
    assert areas.columns["people"] == ("600", "300", "300")
    found = read_features(tmp_path, "a.gpkg#blocks")
    assert shapely.equals(np.array(found.shapes), made.plan.task.blocks.shapes).all()


@with_office
def test_a_spreadsheet_works_the_sums_out_again_and_follows_a_block_that_moves(tmp_path: Path) -> None:
    """LibreOffice, told nothing of our values: as written, and with the first block of West put into Middle."""
    out = io.BytesIO()
    made = told()
    neighbourhoods_workbook(out, made)
    moved = io.BytesIO()
    task = made.plan.task
    neighbourhoods_workbook(moved, replace(made, plan=Plan(task, np.where(np.arange(12) == 1, 1, made.plan.of))))
    for book, wanted in zip(
        reckoned_again(tmp_path, out.getvalue(), moved.getvalue()), ((600, 300), (500, 400)), strict=True
    ):
        rows = {
            cell.value: row for (row, column), cell in book.book.sheets["Neighbourhoods"].cells.items() if column == 1
        }
        found = [book.kept(("Neighbourhoods", rows[name], 3)) for name in ("1", "2")]
        assert tuple(map(int, map(float, found))) == wanted
        stands = book.kept(("Neighbourhoods", rows["1"], 4))
        assert stands == ("100 above 500" if wanted[0] == 600 else "in it")
        assert int(float(book.kept(("Neighbourhoods", rows["All"], 3)))) == 1200
