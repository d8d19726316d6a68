"""Bodies as people name them: which body of the register a name is, what it is near to, what its words say it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import count as count_up

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.families import signature
from totalplace.money.names import plain
from totalplace.money.resolve import Resolver
from totalplace.money.spellings import telling_words
from totalplace.parameters.bodies import register
from totalplace.table import Column, Table
from totalplace.terms import BODY_KINDS, Body, slug

_KIND_OF = {
    "council": "council",
    "combined": "combined-authority",
    "police": "police",
    "fire": "fire",
    "ccg": "nhs-commissioner",
    "icb": "nhs-commissioner",
    "provider": "nhs-provider",
}
_NEAREST = 3


def registered(name: str) -> Body | None:
    """The body of the shipped register that a name surely is, or None.

    Its name and aliases, the same words with the same sort of body ('Trafford Council', 'Lancashire PCC'), and the
    name of a place alone, which is its council ('Salford').
    """
    found = _resolver().match(name)
    body = _by_id().get(found.to_body or "")
    if body is None or found.sure or _is_place_of(name, body):
        return body
    return None


def near(name: str) -> list[Body]:
    """The bodies of the register that a name may be meant for, the likest first: three at most."""
    found = _resolver().match(name).to_body
    words, every = telling_words(name), set(plain(name).split())
    wider: list[tuple[int, int, str]] = []
    for body in register():
        spellings = (body.name, *body.aliases)
        if words and any(words <= telling_words(text) for text in spellings):
            known = {word for text in spellings for word in plain(text).split()}
            wider.append((-len(every & known), len(body.name), body.id))
    ids = dict.fromkeys([*([found] if found else []), *(text for *_, text in sorted(wider))])
    return [_by_id()[text] for text in ids][:_NEAREST]


def told_kind(name: str) -> str:
    """What kind of body a name says that it is ('Anyshire Police': police), '' where it says none."""
    sign = signature(plain(name))
    return _KIND_OF[sign.family] if sign else ""


def new_body(definition: Definition, name: str, kind: str = "") -> Body:
    """A body to declare under this name, with the kind and area that the register has of it.

    `kind` says what it is where the register does not know it. Raises UsageError where the name is that of a
    declared body, or like one's or like one in the register and no `kind` says that it is another, and where nothing
    says what kind of body it is.
    """
    if kind and kind not in BODY_KINDS:
        raise UsageError(f"'{kind}' is not a kind of body{did_you_mean(kind, list(BODY_KINDS))}")
    known = registered(name)
    if known:
        if twin := declared_as(definition, name):
            raise UsageError(f"'{name}' is {known.name}, which is declared as '{twin.name}': give that name")
        aliases = () if plain(name) == plain(known.name) else (known.name,)
        return Body(free_id(definition, name), name, known.kind, known.area, aliases=aliases)
    if not kind:
        _refuse_likeness(definition, name)
    return Body(free_id(definition, name), name, kind or told_kind(name) or _no_kind(name))


def _refuse_likeness(definition: Definition, name: str) -> None:
    from difflib import get_close_matches

    other = "Where it is another body, say what it is with --kind"
    if alike := get_close_matches(name, [body.name for body in definition.bodies], 1, 0.85):
        raise UsageError(f"'{name}' is not a body of this place; did you mean '{alike[0]}'? {other}")
    if names := [f"'{body.name}'" for body in near(name)]:
        raise UsageError(f"the register does not know '{name}'; did you mean {' or '.join(names)}? {other}")


def _no_kind(name: str) -> str:
    raise UsageError(
        f"neither the register nor its own words say what '{name}' is: give --kind, one of {', '.join(BODY_KINDS)}. "
        "'totalplace register WORDS' lists the bodies that are known"
    )


def declared_as(definition: Definition, name: str) -> Body | None:
    """The declared body that is surely the same body of the register as a name, or None."""
    known = registered(name)
    return next((body for body in definition.bodies if known and registered(body.name) is known), None)


def free_id(definition: Definition, name: str) -> str:
    """An id made of a new body's name that no other body has; raises UsageError where none can be made."""
    wanted = slug(name)
    if not wanted:
        raise UsageError(f"no id can be made from the name '{name}'; declare it in place.toml first, with an id")
    taken = {body.id for body in definition.bodies}
    return next(text for n in count_up(1) if (text := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def in_words(body: Body) -> str:
    """What is known of a body that is declared, in a sentence."""
    known = registered(body.name)
    if known is None:
        return f"{body.name} is not in the register: it is declared as a body of kind '{body.kind}'"
    named = "under that name" if plain(known.name) == plain(body.name) else f"as {known.name}"
    return f"{body.name} is in the register {named}: kind '{known.kind}'" + (f", {known.area}" if known.area else "")


def listed(words: str = "") -> Table:
    """The shipped register; with `words`, the bodies that hold them all in a name, alias, kind or identifier."""
    columns = (
        Column("name", "Name"),
        Column("kind", "Kind"),
        Column("codes", "Identifiers"),
        Column("aliases", "Also known as"),
    )
    wanted = plain(words).split()
    rows = [_row(body) for body in register()]
    found = [row for row in rows if all(word in " ".join(map(plain, row)) for word in wanted)]
    return Table("register", "Public bodies that are known", columns, sorted(found))


def _row(body: Body) -> tuple[str, ...]:
    codes = ", ".join(f"{scheme} {code}" for scheme, values in body.codes.items() for code in values)
    return body.name, body.kind, codes, "; ".join(body.aliases)


def unmatched(bodies: Iterable[Body]) -> list[Body]:
    """The declared bodies that no row of the register is: what is paid to a like name of the register stays in net."""
    from totalplace.money.known import heirs

    taken = heirs(tuple(bodies), register())
    return [body for body in bodies if body.id not in taken]


def named_like(bodies: Sequence[Body], ids: Collection[str]) -> list[tuple[Body, Body]]:
    """Declared bodies that the register does not know, each with those of its bodies among `ids` that it resembles."""
    if not (strangers := unmatched(bodies)):
        return []
    declared = {body.id for body in bodies}
    others = [body for body in register() if body.id in ids and body.id not in declared]
    return [(body, other) for body in strangers for other in others if resembles(body, other)]


def resembles(body: Body, other: Body) -> bool:
    """Whether a body of the register may be meant by a declared one: of its sort or of none, and named in its words."""
    kind = body.kind if body.kind != "other" else told_kind(body.name)
    words, others = telling_words(body.name), telling_words(other.name)
    return kind in ("", other.kind) and bool(words) and (words <= others or others <= words) and bool(others)


def _is_place_of(name: str, body: Body) -> bool:
    """Whether a name is that of the place alone whose council a body is."""
    sign = signature(plain(body.name))
    return body.kind == "council" and sign is not None and frozenset(plain(name).split()) - {"AND", "OF"} == sign.words


@cache
def _by_id() -> dict[str, Body]:
    return {body.id: body for body in register()}


@cache
def _resolver() -> Resolver:
    return Resolver(register(), register=())
