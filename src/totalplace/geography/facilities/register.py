"""A register of public buildings: every row of its file accepted, or rejected with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, UsageError
from totalplace.geography.blocks import NONE, Blocks
from totalplace.geography.declared import AssetFile
from totalplace.geography.points import Points, located, told_by, turned_round
from totalplace.geography.reading.features import Features
from totalplace.geography.reading.numbers import number
from totalplace.geography.reading.projection import DEGREES, KINGDOM, coordinates, projection_of, same

NO = frozenset(("", "0", "no", "n", "false", "none", "-", "n/a", "not listed"))
"""What a flag says that is not set. Anything else sets it: a building is rather kept than sold by mistake. Ours."""
MOST_OCCUPIED = 2.0
"""Occupancy beyond which a figure is a slip; from 100% up to here it is kept and told. Ours."""
MOST_POUNDS, MOST_METRES = 10_000_000_000, 10_000_000
LATITUDES, LONGITUDES = (48.0, 62.0), (-14.0, 4.0)


@dataclass(frozen=True)
class Building:
    """A building: `owner` a body's id, `size` in m², `cost` pence a year, `occupancy` 1 for full, `block` -1 for none.

    What is not known is None, places nan. `statutory` and `heritage` are flags that forbid disposal.
    """

    line: int
    id: str
    name: str
    owner: str
    use: str = ""
    size: float | None = None
    cost: int | None = None
    occupancy: float | None = None
    condition: str = ""
    statutory: bool = False
    heritage: bool = False
    move: int | None = None
    receipt: int | None = None
    x: float = float("nan")
    y: float = float("nan")
    block: int = NONE

    @property
    def flagged(self) -> bool:
        """Whether it may never be proposed for disposal."""
        return self.statutory or self.heritage

    @property
    def occupied(self) -> float | None:
        """The square metres that are used; None where size or occupancy is not known."""
        return None if self.size is None or self.occupancy is None else self.size * self.occupancy

    @property
    def empty(self) -> float | None:
        """The square metres that are not; 0 for a building that is over-full."""
        return None if self.size is None or self.occupancy is None else self.size * max(1 - self.occupancy, 0.0)


@dataclass(frozen=True)
class Rejected:
    """A row that is no building of the register: its line in the file, what it calls itself, and why."""

    line: int
    id: str
    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Register:
    """The buildings of one file: `accepted` and `rejected` rows, all of them together, and what is to be said."""

    file: AssetFile
    accepted: tuple[Building, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def points(self) -> Points:
        """The buildings as sites of one kind."""
        xy = np.array([(each.x, each.y) for each in self.accepted], dtype=np.float64).reshape(-1, 2)
        block = np.array([each.block for each in self.accepted], dtype=np.int32)
        ids = tuple(each.id for each in self.accepted)
        owners = {"owner": tuple(each.owner for each in self.accepted)}
        # Two bodies in one house are two entries of it, with ids of their own; a repeated id was rejected before.
        return Points(self.file.called, self.file.kind or self.file.id, ids, ids, xy, block, owners)


class _Row(Exception):
    """Why a row is rejected."""


@dataclass
class _Reader:
    """One file in reading: its columns by key, and what was seen of its rows so far."""

    said: AssetFile
    found: Features
    body: Callable[[str], str]
    columns: Mapping[str, tuple[str, ...]]
    whole_shares: bool
    owners: dict[str, str | UsageError] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)

    def text(self, key: str, n: int) -> str:
        return self.columns[key][n].strip() if key in self.columns else ""

    def line(self, n: int) -> int:
        return self.found.lines[n] if self.found.lines else n + 2

    def called(self, n: int) -> tuple[str, str]:
        id = self.text("code", n) or f"line {self.line(n)}"
        return id, self.text("name", n) or id

    def building(self, n: int, xy: tuple[float, float], block: int) -> Building:
        """A row as a building; raises _Row with the reason where it is none."""
        id, name = self.called(n)
        line = self.line(n)
        if id in self.ids:
            raise _Row(f"'{id}' stands in line {self.ids[id]:,} already")
        size, occupancy = self.figure("size", n, MOST_METRES), self.occupancy(n)
        if size == 0:
            raise _Row("0 m²: a building has some; leave the cell empty where it is not known")
        made = Building(
            line,
            id,
            name,
            self.owner(n),
            self.text("use", n),
            None if size is None else float(size),
            self.pence("cost", n),
            occupancy,
            self.text("condition", n),
            self.text("statutory", n).lower() not in NO,
            self.text("heritage", n).lower() not in NO,
            self.pence("move", n),
            self.pence("receipt", n),
            *xy,
            block,
        )
        self.ids[id] = line
        if occupancy is not None and occupancy > 1:
            self.over.append(f"{name} {occupancy:.0%}")
        return made

    def owner(self, n: int) -> str:
        text = self.text("owner", n)
        if not text:
            raise _Row("it has no owner")
        if text not in self.owners:
            try:
                self.owners[text] = self.body(text)
            except UsageError as error:
                self.owners[text] = error
        found = self.owners[text]
        if isinstance(found, UsageError):
            raise _Row(f"owner: {found}")
        return found

    def figure(self, key: str, n: int, most: int) -> Fraction | None:
        text = self.text(key, n).replace("£", "").removesuffix("%").removesuffix("m²").strip()
        heading = getattr(self.said, key)
        try:
            value = number(self.found.file, f"'{heading}'", text)
        except FileRefused as error:
            raise _Row(error.reason) from None
        if value is not None and not 0 <= value <= most:
            raise _Row(f"'{heading}' is {text}: it cannot be below 0 or above {most:,}")
        return value

    def pence(self, key: str, n: int) -> int | None:
        value = self.figure(key, n, MOST_POUNDS)
        return None if value is None else round(value * 100)

    def occupancy(self, n: int) -> float | None:
        value = self.figure("occupancy", n, 1_000_000)
        if value is None:
            return None
        share = float(value) if self.whole_shares and "%" not in self.text("occupancy", n) else float(value / 100)
        if share > MOST_OCCUPIED:
            raise _Row(f"'{self.said.occupancy}' is {share:.0%}: above {MOST_OCCUPIED:.0%} it is taken for a slip")
        return share


KEYS = (
    *("code", "name", "owner", "use", "size", "cost", "occupancy", "condition"),
    *("statutory", "heritage", "move", "receipt", "x", "y", "block"),
)
"""The keys of a register that head a column."""


def register_of(said: AssetFile, found: Features, blocks: Blocks, body: Callable[[str], str]) -> Register:
    """The register that a file holds. `body` gives the id of a body by any of its names, or raises UsageError.

    Raises FileRefused where a column is not there, or it is not known which projection the coordinates are in.
    """
    columns = {key: found.column(getattr(said, key)) for key in KEYS if getattr(said, key)}
    reader = _Reader(said, found, body, columns, _as_shares(columns.get("occupancy", ())))
    wrong: dict[int, str] = {}
    xy, block = _placed(said, found, columns, blocks, wrong)
    accepted, rejected = [], []
    for n, (at, where) in enumerate(zip(xy.tolist(), block.tolist(), strict=True)):
        try:
            if n in wrong:
                raise _Row(wrong[n])
            accepted.append(reader.building(n, (at[0], at[1]), where))
        except _Row as reason:
            rejected.append(Rejected(reader.line(n), *reader.called(n), str(reason)))
    return Register(said, tuple(accepted), tuple(rejected), _notes(reader, accepted, rejected))


def _as_shares(texts: tuple[str, ...]) -> bool:
    """Whether occupancy is written as shares of 1: no figure is above 1 and one lies between 0 and 1. Ours."""
    plain = [text.strip() for text in texts if text.strip()]
    try:
        values = [float(text) for text in plain if not text.endswith("%")]
    except ValueError:
        return False
    return bool(values) and max(values) <= 1 and any(0 < value < 1 for value in values)


def _placed(
    said: AssetFile, found: Features, columns: Mapping[str, tuple[str, ...]], blocks: Blocks, wrong: dict[int, str]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Where each building is, nan for not known, and its block; what is wrong with a row's place goes into `wrong`."""
    size = len(found)
    xy, at = np.full((size, 2), np.nan), np.full(size, NONE, dtype=np.int32)
    if "x" in columns:
        raw = _raw(said, columns, wrong)
        there = np.flatnonzero(np.isfinite(raw).all(axis=1))
        projection = projection_of(found.file, "", said.projection or told_by(said.x)) if len(there) else DEGREES
        there = _likely(raw, there, same(found.file, projection, DEGREES), wrong)
        if len(there):
            xy[there] = np.column_stack(coordinates(found.file, raw[there, 0], raw[there, 1], projection))
            at[there] = located(found.file, blocks, xy[there])
            for n in np.flatnonzero(turned_round(blocks, xy, at)).tolist():
                code = blocks.ids[int(located(found.file, blocks, xy[n : n + 1, ::-1])[0])]
                wrong[n] = f"its easting and northing look swapped: the other way round it lies in {code}"
    if "block" in columns:
        for n, text in enumerate(columns["block"]):
            code = text.strip()
            if not code or at[n] != NONE:
                continue
            if code in blocks.number:
                at[n] = blocks.number[code]
            else:
                wrong.setdefault(n, f"'{said.block}' is '{code}', which is no block of this place")
    return xy, at


def _raw(said: AssetFile, columns: Mapping[str, tuple[str, ...]], wrong: dict[int, str]) -> NDArray[np.float64]:
    """Coordinates as they are written; nan where there are none."""
    raw = np.full((len(columns["x"]), 2), np.nan)
    for k, key in enumerate(("x", "y")):
        for n, text in enumerate(columns[key]):
            try:
                value = number("", f"'{getattr(said, key)}'", text)
            except FileRefused as error:
                wrong[n] = error.reason
                continue
            if value is not None:
                raw[n, k] = float(value)
    for n in np.flatnonzero(np.isfinite(raw).sum(axis=1) == 1).tolist():
        wrong.setdefault(n, "it has one coordinate of two")
    return raw


def _likely(
    raw: NDArray[np.float64], there: NDArray[np.int64], degrees: bool, wrong: dict[int, str]
) -> NDArray[np.int64]:
    """The rows whose coordinates can lie in the United Kingdom; what is wrong with the others goes into `wrong`."""
    west, south, east, north = (LONGITUDES[0], LATITUDES[0], LONGITUDES[1], LATITUDES[1]) if degrees else KINGDOM
    x, y = raw[there].T

    def inside(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray((west <= a) & (a <= east) & (south <= b) & (b <= north))

    small = (np.abs(x) <= 180) & (np.abs(y) <= 180)
    good = inside(x, y) & (small == degrees)
    words = ("longitude and latitude", "degrees") if degrees else ("easting and northing", "metres of the grid")
    for n, turned in zip(there[~good].tolist(), inside(y, x)[~good].tolist(), strict=True):
        wrong[n] = (
            f"its {words[0]} are swapped"
            if turned and not (small[there == n] != degrees).any()
            else f"its coordinates ({raw[n, 0]:,.6g}, {raw[n, 1]:,.6g}) are no {words[1]} in the United Kingdom"
        )
    return np.asarray(there[good], dtype=np.int64)


def _notes(reader: _Reader, accepted: list[Building], rejected: list[Rejected]) -> tuple[str, ...]:
    """What is to be said of a register as a whole."""
    file, size = reader.found.file, len(accepted)
    notes = list(reader.found.notes)
    if rejected:
        notes.append(
            f"{file}: {len(rejected):,} of {size + len(rejected):,} rows are rejected; each is listed with why"
        )
    if reader.whole_shares:
        notes.append(f"{file}: occupancy is written as shares of 1, and is read so")
    if reader.over:
        more = f" and {len(reader.over) - 5:,} more" if len(reader.over) > 5 else ""
        notes.append(f"{file}: fuller than 100%, kept as they are: {', '.join(reader.over[:5])}{more}")
    for words, missing in (
        ("without square metres or occupancy, in no pair", sum(each.occupied is None for each in accepted)),
        ("without a running cost, which no sum can hold", sum(each.cost is None for each in accepted)),
        ("outside the place, or not placed in it", sum(each.block < 0 for each in accepted)),
    ):
        if missing:
            notes.append(f"{file}: buildings {words}: {missing:,} of {size:,}")
    return tuple(notes)
