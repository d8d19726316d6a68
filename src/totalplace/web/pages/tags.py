"""Tags: who controls the money, who does the service, core or not, preventive or not; and the rules that say so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import EditConflict, UsageError
from totalplace.money.pictures import total_row, with_names
from totalplace.parameters.schemes import CONDITIONS, SCHEMES, Scheme, label, scheme
from totalplace.tags.effects import STATES, doubts, share_words
from totalplace.tags.tables import in_words
from totalplace.tags.tagged import FILTERS
from totalplace.terms import KEPT
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of, years_words
from totalplace.web.drawing_stacks import OPEN, SERIES, Stack, largest, stacks
from totalplace.web.tag_fields import mark_of, narrowing, others, rule_fields

if TYPE_CHECKING:
    from totalplace.table import Table
    from totalplace.terms import Where
    from totalplace.web.links import Link, Row

router = APIRouter()
FEW = 12
"""So much of what is unclassified is listed before the rest is left to the download."""
ROOM = 300
"""So many letters of a reason are kept."""


@page_at(router, "/control")
def control(request: Request) -> HTMLResponse:
    """Who controls the money."""
    return _shown(request, "control")


@page_at(router, "/tags/{name}")
def tags(request: Request, name: str) -> Response:
    """Money by the classes of another scheme."""
    found = _scheme(name)
    if found.id == "control":
        return RedirectResponse(f"/control?{request.url.query}" if request.url.query else "/control", 308)
    return _shown(request, found.id)


def _scheme(name: str) -> Scheme:
    try:
        return scheme(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def _path(name: str) -> str:
    return "/control" if name == "control" else f"/tags/{name}"


def _shown(request: Request, name: str) -> HTMLResponse:
    desk, chosen = desk_of(request), chosen_of(request, *FILTERS, *others(name))
    found, where, classes = scheme(name), chosen.where(*FILTERS), chosen.where(*others(name))
    answers, definition = desk.place.tags, desk.definition
    by_class = answers.by_class(name, where, classes=classes)
    by_body = with_names(answers.cut(name, ["body"], where, classes=classes), definition)
    by_year = answers.cut(name, ["year"], where, classes=classes)
    effects, names = answers.effects(name), answers.names()
    left = answers.open(name, where, classes=classes)
    share = answers.influence(where, classes=classes) if name == "control" else None
    return desk.draw(
        request,
        "tags.html",
        section="tags",
        scheme=found,
        path=_path(name),
        choices=[(scheme(other).title, _path(other), other == name) for other in SCHEMES],
        years_words=years_words([row[0] for row in by_year.rows]),
        query=chosen.query(),
        table_query=_query(chosen, name),
        fields=narrowing(desk, chosen, name),
        share=share and share_words(share.low, share.high),
        influence=share,
        by_class=by_class,
        # Two pictures of one sort of table: each has a name of its own on the page.
        by_body=replace(by_body, name="tags-by-body"),
        by_service=answers.cut(name, ["service"], where, classes=classes),
        matrix=with_names(answers.cut(name, ["body", "service"], where, classes=classes), definition),
        by_year=replace(by_year, name="tags-by-year"),
        legend=_legend(found),
        body_picture=_picture(found, by_body, 1, "body"),
        year_picture=_picture(found, by_year, 0, "financial year", in_order=True),
        total_row=total_row,
        left=with_names(replace(left, rows=left.rows[:FEW]), definition),
        left_total=len(left.rows),
        doubts=doubts(effects),
        own=[(effect, in_words(effect.rule, names), mark_of(effect.rule)) for effect in effects if effect.rule.own],
        shipped=[(effect, in_words(effect.rule, names)) for effect in effects if not effect.rule.own],
        own_elsewhere=sum(rule.scheme != name for rule in answers.own()),
        states=STATES,
        form=rule_fields(desk, chosen, found),
        back=address(_path(name), {**where, **classes}),
        warnings=desk.warnings(),
        links=_links(name, found, {**where, **classes}),
    )


def _query(chosen: Chosen, name: str, **more: Any) -> str:
    return address("", chosen.values, scheme=name, **more)[1:]


def _css(found: Scheme) -> list[tuple[str, str]]:
    """CSS class and label of each class of a scheme; the last is what is unclassified."""
    labels = [one.label for one in found.classes]
    return [*zip(SERIES, labels[:-1], strict=False), (OPEN, labels[-1])]


def _legend(found: Scheme) -> list[tuple[str, str, str]]:
    """CSS class, label and meaning of each class."""
    return [(css, name, one.description) for (css, name), one in zip(_css(found), found.classes, strict=True)]


def _picture(found: Scheme, table: Table, name: int, what: str, *, in_order: bool = False) -> Any:
    """The bars of a table by class: `name` is the place of the column that names a row."""
    at = [column.name for column in table.columns].index(found.classes[0].id)
    rows = [Stack(row[name], tuple(row[at : at + len(found.classes)])) for row in table.rows]
    words = f"Bars of net payments by class for each {what}"
    return stacks(rows if in_order else largest(rows), _css(found), words) if rows else None


def _links(name: str, found: Scheme, where: Where) -> dict[str, dict[str, Link]]:
    """Where the figures of the tables lead: to what makes up a class, of a row or of all."""

    def opened(tag: str, column: str, at: int) -> Link:
        def to(row: Row) -> str:
            return address(f"/tags/{name}/open", where, **{"class": tag, column: [row[0]]}) if row[at] else ""

        return to

    def both(row: Row) -> dict[str, list[str]]:
        return {"body": [row[0]], "service": [row[2]]}

    def in_matrix(tag: str, at: int) -> Link:
        return lambda row: address(f"/tags/{name}/open", {**where, **both(row), "class": [tag]}) if row[at] else ""

    def by(column: str, first: int) -> dict[str, Link]:
        return {one.id: opened(one.id, column, n) for n, one in enumerate(found.classes, first)}

    def of_class(row: Row) -> str:
        return address(f"/tags/{name}/open", where, **{"class": row[0]}) if row[3] else ""

    def lines(row: Row) -> str:
        narrowed = {"body": [row[0]], "kind": [row[2]], "service": [row[4]]}
        return address(f"/tags/{name}/open", {**where, **narrowed, "class": [found.classes[-1].id]})

    def say(row: Row) -> str:
        narrowed = {"body": [row[0]], "kind": [row[2]], "service": [row[4]]}
        return address(_path(name), {**where, **narrowed}) + "#say"

    return {
        "class": {"lines": of_class, "net": of_class},
        "body": {**by("body", 2), "body_name": lambda row: address(_path(name), {**where, "body": [row[0]]})},
        "service": {
            **by("service", 2),
            "service_name": lambda row: address(_path(name), {**where, "service": [row[0]]}),
        },
        "year": by("year", 1),
        "matrix": {one.id: in_matrix(one.id, n) for n, one in enumerate(found.classes, 4)},
        "left": {"lines": lines, "net": lines, "body_name": say},
    }


# --- opened down to lines


@page_at(router, "/tags/{name}/open")
def opened(request: Request, name: str) -> Response:
    """What makes up a class, opened: its lines where one set of filters tells them, else the sets that do."""
    found = _scheme(name)
    desk, chosen = desk_of(request), chosen_of(request, "class", *others(found.id), *FILTERS)
    where = chosen.where(*FILTERS)
    classes = {found.id: chosen.values.get("class", []), **chosen.where(*others(found.id))}
    tagged, parts = desk.place.tags.parts(found.id, where, classes=classes)
    to_lines = [address("/lines", {**part.filters, "outcome": KEPT}) for part in parts]
    if len(parts) == 1:
        return RedirectResponse(to_lines[0], 303)
    table = with_names(desk.place.tags.parts_table(found.id, where, classes=classes), desk.definition)
    rows = [(*_in_words(desk, table, row), link) for row, link in zip(table.rows, to_lines, strict=True)]
    asked = [found.label(found.known(tag)) for tag in chosen.values.get("class", [])]
    return desk.draw(
        request,
        "opened.html",
        section="tags",
        scheme=found,
        path=address(_path(found.id), {**where, **chosen.where(*others(found.id))}),
        asked=" or ".join(asked) or found.title,
        lines=sum(cell.lines for cell in tagged.chosen),
        net=tagged.net,
        table=replace(table, rows=rows),
        hide=("body", "to_body", *(c.name for n, c in enumerate(table.columns) if not any(row[n] for row in rows))),
        links={"lines": lambda row: row[-1], "net": lambda row: row[-1]},
        query=address("", chosen.values, scheme=found.id)[1:],
        less=any(part.sign < 0 for part in parts),
    )


def _in_words(desk: Desk, table: Table, row: Row) -> Row:
    """A row of parts with its kinds of payment, services and suppliers in words."""

    def said(name: str, text: str) -> str:
        if name == "supplier":
            found = [desk.money.supplier(number) for number in text.split(", ")]
            return ", ".join(one.name for one in found if one)
        return ", ".join(label(name, value) for value in text.split(", "))

    worded = ("kind", "service", "subjective", "supplier")
    return tuple(
        said(column.name, cell) if cell and column.name in worded else cell
        for column, cell in zip(table.columns, row, strict=True)
    )


# --- what people say


@router.post("/tags/{name}/rule")
async def say(request: Request, name: str) -> Response:
    """Writes a rule down; refused without the token of the page's form."""
    form = await form_sent(request)
    found = _scheme(name)
    asked = {column: [form[column].strip()] for column in CONDITIONS if form.get(column, "").strip()}
    reason, by = (" ".join(form.get(field, "").split())[:ROOM] for field in ("reason", "by"))
    first = form.get("first", "") == "yes"
    tags = desk_of(request).place.tags

    def write() -> None:
        tags.tag(found.id, form.get("class", ""), asked, reason, by=by, first=first)

    await run_in_threadpool(write)
    return RedirectResponse(_back(form.get("back", ""), found.id) + "#rules", 303)


@router.post("/tags/{name}/untag")
async def untag(request: Request, name: str) -> Response:
    """Takes a rule back; refused without the token of the page's form, 409 where it is another than was shown."""
    form = await form_sent(request)
    found, tags = _scheme(name), desk_of(request).place.tags
    rule = next((rule for rule in tags.own() if rule.id == form.get("rule", "")), None)
    if rule is None or mark_of(rule) != form.get("mark", ""):
        raise EditConflict("The rule was changed or taken back since your page was drawn. Your answer changed nothing")
    await run_in_threadpool(tags.untag, rule.id, rule)
    return RedirectResponse(_back(form.get("back", ""), found.id) + "#rules", 303)


def _back(asked: str, name: str) -> str:
    """The page to go back to, as it was narrowed; none elsewhere."""
    _, _, query = asked.partition("?")
    known = (*FILTERS, *others(name))
    kept = Chosen((pair for pair in parse_qsl(query) if pair[0] in known), known)
    return address(_path(name), kept.values)
