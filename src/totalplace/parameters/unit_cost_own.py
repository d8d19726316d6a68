"""The unit costs that a place declares itself, `unit-costs.toml`, and the editions that it has imported."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.parameters.unit_cost import KINDS, OWN, UnitCost
from totalplace.parameters.unit_cost_rows import entry, read_edition
from totalplace.parameters.unit_cost_rules import rules

FILE = "unit-costs.toml"
"""The declared file beside place.toml."""
FOLDER = "unit-costs"
"""The folder beside place.toml that holds imported editions, as EDITION.csv."""
EDITION = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?")
"""What the name of an edition looks like."""
TABLES = ("unit_costs", "unit_cost")
HEAD_KEYS = ("editions",)
KEYS = (
    *("code", "detail", "theme", "unit", "basis", "agency", "part"),
    *("fiscal", "economic", "social", "transfer", "price_year", "fiscal_year", "economic_year", "social_year"),
    *("rag", "source", "note", "decided"),
)
"""The keys of [[unit_cost]]. `source` and `decided` (who decided it) must be there, and a value with its price year."""
_AMOUNTS = (*KINDS, "transfer")
_MUST = ("source", "decided")


def imported(root: Path) -> dict[str, dict[str, UnitCost]]:
    """The editions that a place has imported, the newest first; raises PlaceError where a file is at fault."""
    found = {}
    for path in sorted((root / FOLDER).glob("*.csv"), key=lambda path: order(path.stem), reverse=True):
        if not EDITION.fullmatch(path.stem):
            raise PlaceError(f"{FOLDER}/{path.name} is named by no edition such as 3.0.csv; take it out of the folder")
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise PlaceError(f"{FOLDER}/{path.name} cannot be read: {error}; import the workbook again") from error
        found[path.stem] = read_edition(text, path.stem, f"{FOLDER}/{path.name}")
    return found


def order(edition: str) -> tuple[tuple[int, str], ...]:
    """A key that puts editions by their numbers: 2.3 before 3.0 before 10.0."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in edition.split("."))


def tables_of(root: Path) -> dict[str, Any]:
    """The tables of the declared file, none where it is not there; raises PlaceError where it is not TOML."""
    try:
        return tomllib.loads((root / FILE).read_text("utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise PlaceError(f"{FILE} is not valid TOML: {error}") from error
    except OSError as error:
        raise PlaceError(f"{FILE} cannot be read: {error.strerror}") from error


def editions_of(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """The order in which editions are taken, as declared; () where nothing is."""
    _known(FILE, tables, TABLES)
    head = tables.get("unit_costs", {})
    _known(f"{FILE}: [unit_costs]", head, HEAD_KEYS)
    names = head.get("editions", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PlaceError(f'{FILE}: [unit_costs]: editions must be a list of texts such as ["3.0", "1.4"]')
    return tuple(names)


def own_values(tables: Mapping[str, Any], national: Mapping[str, UnitCost]) -> dict[str, UnitCost]:
    """The declared values by code. One of a national code takes over what it does not say itself.

    Raises PlaceError naming the table and key at fault.
    """
    listed = tables.get("unit_cost", [])
    if not isinstance(listed, list):
        raise PlaceError(f"{FILE}: write [[unit_cost]] with two brackets: there can be several")
    found: dict[str, UnitCost] = {}
    for number, table in enumerate(listed, 1):
        where = f"{FILE}: [[unit_cost]] {number}"
        _known(where, table, KEYS)
        try:
            cost = _own(table, national)
        except UsageError as error:
            raise PlaceError(f"{where}: {error}") from None
        if cost.code in found:
            raise PlaceError(f"{where}: {cost.code} is declared already")
        found[cost.code] = cost
    return found


def _own(table: Mapping[str, Any], national: Mapping[str, UnitCost]) -> UnitCost:
    code = _text(table, "code").upper()
    for key in _MUST:
        if not _text(table, key):
            raise UsageError(f"{code or 'it'} has no {key}; a value of your own says where it is from and who decided")
    over = national.get(code)
    line = _line(table, over)
    cost = replace(entry(line, OWN), decided=_text(table, "decided"), comment=_text(table, "note"), verified=False)
    if not cost.years:
        raise UsageError(f"{code} has no value; give fiscal, economic or social, in pounds")
    if any((value := cost.value(kind)) and value[0] < 0 for kind in KINDS):
        raise UsageError(f"{code} has a value below nothing; a cost is a positive amount, and so is one avoided")
    return replace(cost, basis=_basis(table, cost, over))


def _line(table: Mapping[str, Any], over: UnitCost | None) -> dict[str, str]:
    """The texts of a declared value, with those of the national entry where it says nothing."""
    line = {key: _text(table, key) for key in KEYS if key not in _AMOUNTS}
    line |= {key: _number(table, key) for key in _AMOUNTS}
    for kind in KINDS:
        line[f"{kind}_year"] = line[f"{kind}_year"] or line["price_year"]
    line["level"] = line["category"] = ""
    if over:
        taken = ("theme", "category", "level", "detail", "unit", *(() if line["agency"] else ("agency", "part")))
        line |= {key: line[key] or getattr(over, key) for key in taken}
    for key in ("detail", "unit", "agency"):
        if not line[key] and not (key == "agency" and (over or not line["fiscal"])):
            raise UsageError(f"{line['code']} has no {key}; a new code says what it is, its unit and who bears it")
    return line


def _basis(table: Mapping[str, Any], cost: UnitCost, over: UnitCost | None) -> str:
    said, known = _text(table, "basis"), [basis.id for basis in rules().bases]
    if said and said not in known:
        raise UsageError(f"basis is '{said}'{did_you_mean(said, known)}")
    if said or not over or cost.unit != over.unit:
        return said or cost.basis
    return over.basis


def _known(where: str, table: Any, keys: tuple[str, ...]) -> None:
    if not isinstance(table, Mapping):
        raise PlaceError(f"{where} must be a table of settings")
    for key in table:
        if key not in keys:
            raise PlaceError(f"{where}: unknown key '{key}'{did_you_mean(key, list(keys))}")


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise UsageError(f"{key} is {value!r}; it must be text in quotation marks")
    return value.strip()


def _number(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if value != "" and (isinstance(value, bool) or not isinstance(value, int | Decimal)):
        raise UsageError(f"{key} is {value!r}; it must be a number of pounds such as 1234.56, without quotation marks")
    return str(value)
