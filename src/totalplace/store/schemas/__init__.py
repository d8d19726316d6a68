"""The published contract of the store's tables: Frictionless Table Schema, a file a table."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

TABLES = ("lines", "rejects", "payees", "ledger")
"""Every table that the store publishes."""


def schema(table: str) -> dict[str, Any]:
    """The Table Schema of a table of TABLES."""
    found: dict[str, Any] = json.loads(files(__name__).joinpath(f"{table}.json").read_text("utf-8"))
    return found
