"""How fast the editor of neighbourhoods answers a move with everything that it shows: from Python, and over HTTP.

    python -m benchmarks.editing --blocks 2000 --moves 40

Generated blocks in a grid with layers as fine as those of a city region (a ward to 8 blocks, a network to 26, an MSOA
to 5, ten boroughs), and areas of some 40 blocks. A move puts a block at the edge of an area into the one that it
touches. From Python: every area, every measure, alignment with every layer, who moved. Over HTTP: the answer that the
page takes, all of it in words, tables and colours of the map.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.geographies import geojson, squares
from tests.webserver import served
from totalplace.geography.editing import tables
from totalplace.geography.editing.live import Live
from totalplace.geography.editing.opening import Editor, editor_of
from totalplace.geography.editing.steps import Step
from totalplace.place import Place, new_place

Spent = dict[str, int]
WARM = 8
"""Moves that are not counted: what is kept in memory for the other pages is read while the server starts."""
LAYERS = {"ward": (4, 2), "network": (13, 2), "msoa": (5, 1), "borough": (25, 8)}
"""How many blocks wide and high the areas of each layer are."""
AREA = (10, 4)
"""The same for the plan's."""
LAYER = """
[[lookup]]
id = "{0}"
file = "blocks.geojson"
code = "code"
area = "{0}"
"""
DECLARED = """[geography]
blocks = "block"

[[layer]]
id = "block"
file = "blocks.geojson"
code = "code"
population = "people"
"""


def main() -> None:
    """Measure what the arguments ask for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=2_000)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--json", type=Path, help="write the results here too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = generated(Path(folder) / "place", args.blocks)
        found = {"python": in_python(place, args.moves), "http": over_http(place, args.moves)}
    for name, spent in found.items():
        said = ", ".join(f"{what} {value} ms" for what, value in spent.items())
        print(f"{args.blocks:,} blocks, {name}: {said}")
    if args.json:
        args.json.write_text(json.dumps({"blocks": args.blocks, **found}, indent=1) + "\n", encoding="utf-8")


def generated(root: Path, blocks: int) -> Place:
    """A place with so many blocks in a grid, built."""
    place = new_place(root, name="Grid")
    wide = 50
    high = math.ceil(blocks / wide)
    at = [(n % wide, n // wide) for n in range(wide * high)]
    columns: dict[str, list[Any]] = {
        "code": [f"b{n}" for n in range(len(at))],
        "people": [1_000 + 37 * (n * 7 % 23) for n in range(len(at))],
        **{name: [f"{x // w}-{y // h}" for x, y in at] for name, (w, h) in LAYERS.items()},
        "plan": [f"A{x // AREA[0]}-{y // AREA[1]}" for x, y in at],
    }
    geojson(root / "blocks.geojson", columns, squares(wide, high))
    declared = DECLARED + "".join(LAYER.format(name) for name in (*LAYERS, "plan"))
    (root / "geography.toml").write_text(declared, encoding="utf-8")
    (root / "spend.csv").write_text("Date,Supplier Name,Amount\n01/04/2024,Bright Lamps Ltd,10.00\n", encoding="utf-8")
    place.add("spend", [root / "spend.csv"], "Salford City Council")
    place.build()
    return place


def begun(place: Place) -> tuple[Editor, str, Live]:
    """A new draft of the plan."""
    from totalplace.geography.design.task import Band

    editor = editor_of(place.geography, place.root)
    draft = editor.begin(editor.head("Grid", "plan", Band(), "plan"))
    return editor, draft.name, editor.live(draft.name)[1]


def step_of(live: Live, number: int) -> Step:
    """A block at the edge of one of the areas, into the one that it has the longest border with."""
    key = list(live.now.rows)[number % len(live.now.rows)]
    members = (live.state.of == live.state.number(key)).nonzero()[0]
    for block in members.tolist():
        metres, _ = live.touched(members[members == block])
        if metres:
            to = max(metres, key=lambda n: metres[n])
            return Step("move", (live.task.blocks.ids[block],), to=live.state.areas[to].key)
    raise ValueError(f"{key} touches no other area")


def in_python(place: Place, moves: int) -> Spent:
    """What a move with everything takes."""
    _, _, live = begun(place)
    live = everything(live.do(step_of(live, 0)))
    spent = []
    for number in range(1, moves + 1):
        step = step_of(live, number)
        live, seconds = timed(partial(_moved, live, step))
        spent.append(seconds)
    return spent_of(spent)


def _moved(live: Live, step: Step) -> Live:
    return everything(live.do(step))


def everything(live: Live) -> Live:
    """The plan, with all that the editor shows of it worked out."""
    for make in (tables.areas_table, tables.measures_table, tables.alignment_table, tables.moved_table):
        make(live)
    return live


def over_http(place: Place, moves: int) -> Spent:
    """What it takes from sending a move to having its answer."""
    editor, name, _ = begun(place)
    with served(place) as site:
        at = f"/neighbourhoods/editor/{name}"
        (token,) = set(re.findall(r'name="token" value="([0-9a-f]+)"', site.get(at).text))
        spent = []
        for number in range(moves + WARM):
            step = step_of(editor.live(name)[1], number)
            form = {"token": token, "revision": str(number), "do": f"move:{step.to}", f"pick-{step.blocks[0]}": "on"}
            answer, seconds = timed(partial(_sent, site.client, site.url, at, form))
            answer.raise_for_status()
            spent.append(seconds)
    return spent_of(spent[WARM:])


def _sent(client: httpx.Client, url: str, at: str, form: dict[str, str]) -> httpx.Response:
    return client.post(at, data=form, headers={"Origin": url, "X-Part": "work"})


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What work gives, its seconds by the clock, and those of the processor in all of this program."""
    began = time.perf_counter(), time.process_time()
    made = work()
    return made, (time.perf_counter() - began[0], time.process_time() - began[1])


def spent_of(each: list[tuple[float, float]]) -> Spent:
    """The median and the worst by the clock, and the median of the processor, in milliseconds."""
    clock, processor = zip(*each, strict=True)
    return {
        "median": round(statistics.median(clock) * 1000),
        "worst": round(max(clock) * 1000),
        "processor": round(statistics.median(processor) * 1000),
    }


if __name__ == "__main__":
    main()
