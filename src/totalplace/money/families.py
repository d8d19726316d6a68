"""What sort of public body a name says it is, and the words that tell it from others of its sort."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """What sort of body a name says (`family`), where (`words`), and which rank of council (`tiers`)."""

    family: str
    words: frozenset[str]
    tiers: frozenset[str]


_GENERIC = {
    "ccg": "NHS CLINICAL COMMISSIONING GROUP GROUPS",
    "icb": "NHS INTEGRATED CARE BOARD",
    "combined": "COMBINED AUTHORITY MAYORAL COUNTY",
    "fire": "FIRE RESCUE AUTHORITY SERVICE SERVICES BRIGADE COMBINED COUNTY COMMISSIONER POLICE CRIME CIVIL DEFENCE",
    "police": "POLICE CONSTABULARY CRIME COMMISSIONER COMMISSIONERS OFFICE AUTHORITY CHIEF CONSTABLE FORCE "
    "FIRE SERVICE",
    "provider": "NHS FOUNDATION TRUST HOSPITAL HOSPITALS UNIVERSITY TEACHING",
    "council": "COUNCIL BOROUGH METROPOLITAN DISTRICT COUNTY CITY CC MAYOR BURGESSES UNITARY "
    "ACCOUNT ACCOUNTS GENERAL RECEIVABLE DIRECT DEBIT PAYMENTS RATES",
}
SMALL_WORDS = frozenset(("AND", "FOR", "OF", "THE"))
_DROPPED = {family: frozenset(words.split()) | SMALL_WORDS for family, words in _GENERIC.items()}


_TELLING = frozenset("BOROUGH CC CITY CLINICAL COMBINED CONSTABULARY COUNCIL FIRE INTEGRATED NHS POLICE TRUST".split())
"""A name that tells its family has one of these words."""


def signature(text: str) -> Signature | None:
    """The family and distinctive words of a plain name; None where it names no kind of public body."""
    return signature_of(text.split())


def signature_of(words: list[str]) -> Signature | None:
    """`signature` of a plain name by its words."""
    if _TELLING.isdisjoint(words):
        return None
    have = set(words)
    family = _family(words, have)
    if family is None:
        return None
    dropped = _DROPPED[family]
    if family == "council" and "BOROUGH" in have:
        dropped = dropped | {"LONDON", "ROYAL"}
    return Signature(family, frozenset(have - dropped), _tiers(words, have) if family == "council" else frozenset())


def _family(words: list[str], have: set[str]) -> str | None:
    if "COMBINED" in have and "AUTHORITY" in have and "FIRE" not in have:
        return "combined"
    if {"CLINICAL", "COMMISSIONING", "GROUP"} <= have:
        return "ccg"
    if {"INTEGRATED", "CARE", "BOARD"} <= have:
        return "icb"
    if "FIRE" in have and (have & {"RESCUE", "BRIGADE", "AUTHORITY"} or words[-2:] == ["FIRE", "SERVICE"]):
        return "fire"
    if "POLICE" in have or "CONSTABULARY" in have:
        return "police"
    if _is_provider(words, have):
        return "provider"
    if "COUNCIL" in have or "BOROUGH" in have or (words[-1:] == ["CC"] and len(words) > 1):
        return "council"
    return "council" if words[:2] == ["CITY", "OF"] and len(words) > 2 else None


def _is_provider(words: list[str], have: set[str]) -> bool:
    if "NHS" in have and (have & {"TRUST", "FOUNDATION", "HOSPITAL", "HOSPITALS"} or words[-1] == "NHS"):
        return True
    if "TRUST" not in have:
        return False
    return bool(have & {"HOSPITAL", "HOSPITALS"}) or words[-2:] == ["FOUNDATION", "TRUST"]


def _tiers(words: list[str], have: set[str]) -> frozenset[str]:
    tiers = set()
    if "COUNTY" in have and "COUNTY BOROUGH" not in " ".join(words):
        tiers.add("COUNTY")
    if "CITY" in have:
        tiers.add("CITY")
    if words[-1] == "CC":
        tiers |= {"COUNTY", "CITY"}
    if have & {"BOROUGH", "DISTRICT", "METROPOLITAN"}:
        tiers.add("LOCAL")
    return frozenset(tiers)


def rank(said: frozenset[str], known: frozenset[str]) -> int:
    """How well the rank of council that a name says (county, city, borough) goes with a body's: 0 not at
    all, 90 or more surely.
    """
    if not said or said & known:
        return 95
    if "COUNTY" in said or "COUNTY" in known:
        return 0 if known else 65
    return 90 if said == {"LOCAL"} and not known else 65
