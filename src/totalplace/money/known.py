"""The bodies that a payee may be: the place's own, with what the register knows of them, and the register's
others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from totalplace.errors import PlaceError
from totalplace.money.families import SMALL_WORDS, Signature, rank, signature
from totalplace.money.names import initials, is_subsequence, normal_code, plain
from totalplace.terms import Body

_FAMILY_OF = {
    "council": "council",
    "combined-authority": "combined",
    "police": "police",
    "fire": "fire",
    "nhs-provider": "provider",
}


@dataclass
class Known:
    """A body with all that it is known by, in plain form; `own` where the place counts it."""

    id: str
    name: str
    own: bool
    spellings: set[str] = field(default_factory=set)
    codes: set[tuple[str, str]] = field(default_factory=set)
    family: str | None = None

    @property
    def bare(self) -> frozenset[str] | None:
        """The words of a name that says no sort of body ('Salford'), where the body's kind says it; else
        None.
        """
        name = plain(self.name)
        return frozenset(name.split()) - SMALL_WORDS if self.family and not _signature(name) else None


_signature = lru_cache(maxsize=8192)(signature)
"""Each row of the register is held against the same few names."""


def known_bodies(bodies: Sequence[Body], register: Sequence[Body]) -> list[Known]:
    """The place's bodies and then the register's, by id in each; no name or code belongs to two bodies' own
    claims.

    A place's body that the register knows takes over the row; where it is only an old name of the row (a
    merged commissioner, a trust before it was joined) it takes that name and its kin. Raises PlaceError
    where two of the place's bodies go by one name.
    """
    own = [_known(body, own=True) for body in sorted(bodies, key=lambda body: body.id)]
    declared = _declared(own)
    codes = {code for body in own for code in body.codes}
    ids = {body.id for body in own}
    others = []
    for row in sorted(register, key=lambda body: body.id):
        entry = _known(row, own=False)
        heir = _heir(entry, own, declared)
        for body, spellings in _handed_over(entry, heir, declared):
            body.spellings |= spellings
            entry.spellings -= spellings
        entry.spellings -= declared.keys()
        if heir:
            heir.codes |= entry.codes - codes
            continue
        entry.codes -= codes
        if entry.id in ids:
            entry.id += "-register"
        others.append(entry)
    return own + others


def heirs(bodies: Sequence[Body], register: Sequence[Body]) -> dict[str, str]:
    """The place's bodies that the register knows, by id, each with the id of a row that it takes over."""
    own = [_known(body, own=True) for body in sorted(bodies, key=lambda body: body.id)]
    declared = _declared(own)
    found = ((_heir(_known(row, own=False), own, declared), row.id) for row in register)
    return {body.id: row for body, row in found if body}


def _known(body: Body, own: bool) -> Known:
    spellings = {text for text in map(plain, (body.name, *body.aliases)) if text}
    # Foundation trusts are as often written without the word, and cut where it would have been.
    spellings |= {text.replace(" FOUNDATION TRUST", " TRUST") for text in spellings if " NHS FOUND" in text}
    spellings |= {form for text in spellings for form in _company_forms(text)}
    pairs = ((scheme, normal_code(scheme, code)) for scheme, codes in body.codes.items() for code in codes)
    codes = {(scheme, code) for scheme, code in pairs if code}
    return Known(body.id, body.name, own, spellings, codes, _FAMILY_OF.get(body.kind))


_COMPANY_ENDINGS = (" LIMITED", " LTD", " PLC", " PUBLIC LIMITED COMPANY")


def _company_forms(text: str) -> list[str]:
    """A company's name with each ending: no two companies' names may differ in that alone (Companies Act
    2006, section 66).
    """
    stem = next((text.removesuffix(ending) for ending in _COMPANY_ENDINGS if text.endswith(ending)), "")
    return [stem + ending for ending in _COMPANY_ENDINGS] if stem else []


def _declared(own: Sequence[Known]) -> dict[str, Known]:
    declared: dict[str, Known] = {}
    for body in own:
        for spelling in sorted(body.spellings):
            rival = declared.setdefault(spelling, body)
            if rival is not body:
                raise PlaceError(f"'{rival.name}' and '{body.name}' both go by the name '{spelling}': one must lose it")
    return declared


def _heir(row: Known, own: Sequence[Known], declared: Mapping[str, Known]) -> Known | None:
    """The place's body that a row of the register is.

    An alias that is another body's old name makes no heir: its words differ from the row's own.
    """
    canonical = plain(row.name)
    if canonical in declared:
        return declared[canonical]
    sign = _signature(canonical)
    shared = sorted(row.spellings & declared.keys())
    kin = [name for name in shared if _is_another_name(name, canonical)]
    if kin:
        return declared[kin[0]]
    if sign is None:
        return None
    same = [body for body in own if any(_alike(_signature(name), sign) for name in body.spellings)]
    bare = [body for body in own if body.family == sign.family and body.bare == sign.words]
    found = same or bare
    return found[0] if len(found) == 1 else None


def _is_another_name(alias: str, canonical: str) -> bool:
    """Whether an alias is the body's own: it names no sort, has the same words, or abbreviates them."""
    mine, sign = _signature(alias), _signature(canonical)
    if mine is None or sign is None or _alike(mine, sign):
        return True
    start = initials(canonical)
    return any(1 < len(word) < 7 and is_subsequence(word, start) for word in mine.words - sign.words)


def _handed_over(row: Known, heir: Known | None, declared: Mapping[str, Known]) -> list[tuple[Known, set[str]]]:
    """Which spellings of a row go to which of the place's bodies: all to its heir, else an old name's own
    kin.
    """
    if heir:
        return [(heir, row.spellings - declared.keys())]
    out = []
    for name in sorted(row.spellings & declared.keys()):
        kin = {other for other in row.spellings - declared.keys() if _alike(_signature(other), _signature(name))}
        out.append((declared[name], kin))
    return out


def _alike(one: Signature | None, other: Signature | None) -> bool:
    if one is None or other is None or not one.words:
        return False
    same = (one.family, one.words) == (other.family, other.words)
    return same and bool(rank(one.tiers, other.tiers) or rank(other.tiers, one.tiers))
