"""Labelled rows out of published files: for training (src/totalplace/services/labels.csv) and for the benchmark.

    python tools/service_labels.py FOLDER      # a folder of spend files laid out as in docs/methods/services.md

What is written are labels and words, never payments: headings and account names that stand in several lines, and
words of organisations' names that several organisations bear. No payee's name is written.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

HERE = Path(__file__).parent
OUT = HERE.parent / "src" / "totalplace" / "services" / "labels.csv"
FOLDERS = {
    "trafford": "gm/trafford",
    "manchester": "gm/manchester",
    "salford": "gm/salford",
    "hyndburn": "lancashire/hyndburn",
}
TEXTS = ("department", "category", "purpose", "payee")
COLUMNS = ("service", "department", "category", "purpose", "payee", "lines", "source")
TOLD_BY_PURCHASE = ("trafford",)
"""Publishers whose label goes with the purchase, not with the paying department. Of these alone are the words of
payees learned: a directorate of adults' care that also pays for schools would teach that a school is adults' care."""
STREETS = frozenset(
    "road street lane close drive avenue crescent mews court green grove gardens place way house lodge".split()
)
"""A heading that ends so may be the address of somebody's home: it is not written down."""
LEAST_LINES = 3
LEAST_PAYEES = 5
LEAST_SHARE = 0.7
"""A label is kept where it stands in three lines or more, a payee's word where five organisations bear it, and
either where seven in ten of its lines are of one service."""


def lines(folder: Path, publisher: str) -> pl.DataFrame:
    """A publisher's lines as `texts`, `pence`, and `truth`: the services that its own label tells, or none."""
    import polars as pl

    from totalplace.sources.contents import parts_of
    from totalplace.sources.sniff import propose
    from totalplace.sources.spend import Tally, read_spend

    frames = []
    for path in sorted((folder / FOLDERS[publisher]).iterdir()):
        if path.suffix not in (".csv", ".zip") or "360giving" in path.name or "gpc" in path.name:
            continue
        for part in parts_of(folder, str(path.relative_to(folder))):
            proposal = propose(part)
            blocks = read_spend(proposal.part, proposal.reading, body=publisher, card=False, tally=Tally())
            frames += [block.lines.select(pl.col(*TEXTS).cast(pl.String), "pence") for block in blocks]
    return _with_truth(pl.concat(frames), publisher)


def _with_truth(frame: pl.DataFrame, publisher: str) -> pl.DataFrame:
    """Adds `truth`, and empties the column that it was told by: nobody may learn or answer from the label itself."""
    import polars as pl

    from totalplace.parameters import services

    if publisher == "trafford":
        told = {text: _proclass(services.proclass(text)) for text in frame["category"].unique().to_list()}
        column = "category"
    else:
        table = tomllib.loads((HERE / "service_labels.toml").read_text("utf-8"))[publisher]
        upper = {services.folded(key): value for key, value in table.items()}
        told = {text: upper.get(services.folded(text), []) for text in frame["department"].unique().to_list()}
        column = "department"
    truth = {text: " ".join(sorted(value)) for text, value in told.items()}
    marked = frame.with_columns(truth=pl.col(column).replace_strict(truth, return_dtype=pl.String))
    return marked.with_columns(label=pl.col(column), **{column: pl.lit("")})


def _proclass(row: object) -> list[str]:
    service = getattr(row, "service", "")
    return [service] if service else []


def combinations(frame: pl.DataFrame) -> pl.DataFrame:
    """Distinct texts (figures left out) with their truth, label, number of lines and pence; those with one truth."""
    import polars as pl

    bare = frame.filter(pl.col("truth") != "").with_columns(
        pl.col(text).str.replace_all(r"\d+", " ").str.replace_all(r"\s+", " ").str.strip_chars() for text in TEXTS
    )
    return (
        bare.group_by(*TEXTS, "truth", "label")
        .agg(pl.len().alias("lines"), pl.col("pence").sum())
        .sort(*TEXTS, "truth", "label")
    )


def labelled(frame: pl.DataFrame, publisher: str) -> Iterator[dict[str, str | int]]:
    """Rows for labels.csv of one publisher's combinations."""
    from totalplace.services.words import is_organisation, words

    by_label: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    by_word: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in frame.iter_rows(named=True):
        truth = row["truth"]
        if " " in truth:
            continue
        bought = publisher in TOLD_BY_PURCHASE
        heading = row["department"] if bought else row["label"]
        # The account's name, without what was typed beside it; elsewhere the purpose is all typed by hand.
        purpose = re.sub(r" - .*", "", row["purpose"]) if bought else ""
        by_label[_plain(heading), _plain(row["category"]), _plain(purpose)][truth] += row["lines"]
        if bought and is_organisation(row["payee"]):
            for word in set(words(row["payee"])):
                by_word[word][truth].add(row["payee"])
    for texts, counts in sorted(by_label.items()):
        service, most = counts.most_common(1)[0]
        if (
            any(texts)
            and not STREETS & set(texts[0].split()[-1:])
            and most >= LEAST_LINES
            and most >= LEAST_SHARE * counts.total()
        ):
            yield dict(zip(COLUMNS, (service, *texts, "", most, publisher), strict=True))
    for word, held in sorted(by_word.items()):
        sizes = Counter({service: len(names) for service, names in held.items()})
        service, most = sizes.most_common(1)[0]
        if most >= LEAST_PAYEES and most >= LEAST_SHARE * sizes.total():
            yield dict(zip(COLUMNS, (service, "", "", "", word, most, publisher), strict=True))


def _plain(text: str) -> str:
    from totalplace.services.words import words

    return " ".join(words(text))


def main(folder: Path) -> None:
    """Writes labels.csv."""
    rows = [row for name in FOLDERS for row in labelled(combinations(lines(folder, name)), name)]
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{OUT}: {len(rows):,} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
