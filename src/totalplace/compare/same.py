"""Suppliers that go by one name but for its company ending or its spaces: bodies write them differently.

`money` groups names that differ in case, punctuation, codes and spellings of 'Limited'. Here, where bodies are set
side by side, 'Pitney Bowes' and 'Pitney Bowes Ltd' are one supplier too, unless there is a PLC of that name besides. A
rule of ours; docs/methods/compare.md says how well it does on published names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

SHORTEST = 5
"""A shorter name, without its ending and its spaces, stands for too many companies."""
_ENDING = r"(?:^|[^A-Z])(LTD|LIMITED|PLC|LLP)[^A-Z0-9]*$"


def together(suppliers: pl.DataFrame) -> pl.DataFrame:
    """`suppliers` (supplier_id, supplier) with `same`, one number for all that are one, and the `name` to show."""
    import polars as pl

    upper = pl.col("supplier").str.to_uppercase()
    ending = upper.str.extract(_ENDING).str.replace("LIMITED", "LTD")
    known = suppliers.with_columns(
        ending.alias("ending"), upper.str.replace(_ENDING, "").str.replace_all("[^A-Z0-9]", "").alias("stem")
    )
    known = known.with_columns(pl.col("ending").drop_nulls().n_unique().over("stem").alias("endings"))
    alone = (pl.col("stem").str.len_chars() < SHORTEST) | (pl.col("endings") > 1)
    group = pl.when(alone).then(pl.col("supplier_id").cast(pl.String)).otherwise(pl.lit("~") + pl.col("stem"))
    named = known.with_columns(group.alias("group")).sort(pl.col("ending").is_null(), "supplier", "supplier_id")
    return named.with_columns(
        pl.col("supplier_id").first().over("group").alias("same"),
        pl.col("supplier").first().over("group").alias("name"),
    ).select("supplier_id", "supplier", "same", "name")
