"""Run the contest: the floor, ours, pandas, each in a process of its own, on the same files in one go.

    python -m benchmarks                              all real files, then 10 million generated lines
    python -m benchmarks --data generated --lines 1000000 --repeat 3
    python -m benchmarks --data spend --spend PATH

Prints one table, and writes results as JSON and Markdown beside the data.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Cost, Costs, environment, run
from benchmarks.ours import Source, Workspace
from benchmarks.report import Result, markdown, text

PARTS = ("floor", "ours", "pandas", "more", "count", "help", "pages")
CONTESTANTS = ("floor", "ours", "pandas", "pandas-tuned")
MODULES = {"floor": "floor", "pandas": "pandas_pipeline", "pandas-tuned": "pandas_tuned"}
RUNS_OF_COUNT = 20
PUBLISHED = Path(os.environ.get("TOTALPLACE_PUBLISHED") or ROOT.parent / "shared" / "data")
"""Published files, as the tests have them; docs/clusters.md says where they come from."""


def main() -> None:
    """Do what the arguments ask for."""
    args = _arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    for data in ("spend", "generated") if args.data == "all" else (args.data,):
        if data == "spend" and not args.spend.is_dir():
            print(f"No real files at {args.spend}: give their folder with --spend.", file=sys.stderr)
            continue
        result = Contest(args, data).run()
        print("\n" + text(result))
        base = args.work / f"results-{data}"
        base.with_suffix(".json").write_text(json.dumps(result.record(), indent=1) + "\n", encoding="utf-8")
        base.with_suffix(".md").write_text(markdown(result), encoding="utf-8")
        print(f"\nWritten: {base}.json and .md")


def _arguments() -> argparse.Namespace:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=form)
    parser.add_argument("--data", choices=("spend", "generated", "all"), default="all")
    parser.add_argument("--spend", type=Path, default=PUBLISHED / "spend", help="the folder of real files")
    parser.add_argument("--lines", type=int, default=10_000_000, help="generated lines")
    parser.add_argument("--files", type=int, default=120, help="generated files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each contestant, in turn")
    parser.add_argument("--requests", type=int, default=100, help="requests of each page")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts to run, of {','.join(PARTS)}")
    parser.add_argument("--work", type=Path, default=ROOT / "benchmarks" / "data", help="data and results")
    args = parser.parse_args()
    args.only = args.only.split(",")
    if unknown := set(args.only) - set(PARTS):
        parser.error(f"--only knows {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    args.work = args.work.resolve()
    return args


class Contest:
    """One set of files and all that is measured on it."""

    def __init__(self, args: argparse.Namespace, data: str) -> None:
        self.args = args
        self.data = data
        self.env = environment(args.work / "pycache")
        name = data if data == "spend" else f"generated-{args.lines}-{args.files}-{args.seed}"
        self.folder: Path = args.work / name
        self.scratch: Path = args.work / "scratch"
        self.place = Workspace(self.scratch / "place", self.env)

    def run(self) -> Result:
        """Prepare the files, run every part that was asked for, and clear up."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        self._prepare()
        dialects = json.loads((self.folder / "dialects.json").read_text(encoding="utf-8"))
        self.sources = [Source(str(self.folder / d["path"]), d["body"], d["kind"]) for d in dialects]
        self.result = Result(
            self.data, sum(d["lines"] for d in dialects), len(dialects),
            sum(Path(source.path).stat().st_size for source in self.sources),
        )  # fmt: skip
        self._warm()
        if self._wanted("ours", "more", "count", "help", "pages"):
            self.place.new(self.folder / "place.toml", "Benchmark")
            self.result.costs["add"] = Costs((self._timed("add", self.place.add(self.sources)),))
            self.result.refused = self.place.refused
        self._contestants()
        self._checks()
        self._faces()
        if self._wanted("more"):
            self._one_more()
        if self.data == "spend" and self._wanted("ours"):
            self._as_published()
        shutil.rmtree(self.scratch, ignore_errors=True)
        return self.result

    def _wanted(self, *parts: str) -> bool:
        return any(part in self.args.only for part in parts)

    def _timed(self, what: str, cost: Cost) -> Cost:
        print(f"  {what:<16} {cost.wall:8.2f} s wall {cost.cpu:8.2f} s CPU {cost.peak:8.0f} MB", flush=True)
        return cost

    def _module(self, name: str, *words: str) -> Cost:
        return run([sys.executable, "-m", f"benchmarks.{name}", *words], self.env)

    def _prepare(self) -> None:
        print(f"{self.data}: preparing {self.folder}", flush=True)
        if self.data == "spend":
            self._module("spend", str(self.args.spend), "--out", str(self.folder))
        elif not (self.folder / "truth.json").exists():
            wanted = ("--lines", self.args.lines, "--files", self.args.files, "--seed", self.args.seed)
            self._module("generate", *map(str, wanted), "--out", str(self.folder))

    def _warm(self) -> None:
        """Read every file once, so that no contestant pays for the disk."""
        for source in self.sources:
            with Path(source.path).open("rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass

    def _contestants(self) -> None:
        """Each in turn, as often as asked: a slow minute of the machine then hits all of them."""
        runs: dict[str, list[Cost]] = {}
        for _ in range(self.args.repeat):
            for name in CONTESTANTS:
                if self._wanted(name.partition("-")[0]):
                    runs.setdefault(name, []).append(self._timed(name, self._contestant(name)))
        self.result.costs |= {name: Costs(tuple(costs)) for name, costs in runs.items()}

    def _contestant(self, name: str) -> Cost:
        if name == "ours":
            return self.place.build(empty=True)
        out = self.scratch / name
        shutil.rmtree(out, ignore_errors=True)
        cost = self._module(MODULES[name], str(self.folder), "--out", str(out))
        shutil.rmtree(out)
        return cost

    def _checks(self) -> None:
        """Hold the answers of all against each other, and against the truth where it is known."""
        answers: dict[str, dict[str, Any]] = {}
        for name in CONTESTANTS:
            if name in self.result.costs:
                answers[name] = _answer(name, self.result.costs[name].output, self.place)
        truth = self.folder / "truth.json"
        known = json.loads(truth.read_text(encoding="utf-8")) if truth.exists() else None
        self.result.compare(answers, known)

    def _faces(self) -> None:
        """Times of what people wait for: a count, the help, the pages."""
        place = str(self.place.folder)
        if self._wanted("count", "pages") and "ours" not in self.result.costs:
            self.place.build(empty=True)
        if self._wanted("count"):
            self.result.times["count --json"] = self.place.times(RUNS_OF_COUNT, "count", "--place", place, "--json")
        if self._wanted("help"):
            self.result.times["--help"] = self.place.times(RUNS_OF_COUNT, "--help")
        if self._wanted("pages"):
            self.place.declare()
            self.result.pages = self.place.pages(self.args.requests)

    def _one_more(self) -> None:
        """Build without the file of middling size, add it, and build again; the last build is measured."""
        mean = self.result.bytes / self.result.files
        last = min(self.sources, key=lambda source: abs(Path(source.path).stat().st_size - mean))
        place = Workspace(self.scratch / "more", self.env)
        place.new(self.folder / "place.toml", "Benchmark")
        place.add([source for source in self.sources if source != last])
        full = self._timed("all but one", place.build(empty=True))
        place.add([last])
        more = self._timed("one more", place.build(empty=False))
        self.result.costs["all but one"], self.result.costs["one more"] = Costs((full,)), Costs((more,))
        if "ours" in self.result.costs and place.count()["gross"] != self.place.count()["gross"]:
            self.result.notes.append("The store after one more file differs from the store built at once.")
        shutil.rmtree(place.folder)

    def _as_published(self) -> None:
        """The real files as published: zips unopened, and workbooks, which the floor cannot read."""
        listed = json.loads((self.folder / "published.json").read_text(encoding="utf-8"))
        place = Workspace(self.scratch / "published", self.env)
        place.new(self.folder / "place.toml", "Benchmark")
        place.add([Source(entry["path"], entry["body"], entry["kind"]) for entry in listed])
        self.result.refused += place.refused
        costs = [self._timed("ours, published", place.build(empty=True)) for _ in range(self.args.repeat)]
        self.result.costs["ours, published"] = Costs(tuple(costs))
        shutil.rmtree(place.folder)


def _answer(name: str, output: str, place: Workspace) -> dict[str, Any]:
    """Lines and pence that a contestant found."""
    if name == "ours":
        count = place.count()
        return {"lines": count["rows"], "rejected": count["rejected_rows"],
                "gross": _pence(count["gross"]), "eliminated": _pence(count["eliminated"])}  # fmt: skip
    found = json.loads(output)
    if name == "floor":
        return {"lines": found["lines"]}
    pence = found["pence"]
    return {"lines": found["lines"], "rejected": found["rejected"], "gross": pence["gross"],
            "eliminated": pence["eliminated"] + pence["self"]}  # fmt: skip


def _pence(pounds: str) -> int:
    whole, _, part = pounds.partition(".")
    return int(whole + part.ljust(2, "0"))


if __name__ == "__main__":
    main()
