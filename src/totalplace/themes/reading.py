"""Reads a theme from TOML, strictly: what is not understood is named with the rule and the key that hold it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from totalplace.errors import ThemeError, UsageError, did_you_mean
from totalplace.money.cuts import known_words
from totalplace.terms import check_year
from totalplace.themes.theme import CONDITIONS, UNIT, Rule, Theme
from totalplace.themes.words import folded

THEME_KEYS = ("title", "why", "owner")
RULE_KEYS = ("name", *CONDITIONS, "words", "not_words", "share", "reason")
KEYS: Mapping[str, tuple[str, ...]] = {"theme": THEME_KEYS, "rule": RULE_KEYS}
"""The tables of a theme's file and the keys of each."""
MOST_RULES = 100
"""A theme of more rules is none that anybody could explain."""
MOST_VALUES = 500
"""So many values, or words, a list of a rule holds at most."""
LONGEST = 200
"""Letters of the longest word or phrase."""
_LARGEST = 1_000_000
"""Bytes of the longest file that is read as a theme."""


def read_theme(name: str, content: bytes) -> Theme:
    """The theme that a file's bytes say; raises ThemeError naming the table and key at fault."""
    where = f"themes/{name}.toml"
    if len(content) > _LARGEST:
        raise ThemeError(f"{where} is {len(content):,} bytes; no theme is so long. Is it another file?")
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise ThemeError(f"{where} is not valid TOML: {error}") from error
    return theme_of(name, tables)


def theme_of(name: str, tables: Mapping[str, Any], *, draft: bool = False) -> Theme:
    """The theme that tables say. ThemeError as above.

    Of a draft no reason is asked; it may have no rules yet, and rules that ask for nothing yet, which take nothing.
    """
    where = f"themes/{name}.toml"
    _known(where, tables, ("theme", "rule"))
    head = tables.get("theme", {})
    _known(f"{where}: [theme]", head, THEME_KEYS)
    rules = tables.get("rule", [])
    if not isinstance(rules, list):
        raise ThemeError(f"{where}: write [[rule]] with two brackets: there can be several")
    if not rules and not draft:
        raise ThemeError(f"{where}: there is no [[rule]]; a theme without rules takes nothing")
    if len(rules) > MOST_RULES:
        raise ThemeError(f"{where}: it has {len(rules):,} rules, and at most {MOST_RULES} can be; put some together")
    title, why, owner = (_text(head, key, f"{where}: [theme]") for key in THEME_KEYS)
    made = tuple(_rule(n, table, f"{where}: [[rule]] {n}", draft) for n, table in enumerate(rules, 1))
    return Theme(name, title or name, why, owner, made)


def _rule(n: int, table: Any, where: str, draft: bool) -> Rule:
    _known(where, table, RULE_KEYS)
    lists = {name: found for name in CONDITIONS if (found := _values(table, name, where)) is not None}
    words, barred = (_words(table, key, where) for key in ("words", "not_words"))
    if not (lists or words or barred or draft):
        raise ThemeError(
            f"{where}: it asks for nothing, and would take all the money; give it a service, a body or words"
        )
    _check(lists, where)
    share, reason = _share(table.get("share", 1), where), _text(table, "reason", where)
    if share != UNIT and not reason and not draft:
        raise ThemeError(f'{where}: its share has no reason; say why only a part belongs here: reason = "..."')
    return Rule(_text(table, "name", where) or f"Rule {n}", tuple(lists.items()), words, barred, share, reason)


def _check(lists: Mapping[str, Iterable[str]], where: str) -> None:
    """Raises ThemeError for a value that is the same in every place and not known.

    Bodies and suppliers are those of one place: what is not there is told when the theme is worked out.
    """
    try:
        known_words({name: values for name, values in lists.items() if name in ("service", "subjective", "kind")})
        for year in lists.get("year", ()):
            check_year(year)
    except UsageError as error:
        raise ThemeError(f"{where}: {error}") from None


def _known(where: str, table: Any, keys: Iterable[str]) -> None:
    if not isinstance(table, Mapping):
        raise ThemeError(f"{where} must be a table of settings")
    for key in table:
        if key not in keys:
            raise ThemeError(f"{where}: unknown key '{key}'{did_you_mean(key, list(keys))}")


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ThemeError(f"{where}: {key} is {value!r}; it must be text in quotation marks")
    return value.strip()


def _values(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...] | None:
    """The texts of a list, each once; None where the key is not there. An empty list would pass nothing or all."""
    if key not in table:
        return None
    value = table[key]
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise ThemeError(f"{where}: {key} is {value!r}; it must be a list of texts in quotation marks")
    if not values:
        raise ThemeError(f"{where}: {key} is an empty list; take the key out where it does not matter")
    if len(values) > MOST_VALUES:
        raise ThemeError(f"{where}: {key} has {len(values):,} values, and at most {MOST_VALUES} can be")
    return tuple(dict.fromkeys(each.strip() for each in values))


def _words(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    words = _values(table, key, where) or ()
    for word, compared in zip(words, folded(words), strict=True):
        if len(word) > LONGEST:
            raise ThemeError(f"{where}: {key}: '{word[:30]}...' has {len(word)} letters, and at most {LONGEST} can be")
        if not compared.strip():
            raise ThemeError(f"{where}: {key}: '{word}' has no letter or figure in it; take it out")
    return words


def _share(value: Any, where: str) -> int:
    """A share in millionths."""
    try:
        share = Decimal(value if isinstance(value, str) else str(value))
    except InvalidOperation:
        raise ThemeError(f'{where}: share is {value!r}; it must be a number from 0 to 1, such as "0.25"') from None
    if isinstance(value, bool) or not share.is_finite() or not 0 <= share <= 1 or share != round(share, 6):
        more = f"; is it {share}%? Write {share / 100}" if share.is_finite() and 1 < share <= 100 else ""
        raise ThemeError(f"{where}: share is {value}; it must be from 0 to 1, with six decimals at most{more}")
    return int(share * UNIT)
