"""Documents as PDF, by typst: tagged for screen readers (PDF/UA-1), the same bytes from the same figures.

A template (`documents/NAME.typ`) gets its figures as JSON and lays them out; nothing that a person wrote becomes part
of the template, so no text can be taken for markup. Nothing is fetched, and no font of the machine is used: letters
that the fonts of typst do not have stand as their number, ``[U+6F22]``.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from totalplace.errors import DataError, UsageError

STANDARD: Final = "ua-1"
"""What each document is held to: a picture without words for it stops the making."""
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The time that every document says it was made at: a clock would make each of them another one."""
_SHARED = "look.typ"
_LARGEST = 4_000_000


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """A document: the template of that name with its figures, which are anything that JSON can hold.

    Raises UsageError for a template that there is not and for figures that are none of JSON's, DataError for a document
    that cannot be made.
    """
    return compiled(_sources(template), data)


def pages(template: str, data: Mapping[str, Any]) -> int:
    """How many pages the document has; raises as `render` does."""
    import typst

    sources: Any = _sources(template)  # typst takes several files by name, which its types do not say
    try:
        found = typst.query(sources, "<pages>", field="value", one=True, **_given(data))
    except typst.TypstError as error:
        raise _refused(error) from error
    return int(json.loads(found))


def compiled(sources: Mapping[str, bytes], data: Mapping[str, Any]) -> bytes:
    """A document of templates given as they are, by name, `main.typ` the first of them; raises as `render` does."""
    import typst

    given: Any = dict(sources)
    try:
        made = typst.compile(given, format="pdf", pdf_standards=[STANDARD], timestamp=_MADE, **_given(data))
    except typst.TypstError as error:
        raise _refused(error) from error
    assert isinstance(made, bytes)
    return made


def _refused(error: Exception) -> DataError:
    return DataError(f"the document cannot be made: {getattr(error, 'message', error)}")


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as the templates read them, and nothing but the fonts of typst."""
    try:
        text = json.dumps(_plain(data), ensure_ascii=False, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"a document is made of what JSON can hold: {error}") from None
    if len(text) > _LARGEST:
        raise UsageError(f"a document of {len(text):,} characters is too long; the most is {_LARGEST:,}")
    return {"sys_inputs": {"data": text}, "ignore_system_fonts": True}


@cache
def _sources(template: str) -> dict[str, bytes]:
    folder = files("totalplace.reports").joinpath("documents")
    known = sorted(one.name.removesuffix(".typ") for one in folder.iterdir() if one.name.endswith(".typ"))
    known.remove(_SHARED.removesuffix(".typ"))
    if template not in known:
        raise UsageError(f"there is no document '{template}'; known: {', '.join(known)}")
    main = folder.joinpath(f"{template}.typ").read_bytes()
    return {"main.typ": main, _SHARED: folder.joinpath(_SHARED).read_bytes()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {legible(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


_KEPT = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x180))))
"""Letters and marks that every font of the documents has."""


def legible(text: str) -> str:
    """A text of letters that the fonts have. Signs that cannot be seen, and those that turn a line round, are left out.

    What is no letter of theirs stands as its number, ``[U+6F22]``; breaks of lines become blanks.
    """
    return "".join(one if one in _KEPT else _letter(one) for one in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cf":
        return ""
    return letter if kind not in ("Cs", "Co", "Cn") and _has(letter) else f"[U+{ord(letter):04X}]"


def _has(letter: str) -> bool:
    """Whether a letter can be drawn: the quickest way to ask is to draw it."""
    import typst

    main = b'#set document(title: "x")\n#set text(lang: "en")\n#sys.inputs.data\n\n*#sys.inputs.data*'
    sources: Any = {"main.typ": main}
    try:
        typst.compile(sources, sys_inputs={"data": letter}, ignore_system_fonts=True, pdf_standards=[STANDARD])
    except typst.TypstError:
        return False
    return True
