"""Words that no term for people who claim may hold, each with what to write instead: `neutral.toml`, ours."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Refused(NamedTuple):
    """A word that stigmatises, and what to write instead."""

    word: str
    instead: str


@cache
def refused_words() -> tuple[Refused, ...]:
    """All of them, in their order."""
    raw = tomllib.loads(files(__package__).joinpath("neutral.toml").read_text("utf-8"))
    return tuple(Refused(word, table["instead"]) for table in raw["refused"] for word in table["words"])


def stigma_in(text: str) -> Refused | None:
    """The first of these words in a text, whatever its case, accents, hyphens or plural; None where there is none."""
    folded = _folded(text)
    return next((refused for refused, pattern in _patterns() if pattern.search(folded)), None)


@cache
def _patterns() -> tuple[tuple[Refused, re.Pattern[str]], ...]:
    return tuple((one, re.compile(rf"\b{re.escape(_folded(one.word))}s?\b")) for one in refused_words())


def _folded(text: str) -> str:
    """Small letters without accents and invisible signs, one blank for all that is no letter or figure."""
    letters = (letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) not in _UNSEEN)
    return " ".join(re.findall(r"[^\W_]+", "".join(letters).casefold()))


_UNSEEN = ("Mn", "Cf")
