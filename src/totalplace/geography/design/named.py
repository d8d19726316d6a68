"""What lies together, apart or stays as it is, from the names that people write, made into rules of a design.

A name, or a code, is of an area that stays whole, else of a small area, else of an area of any other lines: today's, a
proposal's. `Lines: name` says of which lines it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np

from totalplace.errors import UsageError, did_you_mean
from totalplace.geography.blocks import Division, Integers
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.task import Rules, joined

Groups = tuple[tuple[str, ...], ...]
WORDS = {"together": "to lie together", "apart": "to lie apart", "fixed": "to stay as it is"}
"""What each rule asks, in words."""
SAID = 3
"""So many names of a group are said; of more only how many there are."""
MOST = 5_000
"""So many pairs at most are kept apart; ours."""


def groups_in(text: str) -> Groups:
    """A group a line; names with commas between them, or with semicolons where a name holds a comma."""
    lines = [line.split(";" if ";" in line else ",") for line in text.splitlines()]
    groups = (tuple(part.strip() for part in line if part.strip()) for line in lines)
    return tuple(group for group in groups if group)


@dataclass(frozen=True)
class Found:
    """What a name means: the codes of a rule, and its blocks."""

    name: str
    codes: tuple[str, ...]
    blocks: Integers


@dataclass(frozen=True)
class Named:
    """What is to hold, in names: groups in one area, groups of which no two lie in one, groups that are an area."""

    together: Groups = ()
    apart: Groups = ()
    fixed: Groups = ()

    def rules(self, pieces: Pieces, whole: str = "", inside: str = "", anchors: Sequence[str] = ()) -> Rules:
        """The same in codes, with an anchor of each kind in each area. Raises UsageError naming what is not found,
        what two areas are called, or a group across `inside`, the lines that no area crosses.
        """
        index = _Index(pieces, whole)
        together = [self._found(index, "together", group) for group in self.together]
        fixed = [self._found(index, "fixed", group) for group in self.fixed]
        apart = [self._found(index, "apart", group) for group in self.apart]
        for rule, groups in (("together", together), ("fixed", fixed)):
            for group in groups:
                index.check_inside(rule, group, inside)
        _check_fixed(fixed, together)
        _check_apart(apart, [*together, *fixed])
        return Rules(
            tuple(_codes(group) for group in together),
            tuple(_pairs(apart)),
            tuple(_codes(group) for group in fixed),
            pieces.anchors(tuple(anchors)),
        )

    def _found(self, index: _Index, rule: str, names: Sequence[str]) -> list[Found]:
        try:
            found = [index.find(name) for name in names]
        except UsageError as error:
            raise UsageError(f"{WORDS[rule]}: {error}") from None
        if len(found) == 1 and (rule == "apart" or (rule == "together" and len(found[0].codes) == 1)):
            raise UsageError(f"{WORDS[rule]}: '{names[0]}' stands alone; write two names or more in a line")
        return found

    @property
    def groups(self) -> int:
        """How many groups there are of what lies together or stays as it is."""
        return len(self.together) + len(self.fixed)

    def divided(self, pieces: Pieces, whole: str) -> list[str]:
        """The areas of the layer `whole` of which a group, or a name kept apart, means a part alone; by name."""
        index, division = _Index(pieces, whole), pieces.blocks.layer(whole)
        alone = [[name] for group in self.apart for name in group]
        cut: dict[int, None] = {}
        for names in (*self.together, *self.fixed, *alone):
            members = np.unique(np.concatenate([index.find(name).blocks for name in names]))
            here, every = _shares(division, members)
            cut |= dict.fromkeys(np.flatnonzero((here > 0) & (here < every)).tolist())
        return [pieces.names.get(whole, {}).get(division.labels[n]) or division.labels[n] for n in cut]


def _check_fixed(fixed: Sequence[Sequence[Found]], together: Sequence[Sequence[Found]]) -> None:
    """UsageError where two fixed areas share small areas, or what lies together is in one and outside it."""
    for one, other in combinations([each for group in fixed for each in group], 2):
        if len(np.intersect1d(one.blocks, other.blocks)):
            raise UsageError(f"{WORDS['fixed']}: {_both(one, other)}")
    for area, group in product(fixed, together):
        inside = [len(np.intersect1d(each.blocks, _blocks(area))) for each in group]
        if any(inside) and (out := [each for each, n in zip(group, inside, strict=True) if n < len(each.blocks)]):
            stays = next(each for each, n in zip(group, inside, strict=True) if n)
            raise UsageError(
                f"{WORDS['together']}: '{stays.name}' with '{out[0].name}', which is no part of the area that is "
                f"{WORDS['fixed']} ({_listed(area)}); both cannot hold, so take one of the two out"
            )


def _check_apart(apart: Sequence[Sequence[Found]], kept: Sequence[Sequence[Found]]) -> None:
    """UsageError where two names that lie apart share small areas, or are in one group of what lies together."""
    bundles = joined([_blocks(group) for group in kept])
    for one, other in (pair for group in apart for pair in combinations(group, 2)):
        if len(np.intersect1d(one.blocks, other.blocks)):
            raise UsageError(f"{WORDS['apart']}: {_both(one, other)}")
        if any(np.isin(one.blocks, each).any() and np.isin(other.blocks, each).any() for each in bundles):
            raise UsageError(
                f"{WORDS['apart']}: '{one.name}' and '{other.name}' are elsewhere in one group that is "
                f"{WORDS['together']} or {WORDS['fixed']}; both cannot hold, so take one of the two out"
            )


def _blocks(group: Sequence[Found]) -> Integers:
    return np.unique(np.concatenate([each.blocks for each in group]))


def _listed(group: Sequence[Found]) -> str:
    more = f" and {len(group) - SAID} more" if len(group) > SAID else ""
    return ", ".join(f"'{each.name}'" for each in group[:SAID]) + more


def _both(one: Found, other: Found) -> str:
    if one.codes == other.codes:
        same = one.name.lower() == other.name.lower()
        return f"'{one.name}' stands twice" if same else f"'{one.name}' and '{other.name}' are the same"
    return f"'{one.name}' and '{other.name}' share small areas"


def _shares(division: Division, members: Integers) -> tuple[Integers, Integers]:
    """How many of some blocks are in each area of a division, and how many of all."""
    size = len(division.labels) + 1
    return np.bincount(division.of[members] + 1, minlength=size)[1:], np.bincount(division.of + 1, minlength=size)[1:]


def _codes(group: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for each in group for code in each.codes))


def _pairs(groups: Sequence[Sequence[Found]]) -> Iterator[tuple[str, ...]]:
    """Codes of which no two lie in one area. The small areas of one name may."""
    count = 0
    for group in groups:
        if all(len(each.codes) == 1 for each in group):
            yield _codes(group)
            continue
        for one, other in combinations(group, 2):
            count += len(one.codes) * len(other.codes)
            if count > MOST:
                raise UsageError(
                    f"{WORDS['apart']}: '{one.name}' and '{other.name}' are too many small areas; name smaller ones, "
                    "or let what they are made of stay whole"
                )
            yield from product(one.codes, other.codes)


def area_named(pieces: Pieces, layer: str, name: str) -> Integers:
    """The blocks of one area of a layer, by its code or name. UsageError where there is none, or two of the name."""
    pieces.blocks.layer(layer)
    return _Index(pieces, "").find(f"{layer}: {name}").blocks


def blocks_named(pieces: Pieces, whole: str, name: str) -> list[str]:
    """The codes of the blocks that a name or code means, read as rules are; UsageError where it means nothing."""
    return [pieces.blocks.ids[n] for n in _Index(pieces, whole).find(name).blocks.tolist()]


class _Index:
    """What names there are, whatever their capitals: of the layer that stays whole, small areas, other layers."""

    def __init__(self, pieces: Pieces, whole: str) -> None:
        self.pieces, self.whole = pieces, whole

    def find(self, name: str) -> Found:
        """What a name means; UsageError where nothing, or more than one thing, is called so."""
        layer, _, rest = name.partition(":")
        of = next((id for id in self._layers if layer.strip().lower() in (id.lower(), self._title(id).lower())), "")
        if rest and of:
            where = f"no area of {self._title(of)}"
            return self._area(of, rest.strip(), name) or self._lost(rest.strip(), self._names(of), where)
        if self.whole and (found := self._area(self.whole, name, name)):
            return found
        if at := self._blocks.get(name.lower()):
            self._once(at, [self.pieces.blocks.ids[n] for n in at], name)
            return Found(name, (self.pieces.blocks.ids[at[0]],), np.array(at))
        areas = [(id, found) for id in self._layers if id != self.whole and (found := self._area(id, name, name))]
        if len({each.blocks.tobytes() for _, each in areas}) > 1:
            said = " or ".join(f"'{self._title(id)}: {name}'" for id, _ in areas)
            raise UsageError(f"'{name}' is an area of several lines: write {said}")
        if areas:
            return areas[0][1]
        known = [name for id in self._layers for name in self._names(id)]
        return self._lost(
            name, [*known, *self.pieces.blocks.names, *self.pieces.blocks.ids], "no area and no small area here"
        )

    def check_inside(self, rule: str, group: Sequence[Found], inside: str) -> None:
        """UsageError where a group lies in several of the areas that no neighbourhood crosses."""
        if inside:
            of = self.pieces.blocks.layer(inside).of
            if len({int(label) for each in group for label in of[each.blocks].tolist()}) > 1:
                names = " and ".join(f"'{each.name}'" for each in group[:2])
                lies = "lies" if len(group) == 1 else "lie"
                raise UsageError(
                    f"{WORDS[rule]}: {names} {lies} in several areas of {self._title(inside)}, which no area crosses"
                )

    def _lost(self, name: str, known: Sequence[str], where: str) -> Found:
        raise UsageError(f"'{name[:80]}' is {where}{did_you_mean(name[:80], list(known))}")

    def _once(self, at: Sequence[int], codes: Sequence[str], name: str) -> None:
        if len(at) > 1:
            raise UsageError(f"{len(at)} areas are called '{name}': write the code of one, {' or '.join(codes[:4])}")

    def _area(self, layer: str, name: str, said: str) -> Found | None:
        """The area of a layer by code or name; None where there is none."""
        division, at = self.pieces.blocks.layer(layer), self._areas[layer].get(name.lower(), [])
        if not at:
            return None
        self._once(at, [division.labels[n] for n in at], name)
        blocks = division.members(at[0])
        if layer == self.whole:
            return Found(said, (division.labels[at[0]],), blocks)
        return Found(said, self._units(blocks), blocks)

    def _units(self, blocks: Integers) -> tuple[str, ...]:
        """The codes of blocks, or of the whole units that they are."""
        ids = self.pieces.blocks.ids
        if not self.whole:
            return tuple(ids[n] for n in blocks.tolist())
        division = self.pieces.blocks.layer(self.whole)
        here, every = _shares(division, blocks)
        full = np.flatnonzero((here > 0) & (here == every))
        rest = blocks[~np.isin(division.of[blocks], full)]
        return (*(division.labels[n] for n in full.tolist()), *(ids[n] for n in rest.tolist()))

    @property
    def _layers(self) -> Mapping[str, Division]:
        return self.pieces.blocks.layers

    def _title(self, layer: str) -> str:
        return self.pieces.titles.get(layer) or layer

    def _names(self, layer: str) -> list[str]:
        called = self.pieces.names.get(layer, {})
        return [called.get(label) or label for label in self._layers[layer].labels]

    @cached_property
    def _blocks(self) -> dict[str, list[int]]:
        blocks = self.pieces.blocks
        return _by_name(blocks.ids, blocks.names)

    @cached_property
    def _areas(self) -> dict[str, dict[str, list[int]]]:
        return {id: _by_name(each.labels, self._names(id)) for id, each in self._layers.items()}


def _by_name(codes: Sequence[str], names: Sequence[str]) -> dict[str, list[int]]:
    """The numbers of what a code or a name means, in small letters; a code comes before a name."""
    found: dict[str, list[int]] = {}
    for n, name in enumerate(names):
        found.setdefault(name.lower(), []).append(n)
    return found | {code.lower(): [n] for n, code in enumerate(codes)}
