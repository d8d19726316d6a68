"""Real official figures: eleven councils by service, and three councils' outturn forms of four years."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

import totalplace as tp
from totalplace.place import Place

COUNCILS = "Bolton Bury Manchester Oldham Rochdale Salford Stockport Tameside Trafford Wigan Wirral".split()


@pytest.fixture(scope="module")
def gm(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place of the eleven councils with their services of 2025-26."""
    place = tp.new(tmp_path_factory.mktemp("official") / "gm", bodies=COUNCILS)
    files = [shared / "spend" / "outturn" / f"spendfeed_{name.lower()}.json" for name in COUNCILS]
    place.official.add("budget", files, {"year": "2025-26"})
    return place


def test_every_council_is_read_as_its_file_has_it(gm: Place, shared: Path) -> None:
    figures = gm.official.figures()
    assert set(figures.states.values()) == {"as declared"}
    for name in COUNCILS:
        raw = json.loads((shared / "spend" / "outturn" / f"spendfeed_{name.lower()}.json").read_text("utf-8"))
        theirs = [
            f for f in figures.figures if f.dataset == f"budget-spendfeed-{name.lower()}" and f.division != "total"
        ]
        published = [int(Decimal(str(row["amount"])) * 100_000) for row in raw["budgetCategories"]]
        assert [figure.amount for figure in theirs] == published
        assert all(figure.division for figure in theirs), "each published name is a known service"


def test_traffords_odd_total_is_explained_and_not_copied(gm: Place) -> None:
    figures = gm.official.figures()
    body = gm.definition.body("Trafford").id
    assert figures.whole("budget-spendfeed-trafford", body, "2025-26", "net") == 441_235_000_00
    (odd,) = [words for _, words in gm.official.doubts().rows if "not the sum of its parts" in words]
    assert "£444,875,000 is not the sum of its parts, £441,235,000, which is used" in odd
    assert "leaves out what is negative (Planning & Development -£3,640,000)" in odd


def test_hyndburns_forms_hold_parts_that_are_not_given(shared: Path, tmp_path: Path) -> None:
    place = tp.new(tmp_path / "hyndburn", bodies=["Hyndburn"])
    place.official.add("outturn", [shared / "spend" / "lancashire" / "hyndburn_budgets_govuk.json"])
    figures = place.official.figures()
    dataset, body = figures.datasets[0].id, place.definition.bodies[0].id
    wholes = {year: figures.whole(dataset, body, year, "net") for year in ("2021-22", "2024-25")}
    assert wholes == {"2021-22": 13_660_000_00, "2024-25": 18_726_000_00}
    said = "\n".join(words for _, words in place.official.doubts().rows)
    assert "8 figures of 2021-22 are not given" in said
    assert "2021-22 (fees, gross, income, net, other-income, running): some services are not given" in said
