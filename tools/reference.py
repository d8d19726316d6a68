"""Writes docs/reference/commands.md, settings.md and tables.md from the code; a test holds that they are up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from totalplace.appraisal.reader import SINGLE
from totalplace.appraisal.words import CAPITAL, CASHABLE, HELP, QUANTITY
from totalplace.areas.declared import KEYS as AREA_KEYS
from totalplace.areas.declared import METHODS
from totalplace.cli.commands import app
from totalplace.compare.declared import KEYS as COMPARE_KEYS
from totalplace.compare.declared import NEGOTIATION_KEYS, NEIGHBOUR_KEYS
from totalplace.completeness.declared import KEYS as CELL_KEYS
from totalplace.completeness.declared import STATES as CELL_STATES
from totalplace.definition import BODY_KEYS, CORRECTION_KEYS, PLACE_KEYS, SOURCE_KEYS
from totalplace.geography.declared import KEYS as GEOGRAPHY_KEYS
from totalplace.logic.step import KEYS as LOGIC_KEYS
from totalplace.logic.step import KINDS as LOGIC_KINDS
from totalplace.official.declared import KEYS as OFFICIAL_KEYS
from totalplace.official.declared import KINDS as OFFICIAL_KINDS
from totalplace.parameters.schemes import SCHEMES
from totalplace.parameters.unit_cost_own import HEAD_KEYS as COSTS_KEYS
from totalplace.parameters.unit_cost_own import KEYS as COST_KEYS
from totalplace.parameters.unit_cost_rules import rules
from totalplace.sources.reading import Reading
from totalplace.store.schemas import TABLES, schema
from totalplace.tags.declared import KEYS as TAG_KEYS
from totalplace.terms import BODY_KINDS
from totalplace.themes.reading import KEYS as THEME_KEYS

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference"


def _table(name: str) -> str:
    return f"[{name}]" if name in SINGLE else f"[[{name}]]"


GEOGRAPHY_FILE = {
    "id": "Short and stable: commands name it.",
    "file": "The file, relative to `place.toml`; `a.gpkg#layer` for one layer, `a.zip!member` for one member.",
    "sha256": "The file's digest when it was loaded: a file with another is not used until it is loaded again.",
    "title": "What people call it.",
    "kind": "`OA`, `LSOA`, `MSOA`, `ward`, `authority`, or any other word.",
    "vintage": "The year that its codes are of, such as `2021`.",
    "within": "Where the file is of more than the place: the heading of the column that says which rows count.",
    "only": "The values of that column that count, as a list.",
    "source": "Where it was published.",
}
"""The keys that layers, lookups and points share."""
GEOGRAPHY_LOOKUP = {
    **GEOGRAPHY_FILE,
    "code": "The heading of the codes of the small areas.",
    "area": "The heading of the codes of the larger areas.",
    "name": "The heading of their names.",
    "of": "The layer, or the lookup above, whose codes the small ones are; the blocks where it is not given.",
    "share": "The heading of shares, where a code has several areas: the largest counts.",
    "partial": "`true` where blocks that are not in it belong to none; else they are a fault.",
}
"""The keys that lookups and proposals share."""


SETTINGS: dict[str, dict[str, str]] = {
    "[place]": {
        "name": "The place's name, as headlines show it.",
        "area_code": "Its GSS code, such as `E08000006`.",
        "years": 'Financial years to count, such as `["2018-19"]`. Empty: every year found. Lines of other years are '
        "kept, told and not counted.",
        "population": 'People, as one figure or as a table by financial year: `{ "2018-19" = 254408 }`.',
    },
    "[[body]]": {
        "id": "Short and stable, of a-z, 0-9 and hyphens: sources, cuts and addresses use it. Made from the name "
        "where it is not given.",
        "name": "The body's full name. Aliases and identifiers of the shipped register come with it.",
        "kind": "One of: " + ", ".join(BODY_KINDS) + ".",
        "area": "The area that the body covers, as a GSS code.",
        "share": "The part of its money that is this place's, 0 to 1, six decimals at most; 1 where it is not given.",
        "aliases": "Other names under which files have it, as a list.",
        "ods": "NHS organisation codes, as a list.",
        "vat": "VAT numbers, as a list.",
        "gss": "GSS codes, as a list.",
        "company": "Company numbers, as a list.",
    },
    "[[source]]": {
        "body": "The id of the body that published the files.",
        "kind": "`spend`, or `card` for procurement cards.",
        "files": "Paths from place.toml's folder; `a.zip!b.csv` is a member of a zip, `a.xlsx#April` a sheet.",
        "reading": "How these files are read: the table below.",
    },
    "[source.reading]": {
        "columns": "Which column is what: `amount`, `date`, `payee`, `department`, `category`, `purpose`, "
        "`transaction`, `card`, `credit` (credits in a column of their own, taken away), `sign` (says of each row "
        "whether it is a debit or a credit), `origin`, `vat`, `ods`, `gss`, `company`; each the heading as published, "
        "or a column number from 1.",
        "header": "The line (or sheet row) of the headings, 0 for none.",
        "first": "The first row, where there are no headings.",
        "encoding": "`utf-8`, `cp1252`, `cp850` or `utf-16`.",
        "delimiter": "What parts the columns: comma, tab, semicolon or bar.",
        "dates": "`dmy` or `mdy`: how a date is read that could be either, where no other date of the file tells; "
        "`ymd` where years of two figures come first.",
        "sign": "`-1` where spending is published as negative.",
        "unit": "Pounds in one unit: 1, 1000 or 1000000.",
        "width": "How many columns there are, where there are no headings.",
    },
    "matches.toml: [[match]]": {
        "payee": "A name as published. Spellings that differ in case and punctuation alone are one name.",
        "body": "The id of the body that it is; empty for none of them.",
        "note": "Why, for whoever reads it next.",
    },
    "[[rule]] of tags.toml": {
        "id": "Short and stable: what `totalplace untag` calls it. Made from the rule where it is not given.",
        "scheme": "One of: " + ", ".join(f"`{name}`" for name in SCHEMES) + ".",
        "class": "The class that it gives, or `unclassified` to leave money open.",
        "reason": "Why, for whoever reads the figures.",
        "by": "Who says so.",
        "body": "Ids of bodies that pay, as a list. All conditions have to fit, one value of each is enough.",
        "body_kind": "Kinds of bodies that pay: " + ", ".join(BODY_KINDS) + ".",
        "kind": "Kinds of payment, such as `spending`.",
        "service": "Services, such as `education`, or `not-classified`.",
        "subjective": "Subjective groups, such as `third-party`; `none` where nothing tells it.",
        "to_body": "Ids of bodies that are paid; `nobody` for no public body.",
        "to_body_kind": "Kinds of bodies that are paid.",
        "supplier": "Suppliers, by name or number.",
        "year": "Financial years.",
    },
    "classes.toml: [[correction]]": {
        "department": "The department of the payments that are meant, as published, in any case.",
        "category": "Their category. Every text that is given must be the same; at least one is needed.",
        "purpose": "Their purpose.",
        "payee": "Their payee.",
        "service": "The id of the service that they are for, such as `highways`, or `not-classified`.",
        "note": "Why, for whoever reads it next.",
    },
    "[[dataset]] of official.toml": {
        "id": "Short and stable: what `totalplace sign` and every table call it.",
        "kind": "What it is: " + ", ".join(f"`{kind}`" for kind in OFFICIAL_KINDS) + ".",
        "file": "The file, relative to `place.toml`; `book.xlsx#Sheet` for one sheet.",
        "sha256": "The file's digest when it was added: a file with another is called revised.",
        "body": "Whose figures they are, where the file does not say.",
        "row": "The name or code of the row that is theirs, where the file calls it something else, such as a region.",
        "year": "Their financial year, where the file does not say.",
        "unit": "Pounds (or people) in one unit: 1, 1000 or 1000000.",
        "measure": "What an amount is, where its heading does not say: `net`, `gross`, `income`, ...",
        "grade": "`actual`, `apportioned` or `estimated`.",
        "method": "How the figures came to be, in a sentence.",
        "source": "Where they were published.",
        "reason": "Why they differ from another official figure of the same.",
        "signed_by": "Who stands behind them.",
        "signed_on": "The day of the signature.",
        "signed_sha256": "The digest of the file that was signed.",
    },
    "[areas] of areas.toml": {
        "kind": "What the areas are called, such as `wards`.",
        "table": "The id of the table that lists the areas; where it has years, its last year does.",
        "population": "The id of the driver of the people that a figure a head is of.",
        "beside": "The id of a driver whose figures stand beside those a head, such as an index of need.",
    },
    "[[table]] of areas.toml": {
        "id": "Short and stable: drivers name it.",
        "file": "The file, relative to `place.toml`; `book.xlsx#Sheet` for one sheet.",
        "sha256": "The file's digest when it was added: a file with another is not used until it is added again.",
        "area": "The heading of the column of ids.",
        "name": "The heading of the column of names.",
        "year": "The heading of the column of financial years, where rows are of several.",
        "within": "Where the table is of more than the place: the heading of the column that says which rows count.",
        "only": "The values of that column that count, as a list.",
        "repeated": "`add` where several rows of an area are parts of it, to be added up; else an area twice is a "
        "fault.",
        "source": "Where it was published.",
    },
    "[[driver]] of areas.toml": {
        "id": "Short and stable: rules and shares name it. `none` is taken.",
        "method": "How it tells money to areas: " + ", ".join(f"`{method}`" for method in METHODS[:-1]) + ".",
        "table": "The id of its table.",
        "column": "The heading of its figures.",
        "weight": "The heading of figures that they are multiplied by, such as an index of need.",
        "year": "The financial year of its figures; where the table has years, that year's rows apportion all money, "
        "and each year's own where it is not given.",
        "unit": "`number` where it is not given: any figures, used in proportion. `share` (parts of 1) or `percent`: "
        "what they leave of the whole stays at the whole place.",
        "source": "Where its figures were published.",
        "grade": "`actual`, `apportioned` or `estimated`.",
    },
    "[[rule]] of areas.toml": {
        "driver": "The id of the driver that apportions the money that the rule fits; `none` leaves it at the whole "
        "place.",
        "body": "Only money of these bodies, by id; a text or a list.",
        "service": "Only money for these services: ids of `parameters/services.csv`, or `not-classified`.",
        "kind": "Only these kinds of payment.",
        "year": "Only these financial years.",
        "note": "Why, for whoever reads it next.",
    },
    "[[share]] of areas.toml": {
        "body": "The id of the body whose share in `place.toml` is explained.",
        "driver": "The id of the driver whose figures explain it.",
        "place": "The rows of its table that are this place, by id.",
        "whole": "The rows that are the body's whole area, by id; all rows where it is not given.",
        "year": "The financial year of the figures, where the table has several and the driver says none.",
    },
    "[[claims]] of areas.toml": {
        "id": "Short and stable: what `totalplace claims` calls it.",
        "term": "The words that pages and reports use for those who claim, such as `households that claim Universal "
        "Credit`. Words that shame people are refused (`totalplace claims --show words`).",
        "claims": "The id of the driver that counts who claims.",
        "people": "The id of the driver that counts who could: the same, people or households, as `claims`.",
        "definition": "What is counted, in a sentence: it stands wherever the figures do.",
        "entitled": "The id of the driver that counts who is thought to be entitled, where there is an estimate; its "
        "grade stands beside it.",
        "year": "The financial year of the figures; the rows that are taken where the table has several and a driver "
        "says none.",
    },
    "[geography] of geography.toml": {
        "blocks": "The id of the layer of small areas that all else is made of.",
    },
    "[[layer]] of geography.toml": {
        **GEOGRAPHY_FILE,
        "code": "The heading of the codes.",
        "name": "The heading of the names.",
        "population": "Of the blocks: the heading of people.",
        "population_file": "The table that has the people, where the file itself has none.",
        "population_code": "The heading of the codes in that table.",
        "centres": "Of the blocks: a file of their population-weighted centres, by which other layers are then fitted.",
        "centres_code": "The heading of the codes in that file.",
        "projection": "Such as `EPSG:27700`, where the file does not say it.",
    },
    "[[lookup]] of geography.toml": GEOGRAPHY_LOOKUP,
    "[[proposal]] of geography.toml": {
        **GEOGRAPHY_LOOKUP,
        "reasons": "Why these lines and no others.",
        "by": "Who proposes it: a body or a role.",
        "made": "The day, such as `2026-04-30`.",
        "band": "Least and most people of an area, such as `30000-50000`.",
        "came_from": "What it was made from: the lines of today, a design.",
    },
    "[[points]] of geography.toml": {
        **GEOGRAPHY_FILE,
        "code": "The heading of their ids.",
        "name": "The heading of their names.",
        "x": "The heading of eastings or longitudes.",
        "y": "The heading of northings or latitudes.",
        "block": "The heading of codes of blocks, instead of coordinates.",
        "of": "The layer whose codes `block` heads, where it is not known in which block sites are.",
        "projection": "Such as `EPSG:4326`, where neither the file nor the headings say it.",
    },
    "[[assets]] of geography.toml": {
        **GEOGRAPHY_FILE,
        "code": "The heading of ids, such as the UPRN; each stands once.",
        "name": "The heading of names.",
        "owner": "The heading of the body that has the building: by id, name or another of its names.",
        "use": "The heading of what it is used for.",
        "size": "The heading of square metres.",
        "cost": "The heading of what it costs to run, in pounds a year.",
        "occupancy": "The heading of how full it is, in per cent (or shares of 1, where none is above 1).",
        "condition": "The heading of its condition.",
        "statutory": "The heading of a flag: anything but no, 0 or nothing means that it may never be left.",
        "heritage": "The heading of the same flag for listed buildings.",
        "move": "The heading of what moving out costs, in pounds.",
        "receipt": "The heading of what a sale is expected to bring, in pounds.",
        "x": "The heading of eastings or longitudes.",
        "y": "The heading of northings or latitudes.",
        "block": "The heading of codes of blocks, for buildings without coordinates.",
        "projection": "Such as `EPSG:27700`, where the headings do not say it.",
    },
    "[[indicator]] of geography.toml": {
        **GEOGRAPHY_FILE,
        "code": "The heading of the codes of areas.",
        "figure": "The heading of the figures.",
        "of": "The layer whose codes they are; the blocks where it is not given.",
        "measure": "`count` (added up; where it is not given) or `mean` (a rate or an index, weighted by people).",
        "worse": "`high` (where it is not given) or `low`: which figures mean more need.",
    },
    **{
        f"[[{name}]] of geography.toml": {
            "from": "The code of a block.",
            "to": "The code of the block that it is to be " + words + ".",
            "note": "Why: a bridge, a ferry, a railway.",
        }
        for name, words in (("bridge", "joined with, though they do not touch"), ("cut", "parted from, though they do"))
    },
    "[[cell]] of completeness.toml": {
        "body": "The body, by id or name.",
        "year": "The financial year.",
        "service": "An id of `parameters/services.csv`; every service of the body where it is not given.",
        "state": "What is said: " + ", ".join(f"`{state}`" for state in CELL_STATES) + ".",
        "amount": 'Of an estimate: pounds, as text, such as `"1250000.00"`. It stands beside the count, never in it.',
        "reason": "Why the cell stays missing, or is not to be expected.",
        "method": "How an estimate came to be.",
        "source": "From what it came.",
        "by": "Who says so: a name and an office.",
        "on": "The day, such as `2026-04-30`.",
    },
    "[unit_costs] of unit-costs.toml": {
        "editions": 'The editions that are taken, the first before the others, such as `["3.0", "1.4"]`; all that are '
        "there, the newest first, where it is not given.",
    },
    "[[unit_cost]] of unit-costs.toml": {
        "code": "A national code, whose value this goes before, or one of your own such as `LOCAL-1`.",
        "detail": "What it is. This and the three keys that follow are taken over from a national code's entry.",
        "theme": "Its theme, such as `Crime`.",
        "unit": "What it is for one of, such as `Per week`.",
        "basis": "What the unit counts, where its words do not tell: "
        + ", ".join(f"`{basis.id}`" for basis in rules().bases)
        + ".",
        "agency": "Who bears the fiscal value, all of it.",
        "part": "The part of that agency, such as `Social Services`.",
        "fiscal": "Pounds that public bodies spend or save.",
        "economic": "Pounds that people and businesses gain.",
        "social": "What it is worth besides, in pounds.",
        "transfer": "How much of the fiscal value is a transfer payment, which public value leaves out.",
        "price_year": "The financial year of its prices, such as `2024-25`.",
        "fiscal_year": "That of the fiscal value, where it is another.",
        "economic_year": "That of the economic value.",
        "social_year": "That of the social value.",
        "rag": "How sure it is: `green`, `amber` or `red`.",
        "source": "Where it is from. It must be there.",
        "note": "What else is to be known of it.",
        "decided": "Who decided it, and when. It must be there.",
    },
    "compare.toml": {
        "at_least": "So many others there must be before a ratio is flagged: 10 where it is not given.",
        "neighbours": "The bodies most like one, each `[[neighbours]]` of one body: the table below.",
        "negotiation": "What a joint negotiation is assumed to take off: the table below.",
    },
    "[[neighbours]] of compare.toml": {
        "of": "The body whose neighbours they are, by name.",
        "names": "Their names as a list, the nearest first.",
        "source": "Who says that they are like it.",
    },
    "[[logic]] of cases/NAME.toml": {
        "id": "Short and stable, of a-z, 0-9 and hyphens: links and benefits name it.",
        "kind": "One of: " + ", ".join(LOGIC_KINDS) + ".",
        "name": "What the step is, in a few words.",
        "leads_to": "The ids of the steps that come of it, as a list.",
        "assumptions": "What has to hold for it to lead on, as a list of sentences.",
        "indicator": "How an outcome or impact is measured.",
        "baseline": "The indicator as it is, a number.",
        "target": "The indicator as it is to be, a number.",
        "unit": "What the indicator counts, such as `calls a year`.",
        "by": "When the target is to be met: a date such as `2027-03-31`, or a financial year such as `2026-27`.",
        "owner": "Who answers for it: a post, not a person's name.",
        "evidence": "Why it should come about.",
        "evidence_grade": "How good the evidence is, from 1 (best) to 6: see [rates and values]"
        "(../methods/rates-and-values.md).",
        "lag_years": "Years from what leads to it until it shows.",
        "note": "What else whoever reads it should know.",
        "dis_benefit": "`true` for an outcome or impact that is not wanted.",
    },
    **{f"{_table(table)} of cases/NAME.toml": keys for table, keys in HELP.items()},
    "a range of cases/NAME.toml": QUANTITY,
    "cashable of cases/NAME.toml": CASHABLE,
    "capital of cases/NAME.toml": CAPITAL,
    "[theme] of themes/NAME.toml": {
        "title": "What pages and tables call the theme.",
        "why": "What it is for, in a sentence.",
        "owner": "Who keeps its rules and answers for them.",
    },
    "[[rule]] of themes/NAME.toml": {
        "name": "What the rule is called; its number where it is not given.",
        "body": "Only money of these bodies, by id, name or alias; here and below a text or a list.",
        "service": "Only money for these services: ids of `parameters/services.csv`, or `not-classified`.",
        "subjective": "Only what buys this: ids of `parameters/subjective.toml`.",
        "kind": "Only these kinds of payment.",
        "supplier": "Only what these suppliers were paid, by a name as shown or as published, or by number.",
        "to_body": "Only what these public bodies were paid.",
        "year": "Only these financial years.",
        "words": "Whole words or phrases, of which one is in payee, department, category or purpose.",
        "not_words": "Words or phrases of which none is there.",
        "share": "The part of the money that belongs to the theme, 0 to 1, six decimals at most; 1 where it is not "
        "given.",
        "reason": "Why that part: needed where the share is not 1.",
    },
    "[negotiation] of compare.toml": {
        "low": 'Per cent, at least, as text: `"0.5"`.',
        "high": "Per cent, at most.",
        "source": "Who says so.",
    },
}


def commands() -> str:
    """Every command with its help, as the command line prints it."""
    parts = [
        "# Commands\n",
        "Exit status: 0 done; 1 the data or the answer is not right; 2 wrong usage. With `--json` a command prints one",
        "JSON document on stdout and nothing else; messages and progress go to stderr.\n",
        "Environment: `SPARK_REMOTE` and `SPARK_MASTER` choose the Spark behind `--engine spark` (see",
        "[engines](../engines.md)).\n",
    ]
    for name, command in _commands():
        with click.Context(
            command, info_name=f"totalplace {name}", terminal_width=100, max_content_width=100
        ) as context:
            parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _commands() -> list[tuple[str, click.Command]]:
    """Every command by name, those of a group after it."""
    found: list[tuple[str, click.Command]] = []
    for name, command in sorted(app.commands.items()):
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", each) for inner, each in sorted(command.commands.items())]
    return found


def settings() -> str:
    """Every key of the declared files."""
    parts = [
        "# Settings\n",
        "`place.toml` and `matches.toml`. An unknown key is an error that names the nearest known one.\n",
    ]
    for table, keys in SETTINGS.items():
        rows = "\n".join(f"| `{key}` | {words} |" for key, words in keys.items())
        parts.append(f"## {table}\n\n| key | what it says |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def tables() -> str:
    """Every table of the store, from the published schemas."""
    parts = [
        "# Tables\n",
        "Parquet files under `store/`. `totalplace sql` reads them all, and `files` and `totals` besides. The",
        "contracts are Frictionless Table Schemas in `src/totalplace/store/schemas`; a test holds that built",
        "tables keep them.\n",
    ]
    for name in TABLES:
        found = schema(name)
        rows = "\n".join(_field(field) for field in found["fields"])
        parts.append(f"## {name}\n\n{found['description']} Key: {', '.join(found['primaryKey'])}.\n")
        parts.append(f"| column | type | what it says |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def _field(field: dict[str, Any]) -> str:
    allowed = field.get("constraints", {}).get("enum")
    words = field["description"] + (f" One of: {', '.join(map(str, allowed))}." if allowed else "")
    unit = f", {field['unit']}" if "unit" in field else ""
    return f"| `{field['name']}` | {field['type']}{unit} | {words} |"


KNOWN = {
    "[place]": PLACE_KEYS,
    "[[body]]": BODY_KEYS,
    "[[source]]": SOURCE_KEYS,
    "[source.reading]": tuple(Reading.__dataclass_fields__),
    "[[rule]] of tags.toml": TAG_KEYS,
    "classes.toml: [[correction]]": CORRECTION_KEYS,
    "[[dataset]] of official.toml": OFFICIAL_KEYS,
    "[areas] of areas.toml": AREA_KEYS["areas"],
    **{f"[[{name}]] of areas.toml": AREA_KEYS[name] for name in ("table", "driver", "rule", "share", "claims")},
    **{
        f"{'[geography]' if name == 'geography' else f'[[{name}]]'} of geography.toml": keys
        for name, keys in GEOGRAPHY_KEYS.items()
    },
    "[[cell]] of completeness.toml": CELL_KEYS,
    "[[logic]] of cases/NAME.toml": LOGIC_KEYS,
    "[unit_costs] of unit-costs.toml": COSTS_KEYS,
    "[[unit_cost]] of unit-costs.toml": COST_KEYS,
    "compare.toml": COMPARE_KEYS,
    "[[neighbours]] of compare.toml": NEIGHBOUR_KEYS,
    "[negotiation] of compare.toml": NEGOTIATION_KEYS,
    **{f"{name} of themes/NAME.toml": THEME_KEYS[name.strip("[]")] for name in ("[theme]", "[[rule]]")},
}
"""The keys that the code takes, which SETTINGS must have."""


def main() -> None:
    """Writes the pages."""
    DOCS.mkdir(parents=True, exist_ok=True)
    (DOCS / "commands.md").write_text(commands(), encoding="utf-8")
    (DOCS / "settings.md").write_text(settings(), encoding="utf-8")
    (DOCS / "tables.md").write_text(tables(), encoding="utf-8")


if __name__ == "__main__":
    main()
