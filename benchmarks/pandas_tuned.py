"""The peer again, tuned: the same count by somebody who profiled `pandas_pipeline.py` and knows its engines.

pyarrow's reader; amounts are cleaned only where they do not parse as they are; dates and names are worked out
once for each distinct value, names once over all files; what totals need is summed file by file.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped]  # ships no types

from benchmarks import pandas_pipeline as plain
from benchmarks.dialects import Dialect, load

Codes = npt.NDArray[np.intp]


@dataclass
class Frames:
    """What is kept while the files pass: sums by payee and month, lines put aside, tidy names of payees."""

    sums: list[pd.DataFrame] = field(default_factory=list)
    rejects: list[pd.DataFrame] = field(default_factory=list)
    suppliers: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    rejected: int = 0


def main() -> None:
    """Count the folder that the arguments name; prints totals as JSON, in pence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with dialects.json and place.toml")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    began = time.perf_counter()
    found = count(args.folder, args.out)
    print(json.dumps(found | {"seconds": round(time.perf_counter() - began, 3)}))


def count(folder: Path, out: Path) -> dict[str, Any]:
    """The whole pipeline; gives what that of `pandas_pipeline` gives."""
    (out / "lines").mkdir(parents=True, exist_ok=True)
    frames = Frames()
    for number, dialect in enumerate(load(folder)):
        _one_file(folder, dialect, out / "lines" / f"{number:04d}.parquet", frames)
    if frames.rejects:
        pd.concat(frames.rejects).to_parquet(out / "rejects.parquet", index=False)
    sums = pd.concat(frames.sums, ignore_index=True)
    sums["supplier"] = sums["payee"].map(frames.suppliers)
    matches = plain.match(pd.Series(sums["supplier"].unique()), plain.bodies(folder))
    matches.to_parquet(out / "suppliers.parquet", index=False)
    sums = sums.merge(matches, on="supplier", how="left")
    sums["outcome"] = plain.outcome(sums)
    sums["year"] = plain.years(sums["month"])
    totals = sums.groupby(plain.TOTALS)[["lines", "pence"]].sum().reset_index()
    totals.to_parquet(out / "totals.parquet", index=False)
    return plain.answer(totals, frames.lines, frames.rejected)


def pence(text: pd.Series[str]) -> pd.Series[float]:
    """Amounts as whole pence, missing where they cannot be read; most need no cleaning: it comes second."""
    value = pd.to_numeric(text, errors="coerce")
    odd = value.isna() & (text != "")
    if odd.any():
        untidy = text[odd]
        tidy = untidy.str.strip()
        for mark in "£,()":  # plain replacement stays in Arrow; a pattern falls back on Python
            tidy = tidy.str.replace(mark, "", regex=False)
        after = tidy.str.endswith("-")
        tidy = tidy.str.removesuffix("-")
        sign = np.where(after | untidy.str.contains("(", regex=False), -1.0, 1.0)
        value[odd] = pd.to_numeric(tidy, errors="coerce") * sign
    return (value * 100).round()


def dates(text: pd.Series[str], forms: list[str]) -> pd.Series[pd.Timestamp]:
    """Dates by the first form that fits, worked out once for each distinct text."""
    codes, distinct = pd.factorize(text)
    known = plain.dates(pd.Series(distinct), forms)
    return pd.Series(known.to_numpy()[codes], index=text.index)


def _one_file(folder: Path, dialect: Dialect, target: Path, frames: Frames) -> None:
    raw = plain.read(folder, dialect, "pyarrow")
    raw["line"] = np.arange(dialect.skip + 1, dialect.skip + 1 + len(raw))
    raw["pence"] = pence(raw["amount"])
    raw["date"] = dates(raw["date"], dialect.dates)
    bad = raw["pence"].isna() | raw["date"].isna()
    if bad.any():
        raw = _put_aside(raw, bad, dialect, frames)
    codes, payees = pd.factorize(raw["supplier"].fillna(""))
    month = raw["date"].dt.year * 100 + raw["date"].dt.month
    lines = pd.DataFrame(
        {
            "body": pd.Categorical.from_codes(np.zeros(len(raw), dtype=np.int8), [dialect.body]),
            "line": raw["line"],
            "date": raw["date"],
            "month": month,
            "pence": raw["pence"].astype("int64"),
            "payee": pd.Categorical.from_codes(codes, payees),
            "supplier": _suppliers(payees, frames.suppliers).take(codes),
            **{role: raw[role] for role in plain.TEXTS if role != "supplier"},
        }
    )
    lines.to_parquet(target, index=False)
    frames.lines += len(lines)
    frames.sums.append(_sums(lines, codes, payees, dialect.body))


def _suppliers(payees: pd.Index[Any], known: dict[str, str]) -> pd.Categorical:
    """The tidy name of each payee; a name that an earlier file held is not worked out again."""
    new = pd.Series([name for name in payees if name not in known], dtype="str")
    known.update(zip(new, plain.normal(new), strict=True))
    return pd.Categorical([known[name] for name in payees])


def _put_aside(raw: pd.DataFrame, bad: pd.Series[bool], dialect: Dialect, frames: Frames) -> pd.DataFrame:
    """Keep lines that cannot be counted with their reason (wholly blank ones are nothing); gives the rest."""
    aside = raw[bad]
    filled = (aside[[role for role in dialect.columns if role != "date"]] != "").any(axis=1)
    aside = aside[filled].copy()
    aside["reason"] = np.where(aside["pence"].isna(), "no amount", "no date")
    aside["file"] = dialect.path
    frames.rejected += len(aside)
    frames.rejects.append(aside[["file", "line", "reason", "amount", "supplier"]])
    return raw[~bad]


def _sums(lines: pd.DataFrame, codes: Codes, payees: pd.Index[Any], body: str) -> pd.DataFrame:
    """Lines and pence of each payee and month of a file."""
    keys = [pd.Series(codes, index=lines.index, name="payee"), lines["month"]]
    sums = lines.groupby(keys, sort=False)["pence"].agg(["size", "sum"]).reset_index()
    sums.columns = pd.Index(["payee", "month", "lines", "pence"])
    sums["payee"] = payees.take(sums["payee"])
    sums["body"] = body
    return sums


if __name__ == "__main__":
    main()
