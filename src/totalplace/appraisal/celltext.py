"""Several things in one cell: shares by name, lists, steps, areas of risk; written so that they read back the same.

Entries stand with ; or a new line between them: ``NHS 60%; Police 40%``. A name that could be misread stands in
quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

_ENTRY = re.compile(r'(?:"(?:[^"]|"")*"|[^;\n"]|"(?!"))+')
_QUOTED = re.compile(r'"((?:[^"]|"")*)"\s*(.*)', re.DOTALL)
_NUMBER = r"[-+]?(?:[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
_SHARE = re.compile(rf"(?P<name>.*?)\s*(?:[:=]\s*(?P<plain>{_NUMBER})|[:=]?\s*(?P<percent>{_NUMBER})\s*%)")
_STEP = re.compile(rf"(?P<rest>.*?)\s*\bsteps?\s+(?:of\s+)?(?P<step>{_NUMBER})", re.IGNORECASE)
_DEALT = re.compile(rf"(?P<rest>.*?)[,\s]+dealt\s+with\s+(?P<part>{_NUMBER})\s*%", re.IGNORECASE)


def entries(text: str) -> list[str]:
    """The entries of a cell, without the empty ones."""
    return [found.strip() for found in _ENTRY.findall(text) if found.strip()]


def read_list(text: str) -> list[str]:
    """A list of texts: ``plan; visit``."""
    return [_name(entry) for entry in entries(text)]


def list_text(values: Iterable[str]) -> str:
    """A list as a cell has it."""
    return "; ".join(_safe(value) for value in values)


def read_shares(text: str) -> dict[str, Any]:
    """Shares by name. A name alone has all of it where it stands by itself; beside others it lacks its share."""
    found: dict[str, Any] = {}
    every = entries(text)
    for entry in every:
        name, share = _split(entry)
        if name in found:
            raise ValueError(f"names '{name}' twice; add its shares up")
        if share is None and len(every) > 1:
            raise ValueError(f"says no share of '{name}'; write it as: {name} 40%")
        found[name] = 1.0 if share is None else share
    return found


def shares_text(shares: Mapping[str, Any] | str) -> str:
    """Shares as a cell has them."""
    if isinstance(shares, str):
        return _safe(shares.strip())
    if list(shares.values()) == [1]:
        return _safe(next(iter(shares)))
    return "; ".join(f"{_safe(name)} {_percent(share)}" for name, share in shares.items())


def read_steps(text: str) -> dict[str, Any]:
    """Shares by agency, with steps: ``NHS 10%; Police 50% step 12``."""
    found: dict[str, Any] = {}
    for entry in entries(text):
        match = None if _QUOTED.fullmatch(entry) and not _QUOTED.fullmatch(entry)[2] else _STEP.fullmatch(entry)  # type: ignore[index]
        name, share = _split(match["rest"] if match else entry)
        if share is None and not match:
            raise ValueError(f"says no share of '{name}'; write it as: {name} 40%")
        if name in found:
            raise ValueError(f"names '{name}' twice")
        said = {} if share is None else {"share": share}
        found[name] = {**said, "step": _float(match["step"])} if match else share
    return found


def steps_text(agencies: Mapping[str, Any]) -> str:
    """Shares and steps as a cell has them."""
    told = []
    for name, said in agencies.items():
        parts = said if isinstance(said, Mapping) else {"share": said}
        share = f" {_percent(parts['share'])}" if "share" in parts else ""
        step = f" step {_plain(parts['step'])}" if "step" in parts else ""
        told.append(f"{_safe(name)}{share}{step}")
    return "; ".join(told)


def read_areas(text: str) -> dict[str, Any]:
    """Areas of risk with what each adds and how far it is dealt with: ``Site 5% dealt with 40%``."""
    found: dict[str, Any] = {}
    for entry in entries(text):
        match = _DEALT.fullmatch(entry)
        name, share = _split(match["rest"] if match else entry)
        if not match or share is None:
            raise ValueError(f"is '{entry}'; write each area as: {name} 5% dealt with 40%")
        found[name] = {"contribution": share, "mitigated": float(Decimal(match["part"].replace(",", "")) / 100)}
    return found


def areas_text(areas: Mapping[str, Any]) -> str:
    """Areas of risk as a cell has them."""
    return "; ".join(
        f"{_safe(name)} {_percent(said['contribution'])} dealt with {_percent(said['mitigated'])}"
        for name, said in areas.items()
    )


def _split(entry: str) -> tuple[str, float | None]:
    """A name and its share, None where none is said."""
    quoted = _QUOTED.fullmatch(entry.strip())
    rest = quoted[2] if quoted else entry.strip()
    match = _SHARE.fullmatch(rest)
    if quoted:
        name = quoted[1].replace('""', '"')
        if not rest:
            return name, None
        if not match or match["name"]:
            raise ValueError(f"has '{rest}' after the name '{name}'; write its share as: 40%")
    elif not match or not match["name"].strip():
        return rest, None
    else:
        name = match["name"].strip()
    percent = match["percent"]
    return name, float(Decimal(percent.replace(",", "")) / 100) if percent else _float(match["plain"])


def _name(entry: str) -> str:
    quoted = _QUOTED.fullmatch(entry)
    return quoted[1].replace('""', '"') if quoted and not quoted[2] else entry


def _float(text: str) -> float:
    return float(text.replace(",", ""))


def _safe(name: str) -> str:
    """A name that reads back as itself."""
    plain = name and name == name.strip() and not re.search(r'[;\n\r"%:=]|\bsteps?\b|dealt\s+with', name, re.IGNORECASE)
    return name if plain else '"' + name.replace('"', '""') + '"'


def _percent(share: Any) -> str:
    """A share in per cent, exact to the last figure; what is no number as it is."""
    try:
        value = Decimal(str(share)) * 100
    except InvalidOperation:
        return str(share)
    text = f"{value:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def _plain(value: Any) -> str:
    return f"{value:.17g}" if isinstance(value, float) and not value.is_integer() else str(value)
