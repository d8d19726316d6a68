"""place.toml, matches.toml and classes.toml: what people decided, read, checked and written back.

Unknown keys are errors that name the nearest known one. Files are edited in place, so comments stay.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.services import TEXTS, Correction
from totalplace.sources.reading import ROLES, Reading
from totalplace.store.files import write_whole
from totalplace.terms import BODY_KINDS, CODE_SCHEMES, Body, check_year, slug
from totalplace.toml import append_table, array_of, edit_toml, known_keys, list_of_texts, read_toml, tables_of, text_of

PLACE_KEYS = ("name", "area_code", "years", "population")
BODY_KEYS = ("id", "name", "kind", "area", "share", "aliases", *CODE_SCHEMES)
SOURCE_KEYS = ("body", "kind", "files", "reading")
SOURCE_KINDS = ("spend", "card")
"""What `totalplace add` can add: payments over a threshold, and procurement-card payments."""
MATCH_KEYS = ("payee", "body", "note")
CORRECTION_KEYS = (*TEXTS, "service", "note")
MOST_PEOPLE = 10_000_000_000
"""More than there are: a population beyond it is a slip."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Source:
    """Files of one body that are read in one way. `files` are part names relative to place.toml."""

    body: str
    kind: str
    files: tuple[str, ...]
    reading: Reading


@dataclass(frozen=True)
class Definition:
    """What place.toml, matches.toml and classes.toml say.

    `years` empty counts every financial year found. `population` is people by financial year, or one figure
    under ''. `settled` maps a payee's name to a body id, or to '' where a person said that it is none. `corrections`
    are the services that people settled, in the order in which they stand.
    """

    name: str
    area_code: str = ""
    years: tuple[str, ...] = ()
    population: Mapping[str, int] = field(default_factory=dict)
    bodies: tuple[Body, ...] = ()
    sources: tuple[Source, ...] = ()
    settled: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()

    def body(self, name: str) -> Body:
        """The body with an id, name or alias; raises UsageError with the nearest known."""
        wanted = name.strip().lower()
        for body in self.bodies:
            if wanted in (body.id, body.name.lower(), *(alias.lower() for alias in body.aliases)):
                return body
        known = [b.id for b in self.bodies] + [b.name for b in self.bodies]
        raise UsageError(f"'{name}' is not a body of this place{did_you_mean(name, known)}")

    def people(self, year: str) -> int | None:
        """The population of a financial year, or None where none is given."""
        return self.population.get(year, self.population.get(""))


def load(root: Path) -> Definition:
    """The definition in a folder; raises PlaceError naming the file, table and key at fault."""
    return _definition(root, {name: _tables_of(root, name) for name in FILES})


FILES = ("place.toml", "matches.toml", "classes.toml")
"""The declared files that a count rests on; all but the first may be absent."""


def _tables_of(root: Path, name: str) -> dict[str, Any]:
    path = root / name
    return read_toml(path) if name == FILES[0] or path.exists() else {}


def _definition(root: Path, files: Mapping[str, dict[str, Any]]) -> Definition:
    """The definition that the tables of FILES make."""
    raw = files["place.toml"]
    known_keys("place.toml", raw, ("place", "body", "source"))
    place = raw.get("place", {})
    known_keys("place.toml: [place]", place, PLACE_KEYS)
    bodies = tuple(_body(n, table) for n, table in enumerate(tables_of(raw, "body"), 1))
    _unique([body.id for body in bodies])
    sources = tuple(_source(n, table, bodies) for n, table in enumerate(tables_of(raw, "source"), 1))
    return Definition(
        name=text_of("place.toml: [place]", place, "name") or root.resolve().name,
        area_code=text_of("place.toml: [place]", place, "area_code"),
        years=_years(place.get("years", [])),
        population=_population(place.get("population", {})),
        bodies=bodies,
        sources=sources,
        settled=_settled(files["matches.toml"], bodies),
        corrections=_corrections(files["classes.toml"]),
    )


def _years(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise PlaceError('place.toml: [place]: years must be a list such as ["2018-19"]')
    try:
        return tuple(sorted({check_year(str(value)) for value in values}))
    except UsageError as error:
        raise PlaceError(f"place.toml: [place]: years: {error}") from None


def _population(value: Any) -> dict[str, int]:
    table = value if isinstance(value, dict) else {"": value}
    for year, people in table.items():
        if not isinstance(people, int) or isinstance(people, bool) or not 0 < people <= MOST_PEOPLE:
            raise PlaceError(f"place.toml: [place]: population is {people!r}; it must be a number of people")
        if year:
            _years([year])
    return table


def _body(n: int, table: dict[str, Any]) -> Body:
    where = f"place.toml: [[body]] {n}"
    known_keys(where, table, BODY_KEYS)
    name = text_of(where, table, "name")
    if not name:
        raise PlaceError(f"{where}: it has no name")
    kind = text_of(where, table, "kind") or "other"
    if kind not in BODY_KINDS:
        raise PlaceError(f"{where}: kind '{kind}' is not known{did_you_mean(kind, list(BODY_KINDS))}")
    return Body(
        id=_id(text_of(where, table, "id") or slug(name), name, where),
        name=name,
        kind=kind,
        area=text_of(where, table, "area"),
        share=_share(table.get("share", 1), where),
        aliases=list_of_texts(f"{where}: aliases", table.get("aliases", [])),
        codes={name: list_of_texts(f"{where}: {name}", table[name]) for name in CODE_SCHEMES if name in table},
    )


def _id(text: str, name: str, where: str) -> str:
    """A body's id, which goes into addresses, file names and cuts as it is."""
    if not text:
        raise PlaceError(f"{where}: no id can be made from the name '{name}'; give it one, such as id = \"council\"")
    if not _ID.fullmatch(text):
        near = f", such as '{slug(text)}'" if slug(text) else ""
        raise PlaceError(f"{where}: id '{text}' must be made of a-z, 0-9 and hyphens{near}")
    return text


def _share(value: Any, where: str) -> Decimal:
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        raise PlaceError(f"{where}: share is {value!r}; it must be a number from 0 to 1") from None
    if not share.is_finite() or not 0 <= share <= 1 or share != round(share, 6):
        raise PlaceError(f"{where}: share is {value}; it must be from 0 to 1 (30% is 0.3), with six decimals at most")
    return share


def _unique(ids: list[str]) -> None:
    for name in ids:
        if ids.count(name) > 1:
            raise PlaceError(f"place.toml: two bodies have the id '{name}'; give one another id")


def _source(n: int, table: dict[str, Any], bodies: tuple[Body, ...]) -> Source:
    where = f"place.toml: [[source]] {n}"
    known_keys(where, table, SOURCE_KEYS)
    body, kind = text_of(where, table, "body"), text_of(where, table, "kind")
    ids = [b.id for b in bodies]
    if body not in ids:
        raise PlaceError(f"{where}: body '{body}' is not declared{did_you_mean(body, ids)}")
    if kind not in SOURCE_KINDS:
        raise PlaceError(f"{where}: kind '{kind}' is not known{did_you_mean(kind, list(SOURCE_KINDS))}")
    reading = Reading.from_dict(_columns_apart(table.get("reading", {}), where), f"{where}: [source.reading]")
    names = list_of_texts(f"{where}: files", table.get("files", []))
    if any("\0" in name for name in names):
        raise PlaceError(f"{where}: one of its files has a NUL in its name, which no file can have")
    return Source(body, kind, names, reading)


def _columns_apart(reading: Any, where: str) -> Any:
    """The reading; raises PlaceError where a column stands beside `columns`, which is where it belongs."""
    for role in set(ROLES) - set(Reading.__dataclass_fields__):
        if isinstance(reading, dict) and role in reading:
            raise PlaceError(
                f"{where}: [source.reading]: '{role}' is a column and belongs in columns: "
                f"columns = {{ {role} = {json.dumps(reading[role], default=str)}, ... }}"
            )
    return reading


def _settled(raw: dict[str, Any], bodies: tuple[Body, ...]) -> dict[str, str]:
    known_keys("matches.toml", raw, ("match",))
    settled: dict[str, str] = {}
    for n, table in enumerate(tables_of(raw, "match", "matches.toml"), 1):
        where = f"matches.toml: [[match]] {n}"
        known_keys(where, table, MATCH_KEYS)
        payee, body = text_of(where, table, "payee"), text_of(where, table, "body")
        if not payee:
            raise PlaceError(f"{where}: it has no payee")
        if settled.get(payee, body) != body:
            raise PlaceError(f"{where}: '{payee}' is settled twice, and not alike")
        if body and body not in [b.id for b in bodies]:
            raise PlaceError(f"{where}: body '{body}' is not declared{did_you_mean(body, [b.id for b in bodies])}")
        settled[payee] = body
    return settled


def _corrections(raw: dict[str, Any]) -> tuple[Correction, ...]:
    known_keys("classes.toml", raw, ("correction",))
    found = []
    for n, table in enumerate(tables_of(raw, "correction", "classes.toml"), 1):
        where = f"classes.toml: [[correction]] {n}"
        known_keys(where, table, CORRECTION_KEYS)
        try:
            found.append(Correction(**{key: text_of(where, table, key) for key in CORRECTION_KEYS}))
        except UsageError as error:
            raise PlaceError(f"{where}: {error}") from None
    return tuple(found)


NEW = "A place and the bodies whose money is counted in it. `totalplace add` writes the sources below."


def create(root: Path, settings: Mapping[str, Any]) -> None:
    """Makes the folder with a new place.toml; raises UsageError where there is one already."""
    path = root / "place.toml"
    if path.exists():
        raise UsageError(f"{path} is there already; edit it, or name another folder")
    import tomlkit

    root.mkdir(parents=True, exist_ok=True)
    document = tomlkit.document()
    document.add(tomlkit.comment(NEW))
    table = tomlkit.table()
    for key, value in settings.items():
        table[key] = value
    document["place"] = table
    write_whole(path, tomlkit.dumps(document).encode())


def edit(root: Path, file: str, change: Callable[[Any], None]) -> None:
    """Edits one of FILES; what is not a place after the change is not written: raises PlaceError."""

    edit_toml(root, file, change, lambda: load(root), lambda tables: _would_load(root, file, tables))


def _would_load(root: Path, file: str, tables: dict[str, Any]) -> None:
    """Raises PlaceError where the place could not be opened with these tables in `file`."""
    try:
        _definition(root, {name: tables if name == file else _tables_of(root, name) for name in FILES})
    except PlaceError as error:
        raise PlaceError(f"{error}; nothing was written") from error


def add_body(root: Path, body: Body) -> None:
    """Declares a body at the end of place.toml's bodies."""
    edit(root, "place.toml", lambda document: _declare(document, body))


def add_sources(root: Path, found: Iterable[Source], new: Body | None = None) -> None:
    """Adds sources, files to the source of the same body, kind and reading where there is one.

    `new` is their body where it is to be declared too.
    """

    def change(document: Any) -> None:
        if new:
            _declare(document, new)
        for source in found:
            _merge_source(document, source)

    edit(root, "place.toml", change)


def _declare(document: Any, body: Body) -> None:
    entry: dict[str, Any] = {"id": body.id, "name": body.name, "kind": body.kind}
    if body.area:
        entry["area"] = body.area
    if body.aliases:
        entry["aliases"] = list(body.aliases)
    append_table(document, "body", entry)


def _merge_source(document: Any, source: Source) -> None:
    reading = source.reading.to_dict()
    for table in document.get("source", []):
        same = table["body"] == source.body and table["kind"] == source.kind
        if same and table.get("reading", {}) == reading:
            table["files"] = _array([*table["files"], *source.files])
            return
    entry = {"body": source.body, "kind": source.kind, "files": _array(source.files), "reading": reading}
    append_table(document, "source", entry)


def _array(items: Iterable[str]) -> Any:
    import tomlkit

    array = tomlkit.array()
    array.extend(sorted(set(items)))
    array.multiline(True)
    return array


def settle(root: Path, payee: str, body: str, note: str = "", fold: Callable[[str], str] = str) -> None:
    """Writes down that a payee's name is a body of the place, or '' for none, once and for all.

    It takes the place of what was settled of a name that `fold` makes the same.
    """
    names = {payee, fold(payee)} - {""}

    def change(document: Any) -> None:
        found = document.get("match", [])
        kept = [table for table in found if names.isdisjoint((table["payee"], fold(table["payee"])))]
        if len(kept) != len(found):
            document["match"] = array_of(kept)
        entry = {"payee": payee, "body": body, **({"note": note} if note else {})}
        append_table(document, "match", entry)

    edit(root, "matches.toml", change)


def unsettle(root: Path, payee: str, fold: Callable[[str], str] = str) -> None:
    """Takes back what was settled of a payee's name and of those that `fold` makes the same; nothing where none was."""
    names = {payee, fold(payee)} - {""}

    def change(document: Any) -> None:
        found = document.get("match", [])
        kept = [table for table in found if names.isdisjoint((table["payee"], fold(table["payee"])))]
        if len(kept) == len(found):
            return
        document.pop("match")
        if kept:
            document["match"] = array_of(kept)

    edit(root, "matches.toml", change)


def relative(root: Path, path: Path) -> str:
    """A path as declared files keep it: from the place's folder, also where it is outside, with slashes."""
    absolute = path if path.is_absolute() else Path.cwd() / path
    try:
        return Path(os.path.relpath(os.path.abspath(absolute), root.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return absolute.as_posix()


def fingerprint(*values: object) -> str:
    """A short stable digest of settings, for telling whether something must be made again."""
    return hashlib.blake2b(repr(values).encode(), digest_size=12).hexdigest()
