"""The demo's data files as objects: the place, the bodies, what they buy, from whom, whom they pay."""

from __future__ import annotations

import csv
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from totalplace.terms import CODE_SCHEMES, Body

PENCE_PER_MILLION = 100_000_000


@dataclass(frozen=True)
class DemoBody:
    """A counted body with its demo settings.

    `money` is gross pence a year; `lines` about how many lines a year; `floor` the smallest invoice
    published, in pence; `case` how it writes payees ('upper', 'lower', 'mixed'); `writes` weights for the
    ways in which it writes other bodies' names; `names` how others write it, by way; `missing` the months
    (yyyymm) that it did not publish; `statement` whether card rows come with the next month's file;
    `cut` whether it cuts names at 35 characters; `prefix` whether it puts identifiers before them;
    `shows_vat` whether its files have a column of payees' VAT numbers.
    """

    body: Body
    money: tuple[int, ...]
    lines: int
    floor: int
    case: str
    writes: Mapping[str, int]
    names: Mapping[str, tuple[str, ...]]
    missing: tuple[int, ...] = ()
    statement: bool = False
    cut: bool = False
    prefix: bool = False
    shows_vat: bool = False

    @property
    def id(self) -> str:
        """The body's short id."""
        return self.body.id

    @property
    def name(self) -> str:
        """The body's proper name."""
        return self.body.name


@dataclass(frozen=True)
class Flow:
    """A yearly payment of a counted body to another (`to`) or to a named payee outside, in thousands."""

    body: str
    to: str
    payee: str
    kind: str
    thousands: int
    lines: int
    department: str
    category: str
    purpose: str


@dataclass(frozen=True)
class Service:
    """What a department buys: its share of the body's money and lines, and the words on its lines.

    `split`, `credit` and `redact` are in a hundred: invoices cut into equal lines, invoices taken back, and
    payees who may not be named.
    """

    body: str
    channel: str
    department: str
    money: int
    lines: int
    spread: str
    season: str
    split: int
    credit: int
    redact: int
    trades: tuple[str, ...]
    categories: tuple[str, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supplier:
    """A made-up supplier. Its VAT and company numbers are in ranges that are never issued."""

    name: str
    vendor: int
    vat: str
    company: str


@dataclass(frozen=True)
class Words:
    """All the demo's data files together."""

    years: tuple[str, ...]
    growth: tuple[int, ...]
    marks: tuple[str, ...]
    outcome: Mapping[str, str]
    place: Mapping[str, Any]
    bodies: tuple[DemoBody, ...]
    flows: tuple[Flow, ...]
    services: tuple[Service, ...]
    suppliers: Mapping[str, tuple[Supplier, ...]]
    streets: tuple[str, ...]
    spread: Mapping[str, tuple[int, ...]]
    seasons: Mapping[str, tuple[int, ...]]
    redacted: Mapping[str, str]
    headings: Mapping[str, Mapping[str, str]]

    def body(self, body_id: str) -> DemoBody:
        """The counted body with this id."""
        return next(body for body in self.bodies if body.id == body_id)


@cache
def words() -> Words:
    """The data files of the package, read once."""
    bodies = _toml("bodies.toml")
    suppliers = _toml("suppliers.toml")
    seasons = _toml("seasons.toml")
    redacted = seasons.pop("redacted")
    spread = list(_csv("spread.csv"))
    return Words(
        years=tuple(bodies["years"]),
        growth=tuple(bodies["growth"]),
        marks=tuple(bodies["marks"]),
        outcome=bodies["outcome"],
        place=bodies["place"],
        bodies=tuple(_body(raw) for raw in bodies["body"]),
        flows=tuple(Flow(**{**row, **_ints(row, "thousands", "lines")}) for row in _csv("flows.csv")),
        services=tuple(_service(row) for row in _csv("services.csv")),
        suppliers=_suppliers(suppliers),
        streets=tuple(suppliers["streets"]),
        spread={name: tuple(int(row[name]) for row in spread) for name in ("narrow", "middle", "wide")},
        seasons={name: tuple(weights) for name, weights in seasons.items()},
        redacted=redacted,
        headings=_toml("headings.toml"),
    )


def word_file(name: str) -> str:
    """The text of a file of the folder `words`."""
    return (files("totalplace.demo") / "words" / name).read_text("utf-8")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(word_file(name))


def _csv(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(word_file(name).splitlines())


def _ints(row: Mapping[str, str], *names: str) -> dict[str, Any]:
    return {name: int(row[name]) for name in names}


def _body(raw: Mapping[str, Any]) -> DemoBody:
    codes = {scheme: tuple(raw[scheme]) for scheme in CODE_SCHEMES if scheme in raw}
    body = Body(
        id=raw["id"],
        name=raw["name"],
        kind=raw["kind"],
        area=raw["area"],
        aliases=tuple(raw["aliases"]),
        codes=codes,
    )
    names = {"own": (body.name,), "alias": body.aliases}
    return DemoBody(
        body=body,
        money=tuple(round(millions * 10) * (PENCE_PER_MILLION // 10) for millions in raw["money"]),
        lines=raw["lines"],
        floor=raw["floor"] * 100,
        case=raw["case"],
        writes=raw["writes"],
        names=names | {way: tuple(listed) for way, listed in raw["names"].items()},
        missing=tuple(raw.get("missing", ())),
        statement=raw.get("statement", False),
        cut=raw.get("cut", False),
        prefix=raw.get("prefix", False),
        shows_vat=raw.get("shows_vat", False),
    )


def _service(row: Mapping[str, str]) -> Service:
    numbers = _ints(row, "money", "lines", "split", "credit", "redact")
    lists: dict[str, Any] = {
        "trades": tuple(row["trades"].split()),
        "categories": tuple(row["categories"].split("|")),
        "purposes": tuple(row["purposes"].split("|")),
    }
    return Service(**{**row, **numbers, **lists})


def _suppliers(raw: Mapping[str, Any]) -> dict[str, tuple[Supplier, ...]]:
    stems = [head + tail for tail in raw["tails"] for head in raw["heads"]]
    return {trade: tuple(_firms(trade, spec, stems)) for trade, spec in raw["trade"].items()}


def _firms(trade: str, spec: Mapping[str, Any], stems: list[str]) -> Iterator[Supplier]:
    # 7 shares no factor with the 240 stems, so a trade meets every stem before it meets one again.
    start = zlib.crc32(trade.encode()) % len(stems)
    for number in range(spec["count"]):
        stem = stems[(start + 7 * number) % len(stems)]
        name = f"{stem} {spec['endings'][number % len(spec['endings'])]}"
        code = zlib.crc32(name.encode()) % 900_000 + 100_000
        yield Supplier(name=name, vendor=code, vat=f"GB000{code}", company=f"99{code}")
