"""The portfolios of a place: files in its folder `portfolios`, listed, begun and read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from totalplace.appraisal.fields import Fields
from totalplace.appraisal.files import Cases
from totalplace.appraisal.portfolio import Portfolio, claims, likely, overlap
from totalplace.appraisal.result import Found
from totalplace.errors import CaseError, DataError, did_you_mean
from totalplace.folder import Folder, quoted
from totalplace.table import Column, Table

FOLDER = "portfolios"
KEYS = ("portfolio", "member", "split", "link")


class Portfolios:
    """The portfolios in a place's folder `portfolios`."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self._files = Folder(cases.root, FOLDER, "portfolio", "portfolio")

    def names(self) -> list[str]:
        """The portfolios by name."""
        return self._files.names()

    def new(self, name: str) -> Path:
        """Writes a portfolio of every case of the place; UsageError where it is there."""
        members = "".join(f'\n[[member]]\ncase = "{case}"\n' for case in self.cases.names())
        return self._files.begin(
            name, BLANK.format(name=name, title=quoted(name.replace("-", " ").capitalize())) + members
        )

    def portfolio(self, name: str) -> Portfolio:
        """A portfolio by name; raises CaseError naming the table and key at fault, or the case that is."""
        path = self._files.file(name)
        try:
            raw = tomllib.loads(path.read_text("utf-8-sig"))
        except (OSError, ValueError, RecursionError) as error:
            raise CaseError(f"{FOLDER}/{path.name} cannot be read: {error}") from error
        return _portfolio(name, raw, self.cases, f"{FOLDER}/{path.name}")

    def listed(self) -> Table:
        """The portfolios with what they come to, and for those that cannot be read, why."""
        columns = (
            Column("portfolio", "Portfolio"),
            Column("title", "Title"),
            Column("cases", "Cases", "count"),
            Column("net_present_budget_impact", "Net present budget impact (below 0 is a saving)", "money"),
            Column("net_present_public_value", "Net present public value", "money"),
            Column("unsettled", "Claims not settled", "count"),
            Column("wrong", "What is wrong"),
        )
        rows: list[tuple[Any, ...]] = []
        for name in self.names():
            try:
                found = self.portfolio(name)
            except DataError as error:
                rows.append((name, "", None, None, None, None, str(error)))
                continue
            last, lacks = found.table().rows[-1], [f"no headline: {case}: {words}" for case, words in found.withheld]
            figures = (None, None) if lacks or found.unsettled else (last[4], last[8])
            rows.append((name, found.title, len(found.members), *figures, len(found.unsettled), "; ".join(lacks)))
        rows += [(name, "", None, None, None, None, what) for name, what in self._files.misnamed()]
        return Table("portfolios", "Portfolios", columns, rows, "Each benefit counted once.")


BLANK = """\
# Several business cases together. Show it with: totalplace portfolio {name}
# A benefit that two cases claim is counted once. Where the cases agree who has what of it, say so:
# [[split]]
# claim = "families-northfield: SS1.0"
# shares = {{ family = 0.6, outreach = 0.4 }}
# [[link]]   # what needs what
# case = "outreach"
# needs = "family"
# note = "shares its key workers"

[portfolio]
name = {title}
"""


def _portfolio(name: str, raw: Mapping[str, Any], cases: Cases, file: str) -> Portfolio:
    for key in raw:
        if key not in KEYS:
            raise CaseError(f"{file}: {key} is not known{did_you_mean(key, list(KEYS))}")
    said = raw.get("portfolio", {})
    if not isinstance(said, Mapping):
        raise CaseError(f"{file}: portfolio is {said!r}; write it as a table: [portfolio], with its name")
    head = Fields(said, lambda key: f"{file}: [portfolio]: {key}")
    head.only(("name", "note"))
    members = _members(raw, cases, file)
    if not members:
        raise CaseError(f"{file}: it has no [[member]]; name at least one case")
    _alike(members, file)
    splits = _splits(raw, file, list(members))
    claimed = claims(members)
    shared = {claim: lines for claim, lines in claimed.items() if len({line.member for line in lines}) > 1}
    overlaps = tuple(overlap(claim, lines, splits.pop(claim, None), file) for claim, lines in shared.items())
    for claim in splits:
        raise CaseError(
            f"{file}: a [[split]] is of '{claim}', which no two cases claim{did_you_mean(claim, list(claimed))}"
        )
    title, links = head.text("name") or name, tuple(_links(raw, file, list(members)))
    return Portfolio(name, title, members, overlaps, links, tuple(likely(members)))


def _tables(raw: Mapping[str, Any], table: str, file: str) -> Iterator[Fields]:
    tables = raw.get(table, [])
    if not isinstance(tables, list):
        raise CaseError(f"{file}: write [[{table}]] with two brackets: there can be several")
    for number, settings in enumerate(tables, 1):
        if not isinstance(settings, Mapping):
            raise CaseError(f"{file}: [[{table}]] {number} is {settings!r}; it must be a table of settings")
        yield Fields({}, lambda key: f"{file}: {key}").under(f"[[{table}]] {number}", settings)


def _members(raw: Mapping[str, Any], cases: Cases, file: str) -> dict[str, Found]:
    members: dict[str, Found] = {}
    for fields in _tables(raw, "member", file):
        fields.only(("case", "option"))
        case = fields.needed("case", f"name one of the place's cases: {', '.join(cases.names())}")
        if case not in cases.names():
            fields.wrong("case", f"is '{case}', which is no case of the place{did_you_mean(case, cases.names())}")
        if case in members:
            fields.wrong("case", f"is '{case}' a second time; take one off")
        result = cases.appraise(case)
        ids = [found.option.id for found in result.options]
        option = fields.text("option") or ids[0]
        if option not in ids:
            fields.wrong("option", f"is '{option}', which is no proposal of {case}{did_you_mean(option, ids)}")
        members[case] = result.option(option)
    return members


def _alike(members: Mapping[str, Found], file: str) -> None:
    """Raises CaseError where the cases cannot be added up: prices of two years, or two ways of discounting."""
    for what in ("price_year", "discount", "first_year"):
        found = {getattr(each.case, what): name for name, each in members.items()}
        if len(found) > 1:
            words = ", ".join(f"{value} ({name})" for value, name in found.items())
            raise CaseError(f"{file}: its cases have more than one {what}: {words}; give them one, so that they add up")


def _splits(raw: Mapping[str, Any], file: str, members: list[str]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for fields in _tables(raw, "split", file):
        fields.only(("claim", "shares", "note"))
        shares = fields.shares("shares")
        for name in shares:
            if name not in members:
                fields.wrong("shares", f"names '{name}', which is no member{did_you_mean(name, members)}")
        found[fields.needed("claim", "name the claim as the table of overlaps does")] = shares
    return found


def _links(raw: Mapping[str, Any], file: str, members: list[str]) -> Iterator[tuple[str, str, str]]:
    for fields in _tables(raw, "link", file):
        fields.only(("case", "needs", "note"))
        for key in ("case", "needs"):
            if fields.text(key) not in members:
                fields.wrong(
                    key, f"is '{fields.text(key)}', which is no member{did_you_mean(fields.text(key), members)}"
                )
        yield fields.text("case"), fields.text("needs"), fields.text("note")
