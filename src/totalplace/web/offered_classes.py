"""The tables of tags and themes that can be taken away."""

from __future__ import annotations

from totalplace.money.pictures import with_names
from totalplace.parameters.schemes import SCHEMES
from totalplace.table import Table
from totalplace.tags.tagged import FILTERS as TAGGED
from totalplace.themes.result import CUTS as THEME
from totalplace.web.addresses import Chosen
from totalplace.web.desk import Desk
from totalplace.web.download import MOST, Download
from totalplace.web.theming import about_theme, chosen_theme, cut_table, theme_where

CLASSES = ("scheme", "class", *SCHEMES)


def _classes(chosen: Chosen) -> dict[str, list[str]]:
    """The classes that are asked for, by scheme; `class` is of the scheme that the table is of."""
    asked = {name: chosen.values[name] for name in SCHEMES if name in chosen.values}
    if "class" in chosen.values:
        asked[_scheme(chosen)] = chosen.values["class"]
    return asked


def _scheme(chosen: Chosen) -> str:
    return chosen.text("scheme", SCHEMES[0])


def _tags(desk: Desk, chosen: Chosen) -> Table:
    return desk.place.tags.by_class(_scheme(chosen), chosen.where(*TAGGED), classes=_classes(chosen))


def _tags_by(desk: Desk, chosen: Chosen) -> Table:
    by = chosen.values.get("by") or ["body"]
    found = desk.place.tags.cut(_scheme(chosen), by, chosen.where(*TAGGED), classes=_classes(chosen))
    return with_names(found, desk.definition)


def _tags_open(desk: Desk, chosen: Chosen) -> Table:
    found = desk.place.tags.open(_scheme(chosen), chosen.where(*TAGGED), classes=_classes(chosen))
    return with_names(found, desk.definition)


def _tags_parts(desk: Desk, chosen: Chosen) -> Table:
    found = desk.place.tags.parts_table(_scheme(chosen), chosen.where(*TAGGED), classes=_classes(chosen))
    return with_names(found, desk.definition)


def _theme_lines(desk: Desk, chosen: Chosen) -> Table:
    theme = chosen_theme(desk, chosen).theme
    return desk.place.themes.lines(theme, theme_where(desk, chosen), per_page=MOST + 1).table


TABLES: dict[str, Download] = {
    "tags": Download("Money by class: who controls it, or another scheme", (*CLASSES, *TAGGED), _tags),
    "tags-by": Download("Money by class and body, service, year or kind", (*CLASSES, "by", *TAGGED), _tags_by),
    "tags-open": Download("Unclassified money, largest first", ("scheme", *SCHEMES, *TAGGED), _tags_open),
    "tags-parts": Download("Money of a class, opened down to filters of lines", (*CLASSES, *TAGGED), _tags_parts),
    "tags-rules": Download(
        "The rules of a scheme, with what each decides", ("scheme",), lambda d, a: d.place.tags.rules_table(_scheme(a))
    ),
    "own-tags": Download(
        "The place's own rules of tags", ("scheme",), lambda d, a: d.place.tags.own_table(a.text("scheme"))
    ),
    "themes": Download("The themes, side by side", (), lambda d, _: d.place.themes.listed()),
    "themes-overlap": Download("Money that two themes both claim", (), lambda d, _: d.place.themes.beside()),
    "theme": Download("A theme by any cuts", ("theme", "by", *THEME), cut_table, about_theme),
    "theme-rules": Download(
        "The rules of a theme, with what each takes",
        ("theme",),
        lambda d, a: chosen_theme(d, a).rules_table(),
        about_theme,
    ),
    "theme-lines": Download(
        "The lines that a theme takes, each with its rule", ("theme", *THEME), _theme_lines, about_theme
    ),
}
"""The tables of tags and themes."""
