"""Declared files: read, held to the keys that are known, and edited whole or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.store.files import locked, replace_edited

_Made = TypeVar("_Made")

EDIT_WAIT = 10.0
"""Seconds for which an edit waits for those of others to be written."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a declared file; raises PlaceError where it is not there, or not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise PlaceError(
            f"there is no {path.name} in {path.parent}; run 'totalplace new DIR', or name the folder with --place"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlaceError(f"{path.name} is not valid TOML: {error}") from error
    except OSError as error:
        raise PlaceError(f"{path.name} cannot be read: {error.strerror}") from error


def known_keys(where: str, table: Any, keys: Iterable[str]) -> None:
    """Raises PlaceError where a table of a declared file is none, or has a key that is not known."""
    if not isinstance(table, dict):
        raise PlaceError(f"{where} must be a table of settings")
    for key in table:
        if key not in keys:
            raise PlaceError(f"{where}: unknown key '{key}'{did_you_mean(key, list(keys))}")


def text_of(where: str, table: Mapping[str, Any], key: str) -> str:
    """The text under a key of a declared file, '' where it is not given; raises PlaceError where it is none."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise PlaceError(f"{where}: {key} is {value!r}; it must be text in quotation marks")
    return value


def list_of_texts(where: str, value: Any) -> tuple[str, ...]:
    """Texts of a declared file, one alone or a list of them; raises PlaceError where they are none."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise PlaceError(f"{where} must be a list of texts")
    return tuple(values)


def among(where: str, value: str, known: Iterable[str], what: str) -> None:
    """Raises PlaceError where a declared file names something that is not there; nothing may be named."""
    if value and value not in known:
        raise PlaceError(f"{where}: '{value}' is not {what}{did_you_mean(value, list(known))}")


def tables_of(raw: Mapping[str, Any], key: str, file: str = "place.toml") -> list[dict[str, Any]]:
    """The [[tables]] of a declared file under a name; raises PlaceError where it is written as one table."""
    tables = raw.get(key, [])
    if not isinstance(tables, list):
        raise PlaceError(f"{file}: write [[{key}]] with two brackets: there can be several")
    return tables


def entries(
    raw: Mapping[str, Any],
    name: str,
    file: str,
    make: type[_Made],
    needed: Iterable[str] = (),
    fields_by: Mapping[str, str] | None = None,
) -> tuple[_Made, ...]:
    """What the [[tables]] of a name declare, as a dataclass: lists for its tuples, true or false, texts elsewhere.

    `needed` are keys without which there is none; fields without a default are needed in any case. `fields_by` names
    fields by keys that are not theirs. Raises PlaceError naming the table and key at fault.
    """
    key_of = {field: key for key, field in (fields_by or {}).items()}
    kinds = {key_of.get(field.name, field.name): field for field in fields(make)}  # type: ignore[arg-type] # a dataclass
    needed = (*(key for key, field in kinds.items() if field.default is MISSING), *needed)
    found = []
    for n, table in enumerate(tables_of(raw, name, file), 1):
        where = f"{file}: [[{name}]] {n}"
        known_keys(where, table, kinds)
        values = {kinds[key].name: _value(where, table, key, str(kinds[key].type)) for key in table}
        if lacks := next((key for key in needed if not table.get(key)), ""):
            raise PlaceError(f"{where}: it has no {lacks}")
        found.append(make(**values))
    return tuple(found)


def _value(where: str, table: Mapping[str, Any], key: str, kind: str) -> Any:
    if kind.startswith("tuple"):
        return list_of_texts(f"{where}: {key}", table[key])
    if kind == "bool":
        if not isinstance(table[key], bool):
            raise PlaceError(f"{where}: {key} is {table[key]!r}; it must be true or false")
        return table[key]
    return text_of(where, table, key)


def edit_toml(
    root: Path,
    file: str,
    change: Callable[[Any], None],
    ready: Callable[[], object],
    check: Callable[[dict[str, Any]], object],
) -> None:
    """Edits a declared file as a TOML document, keeping comments.

    `ready` raises where the file is at fault before, so that `change` meets nothing but what can be; `check` where it
    would be afterwards, and nothing is written. Edits wait for one another. Raises PlaceError where the file cannot be
    edited as it is, EditConflict where an editor outside wrote it meanwhile.
    """
    import tomlkit

    path = root / file
    with locked(root / ".edit.lock", f"somebody else is changing {file}; nothing was written. Try again", EDIT_WAIT):
        before = path.read_bytes() if path.exists() else None
        ready()
        try:
            document = tomlkit.parse((before or b"").decode("utf-8-sig"))
            change(document)
            after = _line_ends(tomlkit.dumps(document), before)
            tables = tomllib.loads(after)
        except (tomlkit.exceptions.TOMLKitError, tomllib.TOMLDecodeError) as error:
            raise PlaceError(f"{file} cannot be edited as it is ({error}); nothing was written") from error
        check(tables)
        try:
            written = after.encode()
        except UnicodeEncodeError as error:  # such as the name of a file in letters of another age
            raise UsageError(f"{error.object[error.start : error.end]!r} is not text in UTF-8: rename it") from None
        if written != before:
            replace_edited(path, before, written)


def _line_ends(text: str, before: bytes | None) -> str:
    """`text` with the line ends of the file as it was."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if before and b"\r\n" in before else plain


def array_of(tables: Iterable[Any]) -> Any:
    """Tables as a TOML document has several of one name."""
    import tomlkit

    array = tomlkit.aot()
    for table in tables:
        array.append(table)
    return array


def append_table(document: Any, key: str, entry: Mapping[str, Any]) -> None:
    """Puts a table at the end of those of a name in a TOML document."""
    import tomlkit

    table = tomlkit.table()
    for name, value in entry.items():
        table[name] = _inline(value) if name == "reading" else value
    if key not in document:
        document[key] = tomlkit.aot()
    document[key].append(table)


def _inline(reading: Mapping[str, Any]) -> Any:
    import tomlkit

    table = tomlkit.table()
    for name, value in reading.items():
        if isinstance(value, dict):
            columns = tomlkit.inline_table()
            columns.update(value)
            table[name] = columns
        else:
            table[name] = value
    return table
