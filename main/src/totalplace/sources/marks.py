"""What a line's own cells tell of it: who was paid, by invoice or card, and what kind of payment it is."""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from totalplace.parameters import kinds
from totalplace.sources.distinct import Distinct, numbers, spread, together

if TYPE_CHECKING:
    import polars as pl

TEXTS = ("department", "category", "purpose")
CODES = ("ods", "vat", "gss", "company")

_IS_CARD = re.compile(r"y|yes|t|true|1|x|✓|.*(card|gpc|visa\b).*|[\d* -]*\d{4}", re.IGNORECASE)
_IS_NOT = re.compile(r"(no|non|not)\b.*", re.IGNORECASE)
_CARD = r"^(?i:p-?card|gpc)"
# Space at either end, two in a row, or any but the plain one. Python counts the separators \x1c-\x1f as space too.
_SPACED = r"^ | $|  |[^\S ]|[\x1c-\x1f]"


def channel(rows: pl.DataFrame, card: bool) -> pl.Series:
    """'card' for procurement-card payments, by the file, a column that says so, or the reference; else 'invoice'."""
    import polars as pl

    flags = Distinct(rows["card"])
    cards = [card or _says_card(value.strip()) for value in flags.values]
    if not all(cards):
        reference = rows["transaction"]
        first = reference.str.head(1)
        if first.is_in(["P", "p", "G", "g"]).any():
            by_text = reference.str.contains(_CARD).fill_null(False)
            found = flags.spread(cards, pl.Boolean) | by_text
            return spread(found.cast(pl.Int64).to_numpy(), ["invoice", "card"], pl.Categorical).alias("channel")
    words = ["card" if is_card else "invoice" for is_card in cards]
    return flags.spread(words, pl.Categorical).alias("channel")


def _says_card(value: str) -> bool:
    """Whether a cell of a column about cards says that a line is one: not so of BACS and other ways to pay."""
    return bool(_IS_CARD.fullmatch(value)) and not _IS_NOT.fullmatch(value)


def kind(rows: pl.DataFrame) -> pl.Series:
    """The kind of payment that the line's own words tell; 'spending' where they tell none."""
    import polars as pl

    rules = kinds.text_patterns()
    ranks = [found for role in TEXTS if (found := _rule_ranks(rows[role], rules)) is not None]
    names = pl.Series("kind", [kind for kind, _ in rules] + [kinds.SPENDING], dtype=pl.Categorical)
    if not ranks:
        return names.new_from_index(len(rules), rows.height)
    return names.gather(pl.select(pl.min_horizontal(ranks)).to_series())


def _rule_ranks(column: pl.Series, rules: list[tuple[str, str]]) -> pl.Series | None:
    """Each row's first rule that its text meets, as a number (of the rules, for none); None where no text does."""
    import numpy as np
    import polars as pl

    distinct = column.unique()
    words = distinct.cast(pl.String)
    hits = words.str.contains("|".join(f"(?:{pattern})" for _, pattern in rules)).arg_true()
    if not hits.len():
        return None
    places = numbers(distinct)
    table = np.full(int(places.max()) + 1, len(rules), np.int64)
    table[places[hits.to_numpy()]] = [_first_rule(text) for text in words.gather(hits).to_list()]
    return pl.Series(table[numbers(column)])


@lru_cache(maxsize=1 << 16)
def _first_rule(text: str) -> int:
    rules = kinds.text_patterns()
    return next((n for n, (_, pattern) in enumerate(rules) if _compiled(pattern).search(text)), len(rules))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def payees(rows: pl.DataFrame) -> tuple[list[pl.Series], pl.DataFrame]:
    """`payee` with runs of space folded, `payee_id` (identifiers such as ``'vat:GB1 ods:RJ7'``) and `payee_key`.

    Comes with a table of the distinct payees, one row a key, in the order of keys.
    """
    import polars as pl

    used = [code for code in CODES if rows[code].null_count() < rows.height]
    named = Distinct(rows["payee"])
    index, names, ids = named.index, _folded(named.values), [""]
    if used:
        index, distinct = together([named, *(Distinct(rows[code]) for code in used)])
        folded = dict(zip(named.values, names, strict=True))
        names = [folded[name] for name, *_ in distinct]
        ids = [_codes_text(used, codes) for _, *codes in distinct]
        keys = [_KEYS[pair] for pair in zip(names, ids, strict=True)]
    else:
        keys = [_KEYS[name, ""] for name in names]
    same = not used and names == named.values and not rows["payee"].null_count()
    columns = [
        rows["payee"] if same else spread(index, names, pl.Categorical).alias("payee"),
        spread(index, ids, pl.Categorical).alias("payee_id"),
        spread(index, keys, pl.Int64).alias("payee_key"),
    ]
    table = pl.DataFrame({"payee_key": keys, "payee": names}, {"payee_key": pl.Int64, "payee": pl.String})
    table = table.with_columns(pl.Series("payee_id", ids, dtype=pl.String) if used else pl.lit("").alias("payee_id"))
    return columns, table.unique("payee_key").sort("payee_key")


def _folded(names: list[str]) -> list[str]:
    """The names with runs of space folded; only those that have one are looked at singly."""
    import polars as pl

    odd = pl.Series(names, dtype=pl.String).str.contains(_SPACED).arg_true().to_list()
    if odd:
        names = names.copy()
        for at in odd:
            names[at] = " ".join(names[at].split())
    return names


def payee_key(name: str, codes: str) -> int:
    """The stable key of a payee: 63 bits of a hash of the published name and its official identifiers."""
    digest = hashlib.blake2b(f"{name}\x1f{codes}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class _Keys(dict[tuple[str, str], int]):
    """Name and identifiers to the key.

    The same payees come in file after file, so each is worked out once; past a million they are forgotten.
    """

    def __missing__(self, payee: tuple[str, str]) -> int:
        if len(self) > 1_000_000:
            self.clear()
        key = self[payee] = payee_key(*payee)
        return key


_KEYS = _Keys()


def _codes_text(schemes: list[str], values: list[str]) -> str:
    pairs = zip(schemes, values, strict=True)
    return " ".join(f"{scheme}:{''.join(value.split())}" for scheme, value in pairs if value.strip())
