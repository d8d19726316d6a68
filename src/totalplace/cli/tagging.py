"""Commands for tags: control, tags, tag, untag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.options import (
    FILTERS,
    Command,
    Out,
    app,
    as_known,
    parts_in,
    text,
    with_filters,
    with_json,
    with_many,
    with_out,
    with_place,
)

if TYPE_CHECKING:
    from totalplace.place import Place
    from totalplace.table import Table

NARROWED = {name: FILTERS[name] for name in ("body", "year", "kind", "to_body", "supplier")} | {
    "service": "Only these services, such as education.",
    "subjective": "Only these subjective groups, such as third-party.",
}
"""What tagged money can be narrowed by."""
SCHEMES = ("control", "role", "core", "prevention")
"""The schemes, each an option that narrows to its classes; a test holds them to those that there are."""


IDS = ("class", "kind", "service", "subjective")
"""Columns of ids, which people are shown in words."""


def with_views(command: Command) -> Command:
    """Options that say what of a scheme is shown."""
    for name, words in (
        ("own", "The place's own rules, as tags.toml has them."),
        ("rules", "The rules with their reasons, who says so, and what each decides."),
        ("open", "What is unclassified, largest first."),
        ("parts", "What is chosen, opened down to filters of lines."),
    ):
        command = click.option(f"--{name}", "view", flag_value=name, help=words)(command)
    command = click.option("--by", default="", help="Cuts, such as body,service: body service year kind subjective.")(
        command
    )
    return with_many("class", "Only these classes of the scheme.")(command)


@app.command()
@with_views
@with_filters(**NARROWED)
@with_out(60)
def control(**given: Any) -> None:
    """Say who controls the money: the council, other local bodies, government; and what share can be influenced.

    The influenceable share is the money of the council, other local bodies and national money with local discretion,
    over all net money, unclassified included. Where money is unclassified it is given from low to high.
    """
    _answer("control", {}, **given)


@app.command()
@click.argument("scheme", default="")
@with_views
@with_many("control", "Only money of these classes of control.")
@with_many("role", "Only money of these roles: commissioner, deliverer, both, unclassified.")
@with_many("core", "Only money that is core, not-core or unclassified.")
@with_many("prevention", "Only money that is preventive, reactive or unclassified.")
@with_filters(**NARROWED)
@with_out(60)
def tags(scheme: str, **given: Any) -> None:
    """Money by class of a scheme: control, role (commissioner or deliverer), core, prevention.

    Without SCHEME: the schemes with the money of each class. Classes of other schemes narrow it:
    `totalplace tags role --class deliverer --core not-core --by body,service`.
    """
    others = {name: given.pop(name) for name in SCHEMES}
    _answer(scheme, others, **given)


@app.command()
@click.argument("scheme", type=text)
@click.argument("tag_class", metavar="CLASS", type=text)
@with_many("body", "Of what these bodies pay.")
@with_many("body-kind", "Of what bodies of these kinds pay, such as nhs-commissioner.")
@with_many("kind", "Of these kinds of payment.")
@with_many("service", "Of these services.")
@with_many("subjective", "Of these subjective groups.")
@with_many("to-body", "Of what is paid to these bodies; nobody: to no public body.")
@with_many("to-body-kind", "Of what is paid to bodies of these kinds.")
@with_many("supplier", "Of what is paid to these suppliers, by name or number.")
@with_many("year", "Of these financial years.")
@click.option("--reason", required=True, type=text, help="Why, for whoever reads the figures.")
@click.option("--by", default="", type=text, help="Who says so: a name and an office.")
@click.option("--first", is_flag=True, help="Before the place's other rules; else after them.")
@with_place
@with_json
def tag(
    scheme: str, tag_class: str, reason: str, by: str, first: bool, place: Path, json: bool, **given: tuple[str, ...]
) -> None:
    """Say of what class money is, by a rule that is kept in tags.toml and comes before the shipped ones.

    SCHEME is control, role, core or prevention, CLASS one of its classes. All conditions have to fit, one value of
    each is enough. The first rule that fits tells the class.
    """
    from totalplace.cli.show import as_json, say
    from totalplace.errors import StoreError
    from totalplace.place import open_place
    from totalplace.tags.effects import STATES, doubts
    from totalplace.terms import money

    opened = open_place(place)
    asked = {name: list(values) if name == "supplier" else parts_in(values) for name, values in given.items()}
    rule = opened.tags.tag(scheme, tag_class, asked, reason, by=by, first=first)
    found = None
    try:
        found = next(effect for effect in opened.tags.effects(rule.scheme) if effect.rule == rule)
    except StoreError as error:
        say(f"NOTE: {error}: what the rule decides is seen then")
    if json:
        net = {} if found is None else {"state": found.state, "lines": found.lines, "net": _pounds(found.net)}
        as_json({"id": rule.id, "scheme": rule.scheme, "class": rule.tag, **rule.asked, "reason": rule.reason, **net})
    say(f"written to tags.toml as '{rule.id}'")
    if found is not None:
        lines = "1 line" if found.lines == 1 else f"{found.lines:,} lines"
        say(f"it {STATES[found.state]}: {lines}, {money(found.net, 2)} net")
        for _, words in doubts([found]):
            say(f"NOTE: {words}" + ("; --first puts a rule before the others" if found.against else ""))


@app.command()
@click.argument("rule", type=text)
@with_place
@with_json
def untag(rule: str, place: Path, json: bool) -> None:
    """Take back a rule of the place's own, by its id: `totalplace tags --own` lists them."""
    from totalplace.cli.show import as_json, say
    from totalplace.place import open_place

    gone = open_place(place).tags.untag(rule)
    if json:
        as_json({"id": gone.id, "scheme": gone.scheme, "class": gone.tag})
    say(f"'{gone.id}' is taken out of tags.toml")


def _pounds(pence: int) -> str:
    from totalplace.terms import pounds

    return pounds(pence)


def _answer(
    scheme: str,
    others: Mapping[str, Sequence[str]],
    *,
    view: str | None,
    by: str,
    where: dict[str, list[str]],
    place: Path,
    out: Out,
    **given: tuple[str, ...],
) -> None:
    """Shows what is asked for of a scheme, and writes it to files."""
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, names_of, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    where = as_known(opened, where)
    classes = {name: parts_in(values) for name, values in others.items() if values}
    if given["class"]:
        classes[scheme] = [*classes.get(scheme, []), *parts_in(given["class"])]
    table = _table(opened, scheme, view, parts_in(by), where, classes)
    share = _share(opened, where) if scheme == "control" and not classes and view is None else {}
    if out.json:
        as_json({**table_document(table), **share})
    else:
        hidden = {"rules": ("order", "class", "before", "fitted"), None: (*IDS, "meaning"), "open": IDS}.get(view, ())
        as_table(table, out.limit, names=names_of(opened), hide=hidden)
        _say(opened, scheme, where if share else None)
    write_files(opened, table, out, where=where)


def _table(
    opened: Place,
    scheme: str,
    view: str | None,
    by: list[str],
    where: dict[str, list[str]],
    classes: dict[str, list[str]],
) -> Table:
    """The table that is asked for; UsageError where what is asked for does not go together."""
    from totalplace.errors import UsageError

    if view in ("own", "rules", "open") and (by or classes or (where and view != "open")):
        raise UsageError(f"--{view} is a list of its own: it is not cut or narrowed")
    if view == "own":
        return opened.tags.own_table(scheme)
    if not scheme:
        if view or by or classes:
            raise UsageError(f"name a scheme: {', '.join(SCHEMES)}")
        return opened.tags.overview(where)
    if view == "rules":
        return opened.tags.rules_table(scheme)
    if view == "open":
        return opened.tags.open(scheme, where)
    if view == "parts":
        if by:
            raise UsageError("--parts opens what is chosen: narrow it instead of cutting it with --by")
        return opened.tags.parts_table(scheme, where, classes=classes)
    return (
        opened.tags.cut(scheme, by, where, classes=classes)
        if by
        else opened.tags.by_class(scheme, where, classes=classes)
    )


def _share(opened: Place, where: dict[str, list[str]]) -> dict[str, Any]:
    """The influenceable share, for JSON."""
    found = opened.tags.influence(where)
    return {
        "influenceable": {
            "low": found.low,
            "high": found.high,
            "money": _pounds(found.influenceable),
            "unclassified": _pounds(found.open),
            "total": _pounds(found.total),
        }
    }


def _say(opened: Place, scheme: str, where: dict[str, list[str]] | None) -> None:
    """Says the influenceable share of what passes filters (None: it is not asked for), and what own rules need."""
    from totalplace.cli.show import say
    from totalplace.tags.effects import doubts, share_words
    from totalplace.terms import money

    if where is not None:
        found = opened.tags.influence(where)
        say(f"\nInfluenceable: {share_words(found.low, found.high)} of {money(found.total, 2)}, unclassified included")
        say("By rules that are defaults of ours where nobody of the place said otherwise: --rules lists them")
    if scheme:
        for rule, words in doubts(opened.tags.effects(scheme)):
            say(f"NOTE: rule '{rule}': {words}")
