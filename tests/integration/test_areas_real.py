"""Real small areas of Greater Manchester: wards and boroughs from one published table, and shares that they explain.

Source: Office for National Statistics (Census 2021) and MHCLG (IMD 2025), Open Government Licence v3.0.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import totalplace as tp
from totalplace.areas.apportion import Cell, apportion
from totalplace.areas.declared import Rule
from totalplace.areas.reading import Sheet, read_table

TABLE = "geo/gm_lsoa21_attributes.csv"


def test_wards_and_boroughs_come_from_one_table_of_small_areas(shared: Path, tmp_path: Path) -> None:
    place = tp.new(
        tmp_path / "place",
        area_code="E08000006",
        bodies=["Salford City Council", "Greater Manchester Police"],
    )
    toml = place.root / "place.toml"
    toml.write_text(toml.read_text().replace('kind = "police"', 'kind = "police"\nshare = "0.094"'))
    shutil.copy(shared / TABLE, place.root / "lsoa.csv")
    small = place.areas.look(place.root / "lsoa.csv")
    assert len(small.sheet.areas()) == 161
    assert small.sheet.elsewhere == 1702 - 161
    place.areas.add(place.root / "lsoa.csv", {"area": "wd24cd", "repeated": "add", "source": "Census 2021"})
    assert len(place.areas.names) == 20
    (people,) = (column.total for column in small.columns if column.heading == "pop")
    assert people == 269_911
    given = {"table": "boroughs", "area": "lad22cd", "repeated": "add", "source": "Census 2021"}
    seen = place.areas.add(place.root / "lsoa.csv", given, {"pop": "population"})
    assert len(seen.sheet.areas()) == 10
    with (place.root / "areas.toml").open("a") as out:
        out.write('\n[[share]]\nbody = "greater-manchester-police"\ndriver = "pop-2"\nplace = ["E08000006"]\n')
    row = list(place.areas.shares().records())[1]
    assert (row["place"], row["whole"]) == (269_911, 2_867_871)
    assert row["state"] == "explained, but rounded: the driver gives 0.094115"


def test_money_is_told_to_every_small_area_to_the_penny(shared: Path, tmp_path: Path) -> None:
    place = tp.new(tmp_path / "place", area_code="E08000006", bodies=["Salford City Council"])
    shutil.copy(shared / TABLE, place.root / "lsoa.csv")
    place.areas.add(place.root / "lsoa.csv")
    plan = place.areas.plan
    assert plan
    sheets: dict[str, Sheet | str] = {"lsoa": read_table(place.root, plan.tables[0])}
    for driver in plan.drivers:
        asked = replace(plan, rules=(Rule(driver.id),))
        for pence in (1, 26_534_512_399, -78_01):
            found = apportion(asked, sheets, [Cell("council", "adults", "spending", "2018-19", pence)])
            assert not found.faults
            assert len(found.cells[0].parts) == 161
            assert sum(found.cells[0].parts) == pence
