"""Completeness as its docs have it."""

from __future__ import annotations

import re
from pathlib import Path

import totalplace as tp
from totalplace.terms import pounds

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_worked_example_of_completeness_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "completeness.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-completeness (\w+)\n(.*?)```", text, re.DOTALL))
    (said,) = re.findall(r"```toml completeness\n(.*?)```", text, re.DOTALL)
    by_hand = dict(re.findall(r"^\| ([\w ]+) \|.*\| ([\d,.%]+) \|$", text, re.MULTILINE))
    assert set(files) == {"council", "fire", "outturn"}
    names = {"council": "Anytown Borough Council", "fire": "Anyshire Fire and Rescue Authority"}
    place = tp.new(tmp_path / "place", years=["2024-25"], bodies=list(names.values()))
    toml = place.root / "place.toml"
    toml.write_text(
        toml.read_text()
        .replace('kind = "council"', 'kind = "council"\narea = "E07999999"')
        .replace('id = "anytown-borough-council"', 'id = "council"')
    )
    for name, rows in files.items():
        (place.root / f"{name}.csv").write_text(rows)
    for body, name in names.items():
        place.add("spend", [place.root / f"{body}.csv"], name)
    place.build()
    place.official.add("outturn", [place.root / "outturn.csv"], {"body": "council", "year": "2024-25", "unit": 1})
    before = place.completeness.result()
    (place.root / "completeness.toml").write_text(said)
    after = place.completeness.result()
    assert before.rate == after.rate
    assert before.official_rate is not None
    found = {
        "cells expected": str(before.expected),
        "months with payments": str(before.covered),
        "share counted": f"{before.rate:.1%}",
        "official": pounds(before.official),
        "covered by payments": pounds(before.counted),
        "share covered": f"{before.official_rate:.1%}",
        "open cells": str(len(before.gaps)),
        "open cells with the two entries above": str(len(after.gaps)),
        "estimates beside the count": pounds(after.estimates),
    }
    assert found == {name: by_hand[name].replace(",", "") for name in found}
    states = {cell.service: cell.state for cell in before.cells if cell.body == "council"}
    assert states["environmental"] == "official"
