"""What changed in a case since it was checked, in words: each change once, by the label of the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Flat = Mapping[str, str]
"""A case as `stamps.flat` writes it: every input by a name of its own, as text."""

ROWS = ("options", "cohorts", "costs", "benefits", "scenarios", "logic", "agencies")
"""What has an id and a name, and is told by its name."""
LISTS = {
    "people": ": number who start in",
    "units": ": number of units in",
    "given": " in",
    "hours": ": number of hours in",
}
"""Lists by year, and how a number of one is told."""
MONEY = ("given", "risk", "hourly")
"""The last part of a key whose number is pounds."""
FIELDS = {
    "bias": "optimism",
    "bias_from": "where its optimism comes from",
    "risk": "managing risk",
    "hourly": "pay for an hour",
    "pays": "share paid by",
    "agencies": "share gained by",
    "gains": "share to",
    "factor": "what brings it to the case's prices",
    "price_year": "price year",
    "cashable": "cashable",
    "by_agency": "for",
    "steps": "in steps, for",
    "deadweight_given": "whether a deadweight is said",
    "values": "sets",
    "public": "whether it is a public budget",
    "unit_cost": "unit cost",
    "leads_to": "leads to",
}
"""Parts of keys as people say them."""
SHOWN_LETTERS = 60


def told(then: Flat, now: Flat) -> tuple[str, ...]:
    """What differs, in the order of the case, each change once; () where nothing does."""
    differ = [key for key in dict.fromkeys([*now, *then]) if then.get(key) != now.get(key)]
    caused = [key for key in differ if not _follows(key, set(differ), now)]
    return tuple(dict.fromkeys(words for key in caused or differ for words in _said(key, then, now)))


def _follows(key: str, differ: set[str], now: Flat) -> bool:
    """Whether a number only follows from another that changed, which is told."""
    parts = key.split(".")
    head, row = parts[0], ".".join(parts[:2])
    if parts[-1] in ("key", "label"):
        return True
    if head == "quantities":
        return any(f"{each}.{parts[2]}.id" in differ for each in ROWS)
    if head == "remarks" and parts[-1] == "note":
        return f"{parts[1]}.{parts[2]}.note" in differ or f"{parts[1]}s.{parts[2]}.note" in differ
    if parts[-1] == "bias_from":
        return bool({f"{row}.bias", f"{row}.grade"} & differ)
    if len(parts) >= 3 and head == "costs" and parts[2] in ("amounts", "given"):
        own = parts[-1]
        causes = {f"{row}.hours.{own}", f"{row}.hourly"}
        if parts[2] == "amounts":
            causes |= {f"{row}.given.{own}", f"{row}.factor", f"{row}.price_year"}
        return bool(causes & differ)
    if parts[-1] == "factor":
        return bool({"deflator", "price_year", f"{key.rpartition('.')[0]}.price_year"} & differ)
    return head == "years" and "first_year" in differ and f"years.{len(parts)}" in now


def _said(key: str, then: Flat, now: Flat) -> Iterator[str]:
    """A change in words."""
    head, _, rest = key.partition(".")
    if head == "quantities":
        yield _quantity(rest.rpartition(".")[0], then, now)
    elif head == "years":
        yield f"Years were {_span(then)} and are {_span(now)}"
    elif head == "discount factors":
        yield f"The discount factors of {rest} are others"
    elif head == "used":
        yield from _used(then, now)
    elif head == "weights":
        yield f"Weight of {rest} {_change(key, then, now)}"
    elif head in ROWS and "." in rest:
        yield _row(head, rest, then, now)
    else:
        yield f"{_plain(key).capitalize()} {_change(key, then, now)}"


def _quantity(key: str, then: Flat, now: Flat) -> str:
    """A number with its range, in one phrase."""
    at = f"quantities.{key}"
    label = now.get(f"{at}.label") or then.get(f"{at}.label") or key
    if f"{at}.value" not in then:
        return f"{label} is new: {_ranged(at, now)}"
    if f"{at}.value" not in now:
        return f"{label} is gone"
    before, after = _ranged(at, then), _ranged(at, now)
    if before != after:
        return f"{label} was {before} and is {after}"
    parts = ("shape", "range_from", "unit", "label", "least", "most")
    other = [part for part in parts if then.get(f"{at}.{part}") != now.get(f"{at}.{part}")]
    words = {"shape": "spread", "range_from": "where its range comes from", "least": "least", "most": "most"}
    part = other[0] if other else "label"
    return f"{label}: {words.get(part, part)} {_change(f'{at}.{part}', then, now)}"


def _ranged(at: str, of: Flat) -> str:
    value, low, high = (_number(of.get(f"{at}.{part}", "")) for part in ("value", "low", "high"))
    return value if low == high else f"{value} ({low} to {high})"


def _row(head: str, rest: str, then: Flat, now: Flat) -> str:
    """A change of a line of the case: its name, what of it, and the financial year where it is a list by year."""
    id, *parts = rest.split(".")
    named = f"{head}.{id}.name"
    name = now.get(named) or then.get(named) or id
    if (named in then) != (named in now):
        return f"{name} is {'new' if named in now else 'gone'}"
    key = f"{head}.{rest}"
    if len(parts) == 2 and parts[0] in LISTS and parts[1].isdigit():
        year = now.get(f"years.{parts[1]}") or then.get(f"years.{parts[1]}") or f"year {parts[1]}"
        return f"{name}{LISTS[parts[0]]} {year} {_change(key, then, now, money=parts[0] == 'given')}"
    if len(parts) == 2 and parts[1] == "given":
        return f"{name}: {parts[0]} unit value {_change(key, then, now, money=True)}"
    what = " ".join(FIELDS.get(part, part.replace("_", " ")) for part in parts if part).removesuffix(", for")
    return f"{name}: {what} {_change(key, then, now, money=parts[-1] in MONEY)}"


def _used(then: Flat, now: Flat) -> Iterator[str]:
    """Parameters that came, went, or are told otherwise."""
    before, after = _parameters(then), _parameters(now)
    yield from (f"{name} is no longer used" for name in before if name not in after)
    yield from (f"{name} is used now" for name in after if name not in before)
    yield from (
        f"{name}: its source, or whether it is verified, is another"
        for name in after
        if name in before and before[name] != after[name]
    )


def _parameters(of: Flat) -> dict[str, list[str]]:
    """By name and edition: what else is said of a parameter."""
    found: dict[str, list[str]] = {}
    for key in of:
        if key.startswith("used.") and key.endswith(".name"):
            row = key.removesuffix("name")
            edition = of.get(f"{row}edition", "")
            name = of[key] if edition in of[key] else f"{of[key]} ({edition})"
            found[name] = [of.get(f"{row}{part}", "") for part in ("verified", "source")]
    return found


def _span(of: Flat) -> str:
    years = [value for key, value in of.items() if key.startswith("years.")]
    return f"{years[0]} to {years[-1]}" if years else "none"


def _plain(key: str) -> str:
    return key.replace("remarks.", "remark on ").replace("_", " ").replace(".", " ")


def _change(key: str, then: Flat, now: Flat, money: bool = False) -> str:
    if key not in then:
        return f"is new: {_value(now[key], money)}"
    if key not in now:
        return f"is gone: it was {_value(then[key], money)}"
    before, after = _value(then[key], money), _value(now[key], money)
    # Where both look the same they are given as they are.
    return f"was {then[key]} and is {now[key]}" if before == after else f"was {before} and is {after}"


def _value(text: str, money: bool) -> str:
    if money:
        return _pounds(text)
    if text in ("True", "False"):
        return "yes" if text == "True" else "no"
    shown = _number(text)
    return "nothing" if not shown else shown if len(shown) <= SHOWN_LETTERS else f"{shown[:SHOWN_LETTERS]}…"


def _number(text: str) -> str:
    """A number as it is written, with commas between thousands; any other text as it is."""
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:,.6g}" if abs(value) < 100_000 else f"{value:,.2f}".removesuffix(".00")


def _pounds(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    shown = f"£{abs(value):,.2f}".removesuffix(".00")
    return f"-{shown}" if value < 0 else shown
