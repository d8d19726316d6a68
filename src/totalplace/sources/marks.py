"""What a line's own cells tell of it: who was paid, by invoice or card, and what kind of payment it is."""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from totalplace.parameters import kinds
from totalplace.sources.distinct import Distinct, spread, together

if TYPE_CHECKING:
    import polars as pl

TEXTS = ("department", "category", "purpose")
CODES = ("ods", "vat", "gss", "company")

_NOT_CARD = {"", "n", "no", "false", "0", "none", "invoice"}
_CARD = r"^(?i:p-?card|gpc)"


def channel(rows: pl.DataFrame, card: bool) -> pl.Series:
    """'card' for procurement-card payments, by the file, a column that says so, or the reference; else 'invoice'."""
    import polars as pl

    flags = Distinct(rows["card"])
    cards = [card or value.strip().lower() not in _NOT_CARD for value in flags.values]
    if not all(cards):
        reference = rows["transaction"]
        first = reference.str.head(1)
        if first.is_in(["P", "p", "G", "g"]).any():
            by_text = reference.str.contains(_CARD).fill_null(False)
            found = flags.spread(cards, pl.Boolean) | by_text
            return spread(found.cast(pl.Int64).to_numpy(), ["invoice", "card"], pl.Categorical).alias("channel")
    words = ["card" if is_card else "invoice" for is_card in cards]
    return flags.spread(words, pl.Categorical).alias("channel")


def kind(rows: pl.DataFrame) -> pl.Series:
    """The kind of payment that the line's own words tell; 'spending' where they tell none."""
    import numpy as np
    import polars as pl

    rules = kinds.text_patterns()
    best = np.full(rows.height, len(rules), np.int64)
    for role in TEXTS:
        column = Distinct(rows[role])
        ranks = _rule_ranks(column.values, rules)
        if min(ranks, default=len(rules)) < len(rules):
            best = np.minimum(best, np.asarray(ranks, np.int64)[column.index])
    return spread(best, [kind for kind, _ in rules] + [kinds.SPENDING], pl.Categorical).alias("kind")


def _rule_ranks(texts: list[str], rules: list[tuple[str, str]]) -> list[int]:
    """The first rule that each text meets, as a number; the number of rules where it meets none."""
    import polars as pl

    ranks = [len(rules)] * len(texts)
    any_rule = "|".join(f"(?:{pattern})" for _, pattern in rules)
    for at in pl.Series(texts, dtype=pl.String).str.contains(any_rule).arg_true().to_list():
        ranks[at] = _first_rule(texts[at])
    return ranks


@lru_cache(maxsize=1 << 16)
def _first_rule(text: str) -> int:
    rules = kinds.text_patterns()
    return next((n for n, (_, pattern) in enumerate(rules) if _compiled(pattern).search(text)), len(rules))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def payees(rows: pl.DataFrame) -> list[pl.Series]:
    """`payee` with runs of space folded, `payee_id` (identifiers such as ``'vat:GB1 ods:RJ7'``) and `payee_key`."""
    import polars as pl

    used = [code for code in CODES if rows[code].null_count() < rows.height]
    index, distinct = together([Distinct(rows[name]) for name in ("payee", *used)])
    names = [_folded(values[0]) for values in distinct]
    ids = [_codes_text(used, values[1:]) for values in distinct] if used else [""] * len(names)
    keys = [payee_key(name, codes) for name, codes in zip(names, ids, strict=True)]
    return [
        spread(index, names, pl.Categorical).alias("payee"),
        spread(index, ids, pl.Categorical).alias("payee_id") if used else spread(index, [""], pl.Categorical).alias("payee_id"),
        spread(index, keys, pl.Int64).alias("payee_key"),
    ]


@lru_cache(maxsize=1 << 20)
def _folded(name: str) -> str:
    return " ".join(name.split())


@lru_cache(maxsize=1 << 20)
def payee_key(name: str, codes: str) -> int:
    """The stable key of a payee: 63 bits of a hash of the published name and its official identifiers."""
    digest = hashlib.blake2b(f"{name}\x1f{codes}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _codes_text(schemes: list[str], values: tuple[str, ...]) -> str:
    pairs = zip(schemes, values, strict=True)
    return " ".join(f"{scheme}:{''.join(value.split())}" for scheme, value in pairs if value.strip())
