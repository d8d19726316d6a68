"""An appraisal as one JSON document: money as decimal strings of pounds, ratios and shares as numbers."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any

from totalplace.appraisal import sure_tables, tables
from totalplace.appraisal.chance import Chance
from totalplace.appraisal.result import Appraisal, Found
from totalplace.appraisal.sensitivity import Bar, Switch, Told
from totalplace.appraisal.stamps import State, version
from totalplace.table import Table, plain


def document(
    result: Appraisal,
    stamp: State,
    chances: list[Chance],
    tornado: dict[str, list[Bar]],
    switching: dict[str, list[Switch]],
    told: list[Told],
) -> dict[str, Any]:
    """Everything that an appraisal says."""
    case = result.case
    return {
        "case": case.id,
        "name": case.name,
        "scope": tables.scope(case),
        "first_year": case.first_year,
        "years": list(case.years),
        "price_year": case.price_year,
        "deflator": case.deflator,
        "discount": case.discount,
        "deadweight": case.deadweight,
        "version": version(case),
        "checked": {"holds": stamp.holds, "by": stamp.by, "on": stamp.on, "changed": list(stamp.changed)},
        "options": [_option(result, found) for found in result.options],
        "compared": _rows(tables.options_compared(result)),
        "chance": [_chance(found) for found in chances],
        "tornado": {option: [_bar(bar) for bar in found] for option, found in tornado.items()},
        "switching": {option: [asdict(each) for each in found] for option, found in switching.items()},
        "scenarios": _rows(sure_tables.scenario_table(case, told)),
        "assumptions": _rows(tables.assumptions(case)),
        "parameters": [asdict(used) for used in result.used],
        "doubts": list(result.doubts),
    }


def _option(result: Appraisal, found: Found) -> dict[str, Any]:
    measures = {name: plain(of(found), kind) for name, _, kind, of in tables.MEASURES}  # type: ignore[arg-type]
    headline = (
        None
        if found.withheld
        else {
            key: measures[key]
            for key in (
                "financial_return",
                "net_present_budget_impact",
                "net_present_public_value",
                "public_value_return",
            )
        }
    )
    return {
        "option": found.option.id,
        "name": found.option.name,
        "headline": headline,
        "withheld": list(found.withheld),
        **measures,
        "payback_year": found.payback_year or None,
        "over": result.case.usual.id,
        "years": _rows(tables.years(found)),
        "agencies": _rows(tables.who(found)),
        "agencies_first_level": _rows(tables.who(found, 1)),
        "cash": _rows(tables.who_by_year(found)),
        "costs": _rows(tables.costs(found)),
        "benefits": _rows(tables.benefits(found)),
    }


def _rows(table: Table) -> list[dict[str, Any]]:
    return list(table.records())


def _chance(found: Chance) -> dict[str, Any]:
    def number(value: float) -> float | None:
        return None if isnan(value) else value

    return {
        "option": found.option,
        "draws": found.draws,
        "seed": found.seed,
        "saves": found.saves,
        "gains": found.gains,
        "pays_back": found.pays_back,
        "pays_back_by": list(found.pays_back_by),
        "measures": {
            name: {
                "mean": number(spread.mean),
                "undefined": spread.undefined,
                **{f"p{percentile}": number(value) for percentile, value in spread.percentiles.items()},
            }
            for name, spread in found.measures.items()
        },
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        **asdict(bar),
        "at_low": plain(tables.pence(bar.at_low), "money"),
        "at_high": plain(tables.pence(bar.at_high), "money"),
    }
