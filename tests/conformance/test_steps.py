"""Every table step gives the same rows on every engine, to the penny, as plain Python does."""

from __future__ import annotations

import inspect
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from tests.conformance.cases import CASES, Case
from tests.conformance.gaps import SPARK
from tests.conformance.tables import Table, type_of
from totalplace.money import steps
from totalplace.store.engines import Engine, PolarsEngine

EXAMPLES = {"polars": 100, "sail": 40, "jvm": 8}
"""Tables that are generated for each step."""


def generated(flavour: str) -> settings:
    """The same tables each time, as many as the engine's pace allows."""
    return settings(
        max_examples=EXAMPLES[flavour],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def public_steps() -> set[str]:
    """The steps there are: the public functions of the module."""
    found = inspect.getmembers(steps, inspect.isfunction)
    return {name for name, step in found if step.__module__ == steps.__name__ and not name.startswith("_")}


def schema(columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(pl, type_of(name)) for name in columns}


def framed(case: Case, tables: tuple[Table, ...]) -> list[pl.DataFrame]:
    return [pl.DataFrame(t, schema(c), orient="row") for t, c in zip(tables, case.takes, strict=True)]


def run(engine: Engine, case: Case, tables: tuple[Table, ...]) -> Table:
    """The rows that the step gives on the engine, in order; fails where a column or its type is not right."""
    result = engine.collect(case.step(*[engine.frame(frame) for frame in framed(case, tables)]))
    assert dict(result.schema) == schema(case.gives)
    return sorted(result.rows())


def run_on_numbered_texts(case: Case, tables: tuple[Table, ...], kind: str) -> Table:
    """The rows that the step gives on Polars where the texts of its first table are held as numbers."""
    engine = PolarsEngine()
    first, *others = framed(case, tables)
    for name in first.columns:
        # Bodies are joined to a table that comes from place.toml: a build gives them as plain text.
        if first.schema[name] == pl.String and not (name == "body" and others):
            held = pl.Enum(first[name].unique().sort()) if kind == "Enum" else pl.Categorical()
            first = first.with_columns(pl.col(name).cast(held))
    result = engine.collect(case.step(*[engine.frame(frame) for frame in (first, *others)]))
    texts = [name for name in result.columns if type_of(name) == "String"]
    return sorted(result.with_columns(pl.col(texts).cast(pl.String)).rows())


def twin(case: Case, tables: tuple[Table, ...]) -> Table:
    """The rows that plain Python gives, in order."""
    told = [[dict(zip(c, row, strict=True)) for row in t] for t, c in zip(tables, case.takes, strict=True)]
    return sorted(tuple(row[name] for name in case.gives) for row in case.twin(*told))


def test_every_step_has_a_case() -> None:
    assert public_steps() == set(CASES)


WORKED = [pytest.param(n, example, id=f"{n}: {example}") for n, case in CASES.items() for example in case.worked]


@pytest.mark.parametrize(("name", "example"), WORKED)
def test_an_example_worked_by_hand(engine: Engine, name: str, example: str) -> None:
    case = CASES[name]
    tables, expected = case.worked[example]
    assert twin(case, tables) == sorted(expected), "the plain twin is wrong"
    assert run(engine, case, tables) == sorted(expected)


@pytest.mark.parametrize("name", CASES)
def test_no_rows_give_no_rows(engine: Engine, name: str) -> None:
    assert run(engine, CASES[name], tuple([] for _ in CASES[name].takes)) == []


@pytest.mark.parametrize("name", CASES)
def test_generated_tables_give_what_plain_python_gives(engine: Engine, name: str) -> None:
    case = CASES[name]

    @generated("polars" if engine.name == "polars" else SPARK)
    @given(case.generated)
    def same(tables: tuple[Table, ...]) -> None:
        assert run(engine, case, tables) == twin(case, tables)

    same()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("summarise", "Categorical"),
        *((name, "Enum") for name in ("apportion", "totals", "shared_rows")),
    ],
)
def test_texts_that_polars_holds_as_numbers_are_texts(name: str, kind: str) -> None:
    case = CASES[name]

    @generated("polars")
    @given(case.generated)
    def same(tables: tuple[Table, ...]) -> None:
        assert run_on_numbered_texts(case, tables, kind) == twin(case, tables)

    same()


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_rows_changes_nothing(engine: Engine, name: str) -> None:
    for tables, expected in CASES[name].worked.values():
        turned = tuple(table[::-1] for table in tables)
        assert run(engine, CASES[name], turned) == sorted(expected)
