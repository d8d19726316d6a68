"""Names as text: what is folded, kept and read out of a name, on names that organisations really go by."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.money.families import rank, signature
from totalplace.money.names import codes_in, field_lengths, forms, normal_code, plain, supplier_key, tidy

PLAIN = [
    # codes of the payer's ledger, before and behind
    ("NHS0000RJ701 : St Georges Healthcare NHST", "ST GEORGES HEALTHCARE NHS TRUST"),
    ("UK0956718601 : Siemens Healthcare Ltd", "SIEMENS HEALTHCARE LTD"),
    ("WPS00E504301 : Royal Bor of Kingston Upon Tha", "ROYAL BOROUGH OF KINGSTON UPON THA"),
    ("001447EAST AND NORTH HERTS NHS TRUST", "EAST AND NORTH HERTS NHS TRUST"),
    ("LANCASHIRE COUNTY COUNCIL (200398)", "LANCASHIRE COUNTY COUNCIL"),
    ("LANCASTER CITY COUNCIL [17340]", "LANCASTER CITY COUNCIL"),
    ("Care Quality Commission (F179)", "CARE QUALITY COMMISSION"),
    # accounting notes
    ("Stockport MBC (Accts Receiveable)", "STOCKPORT METROPOLITAN BOROUGH COUNCIL"),
    ("LANCASTER CITY COUNCIL (NON DOMESTIC RATES ONLY)", "LANCASTER CITY COUNCIL"),
    ("(DD ONLY) Ribble Valley Borough Council", "RIBBLE VALLEY BOROUGH COUNCIL"),
    ("Lancashire County Council (Direct Debit Payments)", "LANCASHIRE COUNTY COUNCIL"),
    # punctuation, initials, articles
    ("Guy'S & St. Thomas' Nhs Ft", "GUYS AND ST THOMAS NHS FOUNDATION TRUST"),
    ("KING`S COLLEGE HOSPITAL NHS FOUNDATION TRUST", "KINGS COLLEGE HOSPITAL NHS FOUNDATION TRUST"),
    ("Birmingham Women’s & Children’s NHS", "BIRMINGHAM WOMENS AND CHILDRENS NHS"),
    ("ROYAL BOROUGH OF KENSINGTON&CHELSEA", "ROYAL BOROUGH OF KENSINGTON AND CHELSEA"),
    ("Bury M.B.C.", "BURY METROPOLITAN BOROUGH COUNCIL"),
    ("Trafford M B C", "TRAFFORD METROPOLITAN BOROUGH COUNCIL"),
    ("WHITTINGTON HOSPITAL NHS TRUST (THE)", "WHITTINGTON HOSPITAL NHS TRUST"),
    ("The  Hillingdon\nHospitals Nhsft", "HILLINGDON HOSPITAL NHS FOUNDATION TRUST"),
    ("Ynys Môn", "YNYS MON"),
    # words of public bodies in full
    ("L B HAMMERSMITH & FULHAM", "LONDON BOROUGH OF HAMMERSMITH AND FULHAM"),
    ("LB OF HACKNEY", "LONDON BOROUGH OF HACKNEY"),
    ("R.B KENSINGTON & CHELSEA", "ROYAL BOROUGH OF KENSINGTON AND CHELSEA"),
    ("NHS BRENT CCG", "NHS BRENT CLINICAL COMMISSIONING GROUP"),
    ("NHS Greater Manchester ICB", "NHS GREATER MANCHESTER INTEGRATED CARE BOARD"),
    ("Guy'S And St Thomas Nhs Foundation Trst", "GUYS AND ST THOMAS NHS FOUNDATION TRUST"),
    ("Central Mcr Uni Hospital t/a", "CENTRAL MANCHESTER UNIVERSITY HOSPITAL"),
    ("OPCC NORFOLK", "OFFICE OF THE POLICE AND CRIME COMMISSIONER NORFOLK"),
    ("PCC FOR SURREY", "POLICE AND CRIME COMMISSIONER FOR SURREY"),
    # initials in brackets of the name before them
    ("MANCHESTER UNIVERSITY NHS FOUNDATION TRUST (MFT)", "MANCHESTER UNIVERSITY NHS FOUNDATION TRUST"),
    ("Driver & Vehicle Standards Agency (Dvsa)", "DRIVER AND VEHICLE STANDARDS AGENCY"),
    # former names, and by whom it is sent
    (
        "PCC DEVON & CORNWALL (Formerly known as DEVON & CORNWALL POLICE AUTHORITY)",
        "POLICE AND CRIME COMMISSIONER DEVON AND CORNWALL",
    ),
    ("Tameside Mbc C/O Gmeu", "TAMESIDE METROPOLITAN BOROUGH COUNCIL"),
    # not words of public bodies where they stand
    ("BC MEDIA", "BC MEDIA"),
    ("DC Emergency Systems Ltd", "DC EMERGENCY SYSTEMS LTD"),
    ("Bowdon PCC - St Lukes Church", "BOWDON PCC ST LUKES CHURCH"),
    ("KENT COUNTY COUNCIL (KCS)", "KENT COUNTY COUNCIL KCS"),
    ("NHS CENTRAL LONDON (WESTMINSTER) CCG", "NHS CENTRAL LONDON WESTMINSTER CLINICAL COMMISSIONING GROUP"),
    ("", ""),
    ("***", ""),
]


@pytest.mark.parametrize(("name", "expected"), PLAIN)
def test_plain(name: str, expected: str) -> None:
    assert plain(name) == expected


@given(st.text(max_size=60))
def test_any_text_has_forms_that_fold_no_further(name: str) -> None:
    text, key = forms(name)
    assert (plain(name), supplier_key(name)) == (text, key)
    assert text == " ".join(text.split())
    assert tidy(key).upper() == key
    assert supplier_key(supplier_key(key)) == supplier_key(key)


@pytest.mark.parametrize(("name", "expected"), PLAIN)
def test_plain_is_idempotent_on_real_names(name: str, expected: str) -> None:
    assert plain(expected) == expected


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Reed Specialist Recruitment Ltd",
            "REED SPECIALIST RECRUITMENT LIMITED",
            "reed specialist recruitment ltd.",
        ),
        ("A.J. Kitchens Limited", "AJ KITCHENS LTD", "A J Kitchens Ltd (201234)", "a.j.kitchens ltd"),
        (
            "Adt Fire & Security Plc",
            "ADT FIRE AND SECURITY P.L.C.",
            "ADT Fire And Security Public Limited Company",
        ),
        ("pitney bowes     040823 1", "PITNEY BOWES", "Pitney Bowes 060224 2"),
        ("Adept Consulting Engineers (Mcr) Lt", "ADEPT CONSULTING ENGINEERS (MCR) LTD"),
        ("Angloco Ltd 01", "ANGLOCO LTD"),
        ("The Together Trust", "TOGETHER TRUST"),
        ("UK0956718601 : Siemens Healthcare Ltd", "Siemens Healthcare Limited"),
    ],
)
def test_spellings_of_one_supplier_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({supplier_key(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kier Construction Ltd", "Kier Construction North Ltd"),
        ("BT PLC", "BT LTD"),
        ("HC-One Limited", "HC-One No.1 Ltd"),
        ("Priory Healthcare Ltd", "Priory Healthcare"),
    ],
)
def test_different_suppliers_keep_different_keys(one: str, other: str) -> None:
    assert supplier_key(one) != supplier_key(other)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ISG CONSTRUCTION LTD", "ISG Construction Ltd"),
        ("CDW LTD", "CDW Ltd"),
        ("ROYAL SOCIETY OF ARTS", "Royal Society of Arts"),
        ("AND SO TO BED LTD", "And So to Bed Ltd"),
        ("4NET TECHNOLOGIES LTD", "4NET Technologies Ltd"),
        ("", ""),
    ],
)
def test_tidy(key: str, expected: str) -> None:
    assert tidy(key) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NHS0000RJ701 : St Georges Healthcare NHST", {"ods": "RJ7"}),
        ("NHS000036L01 : NHS South West London CCG", {"ods": "36L"}),
        ("UK1088171501 : SCCL T/A NHS Supply Chain ROARP", {"company": "10881715"}),
        # E5043 is the borough's number in the whole of government accounts, no scheme of ours
        ("WPS00E504301 : Royal Bor of Kingston Upon Tha", {}),
        ("Salford City Council E08000006", {"gss": "E08000006"}),
        ("Stockport MBC VAT No. 158 5560 40", {"vat": "158556040"}),
        ("LANCASHIRE COUNTY COUNCIL (200398)", {}),
        ("365 Healthcare Ltd", {}),
    ],
)
def test_codes_in(name: str, expected: dict[str, str]) -> None:
    assert codes_in(name) == expected


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("vat", "GB149283837", "149283837"),
        ("vat", "GB 149 2838 37", "149283837"),
        ("vat", "149283837001", "149283837"),
        ("vat", "NA", None),
        ("vat", "000000000", None),
        ("company", "9567186", "09567186"),
        ("company", "sc 123456", "SC123456"),
        ("company", "12345678901", None),
        ("ods", "rj7", "RJ7"),
        ("ods", "Redacted", None),
        ("gss", "E08000006", "E08000006"),
        ("gss", "E0800000", None),
        ("lei", "X", None),
    ],
)
def test_normal_code(scheme: str, text: str, expected: str | None) -> None:
    assert normal_code(scheme, text) == expected


def test_the_length_of_a_field_is_without_its_code() -> None:
    assert field_lengths("WPS00E504301 : Royal Bor of Kingston Upon Tha") == {30, 45}
    assert field_lengths(" 365 Healthcare Ltd ") == {18}
    assert field_lengths("365 Healthcare Ltd [20117]") == {18}


@pytest.mark.parametrize(
    ("name", "family", "words"),
    [
        ("Salford City Council", "council", {"SALFORD"}),
        ("Metropolitan Borough Of Wigan", "council", {"WIGAN"}),
        ("Brent London Borough Council (Rates)", "council", {"BRENT"}),
        ("Bury MBC General Account", "council", {"BURY"}),
        ("Staffordshire CC", "council", {"STAFFORDSHIRE"}),
        ("NHS Salford CCG", "ccg", {"SALFORD"}),
        ("NHS Greater Manchester ICB", "icb", {"GREATER", "MANCHESTER"}),
        ("ROYAL FREE LONDON NHS", "provider", {"ROYAL", "FREE", "LONDON"}),
        ("MID AND SOUTH ESSEX FOUNDATION TRUST", "provider", {"MID", "SOUTH", "ESSEX"}),
        ("Pcc West Midlands Police", "police", {"WEST", "MIDLANDS"}),
        ("Essex County Fire and Rescue Service", "fire", {"ESSEX"}),
        ("Greater Manchester Combined Authority", "combined", {"GREATER", "MANCHESTER"}),
    ],
)
def test_signature(name: str, family: str, words: set[str]) -> None:
    sign = signature(plain(name))
    assert sign is not None
    assert (sign.family, set(sign.words)) == (family, words)


@pytest.mark.parametrize(
    "name",
    [
        "Click Fire & Security Ltd",
        "University College London",
        "Trafford Centre",
        "Canal & River Trust",
        "CC",
        "",
    ],
)
def test_names_of_no_sort_of_body_have_no_signature(name: str) -> None:
    assert signature(plain(name)) is None


def test_ranks_of_council() -> None:
    city, county, local = frozenset(("CITY",)), frozenset(("COUNTY",)), frozenset(("LOCAL",))
    assert rank(frozenset(), county) >= 90, "'Lancashire Council' may be the county"
    assert rank(city, city | local) >= 90, "'City of Bradford Metropolitan District'"
    assert rank(city, county) == rank(county, local) == 0, "county and city are never the same"
    assert 0 < rank(city, local) < 90, "a borough called a city is for a person to confirm"


def test_names_are_quick() -> None:
    names = [f"Firm {n} of Some Borough & District (Services) Limited" for n in range(20_000)]
    start = time.process_time()
    for name in names:
        forms(name)
    assert time.process_time() - start < 3, "a tenth of this was measured"
