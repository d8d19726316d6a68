"""What a register of buildings or a table of figures would be declared as, by its headings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.geography.declared import AssetFile, IndicatorFile
from totalplace.geography.facilities.register import KEYS
from totalplace.geography.points import X_HEADINGS, Y_HEADINGS, told_by
from totalplace.geography.reading.features import Features
from totalplace.terms import slug

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("uprn", "asset id", "asset reference", "property reference", "building id", "reference", "ref", "id"),
    "name": ("name", "building", "building name", "asset", "asset name", "property", "property name", "site"),
    "owner": ("owner", "body", "organisation", "owned by", "owning body", "holder"),
    "use": ("use", "current use", "main use", "asset type", "type", "category"),
    "size": (
        "m²",
        "m2",
        "sqm",
        "square metres",
        "floor area",
        "floor area m2",
        "floor area (m²)",
        "floor area (m2)",
        "gross internal area",
        "gia",
        "size",
    ),
    "cost": ("running cost", "annual running cost", "running costs", "running cost a year", "revenue cost", "cost"),
    "occupancy": ("occupancy", "occupancy %", "occupied", "occupied %", "utilisation", "utilisation %"),
    "condition": ("condition", "condition grade", "condition category"),
    "statutory": ("statutory", "statutory use", "required by law"),
    "heritage": ("heritage", "listed", "listed building", "listing"),
    "move": ("move cost", "cost of moving", "relocation cost", "cost to vacate"),
    "receipt": ("receipt", "expected receipt", "capital receipt", "estimated receipt", "market value"),
    "x": X_HEADINGS,
    "y": Y_HEADINGS,
    "block": (),
}
"""Headings that are taken for each key of a register, in any case. Ours, from how registers are published."""


def proposed_register(found: Features, base: Mapping[str, Any], given: Mapping[str, Any]) -> AssetFile:
    """A register as it would be declared; `given` names headings by key, under `columns` or by itself.

    Raises FileRefused where no column is the owner.
    """
    said = {**given, **dict(given.get("columns") or {})}
    if unknown := [key for key in dict(given.get("columns") or {}) if key not in KEYS]:
        raise UsageError(f"'{unknown[0]}' is no column of a register{did_you_mean(unknown[0], list(KEYS))}")
    lower = {" ".join(name.lower().replace("(£)", "").split()): name for name in reversed(list(found.columns))}
    columns: dict[str, Any] = {
        key: found.heading(said[key]) if said.get(key) else next((lower[each] for each in likely if each in lower), "")
        for key, likely in HEADINGS.items()
    }
    if not columns["owner"]:
        raise FileRefused(
            found.file,
            f"which column is the body that has each building? Say --column owner=HEADING; it has "
            f"{', '.join(found.columns)}",
        )
    if bool(columns["x"]) != bool(columns["y"]):
        columns["x"] = columns["y"] = ""
    return AssetFile(
        id=given.get("id") or stem_of(found, "assets"),
        kind=given.get("kind") or "",
        vintage=given.get("vintage") or "",
        projection=given.get("projection") or told_by(columns["x"]),
        **columns,
        **base,
    )


def proposed_indicator(found: Features, base: Mapping[str, Any], given: Mapping[str, Any], code: str) -> IndicatorFile:
    """An indicator as it would be declared: `code` heads its codes; `figure` has to be given."""
    if not given.get("figure"):
        raise FileRefused(
            found.file, f"which column has the figures? Say --figure HEADING; it has {', '.join(found.columns)}"
        )
    figure = found.heading(given["figure"])
    return IndicatorFile(
        id=given.get("id") or slug(figure) or stem_of(found, "need"),
        kind=given.get("kind") or "",
        vintage=given.get("vintage") or "",
        code=found.heading(code),
        figure=figure,
        of=given.get("of") or "",
        measure="mean" if given.get("mean") else "count",
        worse="low" if given.get("low") else "high",
        **{"title": figure, **base},
    )


def stem_of(found: Features, otherwise: str) -> str:
    """An id made of the name of a file."""
    return slug(PurePosixPath(found.file.replace("\\", "/")).name.split(".")[0]) or otherwise
