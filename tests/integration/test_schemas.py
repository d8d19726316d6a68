"""Built tables keep the published Table Schemas: columns, order, types, allowed values, keys."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest

import totalplace as tp
from totalplace.place import Place
from totalplace.store.schemas import TABLES, schema

ROWS = (
    "Date,Supplier Name,Amount,Department,VAT No\n"
    "03/04/2024,Bright Lamps Ltd,1250.00,Highways,GB123456789\n"
    "soon,Acme,20.00,Parks,\n"
    "05/04/2024,Anyshire Combined Authority,400.00,Precept,\n"
)
PYTHON = {"string": str, "integer": int}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two bodies that pay each other, built."""
    root = tmp_path_factory.mktemp("schemas")
    made = tp.new(root / "place", bodies=["Anytown Council", "Anyshire Combined Authority"])
    for n, body in enumerate(("Anytown Council", "Anyshire Combined Authority")):
        (root / f"spend-{n}.csv").write_text(ROWS.replace("1250", f"{1250 + n}"))
        made.add("spend", [root / f"spend-{n}.csv"], body)
    made.build()
    return made


def table(place: Place, name: str) -> pl.DataFrame:
    """A table of the store, over all its parts."""
    run = place.run
    if name == "lines":
        return pl.concat([pl.read_parquet(path) for entry in run.counted() for path in run.lines_of(entry)])
    if name == "rejects":
        return pl.concat([pl.read_parquet(run.rejects_of(entry)) for entry in run.counted()])
    return pl.concat([pl.read_parquet(path) for path in run.table(name)])


@pytest.mark.parametrize("name", TABLES)
def test_a_built_table_keeps_its_schema(place: Place, name: str) -> None:
    contract, frame = schema(name), table(place, name)
    assert [field["name"] for field in contract["fields"]] == frame.columns
    assert frame.height
    for field in contract["fields"]:
        column = frame[field["name"]]
        values = column.cast(pl.String).to_list() if field["type"] == "string" else column.to_list()
        for value in values:
            keeps(field, value)
    assert frame.select(contract["primaryKey"]).is_duplicated().sum() == 0


def keeps(field: dict[str, Any], value: Any) -> None:
    """Fails where a value breaks its field's constraints."""
    rules = field.get("constraints", {})
    if value is None:
        assert not rules.get("required"), field["name"]
        return
    assert isinstance(value, PYTHON.get(field["type"], object)), field["name"]
    assert "enum" not in rules or value in rules["enum"], (field["name"], value)
    assert "minimum" not in rules or value >= rules["minimum"]
    assert "maximum" not in rules or value <= rules["maximum"]
    assert "pattern" not in rules or re.fullmatch(rules["pattern"], value)
