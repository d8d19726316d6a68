"""The fields of filters, and the years that a page can be narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from totalplace.money.selecting import FILTERS
from totalplace.web.addresses import Chosen
from totalplace.web.desk import Desk, years_words

Field = dict[str, Any]
"""What `filter_form` of macros.html draws."""


def select_field(
    name: str,
    label: str,
    chosen: Chosen,
    options: Sequence[tuple[str, str]],
    several: Callable[[Sequence[str]], str] = ", ".join,
) -> Field:
    """A choice of one of the options (value, words); what a link asked for besides them is one more.

    `several` gives the words for values that stand together.
    """
    value = chosen.joined(name)
    options = list(options)
    if value and value not in [option for option, _ in options]:
        options.append((value, several(chosen.values[name])))
    return {"name": name, "label": label, "type": "select", "value": value, "options": options}


def body_field(
    desk: Desk, chosen: Chosen, name: str = "body", label: str = "Body", everyone: str = "All bodies"
) -> Field:
    """A choice of one of the place's bodies."""
    options = [("", everyone), *((body.id, body.name) for body in desk.definition.bodies)]
    return select_field(name, label, chosen, options, lambda ids: ", ".join(map(desk.name, ids)))


def year_field(desk: Desk, chosen: Chosen) -> Field:
    """A choice of a financial year."""
    years = desk.money.count().scope["years"]
    return select_field("year", "Year", chosen, [("", "All years"), *((year, year) for year in years)], years_words)


EVERY_YEAR = "any"
"""What `year` says where lines of years that are not counted are wanted too."""


def line_years(desk: Desk, chosen: Chosen) -> list[str]:
    """The years of the lines that are wanted: those chosen, else those that the place counts; empty: every year."""
    years = chosen.where("year").get("year", [])
    if EVERY_YEAR in years:
        return []
    return years or list(desk.definition.years)


def other_years(desk: Desk) -> list[str]:
    """The years that lines were accepted of and that the place does not count."""
    return sorted({row[1] for row in desk.money.outside().rows})


def lines_where(desk: Desk, chosen: Chosen) -> dict[str, list[str]]:
    """The filters of lines: of the years that are counted where no year is chosen."""
    where = {name: values for name, values in chosen.where(*FILTERS).items() if name != "year"}
    years = line_years(desk, chosen)
    return {**where, "year": years} if years else where


def line_year_field(desk: Desk, chosen: Chosen) -> Field:
    """A choice of a financial year among lines, those that are not counted too."""
    counted, other = desk.money.count().scope["years"], other_years(desk)
    options = [("", "Years counted" if other else "All years"), *((year, year) for year in counted)]
    options += [(year, f"{year}, not counted") for year in other]
    options += [(EVERY_YEAR, "Every year, counted or not")] if other else []
    return select_field("year", "Year", chosen, options, years_words)


def year_choices(desk: Desk, chosen: Chosen) -> list[tuple[str, str, bool]]:
    """The years that a page can be narrowed to: words, address, and whether it is the one shown."""
    years = desk.money.count().scope["years"]
    if len(years) < 2:
        return []
    now = chosen.where("year").get("year", [])
    path = f"?{query}" if (query := chosen.query(year="")) else "?"
    several = [(f"All {len(years)} years", path, not now)]
    one = [(year, f"?{chosen.query(year=year)}", now == [year]) for year in years]
    return [*several, *one]
