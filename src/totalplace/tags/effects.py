"""What each rule does to a count: what it decides, what rules before it take from it, and whether it ever decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from totalplace.parameters.schemes import UNCLASSIFIED, Rule, Scheme
from totalplace.tags.tagged import Tagged

DECIDES, PARTLY, NEVER, NOTHING, GONE = "decides", "in part", "never", "fits nothing", "gone"
STATES: Mapping[str, str] = {
    DECIDES: "decides all that it fits",
    PARTLY: "decides a part: rules before it take the rest",
    NEVER: "never decides: rules before it take all that it fits",
    NOTHING: "fits no payment that is counted",
    GONE: "names what is not there",
}
"""What becomes of a rule, in words."""


@dataclass(frozen=True)
class Effect:
    """A rule in a count: the net (pence) and lines that it decides, and of those that it fits. `before` are the rules
    that take something from it, `against` those of them that give another class."""

    rule: Rule
    state: str
    lines: int
    net: int
    fitted_lines: int
    fitted: int
    before: tuple[str, ...]
    against: tuple[str, ...]
    gone: tuple[str, ...]


def effects(tagged: Tagged, scheme: str) -> list[Effect]:
    """What each rule of a scheme does to all cells, first to fit first."""
    n = tagged.at(scheme)
    fits = tagged.fits[n]
    decided, fitted = [[0, 0] for _ in fits], [[0, 0] for _ in fits]
    before: list[set[int]] = [set() for _ in fits]
    for cell in tagged.cells:
        for at in cell.every[n]:
            fitted[at][0] += cell.lines
            fitted[at][1] += cell.net
            if at == cell.rules[n]:
                decided[at][0] += cell.lines
                decided[at][1] += cell.net
            else:
                before[at].add(cell.rules[n] or 0)
    found = []
    for at, fit in enumerate(fits):
        others = [fits[other].rule for other in sorted(before[at])]
        state = _state(decided[at][0], fitted[at][0], bool(others), bool(fit.gone))
        against = tuple(other.id for other in others if other.tag != fit.rule.tag)
        ids = tuple(other.id for other in others)
        (lines, net), (fitted_lines, whole) = decided[at], fitted[at]
        found.append(Effect(fit.rule, state, lines, net, fitted_lines, whole, ids, against, fit.gone))
    return found


def _state(decided: int, fitted: int, taken: bool, gone: bool) -> str:
    if not fitted:
        return GONE if gone else NOTHING
    if not decided:
        return NEVER
    return PARTLY if taken else DECIDES


def doubts(found: list[Effect]) -> list[tuple[str, str]]:
    """What to do about a place's own rules: pairs of a rule's id and words."""
    out = []
    for effect in found:
        if not effect.rule.own:
            continue
        out += [(effect.rule.id, f"it names what is not there: {words}") for words in effect.gone]
        if effect.state == NEVER:
            others = " and ".join(f"'{name}'" for name in effect.before)
            out.append((effect.rule.id, f"it never decides: {others} before it in the list take all that it fits"))
        elif effect.state == NOTHING:
            out.append((effect.rule.id, "it fits no payment that is counted"))
        elif effect.against:
            others = " and ".join(f"'{name}'" for name in effect.against)
            out.append((effect.rule.id, f"it fits money that {others} before it in the list give another class"))
    return out


@dataclass(frozen=True)
class Influence:
    """The influenceable share of money. Money is pence; the shares are of `total`, None where that is not above nought.

    `influenceable` is money of the classes that bodies of the place can change; `open` is unclassified, and could be
    either: the share is from `low` to `high`.
    """

    influenceable: int
    open: int
    total: int
    low: float | None
    high: float | None


def influence(scheme: Scheme, sums: Mapping[str, tuple[int, int]]) -> Influence:
    """The influenceable share of sums (lines and net by class): influenceable classes over all, unclassified included.

    Unclassified money is taken as a whole, first as not influenceable and then as influenceable.
    """
    ours = {found.id for found in scheme.classes if found.influenceable}
    can = sum(net for tag, (_, net) in sums.items() if tag in ours)
    left = sums.get(UNCLASSIFIED, (0, 0))[1]
    total = sum(net for _, net in sums.values())
    if total <= 0:
        return Influence(can, left, total, None, None)
    ends = sorted((can, can + left))
    return Influence(can, left, total, ends[0] / total, ends[1] / total)


def share_words(low: float | None, high: float | None) -> str:
    """A share from low to high, in words."""
    if low is None or high is None:
        return "no share can be given"
    return f"{low:.1%}" if f"{low:.1%}" == f"{high:.1%}" else f"{low:.1%} to {high:.1%}"
