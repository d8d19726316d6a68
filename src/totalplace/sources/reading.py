"""How a file is read: what `add` proposes, a person agrees to, and `place.toml` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
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
    "origin",
    "vat",
    "ods",
    "gss",
    "company",
)
"""What a column can be. `card` marks procurement-card rows; `origin` names the file that a merged row came from."""

ENCODINGS = ("utf-8", "cp1252", "cp850", "utf-16")
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Reading:
    """An agreed way to read a table.

    `columns` maps a role of ROLES to the heading as published, or to a column number from 1 where there is
    no heading or two are alike. `header` is the line (or sheet row) of the headings, 0 for none; reading
    starts after it, or at `first` where there is no heading. `dates` says which order a doubtful date is in;
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
        for role in self.columns:
            if role not in ROLES:
                raise PlaceError(f"reading: '{role}' is not a kind of column{did_you_mean(role, list(ROLES))}")
        if "amount" not in self.columns:
            raise PlaceError("reading: no column is given for the amount")
        _one_of("encoding", self.encoding, ENCODINGS)
        _one_of("delimiter", self.delimiter, DELIMITERS)
        _one_of("dates", self.dates, ("dmy", "mdy"))
        _one_of("sign", self.sign, (1, -1))
        _one_of("unit", self.unit, (1, 1000, 1_000_000))

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], where: str) -> Reading:
        """A reading from its table in place.toml; raises PlaceError naming an unknown key."""
        known = list(cls.__dataclass_fields__)
        for key in raw:
            if key not in known:
                raise PlaceError(f"{where}: unknown key '{key}'{did_you_mean(key, known)}")
        try:
            return cls(**{**raw, "columns": dict(raw.get("columns", {}))})
        except PlaceError as error:
            raise PlaceError(f"{where}: {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """What place.toml keeps: only what differs from the usual."""
        plain = asdict(self)
        usual = {name: f.default for name, f in self.__dataclass_fields__.items()}
        kept = {key: value for key, value in plain.items() if key != "columns" and value != usual[key]}
        return {"columns": dict(self.columns), **kept}

    def indices(self, headings: list[str], where: str) -> dict[str, int]:
        """Each role's column from 0, found among `headings`; raises PlaceError where a heading is gone."""
        found: dict[str, int] = {}
        for role, ref in self.columns.items():
            if isinstance(ref, int):
                found[role] = ref - 1
                continue
            places = [i for i, heading in enumerate(headings) if heading.strip() == ref.strip()]
            if not places:
                raise PlaceError(
                    f"{where}: no column is headed '{ref}' (for {role}); it has: "
                    f"{', '.join(h for h in headings if h.strip())}. If the file has changed shape, add it again"
                )
            found[role] = places[0]
        return found


def _one_of(key: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise PlaceError(f"reading: {key} is '{value}'; it can be {', '.join(map(repr, allowed))}")
