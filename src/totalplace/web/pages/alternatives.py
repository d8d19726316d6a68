"""Neighbourhoods to choose between: a wish in a form, plans side by side, one of them kept or changed further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import DataError, EditConflict, UsageError
from totalplace.geography.aligning.placed import titles_of
from totalplace.geography.design.task import Band
from totalplace.geography.design.today import SURE, table_beside
from totalplace.geography.editing.steps import begun
from totalplace.geography.maps.planmap import plan_map
from totalplace.web.addresses import address
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.drawing_map import area_picture
from totalplace.web.maps import area_colours
from totalplace.web.plans import editor
from totalplace.web.wishes import (
    ASKED,
    KNOWN,
    Worked,
    asked_of,
    check,
    given,
    mark_of,
    need_named,
    weighable,
    weights_of,
    wish_of,
    work,
    worked,
)

if TYPE_CHECKING:
    from markupsafe import Markup

    from totalplace.geography.answers import Geography
    from totalplace.geography.design.offers import Offer, Offers

router = APIRouter()
HOME = "/neighbourhoods/alternatives"
STOPPING = 20.0
"""So many seconds a new wish waits at most for the work before it, once that was told to stop."""
NUMBERED = 30
"""So many areas at most have their numbers on a small map: more would hide it."""
WIDE = 340.0
"""Units across a small map."""


@page_at(router, HOME)
def shown(request: Request) -> HTMLResponse:
    """The form; what the wish of the address came to where it was worked out, or how far it is."""
    desk, chosen = desk_of(request), chosen_of(request, *KNOWN)
    return _drawn(desk, request, asked_of(chosen), chosen.text("sort"))


def _drawn(
    desk: Desk,
    request: Request,
    asked: Mapping[str, Sequence[str]],
    sort: str = "",
    wrong: str = "",
    status: int = 200,
    kept: Mapping[str, str] | None = None,
) -> HTMLResponse:
    context: dict[str, Any] = {"place_ready": False, "wrong": wrong, "missing": "", "found": None, "state": None}
    try:
        if desk.place.geography.plan is not None:
            desk.place.geography.graph  # noqa: B018 - raises where nothing tells which small areas touch
            context |= _context(desk, asked, sort)
    except DataError as error:
        context["missing"] = str(error)
    return desk.draw(request, "alternatives.html", status, section="alternatives", kept=kept or {}, **context)


def _context(desk: Desk, asked: Mapping[str, Sequence[str]], sort: str) -> dict[str, Any]:
    place, state = desk.place, desk.designing.state
    mine = bool(asked) and state.mark == mark_of(place, asked)
    done = worked(desk, asked) if mine else None
    titles = titles_of(place.geography)
    return {
        "place_ready": True,
        "asked": {name: values[-1] for name, values in asked.items()},
        "weights": _weights(asked),
        "example": _example(place.geography, asked),
        "anchors": asked.get("anchor", ()),
        "weighable": weighable(place),
        "titles": titles,
        "sites": {id: points.name for id, points in place.geography.whole.points.items()},
        "indicators": place.facilities.indicators,
        "band": Band(),
        "state": state if mine or state.state == "running" else None,
        "mine": mine,
        "begun": bool(asked),
        "query": address("", dict(asked)).removeprefix("?"),
        **({"found": done.found, **_side_by_side(done, sort, titles)} if done else {}),
    }


def _weights(asked: Mapping[str, Sequence[str]]) -> dict[str, float]:
    try:
        return dict(weights_of(asked.get("weigh", ())))
    except UsageError:
        return {}


def _example(geography: Geography, asked: Mapping[str, Sequence[str]]) -> str:
    """Two names that could be written: of what stays whole, of a layer, else of small areas."""
    blocks = geography.blocks
    layer = next((id for id in (*asked.get("whole", ()), *blocks.layers) if id in blocks.layers), "")
    names = [geography.names(layer).get(label) or label for label in blocks.layers[layer].labels] if layer else []
    return ", ".join((names or blocks.names)[:2])


def _side_by_side(done: Worked, sort: str, titles: Mapping[str, str]) -> dict[str, Any]:
    found, today = done.found, done.today
    over = _over(found)
    return {
        "dashed": titles.get(over, over),
        "cards": [(each, _small(found, each)) for each in found.sorted(sort)],
        "numbered": NUMBERED,
        "today": today,
        "today_map": _small(found, today.offer) if today and today.offer else "",
        "today_title": titles.get(found.wish.today, found.wish.today),
        "best": {figure.name: found.best(figure) for figure in found.figures},
        "sort": sort,
        "table": table_beside(found, today),
    }


def _over(found: Offers) -> str:
    """The layer whose lines lie over the small maps: what stays whole, else today's areas; '' for none."""
    return found.wish.whole or found.wish.today


def _small(found: Offers, offer: Offer) -> Markup:
    """A plan as a small map."""
    task, division = offer.plan.task, offer.division
    over = task.blocks.layers.get(_over(found))
    made = plan_map(task.blocks, task.graph, division, offer.called, WIDE, over)
    made = made if offer.plan.k <= NUMBERED else replace(made, spots=())
    sizes = offer.plan.people.tolist()
    titles = [f"{n + 1} {name}: {sizes[n]:,} people" for n, name in enumerate(offer.called)]
    label = f"Map of {called(offer)}: {offer.plan.k} areas; {'; '.join(titles[:12])}"
    return area_picture(made, area_colours(division, task.graph), titles, label, "small")


def called(offer: Offer) -> str:
    """What an alternative is called in a sentence."""
    return "today's areas" if offer.sure == SURE else f"plan {offer.name}"


@router.post(HOME)
async def sent(request: Request) -> Response:
    """Begins or stops the work, keeps a plan as a proposal, or opens it in the editor; refused without the token."""
    form = await form_sent(request)
    return await run_in_threadpool(_done, request, form)


def _done(request: Request, form: Mapping[str, str]) -> Response:
    desk = desk_of(request)
    if form.get("do") == "stop":
        desk.designing.stop()
        desk.designing.wait(0.2)  # a search ends at its next step: the page says meanwhile that it is stopping
        return RedirectResponse(f"{HOME}?{form['query']}" if form.get("query") else HOME, 303)
    if form.get("do") in ("keep", "edit"):
        return _taken(desk, request, form)
    asked = given(form)
    try:
        check(desk.place, asked)  # what cannot be asked is said before anything is begun
    except (UsageError, DataError) as error:
        return _drawn(desk, request, asked, wrong=str(error), status=400)
    mark, place = mark_of(desk.place, asked), desk.place
    if desk.designing.state.stopping:
        desk.designing.wait(STOPPING)
    desk.designing.start(lambda say: work(place, asked, say), mark)
    desk.designing.wait(0.4)
    return RedirectResponse(address(HOME, asked), 303)


def _taken(desk: Desk, request: Request, form: Mapping[str, str]) -> Response:
    """A plan of those that were worked out last, kept or opened in the editor; 409 where it is no longer there."""
    state = desk.designing.state
    done = state.result if state.state == "done" else None
    offer = done.found.one(form.get("plan", "")) if done else None
    if done is None or offer is None or state.mark != mark_of(desk.place, done.asked):
        raise HTTPException(409, "These alternatives were worked out anew, or the geography changed since. Ask again.")
    try:
        return RedirectResponse(_keep(desk, done.asked, offer, form), 303)
    except (UsageError, EditConflict, DataError) as error:
        status = 409 if isinstance(error, EditConflict) else 400
        return _drawn(desk, request, done.asked, wrong=str(error), status=status, kept=form)


def _keep(desk: Desk, asked: Mapping[str, Sequence[str]], offer: Offer, form: Mapping[str, str]) -> str:
    """Does it, and gives the address to go on at."""
    geography, wish = desk.place.geography, wish_of(asked)
    made_from = f"alternative {offer.name} of: {said(asked)}"
    if form["do"] == "edit":
        made = editor(desk)
        held = (wish.band, wish.today, wish.anchors, need_named(desk.place, asked))
        head = made.head(f"Alternative {offer.name}", "", *held)
        head = replace(head, came_from=made_from, base=begun(offer.division, made.blocks))
        return f"/neighbourhoods/editor/{made.begin(head).name}"
    kept = geography.propose(
        offer.division,
        form.get("title", ""),
        form.get("reasons", ""),
        by=form.get("by", ""),
        band=wish.band.plain,
        came_from=made_from[:500],
    )
    return address("/neighbourhoods", layer=kept.id)


def said(asked: Mapping[str, Sequence[str]]) -> str:
    """A wish in words, for whoever asks later how a plan came about."""
    return ", ".join(f"{name} {' and '.join(asked[name])}" for name in ASKED if asked.get(name)).replace("\n", " / ")
