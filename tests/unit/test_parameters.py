"""The shipped register of bodies and the rules on kinds of payment: linted, and held to worked examples."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from importlib.resources import files

import pytest

from totalplace.money.families import signature
from totalplace.money.names import normal_code, plain
from totalplace.parameters import bodies, kinds
from totalplace.sources import marks
from totalplace.sources.distinct import Words
from totalplace.terms import BODY_KINDS, CODE_SCHEMES

ROWS = bodies.rows()

# ---- bodies.csv


def test_the_register_has_the_columns_that_are_documented() -> None:
    text = files("totalplace.parameters").joinpath("bodies.csv").read_text("utf-8")
    assert tuple(next(csv.reader(text.splitlines()))) == bodies.COLUMNS


def test_rows_are_whole_and_ids_unique() -> None:
    assert len({row.body.id for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.body.id), row
        assert row.body.name.strip() == row.body.name != "", row
        assert row.body.kind in BODY_KINDS, row
        assert row.source.strip(), f"{row.body.id} does not say where its facts come from"


def test_codes_are_in_their_one_form_and_belong_to_one_body() -> None:
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in ROWS:
        assert set(row.body.codes) <= set(CODE_SCHEMES)
        for scheme, codes in row.body.codes.items():
            for code in codes:
                assert normal_code(scheme, code) == code, (row.body.id, scheme, code)
                owners[scheme, code].append(row.body.id)
    assert {code: ids for code, ids in owners.items() if len(ids) > 1} == {}


def test_no_name_or_alias_is_two_bodies() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        for spelling in (row.body.name, *row.body.aliases):
            owners[plain(spelling)].add(row.body.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_no_two_bodies_of_a_sort_have_the_same_words() -> None:
    owners: dict[object, set[str]] = defaultdict(set)
    for row in ROWS:
        for spelling in (row.body.name, *row.body.aliases):
            sign = signature(plain(spelling))
            if sign and sign.words:
                owners[sign.family, sign.words].add(row.body.id)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_the_register_covers_what_a_place_meets() -> None:
    by_kind: dict[str, int] = defaultdict(int)
    codes = {code for row in ROWS for codes in row.body.codes.values() for code in codes}
    for row in ROWS:
        by_kind[row.body.kind] += 1
    assert {f"E080000{n:02d}" for n in range(1, 11)} <= codes, "the ten councils of Greater Manchester"
    assert {f"E090000{n:02d}" for n in range(1, 34)} <= codes, "the 33 of London"
    assert {f"E07000{n}" for n in range(117, 129)} <= codes, "the twelve districts of Lancashire"
    assert by_kind["police"] >= 43, "the 43 police areas of England and Wales"
    icbs = [row for row in ROWS if row.body.name.endswith(" ICB")]
    assert len(icbs) == len({row.body.codes["ods"] for row in icbs}) == 42
    assert by_kind["nhs-provider"] > 180


def test_the_area_is_the_gss_code() -> None:
    salford = next(row.body for row in ROWS if row.body.name == "Salford City Council")
    assert (salford.area, salford.kind) == ("E08000006", "council")
    assert next(row.body for row in ROWS if row.body.name == "Home Office").area == ""


# ---- kinds.toml


def test_kinds_and_rules_are_whole() -> None:
    known = [kind.id for kind in kinds.kinds()]
    assert known == ["spending", "precept-levy", "payroll-tax-pension", "lending-treasury"]
    for kind in kinds.kinds():
        assert kind.label, kind
        assert kind.description, kind
        assert kind.source, kind
    rules = (*kinds.payee_rules(), *kinds.text_rules())
    ids = [rule.id for rule in rules]
    assert len(set(ids)) == len(ids)
    for rule in rules:
        assert rule.kind in known, rule
        assert len(rule.reason) > 10, f"{rule.id} gives no reason"


def test_payee_rules_are_in_folded_words_and_can_fire() -> None:
    for rule in kinds.payee_rules():
        for word in (*rule.words, *rule.any, *rule.unless):
            assert re.fullmatch(r"[A-Z0-9]+", word), (rule.id, word)
        sample = [*rule.words, *sorted(rule.any)[:1]]
        assert rule.fits(sample), rule.id
        assert kinds.payee_kind(" ".join(sample)) == rule.kind, f"{rule.id} is hidden by a rule before it"


def test_patterns_are_what_every_engine_shares() -> None:
    import polars as pl

    for kind, pattern in kinds.text_patterns():
        assert pattern.startswith("(?i)")
        assert not re.search(r"\(\?[=!<]|\\[1-9]|[*+?}]\+|\\[zZAGhRXpP]", pattern), f"{kind}: {pattern}"
        re.compile(pattern)
        assert pl.Series(["nothing"]).str.contains(pattern).to_list() == [False], pattern


TEXTS = [
    # precepts, levies, shares of local taxes
    ("Collection Fund | Ctax - Preceptor Payments", "precept-levy"),
    ("RESO - Resources | AAF - Finance | LCC C/tax Pecept July 24", "precept-levy"),
    ("RESO - Resources | AAF - Finance | LCC Ctax precerpt May 24", "precept-levy"),
    ("EN:WASTE DISPOSAL LE | WASTE DISPOSAL LEVY | CONSULTANCY :Traffic Planning", "precept-levy"),
    ("FI:PASSENGER TRANSPO | GMITA LEVY (GMCA)", "precept-levy"),
    ("General Fund | Levies - Cash Limit", "precept-levy"),
    ("NA | GMP CFUND CTAX CRED", "precept-levy"),
    ("AAF - Finance | BRR & RSG Central Share June 24", "precept-levy"),
    ("AAF - Finance | RVBC Tariff due June 2025", "precept-levy"),
    ("NON DOMESTIC RATES | LEVY PAYMENT | BUSINESS RTE POOL", "precept-levy"),
    # pay
    ("NA | Apprenticeship Levy", "payroll-tax-pension"),
    ("AAF - Finance | HMRC Apprecticeship Levy Jan 25", "payroll-tax-pension"),
    ("NA | PAYE Tax", "payroll-tax-pension"),
    ("BALANCE SHEET | Income tax <1Yr", "payroll-tax-pension"),
    ("BALANCE SHEET | National Insurance < 1 yr-NI- ERS", "payroll-tax-pension"),
    ("NA | Nat Ins & Rebate", "payroll-tax-pension"),
    ("NA | Teachers Supn Fund", "payroll-tax-pension"),
    ("LGPS Pensions Deficit Payment", "payroll-tax-pension"),
    ("NA | Student Loans", "payroll-tax-pension"),
    ("Balance Sheet | Payroll Ded'ns N/S Curr", "payroll-tax-pension"),
    # lending and treasury
    ("Corporate Services | Long Term Debtors", "lending-treasury"),
    ("Balance Sheet | Long Trm Loans - Non-Curr", "lending-treasury"),
    ("HOUSING & LAND | COMM LOANS - MKT RATE%", "lending-treasury"),
    ("Temporary loan repayment", "lending-treasury"),
    ("FI:Money Market | EXT INT MONEY MARK", "lending-treasury"),
    ("Corporate Services | Investment in New Share Capital", "lending-treasury"),
    ("Balance Sheet | PDC Div Payable Current", "lending-treasury"),
    ("Corporate Accountancy | Debt Mgmt Expenses", "lending-treasury"),
    ("lfrs.expenditure.employees.pension_contributions", "payroll-tax-pension"),
    ("LFRS.EXPENDITURE.CAPITAL_FINANCING.LOAN_INTEREST", "lending-treasury"),
    # look-alikes
    ("lfrs.expenditure.support_services.pensions_services_sla", "spending"),
    ("lfrs.expenditure.capital.vehicle_purchase_-_loan", "spending"),
    ("Human Resources | Payroll and Pensions Training Course", "spending"),
    ("Community Loans equipment store", "spending"),
    ("Corporate Services | Travel Season Ticket Loan Scheme", "spending"),
    ("PRC DELEGATED CO-COMMISSIONING | C&M-PMS GP Statutory Levy", "spending"),
    ("Catering | Levy Restaurants", "spending"),
    ("PRIMARY CARE INVESTMENTS | Clinical&Medical-Commercial Sector", "spending"),
    ("Housing Revenue Account | Investment Properties - Acquisition", "spending"),
    ("Leisure | 12 Investment Street resurfacing", "spending"),
    ("(DD) Department of Levelling Up", "spending"),
    ("pensions services sla | pensions services sla", "spending"),
    ("Finance | Introduction to Collection Fund training", "spending"),
    ("Review of the Business Growth Programme", "spending"),
    ("Reception class | receipts | concepts", "spending"),
    ("", "spending"),
]


def kinds_of(texts: list[str]) -> list[str]:
    """The kinds that reading gives lines; a text is a line's department, category and purpose, bars between."""
    import polars as pl

    cells = [(*text.split(" | "), "", "")[:3] for text in texts]
    schema = dict.fromkeys(marks.TEXTS, pl.Categorical)
    rows = pl.DataFrame(cells, schema=schema, orient="row")
    return [marks.kind_names()[at] for at in marks.line_kinds(rows, Words()).tolist()]


@pytest.mark.parametrize(("text", "kind"), TEXTS)
def test_a_lines_own_words_tell_its_kind(text: str, kind: str) -> None:
    assert kinds_of([text]) == [kind]


def test_lines_read_together_are_told_as_alone() -> None:
    assert kinds_of([text for text, _ in TEXTS]) == [kind for _, kind in TEXTS]


def test_words_of_two_columns_do_not_make_one_rule() -> None:
    assert kinds_of(["Temporary loan | repayment", "Apprenticeship | Levy"]) != kinds_of(
        ["Temporary loan repayment", "Apprenticeship Levy"]
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Manchester Airport Finance Holdings", "lending-treasury"),
        ("Barclays Capital", "lending-treasury"),
        ("Bgc Brokers Lp", "lending-treasury"),
        ("Tradition (UK) Ltd", "lending-treasury"),
        ("Public Works Loans Board", "lending-treasury"),
        ("H M Revenues and Customs", "payroll-tax-pension"),
        ("HMRC CUMBERNAULD", "payroll-tax-pension"),
        ("INLAND REVENUE CIS", "payroll-tax-pension"),
        ("Teachers' Pensions", "payroll-tax-pension"),
        ("Capita Teachers' Pensions", "payroll-tax-pension"),
        ("GREATER MANCHESTER PENSION FUND", "payroll-tax-pension"),
        ("Lancashire County Pension Fund", "payroll-tax-pension"),
        ("GREATER MANCHESTER SUPERANN FUND", "payroll-tax-pension"),
        ("Tameside MB-GMPF", "payroll-tax-pension"),
        ("NEST", "payroll-tax-pension"),
        ("Bedford Group of Internal Drainage Boards", None),
        ("North Somerset Internal Drainage Board", "precept-levy"),
        ("Legal And General Pensions", None),
        ("RETAILCHIC PENSION FUND", None),
        ("Quorum Estates Pension Fund Ltd", None),
        ("Pensions Management Institute", None),
        ("Early Birds NEST Nursery", None),
        ("Manchester Airport Plc", None),
        ("Levy & Sons Ltd", None),
        ("Manchester City Council", None),
        ("", None),
    ],
)
def test_payee_kind(name: str, kind: str | None) -> None:
    assert {kinds.payee_kind(spelled) for spelled in (name, name.upper(), name.lower())} == {kind}
