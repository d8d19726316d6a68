"""The look's side of the pages: the Jinja environment with its filters, the navigation, the static files.

No page and no arithmetic is here. Pages extend `base.html`, which says what it wants to be told, and take
their pieces from `macros.html`.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.table import RIGHT, figure
from totalplace.terms import KEPT, OUTCOMES, TAKEN_OUT, money, money_short, month_words, pounds
from totalplace.web.addresses import address

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"

NAVIGATION = (
    (
        "The count",
        (
            ("money", "Where the money goes", "/"),
            ("services", "What it is spent on", "/services"),
            ("over-time", "Over time", "/over-time"),
            ("bodies", "Bodies", "/bodies"),
            ("suppliers", "Suppliers", "/suppliers"),
            ("transfers", "Transfers", "/transfers"),
            ("completeness", "Completeness", "/completeness"),
        ),
    ),
    (
        "Who and where",
        (
            ("tags", "Who controls it", "/control"),
            ("areas", "Areas", "/areas"),
            ("claims", "Claims", "/areas/claims"),
            ("themes", "Themes", "/themes"),
        ),
    ),
    (
        "Neighbourhoods",
        (
            ("neighbourhoods", "Neighbourhoods", "/neighbourhoods"),
            ("alternatives", "Alternatives", "/neighbourhoods/alternatives"),
            ("alignment", "How far apart are our lines?", "/neighbourhoods/lines"),
            ("editor", "Change a plan", "/neighbourhoods/editor"),
            ("holds", "What they hold and need", "/neighbourhoods/holds"),
            ("assets", "Public buildings", "/neighbourhoods/assets"),
        ),
    ),
    ("Beside others", (("official", "Official figures", "/official"), ("compare", "Compare", "/compare"))),
    (
        "Business cases",
        (
            ("cases", "Cases", "/cases"),
            ("logic", "Logic models", "/logic"),
            ("unit-costs", "Unit costs", "/unit-costs"),
            ("rates", "Rates and values", "/rates"),
        ),
    ),
    ("What if", (("stress", "Stress test", "/stress"),)),
    ("Files and lines", (("sources", "Sources", "/sources"), ("lines", "Lines", "/lines"))),
)
"""Parts of the menu: words, and their pages as section, words, address; a page says which section it is in."""

OUTCOME_WORDS = {
    "final": ("Final", "Left the counted bodies: it stays in the total."),
    "eliminated": (
        "Eliminated",
        "Paid to another body that is counted too: taken out, or it would count twice.",
    ),
    "candidate": ("Candidate", "The name looks like a counted body: it stays until a person confirms it."),
    "self": ("Self", "Paid by a body to itself: taken out."),
    "other-year": ("Other year", "Of a financial year that is not counted here: it is in no total."),
}
"""What a tag of each outcome says, and what it means; `other-year` stands before any outcome."""

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy that every page is written for: nothing inline, nothing from elsewhere."""

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"


def number(value: int | float, places: int = 0) -> str:
    """A number for people: thousands in groups, a true minus sign."""
    return f"{value:,.{places}f}".replace("-", MINUS)


def percent(value: float, places: int = 1) -> str:
    """A share for people: ``0.256`` gives ``'25.6%'``; ``<0.1%`` for what is less and not nothing."""
    least = 10.0 ** -(places + 2)
    if value and abs(value) < least / 2:
        return f"{MINUS if value < 0 else ''}<{number(least * 100, places)}%"
    return f"{number(value * 100, places)}%"


def day(value: date | str | None) -> str:
    """A day for people: ``2 April 2018``; text that is no ISO date stays as it is."""
    try:
        when = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{when.day} {when:%B %Y}"


def when(value: str) -> str:
    """A moment in UTC, as ISO text, for people: ``22 November 2026, 10:05``."""
    from datetime import datetime

    try:
        at = datetime.fromisoformat(value).astimezone()
    except ValueError:
        return value
    return f"{day(at.date())}, {at:%H:%M}"


def month(value: int) -> str:
    """A month given as yyyymm for people: ``201804`` gives ``'Apr 2018'``."""
    return month_words(value)


MONTH_TEXT = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])\b(?!-)")


def months_in(text: str) -> str:
    """Text with its months for people: ``'lines of 2018-04'`` gives ``'lines of Apr 2018'``.

    A financial year such as 2010-11 reads as a month too: only text that has months and no years is for this.
    """
    return MONTH_TEXT.sub(lambda found: month(int(found[1] + found[2])), text)


def cell(value: Any, kind: str, places: int = 0) -> str:
    """A cell of a `Table` for people: money is pence, a share is 0 to 1; nothing known is a dash."""
    if value is None or value == "":
        return NONE
    if kind == "money":
        return with_minus(money(value, places))
    if kind == "count":
        return number(value)
    if kind == "percent":
        return percent(value)
    if kind == "number":
        return str(value) if isinstance(value, int) else number(value, 2)
    if kind == "ratio":
        return number(value, 2)
    if kind == "figure":
        return with_minus(figure(value))
    if kind == "month":
        return months_in(str(value))
    return day(value) if kind == "date" else str(value)


def with_minus(text: str) -> str:
    """Figures with minus signs in place of hyphens."""
    return text.replace("-", MINUS)


def shown_short(pence: int) -> str:
    """Money for headlines and pictures: ``£1.89bn``, ``−£265.3m``."""
    return with_minus(money_short(pence))


def millions(pence: int) -> str:
    """Pence as millions of pounds to one place, for a table that says so: ``115.7``; ``<0.1`` for what is less."""
    text = number(round(pence / 100_000_000, 1), 1)
    return f"{MINUS if pence < 0 else ''}<0.1" if pence and abs(pence) < 5_000_000 else text


NEEDED = (
    "vendor/govuk-frontend.css",
    "vendor/govuk-frontend.js",
    "vendor/htmx.js",
    "vendor/maplibre-gl.mjs",
    "totalplace.css",
)


def missing_files() -> list[str]:
    """The static files without which no page can be drawn: those made at build time may not be there."""
    return [name for name in NEEDED if not (STATIC / name).exists()]


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the file's content, so browsers may keep it for long."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def version() -> str:
    """The version of the package that draws the pages."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("totalplace")
    except PackageNotFoundError:
        return "from source"


@cache
def environment() -> Environment:
    """The Jinja environment of all pages."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(TEMPLATES),
                jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # The macros of govuk-frontend-jinja ask for parameters of parameters that were not given.
        undefined=jinja2.ChainableUndefined,
    )
    made.filters.update(
        money=lambda pence, places=0: with_minus(money(pence, places)),
        millions=millions,
        money_short=shown_short,
        pounds=pounds,
        number=number,
        percent=percent,
        day=day,
        when=when,
        month=month,
        months_in=months_in,
        cell=cell,
    )
    made.globals.update(
        address=address,
        asset=asset,
        when=when,
        navigation=NAVIGATION,
        outcome_words=OUTCOME_WORDS,
        outcomes=OUTCOMES,
        KEPT=KEPT,
        TAKEN_OUT=TAKEN_OUT,
        right=RIGHT,
        months_named=("month", "first", "last", "notes"),
        version=version(),
    )
    return made


def static_files() -> StaticFiles:
    """The app that serves `/static`."""
    import mimetypes

    from starlette.staticfiles import StaticFiles

    # Windows takes these from its registry, where any program may have put something else.
    for suffix, kind in ((".js", "text/javascript"), (".mjs", "text/javascript"), (".css", "text/css")):
        mimetypes.add_type(kind, suffix)
    mimetypes.add_type("image/svg+xml", ".svg")
    return StaticFiles(directory=STATIC)
