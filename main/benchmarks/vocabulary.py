"""The fictional area of the benchmark: its twelve bodies, the spellings of their names, suppliers, words.

Every name is made up of coined place words, so that none is a real person's or company's.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CUT = 35
"""Characters that one publisher's ledger keeps of a payee's name."""


@dataclass(frozen=True)
class BenchBody:
    """A paying body: the shape of its files and its part of all lines; `spellings` is how others write it."""

    id: str
    name: str
    kind: str
    shape: str
    weight: float
    aliases: tuple[str, ...]
    spellings: tuple[str, ...]
    misspelt: str


BODIES = (
    BenchBody(
        "wexmoor", "Wexmoor City Council", "council", "lga16", 0.16,
        ("Wexmoor CC", "City of Wexmoor Council"),
        ("WEXMOOR CITY COUNCIL", "Wexmoor CC", "Wexmoor City Council (200398)"),
        "Wexmoor Ctiy Council",
    ),
    BenchBody(
        "aldbeck", "Aldbeck Metropolitan Borough Council", "council", "sap", 0.13,
        ("Aldbeck MBC", "Aldbeck Council"),
        ("ALDBECK MBC", "Aldbeck Council", "Aldbeck MBC (Accts Receivable)"),
        "Aldbeck Metropolitan Boruogh Council",
    ),
    BenchBody(
        "carrowdale", "Carrowdale Borough Council", "council", "cp1252", 0.10,
        ("Carrowdale BC",),
        ("CARROWDALE BC", "Carrowdale Borough  Council", "CARROWDALE BOROUGH COUNCIL [17340]"),
        "Carowdale Borough Council",
    ),
    BenchBody(
        "thornhythe", "Thornhythe Borough Council", "council", "titled", 0.10,
        ("Thornhythe BC",),
        ("THORNHYTHE BOROUGH COUNCIL", "Thornhythe BC", "Thornhythe Borough Council."),
        "Thornhythe Borough Councli",
    ),
    BenchBody(
        "gwca", "Greater Wexmoor Combined Authority", "combined-authority", "brackets", 0.05,
        ("GWCA",),
        ("GWCA", "GREATER WEXMOOR COMBINED AUTHORITY", "Greater Wexmoor Combined Authority (GWCA)"),
        "Greater Wexmoor Combined Authorty",
    ),
    BenchBody(
        "icb", "NHS Greater Wexmoor Integrated Care Board", "nhs-commissioner", "nhs25k", 0.08,
        ("NHS Greater Wexmoor ICB", "Greater Wexmoor ICB"),
        ("NHS GREATER WEXMOOR ICB", "Greater Wexmoor ICB", "NHS GREATER WEXMOOR INTEGRATED CARE BOARD"),
        "NHS Greater Wexmoor Intergrated Care Board",
    ),
    BenchBody(
        "infirmary", "Wexmoor Royal Infirmary NHS Foundation Trust", "nhs-provider", "nhs25k", 0.10,
        ("Wexmoor Royal Infirmary NHS FT", "Wexmoor Royal Infirmary"),
        ("WEXMOOR ROYAL INFIRMARY NHS FT", "WEXMOOR ROYAL INFIRMARY NHS FOUNDATION TRUST",
         "Wexmoor Royal Infirmary N.H.S. Foundation Trust"),
        "Wexmoor Royal Infirmry NHS Foundation Trust",
    ),
    BenchBody(
        "minds", "Aldbeck and Carrowdale Mental Health NHS Trust", "nhs-provider", "noheader", 0.07,
        ("Aldbeck & Carrowdale Mental Health Trust",),
        ("ALDBECK & CARROWDALE MENTAL HEALTH NHS TRUST", "Aldbeck & Carrowdale Mental Health Trust",
         "Aldbeck And Carrowdale Mental Health Nhs Trust"),
        "Aldbeck and Carrowdale Mental Heatlh NHS Trust",
    ),
    BenchBody(
        "police", "Police and Crime Commissioner for Greater Wexmoor", "police", "seven", 0.10,
        ("Greater Wexmoor Police", "PCC for Greater Wexmoor"),
        ("GREATER WEXMOOR POLICE", "PCC for Greater Wexmoor",
         "POLICE & CRIME COMMISSIONER FOR GREATER WEXMOOR"),
        "Police and Crime Comissioner for Greater Wexmoor",
    ),
    BenchBody(
        "fire", "Greater Wexmoor Fire and Rescue Authority", "fire", "brackets", 0.03,
        ("Greater Wexmoor Fire & Rescue Service",),
        ("GREATER WEXMOOR FIRE & RESCUE AUTHORITY", "Greater Wexmoor Fire & Rescue Service",
         "GREATER WEXMOOR FIRE AND RESCUE AUTHORITY"),
        "Greater Wexmoor Fire and Resuce Authority",
    ),
    BenchBody(
        "transport", "Transport for Greater Wexmoor", "transport", "seven", 0.05,
        ("TfGW",),
        ("TFGW", "TRANSPORT FOR GREATER WEXMOOR", "Transport For Greater Wexmoor (60021)"),
        "Transprot for Greater Wexmoor",
    ),
    BenchBody(
        "college", "Wexmoor Vale College", "education", "noheader", 0.03,
        ("The Wexmoor Vale College",),
        ("WEXMOOR VALE COLLEGE", "The Wexmoor Vale College", "Wexmoor Vale College "),
        "Wexmoor Vale Collage",
    ),
)  # fmt: skip

FALSE_FRIENDS = (
    "Wexmoor City Council Sports & Social Club",
    "Friends of Wexmoor Royal Infirmary",
    "Police Dog Welfare Enterprises Ltd",
    "Aldbeck Fire & Security Ltd",
    "Wexmoor Vale Nursery School",
    "Carrowdale Borough Football Club",
)
"""Suppliers that look like a counted body and are none."""

LARGE_PAYEES = (
    "HM Revenue & Customs",
    "Teachers Pensions",
    "Public Works Loan Board",
    "NHS Business Services Authority",
    "NHS Supply Chain",
    "Royal Mail Group Ltd",
    "Redacted Personal Data",
)
"""Payees high up in every ledger; the last stands for the people whose names are withheld."""

ENDINGS = (
    " Ltd", " Limited", " PLC", " LLP", " CIC", "", " (UK) Ltd", " & Sons Ltd", " Group Limited",
    " Ltd T/A Café",
)  # fmt: skip


@cache
def words(group: str) -> list[str]:
    """A group of words.toml: what it says between the bars."""
    groups = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return str(groups[group]).replace("\n", "").split("|")


def departments() -> list[str]:
    """About 50 departments."""
    return words("departments")


def suppliers(count: int) -> list[str]:
    """`count` different supplier names, the same ones each time."""
    starts, ends, trades = words("place_starts"), words("place_ends"), words("trades")
    sizes = (len(starts), len(ends), len(trades), len(ENDINGS))
    space = sizes[0] * sizes[1] * sizes[2] * sizes[3]
    stride = 1_000_003  # a prime that divides none of the sizes: the walk meets no name twice
    names = []
    for step in range(count):
        number = step * stride % space
        picked = []
        for size in sizes:
            number, at = divmod(number, size)
            picked.append(at)
        start, end, trade, ending = picked
        names.append(f"{starts[start]}{ends[end]} {trades[trade]}{ENDINGS[ending]}")
    return names


def categories() -> list[str]:
    """About 300 kinds of expense."""
    return [f"{head} - {tail}" for head in words("category_heads") for tail in words("category_tails")]


def purposes() -> list[str]:
    """About 3,000 texts of what was bought."""
    return [f"{head} {tail}".strip() for head in words("purpose_heads") for tail in words("purpose_tails")]
