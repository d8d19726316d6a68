"""What was measured, as a table for the terminal, as Markdown for the docs and as JSON."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from typing import Any

from benchmarks.measure import Costs

LABELS = {
    "floor": "floor: DuckDB, text to Parquet",
    "ours": "Total Place, build",
    "pandas": "pandas",
    "pandas-tuned": "pandas, tuned",
    "add": "Total Place, add (once)",
    "ours, published": "Total Place, build as published",
    "all but one": "Total Place, all files but one",
    "one more": "Total Place, one more file",
}
LIMITS: dict[str, float | None] = {"floor": 1.5, "pandas": 0.25, "pandas-tuned": None}
"""Ours may cost at most this many times the other; nothing is promised against pandas tuned."""
MORE_LIMIT, PEAK_LIMIT = 0.1, 4096
TIME_LIMITS: dict[str, float | None] = {"count --json": 0.2, "--help": 0.3}
PAGE_LIMIT = 0.15
PACKAGES = ("totalplace", "polars", "duckdb", "pandas", "pyarrow", "numpy", "rapidfuzz")

Row = tuple[str, ...]


@dataclass
class Result:
    """All that one contest found."""

    data: str
    lines: int
    files: int
    bytes: int
    costs: dict[str, Costs] = field(default_factory=dict)
    times: dict[str, tuple[float, float]] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def compare(self, answers: dict[str, dict[str, Any]], truth: dict[str, Any] | None) -> None:
        """Note where an answer is not what it must be; misspelt names of bodies may count either way."""
        self.answers = answers
        for name, answer in answers.items():
            if truth is None:
                continue
            pence = truth["pence"]
            least, most = pence["eliminated"] + pence["self"], pence["misspelt"]
            if answer["lines"] != truth["lines"]:
                self.notes.append(f"{name}: {answer['lines']:,} lines, and there are {truth['lines']:,}.")
            if "gross" in answer and answer["gross"] != pence["gross"]:
                self.notes.append(f"{name}: gross is {answer['gross'] - pence['gross']:,} pence from the truth.")
            if "eliminated" in answer and not least <= answer["eliminated"] <= least + most:
                gap = answer["eliminated"] - least
                self.notes.append(f"{name}: eliminated is {gap:,} pence from the truth.")

    def ratios(self) -> list[tuple[str, float, float | None]]:
        """What is compared, the ratio of CPU seconds, and the most that it may be, if anything."""
        found: list[tuple[str, float, float | None]] = []
        if "ours" in self.costs:
            ours = self.costs["ours"].cpu
            found = [(f"ours / {name}", ours / self.costs[name].cpu, limit)
                     for name, limit in LIMITS.items() if name in self.costs]  # fmt: skip
        if "one more" in self.costs:
            whole = self.costs.get("ours", self.costs["all but one"]).cpu
            found.append(("one more file / full build", self.costs["one more"].cpu / whole, MORE_LIMIT))
        return found

    def record(self) -> dict[str, Any]:
        """The result as JSON: seconds, MB, pence."""
        runs = {
            name: [{"wall": c.wall, "user": c.user, "system": c.system, "peak": c.peak} for c in costs.runs]
            for name, costs in self.costs.items()
        }
        return {
            "machine": _machine(), "data": self.data, "lines": self.lines, "files": self.files,
            "bytes": self.bytes, "runs": runs,
            "ratios": {what: {"is": ratio, "limit": limit} for what, ratio, limit in self.ratios()},
            "times": {what: {"median": p50, "p95": p95} for what, (p50, p95) in self.times.items()},
            "pages": self.pages, "answers": self.answers, "refused": self.refused, "notes": self.notes,
        }  # fmt: skip


def text(result: Result) -> str:
    """The result for a terminal."""
    blocks = [_heading(result)]
    for rows in _tables(result):
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if not at else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        blocks.append("\n".join([lines[0], "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]]))
    blocks.append("\n".join(_remarks(result)))
    return "\n\n".join(blocks)


def markdown(result: Result) -> str:
    """The result for the docs."""
    blocks = [f"### {_heading(result)}", f"{_machine()}."]
    for rows in _tables(result):
        head, *body = ["| " + " | ".join(row) + " |" for row in rows]
        blocks.append("\n".join([head, "|---|" + "--:|" * (len(rows[0]) - 1), *body]))
    blocks.append("\n".join(f"- {remark}" for remark in _remarks(result)))
    return "\n\n".join(blocks) + "\n"


def _heading(result: Result) -> str:
    size = f"{result.bytes / 1e6:,.0f} MB"
    return f"{result.data.capitalize()}: {result.lines:,} lines in {result.files} files, {size}"


def _tables(result: Result) -> list[list[Row]]:
    tables = [_cost_table(result)]
    if ratios := result.ratios():
        head: Row = ("CPU, as a ratio", "is", "at most", "")
        tables.append([head, *((what, f"{ratio:.3f}", f"{most:.2f}" if most else "", _verdict(ratio, most))
                               for what, ratio, most in ratios)])  # fmt: skip
    waits = [(what, *pair, TIME_LIMITS[what]) for what, pair in result.times.items()]
    waits += [(page["path"], page["p50"], page["p95"], PAGE_LIMIT) for page in result.pages]
    if waits:
        head = ("A person waits", "median", "p95", "at most", "")
        tables.append([head, *((what, f"{p50:.3f} s", f"{p95:.3f} s", f"{most:.2f} s", _verdict(p95, most))
                               for what, p50, p95, most in waits)])  # fmt: skip
    return tables


def _cost_table(result: Result) -> list[Row]:
    rows: list[Row] = [("", "wall, s", "(median)", "CPU, s", "(median)", "peak, MB", "lines per CPU s")]
    for name, label in LABELS.items():
        if costs := result.costs.get(name):
            whole = name in ("floor", "ours", "pandas", "pandas-tuned")
            rows.append(
                (label, f"{costs.wall:.2f}", f"{costs.wall_median:.2f}", f"{costs.cpu:.2f}",
                 f"{costs.cpu_median:.2f}", f"{costs.peak:,.0f}",
                 f"{result.lines / costs.cpu:,.0f}" if whole else "")
            )  # fmt: skip
    return rows


def _remarks(result: Result) -> list[str]:
    remarks = []
    for name, answer in result.answers.items():
        found = ", ".join(
            f"{what} {value / 100:,.2f}" if what in ("gross", "eliminated") else f"{what} {value:,}"
            for what, value in answer.items()
        )
        remarks.append(f"{name} found: {found}")
    if "ours" in result.costs and result.costs["ours"].peak > PEAK_LIMIT:
        remarks.append(f"Peak memory of the build is over {PEAK_LIMIT:,} MB.")
    remarks += [f"{page['path']} answers {page['status']}: its time says nothing."
                for page in result.pages if page["status"] != 200]  # fmt: skip
    return [*remarks, *(f"DIFFERS: {note}" for note in result.notes),
            *(f"REFUSED: {refusal.removeprefix('refused: ')}" for refusal in result.refused)]  # fmt: skip


def _verdict(value: float, most: float | None) -> str:
    if most is None:
        return ""
    return "kept" if value <= most else "MISSED"


def _machine() -> str:
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} from source")
    return f"{cpu_count()} cores, {platform.system()}, Python {sys.version.split()[0]}, {', '.join(versions)}"
