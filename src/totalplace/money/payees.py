"""Who each payee is: names and identifiers to bodies, suppliers and kinds. One row a payee key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from totalplace.sources.marks import payee_key
from totalplace.terms import Body

if TYPE_CHECKING:
    import polars as pl

    from totalplace.money.resolve import Match
    from totalplace.store.layout import Run

NOT_NAMED = "(no payee named)"
REDACTED = "(redacted)"


def resolve_payees(
    names: pl.DataFrame, bodies: tuple[Body, ...], settled: Mapping[str, str], known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """`names` (payee_key, payee, payee_id) with supplier_id, supplier, to_body, sure, rule, score, payee_kind.

    A supplier is shown by one of its spellings: one that is not all capitals, then the longest. Rows of `known`,
    resolved before by the same rules, are not resolved again; that changes no result. Deterministic and
    independent of the order of rows.
    """
    import polars as pl

    new = names if known is None else names.join(known, on="payee_key", how="anti")
    found = _resolved(new.unique("payee_key"), bodies, settled)
    together = found if known is None else pl.concat([known.select(found.columns), found])
    spelled = pl.col("spelling")
    best = (
        together.select("supplier_id", "spelling")
        .unique()
        .sort("supplier_id", spelled.str.to_uppercase() == spelled, -spelled.str.len_chars().cast(pl.Int32), spelled)
        .unique("supplier_id", keep="first", maintain_order=True)
        .rename({"spelling": "supplier"})
    )
    return together.join(best, on="supplier_id", how="left").sort("payee_key")


def _resolved(names: pl.DataFrame, bodies: tuple[Body, ...], settled: Mapping[str, str]) -> pl.DataFrame:
    import polars as pl

    from totalplace.money.resolve import Resolver

    resolver = Resolver(bodies, settled)
    texts, codes = names["payee"].to_list(), names["payee_id"].to_list()
    matches = resolver.match_many([(name, read_codes(ids)) for name, ids in zip(texts, codes, strict=True)])
    groups = [_group(name, match) for name, match in zip(texts, matches, strict=True)]
    shown = [g if g in (NOT_NAMED, REDACTED) else match.supplier for g, match in zip(groups, matches, strict=True)]
    return names.select("payee_key", "payee", "payee_id").with_columns(
        pl.Series("supplier_id", [payee_key(group, "") for group in groups], dtype=pl.Int64),
        pl.Series("spelling", shown, dtype=pl.String),
        pl.Series("to_body", [match.to_body or "" for match in matches], dtype=pl.String),
        pl.Series("sure", [int(match.sure) for match in matches], dtype=pl.Int32),
        pl.Series("rule", [match.rule for match in matches], dtype=pl.String),
        pl.Series("score", [match.score for match in matches], dtype=pl.Int32),
        pl.Series("payee_kind", [match.kind or "" for match in matches], dtype=pl.String),
    )


def is_published(run: Run, name: str) -> bool:
    """Whether a name is one that a payee of the run was published under, as far as settling tells names apart."""
    from totalplace.money.names import plain
    from totalplace.store.queries import rows

    payees, wanted = run.table("payees"), plain(name)
    if rows("SELECT 1 FROM read_parquet(?) WHERE payee = ? LIMIT 1", [payees, name]):
        return True
    return any(plain(row[0]) == wanted for row in rows("SELECT DISTINCT payee FROM read_parquet(?)", [payees]))


def read_codes(ids: str) -> dict[str, str]:
    """Identifiers as the lines hold them, ``'vat:GB1 ods:RJ7'``, by scheme."""
    return dict(part.split(":", 1) for part in ids.split(" ") if ":" in part) if ids else {}


def _group(name: str, match: Match) -> str:
    """What makes two names one supplier: the body they surely are, else the same folded name."""
    if match.sure and match.to_body:
        return f"body:{match.to_body}"
    if not name:
        return NOT_NAMED
    return REDACTED if is_redacted(name) else match.key


def is_redacted(name: str) -> bool:
    """Whether a published name says only that the name was taken out."""
    folded = name.upper()
    return "REDACT" in folded or folded in ("THIRD PARTY SUPPLIER", "THIRD PARTY", "NAME WITHHELD", "WITHHELD")
