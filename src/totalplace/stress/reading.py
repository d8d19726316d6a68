"""Reads a scenario's TOML: every table and key is known, every figure checked, and what is wrong is named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from totalplace.errors import ScenarioError, UsageError, did_you_mean
from totalplace.stress.pressures import pressure_of
from totalplace.stress.scenario import BASELINES, PLACE, PRESSURES, Amount, Plan, Pressure, Reserves, Scenario
from totalplace.terms import Body, check_year, money, pence

SCENARIO_KEYS = ("title", "base_year", "years", "note", "seed", "draws")
BODY_KEYS = ("id", *BASELINES, "pressures")
AMOUNT_KEYS = ("amount", "source")
RESERVES_KEYS = ("use", "floor", "committed", "source")
ALL = "all"
"""The id of a plan that is for all bodies in one lump."""
PAYMENTS = "payments"
"""Stands for an amount where the net payments of the count are to be the baseline."""
MOST_YEARS = 30
MOST_DRAWS = 100_000
MOST_POUNDS = 1_000_000_000_000
_LARGEST = 1_000_000
"""Bytes of the longest file that is read as a scenario."""
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")

Payments = Callable[[str, str], int | None]
"""The net payments of a body ('' for all) in a financial year, in pence; None where there are none."""


def read_scenario(name: str, content: bytes, bodies: Iterable[Body], payments: Payments) -> Scenario:
    """The scenario that a file's bytes say; raises ScenarioError naming the table and key at fault."""
    where = f"scenarios/{name}.toml"
    raw = _toml(content, where)
    known_keys(where, raw, ("scenario", "pressures", "body"))
    head = table_of(raw.get("scenario", {}), f"{where}: [scenario]")
    known_keys(f"{where}: [scenario]", head, SCENARIO_KEYS)
    base = _year(head.get("base_year"), f"{where}: [scenario]: base_year")
    years = _years_ahead(base, head.get("years"), f"{where}: [scenario]: years")
    shared = table_of(raw.get("pressures", {}), f"{where}: [pressures]")
    known_keys(f"{where}: [pressures]", shared, PRESSURES)
    return Scenario(
        name=name,
        title=text_of(head, "title", f"{where}: [scenario]") or name,
        base_year=base,
        years=years,
        plans=tuple(_plans(raw, shared, years, where, list(bodies), lambda body: payments(body, base))),
        note=text_of(head, "note", f"{where}: [scenario]"),
        seed=whole_of(head, "seed", 2010, 0, 2**32 - 1, f"{where}: [scenario]"),
        draws=whole_of(head, "draws", 10_000, 100, MOST_DRAWS, f"{where}: [scenario]"),
    )


def _toml(content: bytes, where: str) -> dict[str, Any]:
    if len(content) > _LARGEST:
        raise ScenarioError(f"{where} is {len(content):,} bytes; no scenario is so long. Is it another file?")
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise ScenarioError(f"{where} is not valid TOML: {error}") from error


def table_of(value: Any, where: str) -> dict[str, Any]:
    """A table of settings; raises ScenarioError for anything else."""
    if not isinstance(value, dict):
        raise ScenarioError(f"{where} is {value!r}; it must be a table of settings")
    return value


def known_keys(where: str, table: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Raises ScenarioError for a key that is not known, with the nearest one."""
    for key in table:
        if key not in keys:
            raise ScenarioError(f"{where}: unknown key '{key}'{did_you_mean(key, list(keys))}")


def text_of(table: Mapping[str, Any], key: str, where: str) -> str:
    """A text; '' where it is not given."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ScenarioError(f"{where}: {key} is {value!r}; it must be text in quotation marks")
    return value.strip()


def whole_of(table: Mapping[str, Any], key: str, default: int, least: int, most: int, where: str) -> int:
    """A whole number within bounds."""
    value = table.get(key, default)
    if type(value) is not int or not least <= value <= most:
        raise ScenarioError(f"{where}: {key} is {value!r}; it must be a whole number from {least:,} to {most:,}")
    return value


def _year(value: Any, where: str) -> str:
    if value is None:
        raise ScenarioError(f'{where} is not given; write the financial year of the baseline, such as "2024-25"')
    try:
        return check_year(str(value))
    except UsageError as error:
        raise ScenarioError(f"{where}: {error}") from None


def _years_ahead(base: str, value: Any, where: str) -> tuple[str, ...]:
    if type(value) is not int or not 1 <= value <= MOST_YEARS:
        found = "is not given" if value is None else f"is {value!r}"
        raise ScenarioError(f"{where} {found}; it must be how many years ahead, from 1 to {MOST_YEARS}")
    start = int(base[:4])
    if start + value > 9998:
        raise ScenarioError(f"{where}: {value} years after {base} is no financial year that can be written")
    return tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(start + 1, start + value + 1))


# --- bodies


def _plans(
    raw: Mapping[str, Any],
    shared: Mapping[str, Any],
    years: tuple[str, ...],
    where: str,
    bodies: list[Body],
    payments: Callable[[str], int | None],
) -> Iterable[Plan]:
    tables = raw.get("body", [])
    if not isinstance(tables, list):
        raise ScenarioError(f"{where}: write [[body]] with two brackets: there can be several")
    if not tables:
        raise ScenarioError(f"{where}: there is no [[body]]; give at least one with its spend and funding")
    common = _pressures(shared, f"{where}: [pressures]", len(years), shared=True)
    seen: set[str] = set()
    for n, table in enumerate(tables, 1):
        here = f"{where}: [[body]] {n}"
        plan = _plan(table_of(table, here), here, common, len(years), bodies, payments)
        if plan.id in seen:
            raise ScenarioError(f"{here}: '{plan.name}' is given twice; put both into one")
        seen.add(plan.id)
        yield plan
    if ALL in seen and len(seen) > 1:
        raise ScenarioError(
            f"{where}: a body '{ALL}' is all bodies in one lump, and others stand beside it; choose one"
        )


def _plan(
    table: dict[str, Any],
    where: str,
    common: dict[str, Pressure | Reserves],
    years: int,
    bodies: list[Body],
    payments: Callable[[str], int | None],
) -> Plan:
    known_keys(where, table, BODY_KEYS)
    wanted = text_of(table, "id", where)
    names = {body.id: body.name for body in bodies}
    names.setdefault(ALL, "All bodies together")
    if wanted not in names:
        what = f"id '{wanted}' is no body of the place" if wanted else "it has no id"
        raise ScenarioError(f"{where}: {what}{did_you_mean(wanted, list(names))}")
    here = f"{where} ({wanted})"
    paid = payments if wanted in {body.id for body in bodies} else lambda _: payments(PLACE)
    own_table = table_of(table.get("pressures", {}), f"{here}: pressures")
    known_keys(f"{here}: pressures", own_table, PRESSURES)
    own = {**common, **_pressures(own_table, f"{here}: pressures", years, shared=False)}
    reserves = own.get("reserves", Reserves())
    assert isinstance(reserves, Reserves)
    plan = Plan(
        wanted,
        names[wanted],
        {key: _amount(table, key, here, lambda: paid(wanted)) for key in BASELINES},
        {name: pressure for name, pressure in own.items() if isinstance(pressure, Pressure)},
        reserves,
    )
    _not_tenfold(plan, here)
    return plan


def _not_tenfold(plan: Plan, where: str) -> None:
    """Raises ScenarioError where demand and prices together are beyond belief: a percentage is likely a slip."""
    grown = 1.0
    for name in ("demand", "price"):
        if name in plan.pressures:
            grown *= max(float(max(factors)) for factors in plan.pressures[name].factors.values())
    if grown > 10:
        raise ScenarioError(
            f"{where}: demand and prices make spending {grown:,.0f} times what it was; "
            "is a percentage wrong, or are there too many years?"
        )


def _amount(table: dict[str, Any], key: str, where: str, paid: Callable[[], int | None]) -> Amount:
    """A baseline: a table of amount and source, or for spend the payments of the count."""
    value = table.get(key)
    if value is None:
        if key in ("income", "reserves"):
            return Amount(0, "not given: taken as nothing")
        raise ScenarioError(f'{where}: it has no {key}; write {key} = {{ amount = "100000000", source = "..." }}')
    if value == PAYMENTS:
        return _payments(key, where, paid)
    if not isinstance(value, dict):
        raise ScenarioError(
            f"{where}: {key} is {value!r}; every figure comes with its source: "
            f'{key} = {{ amount = "100000000", source = "Budget book 2024-25, page 12" }}'
        )
    known_keys(f"{where}: {key}", value, AMOUNT_KEYS)
    found = pounds_of(value, "amount", f"{where}: {key}")
    source = text_of(value, "source", f"{where}: {key}")
    if not source:
        raise ScenarioError(f'{where}: {key} has no source; say where {money(found)} comes from: source = "..."')
    return Amount(found, source)


def _payments(key: str, where: str, paid: Callable[[], int | None]) -> Amount:
    if key != "spend":
        raise ScenarioError(f"{where}: {key} cannot be taken from payments; only spend can")
    found = paid()
    if found is None:
        raise ScenarioError(f"{where}: no payments are counted in the base year; give an amount with its source")
    if found < 0:
        raise ScenarioError(f"{where}: its payments come to {money(found)}; a baseline cannot be below nothing")
    return Amount(found, "Net payments of the count; payments are not a budget", from_payments=True)


def pounds_of(table: Mapping[str, Any], key: str, where: str, default: str | None = None) -> int:
    """Pounds as text, in pence: thousands commas and a pound sign may stand in it."""
    value = table.get(key, default)
    if value is None or value == "":
        raise ScenarioError(f'{where}: {key} is empty; write pounds in quotation marks, such as "100,000,000"')
    if not isinstance(value, str):
        raise ScenarioError(f'{where}: {key} is {value}; write pounds in quotation marks, such as "{value}"')
    plain = re.sub(r"[£,_\s]", "", value)
    if plain.startswith(("-", "−", "(")):
        raise ScenarioError(
            f"{where}: {key} is {value}; it cannot be below nothing. Give what there is, without a sign"
        )
    if not _AMOUNT.fullmatch(plain) or int(plain.partition(".")[0]) > MOST_POUNDS:
        raise ScenarioError(
            f'{where}: {key} is \'{value}\'; it must be pounds such as "100,000,000" or "12.50", up to {MOST_POUNDS:,}'
        )
    return pence(plain)


def _pressures(table: Mapping[str, Any], where: str, years: int, *, shared: bool) -> dict[str, Pressure | Reserves]:
    found: dict[str, Pressure | Reserves] = {}
    for name, value in table.items():
        here = f"{where}: {name}"
        found[name] = (
            _reserves(table_of(value, here), here)
            if name == "reserves"
            else pressure_of(name, value, here, years, shared=shared)
        )
    return found


def _reserves(table: dict[str, Any], where: str) -> Reserves:
    known_keys(where, table, RESERVES_KEYS)
    use = None if table.get("use") == "gap" else pounds_of(table, "use", where, "0")
    floor, committed = (pounds_of(table, key, where, "0") for key in ("floor", "committed"))
    return Reserves(use, floor, committed, text_of(table, "source", where))
