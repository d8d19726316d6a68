"""What it is spent on: services, what is bought for them, who delivers, how each was told, and what to settle next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.money.pictures import total_row, with_names
from totalplace.money.selecting import WORDS_LIMIT
from totalplace.money.spent import DELIVERERS, cofog_of, service_name, told_sums
from totalplace.money.unsure import MOST
from totalplace.parameters.kinds import NO_SERVICE
from totalplace.parameters.services import NOT_CLASSIFIED, functions, services
from totalplace.services import services_named
from totalplace.table import Table
from totalplace.terms import KEPT, Where
from totalplace.web import drawing, drawing_services, service_links
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import form_sent, kind_words, page_at, pages_at, paging, service_words
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, filled, years_words
from totalplace.web.fields import Field, body_field, select_field, year_field
from totalplace.web.links import figures, link, to
from totalplace.web.settling import Form, answer_of, form_of, said_of, undo_form
from totalplace.web.templating import percent, shown_short

router = APIRouter()
CHOSEN = ("body", "year", "kind")
FEW, EACH = 5, 20
"""So many of what to settle next stand on the page of services, and on a page of their own."""
SUPPLIERS = 10
FLOWS = 30
"""So many of the largest flows stand in the table of the page; the download has all."""
MEASURES = [("net", "Net, counted once"), ("gross", "Gross, all payments")]


@page_at(router, "/services")
def front(request: Request) -> HTMLResponse:
    """All services, or those of some bodies, years and kinds of payment."""
    desk, chosen = desk_of(request), chosen_of(request, *CHOSEN, "of")
    where, reach = chosen.where(*CHOSEN), _reach(desk, chosen)
    by_service, flow = desk.money.services(where), desk.money.service_flow(where)
    cofog, bodies = desk.money.services(where, "cofog"), desk.money.services(where, "body")
    bought = desk.money.bought(where)
    measure = chosen.text("of", "net") if chosen.text("of") in dict(MEASURES) else "net"
    unsure = desk.unsure(where.get("body", ()))
    at = flow.at(measure)
    return desk.draw(
        request,
        "services.html",
        section="services",
        fields=_fields(desk, chosen, measure),
        years_words=_years(desk, where),
        query=chosen.query(of=""),
        told=_told(by_service),
        reach=reach,
        scope=_scope(desk, where, reach),
        warnings=desk.warnings(),
        services=by_service,
        services_picture=drawing_services.told([(row[1], row) for row in by_service.rows]),
        bought=bought,
        bought_picture=drawing_services.bought(bought),
        cofog=cofog,
        bodies=with_names(bodies, desk.definition),
        flow=with_names(replace(flow, rows=flow.rows[:FLOWS]), desk.definition),
        flow_total=len(flow.rows),
        flow_sum=total_row(with_names(flow, desk.definition)),
        flow_picture=drawing_services.flow(desk, flow, measure),
        measure=measure,
        deliverers=[
            (name, DELIVERERS[name]) for name in DELIVERERS if any(row[1] == name and row[at] > 0 for row in flow.rows)
        ],
        total_row=total_row,
        links={
            "services": service_links.of_services(reach, where),
            "bought": service_links.of_bought(reach),
            "cofog": service_links.of_cofog(reach),
            "bodies": {"body_name": to("/bodies/{}", 0), **figures(reach, body=0), **service_links.ways(reach, body=0)},
            "flow": service_links.of_flow(reach),
        },
        series=drawing_services.LEGEND,
        unsure=_forms(desk, unsure, FEW) if unsure else None,
        unsure_total=len(unsure.rows) if unsure else 0,
        unsure_sum=sum(row[5] for row in unsure.rows) if unsure else 0,
        unsure_query=chosen.query(of="", year="", kind=""),
        settled=len(desk.definition.corrections),
        choices=_choices(),
        service_words=service_words(),
        back=address("/services", where) + "#settle",
    )


@page_at(router, "/services/settle")
def settle_next(request: Request) -> HTMLResponse:
    """What to settle next, a page at a time, and what was settled."""
    desk, chosen = desk_of(request), chosen_of(request, "body", "page")
    unsure, where = desk.unsure(chosen.where("body").get("body", ())), chosen.where("body")
    rows = unsure.rows if unsure else []
    found = paging(len(rows), chosen.whole("page"), EACH)
    return desk.draw(
        request,
        "settle_services.html",
        section="services",
        fields=[body_field(desk, chosen)],
        unsure=_forms(desk, found.of(unsure), EACH) if unsure else None,
        found=found,
        query=chosen.query(),
        pages=pages_at("/services/settle", chosen.query()),
        choices=_choices(),
        most=MOST,
        settled=len(desk.definition.corrections),
        service_words=service_words(),
        back=address("/services/settle", where, page=found.page if found.page > 1 else ""),
    )


@page_at(router, "/services/settled")
def settled(request: Request) -> HTMLResponse:
    """What was settled, the latest first, a page at a time, each with the way to take it back."""
    desk, chosen = desk_of(request), chosen_of(request, "page")
    corrections = desk.definition.corrections[::-1]
    found = paging(len(corrections), chosen.whole("page"), EACH)
    shown = corrections[found.first - 1 : found.last]
    return desk.draw(
        request,
        "settled_services.html",
        section="services",
        found=found,
        pages=pages_at("/services/settled", chosen.query()),
        settled=[(undo_form(correction), correction) for correction in shown],
        service_words=service_words(),
        back=address("/services/settled", page=found.page if found.page > 1 else ""),
    )


@router.post("/services/settle")
async def settle(request: Request) -> Response:
    """Writes down what a person said of payments, or takes it back; refused without the token of the page's form.

    The form says what its page showed; 409 where something else was settled since.
    """
    form = await form_sent(request)
    desk = desk_of(request)
    said = answer_of(desk.definition, form)
    if said.undo:
        await run_in_threadpool(desk.money.uncorrect, said.correction)
    else:
        await run_in_threadpool(desk.money.correct, [said.correction])
    return RedirectResponse(_back(form.get("back", "")), 303)


def _back(asked: str) -> str:
    """The page to go back to: that which the form was on, and none elsewhere."""
    path, _, query = asked.partition("#")[0].partition("?")
    known = {
        "/services": CHOSEN,
        "/services/settle": ("body", "page"),
        "/services/settled": ("page",),
        "/lines/source": ("file", "line"),
    }
    if path not in known:
        return "/services/settle"
    kept = {name: value for name, value in parse_qsl(query) if name in known[path]}
    return address(path, kept) + "#settle"


@page_at(router, "/services/{service}")
def one(request: Request, service: str) -> HTMLResponse:
    """One service."""
    desk, chosen = desk_of(request), chosen_of(request, "body", "year")
    if service not in services_named():
        raise HTTPException(
            404, f"There is no service '{service}'; the services stand on the page What it is spent on."
        )
    where = {**chosen.where("body", "year"), "service": [service]}
    reach = {**_reach(desk, chosen), "service": [service]}
    count, whole = desk.money.count((), where), desk.money.count((), chosen.where("body", "year"))
    years, months = desk.money.count(["year"], where).cut, desk.money.by_month(where)
    bodies = with_names(desk.money.services(where, "body"), desk.definition)
    bought = desk.money.services(where, "subjective")
    official = _official(desk, service, chosen)
    assert years is not None
    return desk.draw(
        request,
        "service.html",
        section="services",
        service=service,
        name=service_name(service),
        about=_about(service),
        fields=[body_field(desk, chosen), year_field(desk, chosen)],
        years_words=_years(desk, chosen.where("year")),
        query=chosen.query(service=service),
        count=count,
        share=percent(count.net / whole.net) if whole.net > 0 else "",
        told=service_links.told_ways(desk.money.services(where), reach),
        reach=reach,
        bodies=bodies,
        bodies_picture=drawing_services.told([(row[1], row) for row in bodies.rows]),
        bought=bought,
        years=years,
        months=months,
        months_picture=drawing.months(months.rows),
        suppliers=desk.money.suppliers(where, per_page=SUPPLIERS).table,
        official=official,
        total_row=total_row,
        series=drawing_services.LEGEND,
        links={
            "bodies": {"body_name": to("/bodies/{}", 0), **figures(reach, body=0), **service_links.ways(reach, body=0)},
            "bought": service_links.of_subjective(reach),
            "years": figures(reach, year=0),
            "months": figures(reach, month=1),
            "suppliers": {"supplier": to("/suppliers/{}", 1), **figures(reach, supplier=1)},
            "official": {"body_name": to("/bodies/{}", 0), "dataset": lambda _: "/official"},
        },
    )


# --- what is chosen, and words


def _reach(desk: Desk, chosen: Chosen) -> dict[str, list[str]]:
    """What the figures of a page cover, as a filter of lines."""
    return {**counted_years(desk, chosen), **{name: v for name, v in chosen.where(*CHOSEN).items() if name != "year"}}


def _years(desk: Desk, where: Where) -> str:
    years = desk.money.count((), where).scope["years"]
    return years_words(years) if years else "no year that is counted"


def _fields(desk: Desk, chosen: Chosen, measure: str) -> list[Field]:
    kinds = [("", "All kinds"), *kind_words().items()]
    return [
        body_field(desk, chosen),
        year_field(desk, chosen),
        select_field("kind", "Kind of payment", chosen, kinds),
        {"name": "of", "label": "Flow of", "type": "select", "value": measure, "options": MEASURES},
    ]


def _choices() -> list[tuple[str, str]]:
    """The services that a form offers."""
    return [("", "Choose a service"), *service_words().items()]


def _told(table: Table) -> dict[str, Any]:
    """How much of the money was told what it is for, and how."""
    sums = told_sums(table)
    return {**sums, "share": percent(sums["classified"] / sums["net"]) if sums["net"] > 0 else "–"}


def _scope(desk: Desk, where: Where, reach: Where) -> dict[str, Any]:
    """What is in the money that is no spending on services, and what the services are of."""
    kinds = {row[0]: row for row in desk.money.count(["kind"], where).cut.rows}  # type: ignore[union-attr]  # it was asked for
    apart = sum(kinds[kind][-1] for kind in NO_SERVICE if kind in kinds)
    health = [body for body in desk.definition.bodies if body.kind.startswith("nhs-")]
    paid = desk.money.count((), {**where, "body": [body.id for body in health]}).net if health else 0
    if health and where.get("body"):
        paid = 0
    return filled(
        {
            "Services": "the divisions that councils, police and fire report by (SeRCOP), told as the method says",
            "All that NHS bodies paid, for whose work there is no such service": shown_short(paid) if paid else "",
            "Of it lending, levies and tax on pay, which official spending on services leaves out": link(
                shown_short(apart), address("/lines", reach, kind=NO_SERVICE, outcome=KEPT)
            )
            if apart
            else "",
            "Words are an answer": "from a confidence of 0.7; below it the payment is not classified",
        }
    )


def _about(service: str) -> dict[str, Any]:
    if service == NOT_CLASSIFIED:
        return {
            "What it is": "what neither a person, nor a published label, nor the words of a payment tell surely enough"
        }
    row, group = services()[service], functions()[cofog_of(service)]
    also = ", ".join(f"{code} {functions()[code].label}" for code in row.also)
    return filled(
        {
            "What is in it": row.description,
            "COFOG group where no more is told": f"{group.code} {group.label}",
            "It spreads over": also,
            "Source": row.source,
        }
    )


# --- what to settle, and official figures


def _forms(desk: Desk, unsure: Table, most: int) -> list[tuple[dict[str, Any], Form | None]]:
    said = said_of(desk.definition)
    doubtful = {"told": ["nothing", "words"]}
    few = desk.money.count((), doubtful).rows <= WORDS_LIMIT  # among more, a search looks at payees alone
    found = []
    for row in unsure.rows[:most]:
        record = dict(zip([column.name for column in unsure.columns], row, strict=True))
        texts = {name: record[name] for name in ("department", "category")}
        bodies = record["paid_by"].split(", ")
        record["lines_at"] = address(
            "/lines",
            {**doubtful, "body": bodies if len(bodies) == 1 else ()},
            q=(record["category"] or record["department"]) if few else "",
        )
        record["paid_by"] = desk.names(record["paid_by"])
        found.append((record, form_of(said, texts, record["suggested"])))
    return found


def _official(desk: Desk, service: str, chosen: Chosen) -> Table | None:
    """What official figures say of the service's division; None where none are loaded."""
    found = with_names(desk.place.official.services(chosen.where("body", "year")), desk.definition)
    at = found.at("division")
    rows = [row for row in found.rows if row[at] == service]
    return replace(found, rows=rows) if rows else None
