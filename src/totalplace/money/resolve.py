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
from totalplace.money.known import known_bodies
from totalplace.money.likeness import LIKE, is_cut, words_alike
from totalplace.money.names import codes_in, forms, normal_code, plain, tidy
from totalplace.money.spellings import LINKS, OTHER_WORDS, SORT_WORDS, Spellings
from totalplace.parameters.kinds import payee_kind
from totalplace.terms import CODE_SCHEMES, Body

RULES = ("confirmed", "identifier", "name", "alias", "cut name", "same words", "like name", "none")
"""By what a name was told, surest first."""

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
        self._told = Spellings(known_bodies(bodies, register))
        self._settled = _settled(settled or {})

    def match(self, name: str, codes: Mapping[str, str] | None = None) -> Match:
        """What this payee is; `codes` holds its published identifiers by scheme (ods, vat, gss, company)."""
        text, key = forms(name)
        kind = payee_kind(text)
        supplier = tidy(key) or name.strip()
        if text in self._settled:
            body = self._settled[text]
            if body is None:
                return Match(None, True, "confirmed", 100, supplier, kind, key)
            if body in self._told.known:
                return Match(body, True, "confirmed", 100, self._told.known[body].name, kind, key)
        found = self._found(name, text, codes or {}, kind)
        if found and found.sure:
            return Match(found.body, True, found.rule, found.score, self._told.known[found.body].name, kind, key)
        if found and self._told.known[found.body].own:
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
            seen[code] = (scheme, known) in self._told.codes or (scheme, site) in self._told.codes
        return seen[code]

    def body_name(self, body: str) -> str | None:
        """The canonical name of a body of the place or the register, by its id; None for no such body."""
        return self._told.known[body].name if body in self._told.known else None

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
            body = self._told.codes.get((scheme, code))
            if body is None and scheme == "ods" and len(code) == 5:
                body = self._told.codes.get((scheme, code[:3]))  # a site of the organisation
            if body is not None:
                return scheme, body
        return None

    def _by_vat(self, body: str, text: str, words: list[str]) -> _Found | None:
        """A body told by its VAT number: sure where the name goes with it, none where it is another's.

        A council's VAT number is also its schools', its pension fund's and that of bodies it hosts.
        """
        spellings = self._told.known[body].spellings
        own_words = {word for spelling in spellings for word in spelling.split()}
        if not (OTHER_WORDS - own_words).isdisjoint(words):
            return None
        sure = (
            not (own_words - SORT_WORDS).isdisjoint(words)
            or any(spelling.startswith(text) for spelling in spellings)
            or any(words_alike(words, spelling.split()) for spelling in spellings)
        )
        return _Found(body, "identifier", 100 if sure else 70, sure)

    def _by_name(self, name: str, text: str, words: list[str]) -> _Found | None:
        body = self._told.exact.get(text)
        if body is not None:
            return _Found(body, "name" if text == plain(self._told.known[body].name) else "alias", 100, True)
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
        if len(text) < _SHORTEST_CUT or (len(words) > 1 and words[0] not in self._told.heads):
            return None
        at = bisect_left(self._told.in_order, text)
        longer = []
        while at < len(self._told.in_order) and self._told.in_order[at].startswith(text):
            longer.append(self._told.in_order[at])
            at += 1
        if not longer:
            return None
        bodies = {self._told.exact[spelling] for spelling in longer}
        if len(bodies) == 1:
            sure = any(is_cut(name, text, spelling) for spelling in longer)
            body = bodies.pop()
            if not sure and self._told.bags.get(frozenset(words) - LINKS, body) != body:
                return None  # 'Manchester University' is the University of Manchester, not the trust's beginning
            return _Found(body, "cut name", 95 if sure else 75, sure)
        return self._only_own(bodies, "cut name", 70)

    def _same_words(self, text: str, words: list[str]) -> _Found | None:
        sign = signature_of(words)
        if sign is None:
            barely = self._told.bagged.issuperset(words)  # which few are
            return self._only_own(self._named_barely(text, words), "same words", 60) if barely else None
        if not sign.words:
            # 'NHS CCG' alone says the sort and not which.
            spellings = self._told.by_family.get(sign.family, ()) if sign.family in _ALONE else ()
            return self._only_own({self._told.exact[spelling] for spelling in spellings}, "same words", 50)
        rivals = self._told.alike.get((sign.family, sign.words), {})
        ranks = {body: rank(sign.tiers, tiers) for body, tiers in rivals.items()}
        best = max(ranks.values(), default=0)
        bodies = [body for body in sorted(ranks) if ranks[body] == best]
        if best and len(bodies) == 1:
            return _Found(bodies[0], "same words", best, best >= 90)
        return self._only_own(bodies, "same words", 60) if best else None

    def _named_barely(self, text: str, words: list[str]) -> set[str]:
        """Bodies named so in another order ('Salford University'), or but for their sort ('Salford')."""
        bag = frozenset(words) - LINKS
        turned = {self._told.bags[bag]} if bag in self._told.bags else set()
        bare = self._told.bare.get(bag, set())
        return turned | {body for body in bare if self._is_council(body) or self._begins(body, text)}

    def _is_council(self, body: str) -> bool:
        return self._told.known[body].family == "council"

    def _begins(self, body: str, text: str) -> bool:
        return any(spelling.startswith(text + " ") for spelling in self._told.known[body].spellings)

    def _only_own(self, bodies: Iterable[str], rule: str, score: int) -> _Found | None:
        """A candidate, where just one of these bodies is the place's own."""
        own = [body for body in bodies if self._told.known[body].own]
        return _Found(own[0], rule, score, False) if len(own) == 1 else None

    def _like(self, name: str, text: str, words: list[str]) -> _Found | None:
        others = OTHER_WORDS.intersection(words)
        if not words or not others <= self._told.own_others:
            return None
        if len(words) == 1 and len(text) >= _FEWEST_INITIALS:
            return self._only_own(self._told.by_initials.get(text, ()), "like name", 50) or self._likest(text, words)
        return self._likest(text, words) or self._part_of(name, words, others)

    def _part_of(self, name: str, words: list[str], others: frozenset[str]) -> _Found | None:
        """A body whose name, with all of `others`, a payee's begins or ends with, or holds in brackets."""
        parts = (
            [" ".join(words[:size]) for size in range(len(words) - 1, 0, -1) if words[size] not in _ANOTHER]
            if words[0] in self._told.heads
            else []
        )
        if words[-1] in self._told.tails:
            parts += [" ".join(words[at:]) for at in range(1, len(words))]
        if "(" in name:
            parts.append(plain(name[name.rfind("(") + 1 :].rstrip(") ")))
        for part in parts:
            body = self._told.exact.get(part)
            if body and others <= set(part.split()) and self._tells_alone(part, body):
                return _Found(body, "like name", 80, False)
        return None

    def _tells_alone(self, part: str, body: str) -> bool:
        """Whether a spelling tells its body among other words: it is long, says its sort, or is its initials."""
        initials = len(part) > _FEWEST_INITIALS and body in self._told.by_initials.get(part, ())
        return len(part) >= _SHORTEST_CUT or initials or signature(part) is not None

    def _likest(self, text: str, words: list[str]) -> _Found | None:
        spellings: set[str] = set()
        for word in words:
            spellings |= self._told.by_word.get(word, set())
        if sign := signature(text):
            spellings |= self._told.by_family.get(sign.family, set())
        if not spellings:
            return None
        from rapidfuzz import fuzz

        scored = [(-fuzz.ratio(text, spelling, score_cutoff=LIKE), spelling) for spelling in spellings]
        for score, spelling in sorted(pair for pair in scored if pair[0]):
            if words_alike(words, spelling.split()):
                return _Found(self._told.exact[spelling], "like name", round(-score), False)
        return None


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
