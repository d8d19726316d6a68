"""Prepare the folder of real spend files for the benchmark: which files, whose, and how each is read.

The contestants other than ours are told each file's layout; this finds it the plain way, from whole files,
and its time is not measured. Zip members are written out first. Left out: workbooks (the floor cannot read
them), files that are no payments (grants, a contracts register, reference tables) and second copies.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.dialects import Dialect, save

BODIES = {
    "manchester": ("Manchester City Council", "council", ("Manchester CC",)),
    "salford": ("Salford City Council", "council", ("Salford CC",)),
    "trafford": ("Trafford Council", "council", ("Trafford MBC",)),
    "hyndburn": ("Hyndburn Borough Council", "council", ("Hyndburn BC",)),
    "lancashire-pcc": ("Lancashire Police and Crime Commissioner", "police", ("PCC for Lancashire",)),
    "lancashire-fire": (
        "Lancashire Fire and Rescue Service",
        "fire",
        ("Lancashire Combined Fire Authority",),
    ),
    "gla": ("Greater London Authority", "combined-authority", ("GLA",)),
    "lambeth": ("London Borough of Lambeth", "council", ("Lambeth Council",)),
    "swl-january": ("NHS South West London CCG, January file", "nhs-commissioner", ()),
}
TRUSTS = {
    "BART": "Barts Health NHS Trust",
    "BHR": "Barking, Havering and Redbridge University Hospitals NHS Trust",
    "CHWE": "Chelsea and Westminster Hospital NHS Foundation Trust",
    "CROY": "Croydon Health Services NHS Trust",
    "EPSH": "Epsom and St Helier University Hospitals NHS Trust",
    "HILL": "The Hillingdon Hospitals NHS Foundation Trust",
    "HOME": "Homerton University Hospital NHS Foundation Trust",
    "IMPC": "Imperial College Healthcare NHS Trust",
    "KGST": "Kingston Hospital NHS Foundation Trust",
    "KICO": "King's College Hospital NHS Foundation Trust",
    "LEGR": "Lewisham and Greenwich NHS Trust",
    "LNWU": "London North West University Healthcare NHS Trust",
    "NMID": "North Middlesex University Hospital NHS Trust",
    "ROYF": "Royal Free London NHS Foundation Trust",
    "SGEO": "St George's University Hospitals NHS Foundation Trust",
    "WHIT": "Whittington Health NHS Trust",
}
COMMISSIONERS = {
    "NCL": "North Central London", "NEBD": "Barking and Dagenham", "NEHV": "Havering", "NENW": "Newham",
    "NERD": "Redbridge", "NETH": "Tower Hamlets", "NEWF": "Waltham Forest", "NWBR": "Brent",
    "NWCL": "Central London", "NWEA": "Ealing", "NWHA": "Harrow", "NWHF": "Hammersmith and Fulham",
    "NWHI": "Hillingdon", "NWHO": "Hounslow", "NWWL": "West London", "SEL": "South East London",
    "SWL": "South West London", "SWI": "South West London, unidentified file",
}  # fmt: skip
FILES = (
    ("gm/manchester/*.csv", "manchester", "spend"),
    ("quirks/manchester_*.csv", "manchester", "spend"),
    ("gm/salford/*.csv", "salford", "spend"),
    ("gm/trafford/trafford-supplier-spend-*", "trafford", "spend"),
    ("gm/trafford/trafford_gpc_*.csv", "trafford", "card"),
    ("lancashire/hyndburn/*.csv", "hyndburn", "spend"),
    ("london/gla/*.csv", "gla", "spend"),
    ("london/nhs_merged/*.csv", "", "spend"),
    ("quirks/lambeth_*.csv", "lambeth", "spend"),
    ("quirks/nhs_swl_*.csv", "swl-january", "spend"),
)
"""Which files are whose; no body: its code is the file's name."""

WORKBOOKS = (("lancashire/pcc/*.xlsx", "lancashire-pcc"), ("lancashire/fire/*.xlsx", "lancashire-fire"))

ROLES = {
    "amount": "net netamount amountpaid invoicenettamount amount",
    "date": "paymentdate invoicepaymentdate dateofpayment clearingdate invoicecreationdate date",
    "supplier": "beneficiaryname suppliername vendorname supplier name",
    "department": "organisationalunit directorate departmentarea servicecostcentre department expensearea servicearea",
    "category": "proclasslabel categoryinternalname expensetype expensestype accountdetail gldescription "
    "gldescript expenditureaccountcodedescription subjdescription servicearea",
    "purpose": "purpose description serviceexpenditureanalysis",
    "transaction": "transactionnumber sapdocumentnumber documentno hbcrefno",
}
"""Words of a header, without spaces and signs, for each role; the first that is there wins."""

HEADERLESS = {"department": 0, "category": 2, "purpose": 4, "transaction": 9, "supplier": 11, "date": 14,
              "amount": 16}  # fmt: skip
"""Places in the one publisher's files that have no header."""

DATES = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d/%m/%y", "%m/%d/%Y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y",
    "%d %B %Y", "%d.%m.%Y", "excel",
)  # fmt: skip


def main() -> None:
    """Prepare `--out` from the folder of real files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spend", type=Path, help="the folder that holds gm, lancashire, london and quirks")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    dialects = prepare(args.spend.resolve(), args.out)
    print(f"{sum(d.lines for d in dialects):,} lines, {len(dialects)} files, {len(bodies())} bodies")


def bodies() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Id to name, kind and aliases of every body."""
    trusts = {code.lower(): (name, "nhs-provider", ()) for code, name in TRUSTS.items()}
    groups = {code.lower(): (f"NHS {name} CCG", "nhs-commissioner", ()) for code, name in COMMISSIONERS.items()}
    return {**BODIES, **trusts, **groups}


def prepare(spend: Path, out: Path) -> list[Dialect]:
    """Write dialects.json, place.toml and published.json (files as published, workbooks too) into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    published, seen, dialects = [], set(), []
    for path, body, kind in _sources(spend):
        published.append({"path": str(path), "body": body, "kind": kind})
        for csv_path in _members(path, out / "unzipped"):
            content = csv_path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if digest not in seen:
                seen.add(digest)
                dialects.append(_dialect(csv_path, content, body, kind))
    for pattern, body in WORKBOOKS:
        published += [{"path": str(path), "body": body, "kind": "spend"} for path in sorted(spend.glob(pattern))]
    save(out, dialects)
    (out / "published.json").write_text(json.dumps(published, indent=1) + "\n", encoding="utf-8")
    (out / "place.toml").write_text(_place_toml(), encoding="utf-8", newline="\n")
    return dialects


def _sources(spend: Path) -> Iterator[tuple[Path, str, str]]:
    for pattern, body, kind in FILES:
        for path in sorted(spend.glob(pattern)):
            yield path, body or path.stem.lower(), kind


def _members(path: Path, folder: Path) -> Iterator[Path]:
    """A file itself, or what is in a zip, written out."""
    if path.suffix != ".zip":
        yield path
        return
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                target = folder / Path(name).name
                target.write_bytes(archive.read(name))
                yield target


def _dialect(path: Path, content: bytes, body: str, kind: str) -> Dialect:
    text, encoding = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""))
    records = [(record, reader.line_num) for record in reader]
    at = _header_at([record for record, _ in records[:15]])
    start = 0 if at is None else at + 1
    header = list(top := [] if at is None else records[at][0])
    if start < len(records) and {_word(cell) for cell in records[start][0]} == {"", "gross", "vat", "net"}:
        header = [below or above for above, below in zip(top, records[start][0], strict=True)]
        start += 1
    width = max(len(record) for record, _ in records)
    names = _names(header, width)
    columns = _columns(names) if header else {role: names[place] for role, place in HEADERLESS.items()}
    rows = [record for record, _ in records[start:]]
    date_at = names.index(columns["date"])
    return Dialect(
        path=str(path), body=body, kind=kind, encoding=encoding, newline=_newline(content), names=names,
        skip=records[start - 1][1] if start else 0, header=bool(header) and names == top, columns=columns,
        lines=len(rows),
        ragged=any(len(row) != width for row in rows),
        dates=_forms([row[date_at] for row in rows if len(row) > date_at]),
    )  # fmt: skip


def _decode(content: bytes) -> tuple[str, str]:
    try:
        return content.decode("utf-8-sig"), "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def _newline(content: bytes) -> str:
    pairs = content.count(b"\r\n")
    counts = {"\r\n": pairs, "\n": content.count(b"\n") - pairs, "\r": content.count(b"\r") - pairs}
    return max(counts, key=lambda newline: counts[newline])


def _word(cell: str) -> str:
    return re.sub(r"[^a-z]", "", cell.lower())


def _header_at(records: list[list[str]]) -> int | None:
    for at, record in enumerate(records):
        words = {_word(cell) for cell in record}
        if all(words & set(ROLES[role].split()) for role in ("amount", "date", "supplier")):
            return at
    return None


def _names(header: list[str], width: int) -> list[str]:
    """A name of its own for every column: DuckDB and pandas want no blank and none twice."""
    names: list[str] = []
    for place in range(width):
        name = header[place].strip() if place < len(header) else ""
        names.append(name if name and name.lower() not in {n.lower() for n in names} else f"column {place + 1}")
    return names


def _columns(names: list[str]) -> dict[str, str]:
    by_word = {_word(name): name for name in reversed(names)}
    columns: dict[str, str] = {}
    for role, words in ROLES.items():
        free = [by_word[word] for word in words.split() if word in by_word]
        name = next((name for name in free if name not in columns.values()), None)
        if name:
            columns[role] = name
    return columns


def _forms(texts: list[str]) -> list[str]:
    """The forms that a file's dates are in, the commonest first; day first where both orders fit."""
    left, forms = {text.strip() for text in texts}, []
    while left:
        fits = {form: {text for text in left if _fits(text, form)} for form in DATES}
        best = max(DATES, key=lambda form: len(fits[form]))
        if not fits[best]:
            break
        forms.append(best)
        left -= fits[best]
    return forms or ["%d/%m/%Y"]


def _fits(text: str, form: str) -> bool:
    if form == "excel":
        return bool(re.fullmatch(r"[34]\d{4}", text))
    try:
        year = dt.datetime.strptime(text, form).year  # noqa: DTZ007 - a day, in no time zone
    except ValueError:
        return False
    return 2000 <= year <= 2030


def _place_toml() -> str:
    text = '[place]\nname = "Published spend"\narea_code = "E92000001"\n'
    for body, (name, kind, aliases) in bodies().items():
        listed = ", ".join(f'"{alias}"' for alias in aliases)
        text += f'\n[[body]]\nid = "{body}"\nname = "{name}"\nkind = "{kind}"\nshare = "1"\n'
        text += f"aliases = [{listed}]\n"
    return text


if __name__ == "__main__":
    main()
