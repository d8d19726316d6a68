"""The peer: the same count as a careful analyst writes it with pandas and rapidfuzz.

For each file: read the text, turn amounts into whole pence, dates by the forms known for the file, put
aside what cannot be read with its reason, bring suppliers' names to one form, write the lines to Parquet.
Then match the distinct names to the counted bodies (exact, cut off, fuzzy), take out what they paid each
other, and write the totals. Whole columns at a time, no loops over lines, and no tuning: `pandas_tuned.py`
has that. It is told how each file is laid out (ours finds that out, once, in `add`), and it sorts no payments
into kinds such as tax or lending, which ours does.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # ships no types
from rapidfuzz import fuzz, process

from benchmarks.dialects import Dialect, load

Engine = Literal["c", "pyarrow"]
TEXTS = ("supplier", "department", "category", "purpose", "transaction")
TOTALS = ["body", "year", "month", "supplier", "outcome"]
ENOUGH = 92.0  # of 100: the likeness of a name that counts as the body's own, spelt wrongly
CUT_AT = 30  # a name as long as this that begins a body's name is that name cut off


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
    """The whole pipeline; gives gross, eliminated and self in pence, and the same for each body and year."""
    (out / "lines").mkdir(parents=True, exist_ok=True)
    kept, rejects = [], []
    for number, dialect in enumerate(load(folder)):
        good, bad = clean(read(folder, dialect, "c"), dialect)
        good.to_parquet(out / "lines" / f"{number:04d}.parquet", index=False)
        kept.append(good[["body", "month", "supplier", "pence"]])
        rejects.append(bad)
    refused = pd.concat(rejects)
    refused.to_parquet(out / "rejects.parquet", index=False)
    lines = pd.concat(kept, ignore_index=True)
    matches = match(pd.Series(lines["supplier"].unique()), bodies(folder))
    matches.to_parquet(out / "suppliers.parquet", index=False)
    lines["to_body"] = lines["supplier"].map(matches.set_index("supplier")["to_body"])
    lines["outcome"] = outcome(lines)
    lines["year"] = years(lines["month"])
    totals = lines.groupby(TOTALS)["pence"].agg(lines="size", pence="sum").reset_index()
    totals.to_parquet(out / "totals.parquet", index=False)
    return answer(totals, len(lines), len(refused))


def read(folder: Path, dialect: Dialect, engine: Engine) -> pd.DataFrame:
    """The columns that matter, all text, named by their role."""
    wanted = list(dialect.columns.values())
    options: dict[str, Any] = {
        "sep": dialect.delimiter, "quotechar": dialect.quote, "encoding": dialect.encoding,
        "dtype": str, "usecols": wanted, "keep_default_na": False,
    }  # fmt: skip
    if engine == "pyarrow" and dialect.header and not dialect.ragged:
        # This reader cannot be told the names of a file without a header, and takes no ragged lines.
        frame = pd.read_csv(folder / dialect.path, engine="pyarrow", skiprows=dialect.skip - 1, header=0, **options)
    else:
        frame = pd.read_csv(
            folder / dialect.path, engine="c", skiprows=dialect.skip, header=None, names=dialect.names,
            index_col=False, low_memory=False, skip_blank_lines=False, **options
        )  # fmt: skip
    frame = frame[wanted]
    frame.columns = pd.Index(dialect.columns)
    return frame.reindex(columns=[*dialect.columns, *(role for role in TEXTS if role not in dialect.columns)])


def clean(raw: pd.DataFrame, dialect: Dialect) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines that can be counted, and those that cannot with their reason; blank ones are nothing."""
    raw["body"], raw["file"] = dialect.body, dialect.path
    raw["line"] = np.arange(dialect.skip + 1, dialect.skip + 1 + len(raw))
    raw["pence"] = pence(raw["amount"])
    raw["date"], text = dates(raw["date"], dialect.dates), raw["date"]
    raw["month"] = raw["date"].dt.year * 100 + raw["date"].dt.month
    bad = raw["pence"].isna() | raw["date"].isna()
    good = raw[~bad].drop(columns=["amount", "file"])
    good = good.assign(
        pence=good["pence"].astype("int64"),
        month=good["month"].astype("int64"),
        payee=good["supplier"],
        supplier=normal(good["supplier"].fillna("")),
    )
    filled = (raw[["amount", "supplier"]].fillna("") != "").any(axis=1) | (text.fillna("") != "")
    refused = raw[bad & filled]
    reason = np.where(refused["pence"].isna(), "no amount", "no date")
    return good, refused[["file", "line", "amount", "supplier"]].assign(reason=reason)


def pence(text: pd.Series[str]) -> pd.Series[float]:
    """Amounts as whole pence, missing where they cannot be read; credits in brackets or minus behind."""
    tidy = text.str.replace(r"[£,\s]", "", regex=True)
    tidy = tidy.str.replace(r"^\((.*)\)$", r"-\1", regex=True).str.replace(r"^(.*)-$", r"-\1", regex=True)
    return (pd.to_numeric(tidy, errors="coerce") * 100).round()


def dates(text: pd.Series[str], forms: list[str]) -> pd.Series[pd.Timestamp]:
    """Dates by the first form that fits."""
    text = text.str.strip()
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[s]")
    for form in forms:
        if form == "excel":
            days = pd.to_numeric(text, errors="coerce").where(lambda day: day.between(20_000, 80_000))
            more = pd.to_datetime(days, unit="D", origin="1899-12-30")
        else:
            more = pd.to_datetime(text, format=form, errors="coerce")
        found = found.fillna(more.astype("datetime64[s]"))
    return found


def normal(names: pd.Series[str]) -> pd.Series[str]:
    """Names in one form: capitals, no codes in brackets, no full stops or commas, one word for 'and'."""
    tidy = names.str.upper().str.replace(r"\s*[\(\[][^\)\]]*[\)\]]?", " ", regex=True)
    tidy = tidy.str.replace("&", " AND ", regex=False).str.replace(r"[.,'`]", "", regex=True)
    tidy = tidy.str.replace(r"\bLIMITED\b", "LTD", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()
    return tidy.where(tidy != "", names)


def match(suppliers: pd.Series[str], counted: list[dict[str, Any]]) -> pd.DataFrame:
    """Which counted body each distinct tidy name is, if any: columns supplier, to_body."""
    pairs = [(name, body["id"]) for body in counted for name in (body["name"], *body.get("aliases", []))]
    names = normal(pd.Series([name for name, _ in pairs], dtype="str"))
    known = dict(zip(names, [body for _, body in pairs], strict=True))
    found = pd.DataFrame({"supplier": suppliers})
    found["to_body"] = pd.Series([_body_of(name, known) for name in suppliers], dtype="str")
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


def outcome(frame: pd.DataFrame) -> Any:
    """Final, eliminated or self, from the columns body and to_body."""
    same = frame["to_body"] == frame["body"]
    return np.select([frame["to_body"].isna(), same], ["final", "self"], "eliminated")


def years(month: pd.Series[int]) -> pd.Series[str]:
    """The financial year of each yyyymm."""
    start = month // 100 - (month % 100 < 4)
    return start.astype("str") + "-" + ((start + 1) % 100).astype("str").str.zfill(2)


def bodies(folder: Path) -> list[dict[str, Any]]:
    """The counted bodies of place.toml."""
    place = tomllib.loads((folder / "place.toml").read_text(encoding="utf-8"))
    return list(place["body"])


def answer(totals: pd.DataFrame, lines: int, rejected: int) -> dict[str, Any]:
    """What is printed: pence by body and year, and in all."""
    cells = totals.groupby(["body", "year", "outcome"])["pence"].sum()
    by_body: dict[str, dict[str, dict[str, int]]] = {}
    for (body, year, outcome), value in cells.items():
        cell = by_body.setdefault(body, {}).setdefault(year, {"gross": 0, "eliminated": 0, "self": 0})
        cell["gross"] += int(value)
        if outcome in cell:
            cell[outcome] += int(value)
    whole = {what: sum(cell[what] for years in by_body.values() for cell in years.values())
             for what in ("gross", "eliminated", "self")}  # fmt: skip
    return {"lines": lines, "rejected": rejected, "pence": whole, "bodies": by_body}


if __name__ == "__main__":
    main()
