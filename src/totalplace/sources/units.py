"""The unit that amounts are published in, where the words of a file say that it is not the pound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NO_FIGURE = r"(?<![\d,.])(?<!\d )"  # what has figures before it is a threshold, such as 25,000
_THOUSANDS = rf"{_NO_FIGURE}(?:['\u2018\u2019`]?000(?:['\u2019]?s)?(?![\d,])|thousands?\b)|[£(] ?k\b"
_MILLIONS = rf"{_NO_FIGURE}(?:000,000(?:['\u2019]?s)?(?!\d)|millions?\b)|[£(] ?mn?\b"
_HEADING = ((1_000_000, re.compile(_MILLIONS, re.IGNORECASE)), (1000, re.compile(_THOUSANDS, re.IGNORECASE)))
# A title speaks of many things, so it must speak of money too: 'all figures in £000s', '(£ thousands)'.
_TITLE = tuple(
    (unit, re.compile(rf"(?:£|\bin |\bpounds? |\bgbp )\W{{0,3}}(?:{what})", re.IGNORECASE))
    for unit, what in (
        (1_000_000, r"(?:of )?millions?\b|mn?\b|000,000"),
        (1000, r"(?:of )?thousands?\b|k\b|000(?:['\u2019]?s)?(?![\d,])"),
    )
)


def unit_in(heading: str) -> int:
    """Pounds in one unit of the amounts below a heading: 1000 for ``'Net £000s'``, 1 for ``'Over £25,000'``."""
    return next((unit for unit, words in _HEADING if words.search(heading)), 1)


def unit_above(rows: Iterable[Sequence[str]]) -> tuple[int, str]:
    """The unit that a title above the headings tells, and its words; 1 and '' where none does."""
    for row in rows:
        for cell in row:
            for unit, words in _TITLE:
                if words.search(cell):
                    return unit, cell.strip()
    return 1, ""
