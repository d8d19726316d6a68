"""The rules of a theme, changed on a page: what each comes to is shown as it stands, before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from totalplace.errors import DataError, EditConflict, ThemeError, UsageError
from totalplace.themes.reading import THEME_KEYS, theme_of
from totalplace.themes.theme import CONDITIONS, UNIT, Rule, share_text
from totalplace.web.common import form_sent, kind_words, page_at, service_words, subjective_words
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.theming import look_up
from totalplace.web.theming import theme_of as saved

router = APIRouter()
MOST_RULES = 40
"""A theme of more rules is changed in its file: its form would be too large."""
TICKED = ("service", "body")
"""Conditions whose values are ticked; of the others they are written, one on a line."""
LINES = ("words", "not_words", *(name for name in CONDITIONS if name not in TICKED))

RuleForm = dict[str, Any]
"""A rule as the form has it: texts by key, lists for TICKED and LINES, `was` its number in the file (0: new)."""


@page_at(router, "/themes/{name}/rules")
def shown(request: Request, name: str) -> HTMLResponse:
    """The rules as the file has them."""
    desk = desk_of(request)
    chosen_of(request)
    try:
        theme = saved(desk, name)
    except ThemeError as error:
        return desk.draw(request, "theme.html", section="themes", name=name, wrong=str(error))
    if len(theme.rules) > MOST_RULES:
        words = (
            f"themes/{name}.toml has {len(theme.rules)} rules; a page changes {MOST_RULES} at most: use a text editor"
        )
        return desk.draw(request, "theme.html", section="themes", name=name, wrong=words)
    head = {"title": theme.title, "why": theme.why, "owner": theme.owner}
    rules = [_form(rule, n) for n, rule in enumerate(theme.rules, 1)]
    return _draw(desk, request, name, head, rules, desk.place.themes.digest(name))


def _form(rule: Rule, was: int) -> RuleForm:
    lists = {key: list(values) for key, values in rule.where}
    lists |= {"words": list(rule.words), "not_words": list(rule.not_words)}
    share = "" if rule.share == UNIT else share_text(rule.share)
    named = "" if rule.name == f"Rule {was}" else rule.name
    return {"was": was, "name": named, "share": share, "reason": rule.reason, **lists}


@router.post("/themes/{name}/rules")
async def changed(request: Request, name: str) -> Response:
    """Shows what rules come to as the form has them, with one more, one less or in another order; or saves them.

    Refused without the form's token. What cannot be saved stays in the form: 409 where the file was changed since.
    """
    form = await form_sent(request)
    return await run_in_threadpool(_changed, request, name, form)


def _changed(request: Request, name: str, form: Mapping[str, str]) -> Response:
    desk, do = desk_of(request), form.get("do", "")
    if name not in desk.place.themes.names():
        saved(desk, name)  # says that there is none
    head = {key: " ".join(form.get(key, "").split()) for key in THEME_KEYS}
    rules = _reordered([_sent(form, n) for n in range(1, _count(form) + 1)], do)
    if do != "save":
        return _draw(desk, request, name, head, rules, form.get("before", ""))
    wanted = [_filled(rule) for rule in rules]
    try:
        theme_of(name, {"theme": _filled(head), "rule": [_without_was(rule) for rule in wanted]})
        desk.place.themes.save(name, {"theme": _filled(head), "rule": wanted}, form.get("before", ""))
    except (DataError, UsageError) as error:
        status = 409 if isinstance(error, EditConflict) else 400
        return _draw(desk, request, name, head, rules, form.get("before", ""), str(error), status)
    return RedirectResponse(f"/themes/{name}", 303)


FIGURES = 4
"""So many figures are more than any number of a rule has."""


def _count(form: Mapping[str, str]) -> int:
    text = form.get("rules", "0")
    if not text.isascii() or not text.isdigit() or len(text) >= FIGURES or int(text) > MOST_RULES:
        raise UsageError(f"a form holds {MOST_RULES} rules at most")
    return int(text)


def _sent(form: Mapping[str, str], n: int) -> RuleForm:
    """A rule as the form sends it."""
    start = f"r{n}-"
    rule: RuleForm = {key: " ".join(form.get(start + key, "").split()) for key in ("name", "share", "reason")}
    was = form.get(f"{start}was", "0")
    rule["was"] = int(was) if was.isascii() and was.isdigit() and len(was) < FIGURES else 0
    for key in LINES:
        rule[key] = [text for line in form.get(start + key, "").splitlines() if (text := line.strip())]
    for key in TICKED:
        begins = f"{start}{key}-"
        rule[key] = [field.removeprefix(begins) for field in form if field.startswith(begins)]
    return rule


def _reordered(rules: list[RuleForm], do: str) -> list[RuleForm]:
    """The rules with one more, without one, or with one moved up."""
    what, _, number = do.partition("-")
    at = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < FIGURES else -1
    if what == "add" and len(rules) < MOST_RULES:
        return [*rules, {"was": 0, "name": "", "share": "", "reason": ""}]
    if what == "remove" and 0 <= at < len(rules):
        return rules[:at] + rules[at + 1 :]
    if what == "up" and 0 < at < len(rules):
        rules[at - 1], rules[at] = rules[at], rules[at - 1]
    return rules


def _filled(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value or key == "was"}


def _without_was(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != "was"}


def _draw(
    desk: Desk,
    request: Request,
    name: str,
    head: Mapping[str, str],
    rules: list[RuleForm],
    before: str,
    refused: str = "",
    status: int = 200,
) -> HTMLResponse:
    return desk.draw(
        request,
        "theme_rules.html",
        status,
        section="themes",
        name=name,
        head=head,
        rules=rules,
        before=before,
        refused=refused,
        **_live(desk, name, head, rules),
        bodies=_offered(rules, "body", {body.id: body.name for body in desk.definition.bodies}),
        services=_offered(rules, "service", service_words()),
        known={
            "kind": ", ".join(kind_words()),
            "subjective": ", ".join(key for key in subjective_words() if key),
            "year": ", ".join(desk.money.count().scope["years"]),
        },
        most=MOST_RULES,
    )


def _offered(rules: list[RuleForm], key: str, known: Mapping[str, str]) -> dict[str, str]:
    """What can be ticked: what is here, and what a rule asks for besides."""
    more = {value: f"{value} (not here)" for rule in rules for value in rule.get(key, ()) if value not in known}
    return {**known, **more}


def _live(desk: Desk, name: str, head: Mapping[str, str], rules: list[RuleForm]) -> dict[str, Any]:
    """What the rules come to as they stand; those that ask for nothing yet take nothing."""
    filled = [_without_was(_filled(rule)) for rule in rules]
    try:
        draft = theme_of(name, {"theme": _filled(head), "rule": filled}, draft=True)
    except ThemeError as error:
        return {"state": None, "found": None, "live": {}, "wrong": str(error)}
    state = look_up(desk, draft)
    if state is not None:
        return {"state": state, "found": None, "live": {}, "wrong": ""}
    found = desk.place.themes.found(draft)
    asking = {n for n, rule in enumerate(filled, 1) if set(rule) & {*CONDITIONS, "words", "not_words"}}
    live = {row[0]: row for row in found.rules_table().rows if row[0] in asking}
    return {"state": None, "found": found, "live": live, "wrong": ""}
