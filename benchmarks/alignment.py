"""How alignment grows with blocks: two grids of areas over a chessboard of blocks, from 100 to a million.

python -m benchmarks.alignment
"""

from __future__ import annotations

import time

import numpy as np

from totalplace.geography.aligning.alignment import align
from totalplace.geography.blocks import Division

SIDES = (10, 32, 100, 316, 1000)


def grid(x: np.ndarray, y: np.ndarray, wide: int, name: str) -> Division:
    """Areas of `wide` by `wide` blocks."""
    found, of = np.unique((x // wide) * 10_000 + y // wide, return_inverse=True)
    return Division(name, tuple(map(str, found)), of.astype(np.int32))


def main() -> None:
    """Prints blocks, areas of both divisions, and CPU seconds for every measure: lines that meet, and frayed ones."""
    random = np.random.default_rng(1)
    print("blocks     areas          straight s  frayed s")
    for side in SIDES:
        x, y = (each.ravel() for each in np.meshgrid(np.arange(side), np.arange(side)))
        people = random.integers(800, 3000, len(x))
        first = grid(x, y, 5, "first")
        frayed = grid(x + random.integers(0, 2, len(x)), y + random.integers(0, 2, len(x)), 6, "frayed")
        seconds = []
        for second in (grid(x + 2, y + 3, 7, "straight"), frayed):
            begun = time.process_time()
            align(first, second, people)
            seconds.append(time.process_time() - begun)
        areas = f"{len(first.labels):,}/{len(frayed.labels):,}"
        print(f"{len(x):<10,} {areas:<14} {seconds[0]:<11.3f} {seconds[1]:.3f}")


if __name__ == "__main__":
    main()
