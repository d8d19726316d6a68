"""Which public body a payee's name is: the place's own bodies first, then the shipped register.

The rules run from the surest down, and the first that answers wins: what a person confirmed, identifiers, the
name or an alias in full, a name cut at the width of a ledger's field, the same distinctive words with the same
kind of body. What is only like a name is never sure: it is a candidate for a person to confirm, and only where
the place counts that body. A name with words of another organisation (Ltd, Charity, Pension Fund, Club) is no
candidate at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from totalplace.money.families import rank, signature
from totalplace.money.known import Known, known_bodies
from totalplace.money.names import codes_in, forms, normal_code, plain, tidy, unprefixed
from totalplace.parameters.kinds import payee_kind
from totalplace.terms import CODE_SCHEMES, Body

RULES = ("confirmed", "identifier", "name", "alias", "cut name", "same words", "like name", "none")
"""By what a name was told, surest first."""

WIDTHS = (30, 32, 35, 40, 45)
"""Field widths, in letters, at which ledgers cut a payee's name; 35 is SAP's."""
_WRAPS = (35, 40)
_SHORTEST_CUT = 18

_OTHER = frozenset(
    "ACADEMIES ACADEMY ASSOCIATES ASSOCIATION CATHEDRAL CHAMBER CHAMBERS CHARITABLE CHARITY CHURCH CIC CIO CLUB CLUBS COLLEGE "
    "COMPANY CRICKET DIOCESAN DIOCESE ENTERPRISE ENTERPRISES FEDERATION FOOTBALL FRIENDS GMPF HOLDINGS HOSPICE HOTEL HOUSING "
    "INVESTMENTS LEAGUE LIMITED LIONS LLP LOTTERY LTD MEMORIAL MUSEUM NURSERY PARISH PARTNERS PENSION PENSIONS PLC PRACTICE "
    "PRIMARY PROPERTIES REDACTED RUGBY SCHOOL SCHOOLS SCOUT SCOUTS SECONDARY SOCIAL SOCIETY SOLICITORS SOLUTIONS SPORTS "
    "STUDIOS SUPERANN SUPERANNUATION SURGERY THEATRE TRADING UNION UNISON VENTURES VOLUNTARY WILDLIFE".split()
)
_TYPES = frozenset(
    "AUTHORITY BOARD BOROUGH BRIGADE CARE CITY CLINICAL COMBINED COMMISSIONER COMMISSIONING CONSTABULARY COUNCIL COUNTY CRIME "
    "DISTRICT FIRE FOUNDATION GROUP HEALTH HOSPITAL HOSPITALS INTEGRATED METROPOLITAN NHS OFFICE POLICE RESCUE ROYAL SERVICE "
    "SERVICES TRUST UNIVERSITY AND FOR OF THE ON UPON LONDON".split()
)
_ALONE = ("ccg", "icb", "police")
_LIKE = 88
_WORD_LIKE = 84


@dataclass(frozen=True, slots=True)
class Match:
    """What a payee's name is.

    `to_body` is a body of the place or of the register; it is only a candidate where `sure` is false. `rule` is
    one of RULES, `score` 0 to 100. `supplier` is the name to group by: the body's where sure, else the payee's
    own, tidied. `kind` is the kind of all payments to this payee, where its name tells.
    """

    to_body: str | None
    sure: bool
    rule: str
    score: int
    supplier: str
    kind: str | None


class Resolver:
    """Tells which body a payee's name is.

    `settled` maps a payee's name to the body that a person confirmed, or to None where they said that it is
    none. `register` is the shipped one unless given. A place's body that the register knows takes over what the
    register knows of it. Raises PlaceError where two of the place's bodies go by one name.
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
        self._settled = {plain(name): body or None for name, body in (settled or {}).items()}
        self._exact: dict[str, str] = {}
        self._codes: dict[tuple[str, str], str | None] = {}
        self._alike: dict[tuple[str, frozenset[str]], dict[str, frozenset[str]]] = {}
        self._bare: dict[frozenset[str], set[str]] = {}
        self._by_word: dict[str, set[str]] = {}
        self._by_family: dict[str, set[str]] = {}
        for body in known:
            self._learn(body)
        self._sorted = sorted(self._exact)
        self._heads = {spelling.split()[0] for spelling in self._exact}

    def match(self, name: str, codes: Mapping[str, str] | None = None) -> Match:
        """What this payee is; `codes` holds its published identifiers by scheme (ods, vat, gss, company)."""
        text = plain(name)
        kind = payee_kind(text)
        if text in self._settled:
            body = self._settled[text]
            if body is None or body in self._known:
                return self._answer(name, body, "confirmed", 100, kind)
        found = self._by_code(name, text, codes or {}, kind) or self._by_name(name, text)
        if not found and kind is None:
            found = self._like(name, text)
        if not found:
            return self._answer(name, None, "none", 0, kind)
        body, rule, score, sure = found
        if not sure and not self._known[body].own:
            return self._answer(name, None, "none", 0, kind)
        return self._answer(name, body, rule, score, kind, sure)

    def match_many(self, payees: Iterable[tuple[str, Mapping[str, str]]]) -> list[Match]:
        """`match` for each payee, in the order given; each distinct payee is worked out once."""
        done: dict[tuple[str, tuple[tuple[str, str], ...]], Match] = {}
        out = []
        for name, codes in payees:
            key = (name, tuple(sorted(codes.items())) if codes else ())
            if key not in done:
                done[key] = self.match(name, codes)
            out.append(done[key])
        return out

    def body_name(self, body: str) -> str | None:
        """The canonical name of a body of the place or the register, by its id."""
        return self._known[body].name if body in self._known else None

    def _answer(
        self, name: str, body: str | None, rule: str, score: int, kind: str | None, sure: bool = True
    ) -> Match:
        if body is not None and sure:
            return Match(body, True, rule, score, self._known[body].name, kind)
        supplier = tidy(supplier_key(name)) or name.strip()
        return Match(body, sure and rule == "confirmed", rule, score, supplier, kind)

    # ---- what is known

    def _learn(self, body: Known) -> None:
        for code in body.codes:
            self._codes[code] = body.id if self._codes.get(code, body.id) == body.id else None
        for spelling in sorted(body.spellings):
            if self._exact.setdefault(spelling, body.id) != body.id:
                continue
            sign = signature(spelling)
            if sign and sign.words:
                rivals = self._alike.setdefault((sign.family, sign.words), {})
                rivals[body.id] = rivals.get(body.id, frozenset()) | sign.tiers
            if body.own:
                self._learn_likeness(body.id, spelling, sign)
        bare = frozenset(plain(body.name).split())
        if body.own and body.family and not signature(plain(body.name)):
            # A council declared as 'Salford' alone: any rank of council of that name is it.
            self._alike.setdefault((body.family, bare), {})[body.id] = frozenset({"CITY", "COUNTY", "LOCAL"})

    def _learn_likeness(self, body: str, spelling: str, sign: Signature | None) -> None:
        if sign and (sign.family == "council" or (sign.family == "provider" and len(sign.words) > 1)):
            self._bare.setdefault(sign.words, set()).add(body)
        if sign:
            self._by_family.setdefault(sign.family, set()).add(spelling)
        for word in set(spelling.split()) - _TYPES:
            if len(word) > 3:
                self._by_word.setdefault(word, set()).add(spelling)

    # ---- the rules; each gives (body, rule, score, sure) or None

    def _by_code(
        self, name: str, text: str, codes: Mapping[str, str], kind: str | None
    ) -> tuple[str, str, int, bool] | None:
        inside = codes_in(name)
        if not codes and not inside:
            return None
        for scheme in CODE_SCHEMES:
            code = normal_code(scheme, codes.get(scheme) or inside.get(scheme) or "")
            if code is None:
                continue
            body = self._codes.get((scheme, code))
            if body is None and scheme == "ods" and len(code) == 5:
                body = self._codes.get((scheme, code[:3]))  # a site of the organisation
            if body is None:
                continue
            if scheme != "vat":
                return body, "identifier", 100, True
            # A council's VAT number is also its schools', its pension fund's and that of bodies it hosts.
            words = set(text.split())
            if kind is None and not words & _OTHER:
                sure = bool(words & self._known[body].words()) or text in self._exact
                return body, "identifier", 100 if sure else 70, sure
        return None

    def _by_name(self, name: str, text: str) -> tuple[str, str, int, bool] | None:
        body = self._exact.get(text)
        if body is not None:
            return body, "name" if text == plain(self._known[body].name) else "alias", 100, True
        cut = self._cut(name, text)
        if cut and cut[3]:
            return cut
        same = self._same_words(text)
        return same if same and same[3] else cut or same

    def _cut(self, name: str, text: str) -> tuple[str, str, int, bool] | None:
        if len(text) < _SHORTEST_CUT:
            return None
        at = bisect_left(self._sorted, text)
        longer = []
        while at < len(self._sorted) and self._sorted[at].startswith(text):
            longer.append(self._sorted[at])
            at += 1
        bodies = {self._exact[spelling] for spelling in longer}
        if len(bodies) == 1:
            sure = any(_is_cut(name, text, spelling) for spelling in longer)
            return bodies.pop(), "cut name", 95 if sure else 75, sure
        own = [body for body in bodies if self._known[body].own]
        return (own[0], "cut name", 70, False) if len(own) == 1 else None

    def _same_words(self, text: str) -> tuple[str, str, int, bool] | None:
        sign = signature(text)
        if sign is None:
            bare = self._bare.get(frozenset(text.split()) - {"AND", "OF", "THE"}, set())
            return (next(iter(bare)), "same words", 60, False) if len(bare) == 1 else None
        if not sign.words:
            alone = {self._exact[spelling] for spelling in self._by_family.get(sign.family, ())}
            ok = sign.family in _ALONE and len(alone) == 1
            return (alone.pop(), "same words", 50, False) if ok else None
        fits = {
            body: ranked
            for body, tiers in self._alike.get((sign.family, sign.words), {}).items()
            if (ranked := rank(sign.tiers, tiers))
        }
        best = [body for body in fits if fits[body] == max(fits.values())]
        if len(best) == 1:
            return best[0], "same words", fits[best[0]], fits[best[0]] >= 90
        own = [body for body in best if self._known[body].own]
        return (own[0], "same words", 60, False) if len(own) == 1 else None

    def _like(self, name: str, text: str) -> tuple[str, str, int, bool] | None:
        words = text.split()
        if not words or not _OTHER.isdisjoint(words):
            return None
        for size in range(len(words) - 1 if words[0] in self._heads else 0, 0, -1):
            head = " ".join(words[:size])
            body = self._exact.get(head)
            if body and (len(head) >= _SHORTEST_CUT or signature(head)):
                return body, "like name", 80, False
        inside = plain(name[name.rfind("(") + 1 :].rstrip(") ")) if "(" in name else ""
        if inside in self._exact and (len(inside) >= _SHORTEST_CUT or signature(inside)):
            return self._exact[inside], "like name", 80, False
        return self._likest(text, words)

    def _likest(self, text: str, words: list[str]) -> tuple[str, str, int, bool] | None:
        spellings: set[str] = set()
        for word in words:
            spellings |= self._by_word.get(word, set())
        sign = signature(text)
        if sign:
            spellings |= self._by_family.get(sign.family, set())
        if not spellings:
            return None
        from rapidfuzz import fuzz

        scored = [
            (fuzz.ratio(text, spelling, score_cutoff=_LIKE), spelling) for spelling in sorted(spellings)
        ]
        for score, spelling in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
            if score and _words_alike(words, spelling.split()):
                return self._exact[spelling], "like name", round(score), False
        return None


def _is_cut(name: str, text: str, spelling: str) -> bool:
    """Whether a published name ends where a field of a usual width would end it, in a word or before the next."""
    lengths = {len(name.strip()), len(unprefixed(name))}
    if lengths & set(WIDTHS):
        return True
    rest = spelling[len(text) :]
    if not rest.startswith(" "):
        return False
    following = len(rest.split()[0])
    return any(length <= width < length + 1 + following for length in lengths for width in _WRAPS)


def _words_alike(words: list[str], others: list[str]) -> bool:
    """Whether each word has its like on the other side: slips of the pen, not another place or another sort."""
    from rapidfuzz import fuzz

    def met(word: str, pool: list[str]) -> bool:
        return word in pool or (
            len(word) > 4 and any(len(other) > 4 and fuzz.ratio(word, other) >= _WORD_LIKE for other in pool)
        )

    return all(met(word, others) for word in words) and all(met(word, words) for word in others)
