"""Business cases as files to take away: the result with live formulas, the case to fill in, the sheet to sign."""

from __future__ import annotations

import io

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from totalplace.appraisal.files import tables_in
from totalplace.appraisal.result import Appraisal
from totalplace.appraisal.workbook import write_template
from totalplace.errors import CaseError, UsageError
from totalplace.reports.case_agreement import case_agreement
from totalplace.reports.case_workbook import write_case
from totalplace.web.cases import case_of, chance_of, option_of
from totalplace.web.common import page_at
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.download import XLSX

router = APIRouter()


@page_at(router, "/cases/new/template.xlsx")
def template(request: Request) -> Response:
    """A workbook to fill in."""
    chosen_of(request)
    stream = io.BytesIO()
    write_template(stream, None, desk_of(request).place.root)
    return _sent(stream.getvalue(), "case.xlsx")


@page_at(router, "/cases/{name}/case.xlsx")
def filled(request: Request, name: str) -> Response:
    """The case as a workbook to change and send back."""
    desk = desk_of(request)
    chosen_of(request)
    stream = io.BytesIO()
    try:
        write_template(stream, tables_in(desk.place.cases.path(name), desk.place.root), desk.place.root)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None
    except CaseError as error:
        raise HTTPException(400, str(error)) from None
    return _sent(stream.getvalue(), f"{name}.xlsx")


@page_at(router, "/cases/{name}/result.xlsx")
def result(request: Request, name: str) -> Response:
    """The result of a case as a workbook whose formulas can be followed."""
    desk = desk_of(request)
    chosen_of(request)
    found = _case(desk, name)
    stream = io.BytesIO()
    chances = [chance_of(each, found) for each in found.options]
    write_case(stream, found, chances, desk.place.cases.stamps.state(name, found.case), desk.place.root)
    return _sent(stream.getvalue(), f"{name}-result.xlsx")


@page_at(router, "/cases/{name}/agreement.pdf")
def agreement(request: Request, name: str) -> Response:
    """The investment agreement sheet of an option."""
    desk, chosen = desk_of(request), chosen_of(request, "option")
    found = _case(desk, name)
    option = option_of(found, chosen.text("option"))
    stamp = desk.place.cases.stamps.state(name, found.case)
    return _sent(case_agreement(option, chance_of(option, found), stamp), f"{name}-agreement.pdf", "application/pdf")


def _case(desk: Desk, name: str) -> Appraisal:
    try:
        return case_of(desk, name)
    except CaseError as error:
        raise HTTPException(400, str(error)) from None


def _sent(content: bytes, name: str, kind: str = XLSX) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
