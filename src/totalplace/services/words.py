"""Texts as the model sees them: words, beginnings of words, pairs of words. Names of persons are never looked at."""

from __future__ import annotations

from itertools import pairwise

from totalplace.parameters.services import lettered

BEGINNING = 5
"""Letters of the beginning that stands for a longer word: ledgers cut and shorten (`Placeme`, `Residntl`)."""

ORGANISATION = frozenset(
    """academies academy agency airport architects assembly associates association associations authority bank bc board
    borough brothers building bureau business buses cab care carers catering ccg centre charity church cic cleaning club
    coaches college combined committee commission commissioner community company construction consultancy consultants
    consulting contractors cooperative corporation council county dept department district education electrical
    electricity enterprise enterprises energy engineering england federation finance fire foundation fund gas gmca group
    hall holdings home homes hospital hospitals hotel hotels house housing icb inc industries institute insurance
    international it judo landscapes law leisure library limited llp ltd management mbc ministry museum networks nhs
    north nursery nurseries nursing office organisation partners partnership pharmacy plc police practice primary
    products project properties property publishing rail recruitment rescue residential royal school schools securities
    security service services society software solicitors solutions sports stores studio studios suppliers supplies
    support surgery systems taxis technologies technology theatre trading training transport travel trust uk union
    university utilities water works""".split()
)
"""A payee's name with one of these words is that of an organisation; any other may be a person's, and is not read."""

_STOP = frozenset("and the of for to in on at by per from with ltd limited plc llp co uk via not all".split())


def words(text: str) -> list[str]:
    """The words of a text in small letters: no digits, no apostrophes, none of one letter, none that says nothing."""
    return _telling(lettered(text))


def is_organisation(name: str) -> bool:
    """Whether a payee's name says that it is an organisation's. A name that does not say so may be a person's."""
    return not ORGANISATION.isdisjoint(lettered(name).split())


def features(text: str) -> tuple[str, ...]:
    """What the model looks up of a text: its words, beginnings of the long ones, and pairs of neighbours."""
    return features_of(lettered(text), payee=False)


def payee_features(name: str) -> tuple[str, ...]:
    """The same of a payee's name, where it is an organisation's; else nothing."""
    return features_of(lettered(name), payee=True)


def features_of(plain: str, *, payee: bool) -> tuple[str, ...]:
    """What `features`, or `payee_features`, say of a text that is `lettered` already."""
    if payee and ORGANISATION.isdisjoint(plain.split()):
        return ()
    found = _telling(plain)
    short = [word[:BEGINNING] + "~" for word in found if len(word) >= BEGINNING]
    pairs = [f"{one} {two}" for one, two in pairwise(found)]
    return (*found, *short, *pairs)


def _telling(plain: str) -> list[str]:
    return [word for word in plain.split() if len(word) > 1 and word not in _STOP]
