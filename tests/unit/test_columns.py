"""Which column is which: by headings in many words, borne out by what the cells hold."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.sources import headings
from totalplace.sources.columns import columns_by_content, columns_by_heading
from totalplace.sources.headings import fold, rank, register_in
from totalplace.sources.reading import ROLES

BODY = [
    ["01/04/2024", "Bright Lamps Ltd", "100.00", "20.00", "120.00", "4001"],
    ["15/04/2024", "Acme Catering", "1,250.50", "250.10", "1,500.60", "4002"],
    ["22/04/2024", "Care Homes Ltd", "(10.00)", "(2.00)", "(12.00)", "4003"],
]


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        (" Net Amount(£)", "net amount"),
        ("NetAmount", "net amount"),
        ("* SUPPLIER FINAL", "supplier final"),
        ("Supplier\nName", "supplier name"),
        ("\ufeffDate", "date"),
        ("G/L description.", "g l description"),
        ("#N/A", "n a"),
    ],
)
def test_headings_are_compared_without_their_dress(heading: str, folded: str) -> None:
    assert fold(heading) == folded


AMOUNTS = """
Amount|Amount |Amount\r|AMOUNT|Value (£)|Nett|Net|Spend (ex VAT)|Paid Amount £
Payment Amount (Excl VAT)|Net Amount|Gross Amount|Amount in Sterling £|Total|Invoiced Value
Invoice Line Value (net of VAT)|Net Amount(£)|Net Amount(œ)|Spend|Amount £000|Total Cost inc VAT
Amount paid to supplier|Invoice Amount Excluding VAT (GBP)|Sum of Amount|NET VALUE OF PAYMENT
Net Amt|Line Amount Excluding Tax|Paid (£)|Price|Amount (excluding VAT)|Total Amount Net|Expenditure
Cost|Supplier Amount|Transaction Amount (£)
"""
DATES = """
Date|Payment Date|Date of Payment|Date Paid|Clearing Date|Paid Date|Pymt Date|PAYMENTDATE
Payment_Date|paymentDate|Date Paid to Supplier|Invoice Date Received|Month Paid|Accounting Period
Invoice Date|Posting Date|Date of Invoice
"""
PAYEES = """
Supplier Name|Supplier|Beneficiary Name|BeneficiaryName|Creditor Name|Vendor Name|Payee|Name:
Merchant Name|Recipient|Name of Creditor|Supplier (name)|Vendor Name 1|Payee / Beneficiary
Supplier ID(T)|Service Provider|SUPPLIER FINAL
"""
NOT_PAYEES = """
Body Name|Supplier ID|Supplier Number|Vendor No.|Supplier Type|Supplier Postcode|Supplier VAT number
Payee Ref
"""
NOT_AMOUNTS = """
VAT|VAT Amount|Irrecoverable VAT|IrrecoverableVATAmount|Contract Value|Payment Method|Amount Type
Invoice Number
"""
NOT_DATES = """
Due Date|Contract Start Date|Update|Date of Birth|Contract End Date|Candidate
"""


def split(text: str) -> list[str]:
    return [heading for heading in text.replace("\n", "|").split("|") if heading]


@pytest.mark.parametrize(
    ("role", "heading"),
    [(role, h) for role, text in (("amount", AMOUNTS), ("date", DATES), ("payee", PAYEES)) for h in split(text)],
)
def test_knows_the_headings_that_publishers_use(role: str, heading: str) -> None:
    assert rank(heading, role) is not None


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        (role, h)
        for role, text in (("amount", NOT_AMOUNTS), ("date", NOT_DATES), ("payee", NOT_PAYEES))
        for h in split(text)
    ],
)
def test_is_not_taken_in_by_headings_of_something_else(role: str, heading: str) -> None:
    assert rank(heading, role) is None


@pytest.mark.parametrize(
    "headings",
    [
        ["Date", "Supplier Name", "Net Amount", "VAT", "Gross Amount", "Ref"],
        ["Date", "Supplier Name", "Amount (excl VAT)", "VAT Amount", "Amount", "Ref"],
        ["Date", "Supplier", "Spend (ex VAT)", "VAT", "Spend (inc VAT)", "Supplier ID"],
        ["Payment Date", "Creditor Name", "Nett", "Irrecoverable VAT", "Total", "Document No"],
        ["Paid", "Payee", "Value (£)", "VAT", "Gross", "Invoice Number"],
        ["Date of Payment", "Vendor", "Net of VAT Value", "Recoverable VAT", "Paid Amount £", "Vendor No."],
    ],
)
def test_takes_the_net_amount_the_payment_and_the_name(headings: list[str]) -> None:
    found = columns_by_heading(headings, BODY)
    assert found["amount"] == 2
    assert found["payee"] == 1
    assert found.get("date", 0) == 0


def test_an_empty_column_is_passed_over_for_one_that_holds_amounts() -> None:
    body = [["01/04/2024", "Acme Catering", "", "120.00"]]
    assert columns_by_heading(["Date", "Supplier", "Net Amount", "Gross Amount"], body)["amount"] == 3


def test_a_supplier_column_of_numbers_is_no_name() -> None:
    body = [
        ["V001234", "01/04/2024", "Acme Catering", "120.00"],
        ["V005678", "01/04/2024", "Bright Lamps", "1.00"],
    ]
    assert columns_by_heading(["Supplier", "Date", "Name", "Amount"], body)["payee"] == 2


def test_the_publisher_is_not_the_payee() -> None:
    headings = [
        "Department family",
        "Entity",
        "Date",
        "Expense Type",
        "Expense area",
        "Supplier",
        "Transaction number",
        "Amount",
    ]
    body = [
        ["Department of Health", "Anytown ICB", "01/04/2024", "Beds", "Wards", name, "1", "1.00"]
        for name in ("A Ltd", "B Ltd")
    ]
    assert columns_by_heading(headings, body)["payee"] == 5
    body = [["Anytown Council", "01/04/2024", name, "1.00"] for name in ("A Ltd", "B Ltd")]
    assert columns_by_heading(["Body Name", "Date", "Supplier Name", "Amount"], body)["payee"] == 2


def test_an_organisation_name_is_the_payee_only_where_it_changes_and_nothing_else_is() -> None:
    varied = [["A Ltd", "01/04/2024", "1.00"], ["B Ltd", "01/04/2024", "2.00"]]
    constant = [["Anytown Trust", *row[1:]] for row in varied]
    headings = ["Organisation Name", "Date", "Amount"]
    assert columns_by_heading(headings, varied)["payee"] == 0
    assert "payee" not in columns_by_heading(headings, constant)


def test_identifiers_are_told_by_their_headings() -> None:
    headings = [
        "Supplier Name",
        "Date",
        "Amount",
        "VAT Registration Number",
        "Company Number",
        "ODS Code",
        "ONS Code",
    ]
    body = [["Acme Catering", "01/04/2024", "1.00", "GB123", "01234567", "R1A", "E09000001"]]
    found = columns_by_heading(headings, body)
    assert [found[scheme] for scheme in ("vat", "company", "ods", "gss")] == [3, 4, 5, 6]


def test_without_headings_columns_are_told_by_what_they_hold() -> None:
    body = [
        ["Highways", "Repairs", "", f"{ref}", "Bright Lamps Ltd", f"0{day}/04/2024", f"{day}00.50"]
        for ref, day in ((1001, 1), (1002, 2), (1003, 3))
    ]
    found = columns_by_content(body)
    assert found == {"amount": 6, "date": 5, "payee": 4, "department": 0, "category": 1, "transaction": 3}
    assert columns_by_content([["some", "words"], ["only", "words"]]) == {}


@pytest.mark.parametrize(
    ("headings", "what"),
    [
        (["Contract Reference", "Contract Title", "Annual Value", "Review Date"], "a contracts register"),
        (["Amount Awarded", "Award Date", "Recipient Org:Name"], "a register of grants"),
        (["Job Title", "Grade", "Salary", "FTE"], "a pay or staffing list"),
        (["UPRN", "Tenure", "Asset Category"], "an asset register"),
    ],
)
def test_registers_are_told_from_payments(headings: list[str], what: str) -> None:
    assert (register_in(headings) or "").startswith(what)


def test_payments_with_a_contract_number_are_payments() -> None:
    assert register_in(["Date", "Supplier Name", "Amount", "Contract Reference", "Contract Title"]) is None


@given(st.text(max_size=40), st.sampled_from(ROLES))
def test_any_text_may_stand_for_a_heading(text: str, role: str) -> None:
    assert rank(text, role) is None or rank(text, role) >= 0  # type: ignore[operator]


def test_the_words_are_in_order() -> None:
    """Each is folded already, stands once in its role, and heads one of amount, date and payee alone."""
    text = files("totalplace.parameters").joinpath("columns.toml").read_text("utf-8")
    lists = {role: words for role, words in tomllib.loads(text).items() if isinstance(words, list)}
    for role, words in lists.items():
        assert [w for w in words if fold(w) != w] == [], role
        assert len(words) == len(set(words)), role
    assert set(lists["amount"]).isdisjoint(lists["date"])
    assert set(lists["amount"]).isdisjoint(lists["payee"])
    assert set(lists["date"]).isdisjoint(lists["payee"])
    assert set(headings.words()) == set(ROLES)
    for table in tomllib.loads(text)["near"].values():
        assert set(table) == {"nouns", "weak", "with", "first", "last", "never"}
        assert set(table["weak"]) <= set(table["nouns"])
