"""Every published file beside the repository, read as proposed and held against its profile in MANIFEST.csv.

The manifest's figures are a script's, not a publisher's. Where the reading differs, the difference is listed
here with its cause and found again from the file itself. The tests are skipped where the files are not there.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.published import Read
from totalplace.errors import FileRefused
from totalplace.sources.amounts import read_amount
from totalplace.sources.contents import parts_of
from totalplace.sources.dates import read_date
from totalplace.sources.periods import period_told
from totalplace.sources.sniff import Proposal, propose
from totalplace.sources.spend import Tally

FOLDERS = ("gm/manchester", "gm/salford", "gm/trafford", "lancashire/hyndburn", "lancashire/pcc", "lancashire/fire")
FOLDERS += ("london/nhs_merged", "london/gla", "quirks")

REFUSED = {
    "gm/trafford/LICENSE.txt": "no heading that names an amount",
    "gm/trafford/trafford_supplier_spend_csvw.json": "is JSON",
    "gm/trafford/trafford_vcs_grants_360giving.csv": "is a register of grants",
    "quirks/salford_2022-07_contracts_register_misfiled_mojibakeBOM.csv": "is a contracts register",
}
"""Files of another sort that lie among the payments, and what they are told to be."""

REJECTED = {
    # The first heading row names one amount, the second below it says Gross, VAT and Net.
    "gm/salford/salford_2018-04.csv": {"repeated_header": 1},
    "gm/salford/salford_2018-11.csv": {"repeated_header": 1},
    # No headings above; they stand somewhere below.
    "lancashire/hyndburn/April-25-CSV.csv": {"repeated_header": 1},
    "lancashire/hyndburn/March-25-CSV.csv": {"repeated_header": 1},
    "lancashire/hyndburn/Sept-25-CVS.csv": {"repeated_header": 1},
    "quirks/hyndburn_2025-03_no_header_cp1252.csv": {"repeated_header": 1},
    "quirks/hyndburn_2025-04_no_header_sparse_columns.csv": {"repeated_header": 1},
    # Two files pasted together.
    "lancashire/fire/fire-2022-23.xlsx#Data to upload": {"repeated_header": 1},
    # Payments published without an amount.
    "london/nhs_merged/HILL.csv": {"no_amount": 2},
    "london/nhs_merged/HOME.csv": {"no_amount": 1},
    "london/nhs_merged/ROYF.csv": {"no_amount": 1},
    "london/nhs_merged/SWL.csv": {"no_amount": 5},
    "quirks/nhs_swl_2021-01_hash_dates.csv": {"bad_amount": 5},
    # Dates and amounts of 635 rows have run together, in 4 a name with a date; a grand total and a line of noise.
    "quirks/lambeth_2012-06_title_rows.csv": {"run_together": 635, "bad_amount": 3, "no_amount": 2, "total_row": 1},
}
"""All rows of all files that are rejected, by reason."""

MONEY = {"gm/salford/salford_2018-04.csv": -117913647, "gm/salford/salford_2018-11.csv": -126599749}
"""Pence by which the accepted lines differ from the manifest, which adds up the Gross column: VAT."""


@pytest.fixture(scope="session")
def spend(shared: Path) -> Path:
    return shared / "spend"


@pytest.fixture(scope="session")
def manifest(spend: Path) -> dict[str, dict[str, str]]:
    with (spend / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row for row in csv.DictReader(stream) if row["path"].startswith(FOLDERS)}


@pytest.fixture(scope="session")
def looked(spend: Path) -> tuple[dict[str, Proposal], dict[str, str]]:
    """What is proposed for each table, and what is refused."""
    proposals: dict[str, Proposal] = {}
    refused: dict[str, str] = {}
    for folder in FOLDERS:
        for file in sorted((spend / folder).iterdir()):
            try:
                parts = parts_of(spend, file.relative_to(spend).as_posix())
                proposals |= {part.name: propose(part) for part in parts}
            except FileRefused as error:
                refused[error.path] = error.reason
    return proposals, refused


@pytest.fixture(scope="session")
def tallies(looked: tuple[dict[str, Proposal], dict[str, str]]) -> dict[str, tuple[Tally, Counter[str]]]:
    """What reading each table came to, and its rejected rows by reason."""
    found = {}
    for name, proposal in looked[0].items():
        read = Read(proposal.part, proposal.reading, keep_lines=False)
        found[name] = read.tally, Counter(reject["reason"] for reject in read.rejects)
    return found


def read(looked: tuple[dict[str, Proposal], dict[str, str]], name: str) -> Read:
    proposal = looked[0][name]
    return Read(proposal.part, proposal.reading)


def test_each_file_is_read_or_refused_with_what_it_is(looked: tuple[dict[str, Proposal], dict[str, str]]) -> None:
    _, refused = looked
    assert set(refused) == set(REFUSED)
    for name, what in REFUSED.items():
        assert what in refused[name]


def test_rows_are_those_of_the_manifest(
    manifest: dict[str, dict[str, str]], tallies: dict[str, tuple[Tally, Counter[str]]]
) -> None:
    compared = {name: int(row["rows"]) for name, row in manifest.items() if row["rows"] and name not in REFUSED}
    assert {name: tallies[name][0].rows for name in compared} == compared
    assert len(compared) == 186


def test_every_row_is_accepted_but_those_listed(tallies: dict[str, tuple[Tally, Counter[str]]]) -> None:
    assert {name: dict(reasons) for name, (_, reasons) in tallies.items() if reasons} == REJECTED
    for name, (tally, reasons) in tallies.items():
        assert tally.rows == tally.accepted + tally.rejected, name
        assert tally.rejected == reasons.total(), name


def test_rejected_payments_without_a_known_amount_are_told_from_headings_and_totals(
    tallies: dict[str, tuple[Tally, Counter[str]]],
) -> None:
    """The figures of docs/methods/count.md: a grand total and headings that come again have no money of their own."""
    told = {path: (tally.rejected_unread, tally.rejected) for path, (tally, _) in tallies.items() if tally.rejected}
    assert told["quirks/lambeth_2012-06_title_rows.csv"] == (640, 641)
    assert told["quirks/nhs_swl_2021-01_hash_dates.csv"] == (5, 5)
    assert told["gm/salford/salford_2018-04.csv"] == (0, 1)


def test_money_is_that_of_the_manifest_to_the_penny(
    manifest: dict[str, dict[str, str]], tallies: dict[str, tuple[Tally, Counter[str]]]
) -> None:
    compared = {name: row for name, row in manifest.items() if row["total"] and name not in REFUSED}
    differ = {}
    for name, row in compared.items():
        tally = tallies[name][0]
        if gap := tally.pence + tally.rejected_pence - int(Decimal(row["total"]).quantize(Decimal("0.01")) * 100):
            differ[name] = gap
    assert differ == MONEY
    assert len(compared) > 120


@pytest.mark.parametrize("name", MONEY)
def test_the_difference_in_salford_is_the_column_of_vat(spend: Path, tallies: Any, name: str) -> None:
    """The manifest took the column headed Amount, which is Gross; we take Net, two to its right."""
    with (spend / name).open(encoding="utf-8", newline="") as stream:
        top, second, *rows = csv.reader(stream)
    assert top[3] == "Amount"
    assert [cell.strip() for cell in second[3:6]] == ["Gross", "VAT", "Net"]
    amounts = [[read_amount(row[at]) or 0 for at in (3, 4, 5)] for row in rows]
    gross, vat, net = (sum(column) for column in zip(*amounts, strict=True))
    # One row of April is published with its VAT not taken off: line 1250.
    left_in = [v for g, v, n in amounts if v and g == n]
    assert left_in == ([33086813] if "2018-04" in name else [])
    assert gross - net == vat - sum(left_in) == -MONEY[name]
    assert tallies[name][0].pence == net


def test_trafford_s_zips_hold_every_row_of_their_csv(tallies: dict[str, tuple[Tally, Counter[str]]]) -> None:
    found = {name.split("!")[1]: tally for name, (tally, _) in tallies.items() if ".zip!" in name}
    year = found["trafford-supplier-spend-2024-25.csv"]
    assert (year.rows, year.accepted, round(year.pence / 10**7, 1)) == (210068, 210068, 5652.2)
    assert found["trafford-supplier-spend-2025-26.csv"].accepted == 241764


def test_every_line_of_every_hyndburn_file_is_accounted_for(
    spend: Path, looked: Any, tallies: dict[str, tuple[Tally, Counter[str]]]
) -> None:
    """Rows, blank rows, the headings and what stood above them, and further lines of cells over several lines."""
    names = [name for name in tallies if name.startswith("lancashire/hyndburn/")]
    assert len(names) == 107
    assert sum(tallies[name][0].rows for name in names) == 35964
    for name in names:
        tally, reading = tallies[name][0], looked[0][name].reading
        text = (spend / name).read_bytes().decode("latin-1")
        records = sum(1 for _ in csv.reader(text.splitlines(keepends=True)))
        assert records == tally.rows + tally.blank + tally.preamble + (reading.header > 0), name


def published(spend: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The records of a merged London file with the line each begins on, by Python's own csv module."""
    with (spend / name).open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.reader(stream)
        headings = next(rows)
        line = rows.line_num
        for row in rows:
            yield line + 1, dict(zip(headings, row, strict=False))
            line = rows.line_num


def merged(spend: Path) -> list[str]:
    return [path.relative_to(spend).as_posix() for path in sorted((spend / "london/nhs_merged").glob("*.csv"))]


def test_london_s_amounts_add_up_to_the_penny(spend: Path, tallies: dict[str, tuple[Tally, Counter[str]]]) -> None:
    rows = 0
    for name in merged(spend):
        amounts = [Decimal(row["amount"]) for _, row in published(spend, name) if row.get("amount")]
        assert tallies[name][0].pence == int(sum(amounts) * 100), name
        rows += tallies[name][0].rows
    assert (len(merged(spend)), rows) == (34, 101040)


def test_london_s_dates_agree_with_the_month_that_each_row_s_own_file_tells(spend: Path, looked: Any) -> None:
    """Where they do not, the published date leaves no doubt: it was paid (or invoiced) in another month.

    A date leaves no doubt where it works in one order only, or where a hundred others of its file do.
    """
    told = 0
    elsewhere: Counter[str] = Counter()
    for name in merged(spend):
        records = dict(published(spend, name))
        whens = {at: read_date(record["date"].strip()) for at, record in records.items()}
        orders = Counter((records[at]["file"], when.order) for at, when in whens.items() if when and when.order)
        for line in read(looked, name).lines:
            record, when = records[line["line"]], whens[line["line"]]
            month = period_told(record["file"]).month
            told += bool(month)
            if month and line["month"] % 100 != month:
                assert when is not None, record
                if when.other is not None and when.other.month == month:
                    assert orders[record["file"], "dmy"] > 100 > orders[record["file"], "mdy"] == 0, record
                elsewhere[Path(name).stem] += 1
    assert told > 94_000
    # King's and Kingston publish the date of the invoice, mostly of the month before; the rest are single runs.
    expected = {"KICO": 1086, "KGST": 322, "NEWF": 240, "NETH": 34, "NWHI": 15, "SGEO": 14, "NEHV": 9, "CHWE": 1}
    assert elsewhere == expected


def test_the_gla_s_bracketed_credits_are_negative(looked: Any) -> None:
    lines = [line for name in looked[0] if name.startswith("london/gla/") for line in read(looked, name).lines]
    credits = [line["pence"] for line in lines if line["pence"] < 0]
    assert len(lines) == 17186
    assert (len(credits), round(sum(credits) / 10**8, 1)) == (475, -195.6)


def test_workbooks_hold_what_their_cells_add_up_to(spend: Path, looked: Any, tallies: Any) -> None:
    """The amounts of a sheet as the workbook has them, numbers and all, added up without our reading of them."""
    from python_calamine import CalamineWorkbook

    names = [name for name in tallies if ".xlsx#" in name]
    assert len(names) == 6 * 12 + 10 + 6
    for name in names:
        proposal = looked[0][name]
        sheet = CalamineWorkbook.from_path(str(proposal.part.file)).get_sheet_by_name(proposal.part.sheet)
        rows = sheet.to_python(skip_empty_area=False)
        at = proposal.reading.indices([str(cell) for cell in rows[proposal.reading.header - 1]], name)["amount"]
        # Below its second headings the fire workbook of 2022-23 has the amount one column to the left.
        cells = [row[at] if row[at] != "" else row[at - 1] for row in rows[proposal.reading.header :]]
        exact = sum(Decimal(repr(cell)).quantize(Decimal("0.01")) for cell in cells if isinstance(cell, float))
        assert tallies[name][0].pence == int(exact * 100), name


def test_months_of_sheets_and_files_are_those_that_their_names_tell(looked: Any) -> None:
    """Police workbooks have a sheet a month; nearly all that is on it was paid in that month."""
    for name in looked[0]:
        told = period_told(name)
        if "/pcc/" not in name:
            continue
        assert told.month
        assert told.year
        months = Counter(line["month"] for line in read(looked, name).lines)
        assert months.most_common(1)[0][0] == told.year * 100 + told.month, name


QUIRKS = {
    "quirks/hyndburn_2025-03_no_header_cp1252.csv": {"header": 0, "encoding": "cp1252"},
    "quirks/hyndburn_2025-04_no_header_sparse_columns.csv": {"header": 0},
    "quirks/hyndburn_cp850_pound.csv": {"encoding": "cp850"},
    "quirks/lambeth_2012-06_title_rows.csv": {"header": 10},
    "quirks/manchester_2022-05_mojibakeBOM_negatives.csv": {"header": 1, "encoding": "utf-8"},
    "quirks/nhs_swl_2021-01_hash_dates.csv": {"header": 1},
}


@pytest.mark.parametrize("name", QUIRKS)
def test_each_quirk_is_read_rightly(looked: Any, tallies: Any, name: str) -> None:
    proposal = looked[0][name]
    assert {key: getattr(proposal.reading, key) for key in QUIRKS[name]} == QUIRKS[name]
    assert tallies[name][0].accepted > 0


def test_amounts_hidden_behind_hash_signs_are_rejected_and_credits_stay_negative(looked: Any) -> None:
    hashed = read(looked, "quirks/nhs_swl_2021-01_hash_dates.csv").rejects
    assert [set(row["text"].split(",")[-1].strip()) for row in hashed] == [{"#"}] * 5
    assert any(line["pence"] < 0 for line in read(looked, "quirks/manchester_2022-05_mojibakeBOM_negatives.csv").lines)
