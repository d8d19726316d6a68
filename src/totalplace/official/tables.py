"""Official figures as tables for people: the datasets, the figures, and what is to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.official.declared import Dataset
from totalplace.official.doubts import doubts
from totalplace.official.figures import Figure, Figures
from totalplace.parameters.divisions import TOTAL, label_of, labels
from totalplace.table import Column, Table

FILTERS = ("body", "year", "kind", "dataset", "measure", "division")


def datasets_table(figures: Figures) -> Table:
    """The datasets: whose and what, how they came to be, who stands behind them, whether the file is as declared."""
    columns = (
        Column("dataset", "Dataset"),
        Column("kind", "Kind"),
        Column("bodies", "Bodies"),
        Column("years", "Financial years"),
        Column("figures", "Figures", "count"),
        Column("grade", "Grade"),
        Column("signed", "Signed"),
        Column("state", "File"),
        Column("method", "Method"),
        Column("source", "Source"),
        Column("file", "Where"),
    )
    return Table("official-datasets", "Official figures: where they come from", columns, [
        _dataset_row(figures, dataset) for dataset in figures.datasets
    ])  # fmt: skip


def _dataset_row(figures: Figures, dataset: Dataset) -> tuple[object, ...]:
    theirs = [figure for figure in figures.figures if figure.dataset == dataset.id]
    signed = f"{dataset.signed_by}, {dataset.signed_on}" if figures.signed(dataset) else "unsigned"
    return (
        dataset.id,
        dataset.kind,
        ", ".join(sorted({figure.body for figure in theirs})),
        ", ".join(sorted({figure.year for figure in theirs})),
        len(theirs),
        dataset.grade,
        signed,
        figures.states[dataset.id],
        dataset.method,
        dataset.source,
        dataset.file,
    )


def passing(figures: Figures, definition: Definition, where: Mapping[str, Iterable[str]]) -> list[Figure]:
    """The figures that pass filters of FILTERS; raises UsageError for a filter or body that is not known."""
    wanted = {name: set(values) for name, values in where.items() if values}
    for name in wanted:
        if name not in FILTERS:
            raise UsageError(f"'{name}' is not a filter of official figures{did_you_mean(name, list(FILTERS))}")
    if "body" in wanted:
        wanted["body"] = {definition.body(value).id for value in wanted["body"]}
    return [f for f in figures.figures if all(getattr(f, name) in values for name, values in wanted.items())]


def figures_table(figures: Figures, definition: Definition, where: Mapping[str, Iterable[str]] | None = None) -> Table:
    """The figures, each with the place in its file; money is pence. Raises UsageError for an unknown filter."""
    rows = [
        (
            f.body,
            f.year,
            f.kind,
            label_of(f.division),
            f.service,
            f.measure,
            *_amount(f.kind, f.amount),
            f.dataset,
            f.where,
        )
        for f in passing(figures, definition, where or {})
    ]
    columns = (
        Column("body", "Body"),
        Column("year", "Financial year"),
        Column("kind", "Kind"),
        Column("division", "Division"),
        Column("service", "As published"),
        Column("measure", "Measure"),
        Column("amount", "Amount", "money"),
        Column("people", "People", "count"),
        Column("dataset", "Dataset"),
        Column("where", "Where in the file"),
    )
    return Table("official-figures", "Official figures", columns, rows)


SERVICE_MEASURES = ("gross", "income", "net", "amount")


def services_table(figures: Figures, definition: Definition, where: Mapping[str, Iterable[str]] | None = None) -> Table:
    """Outturn and budgets by body, year, dataset and division: gross, income, net, or what no more is said of (pence).

    A published total is no row of it: it may not be the sum of its parts. `where` filters by tables.FILTERS.
    """
    cells: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(dict)
    money = {"kind": ["outturn", "budget"], **(where or {})}
    for f in passing(figures, definition, money):
        if f.division != TOTAL and f.measure in SERVICE_MEASURES:
            sums = cells[f.body, f.year, f.dataset, f.division]
            sums[f.measure] = sums.get(f.measure, 0) + f.amount
    shown = [measure for measure in SERVICE_MEASURES if any(measure in sums for sums in cells.values())]
    columns = (
        Column("body", "Body"),
        Column("year", "Financial year"),
        Column("dataset", "Dataset"),
        Column("division", "Division"),
        Column("division_name", "Service"),
        *(Column(measure, LABELS[measure], "money") for measure in shown),
    )
    rows = [
        (*key, label_of(key[3]), *(sums.get(measure) for measure in shown))
        for key, sums in sorted(cells.items(), key=lambda item: (item[0][:3], _order(item[0][3])))
    ]
    return Table("official-services", "Official figures by service", columns, rows)


LABELS = {"gross": "Gross expenditure", "income": "Income", "net": "Net current expenditure", "amount": "Amount"}


def _order(division: str) -> int:
    known = list(labels())
    return known.index(division) if division in known else len(known)


def _amount(kind: str, amount: int) -> tuple[int | None, int | None]:
    return (None, amount) if kind == "population" else (amount, None)


def doubts_table(figures: Figures) -> Table:
    """What is to be looked at before the figures are quoted."""
    columns = (Column("dataset", "Dataset"), Column("doubt", "What to look at"))
    return Table("official-doubts", "To look at before these figures are quoted", columns, doubts(figures))
