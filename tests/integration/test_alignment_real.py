"""Ten pairs of real divisions of Greater Manchester against scikit-learn, on every one of 2,867,871 people."""

from __future__ import annotations

import csv
import math
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from totalplace.geography.aligning.alignment import align
from totalplace.geography.blocks import Division

pytestmark = pytest.mark.integration

LOCALITIES = {
    "Central": "Ashton upon Mersey, Brooklands, Manor, Sale Central, Sale Moor",
    "North": "Gorse Hill & Cornbrook, Longford, Lostock & Barton, Old Trafford, Stretford & Humphrey Park",
    "South": "Altrincham, Bowdon, Broadheath, Hale, Hale Barns & Timperley South, Timperley Central, Timperley North",
    "West": "Bucklow-St Martins, Davyhulme, Flixton, Urmston",
}
PAIRS = (
    ("wd22cd", "wd24cd"),
    ("wd24cd", "msoa21cd"),
    ("wd22cd", "msoa21cd"),
    ("msoa21cd", "lad22cd"),
    ("wd24cd", "lad22cd"),
    ("pcn", "wd24cd"),
    ("pcn", "msoa21cd"),
    ("pcn", "lad22cd"),
    ("pcn", "IMD_decile"),
    ("wd24cd", "IMD_decile"),
    ("localities", "pcn"),
    ("localities", "msoa21cd"),
)


@pytest.fixture(scope="module")
def real(shared: Path) -> tuple[dict[str, Division], np.ndarray]:
    folder = shared / "geo"
    with (folder / "gm_lsoa21_attributes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("wd22cd", "wd24cd", "msoa21cd", "lad22cd", "IMD_decile")
    made = {name: Division.of_values(name, [row[name] for row in rows]) for name in names}
    ward = {ward: name for name, wards in LOCALITIES.items() for ward in wards.split(", ")}
    inside = [ward[row["wd24nm"]] if row["lad22nm"] == "Trafford" else "" for row in rows]
    made["localities"] = Division.of_values("localities", inside)
    made["pcn"] = Division.of_values("pcn", nearest(folder, rows))
    return made, np.array([int(row["pop"]) for row in rows])


def nearest(folder: Path, rows: list[dict[str, str]]) -> list[str]:
    """The network of the practice nearest to each LSOA's middle: a stand-in for where people are registered."""
    import json

    with (folder / "gm_gp_practices_pcn.csv").open(encoding="utf-8-sig", newline="") as file:
        practices = [row for row in csv.DictReader(file) if row["PCN_CODE"] != "U"]
    shapes = json.loads((folder / "gm_lsoa21.geojson").read_text("utf-8"))["features"]
    middle = {shape["properties"]["lsoa21cd"]: centre(shape["geometry"]) for shape in shapes}
    at = np.array([[float(row["PRAC_LNG"]), float(row["PRAC_LAT"])] for row in practices])
    found = []
    for row in rows:
        apart = (at - middle[row["lsoa21cd"]]) * [math.cos(math.radians(53.5)), 1]
        found.append(practices[int((apart**2).sum(axis=1).argmin())]["PCN_CODE"])
    return found


def centre(geometry: dict) -> np.ndarray:  # type: ignore[type-arg]
    rings = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return np.concatenate([np.array(ring[0]) for ring in rings]).mean(axis=0)[:2]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_every_measure_is_that_of_an_independent_library(
    real: tuple[dict[str, Division], np.ndarray], first: str, second: str
) -> None:
    made, people = real
    found = align(made[first], made[second], people)
    placed = (made[first].of >= 0) & (made[second].of >= 0)
    one, two = (np.repeat(made[name].of[placed], people[placed]) for name in (first, second))
    table = metrics.cluster.contingency_matrix(one, two)
    assert found.cross.total == len(one)
    assert found.rand == pytest.approx(metrics.rand_score(one, two), abs=1e-12)
    assert found.adjusted_rand == pytest.approx(metrics.adjusted_rand_score(one, two), abs=1e-10)
    assert found.mutual == pytest.approx(metrics.mutual_info_score(None, None, contingency=table), abs=1e-10)
    expected = metrics.homogeneity_completeness_v_measure(two, one)
    assert (found.forth.homogeneity, found.back.homogeneity, found.v_measure) == pytest.approx(expected, abs=1e-10)
    joint = table[table > 0] / len(one)
    both = -float((joint * np.log(joint)).sum())
    assert found.variation == pytest.approx(2 * both - entropy(table.sum(0)) - entropy(table.sum(1)), abs=1e-9)
    assert found.forth.best_fit == table.max(axis=1).sum() / len(one)
    largest = table.sum(axis=0).max()
    assert found.forth.foretold == (table.max(axis=1).sum() - largest) / (len(one) - largest)
    either = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    overlap = (table / either).max(axis=1)
    assert found.forth.overlap == pytest.approx((table.sum(axis=1) * overlap).sum() / len(one), abs=1e-12)
    assert found.forth.excess == (table > 0).sum() - table.shape[0]
    assert found.forth.whole == table.sum(axis=1)[(table > 0).sum(axis=1) == 1].sum() / len(one)
    assert found.cross.total + found.cross.only_first + found.cross.only_second + found.cross.neither == people.sum()


def entropy(counts: np.ndarray) -> float:
    shares = counts / counts.sum()
    return -float((shares * np.log(shares)).sum())


def test_what_is_known_of_greater_manchester(real: tuple[dict[str, Division], np.ndarray]) -> None:
    made, people = real
    nested = align(made["msoa21cd"], made["lad22cd"], people)
    assert (nested.forth.whole, nested.forth.entropy, nested.forth.split) == (1, 0, 0)
    assert nested.back.split == 10
    localities = align(made["wd24cd"], made["localities"], people)
    assert (localities.forth.whole, localities.cross.total, localities.cross.only_first) == (1, 234_987, 2_632_884)


def test_time_grows_with_blocks() -> None:
    rng = np.random.default_rng(1)
    taken = []
    for size in (20_000, 200_000):
        a, b = (Division(n, tuple(map(str, range(200))), rng.integers(0, 200, size).astype(np.int32)) for n in "ab")
        people = rng.integers(1, 400, size)
        best = math.inf
        for _ in range(3):
            begun = time.process_time()
            align(a, b, people)
            best = min(best, time.process_time() - begun)
        taken.append(best)
    assert all(later < 20 * sooner + 0.1 for sooner, later in pairwise(taken))
