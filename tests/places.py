"""Three places made of real published files, for tests that have them beside the repository.

`GM`, `LANCASHIRE` and `LONDON` are the places' bodies, each a dictionary in the form of a `[[body]]` of
place.toml; `FILES` maps a body's id to the globs of its spend files below shared/data/spend (none: the body
is counted, and publishes nothing here). Names and codes are the bodies' own; the register adds the rest.

London: the file codes are those of the set that the files come from. SWI is counted as NHS South West London CCG's:
its lines say that they come from 'SWl 11 - February', which is the month that SWL lacks, and 283 of its 308 payees
are SWL's too.
"""

from __future__ import annotations

from typing import Any

GM: list[dict[str, Any]] = [
    {"id": "manchester", "name": "Manchester City Council", "kind": "council", "area": "E08000003"},
    {"id": "salford", "name": "Salford City Council", "kind": "council", "area": "E08000006"},
    {"id": "trafford", "name": "Trafford Council", "kind": "council", "area": "E08000009"},
]

LANCASHIRE: list[dict[str, Any]] = [
    {"id": "hyndburn", "name": "Hyndburn Borough Council", "kind": "council", "area": "E07000120"},
    {"id": "lancashire-cc", "name": "Lancashire County Council", "kind": "council", "area": "E10000017"},
    {
        "id": "lancashire-pcc",
        "name": "Lancashire Police and Crime Commissioner",
        "kind": "police",
        "area": "E10000017",
    },
    {
        "id": "lancashire-fire",
        "name": "Lancashire Fire and Rescue Service",
        "kind": "fire",
        "area": "E10000017",
    },
]

_TRUSTS = (
    ("barts", "Barts Health NHS Trust", "BART", "R1H"),
    ("bhrut", "Barking, Havering and Redbridge University Hospitals NHS Trust", "BHR", "RF4"),
    ("chelsea", "Chelsea and Westminster Hospital NHS Foundation Trust", "CHWE", "RQM"),
    ("croydon-health", "Croydon Health Services NHS Trust", "CROY", "RJ6"),
    ("epsom", "Epsom and St Helier University Hospitals NHS Trust", "EPSH", "RVR"),
    ("hillingdon-hospitals", "The Hillingdon Hospitals NHS Foundation Trust", "HILL", "RAS"),
    ("homerton", "Homerton University Hospital NHS Foundation Trust", "HOME", "RQX"),
    ("imperial", "Imperial College Healthcare NHS Trust", "IMPC", "RYJ"),
    ("kingston-hospital", "Kingston Hospital NHS Foundation Trust", "KGST", "RAX"),
    ("kings", "King's College Hospital NHS Foundation Trust", "KICO", "RJZ"),
    ("lewisham-greenwich", "Lewisham and Greenwich NHS Trust", "LEGR", "RJ2"),
    ("lnwh", "London North West University Healthcare NHS Trust", "LNWU", "R1K"),
    ("north-middlesex", "North Middlesex University Hospital NHS Trust", "NMID", "RAP"),
    ("royal-free", "Royal Free London NHS Foundation Trust", "ROYF", "RAL"),
    ("st-georges", "St George's University Hospitals NHS Foundation Trust", "SGEO", "RJ7"),
    ("whittington", "Whittington Health NHS Trust", "WHIT", "RKE"),
)
_COMMISSIONERS = (
    ("ncl-ccg", "NHS North Central London CCG", ("NCL",), "93C", ""),
    ("barking-ccg", "NHS Barking and Dagenham CCG", ("NEBD",), "07L", "E09000002"),
    ("havering-ccg", "NHS Havering CCG", ("NEHV",), "08F", "E09000016"),
    ("newham-ccg", "NHS Newham CCG", ("NENW",), "08M", "E09000025"),
    ("redbridge-ccg", "NHS Redbridge CCG", ("NERD",), "08N", "E09000026"),
    ("tower-hamlets-ccg", "NHS Tower Hamlets CCG", ("NETH",), "08V", "E09000030"),
    ("waltham-forest-ccg", "NHS Waltham Forest CCG", ("NEWF",), "08W", "E09000031"),
    ("brent-ccg", "NHS Brent CCG", ("NWBR",), "07P", "E09000005"),
    ("central-london-ccg", "NHS Central London (Westminster) CCG", ("NWCL",), "09A", "E09000033"),
    ("ealing-ccg", "NHS Ealing CCG", ("NWEA",), "07W", "E09000009"),
    ("harrow-ccg", "NHS Harrow CCG", ("NWHA",), "08E", "E09000015"),
    ("hammersmith-ccg", "NHS Hammersmith and Fulham CCG", ("NWHF",), "08C", "E09000013"),
    ("hillingdon-ccg", "NHS Hillingdon CCG", ("NWHI",), "08G", "E09000017"),
    ("hounslow-ccg", "NHS Hounslow CCG", ("NWHO",), "07Y", "E09000018"),
    ("west-london-ccg", "NHS West London CCG", ("NWWL",), "08Y", "E09000020"),
    ("sel-ccg", "NHS South East London CCG", ("SEL",), "72Q", ""),
    ("swl-ccg", "NHS South West London CCG", ("SWL", "SWI"), "36L", ""),
)

LONDON: list[dict[str, Any]] = [
    {"id": "gla", "name": "Greater London Authority", "kind": "combined-authority", "area": "E12000007"},
    *({"id": i, "name": name, "kind": "nhs-provider", "ods": [ods]} for i, name, _, ods in _TRUSTS),
    *(
        {"id": i, "name": name, "kind": "nhs-commissioner", "ods": [ods]} | ({"area": area} if area else {})
        for i, name, _, ods, area in _COMMISSIONERS
    ),
]

FILES: dict[str, list[str]] = {
    "manchester": ["gm/manchester/*.csv"],
    "salford": ["gm/salford/*.csv"],
    "trafford": ["gm/trafford/trafford-supplier-spend-*"],
    "hyndburn": ["lancashire/hyndburn/*.csv"],
    "lancashire-cc": [],
    "lancashire-pcc": ["lancashire/pcc/*.xlsx"],
    "lancashire-fire": ["lancashire/fire/*.xlsx"],
    "gla": ["london/gla/*.csv"],
    **{i: [f"london/nhs_merged/{code}.csv"] for i, _, code, _ in _TRUSTS},
    **{i: [f"london/nhs_merged/{code}.csv" for code in codes] for i, _, codes, _, _ in _COMMISSIONERS},
}
