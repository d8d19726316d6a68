"""Which public body a payee's name is: the place's own bodies first, then the shipped register.

The rules run from the surest down, and the first that answers wins: what a person confirmed, identifiers,
the name or an alias in full, a name cut at the width of a ledger's field, the same distinctive words with
the same kind of body. What is only like a name is never sure: it is a candidate for a person to confirm,
and only where the place counts that body. A name with words of another organisation (Ltd, Charity, Pension
Fund, Club) is no candidate at all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from totalplace.errors import PlaceError
from totalplace.money.families import rank, signature, signature_of
from totalplace.money.known import Known, known_bodies
from totalplace.money.names import codes_in, field_lengths, forms, normal_code, plain, tidy
from totalplace.parameters.kinds import payee_kind
from totalplace.terms import CODE_SCHEMES, Body

RULES = ("confirmed", "identifier", "name", "alias", "cut name", "same words", "like name", "none")
"""By what a name was told, surest first."""

WIDTHS = (30, 32, 35, 40, 45)
"""Field widths, in letters, at which ledgers cut a payee's name; 35 is SAP's."""
_WRAPS = (35, 40)

# Words of organisations that are no public body of the sort that their other words name.
_OTHER = frozenset(
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
_TYPES = frozenset(
    """
    AND AUTHORITY BOARD BOROUGH BRIGADE CARE CITY CLINICAL COMBINED COMMISSIONER COMMISSIONING CONSTABULARY
    COUNCIL COUNTY CRIME DISTRICT FIRE FOR FOUNDATION GROUP HEALTH HOSPITAL HOSPITALS INTEGRATED LONDON
    METROPOLITAN NHS OF OFFICE ON POLICE RESCUE ROYAL SERVICE SERVICES THE TRUST UNIVERSITY UPON
    """.split()
)
_SMALL = frozenset(("AND", "OF", "THE"))
# A VAT number tells least: a group of organisations may share one.
_SCHEMES = (*(scheme for scheme in CODE_SCHEMES if scheme != "vat"), "vat")
_ALONE = ("ccg", "icb", "police")
# What follows a council's name in that of another sort of council ('of Churches', 'for Voluntary Service').
_ANOTHER = ("FOR", "OF")
# The names of docs/clusters.md resolve alike from 17 to 26; docs/methods/count.md has the figures.
_SHORTEST_CUT = 18
# The end of the name in the row above, before a name: a trace of tables read from a PDF.
_WRAPPED = re.compile(
    r"(?:(?:HOSPITAL )?(?:NHS )?(?:FOUNDATION )?TRUST|(?:CO )?(?:LTD|LIMITED)|PLC|LLP|AUTHORITY) (?:THE )?"
)
_FEWEST_INITIALS = 3
# Letters alike, of 100, as rapidfuzz counts them: three of 25 letters may be others in a name, and in a word one of
# seven; in a shorter word one may be lost or doubled. Chosen on made-up slips, since real ones are rare; what is only
# alike is never sure.
_LIKE = 88
_WORD_LIKE = 84


class Match(NamedTuple):
    """What a payee's name is.

    `to_body` is a body of the place or of the register; it is only a candidate where `sure` is false.
    `rule` is one of RULES, `score` 0 to 100. `supplier` is the name to group by: the body's where sure,
    else the payee's own, tidied. `kind` is the kind of all payments to this payee, where its name tells.
    `key` is the supplier key of the name.
    """

    to_body: str | None
    sure: bool
    rule: str
    score: int
    supplier: str
    kind: str | None
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    body: str
    rule: str
    score: int
    sure: bool


class Resolver:
    """Tells which body a payee's name is.

    `settled` maps a payee's name to the body that a person confirmed, or to None where they said that it is
    none. `register` is the shipped one unless given. A place's body that the register knows takes over what
    the register knows of it. Raises PlaceError where two of the place's bodies go by one name, or one name is
    settled in two ways.
    """

    def __init__(
        self,
        bodies: Sequence[Body],
        settled: Mapping[str, str | None] | None = None,
        register: Sequence[Body] | None = None,
    ) -> None:
        if register is None:
            from totalplace.parameters.bodies import register as shipped

            register = shipped()
        known = known_bodies(bodies, register)
        self._known = {body.id: body for body in known}
        self._settled = _settled(settled or {})
        self._exact: dict[str, str] = {}
        self._codes: dict[tuple[str, str], str | None] = {}
        self._alike: dict[tuple[str, frozenset[str]], dict[str, frozenset[str]]] = {}
        self._bags: dict[frozenset[str], str] = {}
        self._bare: dict[frozenset[str], set[str]] = {}
        self._by_word: dict[str, set[str]] = {}
        self._by_family: dict[str, set[str]] = {}
        self._own_others: set[str] = set()
        self._by_initials: dict[str, set[str]] = {}
        for body in known:
            self._learn(body)
        self._sorted = sorted(self._exact)
        self._heads = {spelling.split()[0] for spelling in self._exact}
        self._bagged = _SMALL.union(*self._bags, *self._bare)
        self._tails = {spelling.split()[-1] for spelling in self._exact if signature(spelling)}

    def match(self, name: str, codes: Mapping[str, str] | None = None) -> Match:
        """What this payee is; `codes` holds its published identifiers by scheme (ods, vat, gss, company)."""
        text, key = forms(name)
        kind = payee_kind(text)
        supplier = tidy(key) or name.strip()
        if text in self._settled:
            body = self._settled[text]
            if body is None:
                return Match(None, True, "confirmed", 100, supplier, kind, key)
            if body in self._known:
                return Match(body, True, "confirmed", 100, self._known[body].name, kind, key)
        found = self._found(name, text, codes or {}, kind)
        if found and found.sure:
            return Match(found.body, True, found.rule, found.score, self._known[found.body].name, kind, key)
        if found and self._known[found.body].own:
            return Match(found.body, False, found.rule, found.score, supplier, kind, key)
        return Match(None, False, "none", 0, supplier, kind, key)

    def match_many(self, payees: Iterable[tuple[str, Mapping[str, str]]]) -> list[Match]:
        """`match` for each payee, in the order given; each distinct payee is worked out once.

        Identifiers of nobody known change no match, so names that differ in those alone are one payee.
        """
        done: dict[tuple[str, tuple[tuple[str, str], ...]], Match] = {}
        telling: dict[tuple[str, str], bool] = {}
        out = []
        for name, codes in payees:
            told = tuple(sorted(code for code in codes.items() if self._tells(code, telling))) if codes else ()
            match = done.get((name, told))
            if match is None:
                match = done[name, told] = self.match(name, dict(told))
            out.append(match)
        return out

    def _tells(self, code: tuple[str, str], seen: dict[tuple[str, str], bool]) -> bool:
        """Whether an identifier is one that some body is known by; `seen` keeps the answers."""
        if code not in seen:
            scheme, value = code
            known = normal_code(scheme, value)
            site = known[:3] if known and scheme == "ods" else known
            seen[code] = (scheme, known) in self._codes or (scheme, site) in self._codes
        return seen[code]

    def body_name(self, body: str) -> str | None:
        """The canonical name of a body of the place or the register, by its id; None for no such body."""
        return self._known[body].name if body in self._known else None

    # ---- what is known

    def _learn(self, body: Known) -> None:
        for code in body.codes:
            # A code that two bodies claim tells neither.
            self._codes[code] = body.id if self._codes.get(code, body.id) == body.id else None
        for spelling in sorted(body.spellings):
            if self._exact.setdefault(spelling, body.id) != body.id:
                continue
            self._bags.setdefault(frozenset(spelling.split()) - _SMALL, body.id)
            sign = signature(spelling)
            if sign and sign.words:
                rivals = self._alike.setdefault((sign.family, sign.words), {})
                rivals[body.id] = rivals.get(body.id, frozenset()) | sign.tiers
            if body.own:
                self._learn_likeness(body.id, spelling)
        if body.own and body.family and body.bare:
            # A council declared as 'Salford' alone: any rank of council of that name is it.
            self._alike.setdefault((body.family, body.bare), {})[body.id] = frozenset(("CITY", "COUNTY", "LOCAL"))

    def _learn_likeness(self, body: str, spelling: str) -> None:
        sign = signature(spelling)
        if sign:
            self._by_family.setdefault(sign.family, set()).add(spelling)
            if sign.family == "council" or (sign.family == "provider" and len(sign.words) > 1):
                self._bare.setdefault(sign.words, set()).add(body)
        letters = "".join(word[0] for word in spelling.split() if word not in _SMALL)
        self._by_initials.setdefault(letters, set()).add(body)
        self._own_others |= _OTHER.intersection(spelling.split())
        for word in set(spelling.split()) - _TYPES:
            if len(word) > 3:
                self._by_word.setdefault(word, set()).add(spelling)

    # ---- the rules

    def _found(self, name: str, text: str, codes: Mapping[str, str], kind: str | None) -> _Found | None:
        """The first rule that is sure, else the first that finds a likeness."""
        told = self._by_code(name, codes)
        if told and told[0] != "vat":
            return _Found(told[1], "identifier", 100, True)
        words = text.split()
        named = self._by_name(name, text, words)
        if named and named.sure:
            return named
        if kind is not None:
            return named
        by_vat = self._by_vat(told[1], text, words) if told else None
        return by_vat or named or self._like(name, text, words)

    def _by_code(self, name: str, codes: Mapping[str, str]) -> tuple[str, str] | None:
        """The scheme of the first identifier that a body is known by, and the body."""
        inside = codes_in(name)
        if not codes and not inside:
            return None
        for scheme in _SCHEMES:
            code = normal_code(scheme, codes.get(scheme) or inside.get(scheme) or "")
            if code is None:
                continue
            body = self._codes.get((scheme, code))
            if body is None and scheme == "ods" and len(code) == 5:
                body = self._codes.get((scheme, code[:3]))  # a site of the organisation
            if body is not None:
                return scheme, body
        return None

    def _by_vat(self, body: str, text: str, words: list[str]) -> _Found | None:
        """A body told by its VAT number: sure where the name goes with it, none where it is another's.

        A council's VAT number is also its schools', its pension fund's and that of bodies it hosts.
        """
        spellings = self._known[body].spellings
        own_words = {word for spelling in spellings for word in spelling.split()}
        if not (_OTHER - own_words).isdisjoint(words):
            return None
        sure = (
            not (own_words - _TYPES).isdisjoint(words)
            or any(spelling.startswith(text) for spelling in spellings)
            or any(_words_alike(words, spelling.split()) for spelling in spellings)
        )
        return _Found(body, "identifier", 100 if sure else 70, sure)

    def _by_name(self, name: str, text: str, words: list[str]) -> _Found | None:
        body = self._exact.get(text)
        if body is not None:
            return _Found(body, "name" if text == plain(self._known[body].name) else "alias", 100, True)
        cut = self._cut(name, text, words)
        if cut and cut.sure:
            return cut
        same = self._same_words(text, words)
        if same and same.sure:
            return same
        wrapped = _WRAPPED.match(text)
        rest = self._by_name(name, left := text[wrapped.end() :], left.split()) if wrapped else None
        return _Found(rest.body, "same words", 90, True) if rest and rest.sure else cut or same

    def _cut(self, name: str, text: str, words: list[str]) -> _Found | None:
        if len(text) < _SHORTEST_CUT or (len(words) > 1 and words[0] not in self._heads):
            return None
        at = bisect_left(self._sorted, text)
        longer = []
        while at < len(self._sorted) and self._sorted[at].startswith(text):
            longer.append(self._sorted[at])
            at += 1
        if not longer:
            return None
        bodies = {self._exact[spelling] for spelling in longer}
        if len(bodies) == 1:
            sure = any(_is_cut(name, text, spelling) for spelling in longer)
            body = bodies.pop()
            if not sure and self._bags.get(frozenset(words) - _SMALL, body) != body:
                return None  # 'Manchester University' is the University of Manchester, not the trust's beginning
            return _Found(body, "cut name", 95 if sure else 75, sure)
        return self._only_own(bodies, "cut name", 70)

    def _same_words(self, text: str, words: list[str]) -> _Found | None:
        sign = signature_of(words)
        if sign is None:
            barely = self._bagged.issuperset(words)  # which few are
            return self._only_own(self._named_barely(text, words), "same words", 60) if barely else None
        if not sign.words:
            # 'NHS CCG' alone says the sort and not which.
            spellings = self._by_family.get(sign.family, ()) if sign.family in _ALONE else ()
            return self._only_own({self._exact[spelling] for spelling in spellings}, "same words", 50)
        rivals = self._alike.get((sign.family, sign.words), {})
        ranks = {body: rank(sign.tiers, tiers) for body, tiers in rivals.items()}
        best = max(ranks.values(), default=0)
        bodies = [body for body in sorted(ranks) if ranks[body] == best]
        if best and len(bodies) == 1:
            return _Found(bodies[0], "same words", best, best >= 90)
        return self._only_own(bodies, "same words", 60) if best else None

    def _named_barely(self, text: str, words: list[str]) -> set[str]:
        """Bodies named so in another order ('Salford University'), or but for their sort ('Salford')."""
        bag = frozenset(words) - _SMALL
        turned = {self._bags[bag]} if bag in self._bags else set()
        bare = self._bare.get(bag, set())
        return turned | {body for body in bare if self._is_council(body) or self._begins(body, text)}

    def _is_council(self, body: str) -> bool:
        return self._known[body].family == "council"

    def _begins(self, body: str, text: str) -> bool:
        return any(spelling.startswith(text + " ") for spelling in self._known[body].spellings)

    def _only_own(self, bodies: Iterable[str], rule: str, score: int) -> _Found | None:
        """A candidate, where just one of these bodies is the place's own."""
        own = [body for body in bodies if self._known[body].own]
        return _Found(own[0], rule, score, False) if len(own) == 1 else None

    def _like(self, name: str, text: str, words: list[str]) -> _Found | None:
        others = _OTHER.intersection(words)
        if not words or not others <= self._own_others:
            return None
        if len(words) == 1 and len(text) >= _FEWEST_INITIALS:
            return self._only_own(self._by_initials.get(text, ()), "like name", 50) or self._likest(text, words)
        return self._likest(text, words) or self._part_of(name, words, others)

    def _part_of(self, name: str, words: list[str], others: frozenset[str]) -> _Found | None:
        """A body whose name, with all of `others`, a payee's begins or ends with, or holds in brackets."""
        parts = (
            [" ".join(words[:size]) for size in range(len(words) - 1, 0, -1) if words[size] not in _ANOTHER]
            if words[0] in self._heads
            else []
        )
        if words[-1] in self._tails:
            parts += [" ".join(words[at:]) for at in range(1, len(words))]
        if "(" in name:
            parts.append(plain(name[name.rfind("(") + 1 :].rstrip(") ")))
        for part in parts:
            body = self._exact.get(part)
            if body and others <= set(part.split()) and self._tells_alone(part, body):
                return _Found(body, "like name", 80, False)
        return None

    def _tells_alone(self, part: str, body: str) -> bool:
        """Whether a spelling tells its body among other words: it is long, says its sort, or is its initials."""
        initials = len(part) > _FEWEST_INITIALS and body in self._by_initials.get(part, ())
        return len(part) >= _SHORTEST_CUT or initials or signature(part) is not None

    def _likest(self, text: str, words: list[str]) -> _Found | None:
        spellings: set[str] = set()
        for word in words:
            spellings |= self._by_word.get(word, set())
        if sign := signature(text):
            spellings |= self._by_family.get(sign.family, set())
        if not spellings:
            return None
        from rapidfuzz import fuzz

        scored = [(-fuzz.ratio(text, spelling, score_cutoff=_LIKE), spelling) for spelling in spellings]
        for score, spelling in sorted(pair for pair in scored if pair[0]):
            if _words_alike(words, spelling.split()):
                return _Found(self._exact[spelling], "like name", round(-score), False)
        return None


def telling_words(name: str) -> frozenset[str]:
    """The words of a name that tell its body from others: without those that many public bodies share."""
    return frozenset(plain(name).split()) - _TYPES


def _settled(settled: Mapping[str, str | None]) -> dict[str, str | None]:
    """What was settled, by plain name; raises PlaceError where spellings of one name are settled in two ways."""
    found: dict[str, str | None] = {}
    spelled: dict[str, str] = {}
    for name in sorted(settled):
        text = plain(name)
        if text and found.setdefault(text, settled[name] or None) != (settled[name] or None):
            raise PlaceError(
                f"matches.toml: '{spelled[text]}' and '{name}' are one name, settled in two ways; one must go"
            )
        spelled[text] = name
    return {text: body for text, body in found.items() if text}


def _is_cut(name: str, text: str, spelling: str) -> bool:
    """Whether a published name ends where a field of a usual width would end it, in a word or before the
    next.
    """
    lengths = field_lengths(name)
    if lengths & set(WIDTHS):
        return True
    rest = spelling[len(text) :]
    if not rest.startswith(" "):
        return False
    following = len(rest.split()[0])
    return any(length <= width < length + 1 + following for length in lengths for width in _WRAPS)


def _words_alike(words: list[str], others: list[str]) -> bool:
    """Whether each word has its like on the other side: slips of the pen, not another place or sort."""
    from rapidfuzz import fuzz

    def met(word: str, pool: list[str]) -> bool:
        long = (other for other in pool if len(other) > 4)
        return word in pool or (len(word) > 4 and any(alike(word, other) for other in long))

    def alike(word: str, other: str) -> bool:
        # Letters that changed places cost more than letters lost: the same letters in all are alike too.
        same = sorted(word.rstrip("S")) == sorted(other.rstrip("S"))
        return same or fuzz.ratio(word, other) >= _WORD_LIKE

    return all(met(word, others) for word in words) and all(met(word, words) for word in others)
