"""geography.toml: the building blocks of a place, the layers over them, lookups, points, and bridges drawn by hand.

It is declared, as place.toml is: written by `totalplace areas load` (writing.py) or by hand, and kept in git.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.geography.reading.features import Keep
from totalplace.toml import among, entries, known_keys, read_toml, text_of

FILE = "geography.toml"
MEASURES = ("count", "mean")
"""What an indicator can be."""
ENDS = ("high", "low")
"""Which figures of an indicator mean more need."""
_ENDS = {"from": "first", "to": "second"}
"""Keys of bridges and cuts that Python has another use for."""


@dataclass(frozen=True)
class File:
    """A file that is named: relative to place.toml, with the digest that it had when it was loaded.

    Where it is of more than the place, the rows that count have one of `only` in the column `within`.
    """

    id: str
    file: str
    sha256: str = ""
    title: str = ""
    kind: str = ""
    vintage: str = ""
    within: str = ""
    only: tuple[str, ...] = ()
    source: str = ""

    @property
    def called(self) -> str:
        """What people call it: its title, else its kind and vintage, else its id."""
        return self.title or f"{self.kind} {self.vintage}".strip() or self.id

    @property
    def keep(self) -> Keep | None:
        """Which of its rows count; None for all."""
        return Keep(self.within, self.only) if self.within else None


@dataclass(frozen=True)
class Layer(File):
    """Areas with shapes or codes: the building blocks, or areas that are laid over them.

    `code` and `name` head their columns; `population` heads people, in the file itself or in `population_file`, whose
    codes `population_code` heads. `centres` names a file of population-weighted centres of the blocks, whose codes
    `centres_code` heads: layers are then fitted by those and not by land.
    """

    code: str = ""
    name: str = ""
    population: str = ""
    population_file: str = ""
    population_code: str = ""
    centres: str = ""
    centres_code: str = ""
    projection: str = ""


@dataclass(frozen=True)
class LookupFile(File):
    """Which area each block (or each area of the layer `of`) belongs to: `code` heads the small, `area` the large."""

    code: str = ""
    area: str = ""
    name: str = ""
    of: str = ""
    share: str = ""
    partial: bool = False


@dataclass(frozen=True)
class PointFile(File):
    """Sites: `code` and `name` head ids and names, `x` and `y` coordinates, `block` codes of blocks instead.

    Where it is known of sites only which area of a layer they are in, `of` is that layer and `block` heads its codes.
    """

    code: str = ""
    name: str = ""
    x: str = ""
    y: str = ""
    block: str = ""
    of: str = ""
    projection: str = ""


@dataclass(frozen=True)
class Proposal(LookupFile):
    """A plan that somebody proposes, as a lookup of the blocks: a layer like any other, kept with its reasons.

    `by` is a role or a body, `made` a day as 2026-11-22, `band` the people of an area as 30000-50000, `came_from` what
    it was made from, in words.
    """

    kind: str = "proposal"
    code: str = "block"
    area: str = "area"
    reasons: str = ""
    by: str = ""
    made: str = ""
    band: str = ""
    came_from: str = ""


@dataclass(frozen=True)
class AssetFile(File):
    """A register of public buildings: each key but `projection` heads a column, as facilities/register.py reads it.

    `size` heads square metres, `cost` pounds a year to run, `occupancy` per cent, `move` what moving out costs and
    `receipt` what is expected of a sale, in pounds; `statutory` and `heritage` flags that forbid disposal.
    """

    code: str = ""
    name: str = ""
    owner: str = ""
    use: str = ""
    size: str = ""
    cost: str = ""
    occupancy: str = ""
    condition: str = ""
    statutory: str = ""
    heritage: str = ""
    move: str = ""
    receipt: str = ""
    x: str = ""
    y: str = ""
    block: str = ""
    projection: str = ""


@dataclass(frozen=True)
class IndicatorFile(File):
    """Figures of need by block, or by area of the layer `of`: `code` heads codes, `figure` the figures.

    `measure` is count (added up) or mean (a rate or an index); `worse` says which end means more need: high or low.
    """

    code: str = ""
    figure: str = ""
    of: str = ""
    measure: str = "count"
    worse: str = "high"


@dataclass(frozen=True)
class Tie:
    """Two blocks that a person joins or parts, and why; written `from` and `to`."""

    first: str
    second: str
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """What geography.toml says. `blocks` is the id of the layer that all else is made of."""

    blocks: str = ""
    layers: tuple[Layer, ...] = ()
    lookups: tuple[LookupFile, ...] = ()
    points: tuple[PointFile, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    bridges: tuple[Tie, ...] = ()
    cuts: tuple[Tie, ...] = ()
    assets: tuple[AssetFile, ...] = ()
    indicators: tuple[IndicatorFile, ...] = ()

    @property
    def base(self) -> Layer | None:
        """The layer of the building blocks: the one named, or the only one with a population."""
        return next((layer for layer in self.layers if layer.id == self.blocks), None)

    @property
    def files(self) -> tuple[File, ...]:
        """What the geography is made of, in the order in which it is read; registers and indicators are read apart."""
        return (*self.layers, *self.lookups, *self.points, *self.proposals)

    def proposal(self, id: str) -> Proposal | None:
        """What is proposed under an id; None where nothing is."""
        return next((each for each in self.proposals if each.id == id), None)

    def settled(self, layers: Iterable[str]) -> tuple[str, ...]:
        """Of some layers, by id, those that are no proposal."""
        proposed = {each.id for each in self.proposals}
        return tuple(name for name in layers if name not in proposed)


_Made = TypeVar("_Made", Layer, LookupFile, PointFile, AssetFile, IndicatorFile, Proposal, Tie)
TABLES: dict[str, type] = {
    "layer": Layer,
    "lookup": LookupFile,
    "points": PointFile,
    "proposal": Proposal,
    "assets": AssetFile,
    "indicator": IndicatorFile,
    "bridge": Tie,
    "cut": Tie,
}
KEYS: dict[str, tuple[str, ...]] = {
    "geography": ("blocks",),
    **{name: tuple(field.name for field in fields(made)) for name, made in TABLES.items() if made is not Tie},
    **{name: ("from", "to", "note") for name, made in TABLES.items() if made is Tie},
}
"""The keys of each table of geography.toml."""
_NEEDED: dict[str, tuple[str, ...]] = {
    "layer": ("code",),
    "lookup": ("code", "area"),
    "proposal": ("title", "reasons"),
    "assets": ("owner",),
    "indicator": ("code", "figure"),
}
"""The keys that a table has to have besides those without which its class cannot be."""


def id_of(name: str, titles: Mapping[str, str], what: str) -> str:
    """An id by id or title, in any case; raises UsageError with the nearest known."""
    alike = [id for id, title in titles.items() if name.strip().lower() in (id.lower(), title.lower())]
    if name in titles:
        return name
    if len(alike) != 1:
        raise UsageError(f"'{name}' is no {what} of this place{did_you_mean(name, [*titles, *titles.values()])}")
    return alike[0]


def load(root: Path) -> Plan | None:
    """What geography.toml says, None where there is none; raises PlaceError naming the table and key at fault."""
    return plan_of(read_toml(root / FILE)) if (root / FILE).exists() else None


def plan_of(raw: Mapping[str, Any]) -> Plan:
    """The plan that tables make; raises PlaceError for what cannot be. Files are not looked at."""
    known_keys(FILE, raw, KEYS)
    whole = raw.get("geography", {})
    known_keys(f"{FILE}: [geography]", whole, KEYS["geography"])
    plan = Plan(
        blocks=text_of(f"{FILE}: [geography]", whole, "blocks"),
        layers=_all(raw, "layer", Layer),
        lookups=_all(raw, "lookup", LookupFile),
        points=_all(raw, "points", PointFile),
        proposals=_all(raw, "proposal", Proposal),
        bridges=_all(raw, "bridge", Tie),
        cuts=_all(raw, "cut", Tie),
        assets=_all(raw, "assets", AssetFile),
        indicators=_all(raw, "indicator", IndicatorFile),
    )
    _check(plan)
    return plan


def _all(raw: Mapping[str, Any], name: str, make: type[_Made]) -> tuple[_Made, ...]:
    return entries(raw, name, FILE, make, _NEEDED.get(name, ()), _ENDS)


def _check(plan: Plan) -> None:
    """Raises PlaceError for what names something that is not there, or that cannot be."""
    layers, lookups = [layer.id for layer in plan.layers], [lookup.id for lookup in plan.lookups]
    _once([*layers, *lookups, *(each.id for each in plan.proposals)], "layers, lookups or proposals")
    _once([each.id for each in (*plan.points, *plan.assets)], "points or registers")
    _once([each.id for each in plan.indicators], "indicators")
    among(f"{FILE}: [geography]: blocks", plan.blocks, layers, "a layer")
    if plan.layers and not plan.blocks:
        raise PlaceError(f'{FILE}: [geography] does not say which layer all else is made of: blocks = "{layers[0]}"')
    if not plan.layers and (plan.lookups or plan.points or plan.proposals or plan.assets or plan.indicators):
        raise PlaceError(f"{FILE}: there is no [[layer]] of blocks for what else it names to belong to")
    if plan.base and not plan.base.population:
        raise PlaceError(f"{FILE}: [[layer]] '{plan.blocks}' are the blocks, and it has no population: name its column")
    for each in (*plan.files, *plan.assets, *plan.indicators):
        if bool(each.within) != bool(each.only):
            raise PlaceError(
                f'{FILE}: \'{each.id}\': within and only go together: within = "heading", only = ["value"]'
            )
    for layer in plan.layers:
        if bool(layer.population_file) != bool(layer.population_code):
            raise PlaceError(f"{FILE}: '{layer.id}': population_file and population_code go together")
        if bool(layer.centres) != bool(layer.centres_code):
            raise PlaceError(f"{FILE}: '{layer.id}': centres and centres_code go together")
    for n, lookup in enumerate(plan.lookups, 1):
        # A lookup can be of the areas of another, which then stands before it.
        before = [*layers, *lookups[: n - 1]]
        among(f"{FILE}: [[lookup]] {n}: of", lookup.of, before, "a layer, or a lookup above it")
    for n, indicator in enumerate(plan.indicators, 1):
        where = f"{FILE}: [[indicator]] {n}"
        among(f"{where}: of", indicator.of, [*layers, *lookups], "a layer")
        among(f"{where}: measure", indicator.measure, MEASURES, "known")
        among(f"{where}: worse", indicator.worse, ENDS, "known")
    for n, kind in enumerate(plan.points, 1):
        among(f"{FILE}: [[points]] {n}: of", kind.of, [*layers, *lookups], "a layer")
        if kind.of and not kind.block:
            raise PlaceError(f"{FILE}: [[points]] {n}: of goes with block, the heading of the codes of its areas")
    sites: tuple[PointFile | AssetFile, ...] = (*plan.points, *plan.assets)
    for points in sites:
        if bool(points.x) != bool(points.y):
            raise PlaceError(f"{FILE}: '{points.id}': x and y go together")


def _once(ids: list[str], what: str) -> None:
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise PlaceError(f"{FILE}: two {what} have the id '{twice}'; give one another")
