"""The tables of tags and themes that can be taken away."""

from __future__ import annotations

from collections.abc import Callable

from totalplace.parameters.schemes import SCHEMES
from totalplace.table import Table
from totalplace.tags.answers import Tags
from totalplace.tags.tagged import FILTERS as TAGGED
from totalplace.themes.result import CUTS as THEME
from totalplace.web.addresses import Chosen
from totalplace.web.desk import Desk
from totalplace.web.download import MOST, Download, named
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


def _classed(words: str, made: Callable[[Tags], Callable[..., Table]], *known: str) -> Download:
    """A table of one scheme, of the classes that are asked for."""
    return named(
        words,
        (*known, *TAGGED),
        lambda d, a: made(d.place.tags)(_scheme(a), a.where(*TAGGED), classes=_classes(a)),
    )


def _tags_by(desk: Desk, chosen: Chosen) -> Table:
    by = chosen.values.get("by") or ["body"]
    return desk.place.tags.cut(_scheme(chosen), by, chosen.where(*TAGGED), classes=_classes(chosen))


def _theme_lines(desk: Desk, chosen: Chosen) -> Table:
    theme = chosen_theme(desk, chosen).theme
    return desk.place.themes.lines(theme, theme_where(desk, chosen), per_page=MOST + 1).table


TABLES: dict[str, Download] = {
    "tags": _classed("Money by class: who controls it, or another scheme", lambda tags: tags.by_class, *CLASSES),
    "tags-by": named("Money by class and body, service, year or kind", (*CLASSES, "by", *TAGGED), _tags_by),
    "tags-open": _classed("Unclassified money, largest first", lambda tags: tags.open, "scheme", *SCHEMES),
    "tags-parts": _classed(
        "Money of a class, opened down to filters of lines", lambda tags: tags.parts_table, *CLASSES
    ),
    "tags-rules": Download(
        "The rules of a scheme, with what each decides", ("scheme",), lambda d, a: d.place.tags.rules_table(_scheme(a))
    ),
    "own-tags": Download(
        "The place's own rules of tags", ("scheme",), lambda d, a: d.place.tags.own_table(a.text("scheme"))
    ),
    "themes": Download("The themes, side by side", (), lambda d, _: d.place.themes.listed()),
    "themes-overlap": Download("Money that two themes both claim", (), lambda d, _: d.place.themes.beside()),
    "theme": Download("A theme by any cuts", ("theme", "by", *THEME), cut_table, about_theme, of_one=True),
    "theme-rules": Download(
        "The rules of a theme, with what each takes",
        ("theme",),
        lambda d, a: chosen_theme(d, a).rules_table(),
        about_theme,
        of_one=True,
    ),
    "theme-lines": Download(
        "The lines that a theme takes, each with its rule", ("theme", *THEME), _theme_lines, about_theme, of_one=True
    ),
}
"""The tables of tags and themes."""
