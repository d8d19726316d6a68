"""Fields of the editor of business cases: a setting of a TOML file as texts of a form, and back.

What was not changed in the form stays as it is written in the file; what is no number stays the text that was typed,
so that reading the case says what is wrong with it, where.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from totalplace.table import figure

Texts = dict[str, str]
"""What a field holds, by the part of it: '' for a field that is one text."""

RANGE = ("value", "low", "high", "shape")
CASH = ("share", "step", "agencies", "budget_line", "confirmed_by", "confirmed_on")


def shown(kind: str, value: Any) -> Texts:
    """A setting as the texts of its field; nothing where it is not given."""
    if kind == "range":
        held = value if isinstance(value, Mapping) else {"value": value}
        return {part: plain(held.get(part)) for part in RANGE}
    if kind == "grades":
        held = value if isinstance(value, Mapping) else {}
        return {str(part): plain(grade) for part, grade in held.items()}
    if kind == "cashable":
        held = value if isinstance(value, Mapping) else {"share": value}
        return {part: shares_text(held.get(part)) if part == "agencies" else plain(held.get(part)) for part in CASH}
    if kind == "capital":
        return _capital_shown(value)
    if kind == "years":
        each = value if isinstance(value, list) else [] if value is None else [value]
        return {str(at): plain(number) for at, number in enumerate(each, 1)}
    if kind == "pair":
        ends = value if isinstance(value, list) else []
        return {str(at): plain(ends[at - 1]) if at <= len(ends) else "" for at in (1, 2)}
    return {"": _one(kind, value)}


def _one(kind: str, value: Any) -> str:
    if kind == "yes":
        return "yes" if value is True or value == "yes" else ""
    if kind == "public":
        return "no" if value is False or value == "no" else ""
    if kind == "list" and isinstance(value, list):
        return "\n".join(" ".join(plain(each).split()) for each in value)
    if kind == "shares":
        return shares_text(value)
    return plain(value)


def _capital_shown(value: Any) -> Texts:
    if isinstance(value, Mapping):
        return {"types": shares_text(value.get("types")), "mitigated": plain(value.get("mitigated"))}
    return {"types": plain(value), "mitigated": ""}


def plain(value: Any) -> str:
    """A value as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, (int, float)) else str(value)


def shares_text(value: Any) -> str:
    """Parts of a whole by name, one on a line; a name alone has all of it."""
    if not isinstance(value, Mapping):
        return plain(value)
    return "\n".join(f"{name} = {_share_text(share)}" for name, share in value.items())


def _share_text(share: Any) -> str:
    if not isinstance(share, Mapping):
        return plain(share)
    words = [plain(share["share"])] if "share" in share else []
    return ", ".join([*words, *([f"step {plain(share['step'])}"] if "step" in share else [])])


def taken(kind: str, sent: Mapping[str, str], was: Any) -> Any:
    """The setting that the texts of a field say, None where they say nothing; `was` where they were not changed."""
    texts = {part: _tidy(kind, text) for part, text in sent.items()}
    before = shown(kind, was)
    same = all(texts.get(part, "") == _tidy(kind, text) for part, text in before.items())
    if was is not None and same and not any(text for part, text in texts.items() if part not in before):
        return was
    readers = {"range": _range, "grades": _grades, "years": _years, "cashable": _cashable, "capital": _capital}
    if kind in readers:
        return readers[kind](texts, was)
    if kind == "pair":
        return [texts.get("1", ""), texts.get("2", "")] if any(texts.values()) else None
    return _read(kind, texts.get("", ""))


def _tidy(kind: str, text: str) -> str:
    """A text without the line ends of browsers and the room around it."""
    lines = text.replace("\r\n", "\n").strip()
    return lines if kind in ("shares", "long", "list", "cashable", "capital") else " ".join(lines.split())


def _read(kind: str, text: str) -> Any:
    if kind == "yes":
        return True if text == "yes" else None
    if not text:
        return None
    if kind == "public":
        return False
    if kind == "number":
        return number(text)
    if kind == "list":
        return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return shares(text) if kind == "shares" else text


_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
"""A number with commas before each three figures; other commas stand between numbers, which are not one."""


def number(text: str) -> int | float | str:
    """A number as people type it (1,200, £5, 30%); the text itself where it is none, which reading then refuses."""
    typed = text.strip()
    part = typed.endswith("%")
    bare = typed.removesuffix("%").replace("£", "").replace("\N{MINUS SIGN}", "-").strip()
    if "," in bare and not _GROUPED.fullmatch(bare):
        return typed
    bare = bare.replace(",", "")
    try:
        found = float(bare) if bare.isascii() and "_" not in bare else None
    except ValueError:
        found = None
    if found is None or found != found or found in (float("inf"), float("-inf")):
        return typed
    if part:
        return round(found / 100, 12)
    return int(bare) if bare.lstrip("+-").isdigit() and len(bare) < 16 else found


def shares(text: str) -> dict[str, Any] | str:
    """Shares by name, one on a line; a name alone, where there is but one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and "=" not in lines[0]:
        return lines[0]
    found: dict[str, Any] = {}
    for line in lines:
        name, _, share = line.rpartition("=") if "=" in line else (line, "", "")
        found[name.strip()] = _share(share)
    return found


def _share(text: str) -> Any:
    if "step" not in text:
        return number(text)
    share, _, step = text.partition("step")
    given = {"share": share.strip(" ,"), "step": step.strip(" =,")}
    return {part: number(words) for part, words in given.items() if words}


def _range(texts: Mapping[str, str], was: Any) -> Any:
    """A number, or a range where it has ends; what else is said of it stays."""
    more = {key: each for key, each in was.items() if key not in RANGE} if isinstance(was, Mapping) else {}
    found: dict[str, Any] = {part: number(texts[part]) for part in RANGE[:3] if texts.get(part)}
    if not found:
        return None
    if texts.get("shape") and (len(found) > 1 or isinstance(was, Mapping)):
        found["shape"] = texts["shape"]
    return found["value"] if set(found) == {"value"} and not more else {**found, **more}


def _grades(texts: Mapping[str, str], _was: Any) -> Any:
    return {part: number(text) for part, text in texts.items() if text} or None


def _years(texts: Mapping[str, str], _was: Any) -> Any:
    """Numbers by year, those between that are empty nought; the years after the last are not written."""
    if texts.get(""):  # all in one text, which no box of the form sends: reading says what it may be
        return texts[""]
    given = {int(part): text for part, text in texts.items() if part.isdecimal() and len(part) < 4 and text}
    if not given:
        return None
    return [number(given[at]) if at in given else 0 for at in range(1, max(given) + 1)]


def _cashable(texts: Mapping[str, str], was: Any) -> Any:
    found: dict[str, Any] = {}
    for part in CASH:
        if text := texts.get(part, ""):
            found[part] = shares(text) if part == "agencies" else number(text) if part in CASH[:2] else text
    if set(found) == {"share"} and not isinstance(was, Mapping):
        return found["share"]
    return found or None


def _capital(texts: Mapping[str, str], was: Any) -> Any:
    """Kinds of building work; areas of risk, which the form does not have, stay."""
    types = shares(texts["types"]) if texts.get("types") else None
    if types is None:
        return None
    more = (
        {key: each for key, each in was.items() if key not in ("types", "mitigated")}
        if isinstance(was, Mapping)
        else {}
    )
    if texts.get("mitigated"):
        more = {"mitigated": number(texts["mitigated"]), **more}
    if isinstance(types, str):
        return {"types": {types: 1}, **more} if more else types
    return {"types": types, **more}


def bounds_words(least: float, most: float, unit: str) -> str:
    """What a number can be, in words."""
    if most >= 1e12:
        return f"from {figure(least)}" + (f", {unit}" if unit else "")
    percent = " (30% is 0.3)" if (least, most) in ((0, 1), (-1, 1)) else ""
    return f"from {figure(least)} to {figure(most)}{percent}" + (f", {unit}" if unit and unit != "share" else "")
