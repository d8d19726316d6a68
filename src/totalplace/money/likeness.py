"""Whether words are alike, and whether a name is another's beginning: slips and cuts, told by letters and widths."""

from __future__ import annotations

from totalplace.money.names import field_lengths

WIDTHS = (30, 32, 35, 40, 45)
"""Field widths, in letters, at which ledgers cut a payee's name; 35 is SAP's."""
_WRAPS = (35, 40)
# Letters alike, of 100, as rapidfuzz counts them: three of 25 letters may be others in a name, and in a word one of
# seven; in a shorter word one may be lost or doubled. Chosen on made-up slips, since real ones are rare; what is only
# alike is never sure.
LIKE = 88
_WORD_LIKE = 84


def is_cut(name: str, text: str, spelling: str) -> bool:
    """Whether a published name ends where a field of a usual width would end it, in a word or before the
    next.
    """
    lengths = field_lengths(name)
    if lengths & set(WIDTHS):
        return True
    rest = spelling[len(text) :]
    if not rest.startswith(" "):
        return False
    following = len(rest.split()[0])
    return any(length <= width < length + 1 + following for length in lengths for width in _WRAPS)


def words_alike(words: list[str], others: list[str]) -> bool:
    """Whether each word has its like on the other side: slips of the pen, not another place or sort."""
    from rapidfuzz import fuzz

    def met(word: str, pool: list[str]) -> bool:
        long = (other for other in pool if len(other) > 4)
        return word in pool or (len(word) > 4 and any(alike(word, other) for other in long))

    def alike(word: str, other: str) -> bool:
        # Letters that changed places cost more than letters lost: the same letters in all are alike too.
        same = sorted(word.rstrip("S")) == sorted(other.rstrip("S"))
        return same or fuzz.ratio(word, other) >= _WORD_LIKE

    return all(met(word, others) for word in words) and all(met(word, words) for word in others)
