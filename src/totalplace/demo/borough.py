"""Writes the demo borough: twelve bodies' files as they would publish them, place.toml, the known truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from totalplace.demo.geography import write_geography
from totalplace.demo.payments import BodyYear
from totalplace.demo.shapes.authority import authority
from totalplace.demo.shapes.college import college
from totalplace.demo.shapes.common import DemoSource, Job
from totalplace.demo.shapes.council import council
from totalplace.demo.shapes.fire import fire
from totalplace.demo.shapes.homes import homes
from totalplace.demo.shapes.hospitals import hospitals
from totalplace.demo.shapes.icb import icb
from totalplace.demo.shapes.mental_health import mental_health
from totalplace.demo.shapes.police import police
from totalplace.demo.shapes.transport import transport
from totalplace.demo.shapes.voluntary import voluntary
from totalplace.demo.shapes.work import work
from totalplace.demo.truth import Truth
from totalplace.demo.words import DemoBody, Words, word_file, words

HABITS: dict[str, Callable[[Job], None]] = {
    "council": council,
    "authority": authority,
    "icb": icb,
    "hospitals": hospitals,
    "mental-health": mental_health,
    "police": police,
    "fire": fire,
    "transport": transport,
    "homes": homes,
    "college": college,
    "voluntary": voluntary,
    "work": work,
}
"""How each body publishes, by its id."""

KEPT = {
    "scenarios/perfect-storm.toml": "perfect-storm.toml",
    "areas.toml": "areas.toml",
    "geography.toml": "geography.toml",
    "official.toml": "official.toml",
    "themes/mental-health.toml": "mental-health.toml",
    "cases/families-hallow-green.toml": "families-hallow-green.toml",
    "cases/outreach-hallow-green.toml": "outreach-hallow-green.toml",
    "portfolios/hallow-green.toml": "hallow-green.toml",
}
"""Declared files that people may have changed, by where they go: they are written where there are none."""
FILES = {"areas/wards.csv": "wards.csv", "official/outturn.csv": "outturn.csv"}
"""Files that those name, by where they go."""

Progress = Callable[[str, int, int], None]
"""Told a body and year, how many are done, and of how many."""


@dataclass(frozen=True)
class Demo:
    """What was written: the text of place.toml, the sources to add, and files that no reader should take."""

    place_toml: str
    sources: tuple[DemoSource, ...]
    refused: tuple[str, ...] = ()


def write(folder: Path, *, seed: int = 2010, scale: float = 1.0, progress: Progress | None = None) -> Demo:
    """Write the borough into `folder`: place.toml, data/BODY/..., truth.json, and what else a place
    declares: wards, small areas with sites, services, public buildings, need and neighbourhoods that are proposed,
    an outturn, a theme, a scenario of the stress test, two business cases and their portfolio.

    The same seed and scale give the same bytes anywhere. `scale` multiplies the number of lines, not the
    money; every published month keeps a line at the least. Existing files of these names are replaced, but for
    KEPT, which people may have changed.
    """
    known = words()
    truth = Truth(known, seed=seed, scale=scale)
    sources: list[DemoSource] = []
    steps = [(body, year) for body in known.bodies for year in known.years]
    for done, (body, year) in enumerate(steps, 1):
        job = Job(
            body=body,
            year=year,
            lines=BodyYear(known, body, year, seed=seed, scale=scale).lines(),
            folder=folder,
            truth=truth,
        )
        HABITS[body.id](job)
        sources += job.sources()
        if progress:
            progress(f"{body.name} {year}", done, len(steps))
    place = place_toml(known)
    _put(folder / "place.toml", place)
    _put(folder / "truth.json", truth.text())
    for name, file in FILES.items():
        _put(folder / name, word_file(file))
    for name, text in write_geography(seed).items():
        _put(folder / name, text)
    for name, file in KEPT.items():
        if not (folder / name).exists():
            _put(folder / name, word_file(file))
    return Demo(place, tuple(sources), tuple(truth.refused))


def place_toml(known: Words) -> str:
    """The place and its counted bodies in the format of place.toml, without sources."""
    place = known.place
    people = ", ".join(f'"{year}" = {count}' for year, count in zip(known.years, place["population"], strict=True))
    parts = [
        "# A fictional place. Every name and every figure is invented.",
        "",
        "[place]",
        f"name = {_text(place['name'])}",
        f"area_code = {_text(place['area_code'])}",
        f"years = {_texts(known.years)}",
        f"population = {{ {people} }}",
    ]
    for body in known.bodies:
        parts += ["", "[[body]]", *_body(body)]
    return "\n".join(parts) + "\n"


def _body(demo: DemoBody) -> list[str]:
    body = demo.body
    return [
        f"id = {_text(body.id)}",
        f"name = {_text(body.name)}",
        f"kind = {_text(body.kind)}",
        f"area = {_text(body.area)}",
        'share = "1"',
        f"aliases = {_texts(body.aliases)}",
        *(f"{scheme} = {_texts(codes)}" for scheme, codes in body.codes.items()),
    ]


def _text(value: str) -> str:
    # A JSON string is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)


def _texts(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
