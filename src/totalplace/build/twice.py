"""The same payments given twice: refused where two parts say the same, warned of where they seem to."""

from __future__ import annotations

from collections import defaultdict

from totalplace.build.entry import Entry
from totalplace.build.tables import plain
from totalplace.money import steps
from totalplace.store.engines import Engine
from totalplace.store.layout import Store

CHANCE = 5
"""Two bodies can each publish fewer rows than this that are the same by chance; more are one file given twice."""


def refuse_same(store: Store, entries: list[Entry]) -> list[str]:
    """Refuses the later of two parts that say the same, whatever their names and whichever body they are given as.

    Two that agree in what each payee had each month and not in their lines are warned of.
    """
    first: dict[tuple[str, str], Entry] = {}
    warnings = []
    for entry in entries:
        if entry.refused:
            continue
        twin = first.setdefault((entry.content, entry.body if entry.rows < CHANCE else ""), entry)
        if twin is not entry and not _same_lines(store, twin, entry):
            warnings.append(
                f"{twin.name} and {entry.name} hold the same money by payee and month in lines that differ; "
                "is one a copy of the other?"
            )
        elif twin is not entry:
            whose = "" if twin.body == entry.body else f", which is given as the spending of {twin.body}"
            entry.refused = f"says the same as {twin.name}{whose}: the same payments twice; it is not counted"
    return warnings


def _same_lines(store: Store, one: Entry, other: Entry) -> bool:
    """Whether two parts hold the same payments, line by line, in whatever order."""
    import polars as pl

    told = ("date", "month", "pence", "payee_key", "transaction", "department", "category", "purpose", "channel")
    frames = []
    for entry in (one, other):
        paths = [store.part(entry.key) / f"lines-{n}.parquet" for n in range(entry.runs)]
        lines = pl.concat([pl.read_parquet(path, columns=list(told)).cast(pl.String) for path in paths])
        frames.append(lines.select(told).sort(told))
    return frames[0].equals(frames[1])


ALIKE = 0.5
"""Two files of a body and month that agree on at least this part of their suppliers are reported."""
FEWEST = 5


def overlaps(engine: Engine, ledger: steps.Frame) -> dict[str, list[str]]:
    """By body, pairs of files that seem to hold a month twice: most suppliers with the same lines and sums."""
    import narwhals.stable.v2 as nw
    import polars as pl

    months = plain(engine.collect(steps.file_months(ledger)))
    others = months.rename({"file": "other", "lines": "others", "pence": "other_pence"})
    pairs = months.join(others, on=["body", "month"])
    near = pairs.filter(
        (pl.col("file") < pl.col("other"))
        & ((pl.col("lines") - pl.col("others")).abs() * 2 <= pl.max_horizontal("lines", "others"))
        & (pl.col("lines") >= FEWEST)
    )
    files = sorted(set(near["file"]) | set(near["other"]))
    if not files:
        return {}
    wanted = ledger.filter(nw.col("file").is_in(files) & nw.col("month").is_in(near["month"].unique().to_list()))
    shared = plain(engine.collect(steps.shared_rows(wanted)))
    alike = shared.filter((pl.col("same") >= FEWEST) & (pl.col("same") >= ALIKE * pl.col("suppliers")))
    body_of = dict(months.select("file", "body").rows())
    found = defaultdict(list)
    for file, other, month, same, suppliers in sorted(
        alike.select("file", "other", "month", "same", "suppliers").rows()
    ):
        found[body_of[file]].append(
            f"{file} and {other} both hold {month // 100}-{month % 100:02d}: {same} of {suppliers} suppliers have the "
            "same lines and money in both; is the month loaded twice?"
        )
    return found
