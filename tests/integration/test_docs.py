"""The docs are true: commands and settings are all there, and the worked example comes out as it says."""

from __future__ import annotations

import importlib.util
import re
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

import totalplace as tp
from totalplace.definition import load
from totalplace.parameters.deflators import vintages, years_there
from totalplace.parameters.schemes import scheme
from totalplace.terms import pounds
from totalplace.themes.reading import read_theme, theme_of

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The script that writes the reference."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_code_says_now(reference: ModuleType) -> None:
    hint = "run 'make reference'"
    assert (DOCS / "reference" / "commands.md").read_text("utf-8") == reference.commands(), hint
    assert (DOCS / "reference" / "settings.md").read_text("utf-8") == reference.settings(), hint
    assert (DOCS / "reference" / "tables.md").read_text("utf-8") == reference.tables(), hint


def test_every_setting_is_documented(reference: ModuleType) -> None:
    for table, keys in reference.KNOWN.items():
        assert set(reference.SETTINGS[table]) == set(keys), table


def test_every_command_has_an_example_somewhere_a_newcomer_reads(reference: ModuleType) -> None:
    pages = [ROOT / "README.md", *sorted(DOCS.glob("tutorial-*.md"))]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    missing = [name for name in reference.app.commands if f"totalplace {name}" not in text]
    assert missing == []


PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCKS = [
    (page.name, text) for page in PAGES for text in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.S)
]


def test_the_example_of_a_place_is_among_the_blocks() -> None:
    assert "[place]" in "".join(text for name, text in BLOCKS if name == "architecture.md")


@pytest.mark.parametrize("text", [text for _, text in BLOCKS], ids=[name for name, _ in BLOCKS])
def test_every_block_of_settings_opens(tmp_path: Path, text: str) -> None:
    """A block is a place.toml, a part of one, or a matches.toml."""
    matches = "[[match]]" in text
    (tmp_path / ("matches.toml" if matches else "place.toml")).write_text(text, encoding="utf-8")
    if matches:
        named = re.findall(r'^body = "(.+)"', text, re.M)
        bodies = "".join(f'[[body]]\nid = "{body}"\nname = "{body}"\n' for body in sorted(set(named)))
        (tmp_path / "place.toml").write_text(bodies, encoding="utf-8")
    load(tmp_path)


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_the_worked_example_of_the_count_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "count.md").read_text("utf-8")
    files = dict(re.findall(r"```csv (\w+)\n(.*?)```", text, re.DOTALL))
    table = text[: text.index("| with a share of 0.3")]
    by_hand = dict(re.findall(r"^\| (gross|eliminated|net|per head) \|.*\| ([\d,.]+) \|$", table, re.MULTILINE))
    assert set(files) == {"council", "authority"}
    names = {"council": "Anytown Borough Council", "authority": "Anyshire Combined Authority"}
    place = tp.new(tmp_path / "place", population=1000, bodies=list(names.values()))
    for body, rows in files.items():
        (tmp_path / f"{body}-2024.csv").write_text(rows)
        place.add("spend", [tmp_path / f"{body}-2024.csv"], names[body])
    place.build()
    count = place.money.count(by=["kind"])
    assert count.per_head is not None
    found = {"gross": count.gross, "eliminated": count.eliminated, "net": count.net, "per head": count.per_head}
    assert {name: pounds(value) for name, value in found.items()} == {
        name: value.replace(",", "") for name, value in by_hand.items()
    }
    assert count.cut is not None
    kinds = {row["kind"]: row["eliminated"] for row in count.cut.records()}
    assert kinds["precept-levy"] == "400.00"


def test_every_key_of_a_count_is_in_its_page_and_no_other(tmp_path: Path) -> None:
    place = tp.new(tmp_path / "place", bodies=["Anytown Borough Council"], kind="council")
    (tmp_path / "a.csv").write_text("Date,Supplier Name,Amount\n03/04/2024,Bright Lamps Ltd,10.00\n")
    place.add("spend", [tmp_path / "a.csv"], "Anytown Borough Council")
    place.build()
    document = place.money.count(by=["body"]).to_dict()
    _, _, text = (DOCS / "methods" / "count.md").read_text("utf-8").partition("## The answer for programs")
    tables = text.partition("\n## ")[0].split("| key of `scope`")
    told = [re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE))) for table in tables]
    assert set(told[0]) == set(document)
    assert set(told[1]) == set(document["scope"])


def test_the_worked_example_of_a_share_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "count.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-share (\w+)\n(.*?)```", text, re.DOTALL))
    table = text[text.index("| with a share of 0.3") :]
    by_hand = dict(re.findall(r"^\| (gross|eliminated|net) \|.*\| ([\d,.]+) \|$", table, re.MULTILINE)[:3])
    assert set(files) == {"town", "police"}
    names = {"town": "Anytown Borough Council", "police": "Anyshire Police"}
    place = tp.new(tmp_path / "place", bodies=list(names.values()))
    toml = place.root / "place.toml"
    toml.write_text(toml.read_text().replace('kind = "police"', 'kind = "police"\nshare = "0.3"'))
    for body, rows in files.items():
        (tmp_path / f"{body}-2024.csv").write_text(rows)
        place.add("spend", [tmp_path / f"{body}-2024.csv"], names[body])
    place.build()
    count = place.money.count()
    found = {"gross": count.gross, "eliminated": count.eliminated, "net": count.net}
    assert {name: pounds(value) for name, value in found.items()} == by_hand


def test_the_worked_example_of_official_figures_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "official.md").read_text("utf-8")
    files = dict(re.findall(r"```csv (\w+)\n(.*?)```", text, re.DOTALL))
    by_hand = dict(re.findall(r"^\| ([\w, ]+) \|.*\| ([\d,.%]+) \|$", text, re.MULTILINE))
    assert set(files) == {"outturn", "payments"}
    name = "Anytown Borough Council"
    place = tp.new(tmp_path / "place", bodies=[name])
    for file, rows in files.items():
        (place.root / f"{file}.csv").write_text(rows)
    place.add("spend", [place.root / "payments.csv"], name)
    place.build()
    place.official.add("outturn", [place.root / "outturn.csv"], {"body": name, "year": "2024-25", "unit": 1000})
    (row,) = place.official.explained().records()
    found = {
        "official, gross": row["official"],
        "payments": row["payments"],
        "of which no services": row["left_out"],
        "payments for services": row["explaining"],
        "share explained": f"{row['share']:.0%}",
    }
    assert found == {key: by_hand[key].replace(",", "") for key in found}
    assert (
        "the published total £600,000 is not the sum of its parts, £560,000, which is used: the total leaves out"
        in (" ".join(words for _, words in place.official.doubts().rows))
    )


def test_the_worked_example_of_real_terms_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "real-terms.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-over-time (\w+)\n(.*?)```", text, re.DOTALL))
    by_hand = {
        name.strip(): value.replace(",", "")
        for name, value in re.findall(r"^\| ([^|]+) \|[^|]*\| ([\d,.]+) \|$", text, re.M)
    }
    assert set(files) == {"activity", "council", "authority"}
    names = {"council": "Anytown Borough Council", "authority": "Anyshire Combined Authority"}
    place = tp.new(tmp_path / "place", bodies=list(names.values()))
    for body, name in names.items():
        (tmp_path / f"{body}.csv").write_text(files[body])
        place.add("spend", [tmp_path / f"{body}.csv"], name)
    place.build()
    (tmp_path / "activity.csv").write_text(files["activity"])
    found = place.money.over_time(
        start="2022-23", end="2024-25", base="2024-25", deflator="ons-2025-06", activity=tmp_path / "activity.csv"
    )
    assert found.change
    series = {row["year"]: row for row in found.series.records()}
    steps = {row["step"]: row["amount"] for row in found.change.records()}
    assert {
        "net 2022-23": series["2022-23"]["net"],
        "net 2024-25": series["2024-25"]["net"],
        "net 2022-23 in 2024-25 prices": series["2022-23"]["net_real"],
        **{name: steps[name] for name in ("scope", "price", "volume")},
        "the rest": steps["rest"],
    } == {name: value for name, value in by_hand.items() if not name.startswith("like for like")}
    assert [by_hand[f"like for like {year}"] for year in ("2022-23", "2024-25")] == ["1300.00", "1600.00"]
    said = [
        f"{share:.1%}" for share in (series["2024-25"]["change"], series["2024-25"]["change_real"], found.like_real)
    ]
    assert said == ["61.5%", "46.6%", "11.7%"]
    assert all(words in text for words in said)


def test_every_shipped_deflator_is_in_its_page() -> None:
    text = (DOCS / "methods" / "real-terms.md").read_text("utf-8")
    for vintage in vintages():
        verified = "yes" if not vintage.doubtful(row.year for row in vintage.rows) else "no"
        row = re.search(rf"^\| `{vintage.id}` \| (.*?) \|.*\| (yes|no) \|$", text, re.M)
        assert row, vintage.id
        assert row.groups() == (years_there(vintage.rows), verified)


def test_the_worked_example_of_the_stress_test_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "stress-test.md").read_text("utf-8")
    (scenario,) = re.findall(r"```toml scenario\n(.*?)```", text, re.DOTALL)
    place = tp.new(tmp_path / "place", name="Anytown", bodies=["Anytown Borough Council"])
    toml = place.root / "place.toml"
    toml.write_text(toml.read_text().replace('id = "anytown-borough-council"', 'id = "council"'))
    place.stress.folder.mkdir()
    (place.stress.folder / "perfect-storm.toml").write_text(scenario, encoding="utf-8")
    found = place.stress.run("perfect-storm")
    years = re.findall(r"^\| (\d{4}-\d\d) \|.*= ([\d,.]+) \|" + r" ([\d,.]+) \|" * 5 + "$", text, re.MULTILINE)
    assert len(years) == 5
    by_hand = [tuple(cell.replace(",", "") for cell in row) for row in years]
    names = ("spend", "funding", "income", "gap", "used", "after")
    for body in ("", "council"):
        ahead = found.of(body)[1:]
        assert [(line.year, *(pounds(getattr(line, name)) for name in names)) for line in ahead] == by_hand
    parts = ("none", "funding", "demand", "income", "interaction", "combined")
    effects = re.findall(rf"^\| ({'|'.join(parts)}) \|.*\| ([\d,.]+) \| ([\d,.]+) \|$", text, re.MULTILINE)
    assert [part for part, *_ in effects] == list(parts)
    made = [e for e in found.effects if (e.body, e.year) == ("", "2015-16")]
    assert [(e.part, pounds(e.before), pounds(e.after)) for e in made] == [
        (part, before.replace(",", ""), after.replace(",", "")) for part, before, after in effects
    ]


def test_the_worked_example_of_money_by_area_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "areas.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-areas (\w+)\n(.*?)```", text, re.DOTALL))
    (rules,) = re.findall(r"```toml areas\n(.*?)```", text, re.DOTALL)
    assert set(files) == {"wards", "council", "police"}
    names = {"council": "Anytown Borough Council", "police": "Anyshire Police"}
    place = tp.new(tmp_path / "place", bodies=list(names.values()))
    for body, name in names.items():
        (tmp_path / f"{body}.csv").write_text(files[body])
        place.add("spend", [tmp_path / f"{body}.csv"], name)
    toml = place.root / "place.toml"
    for body, name in names.items():
        toml.write_text(toml.read_text().replace(f'"{name.lower().replace(" ", "-")}"', f'"{body}"'))
    place.build()
    (place.root / "wards.csv").write_text(files["wards"])
    place.areas.add(place.root / "wards.csv")
    with (place.root / "areas.toml").open("a") as out:
        out.write(rules)
    by_hand = {
        row[0]: row[1:]
        for row in re.findall(
            r"^\| (council|police|all|a head) \|.*?\| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.M
        )
    }
    assert len(by_hand) == 4
    cells = {(row["body"], row["area"]): row["net"] for row in place.areas.cut(["body", "area"]).records()}
    whole = {row["area"]: row for row in place.areas.table().records()}
    for at, ward in enumerate(("W1", "W2", "W3")):
        assert [cells.get((body, ward), "0.00") for body in names] == [by_hand[body][at] for body in names]
        assert (whole[ward]["net"], whole[ward]["per_head"]) == (by_hand["all"][at], by_hand["a head"][at])
    methods = {row["method"]: (row["net"], f"{row['share']:.1%}") for row in place.areas.methods().records()}
    assert (methods["users"], methods["population"]) == (("99.50", "66.6%"), ("50.01", "33.4%"))
    assert all(f"£{net} ({share})" in text for net, share in (methods["users"], methods["population"]))


def test_the_worked_example_of_claims_comes_out(tmp_path: Path) -> None:
    from totalplace.areas.claims import gini, half, highest
    from totalplace.areas.claims_words import in_words, percent

    text = (DOCS / "methods" / "claims.md").read_text("utf-8")
    ((name, rows),) = re.findall(r"```csv-claims (\w+)\n(.*?)```", text, re.DOTALL)
    (said,) = re.findall(r"```toml claims\n(.*?)```", text, re.DOTALL)
    place = tp.new(tmp_path / "place")
    (place.root / f"{name}.csv").write_text(rows)
    methods = {"Households": "population", "Claiming": "recipients", "Entitled": "recipients"}
    place.areas.add(place.root / f"{name}.csv", named=methods, kind="wards")
    with (place.root / "areas.toml").open("a") as out:
        out.write(said)
    found = place.areas.claim("uc")
    by_hand = re.findall(r"^\| (W\d) \| ([\d.]+%) \| .*= ([\d.]+%) \| .*= ([\d.]+%) \|$", text, re.M)
    assert by_hand == [
        (point.area.area, *map(percent, (point.rate, point.people, point.claims))) for point in found.curve
    ]
    sums = dict(re.findall(r"^\| ([\w -]+) \| [^|]+ \| ([\d.%]+) \|$", text, re.M))
    coefficient, most, share, take_up = gini(found.curve), highest(found.curve), half(found.curve), found.estimated
    assert (coefficient, most) == (Fraction(sums["Gini coefficient"]), Fraction(sums["at most"]))
    assert share is not None
    assert take_up.take_up is not None
    assert (percent(share), percent(take_up.take_up)) == (sums["half of the claims"], sums["take-up"])
    assert take_up.gap == int(sums["gap"])
    sentence = in_words(found)[0].partition(";")[0]
    assert sentence in " ".join(text.replace("So half", "Half").split())
    assert not [words for _, words in found.doubts if "grade" not in words]


def test_every_block_of_claims_opens() -> None:
    import tomllib

    from totalplace.areas.declared import plan_of

    blocks = [text for page in PAGES for text in re.findall(r"```toml claims\n(.*?)```", page.read_text("utf-8"), re.S)]
    assert len(blocks) == 2
    for text in blocks:
        raw = tomllib.loads(text)
        named = {one[role] for one in raw["claims"] for role in ("claims", "people", "entitled") if role in one}
        drivers = [{"id": name, "table": "t", "column": "c", "method": "users"} for name in sorted(named)]
        table = {"id": "t", "file": "t.csv", "sha256": "0", "area": "a"}
        plan_of({"areas": {"table": "t"}, "table": [table], "driver": drivers, **raw})


def test_every_block_of_areas_opens() -> None:
    """Rules and shares of the docs, with the drivers that they name."""
    import tomllib

    from totalplace.areas.declared import KEYS, plan_of

    for page in sorted(DOCS.rglob("*.md")):
        for text in re.findall(r"```toml areas\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            raw = tomllib.loads(text)
            assert set(raw) <= set(KEYS)
            named = {table["driver"] for tables in raw.values() for table in tables} - {"none"}
            drivers = [{"id": name, "table": "t", "column": "c", "method": "users"} for name in sorted(named)]
            table = {"id": "t", "file": "t.csv", "sha256": "0", "area": "a"}
            plan_of({"areas": {"table": "t"}, "table": [table], "driver": drivers, **raw})


def test_the_worked_example_of_control_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "control.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-tags (\w+)\n(.*?)```", text, re.DOTALL))
    by_hand = dict(re.findall(r"^\| ([\w-]+) \|[^|]*\| ([\d,.]+) \|$", text, re.MULTILINE))
    names = {
        "council": "Anytown Borough Council",
        "police": "Anyshire Police",
        "work": "Department for Work and Pensions",
        "homes": "Anytown Homes",
    }
    assert set(files) == set(names)
    place = tp.new(tmp_path / "place", bodies=[name for body, name in names.items() if body != "homes"])
    with (place.root / "place.toml").open("a") as toml:
        toml.write('\n[[body]]\nid = "homes"\nname = "Anytown Homes"\nkind = "housing"\n')
    for body, name in names.items():
        (tmp_path / f"{body}.csv").write_text(files[body])
        place.add("spend", [tmp_path / f"{body}.csv"], name)
    place.build()
    found = {row["class"]: row["net"] for row in place.tags.by_class("control").records()}
    assert {**found, "net": pounds(place.money.count().net)} == {k: v.replace(",", "") for k, v in by_hand.items()}
    share = place.tags.influence()
    assert share.low is not None
    assert share.high is not None
    assert f"= {share.low:.1%} at the low end" in text
    assert f"= {share.high:.1%} at\nthe high end" in text
    without = place.tags.by_class("control", {"body": [names[body] for body in names if body != "homes"]}).records()
    assert [f"{row['share']:.0%}" for row in without] == ["40%", "25%", "15%", "20%", "0%"]
    place.tags.tag("control", "other-local", {"body": ["Anytown Homes"]}, "Its tenants and the council run it")
    share = place.tags.influence()
    assert (share.low, share.high) == (0.84, 0.84)


@pytest.mark.parametrize("name", ["control", "role"])
def test_every_shipped_rule_of_a_scheme_is_in_its_page(name: str) -> None:
    text = (DOCS / "methods" / "control.md").read_text("utf-8")
    part = text[text.index(f"## The shipped rules of {name}") :].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|[^|]*\| ([^|]+) \|$", part, re.MULTILINE)
    found = scheme(name)
    assert rows == [(rule.id, found.label(rule.tag).lower()) for rule in found.rules]
    assert {rule.status for rule in found.rules} == {"unverified"}
    assert re.search(rf"^\| `{name}` \|.*\| {len(found.rules)},.*\*\*unverified\*\*", text, re.MULTILINE)


def test_every_block_of_tags_opens(tmp_path: Path) -> None:
    from totalplace.tags.declared import load as rules

    blocks = [text for page in PAGES for text in re.findall(r"```toml tags\n(.*?)```", page.read_text("utf-8"), re.S)]
    assert blocks
    for n, text in enumerate(blocks):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "tags.toml").write_text(text, encoding="utf-8")
        assert rules(folder)


def test_the_worked_example_of_a_theme_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "themes.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-themes (\w+)\n(.*?)```", text, re.DOTALL))
    (theme,) = re.findall(r"```toml themes\n(.*?)```", text, re.DOTALL)
    place = tp.new(tmp_path / "place")
    with (place.root / "place.toml").open("a") as out:
        out.writelines(f'[[body]]\nid = "{body}"\nname = "Anytown {body}"\n' for body in files)
    for body, lines in files.items():
        (place.root / f"{body}.csv").write_text(lines)
        place.add("spend", [place.root / f"{body}.csv"], body)
    place.build()
    place.themes.new("early-years")
    (place.themes.folder / "early-years.toml").write_text(theme)
    found = place.themes.run("early-years")
    place.themes.work_out(found.theme)
    by_hand = dict(re.findall(r"^\| ([\w ]+) \|.*\| ([\d.]+) \|$", text, re.M))
    assert len(by_hand) == 8
    names = {"rule": "rule", "body": "body", "supplier": "supplier"}
    shown = {str(row[name]): row["amount"] for name in names for row in found.cut([name]).records()}
    shown["1"] = next(found.rules_table().records())["amount"]
    assert shown == by_hand
    assert (pounds(found.amount), pounds(found.by_shares)) == ("148.36", "15.03")
    health = {"words": ["health visiting"], "share": "0.75", "reason": "r"}
    other = theme_of("health", {"rule": [health]})
    ((*_, net, least, most),) = place.themes.beside([found.theme, other]).rows
    assert tuple(map(pounds, (net, least, most))) == ("30.06", "7.52", "15.03")
    assert all(figure in text for figure in ("£148.36", "£15.03", "£30.06", "£7.52"))


def test_every_block_of_themes_opens() -> None:
    for page in DOCS.rglob("*.md"):
        for text in re.findall(r"```toml themes\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            assert read_theme("x", text.encode()).rules


def test_the_worked_examples_of_logic_models_come_out() -> None:
    from totalplace.logic.coverage import coverage_table, register_table
    from totalplace.logic.files import example, read_logic
    from totalplace.logic.text import mermaid

    text = (DOCS / "methods" / "logic.md").read_text("utf-8")
    (draft,) = re.findall(r"```toml logic draft\n(.*?)```", text, re.DOTALL)
    by_hand = re.findall(r"^\| (fault|warning) \| ([\w-]+) \| ([\w-]+) \|$", text, re.MULTILINE)
    found = read_logic("draft", draft.encode(), "draft.toml").model
    assert [(each.level, each.code, each.step) for each in found.checks()] == by_hand
    model = read_logic("families", example("families").encode(), "families.toml").model
    assert re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL) == [mermaid(model)]
    assert model.checks() == []
    outcomes = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (yes|no) \| (\d+) \| (\d+) \| ([^|]+) \|$", text, re.MULTILINE)
    covered = [
        (row["name"], row["measured"], str(row["baseline"]), str(row["target"]), row["owner"])
        for row in coverage_table(model).records()
    ]
    assert covered == [(name, measured, *rest) for name, _, measured, *rest in outcomes]
    for (name, through, *_), step in zip(outcomes, model.outcomes, strict=True):
        assert name == step.name
        assert through in [model.step(id).name for id in model.before[step.id]]
        assert model.reached(step.id)
    minus = {row["benefit"]: row["change"] for row in register_table(model).records() if "minus" in row["type"]}
    assert minus == {"More families ask for help with housing and debt": 60}


def test_every_check_of_a_logic_model_is_in_its_page() -> None:
    from totalplace.logic.checks import FAULTS, WARNINGS

    text = (DOCS / "methods" / "logic.md").read_text("utf-8")
    said = {
        (code, level)
        for codes, level in re.findall(r"^\| (`[^|]+`) \| (fault|warning) \|", text, re.MULTILINE)
        for code in re.findall(r"`([\w-]+)`", codes)
    }
    assert said == {(code, "fault") for code in FAULTS} | {(code, "warning") for code in WARNINGS}


def test_every_block_of_logic_models_opens() -> None:
    from totalplace.logic.files import read_logic

    blocks = [
        text for page in PAGES for text in re.findall(r"```toml logic \w+\n(.*?)```", page.read_text("utf-8"), re.S)
    ]
    assert len(blocks) == 2
    for text in blocks:
        assert read_logic("x", text.encode(), "x.toml").model.steps


def test_the_worked_example_of_a_design_comes_out() -> None:
    import csv

    import numpy as np

    from totalplace.geography.blocks import Blocks, Division, Graph
    from totalplace.geography.design.exact import design
    from totalplace.geography.design.plan import Plan
    from totalplace.geography.design.task import Band, Task

    text = (DOCS / "methods" / "neighbourhood-design.md").read_text("utf-8")
    (table,) = re.findall(r"```csv design\n(.*?)```", text, re.DOTALL)
    rows = list(csv.DictReader(table.splitlines()))
    ids = tuple(row["ward"] for row in rows)
    (pairs,) = re.findall(r"pairs of neighbours: ([^.]+)\.", text)
    ends = [[ids.index(name) for name in pair.split("-")] for pair in pairs.split(", ")]
    gp = Division.of_values("gp", [row["gp"] for row in rows])
    blocks = Blocks(ids, ids, np.array([int(row["people"]) for row in rows]), {"gp": gp})
    graph = Graph.of_pairs(len(ids), [a for a, _ in ends], [b for _, b in ends])
    task = Task(blocks, graph, Band(30, 50), {"borders": 1, "gp": 1})
    listed = re.findall(
        r"^\| ([A-F ]+) and ([A-F ]+) \| (\d+), (\d+) \| (\d+) \| (?:.* )?(\d+) \|$", text, re.MULTILINE
    )
    assert len(listed) == 3
    for one, _, first, second, cut, outside in listed:
        plan = Plan(task, np.array([0 if name in one else 1 for name in ids]))
        assert plan.people.tolist() == [int(first), int(second)]
        assert plan.borders == int(cut)
        assert round(plan.measure("main:gp") * 76) == int(outside)
    best = design(task, 2)
    assert best.plan is not None
    assert best.plan.of.tolist() == [0, 0, 1, 0, 1, 1]
    assert f"{best.value:.4f}" in text
