"""The docs are true: commands and settings are all there, and the worked example comes out as it says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import totalplace as tp
from totalplace.terms import pounds

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The script that writes the reference."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_code_says_now(reference: ModuleType) -> None:
    hint = "run 'make reference'"
    assert (DOCS / "reference" / "commands.md").read_text("utf-8") == reference.commands(), hint
    assert (DOCS / "reference" / "settings.md").read_text("utf-8") == reference.settings(), hint
    assert (DOCS / "reference" / "tables.md").read_text("utf-8") == reference.tables(), hint


def test_every_setting_is_documented(reference: ModuleType) -> None:
    for table, keys in reference.KNOWN.items():
        assert set(reference.SETTINGS[table]) == set(keys), table


def test_every_command_has_an_example_somewhere_a_newcomer_reads(reference: ModuleType) -> None:
    pages = [ROOT / "README.md", *sorted(DOCS.glob("tutorial-*.md"))]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    missing = [name for name in reference.app.commands if f"totalplace {name}" not in text]
    assert missing == []


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_the_worked_example_of_the_count_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "count.md").read_text("utf-8")
    files = dict(re.findall(r"```csv (\w+)\n(.*?)```", text, re.DOTALL))
    by_hand = dict(re.findall(r"^\| (gross|eliminated|net|per head) \|.*\| ([\d,.]+) \|$", text, re.MULTILINE))
    assert set(files) == {"council", "authority"}
    names = {"council": "Anytown Borough Council", "authority": "Anyshire Combined Authority"}
    place = tp.new(tmp_path / "place", population=1000, bodies=list(names.values()))
    for body, rows in files.items():
        (tmp_path / f"{body}-2024.csv").write_text(rows)
        place.add("spend", [tmp_path / f"{body}-2024.csv"], names[body])
    place.build()
    count = place.money.count(by=["kind"])
    assert count.per_head is not None
    found = {"gross": count.gross, "eliminated": count.eliminated, "net": count.net, "per head": count.per_head}
    assert {name: pounds(value) for name, value in found.items()} == {
        name: value.replace(",", "") for name, value in by_hand.items()
    }
    assert count.cut is not None
    kinds = {row["kind"]: row["eliminated"] for row in count.cut.records()}
    assert kinds["precept-levy"] == "400.00"
