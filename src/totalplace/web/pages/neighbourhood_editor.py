"""The editor of neighbourhoods: a plan changed move by move, with what each move does shown at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import DataError, EditConflict, UsageError
from totalplace.geography.design.task import Band
from totalplace.geography.editing import tables
from totalplace.geography.editing.drafts import conflict
from totalplace.geography.editing.opening import base_of_file
from totalplace.geography.editing.saying import faults
from totalplace.geography.editing.steps import Step
from totalplace.geography.editing.suggest import amiss, suggestions
from totalplace.web.addresses import address
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.maps import library
from totalplace.web.plan_pictures import colours_of, layers_of, map_of, sites_legend, still_of
from totalplace.web.plan_view import figures, last, rows_of
from totalplace.web.plans import Asked, asked_of, choices, draft_of, editor, hidden

if TYPE_CHECKING:
    from totalplace.geography.editing.drafts import Draft
    from totalplace.geography.editing.live import Live
    from totalplace.geography.editing.opening import Editor
    from totalplace.web.desk import Desk

router = APIRouter()
HOME = "/neighbourhoods/editor"
HELPS = 3
"""So many suggestions for an area."""
LOOKS = ("show", "look", "clear", "open")
"""What changes nothing but what is shown."""
PARTS = ("all-alignment", "all-measures", "all-moved", "all-steps")
"""The tables of a page that can be folded away."""
DIGITS = 9
"""So many figures are more than any number of a form has."""


@page_at(router, HOME)
def drafts(request: Request) -> HTMLResponse:
    """The drafts, and how to begin one; where the place has no geography, how to begin with that."""
    desk = desk_of(request)
    return _home(desk, request, {})


def _home(desk: Desk, request: Request, form: Mapping[str, str], wrong: str = "", status: int = 200) -> HTMLResponse:
    made: Editor | None = None
    missing = ""
    try:
        if desk.place.geography.plan is not None:
            made = editor(desk)
    except DataError as error:
        missing = str(error)
    return desk.draw(
        request,
        "neighbourhood_editor.html",
        status,
        section="editor",
        editor=made,
        missing=missing,
        drafts=made.drafts.listed(made.blocks) if made else [],
        form=form,
        wrong=wrong,
        band=Band(),
    )


@router.post(HOME)
async def begin(request: Request) -> Response:
    """Begins a draft. Refused without the form's token."""
    form = await form_sent(request)
    return await run_in_threadpool(_begin, request, form)


def _begin(request: Request, form: Mapping[str, str]) -> Response:
    desk = desk_of(request)
    try:
        made = editor(desk)
        if form.get("do") == "remove":
            made.drafts.remove(form.get("draft", ""))
            return RedirectResponse(HOME, 303)
        band = Band(_figure(form.get("low", ""), "least people"), _figure(form.get("high", ""), "most people"))
        today, title, base = form.get("today", ""), form.get("title", ""), form.get("base", "")
        anchors = tuple(kind for kind in made.pieces.points if f"anchor-{kind}" in form)
        held = (band, today, anchors, form.get("need", ""))
        if form.get("file", "").strip():
            head = base_of_file(made, form["file"].strip(), title, *held)
        else:
            head = made.head(title, base, *held)
        draft = made.begin(head)
    except (DataError, UsageError) as error:
        return _home(desk, request, form, str(error), 400)
    return RedirectResponse(f"{HOME}/{draft.name}", 303)


def _figure(text: str, what: str) -> int:
    plain = text.replace(",", "").replace(" ", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > DIGITS:
        raise UsageError(f"{what} is '{text[:40]}'; write a whole number such as 30,000")
    return int(plain)


@page_at(router, HOME + "/{name}")
def draft(request: Request, name: str) -> HTMLResponse:
    """A draft: what can be picked, where it can go, every area, and what the plan comes to."""
    desk = desk_of(request)
    chosen_of(request, "q", "in", "by", "proposed")
    try:
        found, live = draft_of(desk, name)
    except DataError as error:  # such as a file that was damaged
        return _home(desk, request, {}, str(error), 409)
    known = {key: value for key, value in request.query_params.items() if key in ("q", "in", "by")}
    return _drawn(desk, request, found, live, asked_of(live, known))


def _drawn(
    desk: Desk,
    request: Request,
    draft: Draft,
    live: Live,
    asked: Asked,
    wrong: str = "",
    status: int = 200,
    form: Mapping[str, str] | None = None,
    meanwhile: bool = False,
) -> HTMLResponse:
    made = editor(desk)
    shown, more = choices(made, live, asked)
    opened = live.now.rows.get(asked.area)
    part = request.headers.get("x-part") == "work"  # the map is there already
    picked = [live.task.blocks.number[code] for code in asked.picked]
    return desk.draw(
        request,
        "neighbourhood_draft.html",
        status,
        section="editor",
        editor=made,
        draft=draft,
        live=live,
        asked=asked,
        shown=shown,
        more=more,
        hidden=hidden(live, asked, shown),
        picked=len(picked),
        picked_people=int(live.task.blocks.people[picked].sum()) if picked else 0,
        ways=live.ways(asked.picked) if picked else [],
        rows=rows_of(live),
        opened=opened,
        amiss=bool(opened and amiss(opened)),
        helps=suggestions(live, asked.area, HELPS) if opened else [],
        faults=faults(live.now),
        last=last(live),
        summary=tables.summary(live),
        wrong=wrong,
        meanwhile=meanwhile,
        form=form if form and form.get("do") == "propose" else {},
        proposed_id=(made_id := request.query_params.get("proposed", "")),
        proposed=made.proposals.get(made_id, ""),
        here=f"{HOME}/{draft.name}",
        # With scripts a table is asked for when somebody opens it: most are closed, and drawing them takes a moment.
        opened_parts=(form or {}).get("open", "").split(",") if part else PARTS,
        **figures(live),
        **_map(made, draft, live, asked, part),
    )


def _map(made: Editor, draft: Draft, live: Live, asked: Asked, part: bool) -> dict[str, Any]:
    """The map of a plan: its still picture and layers too, but for an answer of which only `part` is wanted."""
    fills, drawn = colours_of(live), made.blocks.shapes is not None
    label = f"Map of {draft.head.title}: {len(live.now.rows):,} areas"
    return {
        "fills": fills,
        "map": map_of(live, fills, asked.picked) if drawn else "",
        "map_layers": layers_of(made, live) if drawn and not part else "",
        "map_label": label,
        "dots": sites_legend(made, live),
        "still": still_of(live, fills, label) if drawn and not part else "",
        "library": library(),
    }


@router.post(HOME + "/{name}")
async def change(request: Request, name: str) -> Response:
    """One change to a draft, or another look at it. 409 where it was changed in another window; 400 for what cannot be.

    With scripts the page takes the parts that changed out of the answer; without them it is the whole page.
    """
    form = await form_sent(request)
    return await run_in_threadpool(_change, request, name, form)


def _change(request: Request, name: str, form: Mapping[str, str]) -> Response:
    desk = desk_of(request)
    found, live = draft_of(desk, name)
    do, _, what = form.get("do", "show").partition(":")
    asked, made = Asked(), editor(desk)
    try:
        asked = asked_of(live, form)
        if do in LOOKS:
            seen = {"clear": Asked(asked.words, asked.area, asked.by), "open": Asked("", what, "", asked.picked)}
            meanwhile = "revision" in form and _revision(form) != found.revision
            return _drawn(desk, request, found, live, seen.get(do, asked), form=form, meanwhile=meanwhile)
        if do == "propose":
            return _propose(desk, found, live, form)
        step = do if do in ("undo", "redo") else _step(made.pieces.names, live, do, what, asked, form)
        found, live = made.do(name, _revision(form), step)
    except (DataError, UsageError) as error:
        status = 409 if isinstance(error, EditConflict) else 400
        found, live = draft_of(desk, name)
        return _drawn(desk, request, found, live, asked, str(error), status, form)
    kept = asked.picked if do in ("rename", "lock", "unlock", "undo", "redo") else ()
    area = asked.area if asked.area in live.now.rows else ""
    if request.headers.get("x-part") == "work":
        return _drawn(desk, request, found, live, Asked(asked.words, area, asked.by, kept), form=form)
    return RedirectResponse(address(f"{HOME}/{name}", {"q": asked.words, "in": area, "by": asked.by}), 303)


def _revision(form: Mapping[str, str]) -> int:
    text = form.get("revision", "")
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        raise UsageError("the form does not say which state of the plan it changes: load the page again")
    return int(text)


def _step(
    names: Mapping[str, Mapping[str, str]], live: Live, do: str, what: str, asked: Asked, form: Mapping[str, str]
) -> Step:
    """The step that a button asks for; UsageError for one that is not known."""
    said = _picked_words(names, live, asked)
    if do in ("move", "move-to"):
        return Step("move", asked.picked, to=what or form.get("to", ""), said=said)
    if do == "new":
        return Step("new", asked.picked, name=form.get("new_name", ""), said=said)
    if do == "merge":
        return Step("merge", area=asked.area, to=form.get("merge_to", ""))
    if do == "rename":
        return Step("rename", area=asked.area, name=form.get("name", ""))
    if do in ("lock", "unlock"):
        return Step(do, area=what)
    if do in ("hold", "release"):
        return Step("lock" if do == "hold" else "unlock", asked.picked, said=said)
    if do == "take":
        found = suggestions(live, asked.area, HELPS)
        number = _figure(what, "the suggestion")
        if number >= len(found):
            raise UsageError("that suggestion is gone: the plan has changed")
        return found[number].step
    raise UsageError(f"'{do[:40]}' is nothing that the editor can do")


def _picked_words(names: Mapping[str, Mapping[str, str]], live: Live, asked: Asked) -> str:
    """How what is picked is called where whole units are picked; '' where blocks are."""
    layer = live.task.blocks.layers.get(asked.by)
    if layer is None or not asked.picked:
        return ""
    at = [live.task.blocks.number[code] for code in asked.picked]
    labels = sorted({int(n) for n in layer.of[at].tolist()})
    if any(n < 0 for n in labels) or len(labels) > 3:
        return ""
    called = names.get(asked.by, {})
    listed = ", ".join(called.get(layer.labels[n]) or layer.labels[n] for n in labels)
    return f"{listed} ({len(at):,} small {'area' if len(at) == 1 else 'areas'})"


def _propose(desk: Desk, draft: Draft, live: Live, form: Mapping[str, str]) -> Response:
    """Keeps the plan as a proposal with its reasons; the draft stays."""
    if draft.revision != _revision(form):
        raise conflict(_revision(form), draft.revision)
    said = {key: form.get(key, "") for key in ("title", "reasons", "by")}
    made = desk.place.geography.propose(
        live.now.division,
        **said,
        band=live.task.band.plain,
        came_from=f"{draft.head.came_from}, changed by hand in {len(live.steps):,} moves",
        instead_of=form.get("instead_of", ""),
    )
    return RedirectResponse(address(f"{HOME}/{draft.name}", proposed=made.id) + "#propose", 303)


@router.get(HOME + "/{name}/plan.{ending}")
def plan_file(request: Request, name: str, ending: str) -> Response:
    """The plan as a file: .geojson with the shapes of its areas. Its blocks as .csv are a table like any other."""
    from totalplace.geography.design.tables import geojson

    desk = desk_of(request)
    if ending != "geojson":
        raise HTTPException(404, "a plan is to be had as .geojson here; as .csv it is /tables/plan-blocks.csv")
    found, live = draft_of(desk, name)
    plan = live.now.plan
    if plan is None:
        raise HTTPException(404, "there is no area yet: nothing to write")
    called = [live.state.areas[number].name for number in live.now.numbers]
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.geojson"'}
    return Response(geojson(plan, called), media_type="application/geo+json", headers=headers)
