"""Addresses: what is chosen by one (filters, search, order, page), read strictly and written back into links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from totalplace.errors import UsageError, did_you_mean
from totalplace.terms import EMPTY

LISTED = (
    "body", "year", "month", "kind", "channel", "outcome", "to_body", "supplier", "payee_key", "reason", "by",
    "service", "area", "method", "driver",
    "rule", "subjective", "told", "class", "control", "role", "core", "prevention",
)  # fmt: skip
"""Parameters whose values can stand together with commas between them; a file's name may hold a comma."""


class Chosen:
    """The parameters of an address. Raises UsageError for one that the page does not know."""

    def __init__(self, given: Iterable[tuple[str, str]], known: Sequence[str]) -> None:
        self.known = tuple(known)
        self.values: dict[str, list[str]] = {}
        for name, value in given:
            if name not in known:
                raise UsageError(f"'{name}' is not asked for here{did_you_mean(name, list(known))}")
            parts = [part.strip() for part in value.split(",")] if name in LISTED else [value]
            if found := [part for part in parts if part.strip()]:
                self.values.setdefault(name, []).extend(found)

    def where(self, *names: str) -> dict[str, list[str]]:
        """The filters of these names that are set; of all names that can be filters where none is given."""
        wanted = names or tuple(n for n in self.known if n not in ("q", "sort", "page", "by"))
        return {
            name: ["" if EMPTY.get(name) == value else value for value in self.values[name]]
            for name in wanted
            if name in self.values
        }

    def text(self, name: str, default: str = "") -> str:
        """One value; the last where it was given again."""
        return self.values.get(name, [default])[-1]

    def joined(self, name: str) -> str:
        """All values of a filter with commas between, as a form's field holds them."""
        return ",".join(self.values.get(name, []))

    def whole(self, name: str, default: int = 1) -> int:
        """A whole number from 1; raises UsageError for anything else."""
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or not 0 < len(text) < 12 or int(text) < 1:
            raise UsageError(f"{name} is '{text}'; it must be a whole number from 1")
        return int(text)

    def query(self, **changes: Any) -> str:
        """The parameters as an address has them, without the page, changed as given ('' or None drops one)."""
        kept: dict[str, Any] = {name: values for name, values in self.values.items() if name != "page"}
        return query({**kept, **changes})


def query(parameters: Mapping[str, Any]) -> str:
    """Parameters as an address has them, in one order; what is empty is left out. Lists are joined with commas."""
    pairs = []
    for name in sorted(parameters):
        value = parameters[name]
        values = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
        if name in EMPTY and value != "":  # an empty value among others, or in a list, is asked for
            values = [EMPTY[name] if v == "" else v for v in values]
        values = [str(v) for v in values if v is not None and v != ""]
        if values and name in LISTED:
            values = [",".join(values)]
        pairs += [(name, v) for v in values]
    return urlencode(pairs, quote_via=quote, safe=",/")


def address(path: str, parameters: Mapping[str, Any] | None = None, **more: Any) -> str:
    """A path with its parameters: ``address('/lines', body='salford')``."""
    text = query({**(parameters or {}), **more})
    return f"{path}?{text}" if text else path
