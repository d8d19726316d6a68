"""How well spending is told by service, on publishers that the classifier has not seen; and how fast.

    python -m benchmarks.services --spend FOLDER            # tables, as docs/methods/services.md prints them
    python -m benchmarks.services --spend FOLDER --speed    # one million lines

Truth is what each publisher's own column says (tools/service_labels.toml; Trafford: its ProClass code). That column
is never learned from beside its own truth in Trafford. In the others the heading is the truth's source: `heading
seen` gives it to the classifier, as a person's file would, `heading hidden` does not.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tools import service_labels as published
from totalplace.services import Labelled, Model, classify, rows_from, train

LEVELS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
HEADINGS = (
    "| learned from | tested on | heading | lines right | majority | money right | majority "
    "| same supplier: lines covered, right | ours at that coverage |"
)
TRAININGS = (
    ("trafford",),
    ("manchester",),
    ("salford",),
    ("manchester", "salford"),
    ("trafford", "manchester"),
    ("trafford", "salford"),
    ("trafford", "manchester", "salford"),
    (),
)


@dataclass(frozen=True)
class Answers:
    """Answers to distinct combinations: right or not, how sure, and what they stand for in lines and pence."""

    right: np.ndarray
    confidence: np.ndarray
    lines: np.ndarray
    pence: np.ndarray

    def at(self, level: float) -> dict[str, float]:
        """Coverage and accuracy at a confidence, by lines and by money (absolute, so that credits cannot cancel)."""
        sure = self.confidence >= level
        out = {}
        for name, weight in (("lines", self.lines), ("money", np.abs(self.pence).astype(float))):
            held = float((weight * sure).sum())
            out[f"{name} coverage"] = held / float(weight.sum())
            out[f"{name} accuracy"] = float((weight * sure * self.right).sum()) / held if held else math.nan
        return out

    def lines_at_coverage(self, coverage: float) -> float:
        """Accuracy by lines among the surest answers that make up this share of the lines."""
        order = np.argsort(-self.confidence, kind="stable")
        seen = np.cumsum(self.lines[order])
        last = min(int(np.searchsorted(seen, coverage * seen[-1])), len(order) - 1)
        return float((self.lines * self.right)[order][: last + 1].sum() / seen[last])


def texts(frame: pl.DataFrame, publisher: str, heading: bool) -> pl.DataFrame:
    """What the classifier is given of a publisher's combinations."""
    if heading and publisher != "trafford":
        frame = frame.with_columns(department=pl.col("label"))
    return frame.select(*published.TEXTS)


def answers(model: Model, frame: pl.DataFrame, publisher: str, heading: bool) -> Answers:
    """The classifier's answers: words alone, no rules, no corrections."""
    told = classify(texts(frame, publisher, heading), model=model, rules=False, threshold=0)
    right = [one in truth.split() for one, truth in zip(told["likely"], frame["truth"], strict=True)]
    return _answers(frame, right, told["confidence"].to_numpy())


def majority(learned: Sequence[pl.DataFrame], frame: pl.DataFrame) -> Answers:
    """Baseline 1: everything is the service that has most lines in what was learned from."""
    counts: Counter[str] = Counter()
    for seen in learned:
        for truth, lines in seen.select("truth", "lines").iter_rows():
            counts.update(dict.fromkeys(truth.split(), lines))
    most = counts.most_common(1)[0][0]
    right = [most in truth.split() for truth in frame["truth"]]
    return _answers(frame, right, np.ones(frame.height))


def supplier(learned: Sequence[pl.DataFrame], frame: pl.DataFrame) -> Answers:
    """Baseline 2: the service that most lines of the same payee had; no answer for a payee not seen."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for seen in learned:
        for payee, truth, lines in seen.select("payee", "truth", "lines").iter_rows():
            held[payee.casefold()].update(dict.fromkeys(truth.split(), lines))
    best = [held[name.casefold()].most_common(1)[0][0] if name.casefold() in held else "" for name in frame["payee"]]
    right = [one in truth.split() if one else False for one, truth in zip(best, frame["truth"], strict=True)]
    return _answers(frame, right, np.array([float(bool(one)) for one in best]))


def _answers(frame: pl.DataFrame, right: Sequence[bool], confidence: np.ndarray) -> Answers:
    return Answers(np.array(right), confidence, frame["lines"].to_numpy().astype(float), frame["pence"].to_numpy())


def evaluate(frames: dict[str, pl.DataFrame]) -> list[dict[str, object]]:
    """A row for each training, tested publisher, whether its heading was seen, and confidence."""
    rows = {name: rows_from(published.labelled(frame, name)) for name, frame in frames.items()}
    out: list[dict[str, object]] = []
    for learned in TRAININGS:
        chosen: list[Labelled] = [row for name in learned for row in rows[name]]
        model = train(chosen, heat=None if chosen else 1.0)
        for name, frame in frames.items():
            if name in learned:
                continue
            seen = [frames[one] for one in learned]
            out += [
                _row(learned, name, heading, answers(model, frame, name, heading), seen, frame)
                for heading in ((True, False) if name != "trafford" else (True,))
            ]
    return out


def _row(
    learned: Sequence[str], name: str, heading: bool, found: Answers, seen: Sequence[pl.DataFrame], frame: pl.DataFrame
) -> dict[str, object]:
    row: dict[str, object] = {"learned": " + ".join(learned) or "own words alone", "tested": name, "heading": heading}
    row["levels"] = {str(level): found.at(level) for level in LEVELS}
    if seen:
        known = supplier(seen, frame)
        row["majority"] = majority(seen, frame).at(0)
        row["supplier"] = known.at(0.5)
        row["at supplier coverage"] = found.lines_at_coverage(known.at(0.5)["lines coverage"])
    return row


def show(rows: Sequence[dict[str, object]]) -> str:
    """Tables in Markdown: every answer beside both baselines, then coverage and accuracy at each confidence."""
    out = [
        HEADINGS,
        "|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        if "majority" not in row:
            continue
        ours, most, known = row["levels"]["0.0"], row["majority"], row["supplier"]
        out.append(
            f"| {row['learned']} | {row['tested']} | {_heading(row)} | {ours['lines accuracy']:.0%} "
            f"| {most['lines accuracy']:.0%} | {ours['money accuracy']:.0%} | {most['money accuracy']:.0%} "
            f"| {known['lines coverage']:.0%}, {known['lines accuracy']:.0%} | {row['at supplier coverage']:.0%} |"
        )
    out += ["", "| learned from | tested on | heading | | " + " | ".join(map(str, LEVELS[1:])) + " |"]
    out += ["|---|---|---|---|" + "--:|" * len(LEVELS[1:])]
    for row in rows:
        for weight in ("lines", "money"):
            cells = [_cell(row["levels"][str(level)], weight) for level in LEVELS[1:]]
            out.append(
                f"| {row['learned']} | {row['tested']} | {_heading(row)} | {weight} | " + " | ".join(cells) + " |"
            )
    return "\n".join(out)


def _heading(row: dict[str, object]) -> str:
    return "seen" if row["heading"] else "hidden"


def _cell(level: dict[str, float], weight: str) -> str:
    covered, right = level[f"{weight} coverage"], level[f"{weight} accuracy"]
    return f"{covered:.0%}, {right:.0%}" if covered else "0%"


def speed(folder: Path, lines: int = 1_000_000) -> dict[str, float]:
    """Processor seconds from a million lines of texts to the service of each, and how many combinations they were."""
    frame = pl.concat([published.lines(folder, name).select(*published.TEXTS) for name in published.FOLDERS])
    frame = pl.concat([frame] * (lines // frame.height + 1)).head(lines)
    start, clock = time.process_time(), time.perf_counter()
    distinct = frame.unique(maintain_order=True)
    told = distinct.hstack(classify(distinct).drop(*published.TEXTS))
    joined = frame.join(told, on=list(published.TEXTS), how="left", nulls_equal=True)
    assert joined.height == lines
    assert joined["service"].null_count() == 0
    cost = {"lines": lines, "combinations": distinct.height}
    return cost | {"cpu seconds": time.process_time() - start, "seconds": time.perf_counter() - clock}


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables, or the speed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.services")
    parser.add_argument("--spend", type=Path, required=True, help="folder of spend files")
    parser.add_argument("--speed", action="store_true", help="measure a million lines instead")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    chosen = parser.parse_args(arguments)
    if chosen.speed:
        print(json.dumps(speed(chosen.spend)))
        return
    frames = {name: published.combinations(published.lines(chosen.spend, name)) for name in published.FOLDERS}
    rows = evaluate(frames)
    print(json.dumps(rows) if chosen.json else show(rows))


if __name__ == "__main__":
    main()
