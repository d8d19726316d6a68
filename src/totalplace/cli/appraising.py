"""The commands `appraise` and `portfolio`: what business cases come to, for whom, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.options import FILE, Out, app, text, with_json, with_place
from totalplace.errors import CaseError, UsageError
from totalplace.terms import first_up

if TYPE_CHECKING:
    from totalplace.appraisal.case import Case
    from totalplace.appraisal.chance import Chance
    from totalplace.appraisal.files import Cases
    from totalplace.appraisal.portfolio import Portfolio
    from totalplace.appraisal.result import Appraisal, Found
    from totalplace.appraisal.stamps import State
    from totalplace.table import Table

TEMPLATE = "template"
"""The word in place of a case that asks for a workbook to fill in."""
LONGEST = 12
"""Rows of the tables of what moves and turns a result that people are shown; JSON has all."""


@app.command()
@click.argument("case", default="", type=text)
@click.option("--draws", type=click.IntRange(min=0), default=10_000, show_default=True, help="Draws; 0 for none.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="The seed of the draws; that of the case if not given.")
@click.option("--option", "option", default="", type=text, help="Only this proposal, by id.")
@click.option("--against", default="", type=text, metavar="CASE", help="What changed since this earlier version.")
@click.option("--checked-by", default="", type=text, metavar="NAME", help="Stamp the case: checked by this person.")
@click.option("--note", default="", type=text, help="A note on the stamp.")
@click.option("--new", "begin", default="", type=text, metavar="NAME", help="Begin a case of this name.")
@click.option("--first-year", default="", type=text, help="The first year of a new case, such as 2026-27.")
@click.option("--like", default="", type=text, metavar="CASE", help="Fill the template in with this case.")
@click.option("--out", type=FILE, help="Write the result, or the template, as a workbook here.")
@click.option("--pdf", type=FILE, help="Write the investment agreement sheet, two pages to sign, here.")
@click.option("--csv", type=FILE, help="Write who pays and who gains to this CSV file too.")
@with_place
@with_json
def appraise(
    case: str,
    draws: int,
    seed: int | None,
    option: str,
    against: str,
    checked_by: str,
    note: str,
    begin: str,
    first_year: str,
    like: str,
    out: Path | None,
    pdf: Path | None,
    csv: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Appraise a business case: fiscal and public value, who pays and who gains, when, and how sure.

    CASE is a file (TOML or a workbook), or the name of one in the place's folder cases; without one, the cases are
    listed. --out writes the result as a workbook with live formulas, and 'totalplace appraise template --out FILE.xlsx'
    a workbook to fill in.
    """
    from totalplace.appraisal.files import Cases
    from totalplace.cli.show import show_listed

    cases = Cases(place)
    if case == TEMPLATE:
        _template(cases, like, out, json)
    elif like:
        raise UsageError(f"--like goes with 'totalplace appraise {TEMPLATE}'")
    elif out and (begin or not case or against or checked_by):
        raise UsageError("--out goes with a case to appraise, or with 'totalplace appraise template'")
    elif begin:
        _begin(cases, begin, first_year, json)
    elif first_year:
        raise UsageError("--first-year goes with --new; the first year of a case stands in its file")
    elif not case:
        show_listed(cases.listed(), json, "case", "appraise --new NAME --first-year 2026-27")
    elif against:
        _against(cases, case, against, option, csv, json)
    elif checked_by:
        _stamp(cases, case, checked_by, note, json)
    else:
        _appraise(cases, case, draws, seed, option, (out, pdf, csv), json)


def _template(cases: Cases, like: str, out: Path | None, json: bool) -> None:
    """Writes the workbook to fill in, empty or with what a case says."""
    from totalplace.appraisal.files import tables_in
    from totalplace.appraisal.workbook import write_template
    from totalplace.cli.show import as_json, say

    if out is None:
        raise UsageError("give --out FILE.xlsx: where the workbook to fill in is to be written")
    write_template(_xlsx(out), tables_in(_path(cases, like), cases.root) if like else None, cases.root)
    if json:
        as_json({"template": str(out), "like": like or None})
    say(f"wrote {out}; fill it in, then: totalplace appraise {out}")


def _begin(cases: Cases, name: str, first_year: str, json: bool) -> None:
    from totalplace.cli.show import as_json, say

    if not first_year:
        raise UsageError("give --first-year, such as 2026-27: year 0 of the case")
    path = cases.new(name, first_year)
    if json:
        as_json({"case": name, "file": str(path)})
    say(f"wrote {path}; fill it in, then: totalplace appraise {name}")


def _path(cases: Cases, case: str) -> Path:
    """The file of a case: of a name in the place, or of a path."""
    path = Path(case)
    return path if path.suffix.lower() in (".toml", ".xlsx", ".xlsm") else cases.path(case)


def _read(cases: Cases, case: str) -> Case:
    from totalplace.appraisal.files import case_of

    return case_of(_path(cases, case), cases.root)


def _proposals(found: Case, option: str) -> list[str]:
    from totalplace.errors import did_you_mean

    ids = [each.id for each in found.proposals]
    if option and option not in ids:
        raise UsageError(f"'{option}' is no proposal of {found.id}{did_you_mean(option, ids)}")
    return [option] if option else ids


def _stamp(cases: Cases, case: str, by: str, note: str, json: bool) -> None:
    from datetime import UTC, datetime

    from totalplace.cli.show import as_json, say

    if case not in cases.names():
        raise UsageError(
            f"'{case}' is no case of the place; a stamp is kept beside the place's cases: put the file there"
        )
    found = cases.case(case)
    today = datetime.now(UTC).astimezone().date().isoformat()
    path = cases.stamps.put(case, found, by, today, note)
    if json:
        as_json({"case": case, "checked_by": by, "file": str(path)})
    say(f"wrote {path}; any change of an input or parameter voids it")


def _against(cases: Cases, case: str, earlier: str, option: str, csv: Path | None, json: bool) -> None:
    from totalplace.appraisal.against import against
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, as_table, table_document

    table = against(_read(cases, earlier), _read(cases, case), option).table()
    if json:
        as_json(table_document(table))
    else:
        as_table(table)
    write_tables(table, Out(csv=csv), table.title, table.note)


def _appraise(
    cases: Cases,
    case: str,
    draws: int,
    seed: int | None,
    option: str,
    files: tuple[Path | None, Path | None, Path | None],
    json: bool,
) -> None:
    from totalplace.appraisal import tables
    from totalplace.appraisal.chance import chances
    from totalplace.appraisal.document import document
    from totalplace.appraisal.result import appraise as reckoned
    from totalplace.appraisal.sensitivity import scenarios, switching, tornado
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json

    found = _read(cases, case)
    wanted = _proposals(found, option)
    result = reckoned(found)
    stamp = cases.stamps.state(found.id, found)
    drawn = [each for each in chances(found, draws, seed) if each.option in wanted] if draws else []
    moved = {id: tornado(found, id) for id in wanted}
    turned = {id: switching(found, id) for id in wanted}
    told = scenarios(found)
    if json:
        as_json(document(result, stamp, drawn, moved, turned, told))
    else:
        _show(result, stamp, drawn, moved, turned, told, wanted)
    chosen, (out, pdf, csv) = result.option(wanted[0]), files
    if out:
        _book(out, result, drawn, stamp, cases)
    if pdf:
        _sheet(pdf, chosen, next((each for each in drawn if each.option == wanted[0]), None), stamp)
    table = tables.who(chosen)
    write_tables(table, Out(csv=csv), table.title, table.note)


def _book(path: Path, result: Appraisal, drawn: list[Chance], stamp: State, cases: Cases) -> None:
    """Writes the result as a workbook whose formulas can be followed."""
    from totalplace.cli.show import say
    from totalplace.reports.case_workbook import write_case

    write_case(_xlsx(path), result, drawn, stamp, cases.root)
    say(f"wrote {path}")


def _xlsx(path: Path) -> Path:
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path.name} must end in .xlsx: it is a workbook")
    return path


def _sheet(path: Path, found: Found, chance: Chance | None, stamp: State) -> None:
    from totalplace.cli.show import say
    from totalplace.reports.case_agreement import case_agreement
    from totalplace.store.files import write_whole

    write_whole(path, case_agreement(found, chance, stamp))
    say(f"wrote {path}")


def _show(
    result: Appraisal, stamp: State, drawn: list[Chance], moved: Any, turned: Any, told: Any, ids: list[str]
) -> None:
    """Prints what the case comes to in words, then its tables; what all are in once, at the top."""
    from totalplace.appraisal import sure_tables, tables
    from totalplace.cli.show import say

    case, measure = result.case, "net_present_public_value"
    print(f"{case.name}\n\n{first_up(stamp.words)}. {tables.scope(case)}.\n")
    for id in ids:
        found = result.option(id)
        chance = next((each for each in drawn if each.option == id), None)
        for line in (*tables.headline(found), *(sure_tables.sure(chance) if chance and not found.withheld else ())):
            print(line)
        print()
        if not found.withheld:
            _print(tables.measures(found), case)
        for table in (tables.years(found), tables.who(found), tables.benefits(found), tables.costs(found)):
            _print(table, case)
        if chance:
            _print(sure_tables.spread(case, chance), case)
        _print(sure_tables.tornado_table(case, moved[id], measure), case)
        _print(sure_tables.switching_table(case, turned[id], measure), case)
    if len(told) > 1:
        _print(sure_tables.scenario_table(case, told), case)
    _print(tables.parameters(result), case)
    for words in result.doubts:
        say(f"note: {words}")


def _print(table: Table, case: Case) -> None:
    from dataclasses import replace

    from totalplace.appraisal.tables import scope
    from totalplace.cli.show import as_table

    long = table.name in ("case-tornado", "case-switching")
    as_table(replace(table, note=table.note.removesuffix(scope(case)).strip()), limit=LONGEST if long else 0)
    print()


@app.command()
@click.argument("name", default="", type=text)
@click.option("--new", "begin", default="", type=text, metavar="NAME", help="Begin a portfolio of all the cases.")
@click.option("--csv", type=FILE, help="Write the cases to this CSV file too.")
@click.option("--xlsx", type=FILE, help="Write the cases to this workbook too.")
@with_place
@with_json
def portfolio(name: str, begin: str, csv: Path | None, xlsx: Path | None, place: Path, json: bool) -> None:
    """Show several business cases together, a benefit that two of them claim counted once.

    NAME is that of a file in the place's folder portfolios, without .toml; without one, they are listed.
    """
    from totalplace.appraisal.files import Cases
    from totalplace.appraisal.portfolios import Portfolios
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, say, show_listed

    portfolios = Portfolios(Cases(place))
    if begin:
        path = portfolios.new(begin)
        if json:
            as_json({"portfolio": begin, "file": str(path)})
        say(f"wrote {path}; then: totalplace portfolio {begin}")
        return
    if not name:
        show_listed(portfolios.listed(), json, "portfolio", "portfolio --new NAME")
        return
    found = portfolios.portfolio(name)
    _show_portfolio(found, name, json)
    table = found.table()
    write_tables(table, Out(csv=csv, xlsx=xlsx), table.title, table.note)


def _show_portfolio(found: Portfolio, name: str, json: bool) -> None:
    """Prints a portfolio; raises CaseError, after its tables, where claims in it are not settled."""
    from totalplace.cli.show import as_json, as_table, say

    tables = [found.table(), found.overlap_table(), found.link_table()]
    if json:
        rows = {table.name: list(table.records()) for table in tables}
        as_json(
            {
                "portfolio": name,
                "title": found.title,
                **rows,
                "unsettled": found.unsettled,
                "withheld": [": ".join(each) for each in found.withheld],
                "doubts": found.doubts,
            }
        )
        return
    for table in tables:
        if table.rows:
            as_table(table)
            print()
    for words in (*(f"no headline: {case}: {lacks}" for case, lacks in found.withheld), *found.doubts):
        say(f"note: {words}")
    if found.unsettled:
        raise_unsettled(found.unsettled)


def raise_unsettled(claims: tuple[str, ...]) -> None:
    """Ends with status 1: a portfolio whose claims nobody has settled has no answer that is right yet."""
    raise CaseError(
        f"not agreed who has: {', '.join(claims)}; add a [[split]] of each, or drop the benefit from a case"
    )
