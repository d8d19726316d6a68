"""Bodies as people name them: what the register knows under which name, what it offers, what it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

import totalplace as tp
from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money.declaring import listed, near, new_body, registered, resembles, told_kind, unmatched
from totalplace.money.resolve import Resolver
from totalplace.terms import Body

EMPTY = Definition("Anytown")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Salford City Council", "Salford City Council"),
        ("Salford", "Salford City Council"),
        ("Salford Council", "Salford City Council"),
        ("Manchester Council", "Manchester City Council"),
        ("Trafford Council", "Trafford Metropolitan Borough Council"),
        ("Wirral MBC", "Wirral Metropolitan Borough Council"),
        ("Lancashire Police and Crime Commissioner", "Police and Crime Commissioner for Lancashire"),
        ("Lancashire PCC", "Police and Crime Commissioner for Lancashire"),
        ("GMCA", "Greater Manchester Combined Authority"),
    ],
)
def test_the_register_knows_a_body_as_people_name_it(name: str, known: str) -> None:
    found = registered(name)
    assert found is not None
    assert found.name == known
    declared = new_body(EMPTY, name)
    assert (declared.name, declared.kind, declared.area) == (name, found.kind, found.area)
    to_itself = Resolver([declared]).match(known)
    assert (to_itself.to_body, to_itself.sure) == (declared.id, True)


@pytest.mark.parametrize("name", ["Epsom & St Helier", "Kingston Hospital", "Whittington Health", "Salford Royal"])
def test_a_name_that_is_like_one_of_the_register_is_asked_after(name: str) -> None:
    """Declared as it stands, it would be another body, and all that others pay to the trust would stay in net."""
    assert registered(name) is None
    assert near(name)
    with pytest.raises(UsageError, match=f"does not know '{name}'; did you mean '{near(name)[0].name}'"):
        new_body(EMPTY, name)
    assert new_body(EMPTY, name, "housing").kind == "housing"


def test_the_nearest_is_offered_first() -> None:
    assert near("Epsom & St Helier")[0].name == "Epsom and St Helier University Hospitals NHS Trust"
    assert near("Kingston Hospital")[0].name == "Kingston and Richmond NHS Foundation Trust"


def test_a_name_tells_the_kind_or_a_person_does() -> None:
    assert told_kind("Anyshire Police") == "police"
    assert new_body(EMPTY, "Anytown Borough Council").kind == "council"
    with pytest.raises(UsageError, match=r"give --kind, one of council, .*'totalplace register WORDS'"):
        new_body(EMPTY, "Larkham Homes")
    assert new_body(EMPTY, "Larkham Homes", "housing").kind == "housing"
    with pytest.raises(UsageError, match="did you mean 'housing'"):
        new_body(EMPTY, "Larkham Homes", "houses")


def test_one_body_is_not_declared_under_two_names() -> None:
    here = Definition("Salford", bodies=(Body("salford", "Salford City Council", "council"),))
    with pytest.raises(UsageError, match="declared as 'Salford City Council': give that name"):
        new_body(here, "Salford")
    anytown = Definition("Anytown", bodies=(Body("a", "Anytown Council", "council"),))
    with pytest.raises(UsageError, match=r"did you mean 'Anytown Council'.*--kind"):
        new_body(anytown, "Anytown Counsil")
    assert new_body(anytown, "Anytown Counsil", "council").id == "anytown-counsil"


def test_every_name_that_is_refused_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as said:
        tp.new(tmp_path / "place", bodies=["Barts Health", "Salford", "Kingston Hospital"])
    assert [line.split("'")[1] for line in str(said.value).splitlines()] == ["Barts Health", "Kingston Hospital"]
    assert not (tmp_path / "place").exists()


def test_a_refused_name_makes_no_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        tp.new(tmp_path / "place", bodies=["Salford", "Epsom & St Helier"])
    assert not (tmp_path / "place").exists()
    made = tp.new(tmp_path / "place", bodies=["Salford", "Larkham Homes"], kind="housing")
    assert [(body.name, body.kind) for body in made.definition.bodies] == [
        ("Salford", "council"),
        ("Larkham Homes", "housing"),
    ]
    assert made.definition.body("Salford City Council").id == "salford"


def test_a_body_named_by_its_place_alone_and_by_kind_is_its_trust() -> None:
    trust = Body("epsom", "Epsom & St Helier", "nhs-provider")
    found = Resolver([trust]).match("EPSOM & ST HELIER UNIVERSITY HOSPITALS NHS TRUST")
    assert (found.to_body, found.sure) == ("epsom", True)


def test_who_resembles_whom() -> None:
    trust = registered("Epsom and St Helier University Hospitals NHS Trust")
    city = registered("Salford City Council")
    university = registered("University of Salford")
    assert trust
    assert city
    assert university
    assert resembles(Body("a", "Epsom & St Helier", "other"), trust)
    assert not resembles(Body("a", "Epsom & St Helier", "housing"), trust)
    assert not resembles(Body("a", "Anytown Council", "council"), city)
    assert unmatched([Body("a", "Salford", "other"), Body("b", "Trafford Council", "council")]) == [
        Body("a", "Salford", "other")
    ]
    assert not resembles(Body("b", "Salford Council", "council"), university)


def test_the_register_can_be_read_and_narrowed() -> None:
    whole = listed()
    assert len(whole.rows) > 800
    names = [row[0] for row in listed("salford").rows]
    assert "Salford City Council" in names
    assert "Northern Care Alliance NHS Foundation Trust" in names, "its old names count"
    assert [row[0] for row in listed("police lancashire").rows] == ["Police and Crime Commissioner for Lancashire"]
    assert [row[0] for row in listed("E08000006").rows] == ["Salford City Council"]
