"""Whole wards of authorities unlike one another: for every number of areas the best plan, or that there is none.

    python -m benchmarks.whole_wards
    python -m benchmarks.whole_wards --kinds "county,coast" --seeds 1 --seconds 20

The authorities are made (tests/authorities.py); borders are weighed and the band is 30,000 to 50,000 people, as the
command does if nothing is said. Processor seconds of all numbers of areas together, and the most of one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from tests.authorities import KINDS, authority
from totalplace.geography.design.exact import SECONDS, Design, counts, design
from totalplace.geography.design.task import Task


def main() -> None:
    """Run the kinds that are asked for and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default="", help="words in the names of those wanted, with commas between")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the most for one number of areas")
    args = parser.parse_args()
    # What is compiled is compiled before the clock runs.
    design(Task(*authority(KINDS["coast with an estuary"], 9)), 10)
    print("| made authority | wards | areas | proven best | proven impossible | not proven | CPU s | of one at most |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name, kind in KINDS.items():
        if any(word.strip() in name for word in args.kinds.split(",")):
            for seed in range(1, args.seeds + 1):
                print(_row(name, Task(*authority(kind, seed)), args.seconds), flush=True)


def _row(name: str, task: Task, seconds: float) -> str:
    found: list[Design] = []
    took = []
    for k in counts(task):
        began = time.process_time()
        found.append(design(task, k, seconds=seconds))
        took.append(time.process_time() - began)
    came = Counter(each.status for each in found)
    gaps = ", ".join(
        f"{each.k}: gap {each.gap / max(each.value, 1e-9):.0%}" for each in found if each.status == "stopped"
    )
    proven = len(found) - came["optimal"] - came["impossible"]
    left = f"{proven} ({gaps})" if gaps else f"{proven}"
    return (
        f"| {name} | {len(task.blocks)} | {found[0].k} to {found[-1].k} | {came['optimal']} | {came['impossible']} | "
        f"{left} | {sum(took):.1f} | {max(took):.1f} |"
    )


if __name__ == "__main__":
    main()
