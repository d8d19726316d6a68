"""Which body a payee is: each rule, its limits, and the false friends that it refuses."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from totalplace.errors import PlaceError
from totalplace.money.resolve import RULES, Match, Resolver
from totalplace.terms import Body

SALFORD = Body("salford", "Salford City Council", "council", "E08000006")
TRAFFORD = Body("trafford", "Trafford Council", "council", "E08000009")
MANCHESTER = Body("manchester", "Manchester City Council", "council")
STOCKPORT = Body("stockport", "Stockport Metropolitan Borough Council", "council")
TAMESIDE = Body("tameside", "Tameside MBC", "council")
GMCA = Body("gmca", "Greater Manchester Combined Authority", "combined-authority")
MFT = Body("mft", "Manchester University NHS Foundation Trust", "nhs-provider")
GUYS = Body("guys", "Guy's and St Thomas' NHS Foundation Trust", "nhs-provider")
SALFORD_CCG = Body("salford-ccg", "NHS Salford CCG", "nhs-commissioner")
LANCASHIRE = Body("lcc", "Lancashire County Council", "council")
LANCASHIRE_POLICE = Body("pcc", "Lancashire Police and Crime Commissioner", "police")
LANCASHIRE_FIRE = Body("fire", "Lancashire Fire and Rescue Service", "fire")
GM = (SALFORD, TRAFFORD, MANCHESTER, STOCKPORT, TAMESIDE, GMCA, MFT, SALFORD_CCG)
EVERY = (*GM, GUYS, LANCASHIRE, LANCASHIRE_POLICE, LANCASHIRE_FIRE)


@pytest.fixture(scope="module")
def every() -> Resolver:
    return Resolver(EVERY)


def told(match: Match) -> tuple[str | None, bool, str]:
    return match.to_body, match.sure, match.rule


SURE = [
    ("Salford City Council", "salford", "name"),
    ("SALFORD CITY COUNCIL (204512)", "salford", "name"),
    ("City Of Salford", "salford", "same words"),
    ("Salford Council", "salford", "same words"),
    ("Salford CC", "salford", "same words"),
    ("Trafford M.B.C.", "trafford", "alias"),
    ("Stockport MBC", "stockport", "name"),
    ("Stockport Council", "stockport", "same words"),
    ("Stockport Metropolitan Borough Council (Accts Receiveable)", "stockport", "name"),
    ("Stockport Metropolitan Borough", "stockport", "cut name"),
    ("GMCA", "gmca", "alias"),
    ("GM Combined Authority", "gmca", "alias"),
    ("Greater Manchester Combined Authori", "gmca", "cut name"),
    ("Greater Manchester Combined", "gmca", "cut name"),
    ("GREATER MANCHESTER COMBINED AUTHORITY - GMP", "gmca", "alias"),
    ("Manchester University NHS FT", "mft", "name"),
    ("Central Manchester University", "mft", "cut name"),
    ("University Hospital Of South (Uhsm)", "mft", "alias"),
    ("TRUST GUYS & ST THOMAS HOSPITAL NHS FOUNDATION TRUST", "guys", "same words"),
    ("LIMITED Manchester University NHS Foundation Trust", "mft", "same words"),
    ("Nhs Salford Ccg", "salford-ccg", "name"),
    ("LANCASHIRE COUNTY COUNCIL (200398)", "lcc", "name"),
    ("LANCASHIRE CC", "lcc", "same words"),
    ("LANCASHIRE POLICE AUTHORITY", "pcc", "alias"),
    ("Lancashire Constabulary", "pcc", "alias"),
    ("OPCC Lancashire", "pcc", "same words"),
    ("LANCASHIRE FIRE & RESCUE", "fire", "same words"),
    ("Lancashire Combined Fire Authority", "fire", "alias"),
]


@pytest.mark.parametrize(("name", "body", "rule"), SURE)
def test_sure(every: Resolver, name: str, body: str, rule: str) -> None:
    match = every.match(name)
    assert told(match) == (body, True, rule)
    assert match.supplier == every.body_name(body), "a body goes by one name under all its spellings"


FALSE_FRIENDS = [
    "GUY'S AND ST THOMAS' CHARITY",
    "POLICE NOW ENTERPRISES LIMITED",
    "POLICE DIGITAL SERVICE",
    "CLICK FIRE & SECURITY LTD",
    "Legal And General Pensions",
    "NATIONAL FIRE CHIEFS COUNCIL LTD",
    "ASPRIS CHILD SVCS LTD ARDEN COLLEGE",
    "LONDON COUNCILS",
    "Manchester Airport Finance Holdings",
    "Manchester Airport Plc",
    "Manchester University",
    "Manchester City Football Club",
    "Manchester Central",
    "Manchester Port Health Authority",
    "Manchester Climate Change Agency",
    "Trafford Centre",
    "Trafford Housing Trust",
    "Trafford Community Leisure Trust",
    "Trafford College",
    "Salford Royal NHS Foundation Trust",
    "Salford Royal Hospitals Nhs Trust",
    "Salford City Council Employees Social Club",
    "Salford Community Leisure Ltd",
    "Salford Credit Union Ltd",
    "Salford Academy Trust",
    "Greater Manchester Chamber of Commerce",
    "Greater Manchester Pension Fund",
    "Tameside MB-GMPF",
    "Tameside MBC Pension Fund",
    "GREATER MANCHESTER SUPERANN FUND",
    "Greater Manchester Police Sports &",
    "Greater Manchester Trust for Recreation",
    "Stockport School",
    "Stockport Grammar School",
    "Lancashire Care NHS Foundation Trust",
    "Lancashire Wildlife Trust",
    "The Lancashire Wildlife Trust",
    "Lancashire County Cricket Club",
    "LANCASHIRE COUNTY DEVELOPMENTS (PROPERTY) LTD",
    "Lancashire County Pension Fund",
    "Lancashire Police Federation",
    "LANCASHIRE CONSTABULARY SPORTS & SOCIAL CLUB",
    "LANCASHIRE POLICE AUTHORITY SPORTS & SOCIAL FUND & LOTTERY",
    "WEST LANCASHIRE BOROUGH COUNCIL",
    "East Lancashire Hospitals NHS Trust",
    "Leicestershire County Council",
    "NHS Trafford CCG",
    "Carrington Parish Council",
    "Salford Parish Council",
    "BCC",
    "Redacted",
    "THIRD PARTY SUPPLIER",
    "NHS TRUST",
    "FOUNDATION TRUST",
    "COUNCIL",
    "",
]


@pytest.mark.parametrize("name", FALSE_FRIENDS)
def test_false_friends_are_not_even_candidates(every: Resolver, name: str) -> None:
    assert every.match(name).to_body not in {body.id for body in EVERY}


@pytest.mark.parametrize(
    ("name", "body", "rule"),
    [
        ("NHS CCG", "salford-ccg", "same words"),
        ("Office of the Police and Crime Commissioner", "pcc", "same words"),
        ("GREATER MANCHESTER COMBNIED AUTHORITY - GMP", "gmca", "like name"),
        ("Salfrod City Council", "salford", "like name"),
        ("Salford City Council Electoral Services", "salford", "like name"),
        ("Youth Service (Salford City Council)", "salford", "like name"),
        ("DISABILITIES NHS SALFORD CCG", "salford-ccg", "like name"),
        ("Salford Borough Council", "salford", "same words"),
        ("Manchester University NHS Foundat", "mft", "cut name"),
        ("Salford", "salford", "same words"),
        ("SCC", "salford", "like name"),
        ("GMCA Other Works", "gmca", "like name"),
        ("L.C.C.", "lcc", "like name"),
    ],
)
def test_likenesses_are_candidates(every: Resolver, name: str, body: str, rule: str) -> None:
    match = every.match(name)
    assert told(match) == (body, False, rule)
    assert match.score < 100
    assert match.supplier != every.body_name(body), "a candidate keeps its own name until it is confirmed"


def test_a_sort_of_body_alone_is_a_candidate_only_where_one_is_counted() -> None:
    two = Resolver([SALFORD_CCG, Body("t", "NHS Trafford CCG", "nhs-commissioner")])
    assert two.match("NHS CCG").to_body is None
    assert Resolver([SALFORD]).match("NHS CCG").to_body is None


def test_county_and_city_are_never_the_same() -> None:
    durham = Resolver([Body("d", "Durham County Council", "council")])
    assert durham.match("Durham CC").sure
    assert durham.match("Durham Council").sure
    assert durham.match("Durham City Council").to_body is None
    assert durham.match("Durham Borough Council").to_body is None


def test_provider_and_commissioner_are_never_the_same() -> None:
    bolton = Resolver([Body("ccg", "NHS Bolton CCG", "nhs-commissioner"), Body("ft", "Bolton NHS Foundation Trust")])
    assert bolton.match("NHS Bolton Clinical Commissioning Group").to_body == "ccg"
    assert bolton.match("Bolton Hospitals NHS Trust").to_body == "ft"


def test_neighbours_by_spelling_are_not_candidates() -> None:
    near = Resolver([Body("n", "North Fenshire Council", "council"), Body("l", "Leicester City Council", "council")])
    for name in ("South Fenshire Council", "Leicestershire County Council", "Worcester City Council"):
        assert near.match(name).to_body in (None, "leicestershire-county-council", "worcester-city-council")


def test_a_company_is_itself_by_each_ending() -> None:
    homes = Resolver([Body("homes", "Wendle Homes Limited", "housing"), Body("plc", "Wendle Trams PLC", "transport")])
    for name in ("WENDLE HOMES LTD", "Wendle Homes Ltd. (200398)", "Wendle Homes plc"):
        assert told(homes.match(name))[:2] == ("homes", True), name
    assert homes.match("Wendle Trams Public Limited Company").to_body == "plc"
    for name in ("Wendle Homes LLP", "Wendle Homes Trading Ltd", "Wendle Holdings Ltd"):
        assert homes.match(name).to_body is None, name


def test_a_body_with_a_word_of_other_organisations_has_its_slips_of_the_pen() -> None:
    place = Resolver(
        [
            Body("council", "Wendleham Borough Council", "council", aliases=("Wendleham Council",)),
            Body("cvs", "Wendleham Council for Voluntary Service", "voluntary"),
            Body("homes", "Wendleham Homes Limited", "housing"),
            Body("college", "Wendleham College", "education"),
        ]
    )
    slips = {
        "WENDELHAM HOMES LIMITED": "homes",
        "Wendleham Colelge": "college",
        "Wendleham Council for Volunatry Service": "cvs",
        "Wendelham Borough Council": "council",
    }
    for name, body in slips.items():
        assert told(place.match(name)) == (body, False, "like name"), name


def test_part_of_a_name_may_hold_a_word_of_other_organisations_where_the_bodys_own_does() -> None:
    place = Resolver([Body("college", "Wendleham Sixth Form College", "education")])
    assert told(place.match("Wendleham Sixth Form College Catering")) == ("college", False, "like name")
    for name in ("Wendleham Sixth Form College Charity", "Friends of Wendleham Sixth Form College"):
        assert place.match(name).to_body is None, name


@pytest.mark.parametrize(
    "slip",
    [
        "GREATER MANCHESTER COMBINED AUTHORTIY",
        "NHS SALFORD CLINICAL COMMISISONING GROUP",
        "Lancashire Fire and Resuce Service",
    ],
)
def test_letters_that_changed_places_are_a_likeness(every: Resolver, slip: str) -> None:
    assert every.match(slip).rule == "like name"


@pytest.mark.parametrize(
    "name",
    [
        "Salford Council of Churches",
        "Salford Council for Community Cohesion",
        "Lancashire Police Benevolent Fund",
        "Trafford Council of Mosques",
        "Salford City Council Brass Band",
        "Greater Manchester Police Male Voice Choir",
        "Salford City Council Retired Pensioners",
    ],
)
def test_others_that_bear_a_bodys_name(every: Resolver, name: str) -> None:
    assert every.match(name).to_body not in {body.id for body in EVERY}


# ---- identifiers


def test_identifiers_tell_before_names(every: Resolver) -> None:
    assert told(every.match("A TRUST", {"ods": "R0A"})) == ("mft", True, "identifier")
    assert told(every.match("A site", {"ods": "R0A02"})) == ("mft", True, "identifier")
    assert told(every.match("Some Council", {"gss": "e08000006"})) == ("salford", True, "identifier")
    assert told(every.match("NHS0000RJ101 : Guys Hosp")) == ("guys", True, "identifier")
    assert every.match("A practice", {"ods": "P81001"}).to_body is None


def test_a_vat_number_is_also_that_of_schools_and_funds(every: Resolver) -> None:
    vat = {"vat": "GB 149 2838 37"}
    assert told(every.match("Salford Environmental Health", vat)) == ("salford", True, "identifier")
    assert told(every.match("Swinton Town Hall", vat)) == ("salford", False, "identifier")
    assert every.match("St Patricks RC High School", vat).to_body is None
    assert every.match("Tameside MB-GMPF", {"vat": "149193544"}).to_body is None
    assert every.match("Redacted", vat).to_body is None
    assert every.match("Salford City Council", {"vat": "NA"}).to_body == "salford"


def test_a_vat_number_goes_with_a_name_that_is_cut_or_misspelt_or_of_a_unit() -> None:
    vat = {"vat": "GB000417399"}
    codes = {"vat": ("GB000417399",)}
    aliases = ("Police and Crime Commissioner for Wendle",)
    place = Resolver([Body("p", "Wendle Police", "police", aliases=aliases, codes=codes)])
    for name in ("Police and Crime Commissioner for W", "Wendle Police Training Centre", "WENDEL POLICE"):
        assert told(place.match(name, vat)) == ("p", True, "identifier"), name
    assert told(place.match("Stores", vat)) == ("p", False, "identifier")
    assert place.match("Wendle Police Federation", vat).to_body is None


def test_a_name_in_full_tells_before_a_vat_number_that_several_use() -> None:
    council = Body("c", "Wendle Council", "council", codes={"vat": ("GB000417399",)})
    place = Resolver([council, Body("ccg", "NHS Wendle CCG", "nhs-commissioner")])
    assert told(place.match("NHS WENDLE CCG", {"vat": "000417399"}))[:2] == ("ccg", True)


def test_an_official_code_tells_before_a_vat_number() -> None:
    council = Body("c", "Wendle Council", "council", codes={"vat": ("GB000417399",)})
    homes = Body("h", "Wendle Homes Limited", "housing", codes={"company": ("99004417",)})
    found = Resolver([council, homes]).match("Wendle", {"vat": "000417399", "company": "99004417"})
    assert told(found) == ("h", True, "identifier")


def test_a_code_that_two_bodies_claim_tells_neither() -> None:
    one = Body("one", "One Council", "council", codes={"vat": ("123456789",)})
    two = Body("two", "Two Council", "council", codes={"vat": ("123456789",)})
    assert Resolver([one, two]).match("Something Else", {"vat": "123456789"}).to_body is None


# ---- cut names


def test_a_cut_name_is_sure_where_a_field_would_end_it() -> None:
    place = Resolver([Body("x", "North Exmouth and Sidbury Combined Authority", "combined-authority")])
    whole = "North Exmouth and Sidbury Combined Authority"
    assert told(place.match(whole[:35])) == ("x", True, "cut name")
    assert told(place.match(whole[:30])) == ("x", True, "cut name")
    assert told(place.match("North Exmouth and Sidbury Combined")) == ("x", True, "cut name"), "wrapped at 35"
    assert told(place.match(whole[:27])) == ("x", False, "cut name")
    assert place.match(whole[:17]).to_body is None, "too short to tell"
    coded = f"{whole[:26]} (201178)"
    assert len(coded) == 35
    assert told(place.match(coded)) == ("x", False, "cut name"), "the code is no part of the name"
    assert told(place.match(f"{whole[:35]} (201178)")) == ("x", True, "cut name")


def test_a_cut_name_that_fits_two_bodies_is_not_sure() -> None:
    names = (
        "North Exmouth and Sidburyshire Combined Authority",
        "North Exmouth and Sidburyshire Community Trust",
    )
    cut = names[0][:30]
    assert cut == names[1][:30]
    both = Resolver([Body("x", names[0], "combined-authority"), Body("y", names[1], "other")])
    assert both.match(cut).to_body is None
    one = Resolver([Body("x", names[0])], register=[Body("y", names[1])])
    assert told(one.match(cut)) == ("x", False, "cut name")


# ---- what a person settled


def test_what_a_person_settled_comes_first() -> None:
    settled = {
        "Salford Royal (1234)": "salford",
        "SALFORD CITY COUNCIL": None,
        "GMCA": "",
        "Gone": "no-such-body",
    }
    resolver = Resolver(GM, settled)
    assert told(resolver.match("SALFORD ROYAL")) == ("salford", True, "confirmed")
    assert told(resolver.match("Salford City Council")) == (None, True, "confirmed")
    assert told(resolver.match("G.M.C.A.", {"vat": "287158171"})) == (None, True, "confirmed")
    assert told(resolver.match("Gone")) == (None, False, "none")
    assert resolver.match("City of Salford").to_body == "salford", "only the name that was settled"
    assert Resolver(GM, {"***": "salford"}).match("---").to_body is None, "a name without letters settles nothing"


# ---- the register


def test_the_place_takes_over_what_the_register_knows() -> None:
    for name in ("Greater Manchester Combined Authority", "GMCA", "GM Combined Authority"):
        resolver = Resolver([Body("ours", name, "combined-authority")])
        for payee in ("GMCA", "Greater Manchester Combined Authori", "Greater Manchester Combined Authority"):
            assert resolver.match(payee).to_body == "ours", (name, payee)
        assert resolver.match("x y z", {"gss": "E47000001"}).to_body == "ours"


@pytest.mark.parametrize("name", ["Salford", "Salford Council", "Salford City Council", "City of Salford"])
def test_a_council_is_known_however_it_is_declared(name: str) -> None:
    resolver = Resolver([Body("ours", name, "council")])
    for payee in ("Salford City Council", "Salford Council", "SALFORD CC", "City of Salford"):
        assert told(resolver.match(payee))[:2] == ("ours", True), payee


def test_an_old_name_is_not_the_whole_of_its_successor() -> None:
    place = Resolver([Body("b", "NHS Barnet CCG"), Body("c", "NHS Camden CCG"), Body("k", "Kingston Hospital NHS FT")])
    assert place.match("NHS Barnet CCG").to_body == "b"
    assert place.match("NHS Camden CCG").to_body == "c"
    assert place.match("NHS Islington CCG").to_body == "nhs-north-central-london-ccg"
    assert place.match("Kingston Hospital NHS Trust").to_body == "k"
    assert place.match("Kingston & Richmond NHS FT").to_body == "kingston-and-richmond-nhs-foundation-trust"


def test_a_body_that_is_not_counted_only_groups(every: Resolver) -> None:
    names = ("Bolton Mbc", "Bolton Council", "BOLTON METROPOLITAN BOROUGH COUNCIL")
    matches = [every.match(name) for name in names]
    assert {(m.to_body, m.sure, m.supplier) for m in matches} == {
        ("bolton-metropolitan-borough-council", True, "Bolton Metropolitan Borough Council")
    }
    assert every.match("Boltonn Council").to_body is None, "no candidates for what is not counted"


def test_an_id_of_the_register_gives_way_to_the_places_own() -> None:
    resolver = Resolver([Body("greater-manchester-police", "Wendleham Council", "council")])
    assert resolver.match("Wendleham Council").to_body == "greater-manchester-police"
    assert resolver.match("Greater Manchester Police").to_body == "greater-manchester-police-register"


def test_two_bodies_by_one_name_are_refused() -> None:
    with pytest.raises(PlaceError, match=r"'Salford City Council' and 'Somebody' both go by .*SALFORD CITY COUNCIL"):
        Resolver([SALFORD, Body("x", "Somebody", aliases=("Salford City Council",))])


def test_a_place_unknown_to_the_register() -> None:
    bodies = [
        Body("w", "Wendleham Borough Council", "council", aliases=("WBC",)),
        Body("t", "Transport for Wendleham"),
    ]
    resolver = Resolver(bodies)
    assert resolver.match("WENDLEHAM B.C.").sure
    assert resolver.match("wbc").to_body == "w"
    assert resolver.match("Transport For Wendleham").to_body == "t"
    assert resolver.match("Wendleham Borough Council Pension Fund").to_body is None


# ---- groups, kinds, order, time


def test_suppliers_group_by_their_spelling(every: Resolver) -> None:
    names = (
        "Reed Specialist Recruitment Ltd",
        "REED SPECIALIST RECRUITMENT LIMITED",
        "Reed Specialist Recruitment Ltd.",
    )
    assert {every.match(name).supplier for name in names} == {"Reed Specialist Recruitment Ltd"}
    assert every.match("***").supplier == "***", "a name without letters still has one"


def test_kind_comes_with_the_name(every: Resolver) -> None:
    assert every.match("HMRC CUMBERNAULD").kind == "payroll-tax-pension"
    assert every.match("Manchester Airport Finance Holdings").kind == "lending-treasury"
    assert every.match("Manchester City Council").kind is None


def test_order_changes_nothing() -> None:
    names = [name for name, _, _ in SURE] + FALSE_FRIENDS + ["NHS CCG", "Salfrod City Council"]

    def answers(bodies: Sequence[Body], payees: Sequence[str]) -> dict[str, Match]:
        found = Resolver(bodies).match_many([(name, {}) for name in payees])
        return dict(zip(payees, found, strict=True))

    expected = answers(EVERY, names)
    for seed in range(3):
        chance = random.Random(seed)
        assert answers(chance.sample(EVERY, len(EVERY)), chance.sample(names, len(names))) == expected
    shuffled = [replace(body, aliases=tuple(reversed(body.aliases))) for body in reversed(EVERY)]
    assert answers(shuffled, names) == expected


def test_every_rule_is_named(every: Resolver) -> None:
    names = [name for name, _, _ in SURE] + ["NHS CCG", "Salfrod City Council", "nobody"]
    matches = [*every.match_many([(name, {}) for name in names]), every.match("x", {"ods": "R0A"})]
    matches.append(Resolver(GM, {"x": "gmca"}).match("x"))
    assert {match.rule for match in matches} == set(RULES)


def test_many_names_are_quick(every: Resolver) -> None:
    firms = (
        "Care Homes Ltd",
        "Building & Maintenance Limited",
        "Manchester Services (UK) Ltd",
        "Day Nursery",
        "NHS Supplies",
    )
    names = [(f"Firm {n} {firms[n % len(firms)]}", {}) for n in range(30_000)]
    every.match("warm up council")
    start = time.process_time()
    every.match_many(names)
    assert time.process_time() - start < 6, "a tenth of this was measured"
