"""Tags on a place that is built: by command, by page and from Python; kept through builds, opened down to lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

import totalplace as tp
from tests.webserver import Served, served
from totalplace.cli.commands import app
from totalplace.cli.tagging import SCHEMES as OPTIONS
from totalplace.errors import PlaceError, UsageError
from totalplace.parameters.schemes import SCHEMES, UNCLASSIFIED, scheme
from totalplace.place import Place
from totalplace.tags.tagged import BY
from totalplace.terms import KEPT, pence, pounds
from totalplace.web.addresses import address

HOMES = "Anytown Homes"
HOSTILE = '<script>alert("x")</script>'
FILES = {
    "Anytown Borough Council": """Date,Supplier Name,Amount,Department,Description
03/04/2023,Bright Lamps Ltd,40000.00,Highways,Street lamps
10/09/2024,Bright Lamps Ltd,1500.55,Highways,Street lamps
11/09/2024,Tram Works PLC,15000.00,Public Health,Health checks
12/09/2024,Tram Works PLC,-12.34,Public Health,Credit
13/09/2024,Elm Homes Ltd,9000.00,Adult Social Care,Residential care
14/09/2024,Leisure Trust,3000.00,Culture and Leisure,Grant
15/09/2024,Anyshire Police,700.00,Finance,Precept
16/09/2024,Money Market Fund,50000.00,Finance,Deposit
17/09/2024,HM Revenue and Customs,800.00,Finance,PAYE
""",
    "Anyshire Police": """Date,Supplier Name,Amount,Department,Description
05/06/2024,Bright Lamps Ltd,25000.00,Stations,Lamps
06/06/2024,Fleet Hire Ltd,125.25,Stations,Cars
""",
    "Department for Work and Pensions": """Date,Supplier Name,Amount,Department,Description
07/10/2024,Tram Works PLC,20000.00,Programmes,Advice
""",
    "Anytown Homes": """Date,Supplier Name,Amount,Department,Description
11/03/2025,Bright Lamps Ltd,25000.00,Repairs,Lamps
""",
}


def make(folder: Path) -> Place:
    """A small place of four bodies, built."""
    place = tp.new(folder, name="Anytown", bodies=[name for name in FILES if name != HOMES])
    toml = place.root / "place.toml"
    text = toml.read_text("utf-8")
    for body, id in zip(FILES, ("council", "police", "work", "homes"), strict=True):
        text = re.sub(rf'id = "[^"]*"(\nname = "{body}")', rf'id = "{id}"\1', text)
    toml.write_text(text + f'\n[[body]]\nid = "homes"\nname = "{HOMES}"\nkind = "housing"\n', encoding="utf-8")
    for n, (body, rows) in enumerate(FILES.items()):
        (folder / f"{n}.csv").write_text(rows, encoding="utf-8")
        place.add("spend", [folder / f"{n}.csv"], body)
    place.build()
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("tags") / "place")


@pytest.fixture
def changing(tmp_path: Path) -> Place:
    """A place of its own for tests that write rules."""
    return make(tmp_path / "place")


def run(place: Place, *arguments: str) -> Any:
    """A command on the place: what it came to."""
    return CliRunner().invoke(app, [*arguments, "--place", str(place.root)])


def answer(place: Place, *arguments: str) -> Any:
    """What a command says in JSON; the command must have succeeded."""
    done = run(place, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_options_name_the_schemes() -> None:
    assert OPTIONS == SCHEMES


def test_who_controls_the_money(place: Place) -> None:
    told = answer(place, "control")
    assert {row["class"]: row["net"] for row in told["rows"]} == {
        "council": "54300.55",
        "other-local": "25125.25",
        "national-local": "14987.66",
        "national": "20000.00",
        UNCLASSIFIED: "75000.00",
    }
    share = told["influenceable"]
    assert (share["money"], share["total"]) == ("94413.46", "189413.46")
    assert (share["low"], share["high"]) == (94_413_46 / 189_413_46, (94_413_46 + 75_000_00) / 189_413_46)


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("by", [[one] for one in BY] + [["body", "service"], ["kind", "year"]])
def test_the_classes_of_a_cut_add_up_to_the_net_of_the_count(place: Place, name: str, by: list[str]) -> None:
    found = place.tags.cut(name, by).records()
    counted = place.money.count(by).cut
    assert counted
    net = {tuple(str(row[one]) for one in by): row["net"] for row in counted.records()}
    classes = [one.id for one in scheme(name).classes]
    for row in found:
        key = tuple(str(row[one]) for one in by)
        assert row["net"] == net.pop(key)
        assert sum(round(float(row[one]) * 100) for one in classes) == round(float(row["net"]) * 100)
    assert set(net.values()) <= {"0.00"}


@pytest.mark.parametrize("name", SCHEMES)
def test_every_class_opens_down_to_its_lines(place: Place, name: str) -> None:
    for body in ("", "council"):
        where = {"body": [body]} if body else {}
        for row in place.tags.by_class(name, where).records():
            _, parts = place.tags.parts(name, where, classes={name: [row["class"]]})
            lines = pence = 0
            for part in parts:
                filters = {
                    n: ["" if v in ("nobody", "none") else v for v in values] for n, values in part.filters.items()
                }
                page = place.money.lines({**where, **filters, "outcome": KEPT})
                assert (page.total, page.pence) == (part.lines, part.net), part
                lines += part.sign * page.total
                pence += part.sign * page.pence
            assert (lines, pounds(pence)) == (row["lines"], row["net"])


def test_a_supplier_that_a_rule_sets_apart_is_counted_once(changing: Place) -> None:
    place = changing
    place.tags.tag("control", "national", {"supplier": ["Bright Lamps Ltd"], "body": ["council"]}, "agreed")
    found = place.tags.tagged(["control"])
    assert found.net == place.money.count().net
    rows = {row["class"]: row["net"] for row in place.tags.by_class("control").records()}
    assert (rows["national"], rows["council"]) == ("61500.55", "12800.00")
    assert place.tags.by_class("control", {"supplier": place.money.supplier_numbers(["Bright Lamps Ltd"])}).rows[3][
        4:
    ] == (
        41_500_55,
        41_500_55 / 91_500_55,
    )
    place.tags.tag("control", "council", {"supplier": ["Bright Lamps Ltd"], "body": ["police"]}, "lent")
    _, (whole, less) = place.tags.parts("control", {"body": ["police"]}, classes={"control": ["other-local"]})
    assert (whole.net, less.net, less.sign) == (25_125_25, 25_000_00, -1)
    lines = place.money.lines({**less.filters, "outcome": KEPT})
    assert (lines.total, lines.pence) == (less.lines, less.net)


def test_filters_narrow_and_what_is_not_known_is_refused(place: Place) -> None:
    assert answer(place, "control", "--body", "police")["influenceable"]["low"] == 1.0
    assert answer(place, "control", "--kind", "spending", "--year", "2023-24")["rows"][0]["net"] == "40000.00"
    (row,) = answer(place, "control", "--by", "service", "--service", "public-health")["rows"]
    assert (row["service_name"], row["national-local"], row["low"]) == ("Public health", "14987.66", 1.0)
    for arguments, words in (
        (["control", "--body", "polise"], "did you mean 'police'"),
        (["control", "--class", "counsil"], "did you mean 'council'"),
        (["control", "--by", "servce"], "did you mean 'service'"),
        (["control", "--by", "body,body"], "asked for twice"),
        (["control", "--rules", "--by", "body"], "not cut or narrowed"),
        (["control", "--parts", "--by", "body"], "narrow it instead"),
        (["tags", "contrl"], "did you mean 'control'"),
        (["tags", "--by", "body"], "name a scheme"),
        (["control", "--year", "2030-31"], "nothing of 2030-31"),
    ):
        done = run(place, *arguments)
        assert isinstance(done.exception, UsageError), arguments
        assert words in str(done.exception)


def test_all_schemes_stand_in_one_table(place: Place) -> None:
    rows = answer(place, "tags")["rows"]
    assert {row["scheme"] for row in rows} == {scheme(name).title for name in SCHEMES}
    net = {scheme(name).title: 0 for name in SCHEMES}
    for row in rows:
        net[row["scheme"]] += round(float(row["net"]) * 100)
    assert set(net.values()) == {place.money.count().net}


def test_council_delivers_not_core(changing: Place) -> None:
    place = changing
    for arguments in (
        ["role", "deliverer", "--body", "Anytown Borough Council", "--service", "cultural,highways"],
        ["role", "deliverer", "--body", "police"],
        ["core", "not-core", "--service", "cultural"],
        ["core", "Not core", "--supplier", "Fleet Hire Ltd"],
    ):
        answer(place, "tag", *arguments, "--reason", "agreed")
    asked = ("tags", "role", "--class", "deliverer", "--core", "not-core", "--body", "council")
    (row,) = answer(place, *asked, "--by", "body,service")["rows"]
    assert (row["body"], row["service"], row["deliverer"], row["net"]) == ("council", "cultural", "3000.00", "3000.00")
    (part,) = answer(place, *asked, "--parts")["rows"]
    assert (part["body"], part["service"], part["lines"], part["net"]) == ("council", "cultural", 1, "3000.00")
    both = answer(place, "tags", "role", "--class", "deliverer", "--core", "not-core", "--by", "body")["rows"]
    assert {row["body"]: row["net"] for row in both} == {"council": "3000.00", "police": "125.25"}


def test_rules_are_written_told_kept_through_a_build_and_taken_back(changing: Place, tmp_path: Path) -> None:
    place = changing
    before = place.run.name
    made = answer(
        place, "tag", "control", "other-local", "--body", "homes", "--reason", "Run here", "--by", "Treasurer"
    )
    assert (made["id"], made["state"], made["net"]) == ("control-other-local-homes", "decides", "25000.00")
    late = run(place, "tag", "control", "national", "--body", "homes", "--year", "2024-25", "--reason", "late")
    assert "never decides: 'control-other-local-homes' before it" in late.stderr
    assert "--first puts a rule before" in late.stderr
    first = run(
        place, "tag", "control", "national", "--body", "homes", "--kind", "spending", "--reason", "f", "--first"
    )
    assert "it decides all that it fits: 1 line, £25,000.00 net" in first.stderr
    assert [rule.tag for rule in place.tags.own()] == ["national", "other-local", "national"]
    text = (place.root / "tags.toml").read_text("utf-8")
    assert place.current
    extra = place.root / "more.csv"
    extra.write_text("Date,Supplier Name,Amount\n11/03/2025,Lamps,5.00\n", encoding="utf-8")
    place.add("spend", [extra], "homes")
    place.build()
    assert place.run.name != before
    assert (place.root / "tags.toml").read_text("utf-8") == text
    assert place.tags.influence().open == 50_000_00
    file = tmp_path / "own.csv"
    assert run(place, "tags", "--own", "--csv", str(file)).exit_code == 0
    assert file.read_text("utf-8-sig").count("control,") == 3
    for rule in place.tags.own():
        assert answer(place, "untag", rule.id)["id"] == rule.id
    assert place.tags.own() == ()
    with pytest.raises(UsageError, match="it has none"):
        place.tags.untag("control-other-local-homes")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["contrl", "council", "--body", "homes"], "did you mean 'control'"),
        (["control", "counsil", "--body", "homes"], "did you mean 'council'"),
        (["control", "council", "--body", "hoems"], "did you mean 'homes'"),
        (["control", "council", "--to-body", "polise"], "did you mean 'police'"),
        (["control", "council", "--kind", "spendin"], "did you mean 'spending'"),
        (["control", "council", "--service", "educaton"], "did you mean 'education'"),
        (["control", "council", "--body-kind", "counsil"], "did you mean 'council'"),
        (["control", "council", "--supplier", "Bright"], "did you mean 'Bright Lamps Ltd'"),
        (["control", "council", "--year", "2024"], "not a financial year"),
        (["control", "council"], "say which money it is"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_what_may_be_meant(
    place: Place, arguments: list[str], words: str
) -> None:
    done = run(place, "tag", *arguments, "--reason", "because")
    assert isinstance(done.exception, UsageError)
    assert words in str(done.exception)
    assert not (place.root / "tags.toml").exists()


def test_a_rule_whose_body_has_gone_is_told_and_the_others_hold(changing: Place) -> None:
    place = changing
    place.tags.tag("control", "national", {"body": ["homes"]}, "as agreed")
    place.tags.tag("control", "national", {"body": ["police"]}, "as agreed")
    toml = place.root / "place.toml"
    toml.write_text(toml.read_text("utf-8").replace('"homes"', '"homes-north"'), encoding="utf-8")
    place.build()
    told = run(place, "control")
    assert told.exit_code == 0
    assert "rule 'control-national-homes': it names what is not there" in told.stderr
    assert "did you mean 'homes-north'" in told.stderr
    assert answer(place, "control", "--body", "police")["rows"][3]["net"] == "25125.25"


def test_tags_that_cannot_be_read_are_named_and_the_count_stands(changing: Place) -> None:
    (changing.root / "tags.toml").write_text('[[rule]]\nscheme = "control"\nclas = "council"\n')
    with pytest.raises(PlaceError, match="did you mean 'class'"):
        changing.tags.influence()
    assert changing.money.count().net


# --- pages


@pytest.fixture
def client(changing: Place) -> Iterator[Served]:
    with served(changing) as opened:
        yield opened


def form(html: str, action: str) -> dict[str, str]:
    """The hidden fields of a form of a page."""
    (found,) = re.findall(rf'<form [^>]*action="{action}".*?</form>', html, re.DOTALL)
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found)}


def test_the_page_says_what_the_command_says(client: Served) -> None:
    html = unescape(client.get("/control").text)
    assert "49.8% to 89.4%" in html
    assert html.index('id="to-do"') < html.index('id="rules"')
    assert "Nothing here is unclassified" not in html
    assert client.get("/tags/control?body=police", follow_redirects=False).headers["location"] == "/control?body=police"
    for name in SCHEMES[1:]:
        assert client.get(f"/tags/{name}").status_code == 200
    assert client.get("/tags/contrl").status_code == 404
    assert "did you mean 'control'" in unescape(client.get("/tags/contrl").text)
    assert client.get("/control?bdy=x").status_code == 400


def test_links_of_a_class_lead_to_its_lines(client: Served, changing: Place) -> None:
    html = client.get("/control").text
    targets = {unescape(target) for target in re.findall(r'href="(/tags/control/open[^"]*)"', html)}
    assert len(targets) > 10
    for target in targets:
        answer = client.get(target, follow_redirects=False)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/lines?")
            query = answer.headers["location"].partition("?")[2]
            lines = client.get(f"/tables/lines.json?{query}").json()["rows"]
            asked = parse_qs(target.partition("?")[2])
            where = {name: asked[name] for name in asked if name != "class"}
            found = changing.tags.tagged(["control"], where, classes={"control": asked["class"]})
            assert sum(pence(line["amount"]) for line in lines) == found.net, target
            assert len(lines) == sum(cell.lines for cell in found.chosen)
        else:
            assert "parts, each with its lines" in answer.text
    assert {"eliminated", "self"}.isdisjoint(line["outcome"] for line in lines)
    changing.tags.tag("control", "council", {"supplier": ["Bright Lamps Ltd"], "body": ["police"]}, "lent")
    whole = client.get("/tags/control/open?class=other-local", follow_redirects=False)
    assert "less" in whole.text
    assert "Bright Lamps Ltd" in whole.text


def test_money_paid_to_nobody_can_be_asked_for(client: Served, changing: Place) -> None:
    rows = client.get("/tables/lines.json?body=council&to_body=nobody").json()["rows"]
    assert len(rows) == 7  # the police and HMRC are public bodies
    assert len(client.get("/tables/lines.json?body=council&to_body=nobody,police").json()["rows"]) == 8
    assert address("/lines", {"to_body": [""], "subjective": ["", "transfers"]}) == (
        "/lines?subjective=none,transfers&to_body=nobody"
    )
    assert address("/lines", {"to_body": ""}) == "/lines"
    assert answer(changing, "count", "--to-body", "nobody", "--body", "council")["rows"] == 7


def test_a_rule_is_said_and_taken_back_on_the_page(client: Served, changing: Place) -> None:
    html = client.get("/control?body=homes").text
    sent = {**form(html, "/tags/control/rule"), "class": "other-local", "body": "homes", "reason": HOSTILE}
    answer = client.post("/tags/control/rule", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/control?body=homes#rules")
    (rule,) = changing.tags.own()
    assert (rule.tag, rule.asked) == ("other-local", {"body": ("homes",)})
    page = client.get("/control").text
    assert HOSTILE not in page
    assert HOSTILE in unescape(page)
    assert client.post("/tags/control/rule", data=sent).status_code == 400  # the same money again
    back = form(page, "/tags/control/untag")
    assert client.post("/tags/control/untag", data={**back, "mark": "0"}).status_code == 409
    assert client.post("/tags/control/untag", data={**back, "token": ""}).status_code == 403
    assert client.post("/tags/control/untag", data=back).status_code == 303
    assert client.post("/tags/control/untag", data=back).status_code == 409
    assert changing.tags.own() == ()


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"class": "x"}, {"body": ""}, {"body": "x"}, {"supplier": "nobody here"}]
)
def test_a_form_that_says_nothing_clear_changes_nothing(client: Served, changing: Place, wrong: dict[str, str]) -> None:
    sent = {
        **form(client.get("/control").text, "/tags/control/rule"),
        "class": "council",
        "body": "homes",
        "reason": "r",
    }
    assert client.post("/tags/control/rule", data={**sent, **wrong}).status_code == 400
    assert client.post("/tags/control/rule", "http://evil.test", data=sent).status_code == 403
    assert not (changing.root / "tags.toml").exists()


def test_a_page_is_narrowed_by_classes_of_other_schemes(client: Served, changing: Place) -> None:
    assert "Core or not" not in re.findall(r"<label[^>]*>([^<]*)</label>", client.get("/tags/role").text)
    changing.tags.tag("role", "deliverer", {"body": ["council"]}, "agreed")
    changing.tags.tag("core", "not-core", {"service": ["cultural"]}, "agreed")
    html = unescape(client.get("/tags/role?body=council&core=not-core").text)
    assert "Core or not" in re.findall(r"<label[^>]*>([^<]*)</label>", html)
    target = "/tags/role/open?body=council&class=deliverer&core=not-core"
    assert f'href="{target}"' in html
    assert "£3,000" in html
    assert client.get(target, follow_redirects=False).headers["location"] == (
        "/lines?body=council&outcome=final,candidate&service=cultural"
    )
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    sent = {**form(html, "/tags/role/rule"), "class": "both", "body": "police", "reason": "r"}
    answer = client.post("/tags/role/rule", data=sent)
    assert answer.headers["location"] == "/tags/role?body=council&core=not-core#rules"


def test_downloads_are_those_of_the_page(client: Served, changing: Place) -> None:
    changing.tags.tag("core", "core", {"service": ["highways"]}, "agreed")
    rows = client.get("/tables/tags-by.json?scheme=core&by=service&core=core").json()["rows"]
    assert [(row["service"], row["core"]) for row in rows] == [("highways", "41500.55")]
    assert client.get("/tables/tags.json?class=national").json()["rows"][3]["net"] == "20000.00"
    assert len(client.get("/tables/own-tags.json").json()["rows"]) == 1
    assert client.get("/tables/own-tags.json?scheme=role").json()["rows"] == []
    for name in ("tags", "tags-by", "tags-open", "tags-parts", "tags-rules"):
        for one in SCHEMES:
            assert client.get(f"/tables/{name}.csv?scheme={one}").status_code == 200
        assert client.get(f"/tables/{name}.csv?scheme=contrl").status_code == 400
