"""The themes of a place: listed, worked out, held beside one another, begun and saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.errors import EditConflict, ThemeError, UsageError, did_you_mean
from totalplace.folder import Folder, comment, quoted
from totalplace.money.held import Held
from totalplace.money.lines import LinesPage
from totalplace.money.whole_lines import COLUMNS
from totalplace.store.queries import Row, rows
from totalplace.table import Column, Table
from totalplace.terms import Where
from totalplace.themes.asking import asked
from totalplace.themes.beside import both, together
from totalplace.themes.cells import cells_ready
from totalplace.themes.kept import Say, Shares, look_for, missing_words, quiet
from totalplace.themes.reading import read_theme, theme_of
from totalplace.themes.result import Found
from totalplace.themes.taking import Taking
from totalplace.themes.theme import UNIT, Theme, share_text
from totalplace.toml import edit_toml

if TYPE_CHECKING:
    from totalplace.definition import Definition
    from totalplace.store.layout import Run

FOLDER = "themes"
EXAMPLES = ("early-years", "alcohol", "families")
"""Themes that are shipped as starting points: words of ours, and no definition that anybody published."""

LINE_COLUMNS = (Column("rule", "Rule", "number"), Column("rule_name", "Taken by"), Column("share", "Share"), *COLUMNS)
"""The columns of the lines that a theme takes."""


class Themes:
    """The themes in a place's folder `themes`. `net` gives the net of the place in pence."""

    def __init__(self, root: Path, definition: Definition, held: Callable[[], Held], net: Callable[[], int]) -> None:
        self.root, self.definition = root, definition
        self._held, self._net = held, net
        self._files = Folder(root, FOLDER, "theme", "theme")

    # What is declared

    @property
    def folder(self) -> Path:
        """Where the themes are."""
        return self._files.path

    def names(self) -> list[str]:
        """The themes by name, whether they can be read or not."""
        return self._files.names()

    def content(self, name: str) -> bytes:
        """The bytes of a theme's file; raises UsageError where there is none of that name."""
        path = self._files.file(name)
        try:
            return path.read_bytes()
        except OSError as error:
            raise ThemeError(f"{FOLDER}/{path.name} cannot be read: {error.strerror}") from error

    def theme(self, name: str) -> Theme:
        """A theme as its file says it; raises ThemeError naming the table and key at fault."""
        return _read(name, self.content(name))

    def new(self, name: str, like: str = "") -> Path:
        """Writes a theme with help in its comments, or a shipped example; UsageError where it is there."""
        self._files.check_name(name)
        if like:
            return self._files.begin(name, example(like))
        bodies = ", ".join(body.id for body in self.definition.bodies[:12])
        title = quoted(name.replace("-", " ").capitalize())
        text = files("totalplace.themes").joinpath("blank.toml").read_text("utf-8")
        text = text.replace("{name}", name).replace("{title}", title)
        return self._files.begin(name, text.replace("{bodies}", comment(bodies) or "none yet"))

    def save(self, name: str, tables: Mapping[str, Any], before: str) -> None:
        """Writes a theme from tables of KEYS; rules with `was` keep the comments of that rule of the file.

        `before` is the digest of the file that the tables were drawn from, '' for none: EditConflict where it is
        another now. ThemeError where the tables say something that cannot be; nothing is written then.
        """
        from totalplace.themes.saving import change

        self._files.check_name(name)
        self.folder.mkdir(parents=True, exist_ok=True)

        def unchanged() -> None:
            if self.digest(name) != before:
                raise EditConflict(
                    f"{FOLDER}/{name}.toml was changed by somebody else since your page was drawn; nothing was "
                    "written. Open the theme again, and make your change on top of theirs"
                )

        edit_toml(
            self.root,
            f"{FOLDER}/{name}.toml",
            lambda document: change(document, tables),
            unchanged,
            lambda found: theme_of(name, found),
        )

    def digest(self, name: str) -> str:
        """A digest of a theme's file as it is now; '' where there is none."""
        return hashlib.sha256(self.content(name)).hexdigest()[:32] if name in self.names() else ""

    # What it comes to

    def taking(self, theme: Theme) -> tuple[Taking, list[str]]:
        """A theme as the store is asked, and what of it is not here."""
        return _asked(theme, self._held())

    def ready(self, theme: Theme) -> bool:
        """Whether `found` answers at once: all its words were looked for in the run."""
        taking, run = self.taking(theme)[0], self._held().run
        return not missing_words(run, taking.held) and cells_ready(run, taking.held, taking.suppliers)

    def worked_out(self, theme: Theme) -> bool:
        """Whether suppliers and lines of a theme are at hand too."""
        return self.ready(theme) and self.taking(theme)[0].worked_out(self._held().run)

    def work_out(self, theme: Theme, say: Say = quiet, *, whole: bool = True) -> None:
        """Looks for the words of a theme and, where `whole`, takes its lines: once for a run, then it is kept."""
        taking, run = self.taking(theme)[0], self._held().run
        look_for(run, taking.held, self._shares(), say)
        taking.pieces(run)
        if whole:
            taking.work_out(run, self._shares(), say)

    def _shares(self) -> Shares:
        return {body.id: int(body.share * UNIT) for body in self.definition.bodies}

    def found(self, theme: Theme, say: Say = quiet) -> Found:
        """What a theme comes to; its words are looked for first where they were not yet."""
        held = self._held()
        look_for(held.run, self.taking(theme)[0].held, self._shares(), say)
        return _found(theme, held, self._net())

    def run(self, name: str, say: Say = quiet) -> Found:
        """What a theme of the folder comes to."""
        return self.found(self.theme(name), say)

    def lines(self, theme: Theme, where: Where | None = None, *, page: int = 1, per_page: int = 50) -> LinesPage:
        """A page of the lines that a theme takes, largest first, each with the rule that took it.

        `where` narrows them to rules (by number), bodies, years, services and suppliers (by number). The theme is
        worked out first where it was not yet.
        """
        run, taking, wanted = self._held().run, self.taking(theme)[0], where or {}
        self.work_out(theme)
        total, pence = taking.lines_total(run, wanted)
        pages = max(1, -(-total // per_page))
        page = min(max(1, page), pages)
        table = Table(
            "theme-lines",
            f"{theme.title}: its lines",
            LINE_COLUMNS,
            self._lines(theme, wanted, (page - 1) * per_page, per_page),
        )
        return LinesPage(table, total, pence, page, pages, True)

    def _lines(self, theme: Theme, where: Where, start: int, limit: int) -> list[Row]:
        run = self._held().run
        found = self.taking(theme)[0].lines(run, where, start, limit)
        return [
            (rule, theme.rules[rule - 1].name, share_text(theme.rules[rule - 1].share), *line) for rule, line in found
        ]

    def line_batches(self, theme: Theme, where: Where | None = None, size: int = 5_000) -> Iterator[list[Row]]:
        """All the lines that a theme takes, some at a time, as LINE_COLUMNS has them."""
        start = 0
        while batch := self._lines(theme, where or {}, start, size):
            yield batch
            start += size

    def listed(self, say: Say = quiet) -> Table:
        """The themes with their money, and for those that cannot be read, why."""
        columns = (
            Column("theme", "Theme"),
            Column("title", "Title"),
            Column("owner", "Whose"),
            Column("rules", "Rules", "count"),
            Column("lines", "Lines", "count"),
            Column("amount", "In the theme", "money"),
            Column("share", "Share of the place", "percent"),
            Column("by_shares", "Estimated by shares", "money"),
            Column("wrong", "What is wrong"),
        )
        listed = [self._row(name, say) for name in self.names()]
        listed += [(name, "", "", None, None, None, None, None, what) for name, what in self._files.misnamed()]
        note = "Money in one theme can be in another too: themes are not to be added up."
        return Table("themes", "Themes", columns, listed, note)

    def _row(self, name: str, say: Say) -> tuple[Any, ...]:
        try:
            theme = self.theme(name)
        except ThemeError as error:
            return name, "", "", None, None, None, None, None, str(error)
        found = self.found(theme, say)
        told = (found.lines, found.amount, found.share_of_place, found.by_shares)
        return name, theme.title, theme.owner, len(theme.rules), *told, ""

    def good(self) -> list[Theme]:
        """The themes that can be read."""
        found = []
        for name in self.names():
            try:
                found.append(self.theme(name))
            except ThemeError:
                continue
        return found

    def beside(self, themes: Sequence[Theme] = (), say: Say = quiet) -> Table:
        """Themes two by two, with the money that both claim; all that can be read where none are given."""
        chosen = list(themes) or self.good()
        held = self._held()
        look_for(held.run, [words for theme in chosen for words in self.taking(theme)[0].held], self._shares(), say)
        return _beside(tuple(chosen), held)

    def beside_ready(self) -> bool:
        """Whether `listed` and `beside` answer at once."""
        return all(self.ready(theme) for theme in self.good()) and self._together_ready()

    def _together_ready(self) -> bool:
        return cells_ready(self._held().run, *together([self.taking(theme)[0] for theme in self.good()]))


def example(name: str) -> str:
    """The text of a shipped example; UsageError where there is none of that name."""
    if name not in EXAMPLES:
        raise UsageError(f"'{name}' is not an example{did_you_mean(name, list(EXAMPLES))}")
    return files("totalplace.themes").joinpath("examples", f"{name}.toml").read_text("utf-8")


@lru_cache(maxsize=64)
def _read(name: str, content: bytes) -> Theme:
    return read_theme(name, content)


@lru_cache(maxsize=64)
def _asked(theme: Theme, held: Held) -> tuple[Taking, list[str]]:
    return asked(theme, held.definition, held.run)


@lru_cache(maxsize=32)
def _found(theme: Theme, held: Held, net: int) -> Found:
    taking, warnings = _asked(theme, held)
    run = held.run
    pieces = tuple(taking.pieces(run))
    years = tuple(held.definition.years) or tuple(sorted({cell["year"] for cell in run.years()}))
    return Found(
        theme,
        held.definition.name,
        run.name,
        years,
        pieces,
        net,
        tuple(warnings),
        lambda by, where, limit: taking.of_suppliers(run, by, where, limit),
        lambda numbers: _names(run, numbers),
    )


def _names(run: Run, numbers: Sequence[str]) -> dict[str, str]:
    """The names of suppliers by number."""
    wanted = "list_contains(?, supplier_id)"
    sql = f"SELECT supplier_id::VARCHAR, any_value(supplier) FROM read_parquet(?) WHERE {wanted} GROUP BY 1"
    listed = [int(number) for number in numbers]
    if len(listed) > 5_000:  # to read all names is quicker than to look for each
        sql, listed = sql.replace(wanted, "len(?) > 0"), [0]
    return dict(rows(sql, [run.table("payees"), listed])) if listed else {}


@lru_cache(maxsize=8)
def _beside(themes: tuple[Theme, ...], held: Held) -> Table:
    return both(themes, [_asked(theme, held)[0] for theme in themes], held.run)
