"""Reads the settings of a case one by one: each is checked; what is wrong is named by its place, with what to do.

The same readers serve a TOML file and a workbook: they are told by a function what to call the place of a key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from totalplace.appraisal.case import SHAPES, Quantity
from totalplace.appraisal.words import QUANTITY
from totalplace.errors import CaseError, UsageError, did_you_mean
from totalplace.folder import NAME
from totalplace.terms import check_year

LARGEST = 1e13
"""Pounds or people beyond which a number is a slip."""
_FOREIGN = re.compile(r"[€$¥]|\b(eur|usd|euros?|dollars?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,3})?", re.IGNORECASE)
"""A number with or without commas before each three figures: other commas stand between numbers."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Where = Callable[[str], str]
"""The words for the place of a key: ``cases/family.toml: [[benefit]] 2 (care): impact``, or a sheet and cell."""


@dataclass(frozen=True)
class Fields:
    """A table of settings and where it stands."""

    table: Mapping[str, Any]
    where: Where

    def under(self, key: str, table: Any) -> Fields:
        """Settings that stand in a key of these; none where they are no table."""
        return Fields(table if isinstance(table, Mapping) else {}, lambda inner: self.where(f"{key}.{inner}"))

    def wrong(self, key: str, words: str) -> NoReturn:
        """Raises CaseError that names the place of a key."""
        raise CaseError(printable(f"{self.where(key)} {words}"))

    def only(self, keys: Iterable[str]) -> None:
        """Raises CaseError for a key that is not known, with the nearest one."""
        known = list(keys)
        for key in self.table:
            if key not in known:
                self.wrong(key, f"is not known{did_you_mean(str(key), known)}")

    def has(self, key: str) -> bool:
        """Whether a key is given; an empty cell or text is not."""
        return self.table.get(key) not in (None, "", [], {})

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)) or (value != value):
            self.wrong(key, f"is {value!r}; it must be text in quotation marks")
        if not isinstance(value, str):
            self.wrong(key, f"is the number {value}; it must be text in quotation marks")
        if found := _CONTROL.search(value):
            self.wrong(key, f"holds the control character U+{ord(found[0]):04X}, which is no text; delete it")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none where it is not given; a text alone is a list of one."""
        value = self.table.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            self.wrong(key, "must be a list of texts in quotation marks")
        return tuple(each.strip() for each in values if each.strip())

    def needed(self, key: str, why: str) -> str:
        """A text that must be there."""
        return self.text(key) or self.wrong(key, f"is not given; {why}")

    def yes(self, key: str) -> bool:
        """Yes or no; no where it is not given."""
        value = self.table.get(key, False)
        if isinstance(value, str) and value.strip().lower() in ("yes", "no", ""):
            return value.strip().lower() == "yes"
        if not isinstance(value, bool):
            self.wrong(key, f"is {value!r}; it must be true or false")
        return value

    def choice(self, key: str, among: Iterable[str], default: str = "") -> str:
        """One of some words."""
        known = list(among)
        value = self.text(key, default).lower() or default
        if value not in known:
            words = f"is '{value}'" if value else "is not given"
            self.wrong(key, f"{words}; choose one of: {', '.join(known)}")
        return value

    def id(self, fallback: str = "") -> str:
        """The id of the table, which goes into keys and addresses."""
        value = self.text("id") or fallback
        if not NAME.fullmatch(value):
            self.wrong("id", f"is '{value}'; write a-z, 0-9 and hyphens, such as 'care'")
        return value

    def year(self, key: str, why: str) -> str:
        """A financial year that must be there."""
        value = self.needed(key, why)
        try:
            return check_year(value)
        except UsageError as error:
            self.wrong(key, f"is not right: {error}")

    def whole(self, key: str, default: int | None, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.table.get(key, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int or not least <= value <= most:
            found = "is not given" if value is None else f"is {value!r}"
            self.wrong(key, f"{found}; it must be a whole number from {least:,} to {most:,}")
        return value

    def number(self, key: str, least: float = -LARGEST, most: float = LARGEST, default: float | None = None) -> float:
        """A number within bounds."""
        if not self.has(key) and default is not None:
            return default
        if not self.has(key):
            bounds = f" from {_plain(least)} to {_plain(most)}" if most < LARGEST else ""
            self.wrong(key, f"is not given; it must be a number{bounds}")
        return number_of(self.table[key], lambda words: self.wrong(key, words), least, most)

    def numbers(self, key: str, count: int, least: float = -LARGEST) -> tuple[float, ...]:
        """A list of numbers, one a year from the first year on; the years after its end are nought."""
        value = self.table.get(key, [])
        if isinstance(value, str) and "," in value:
            self.wrong(key, _either(value))
        if not isinstance(value, list):
            value = [value]
        while value and value[-1] in (None, ""):
            value = value[:-1]
        if len(value) > count:
            self.wrong(key, f"has {len(value)} years, and the case has {count}; take some off, or raise [case] years")
        if not value:
            self.wrong(key, "is not given; write a list with a number for each year, such as [100, 120]")
        return tuple(self._year(f"{key}.{at}", each, least) for at, each in enumerate(value, 1))

    def _year(self, key: str, value: Any, least: float) -> float:
        if value in (None, ""):
            self.wrong(key, "is blank, and years after it are not; write 0 where there is nothing")
        return self._one(key, value, least, LARGEST)

    def _one(self, key: str, value: Any, least: float, most: float) -> float:
        return number_of(value, lambda words: self.wrong(key, words), least, most)

    def shares(self, key: str, whole: str = "") -> dict[str, float]:
        """Parts of a whole by name, from 0 to 1; with `whole` they must come to 1. A text alone has all of it."""
        value = self.table.get(key, {})
        if isinstance(value, str):
            return {value.strip(): 1.0} if value.strip() else {}
        if not isinstance(value, Mapping):
            self.wrong(key, f'is {value!r}; write shares by name, such as {{ "NHS" = 0.6, "Police" = 0.4 }}')
        found = {str(name): self._one(f"{key}.{name}", share, 0, 1) for name, share in value.items()}
        total = math.fsum(found.values())
        if total > 1 + 1e-9:
            self.wrong(key, f"comes to {total:.1%}; shares of a whole cannot pass 100%. Make them smaller")
        if whole and found and total < 1 - 1e-9:
            self.wrong(key, f"comes to {total:.1%}; {whole}: say who has the other {1 - total:.1%}")
        return found

    def quantity(self, key: str, name: str, kind: Kind, error: float = 0.0, default: float | None = None) -> Quantity:
        """A number with its range: as given (low, high, shape), or `error` either side from its evidence's grade."""
        given = self.table.get(key)
        inner = Fields(given if isinstance(given, Mapping) else {"value": given}, lambda k: self.where(_inside(key, k)))
        inner.only(QUANTITY)
        value = inner.number("value", kind.least, kind.most, default)
        shape = inner.choice("shape", SHAPES, "pert")
        low, high, source = value, value, ""
        if inner.has("low") or inner.has("high"):
            low = inner.number("low", kind.least, kind.most, value)
            high = inner.number("high", kind.least, kind.most, value)
            source = "given"
            if not low <= value <= high:
                inner.wrong(
                    "low", f"to high is {_plain(low)} to {_plain(high)}; the value {_plain(value)} must lie between"
                )
        elif error and (kind.always or self.has(key)):
            reach = abs(value) * error
            low, high, source = max(kind.least, value - reach), min(kind.most, value + reach), "grade"
        if shape == "lognormal" and low <= 0 < high:
            inner.wrong("shape", "is lognormal, whose low end must be above nought; choose normal, or raise low")
        return Quantity(name, kind.label, value, low, high, kind.least, kind.most, shape, source, kind.unit)


@dataclass(frozen=True)
class Kind:
    """What a number of a case is: its words, unit, and the bounds that it cannot pass. `always`: it is unsure as its
    evidence is even where it stands at its default."""

    label: str
    least: float
    most: float
    unit: str
    always: bool = False


def printable(text: str) -> str:
    """A text in one line without characters that steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _either(text: str) -> str:
    """What is wrong with a text that may be one number or several, with both readings."""
    parts = [part.strip() for part in text.split(",")]
    several = f"{', '.join(parts[:-1])} and {parts[-1]}"
    bare = text.replace("£", "").replace(" ", "")
    one = f"the one number {bare.replace(',', '')}, or " if _NUMBER.fullmatch(bare) else ""
    return f"is '{text}', which may be {one}the {len(parts)} numbers {several}; write a number for each year by itself"


def _inside(key: str, inner: str) -> str:
    return key if inner == "value" else f"{key}.{inner}"


def _plain(value: float) -> str:
    return f"{value:,.10g}"


def number_of(value: Any, wrong: Callable[[str], NoReturn], least: float = -LARGEST, most: float = LARGEST) -> float:
    """A number, also from what people write in a cell (£1,200.50, 30%); calls `wrong` with what is not right."""
    found = _from_text(value, wrong) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        wrong(f"is {value!r}; it must be a number")
    if not math.isfinite(found) or abs(found) > LARGEST:
        wrong(f"is {value}; no such number can be meant")
    if not least <= found <= most:
        share = " (30% is 0.3)" if (least, most) in ((0, 1), (-1, 1)) else ""
        bounds = f"be from {_plain(least)} to {_plain(most)}" if most < LARGEST else f"not be below {_plain(least)}"
        wrong(f"is {_plain(found)}; it must {bounds}{share}")
    return float(found)


def _from_text(text: str, wrong: Callable[[str], NoReturn]) -> float:
    plain = text.strip()
    if _FOREIGN.search(plain):
        wrong(f"is '{text}': a second currency. Everything is in pounds; convert it and note the rate and its date")
    part = 0.01 if plain.endswith("%") else 1.0
    plain = plain.removesuffix("%").replace("£", "").strip()
    if not _NUMBER.fullmatch(plain):
        if re.search(r"[0-9]\s*,\s*£?[0-9]", plain):
            wrong(
                f"is '{text}'; commas stand before each three figures of one number, such as 142,500. Write one number"
            )
        wrong(f"is '{text}'; it must be a number")
    return float(plain.replace(",", "")) * part
