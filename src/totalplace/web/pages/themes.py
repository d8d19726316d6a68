"""Themes: side by side, and one of them by rule, body, service, year and supplier, down to its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from totalplace.errors import ThemeError, UsageError
from totalplace.money.pictures import with_names
from totalplace.table import Column, Table
from totalplace.terms import slug
from totalplace.themes.answers import EXAMPLES, LINE_COLUMNS
from totalplace.themes.result import CUTS, Found
from totalplace.themes.theme import UNIT
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import form_sent, page_at, pages_at, paging, service_words, short
from totalplace.web.desk import Desk, chosen_of, desk_of, filled, years_words
from totalplace.web.fields import Field, body_field, select_field
from totalplace.web.links import Link, Row
from totalplace.web.templating import month
from totalplace.web.theming import theme_of, theme_where, work_out

router = APIRouter()
EACH = 50
MOST_SUPPLIERS = 25
"""So many suppliers stand on a theme's page; the download holds all."""


@page_at(router, "/themes")
def listed(request: Request) -> HTMLResponse:
    """The themes side by side; those that cannot be read with what is wrong."""
    desk = desk_of(request)
    chosen_of(request)
    found = desk.place.themes
    state = work_out(desk, found.good())
    table = found.listed() if state is None else None
    return desk.draw(
        request,
        "themes.html",
        section="themes",
        state=state,
        here="/themes",
        table=replace(table, rows=[row for row in table.rows if not row[-1]]) if table else None,
        wrong=[(row[0], row[-1]) for row in table.rows if row[-1]] if table else [],
        beside=found.beside() if state is None else None,
        links={"title": lambda row: f"/themes/{row[0]}", "amount": lambda row: f"/themes/{row[0]}/lines"},
        beside_links={"title": lambda row: f"/themes/{row[0]}", "other_title": lambda row: f"/themes/{row[2]}"},
        examples=EXAMPLES,
        folder=found.folder.name,
    )


@router.post("/themes")
async def begun(request: Request) -> Response:
    """Begins a theme and leads to its rules, or stops what is being worked out; refused without the form's token."""
    form = await form_sent(request)
    desk = desk_of(request)
    if form.get("do") == "stop":
        desk.theming.stop()
        desk.drafting.stop()
        await run_in_threadpool(desk.theming.wait, 0.5)
        return RedirectResponse("/themes/" + name if (name := slug(form.get("name", ""))) else "/themes", 303)
    if not (name := slug(form.get("title", ""))):
        raise UsageError("give the theme a title of letters or figures: its file is named by it")
    await run_in_threadpool(desk.place.themes.new, name, form.get("like", ""))
    return RedirectResponse(f"/themes/{name}/rules", 303)


@page_at(router, "/themes/{name}")
def shown(request: Request, name: str) -> HTMLResponse:
    """One theme."""
    desk = desk_of(request)
    chosen_of(request)
    try:
        theme = theme_of(desk, name)
    except ThemeError as error:
        return desk.draw(request, "theme.html", section="themes", name=name, wrong=str(error))
    state = work_out(desk, [theme])
    context: dict[str, Any] = {"name": name, "theme": theme, "state": state, "here": f"/themes/{name}", "wrong": ""}
    if state is None or desk.place.themes.ready(theme):
        context |= _drawn(desk, desk.place.themes.found(theme), whole=state is None)
    return desk.draw(request, "theme.html", section="themes", **context)


def _drawn(desk: Desk, found: Found, *, whole: bool) -> dict[str, Any]:
    """What the page of a theme shows; suppliers once its lines are taken."""
    rules = found.rules_table()
    shared = any(rule.share not in (0, UNIT) for rule in found.theme.rules)
    return {
        "found": found,
        "years_words": years_words(found.years),
        "rules": rules if shared else rules.without("reason"),
        "bodies": with_names(found.cut(["body"]), desk.definition),
        "services": found.cut(["service"]),
        "years": found.cut(["year"]) if len(found.years) > 1 else None,
        "suppliers": found.cut(["supplier"], limit=MOST_SUPPLIERS) if whole else None,
        "hide": () if shared else ("net",),
        "shown": {"service": lambda value: service_words().get(value, value)},
        "links": {cut: _links(found.theme.name, cut) for cut in CUTS},
    }


def _links(name: str, cut: str) -> dict[str, Link]:
    """Where the figures of a row lead: to the lines that they are made of."""

    def lines(row: Row) -> str:
        return address(f"/themes/{name}/lines", {cut: row[0]})

    ends: Mapping[str, Link] = {
        "body": lambda row: f"/bodies/{row[0]}",
        "supplier": lambda row: f"/suppliers/{row[0]}",
    }
    return {
        "lines": lines,
        "net": lines,
        "amount": lines,
        **({f"{cut}_name": ends[cut], cut: ends[cut]} if cut in ends else {}),
    }


@page_at(router, "/themes/{name}/lines")
def lines(request: Request, name: str) -> HTMLResponse:
    """The lines that a theme takes, largest first, each with the rule that took it."""
    desk, chosen = desk_of(request), chosen_of(request, *CUTS, "page")
    try:
        theme = theme_of(desk, name)
    except ThemeError as error:
        return desk.draw(request, "theme.html", section="themes", name=name, wrong=str(error))
    where, state = theme_where(desk, chosen), work_out(desk, [theme])
    at = f"/themes/{name}/lines"
    here = address(at, {**where, "page": chosen.text("page")})
    context: dict[str, Any] = {"name": name, "theme": theme, "state": state, "here": here, "at": at}
    if state is None:
        found = desk.place.themes.lines(theme, where, page=chosen.whole("page"), per_page=EACH)
        context |= {
            "found": paging(found.total, found.page, EACH),
            "pence": found.pence,
            "table": Table("lines", "Lines", SHOWN, [_row(desk, row) for row in found.table.rows]),
            "links": LINKS,
            "fields": _fields(desk, theme.rules, chosen),
            "query": chosen.query(theme=name),
            "pages": pages_at(at, chosen.query()),
            "shares": _shares(desk),
            "shared": any(rule.share not in (0, UNIT) for rule in theme.rules),
            "narrowed": filled({"Supplier": _supplier(desk, chosen)}),
        }
    return desk.draw(request, "theme_lines.html", section="themes", **context)


def _shares(desk: Desk) -> list[tuple[str, str]]:
    """The bodies of whose money this place counts a part alone."""
    return [(body.name, str(body.share)) for body in desk.definition.bodies if body.share != 1]


def _supplier(desk: Desk, chosen: Chosen) -> str:
    found = [desk.money.supplier(value) for value in chosen.values.get("supplier", ())]
    return ", ".join(supplier.name if supplier else "none of that number" for supplier in found)


def _fields(desk: Desk, rules: Sequence[Any], chosen: Chosen) -> list[Field]:
    years = desk.money.count().scope["years"]
    fields = [
        select_field(
            "rule", "Taken by", chosen, [("", "All rules"), *((str(n), r.name) for n, r in enumerate(rules, 1))]
        ),
        body_field(desk, chosen, label="Paid by"),
        select_field("service", "Service", chosen, [("", "All services"), *service_words().items()]),
        select_field("year", "Year", chosen, [("", "All years"), *((year, year) for year in years)], years_words),
    ]
    return [*fields, *({"name": "supplier", "type": "hidden", "value": v} for v in chosen.values.get("supplier", ()))]


SHOWN = (
    Column("date", "Date", "date"),
    Column("body", "Paid by"),
    Column("payee", "Paid to"),
    Column("what", "For what, as published"),
    Column("service", "Service"),
    Column("amount", "Amount", "money"),
    Column("rule", "Taken by"),
    Column("source", "Source"),
    Column("of", "Line"),
)
"""As the page of lines has them, with the rule where that has the outcome.

The last cell holds the line as LINE_COLUMNS has it: links are made from it.
"""


def _line(row: Row) -> dict[str, Any]:
    return dict(zip([column.name for column in LINE_COLUMNS], row, strict=True))


def _row(desk: Desk, row: Row) -> Row:
    line = _line(row)
    texts = (line[name].strip() for name in ("department", "category", "purpose") if line[name])
    return (
        f"{when.day} {when:%b %Y}" if (when := line["date"]) else month(int(line["month"].replace("-", ""))),
        desk.name(line["body"]),
        line["payee"] or "(no name published)",
        " · ".join(dict.fromkeys(text for text in texts if text)),
        service_words()[line["service"]],
        line["amount"],
        line["rule_name"] if line["share"] == "1" else f"{line['rule_name']} (share {line['share']})",
        f"{short(line['file'])}, line {line['line']}",
        row,
    )


LINKS: dict[str, Link] = {
    "body": lambda row: f"/bodies/{_line(row[-1])['body']}",
    "payee": lambda row: f"/suppliers/{_line(row[-1])['supplier_id']}",
    "source": lambda row: address("/lines/source", file=_line(row[-1])["file"], line=_line(row[-1])["line"]),
}
