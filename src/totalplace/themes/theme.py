"""What a theme says, as types: rules in order, each with conditions, words and a share. Imports nothing inside."""

from __future__ import annotations

from dataclasses import dataclass

CONDITIONS = ("body", "service", "subjective", "kind", "supplier", "to_body", "year")
"""What a rule can ask of a payment, besides words: columns of the count."""
UNIT = 1_000_000
"""A share of 1: shares are in millionths."""


@dataclass(frozen=True, order=True)
class Words:
    """Words that a payment has one of (`any_of`) and has none of (`none_of`), as `words.folded` gives them.

    Where only `none_of` is given, what is looked for are the payments that have one of them: those do not pass.
    """

    any_of: tuple[str, ...]
    none_of: tuple[str, ...] = ()

    @property
    def keeps_out(self) -> bool:
        """Whether payments that are found are the ones that do not pass."""
        return not self.any_of

    @property
    def looked_for(self) -> tuple[str, ...]:
        """The words of which a payment has to have one to be found."""
        return self.any_of or self.none_of

    @property
    def barred(self) -> tuple[str, ...]:
        """The words of which it then may have none."""
        return self.none_of if self.any_of else ()


@dataclass(frozen=True)
class Rule:
    """One rule. `where` gives names of CONDITIONS with the values that pass, as written in the file; all have to hold.

    `share` is the part (millionths) of the money that belongs to the theme; `reason` says why.
    """

    name: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    share: int = UNIT
    reason: str = ""


@dataclass(frozen=True)
class Theme:
    """A theme: of the rules that fit a payment, the first takes it. `name` is that of its file."""

    name: str
    title: str
    why: str = ""
    owner: str = ""
    rules: tuple[Rule, ...] = ()


def share_text(millionths: int) -> str:
    """A share as people write it: ``0.25``, ``1``."""
    return f"{millionths // UNIT}.{millionths % UNIT:06d}".rstrip("0").rstrip(".")
