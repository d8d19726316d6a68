"""Write spend files of a fictional area, with the truth about them, for the benchmark.

The same seed and size give the same bytes (with the same numpy and polars). Beside ``files/`` it writes
``place.toml`` (the bodies), ``dialects.json`` (how each file is to be read) and ``truth.json`` (what a right
count of them gives, in pence).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.amounts import Whole
from benchmarks.dialects import Dialect, save
from benchmarks.shapes import LARGE_ONLY, SHAPES, UPPER_CASE, Layout, Parts
from benchmarks.vocabulary import (
    BODIES,
    CUT,
    FALSE_FRIENDS,
    LARGE_PAYEES,
    BenchBody,
    categories,
    departments,
    purposes,
    suppliers,
)

FIRST_MONTH = (2021, 4)
MONTHS = 36
YEARS = ("2021-22", "2022-23", "2023-24")
SHARED, LOCAL = 5000, 4500  # suppliers known to every body, and to one body alone
TRANSFERS, SELF, MISSPELT, CREDITS = 0.03, 0.0005, 0.0005, 0.05  # parts of all lines
USUAL = 0.93
"""Part of a payee's lines with the one department (or category) that goes with it. In data/spend 28% of payees with
several lines in a month have them of several departments; so drawn it is 27%."""
SIZES = [
    (0.00, 500), (0.05, 5_000), (0.25, 25_000), (0.50, 68_000), (0.75, 225_000), (0.90, 950_000),
    (0.97, 2_600_000), (0.99, 6_000_000), (0.999, 22_000_000), (1.00, 120_000_000),
]  # fmt: skip
LARGE_SIZES = [
    (0.00, 150_000), (0.08, 2_500_000), (0.50, 4_600_000), (0.80, 8_000_000), (0.95, 19_000_000),
    (0.99, 60_000_000), (1.00, 400_000_000),
]  # fmt: skip
"""Quantiles of a payment in pence; straight lines between them give the same pence on every machine."""


@dataclass(frozen=True)
class Payees:
    """The names that one body writes, and where the counted bodies and others begin in them."""

    names: pl.Series
    spellings: list[int]  # of other bodies, spelt in a way that a person would settle at once
    spelling_body: list[str]
    misspelt: list[int]
    own: int
    chances: np.typing.NDArray[np.float64]  # running sum over the ordinary suppliers


@dataclass(frozen=True)
class Job:
    """A file to be written."""

    number: int
    path: str
    body: BenchBody
    months: range
    lines: int


def main() -> None:
    """Write the folder that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--files", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if args.files < len(BODIES):
        parser.error(f"--files must be at least {len(BODIES)}: one for each body")
    if args.lines < args.files:
        parser.error("--lines must be at least one a file")
    began = time.perf_counter()
    truth = generate(args.out, args.lines, args.files, args.seed)
    size = sum(f.stat().st_size for f in (args.out / "files").iterdir())
    print(f"{truth['lines']:,} lines, {args.files} files, {size / 1e6:,.0f} MB, "
          f"{truth['payees']:,} payee names, {time.perf_counter() - began:.1f} s")  # fmt: skip


def generate(out: Path, lines: int, files: int, seed: int) -> dict[str, Any]:
    """Write the files and what is known of them into `out`; gives the truth."""
    (out / "files").mkdir(parents=True, exist_ok=True)
    names = suppliers(SHARED + LOCAL * len(BODIES))
    payees = {body.id: _payees(number, body, names) for number, body in enumerate(BODIES)}
    tally = Tally()
    dialects = []
    for job in _jobs(lines, files):
        rng = np.random.Generator(np.random.PCG64([seed, job.number]))
        parts = _parts(rng, job, payees[job.body.id], tally)
        layout = SHAPES[job.body.shape](parts)
        _write(out / job.path, layout)
        dialects.append(_dialect(job, layout))
    truth = tally.truth(lines, seed)
    save(out, dialects)
    (out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8", newline="\n")
    (out / "place.toml").write_text(_place_toml(), encoding="utf-8", newline="\n")
    return truth


def _jobs(lines: int, files: int) -> list[Job]:
    """Share out files and lines: each body's files follow each other through the 36 months."""
    share, extra = divmod(files, len(BODIES))
    weights: list[float] = []
    plans: list[tuple[BenchBody, int, range]] = []
    for place, body in enumerate(BODIES):
        count = share + (place < extra)
        for at in range(count):
            months = range(MONTHS * at // count, max(MONTHS * (at + 1) // count, MONTHS * at // count + 1))
            plans.append((body, at, months))
            weights.append(body.weight / count)
    ends = [round(lines * x) for x in np.cumsum(weights) / sum(weights)]
    return [
        Job(number, f"files/{body.id}_{at + 1:02d}.csv", body, months, end - start)
        for number, ((body, at, months), start, end) in enumerate(zip(plans, [0, *ends[:-1]], ends, strict=True))
    ]


def _payees(place: int, body: BenchBody, names: list[str]) -> Payees:
    """What `body` calls those it pays: shared and local suppliers in its own order, then counted bodies."""
    local = SHARED + place * LOCAL
    stride = (7919, 6101, 4987, 3571, 9059, 8123, 7001, 5557, 6691, 4273, 3001, 8887)[place]
    pool = [*range(SHARED), *range(local, local + LOCAL)]
    mixed = [pool[i * stride % len(pool)] for i in range(len(pool))]
    usual = [names[i] for i in mixed]
    ordinary = [*LARGE_PAYEES, *usual[:300], *FALSE_FRIENDS, *usual[300:]]
    others = [(other.id, text) for other in BODIES if other.id != body.id
              for text in (other.name, other.name, *other.spellings)]  # fmt: skip
    wrong = [other.misspelt for other in BODIES if other.id != body.id]
    texts = [*ordinary, *(text for _, text in others), *wrong, body.name]
    if body.shape in UPPER_CASE:
        texts = [text.upper() for text in texts]
    if body.shape == "lga16":
        texts = [text[:CUT] for text in texts]
    start = len(ordinary)
    ranks = np.arange(1, start + 1, dtype=np.float64)
    chances = np.cumsum(1.0 / (ranks + 12.0))
    return Payees(
        names=pl.Series(texts),
        spellings=list(range(start, start + len(others))),
        spelling_body=[other for other, _ in others],
        misspelt=list(range(start + len(others), start + len(others) + len(wrong))),
        own=len(texts) - 1,
        chances=chances / chances[-1],
    )


def _parts(rng: np.random.Generator, job: Job, payees: Payees, tally: Tally) -> Parts:
    n = job.lines
    days, chances = _days(job.months)
    day = np.sort(np.searchsorted(chances, rng.random(n)).clip(max=len(days) - 1)).astype(np.int64)
    pence = _amounts(rng, n, LARGE_SIZES if job.body.shape in LARGE_ONLY else SIZES)
    payee, kind = _choose_payees(rng, n, payees)
    tally.add(job, payees, days, day, pence, payee, kind)
    department, category, purpose = (
        _texts(rng, payee, texts, usual)
        for texts, usual in ((departments(), USUAL), (categories(), USUAL), (purposes(), 0.0))
    )
    first = job.number * 10_000_000  # no two files share a transaction number
    serial = first + np.arange(n, dtype=np.int64) * 3 + (rng.random(n) * 3).astype(np.int64)
    spare = (rng.random(n) * 1_000_000).astype(np.int64)
    names = payees.names.gather(pl.Series(payee))
    return Parts(job.body.name, days, day, pence, names, department, category, purpose, serial, payee, spare)


def _texts(rng: np.random.Generator, payee: Whole, texts: list[str], usual: float) -> pl.Series:
    """A text a line, few often and many seldom; on the `usual` part of the lines the one that goes with the payee."""
    free = len(texts) * rng.random(payee.size) ** 2
    own = len(texts) * np.random.Generator(np.random.PCG64(len(texts))).random(int(payee.max()) + 1) ** 2
    at = np.where(rng.random(payee.size) < usual, own[payee], free).astype(np.int64)
    return pl.Series(texts).gather(pl.Series(at))


def _days(months: range) -> tuple[list[dt.date], np.typing.NDArray[np.float64]]:
    """The days of some months and the running chance of each: few at weekends, many on pay-run Thursdays."""
    days = []
    for month in months:
        year, at = divmod(FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1 + month, 12)
        day = dt.date(year, at + 1, 1)
        while day.month == at + 1:
            days.append(day)
            day += dt.timedelta(days=1)
    weights = np.cumsum([(4, 4, 5, 9, 5, 0.1, 0.1)[day.weekday()] for day in days])
    return days, weights / weights[-1]


def _amounts(rng: np.random.Generator, n: int, sizes: list[tuple[float, int]]) -> Whole:
    at, value = zip(*sizes, strict=True)
    size = np.interp(rng.random(n), at, value).astype(np.int64)
    signed: Whole = np.where(rng.random(n) < CREDITS, -size, size)
    return signed


def _choose_payees(rng: np.random.Generator, n: int, payees: Payees) -> tuple[Whole, Whole]:
    """The name on each line, and its kind: 0 ordinary, 1 another counted body, 2 one misspelt, 3 the body."""
    payee = np.searchsorted(payees.chances, rng.random(n)).clip(max=len(payees.chances) - 1).astype(np.int64)
    draw, pick = rng.random(n), rng.random(n)
    kind = np.select([draw < TRANSFERS, draw < TRANSFERS + MISSPELT, draw < TRANSFERS + MISSPELT + SELF], [1, 2, 3], 0)
    for number, choices in ((1, payees.spellings), (2, payees.misspelt), (3, [payees.own])):
        at = kind == number
        payee[at] = np.asarray(choices)[(pick[at] * len(choices)).astype(np.int64)]
    return payee, kind.astype(np.int64)


class Tally:
    """What a right count gives, added up while the files are made."""

    def __init__(self) -> None:
        self.cells: Counter[tuple[str, str, str]] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.names: set[str] = set()

    def add(
        self,
        job: Job,
        payees: Payees,
        days: list[dt.date],
        day: Whole,
        pence: Whole,
        payee: Whole,
        kind: Whole,
    ) -> None:
        """Count one file."""
        years = np.array([YEARS.index(_financial_year(d)) for d in days])[day]
        for number, year in enumerate(YEARS):
            here = years == number
            for what, chosen in (
                ("gross", here),
                ("eliminated", here & (kind == 1)),
                ("misspelt", here & (kind == 2)),
                ("self", here & (kind == 3)),
            ):
                self.cells[job.body.id, year, what] += int(pence[chosen].sum())
            self.cells[job.body.id, year, "lines"] += int(here.sum())
        for at, other in zip(payees.spellings, payees.spelling_body, strict=True):
            self.pairs[job.body.id, other] += int(pence[payee == at].sum())
        self.names.update(payees.names.gather(pl.Series(np.unique(payee))).to_list())

    def truth(self, lines: int, seed: int) -> dict[str, Any]:
        """The truth as it is written down: pence per body and year, and from body to body."""
        whole = {what: sum(v for (_, _, w), v in self.cells.items() if w == what)
                 for what in ("gross", "eliminated", "self", "misspelt")}  # fmt: skip
        cells: dict[str, dict[str, dict[str, int]]] = {}
        for (body, year, what), value in sorted(self.cells.items()):
            cells.setdefault(body, {}).setdefault(year, {})[what] = value
        pairs = {f"{payer} > {payee}": value for (payer, payee), value in sorted(self.pairs.items())}
        return {"lines": lines, "seed": seed, "payees": len(self.names), "pence": whole,
                "bodies": cells, "transfers": pairs}  # fmt: skip


def _financial_year(day: dt.date) -> str:
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def _write(path: Path, layout: Layout) -> None:
    head = "".join(line + layout.newline for line in layout.head)
    with path.open("wb") as file:
        if layout.bom:
            file.write(b"\xef\xbb\xbf")
        file.write(head.encode(layout.encoding))
        if layout.encoding == "utf-8":
            layout.frame.write_csv(file, include_header=False, line_terminator=layout.newline)
        else:
            text = layout.frame.write_csv(include_header=False, line_terminator=layout.newline)
            file.write(text.encode(layout.encoding))


def _dialect(job: Job, layout: Layout) -> Dialect:
    return Dialect(
        path=job.path, body=job.body.id, shape=job.body.shape, lines=job.lines, encoding=layout.encoding,
        newline=layout.newline, skip=len(layout.head), header=bool(layout.head), names=layout.frame.columns,
        dates=[layout.dates], columns=layout.roles,
    )  # fmt: skip


def _place_toml() -> str:
    years = ", ".join(f'"{year}"' for year in YEARS)
    text = f'[place]\nname = "Greater Wexmoor"\narea_code = "E11999999"\nyears = [{years}]\n'
    text += "population = 941300\n"
    for body in BODIES:
        aliases = ", ".join(f'"{alias}"' for alias in body.aliases)
        text += f'\n[[body]]\nid = "{body.id}"\nname = "{body.name}"\nkind = "{body.kind}"\n'
        text += f'area = "E11999999"\nshare = "1"\naliases = [{aliases}]\n'
    return text


if __name__ == "__main__":
    main()
