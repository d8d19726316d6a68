"""The peer: the same count as a careful analyst writes it with pandas, pyarrow and rapidfuzz.

For each file: read the text, turn amounts into whole pence, dates by the forms known for the file, put
aside what cannot be read with its reason, bring suppliers' names to one form, write the lines to Parquet.
Then match the distinct names to the counted bodies (exact, cut off, fuzzy), take out what they paid each
other, and write the totals. Work that repeats is done once for each distinct value: dates, names, matches.
It is told how each file is laid out (ours finds that out, once, in `add`), and it sorts no payments into
kinds such as tax or lending, which ours does.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped]
from rapidfuzz import fuzz, process

from benchmarks.dialects import Dialect, load

Engine = Literal["c", "pyarrow"]
TEXTS = ("supplier", "department", "category", "purpose", "transaction")
ENOUGH = 92.0  # of 100: the likeness of a name that counts as the body's own, spelt wrongly
CUT_AT = 30  # a name as long as this that begins a body's name is that name cut off


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
    parser.add_argument("--engine", choices=("c", "pyarrow"), default="c", help="pandas' reader of CSV")
    args = parser.parse_args()
    began = time.perf_counter()
    answer = count(args.folder, args.out, args.engine)
    print(json.dumps(answer | {"seconds": round(time.perf_counter() - began, 3)}))


def count(folder: Path, out: Path, engine: Engine) -> dict[str, Any]:
    """The whole pipeline; gives gross, eliminated and self in pence, and the same for each body and year."""
    (out / "lines").mkdir(parents=True, exist_ok=True)
    frames = Frames()
    for number, dialect in enumerate(load(folder)):
        _one_file(folder, dialect, out / "lines" / f"{number:04d}.parquet", frames, engine)
    if frames.rejects:
        pd.concat(frames.rejects).to_parquet(out / "rejects.parquet", index=False)
    sums = pd.concat(frames.sums, ignore_index=True)
    bodies = tomllib.loads((folder / "place.toml").read_text(encoding="utf-8"))["body"]
    matches = match(frames.suppliers, bodies)
    matches.to_parquet(out / "payees.parquet", index=False)
    sums = sums.merge(matches, on="payee", how="left")
    sums["outcome"] = np.select(
        [sums["to_body"].isna(), sums["to_body"] == sums["body"]], ["final", "self"], "eliminated"
    )
    keys = ["body", "year", "month", "supplier", "outcome"]
    totals = sums.groupby(keys, observed=True, sort=True)[["lines", "pence"]].sum().reset_index()
    totals.to_parquet(out / "totals.parquet", index=False)
    return _answer(totals, frames)


def read(folder: Path, dialect: Dialect, engine: Engine) -> pd.DataFrame:
    """The columns that matter, all text, named by their role."""
    wanted = list(dialect.columns.values())
    options: dict[str, Any] = {
        "sep": dialect.delimiter, "quotechar": dialect.quote, "encoding": dialect.encoding,
        "dtype": str, "usecols": wanted, "keep_default_na": False,
    }  # fmt: skip
    if engine == "pyarrow" and dialect.header and not dialect.ragged:
        # This reader cannot be told the names of a file without a header, and takes no ragged lines.
        frame = pd.read_csv(
            folder / dialect.path, engine="pyarrow", skiprows=dialect.skip - 1, header=0, **options
        )
    else:
        frame = pd.read_csv(
            folder / dialect.path, engine="c", skiprows=dialect.skip, header=None, names=dialect.names,
            index_col=False, low_memory=False, skip_blank_lines=False, **options
        )  # fmt: skip
    frame = frame[wanted]
    frame.columns = pd.Index(dialect.columns)
    return frame.reindex(columns=[*dialect.columns, *(role for role in TEXTS if role not in dialect.columns)])


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
    known = pd.Series(pd.NaT, index=range(len(distinct)), dtype="datetime64[s]")
    left = pd.Series(distinct).str.strip()
    for form in forms:
        open_ = known.isna()
        if form == "excel":
            days = pd.to_numeric(left[open_], errors="coerce").where(lambda day: day.between(20_000, 80_000))
            found = pd.to_datetime(days, unit="D", origin="1899-12-30")
        else:
            found = pd.to_datetime(left[open_], format=form, errors="coerce")
        known[open_] = found.astype("datetime64[s]")
    return pd.Series(known.to_numpy()[codes], index=text.index)


def normal(names: pd.Series[str]) -> pd.Series[str]:
    """Names in one form: capitals, no codes in brackets, no full stops or commas, one word for 'and'."""
    tidy = names.str.upper().str.replace(r"\s*[\(\[][^\)\]]*[\)\]]?", " ", regex=True)
    tidy = tidy.str.replace("&", " AND ", regex=False).str.replace(r"[.,'`]", "", regex=True)
    tidy = (
        tidy.str.replace(r"\bLIMITED\b", "LTD", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()
    )
    return tidy.where(tidy != "", names)


def match(suppliers: dict[str, str], bodies: list[dict[str, Any]]) -> pd.DataFrame:
    """Which counted body each payee is, if any, by its tidy name: columns payee, supplier, to_body."""
    found = pd.DataFrame(suppliers.items(), columns=["payee", "supplier"]).astype("str")
    pairs = [(name, body["id"]) for body in bodies for name in (body["name"], *body.get("aliases", []))]
    known = dict(
        zip(normal(pd.Series([n for n, _ in pairs], dtype="str")), [b for _, b in pairs], strict=True)
    )
    distinct = found["supplier"].unique()
    to_body = {name: _body_of(name, known) for name in distinct}
    found["to_body"] = found["supplier"].map(to_body).astype("str")
    return found


def _body_of(name: str, known: dict[str, str]) -> str | None:
    if name in known:
        return known[name]
    if len(name) >= CUT_AT:
        begun = {body for whole, body in known.items() if whole.startswith(name)}
        if len(begun) == 1:
            return begun.pop()
    best = process.extractOne(name, known.keys(), scorer=fuzz.ratio, score_cutoff=ENOUGH)
    return known[best[0]] if best else None


def _one_file(folder: Path, dialect: Dialect, target: Path, frames: Frames, engine: Engine) -> None:
    raw = read(folder, dialect, engine)
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
            **{role: raw[role] for role in TEXTS if role != "supplier"},
        }
    )
    lines.to_parquet(target, index=False)
    frames.lines += len(lines)
    frames.sums.append(_sums(lines, codes, payees, dialect.body))


def _suppliers(payees: pd.Index[Any], known: dict[str, str]) -> pd.Categorical:
    """The tidy name of each payee; a name that an earlier file held is not worked out again."""
    new = pd.Series([name for name in payees if name not in known], dtype="str")
    known.update(zip(new, normal(new), strict=True))
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


def _sums(lines: pd.DataFrame, codes: npt.NDArray[np.intp], payees: pd.Index[Any], body: str) -> pd.DataFrame:
    """Lines and pence of each payee and month of a file, with the financial year."""
    keys = [pd.Series(codes, index=lines.index, name="payee"), lines["month"]]
    sums = lines.groupby(keys, sort=False)["pence"].agg(["size", "sum"]).reset_index()
    sums.columns = pd.Index(["payee", "month", "lines", "pence"])
    sums["payee"] = payees.take(sums["payee"])
    start = sums["month"] // 100 - (sums["month"] % 100 < 4)
    sums["year"] = start.astype("str") + "-" + ((start + 1) % 100).astype("str").str.zfill(2)
    sums["body"] = body
    return sums


def _answer(totals: pd.DataFrame, frames: Frames) -> dict[str, Any]:
    cells = totals.groupby(["body", "year", "outcome"])["pence"].sum()
    bodies: dict[str, dict[str, dict[str, int]]] = {}
    for (body, year, outcome), value in cells.items():
        cell = bodies.setdefault(body, {}).setdefault(year, {"gross": 0, "eliminated": 0, "self": 0})
        cell["gross"] += int(value)
        if outcome in cell:
            cell[outcome] += int(value)
    whole = {what: sum(cell[what] for years in bodies.values() for cell in years.values())
             for what in ("gross", "eliminated", "self")}  # fmt: skip
    return {"lines": frames.lines, "rejected": frames.rejected, "pence": whole, "bodies": bodies}


if __name__ == "__main__":
    main()
