"""What a line's own cells tell of it: who was paid, by invoice or card, and what kind of payment it is.

Each answer is a whole number a row, a place in a small table: what repeats is worked out once (`distinct`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from totalplace.parameters import kinds
from totalplace.sources.distinct import Words, places, repeated, together

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.distinct import Index

TEXTS = ("department", "category", "purpose")
CODES = ("ods", "vat", "gss", "company")
CHANNELS = ("card", "invoice")
"""How a payment is made: with a procurement card, or against an invoice."""

_IS_CARD = re.compile(r"y|yes|t|true|1|x|✓|.*(card|gpc|visa\b).*|[\d* -]*\d{4}", re.IGNORECASE)
_IS_NOT = re.compile(r"(no|non|not)\b.*", re.IGNORECASE)
_CARD = r"^(?i:p-?card|gpc)"


def channels(rows: pl.DataFrame, card: bool, words: Words, references: str) -> Index:
    """Each row's place in CHANNELS: a card by the file, a column that says so or the reference, else an invoice.

    `references` are those of all rows, strung together.
    """
    import numpy as np

    if card:
        return np.zeros(rows.height, np.int64)
    found = np.ones(rows.height, np.int64)
    if "card" in rows.columns:
        found = words.each(words.numbers(rows["card"]), _by_card_column)
    # Single letters are looked for much faster than words: most often none is there.
    if any(letter in references for letter in "DdGg") and any(word in references.upper() for word in ("CARD", "GPC")):
        found[rows["transaction"].str.contains(_CARD).fill_null(False).to_numpy()] = 0
    return found


def _by_card_column(cells: pl.Series) -> Index:
    import numpy as np

    return np.array([0 if _says_card(cell.strip()) else 1 for cell in cells.to_list()], np.int64)


def _says_card(value: str) -> bool:
    """Whether a cell of a column about cards says that a line is one: not so of BACS and other ways to pay."""
    return bool(_IS_CARD.fullmatch(value)) and not _IS_NOT.fullmatch(value)


@cache
def kind_names() -> tuple[str, ...]:
    """The kinds that a line's own words can tell, in alphabetical order; 'spending' where they tell none."""
    return tuple(sorted({kind for kind, _ in kinds.text_patterns()} | {kinds.SPENDING}))


def line_kinds(rows: pl.DataFrame, words: Words) -> Index:
    """Each row's place in `kind_names`: the kind of the first rule that any of its texts meets."""
    import numpy as np

    kind_of_rule = [kind for kind, _ in kinds.text_patterns()] + [kinds.SPENDING]
    first = np.full(rows.height, len(kind_of_rule) - 1, np.int64)
    for role in TEXTS:
        if role in rows.columns:
            np.minimum(first, words.rows(rows[role]).each(_first_rules), out=first)
    return np.array([kind_names().index(kind) for kind in kind_of_rule], np.int64)[first]


def _first_rules(cells: pl.Series) -> Index:
    """The first rule that each text meets, by its number; how many rules there are, where it meets none."""
    import numpy as np

    rules = kinds.text_patterns()
    found = np.full(cells.len(), len(rules), np.int64)
    hits = cells.str.contains("|".join(f"(?:{pattern})" for _, pattern in rules)).arg_true()
    if hits.len():
        found[hits.to_numpy()] = [_first_rule(text) for text in cells.gather(hits).to_list()]
    return found


def _first_rule(text: str) -> int:
    found = (n for n, pattern in enumerate(_compiled()) if pattern.search(text))
    return next(found, len(_compiled()))


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for _, pattern in kinds.text_patterns())


@dataclass(frozen=True)
class Payees:
    """The distinct payees of some rows, and each row's place among them in `index`.

    `table` has a row a payee in the order of `payee_key`: its name with runs of space folded, and its identifiers
    such as ``'vat:GB1 ods:RJ7'``. `name` and `ids` are the rows' own columns of both.
    """

    index: Index
    table: pl.DataFrame
    name: pl.Series
    ids: pl.Series


def payees(rows: pl.DataFrame, words: Words) -> Payees:
    """Who was paid, by the name and the official identifiers in the rows' columns."""
    import numpy as np
    import polars as pl

    spelled = words.numbers(rows["payee"]) if "payee" in rows.columns else np.zeros(rows.height, np.int64)
    at, spellings = places(spelled)
    names = _folded(spellings, words)
    used = [code for code in CODES if code in rows.columns and rows[code].null_count() < rows.height]
    if used:
        index, (who, *codes) = together([names[at], *(words.numbers(rows[code]) for code in used)])
        keys, texts = _identified(used, [who, *codes], words)
        ids = pl.Series("payee_id", texts, dtype=pl.Categorical)
    else:
        index, who = at, names
        keys, ids = words.each(who, _keys), repeated("", who.size).alias("payee_id")
    # Identifiers that differ in spaces alone are one payee.
    keys, first, one = np.unique(keys, return_index=True, return_inverse=True)
    index, who = one[index], who[first]
    ids = ids[first]
    table = pl.DataFrame([pl.Series("payee_key", keys), words.texts(who).alias("payee"), ids.cast(pl.String)])
    name = rows["payee"] if np.array_equal(names, spellings) else words.column(names)[at]
    row_ids = ids[index] if used else repeated("", index.size).alias("payee_id")
    return Payees(index, table, name.alias("payee"), row_ids)


def _identified(schemes: list[str], columns: list[Index], words: Words) -> tuple[Index, list[str]]:
    """The keys and identifiers of payees that have some, by the numbers of their names and identifiers."""
    import numpy as np

    known = words.payees.setdefault(tuple(schemes), {})
    payees = list(zip(*(column.tolist() for column in columns), strict=True))
    new = [payee for payee in payees if payee not in known]
    cells = [words.texts(np.array(column)).to_list() for column in zip(*new, strict=True)]
    for payee, (name, *codes) in zip(new, zip(*cells, strict=True), strict=True):
        ids = _codes_text(schemes, codes)
        known[payee] = payee_key(name, ids), ids
    found = [known[payee] for payee in payees]
    return np.array([key for key, _ in found], np.int64), [ids for _, ids in found]


def _folded(spellings: Index, words: Words) -> Index:
    """The numbers of names with runs of space folded, by the numbers of names as spelled; an absent one is empty."""
    import numpy as np

    odd = words.each(spellings, _spaced) > 0
    texts = words.texts(spellings[odd]).to_list() if odd.any() else []
    names = np.where(spellings > 0, spellings, words.numbered([""]))
    names[odd] = words.numbered([_without_runs(name) for name in texts])
    return names


def _spaced(names: pl.Series) -> Index:
    import numpy as np

    return np.array([_without_runs(name) != name for name in names.to_list()], np.int64)


def _without_runs(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").split())


def _keys(names: pl.Series) -> Index:
    import numpy as np

    return np.array([payee_key(name, "") for name in names.to_list()], np.int64)


def payee_key(name: str, codes: str) -> int:
    """The stable key of a payee: 63 bits of a hash of the published name and its official identifiers."""
    digest = hashlib.blake2b(f"{name}\x1f{codes}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _codes_text(schemes: list[str], values: list[str]) -> str:
    pairs = zip(schemes, values, strict=True)
    return " ".join(f"{scheme}:{''.join(value.split())}" for scheme, value in pairs if value.strip())
