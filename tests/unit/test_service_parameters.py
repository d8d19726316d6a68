"""COFOG, services, published labels and subjective groups: linted, and held to examples."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import UsageError
from totalplace.parameters import services as known
from totalplace.parameters.divisions import division_of, labels


def test_cofog_has_ten_divisions_and_every_group_hangs_on_one() -> None:
    codes = list(known.functions())
    assert codes == sorted(codes)
    assert [code for code in codes if "." not in code] == [f"{n:02}" for n in range(1, 11)]
    assert len([code for code in codes if "." in code]) == 69
    for row in known.functions().values():
        assert re.fullmatch(r"\d\d(\.\d)?", row.code)
        assert row.division in known.functions()
        assert row.label
        assert row.source


def test_each_service_maps_to_groups_of_cofog_that_exist_and_says_from_where() -> None:
    for row in known.services().values():
        for code in (row.cofog, *row.also):
            assert "." in known.function(code).code, f"{row.id}: {code} is a division"
        assert row.cofog not in row.also
        assert row.source
        assert row.status in ("verified", "unverified")
    assert known.NOT_CLASSIFIED not in known.services()


def test_names_in_official_figures_lead_to_services_so_that_both_can_stand_side_by_side() -> None:
    published = tomllib.loads(files("totalplace.parameters").joinpath("divisions.toml").read_text("utf-8"))
    assert set(published) <= set(labels())
    assert all(division_of(name) == division for division, names in published.items() for name in names)
    assert all(division_of(label) == division for division, label in labels().items())


def test_published_labels_map_to_services_that_exist_each_once() -> None:
    for row in known.published_labels():
        assert row.scheme in ("proclass", "department")
        assert row.service == "" or row.service in known.services()
        assert row.label
        assert row.source
        assert row.status in ("verified", "unverified")
    told: dict[tuple[str, str], set[str]] = {}
    for row in known.published_labels():
        told.setdefault((row.scheme, known.folded(row.label)), set()).add(row.service)
    assert {label: ids for label, ids in told.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("SOCIAL CARE  : Nursing Homes", "adults"),
        ("social care: nursing homes", "adults"),
        ("321016", "adults"),
        ("SC : Children Residential Care", "children"),
        ("HR : Supply Teachers", "education"),
        ("LEGAL SERVICES : Elections", "central"),
        ("ICT : Software", ""),  # what was bought, not for which service
        ("CONSULTANCY :Traffic Planning", ""),  # a waste levy stands under it too
    ],
)
def test_a_proclass_label_or_code_tells_its_service(text: str, service: str) -> None:
    found = known.proclass(text)
    assert found is not None
    assert found.service == service


def test_a_label_that_is_not_known_tells_nothing() -> None:
    assert known.proclass("Office expenses") is None


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Adult Social Care", "adults"),
        ("CHILDREN’S SOCIAL CARE", "children"),
        ("Highways & Transport", "highways"),
        ("Housing Revenue Account", "housing"),
        ("Other", ""),
        ("Childrens Services", ""),  # education or social care: nobody can tell
        ("Adult Social Care Northern Team", ""),
    ],
)
def test_a_whole_department_heading_tells_its_service(text: str, service: str) -> None:
    assert known.department_service(text) == service


def test_services_and_functions_are_found_by_id_or_label_or_refused_with_what_was_meant() -> None:
    assert known.service("Adult social care").id == "adults"
    assert known.service(" HIGHWAYS ").id == "highways"
    assert known.function("10.4").label == "Family and children"
    with pytest.raises(UsageError, match="'highway' is no service; did you mean 'highways'"):
        known.service("highway")
    with pytest.raises(UsageError, match=r"'9\.1' is no COFOG code; did you mean '09\.1'"):
        known.function("9.1")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Agency staff provision", "employees"),
        ("Teachers Supn Fund", "employees"),
        ("Electricity", "premises"),
        ("employees.employer_pensions", "employees"),
        ("External repairs and maintenance for buildings", "premises"),
        ("CONT HIRE HOME TO SC", "transport"),
        ("Stationery", "supplies"),
        ("Payments to Private Providers", "third-party"),
        ("EXT RES CARE FEES", "third-party"),
        ("DIRECT PAYMENTS", "transfers"),
        ("Loan interest", "capital-financing"),
        ("Recharges to schools", "support"),
        ("Rental income", "income"),
        ("Rental incoming", ""),
        ("Miscellaneous", ""),
    ],
)
def test_words_tell_the_subjective_group(text: str, group: str) -> None:
    assert known.subjective(text) == group


def test_the_first_text_that_tells_a_subjective_group_has_the_say() -> None:
    assert known.subjective("Miscellaneous", "Electricity", "Transport") == "premises"
    assert known.subjective("", "") == ""


def test_subjective_rules_are_whole() -> None:
    for rule in known.subjective_rules():
        assert rule.group in known.subjectives()
        assert rule.reason
        assert "(?" not in rule.pattern
    assert {rule.group for rule in known.subjective_rules()} == set(known.subjectives())


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert known.folded(known.folded(text)) == known.folded(text)
