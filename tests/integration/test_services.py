"""The service of each payment: the worked example of the method, and real publishers that were not learned from."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl
import pytest

from benchmarks import services as bench
from tools import service_labels
from totalplace.services import TEXTS, Correction, classify, rows_from, train

METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "services.md"


def test_the_worked_example_comes_out() -> None:
    text = METHOD.read_text("utf-8")
    example = re.findall(r"```csv services\n(.*?)```", text, re.DOTALL)
    corrected = re.findall(r"```csv corrections\n(.*?)```", text, re.DOTALL)
    rows = list(csv.DictReader(example[0].splitlines()))
    corrections = [Correction(**row) for row in csv.DictReader(corrected[0].splitlines())]  # type: ignore[arg-type]
    assert len(rows) > 4
    assert corrections
    told = classify(pl.DataFrame(rows).select(*TEXTS), corrections=corrections)
    for row, found in zip(rows, told.rows(named=True), strict=True):
        meant = {name: row[name] for name in ("service", "cofog", "subjective", "told")}
        assert {name: found[name] for name in meant} == meant, row


@pytest.fixture(scope="module")
def combinations(shared: Path) -> dict[str, pl.DataFrame]:
    names = ("manchester", "salford")
    return {name: service_labels.combinations(service_labels.lines(shared / "spend", name)) for name in names}


@pytest.mark.parametrize(("learned", "tested"), [("manchester", "salford"), ("salford", "manchester")])
def test_on_a_publisher_not_seen_the_classifier_beats_both_baselines(
    combinations: dict[str, pl.DataFrame], learned: str, tested: str
) -> None:
    seen, frame = combinations[learned], combinations[tested]
    model = train(rows_from(service_labels.labelled(seen, learned)))
    found = bench.answers(model, frame, tested, heading=True)
    known = bench.supplier([seen], frame).at(0.5)
    for weight in ("lines", "money"):
        assert found.at(0)[f"{weight} accuracy"] > bench.majority([seen], frame).at(0)[f"{weight} accuracy"] + 0.2
    assert found.lines_at_coverage(known["lines coverage"]) > known["lines accuracy"] + 0.2
    assert found.at(0.7)["lines accuracy"] > 0.85
    assert found.at(0.7)["lines coverage"] > 0.3


def test_the_truth_is_never_among_the_texts_it_was_told_by(combinations: dict[str, pl.DataFrame]) -> None:
    for frame in combinations.values():
        assert set(frame["department"]) == {""}
        assert frame["truth"].str.len_chars().min() > 0
