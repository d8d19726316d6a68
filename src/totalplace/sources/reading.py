"""How a file is read: what `add` proposes, a person agrees to, and `place.toml` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from totalplace.errors import PlaceError, did_you_mean

ROLES = (
    "amount",
    "date",
    "payee",
    "department",
    "category",
    "purpose",
    "transaction",
    "card",
    "credit",
    "sign",
    "origin",
    "vat",
    "ods",
    "gss",
    "company",
)
"""What a column can be. `card` marks procurement-card rows; `credit` holds credits where they have a column of their
own, taken away from the amount; `sign` says of each row whether it is a debit or a credit; `origin` names the file that
a merged row came from."""

ENCODINGS = ("utf-8", "cp1252", "cp850", "utf-16")
WIDEST = 16_384
"""Columns that a table can have: those of a spreadsheet."""
DEEPEST = 10_000_000
"""Lines among which the headings or the first row are looked for."""
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Reading:
    """An agreed way to read a table.

    `columns` maps a role of ROLES to the heading as published, or to a column number from 1 where there is
    no heading or two are alike. `header` is the line (or sheet row) of the headings, 0 for none; reading
    starts after it, or at `first` where there is no heading. `dates` says which order a doubtful date is in ('ymd' is
    for years of two figures in front);
    `sign` -1 turns files that publish spending as negative; `unit` is pounds in one unit.
    """

    columns: Mapping[str, str | int]
    header: int = 1
    first: int = 1
    encoding: str = "utf-8"
    delimiter: str = ","
    dates: str = "dmy"
    sign: int = 1
    unit: int = 1
    width: int = field(default=0)

    def __post_init__(self) -> None:
        for role, ref in self.columns.items():
            if role not in ROLES:
                raise PlaceError(f"reading: '{role}' is not a kind of column{did_you_mean(role, list(ROLES))}")
            if not _is_column(ref):
                raise PlaceError(
                    f"reading: {role} is {ref!r}; it must be a heading, or a column's number from 1 to {WIDEST:,}"
                )
        if "amount" not in self.columns:
            raise PlaceError("reading: no column is given for the amount")
        for key, least, most in (("header", 0, DEEPEST), ("first", 1, DEEPEST), ("width", 0, WIDEST)):
            if (value := getattr(self, key)).__class__ is not int or not least <= value <= most:
                raise PlaceError(f"reading: {key} is {value!r}; it must be a whole number from {least} to {most:,}")
        _one_of("encoding", self.encoding, ENCODINGS)
        _one_of("delimiter", self.delimiter, DELIMITERS)
        _one_of("dates", self.dates, ("dmy", "mdy", "ymd"))
        _one_of("sign", self.sign, (1, -1))
        _one_of("unit", self.unit, (1, 1000, 1_000_000))

    @classmethod
    def from_dict(cls, raw: Any, where: str) -> Reading:
        """A reading from its table in place.toml; raises PlaceError naming an unknown key."""
        known = list(cls.__dataclass_fields__)
        if not isinstance(raw, Mapping) or not isinstance(raw.get("columns", {}), Mapping):
            raise PlaceError(f"{where}: it must be a table of settings, its columns a table of headings")
        for key in raw:
            if key not in known:
                raise PlaceError(f"{where}: unknown key '{key}'{did_you_mean(key, known)}")
        try:
            return cls(**{**raw, "columns": dict(raw.get("columns", {}))})
        except PlaceError as error:
            raise PlaceError(f"{where}: {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """What place.toml keeps: only what differs from the usual."""
        usual = {name: f.default for name, f in self.__dataclass_fields__.items() if name != "columns"}
        kept = {key: getattr(self, key) for key in usual if getattr(self, key) != usual[key]}
        return {"columns": dict(self.columns), **kept}

    def indices(self, headings: list[str], where: str) -> dict[str, int]:
        """Each role's column from 0, found among `headings`; raises PlaceError where a heading is gone."""
        found: dict[str, int] = {}
        for role, ref in self.columns.items():
            if isinstance(ref, int):
                found[role] = ref - 1
                continue
            wanted = ref.strip().removeprefix("\ufeff")
            places = [i for i, heading in enumerate(headings) if heading.strip() == wanted]
            if not places:
                raise PlaceError(
                    f"{where}: no column is headed '{ref}' (for {role}); it has: "
                    f"{', '.join(h for h in headings if h.strip())}. If the file has changed shape, add it again"
                )
            found[role] = places[0]
        return found


def _is_column(ref: object) -> bool:
    if isinstance(ref, int) and not isinstance(ref, bool):
        return 0 < ref <= WIDEST
    return isinstance(ref, str) and bool(ref.strip())


def _one_of(key: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise PlaceError(f"reading: {key} is '{value}'; it can be {', '.join(map(repr, allowed))}")
