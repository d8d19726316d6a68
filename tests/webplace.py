"""A small place for the tests of the pages: every outcome, rejects, a missing month, a share, names that would harm."""

from __future__ import annotations

import csv
from pathlib import Path

import totalplace as tp
from tests.geographies import geojson, squares
from totalplace.completeness.declared import Said
from totalplace.geography.design.task import Band
from totalplace.geography.editing.opening import editor_of
from totalplace.geography.editing.steps import Step
from totalplace.place import Place

HOSTILE = '<script>alert("x")</script> & Söhne'
FORMULA = '=HYPERLINK("http://example.test";"pay")'
OTHERS = ("+44 Phones", "-Minus Ltd", "@SUM(1)")
LINES = 260
"""Lines of the council's plain file: more than five pages."""

BODIES = """
[[body]]
id = "council"
name = "Anytown Borough Council"
kind = "council"
aliases = ["Anytown BC"]

[[body]]
id = "authority"
name = "Anyshire Combined Authority"
kind = "combined-authority"

[[body]]
id = "police"
name = "Anyshire Police"
kind = "police"
share = "0.3"

[[body]]
id = "fire"
name = "Anyshire Fire and Rescue Authority"
kind = "fire"
"""

COUNCIL = f"""Date,Supplier Name,Amount,Department,Description
01/04/2023,"{HOSTILE.replace('"', '""')}",1000.01,Highways,Street lamps
02/04/2023,"{FORMULA.replace('"', '""')}",20.00,=1+1,Lamps
03/04/2023,{OTHERS[0]},30.00,Highways,Calls
03/04/2023,{OTHERS[1]},40.00,Highways,Calls
03/04/2023,{OTHERS[2]},50.00,Highways,Calls
10/05/2023,Anyshire Combined Authority,400000.00,Finance,Transport levy
10/05/2023,Anytown Borough Council,70.00,Finance,Recharge
11/05/2023,Anyshire Combined Authoritty,900.00,Finance,Grant
12/05/2023,Anyshire Fire and Rescue Authority,5000.00,Finance,Training
13/05/2023,Public Works Loan Board,60000.00,Finance,Loan repaid
14/05/2023,Redacted,12.50,Care,Foster care
15/05/2023,Broken Ltd,not money,Care,Beds
16/05/2023,No Money Ltd,,Care,Beds
01/03/2025,Late Ltd,77.77,Care,Outside the years that are counted
"""
AUTHORITY = """Date,Supplier Name,Amount,Department,Description
05/04/2023,Tram Works PLC,380000.00,Transport,Trams
06/05/2023,Anytown BC,90000.00,Property,Rent
07/06/2023,Tram Works PLC,-500.00,Transport,Credit
"""
OUTTURN = f"""Service,Total expenditure,Net current expenditure
Housing services,900,600
Planning services,100,-40
"{HOSTILE.replace('"', '""')}",5,5
Total,1000,640
"""
POLICE = """Date,Supplier Name,Amount,Department,Description
05/04/2023,Fleet Hire Ltd,1000.05,Fleet,Cars
05/05/2023,Anytown Borough Council,333.33,Estates,Rates
"""
WARDS = f"""Ward code,Ward name,Population,Clients,Need index
W1,"{HOSTILE.replace('"', '""')}",500,10,1.2
W2,"{FORMULA.replace('"', '""')}",300,30,0.9
W3,Marsh & End,200,0,1.05
Total,,1000,40,
"""
AREAS = """
[[rule]]
driver = "clients"
body = "council"
kind = "spending"
note = "Homes of <clients>"

[[rule]]
driver = "none"
kind = "lending-treasury"

[[rule]]
driver = "population"
body = ["authority", "police"]

[[share]]
body = "police"
driver = "population"
place = ["W1"]

[[claims]]
id = "clients"
term = "people <who> receive care & support"
claims = "clients"
people = "population"
definition = "People with care in March <by home address>"
year = "2023-24"
"""
SCENARIO = """[scenario]
title = "Storm <over> Anytown"
note = "Made up"
base_year = "2023-24"
years = 3
draws = 500

[pressures]
funding = { change = -30, steps = "equal", source = "made up" }
demand = { low = 1, central = 2, high = 4, distribution = "triangular" }

[[body]]
id = "council"
spend = { amount = "900,000", source = "made up" }
funding = { amount = "900,000", source = "made up" }
reserves = { amount = "50,000", source = "made up" }
pressures.reserves = { use = "gap" }

[[body]]
id = "police"
spend = "payments"
funding = { amount = "400", source = "made up" }
"""


CASE = f"""[case]
name = "Trams & <trains>"

[[logic]]
id = "money"
kind = "input"
name = {HOSTILE!r}
leads_to = ["run", "gone"]
assumptions = [{HOSTILE!r}, {FORMULA!r}]

[[logic]]
id = "run"
kind = "activity"
name = "Trams run <later>"
leads_to = ["riders"]
owner = {FORMULA!r}

[[logic]]
id = "riders"
kind = "outcome"
name = "More people ride"
indicator = {OTHERS[0]!r}
unit = {OTHERS[1]!r}
baseline = 10
target = 12.5
leads_to = ["town"]

[[logic]]
id = "noise"
kind = "outcome"
name = "It is louder"
dis_benefit = true
leads_to = ["run"]

[[logic]]
id = "town"
kind = "impact"
name = "A town that is reached"
"""

OUTING = f"""[case]
name = "Outings <for> {HOSTILE.replace('"', "'")}"
purpose = {HOSTILE!r}
first_year = "2026-27"
years = 4
price_year = "2024-25"
deadweight = "points"
comparator = {FORMULA!r}

[[option]]
id = "as-now"
name = "As now"
business_as_usual = true
description = {HOSTILE!r}

[[option]]
id = "trips"
name = "Trips <b>"

[[option]]
id = "more"
name = "More trips"

[[cohort]]
id = "people"
name = "People <alone>"
people = [100, 120]
engagement = {{ value = 0.8, low = 0.6, high = 0.9 }}
group = "people of the marsh"
grades = {{ population = 2 }}

[[cost]]
id = "coach"
name = {FORMULA!r}
option = "trips"
kind = "revenue"
amounts = [9000, 9500]
price_year = "2024-25"
pays = {{ {HOSTILE!r} = 0.4, {FORMULA!r} = 0.6 }}
grade = 3

[[cost]]
id = "guides"
name = "Guides"
option = "trips"
kind = "volunteer"
hours = [100, 100]
hourly = 10
price_year = "2024-25"
pays = "Volunteers"
grade = 4

[[cost]]
id = "coaches"
name = "More coaches"
option = "more"
kind = "revenue"
amounts = [20000, 21000]
price_year = "2024-25"
pays = {{ "NHS" = 1 }}
grade = 3

[[benefit]]
id = "visits"
name = "Visits <to> the doctor"
option = "trips"
cohort = "people"
unit_cost = "HE4.0"
impact = {{ value = 0.9, low = 0.5, high = 1 }}
deadweight = 0.2
lasts = 2
drop_off = 0.2
cashable = 0.3
grades = {{ evidence = 4 }}

[[benefit]]
id = "joy"
name = {OTHERS[2]!r}
option = "trips"
cohort = "people"
social = 150
price_year = "2024-25"
unit = {HOSTILE!r}
impact = 0.5
deadweight = 0.1
gains = {{ {HOSTILE!r} = 0.5 }}
grades = {{ evidence = 5 }}

[[benefit]]
id = "visits-more"
name = "Visits"
option = "more"
cohort = "people"
unit_cost = "HE4.0"
impact = 1
deadweight = 0.2
grades = {{ evidence = 5 }}

[weights]
groups = {{ {HOSTILE!r} = 300 }}

[[scenario]]
id = "rain"
name = "It <rains>"
set = {{ "cohort.people.engagement" = 0.5 }}
"""
PORTFOLIO = f"""[portfolio]
name = {HOSTILE!r}

[[member]]
case = "outing"

[[member]]
case = "outing-before"

[[link]]
case = "outing"
needs = "outing-before"
note = {FORMULA!r}
"""


THEMES = {
    "beds": f"""[theme]
title = "Beds <and> nights"
why = {HOSTILE!r}
owner = "Nobody"

[[rule]]
name = "<Rule> out"
words = ["Supplier 07"]
share = "0"
reason = "kept out"

[[rule]]
words = ["beds"]
share = "0.333333"
reason = {FORMULA!r}

[[rule]]
name = "Police"
body = ["police", "elsewhere"]
""",
    "care": """[theme]
title = "Care"

[[rule]]
words = ["night"]
""",
}
COMPARED = f"""body,year,service,amount,denominator,kind
Anytown Borough Council,2023-24,Parks,61000,1000,council
Far Away,2023-24,Parks,9000000,100000,council
"Odd {HOSTILE.replace('"', '""')}",2023-24,Parks,700000,10000,council
Nobody Counted,2023-24,Parks,5,,council
""" + "".join(f"Council {n},2023-24,Parks,{(50 + n % 7) * 9000 * n},{9000 * n},council\n" for n in range(1, 15))


def regular() -> str:
    """A file of many like lines, some of them over two lines of text."""
    rows = []
    for n in range(LINES):
        payee = "Tram Works PLC" if n == 200 else f"Supplier {n % 37:02d} Ltd"  # two bodies pay it
        what = f'"Beds\nnight {n}"' if n % 50 == 7 else f"Beds night {n}"
        rows.append(f"{1 + n % 28:02d}/{4 + n % 9:02d}/2023,{payee},{100 + n}.{n % 100:02d},Care,{what}")
    return "Date,Supplier Name,Amount,Department,Description\n" + "\n".join(rows) + "\n"


BENEFITS = """Local authority,Attendance Allowance,Housing Benefit,Total
Anytown Borough Council,500.00,250.00,750.00
"""


def make(folder: Path) -> Place:
    """The place, built."""
    place = tp.new(folder, name="Anytown & Anyshire", years=["2023-24"], population=1_000)
    declared = folder / "place.toml"
    declared.write_text(declared.read_text("utf-8") + BODIES, encoding="utf-8")
    for name, body, text in (
        ("council.csv", "council", COUNCIL),
        ("council-regular.csv", "council", regular()),
        ("authority.csv", "authority", AUTHORITY),
        ("police.csv", "police", POLICE),
        ("zz-police.csv", "police", POLICE + "\n"),  # another file that says the same: refused when it is built
    ):
        (folder / name).write_text(text, encoding="utf-8")
        place.add("spend", [folder / name], body)
    place.build()
    (folder / "outturn.csv").write_text(OUTTURN, encoding="utf-8")
    given = {"body": "council", "year": "2023-24", "unit": 1000, "source": HOSTILE}
    place.official.add("outturn", [folder / "outturn.csv"], given)
    (folder / "benefits.csv").write_text(BENEFITS, encoding="utf-8")
    place.official.add("benefits", [folder / "benefits.csv"], {"year": "2023-24", "unit": 1, "source": HOSTILE})
    (folder / "wards.csv").write_text(WARDS, encoding="utf-8")
    place.areas.add(folder / "wards.csv", {"source": HOSTILE}, kind="wards")
    with (folder / "areas.toml").open("a", encoding="utf-8") as out:
        out.write(AREAS)
    place.tags.tag("control", "national", {"service": ["highways"], "body": ["council"]}, HOSTILE, by=FORMULA)
    (folder / "compare.csv").write_text(COMPARED, encoding="utf-8")
    reason = {"reason": HOSTILE, "by": "Director of Finance", "on": "2024-06-30"}
    place.completeness.declare(Said("council", "2023-24", "cultural", "exception", **reason))
    place.themes.folder.mkdir()
    for name, text in THEMES.items():
        (place.themes.folder / f"{name}.toml").write_text(text, encoding="utf-8")
    place.logic.new("trams")
    (place.logic.folder / "trams.toml").write_text(CASE, encoding="utf-8")
    made_cases(place)
    made_areas(folder)
    made_plan(place)
    place.stress.folder.mkdir()
    (place.stress.folder / "made-up.toml").write_text(SCENARIO, encoding="utf-8")
    return place


GEOGRAPHY = f"""[geography]
blocks = "lsoa"

[[layer]]
id = "lsoa"
file = "blocks.geojson"
code = "code"
name = "name"
population = "people"
source = {HOSTILE!r}

[[lookup]]
id = "networks"
title = {HOSTILE!r}
file = "blocks.geojson"
code = "code"
area = "network"
partial = true

[[lookup]]
id = "wards"
file = "blocks.geojson"
code = "code"
area = "ward"

[[points]]
id = "surgeries"
file = "surgeries.csv"
code = "id"
name = "name"
block = "block"

[[assets]]
id = "buildings"
title = {HOSTILE!r}
file = "buildings.csv"
code = "id"
name = "name"
owner = "owner"
use = "use"
size = "size"
cost = "cost"
occupancy = "occupancy"
move = "move"
x = "x"
y = "y"
projection = "EPSG:27700"
source = {HOSTILE!r}

[[indicator]]
id = "need"
title = {HOSTILE!r}
file = "need.csv"
code = "id"
figure = "need"

[[lookup]]
id = "money"
file = "need.csv"
code = "id"
area = "area"
"""


def made_areas(folder: Path) -> None:
    """Small areas with two layers whose lines disagree, and sites of one of them."""
    size = range(8)
    columns = {
        "code": [f"b{n}" for n in size],
        "name": [f"Block {n} {HOSTILE}" for n in size],
        "people": [100 + n for n in size],
        "network": [("", FORMULA, OTHERS[0])[min(n, 1) + (n % 4 > 1 if n else 0)] for n in size],
        "ward": [("Up & over", HOSTILE)[n > 3] for n in size],
    }
    geojson(folder / "blocks.geojson", columns, squares(4, 2))
    rows = [
        ("id", "name", "block", "serves", "staff"),
        ("1", HOSTILE, "b1", FORMULA, "4.5"),
        ("2", "B", "b6", OTHERS[0], ""),
    ]
    with (folder / "surgeries.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    _table(
        folder / "buildings.csv",
        ("id", "name", "owner", "use", "size", "cost", "occupancy", "move", "x", "y"),
        ("1", HOSTILE, "council", FORMULA, 2000, 300_000, 45, 90_000, 380_250, 400_250),
        ("2", FORMULA, "police", "office", 1500, 200_000, 40, 80_000, 380_650, 400_250),
        ("3", "Nobody's", HOSTILE, "", 1, 1, 1, 1, 380_250, 400_250),
    )
    _table(
        folder / "need.csv",
        ("id", "need", "area"),
        *((f"b{n}", n + 1, f"W{1 + n % 3}") for n in size),
    )
    (folder / "geography.toml").write_text(GEOGRAPHY, encoding="utf-8")


def made_plan(place: Place) -> None:
    """A plan of areas that was changed once."""
    editor = editor_of(place.geography, place.root)
    draft = editor.begin(editor.head("changed", "networks", Band(100, 500), "networks", ("surgeries",)))
    editor.do(draft.name, 0, Step("move", ("b1",), to=OTHERS[0], said=HOSTILE))


def _table(path: Path, *rows: tuple[object, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


def made_cases(place: Place) -> None:
    """Two versions of a business case, the later one checked as it no longer is; both in a portfolio."""
    file = place.cases.folder / "outing.toml"
    before = OUTING.replace("impact = { value = 0.9", "impact = { value = 0.8")
    file.write_text(before, encoding="utf-8")
    place.cases.stamps.put("outing", place.cases.case("outing"), HOSTILE, "2026-03-01", FORMULA)
    file.write_text(OUTING, encoding="utf-8")
    (place.cases.folder / "outing-before.toml").write_text(before, encoding="utf-8")
    (place.root / "portfolios").mkdir()
    (place.root / "portfolios" / "both.toml").write_text(PORTFOLIO, encoding="utf-8")
