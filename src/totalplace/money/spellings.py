"""Every spelling that bodies are known by, ready to be looked up: in full, cut, by words, by family, by initials."""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.money.families import signature
from totalplace.money.known import Known
from totalplace.money.names import plain

# Words of organisations that are no public body of the sort that their other words name.
OTHER_WORDS = frozenset(
    """ACADEMIES ACADEMY ASSOCIATES ASSOCIATION BAND BENEVOLENT CADETS CATHEDRAL CHAMBER CHAMBERS CHARITABLE
    CHARITIES CHARITY CHOIR CHURCH CHURCHES CIC CIO CLUB CLUBS COLLEGE COMPANY CRICKET DIOCESAN DIOCESE
    ENTERPRISE ENTERPRISES FEDERATION FOOTBALL FRIENDS GMPF HOLDINGS HOSPICE HOTEL HOUSING INVESTMENTS LEAGUE
    LIMITED LIONS LLP LOTTERY LTD MEMORIAL MOSQUE MOSQUES MUSEUM NURSERY PARISH PARTNERS PENSION PENSIONERS
    PENSIONS PLC PRACTICE PRIMARY PROPERTIES REDACTED RUGBY SCHOOL SCHOOLS SCOUT SCOUTS SECONDARY SOCIAL
    SOCIETY SOLICITORS SOLUTIONS SPORTS STUDIOS SUPERANN SUPERANNUATION SURGERY SYNAGOGUE THEATRE TRADING
    UNION UNISON VENTURES VETERANS VOLUNTARY WILDLIFE
    """.split()
)
# Words that many public bodies share, and so do not tell one from another.
SORT_WORDS = frozenset(
    """
    AND AUTHORITY BOARD BOROUGH BRIGADE CARE CITY CLINICAL COMBINED COMMISSIONER COMMISSIONING CONSTABULARY
    COUNCIL COUNTY CRIME DISTRICT FIRE FOR FOUNDATION GROUP HEALTH HOSPITAL HOSPITALS INTEGRATED LONDON
    METROPOLITAN NHS OF OFFICE ON POLICE RESCUE ROYAL SERVICE SERVICES THE TRUST UNIVERSITY UPON
    """.split()
)
# Words that a name may lack or have: fewer than those of a signature, which passes over FOR as well.
LINKS = frozenset(("AND", "OF", "THE"))


class Spellings:
    """What bodies are known by. `known` are the bodies by id, `exact` is the body of a spelling in full.

    Of all spellings `in_order` are the whole, `heads` the first words, and `tails` the last words of those that say a
    sort of body. `codes` says whose an identifier is (None where several claim it), `alike` which bodies of a sort have
    the same words, each with its tiers, and `bags` which body has the same words in any order. Of the place's own
    bodies `bare` says who has words but for the sort, `by_word` and `by_family` find spellings and `by_initials`
    bodies, and `own_others` are their words of other organisations. `bagged` are all words of `bags` and `bare`.
    """

    def __init__(self, known: Sequence[Known]) -> None:
        self.known = {body.id: body for body in known}
        self.exact: dict[str, str] = {}
        self.codes: dict[tuple[str, str], str | None] = {}
        self.alike: dict[tuple[str, frozenset[str]], dict[str, frozenset[str]]] = {}
        self.bags: dict[frozenset[str], str] = {}
        self.bare: dict[frozenset[str], set[str]] = {}
        self.by_word: dict[str, set[str]] = {}
        self.by_family: dict[str, set[str]] = {}
        self.own_others: set[str] = set()
        self.by_initials: dict[str, set[str]] = {}
        for body in known:
            self._learn(body)
        self.in_order = sorted(self.exact)
        self.heads = {spelling.split()[0] for spelling in self.exact}
        self.bagged = LINKS.union(*self.bags, *self.bare)
        self.tails = {spelling.split()[-1] for spelling in self.exact if signature(spelling)}

    def _learn(self, body: Known) -> None:
        for code in body.codes:
            # A code that two bodies claim tells neither.
            self.codes[code] = body.id if self.codes.get(code, body.id) == body.id else None
        for spelling in sorted(body.spellings):
            if self.exact.setdefault(spelling, body.id) != body.id:
                continue
            self.bags.setdefault(frozenset(spelling.split()) - LINKS, body.id)
            sign = signature(spelling)
            if sign and sign.words:
                rivals = self.alike.setdefault((sign.family, sign.words), {})
                rivals[body.id] = rivals.get(body.id, frozenset()) | sign.tiers
            if body.own:
                self._learn_likeness(body.id, spelling)
        if body.own and body.family and body.bare:
            # A council declared as 'Salford' alone: any rank of council of that name is it.
            self.alike.setdefault((body.family, body.bare), {})[body.id] = frozenset(("CITY", "COUNTY", "LOCAL"))

    def _learn_likeness(self, body: str, spelling: str) -> None:
        sign = signature(spelling)
        if sign:
            self.by_family.setdefault(sign.family, set()).add(spelling)
            if sign.family == "council" or (sign.family == "provider" and len(sign.words) > 1):
                self.bare.setdefault(sign.words, set()).add(body)
        letters = "".join(word[0] for word in spelling.split() if word not in LINKS)
        self.by_initials.setdefault(letters, set()).add(body)
        self.own_others |= OTHER_WORDS.intersection(spelling.split())
        for word in set(spelling.split()) - SORT_WORDS:
            if len(word) > 3:
                self.by_word.setdefault(word, set()).add(spelling)


def telling_words(name: str) -> frozenset[str]:
    """The words of a name that tell its body from others: without those that many public bodies share."""
    return frozenset(plain(name).split()) - SORT_WORDS
