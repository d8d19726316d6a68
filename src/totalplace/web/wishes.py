"""Wishes for neighbourhoods behind the page of alternatives: read from a form or an address, and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import UsageError
from totalplace.geography.aligning.placed import titles_of
from totalplace.geography.design.loading import of_place
from totalplace.geography.design.named import Named, groups_in
from totalplace.geography.design.offering import Say, offers
from totalplace.geography.design.offers import Offers
from totalplace.geography.design.task import Band
from totalplace.geography.design.today import Beside, table_beside, today_beside
from totalplace.geography.design.wish import Wish

if TYPE_CHECKING:
    from totalplace.geography.design.measures import Floats
    from totalplace.place import Place
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

HELD = ("together", "apart", "fixed")
"""What is written as names, a group a line."""
ASKED = ("band", "areas", "weigh", "whole", "divide", "inside", "today", "margin", "anchor", *HELD, "need", "seed")
"""What makes a wish; of these `weigh` and `anchor` can be given several times."""
KNOWN = (*ASKED, "sort")
"""What the page and its table can be asked."""
SEVERAL = ("weigh", "anchor")
MAIN = "main:"
WORDS = {
    "borders": "Few borders cut between small areas that touch",
    "compact": "Compact areas",
    "balance": "Areas of equal size",
    "moved": "Few people change area (needs today's areas)",
    "need": "Equal need (needs an indicator)",
}
"""What can be weighed besides layers, in words."""


@dataclass(frozen=True)
class Worked:
    """What a wish came to, today's areas beside it, and the parameters of the address that it is shown at."""

    asked: Mapping[str, Sequence[str]]
    found: Offers
    today: Beside | None = None


def given(form: Mapping[str, str]) -> dict[str, list[str]]:
    """The parameters of an address from the fields of the form; what is empty, or counts for nothing, is left out."""
    found = {name: [form[name].strip()] for name in ASKED if name not in SEVERAL and form.get(name, "").strip()}
    weights = {name.removeprefix("weigh-"): text.strip() for name, text in form.items() if name.startswith("weigh-")}
    found["weigh"] = [f"{name}={text}" for name, text in weights.items() if text not in ("", "0")]
    for name in HELD:
        found[name] = ["\n".join(line.strip() for line in form.get(name, "").splitlines() if line.strip())]
    found["anchor"] = [name.removeprefix("anchor-") for name in form if name.startswith("anchor-")]
    return {name: values for name, values in found.items() if any(values)}


def wish_of(asked: Mapping[str, Sequence[str]]) -> Wish:
    """The wish that the parameters of an address make. Raises UsageError for what cannot be read."""

    def one(name: str, default: str = "") -> str:
        return asked[name][-1] if asked.get(name) else default

    return Wish(
        Band.said(one("band", str(Band()))),
        _areas(one("areas")),
        weights_of(asked.get("weigh", ())),
        one("whole"),
        one("divide") == "yes",
        one("inside"),
        one("today"),
        _figure("margin", one("margin", "0"), 40) / 100,
        tuple(asked.get("anchor", ())),
        int(_figure("seed", one("seed", "1"), 1e9)),
        Named(*(groups_in(one(name)) for name in HELD)),
    )


def weights_of(said: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """What is weighed, as NAME=WEIGHT each: borders alone where nothing is said."""
    found = {}
    for each in said:
        name, _, weight = each.rpartition("=")
        found[name] = _figure(f"the weight of {name}", weight, 1e6)
    return tuple(found.items()) or (("borders", 1.0),)


def _areas(said: str) -> tuple[int, ...]:
    parts = [part.strip() for part in said.split(",") if part.strip()]
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) <= 4 and int(part)):
            raise UsageError(f"how many areas is a number such as 6, or several with commas; '{part[:40]}' is not")
    return tuple(int(part) for part in parts)


def _figure(what: str, said: str, most: float) -> float:
    try:
        value = float(said.removesuffix("%"))
    except ValueError:
        raise UsageError(f"{what} is '{said[:40]}'; write a number such as 2") from None
    if not 0 <= value <= most:
        raise UsageError(f"{what} is {said[:40]}; it must lie between 0 and {most:,.0f}")
    return value


def weighable(place: Place) -> dict[str, str]:
    """What can be weighed in this place, in words: shapes, people, and the lines of every layer."""
    geography = place.geography
    words = dict(WORDS)
    if not place.facilities.indicators:
        del words["need"]
    for id, title in titles_of(geography).items():
        if id in geography.declared.settled(geography.blocks.layers):
            words[f"{MAIN}{id}"] = f"People who stay together with their area of: {title}"
    return words


def work(place: Place, asked: Mapping[str, Sequence[str]], say: Say) -> Worked:
    """What a wish comes to, worked out here and now. Raises UsageError for one that cannot be asked."""
    geography = place.geography
    pieces = of_place(geography)
    found = offers(pieces, wish_of(asked), pieces.titles, say, _need(place, asked))
    return Worked(asked, found, today_beside(found, pieces))


def check(place: Place, asked: Mapping[str, Sequence[str]]) -> None:
    """Raises UsageError for a wish that cannot be asked in this place, before anything is begun for it."""
    wish_of(asked).task(of_place(place.geography), _need(place, asked))


def need_named(place: Place, asked: Mapping[str, Sequence[str]]) -> str:
    """The indicator of need of a wish: the one named, the first where need is weighed and none is; '' for none."""
    if asked.get("need"):
        return asked["need"][-1]
    weighed = dict(weights_of(asked.get("weigh", ()))).get("need")
    return next(iter(place.facilities.indicators), "need") if weighed else ""


def _need(place: Place, asked: Mapping[str, Sequence[str]]) -> Floats | None:
    """The need of each small area by that indicator; raises where the place has none of the name."""
    named = need_named(place, asked)
    return place.facilities.need_of_blocks(named) if named else None


def mark_of(place: Place, asked: Mapping[str, Sequence[str]]) -> str:
    """What tells one wish of one geography from another: by its files, since ids of objects are used again."""
    said = sorted((name, tuple(values)) for name, values in asked.items() if name in ASKED)
    return f"{place.geography.stamps} {said}"


def worked(desk: Desk, asked: Mapping[str, Sequence[str]]) -> Worked | None:
    """What the wish of an address came to, where it is the one that was worked out last."""
    state = desk.designing.state
    if state.state != "done" or state.mark != mark_of(desk.place, asked):
        return None
    found: Worked = state.result
    return found


def asked_of(chosen: Chosen) -> dict[str, list[str]]:
    """The wish of an address."""
    return {name: values for name, values in chosen.values.items() if name in ASKED}


def table(desk: Desk, chosen: Chosen) -> Table:
    """The alternatives of a wish; 404 where they are not worked out, or no longer there."""
    done = _worked_or_404(desk, chosen)
    return table_beside(done.found, done.today)


def about(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of the table, in a sentence each."""
    found = _worked_or_404(desk, chosen).found
    said = "; ".join(f"{name}: {', '.join(values)}" for name, values in asked_of(chosen).items()).replace("\n", " / ")
    scope = f"{desk.definition.name}; {len(found.task.blocks):,} small areas, {found.task.people:,} people; {said}"
    return scope, "Areas designed from small areas, people and lines as declared in geography.toml."


def _worked_or_404(desk: Desk, chosen: Chosen) -> Worked:
    found = worked(desk, asked_of(chosen)) if desk.place.geography.plan else None
    if found is None:
        raise HTTPException(404, "these alternatives are not worked out: ask for them at /neighbourhoods/alternatives")
    return found
