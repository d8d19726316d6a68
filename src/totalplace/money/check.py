"""Proof that everything adds up: from the files' bytes to every cut, each step counted again another way."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from totalplace.definition import Definition
from totalplace.money.count import count
from totalplace.money.cuts import CUTS, LABELS, in_years
from totalplace.sources.parts import part_named
from totalplace.store.files import digest_of
from totalplace.store.layout import Run
from totalplace.store.queries import records
from totalplace.table import Column, Table
from totalplace.terms import ENOUGH, KEPT, TAKEN_OUT, counted, money

FEW = 20
"""So many names of files are told before the rest are only numbered."""

Finding = tuple[str, str, str]
"""What is checked, 'ok', 'failed' or 'warning', and the figures."""


def check(root: Path, run: Run, definition: Definition, digest: str) -> Table:
    """Every check with its result. Money that does not add up to the penny is 'failed'.

    `digest` is that of the definition now: where it differs from the run's, the run is out of date.
    """
    findings = [
        _files_add_up(run),
        _lines_match_files(run),
        _tables_agree(run),
        _shares_are_exact(run, definition),
        _gross_less_eliminated(run, definition),
        _cuts_agree(run, definition),
        _eliminations_are_counted(run, definition),
        _sources_unchanged(root, run),
        _definition_unchanged(run, digest),
        *to_look_at(run, definition),
    ]
    columns = (Column("check", "Check"), Column("result", "Result"), Column("detail", "Figures"))
    return Table("check", "Does everything add up?", columns, findings)


def to_look_at(run: Run, definition: Definition) -> list[Finding]:
    """What makes a figure doubtful though everything adds up; quick enough to stand beside every figure."""
    return [
        *_taken_beyond_published(run, definition),
        *_paid_to_like_names(run, definition),
        *_years_left_out(run, definition),
        *_refusals(run),
        *(("loaded twice", "warning", text) for text in run.info["warnings"]),
    ]


def _finding(name: str, good: bool, detail: str) -> Finding:
    return name, "ok" if good else "failed", detail


def _files_add_up(run: Run) -> Finding:
    bad = [e["name"] for e in run.counted() if e["rows"] != e["accepted"] + e["rejected"]]
    rows = sum(e["rows"] for e in run.counted())
    accepted, rejected = (sum(e[key] for e in run.counted()) for key in ("accepted", "rejected"))
    text = f"{rows:,} rows in = {accepted:,} accepted + {rejected:,} rejected, in {len(run.counted()):,} files"
    return _finding("rows in = accepted + rejected", not bad, text + _not_so(bad))


def _lines_match_files(run: Run) -> Finding:
    """Lines and rejects counted again from their tables, file by file, against what reading said."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for table, at in (("lines", 0), ("rejects", 2)):
        paths = [str(p) for e in run.counted() for p in (run.lines_of(e) if table == "lines" else [run.rejects_of(e)])]
        sql = "SELECT file, count(*) AS n, coalesce(sum(pence), 0)::BIGINT AS pence FROM read_parquet(?) GROUP BY file"
        for row in records(sql, [paths]):
            found[row["file"]][at], found[row["file"]][at + 1] = row["n"], row["pence"]
    bad = [
        e["name"]
        for e in run.counted()
        if found[e["name"]] != [e["accepted"], e["pence"], e["rejected"], e["rejected_pence"]]
    ]
    total = sum(e["pence"] for e in run.counted())
    return _finding("each file's lines and money", not bad, f"{money(total, 2)} of accepted lines" + _not_so(bad))


def _not_so(names: list[str]) -> str:
    if len(names) > FEW:
        return f"; not so in {', '.join(names[:FEW])} and {len(names) - FEW:,} more"
    return f"; not so in {', '.join(names)}" if names else ""


def _tables_agree(run: Run) -> Finding:
    """Lines, ledger and totals by body and month, each added up from its own rows."""
    paths = [str(p) for e in run.counted() for p in run.lines_of(e)]
    sql = "SELECT body, month, count(*) AS n, sum(pence)::BIGINT AS pence FROM read_parquet(?) GROUP BY ALL"
    sums = "SELECT body, month, sum(lines)::BIGINT AS n, sum(pence)::BIGINT AS pence FROM read_parquet(?) GROUP BY ALL"
    tables = {
        "lines": _keyed(records(sql, [paths])),
        "ledger": _keyed(records(sums, [run.table("ledger")])),
        "totals": _summed(run.totals()),
    }
    bad = [name for name, table in tables.items() if table != tables["lines"]]
    bad += ["totals by year"] * (_by_year(run.totals()) != _by_year(run.years()))
    return _finding(
        "the lines and each table made of them agree, for each body and month",
        not bad,
        f"{len(tables['lines']):,} months, body by body, in lines, ledger and totals" + _not_so(bad),
    )


def _keyed(rows: list[dict[str, Any]]) -> dict[tuple[str, int], tuple[int, int]]:
    return {(row["body"], row["month"]): (row["n"], row["pence"]) for row in rows}


def _summed(cells: list[dict[str, Any]]) -> dict[tuple[str, int], tuple[int, int]]:
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    for cell in cells:
        n, pence = sums.get((cell["body"], cell["month"]), (0, 0))
        sums[(cell["body"], cell["month"])] = (n + cell["lines"], pence + cell["pence"])
    return sums


def _by_year(cells: list[dict[str, Any]]) -> Counter[tuple[str, ...]]:
    """This place's pence by all that totals by year are told by."""
    found: Counter[tuple[str, ...]] = Counter()
    for cell in cells:
        found[tuple(cell[key] for key in ("body", "year", "kind", "outcome", "to_body"))] += cell["place_pence"]
    return found


def _shares_are_exact(run: Run, definition: Definition) -> Finding:
    """Each body and year: this place's part is its share of the whole, to the penny."""
    whole: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for cell in run.totals():
        whole[(cell["body"], cell["year"])][0] += cell["pence"]
        whole[(cell["body"], cell["year"])][1] += cell["place_pence"]
    shares = {body.id: body.share for body in definition.bodies}
    bad = [f"{b} {y}" for (b, y), (pence, part) in whole.items() if _part(pence, shares.get(b, Decimal(1))) != part]
    return _finding(
        "shares of bodies are exact",
        not bad,
        _shared_words(sum(share != 1 for share in shares.values())) + _not_so(bad),
    )


def _shared_words(bodies: int) -> str:
    if not bodies:
        return "every body counts whole"
    return "only a share counts of 1 body" if bodies == 1 else f"only a share counts of {bodies} bodies"


def _part(pence: int, share: Decimal) -> int:
    """`pence` times `share`, half a penny up, as the step rounds."""
    return math.floor(pence * share + Decimal("0.5"))


def _gross_less_eliminated(run: Run, definition: Definition) -> Finding:
    """Net added up on its own, from what was not taken out, against gross less eliminated."""
    whole = count(run, definition)
    kept = sum(c["place_pence"] for c in run.totals() if c["outcome"] in KEPT and in_years(definition, c["year"]))
    text = f"{money(whole.gross, 2)} gross - {money(whole.eliminated, 2)} eliminated = {money(whole.net, 2)} net"
    return _finding("gross - eliminated = net", whole.gross - whole.eliminated == whole.net == kept, text)


def _cuts_agree(run: Run, definition: Definition) -> Finding:
    """Every cut of the count adds up to the same gross and net."""
    whole, bad = count(run, definition), []
    for name in CUTS:
        table = count(run, definition, by=[name]).cut
        assert table is not None
        places = {column.name: i for i, column in enumerate(table.columns)}
        gross, net = (sum(row[places[key]] for row in table.rows) for key in ("gross", "net"))
        if (gross, net) != (whole.gross, whole.net):
            bad.append(name)
    return _finding(
        "every cut adds up to the total", not bad, ", ".join(LABELS[name].lower() for name in CUTS) + _not_so(bad)
    )


def _eliminations_are_counted(run: Run, definition: Definition) -> Finding:
    """Nothing is taken out but payments to a body of the place whose own spending is counted in that year."""
    ids = {body.id for body in definition.bodies}
    spent = _years_spent(run)
    taken = [c for c in run.totals() if c["outcome"] in TAKEN_OUT and in_years(definition, c["year"])]
    bad = [
        f"{c['body']} to {c['to_body']} in {c['year']}"
        for c in taken
        if c["to_body"] not in ids or (c["outcome"] == "eliminated" and (c["to_body"], c["year"]) not in spent)
    ]
    text = f"{counted(sum(c['lines'] for c in taken), 'line')} taken out, each to a body whose spending is counted"
    return _finding("eliminated only where counted", not bad, text + _not_so(sorted(set(bad))))


def _years_spent(run: Run) -> set[tuple[str, str]]:
    """Bodies and years with at least a twentieth of the lines of the body's fullest year, added up from the files."""
    lines: dict[tuple[str, str], int] = defaultdict(int)
    for cell in run.totals():
        lines[cell["body"], cell["year"]] += cell["lines"]
    most = {body: max(n for (other, _), n in lines.items() if other == body) for body, _ in lines}
    return {(body, year) for (body, year), n in lines.items() if n * ENOUGH >= most[body]}


def _taken_beyond_published(run: Run, definition: Definition) -> list[Finding]:
    """Warns where more is taken out as paid to a body than the body itself published in the year.

    What it spent beyond its files (pay, payments under the threshold) is then neither here nor there in the net.
    """
    own: dict[tuple[str, str], int] = defaultdict(int)
    received: dict[tuple[str, str], int] = defaultdict(int)
    names = {body.id: body.name for body in definition.bodies}
    for cell in run.totals():
        if not in_years(definition, cell["year"]):
            continue
        own[cell["body"], cell["year"]] += cell["pence"]
        if cell["outcome"] == "eliminated":
            received[cell["to_body"], cell["year"]] += cell["pence"]
    beyond = {key: pence - own[key] for key, pence in received.items() if pence > own[key]}
    return [
        (
            "taken out within what the receiver published",
            "warning",
            (
                f"{names.get(body, body)} was paid {money(received[body, year])} by counted bodies in {year} "
                f"and published {money(own[body, year])}: {money(pence)} of what it spent is not in the count"
            ),
        )
        for (body, year), pence in sorted(beyond.items())
    ]


def _paid_to_like_names(run: Run, definition: Definition) -> list[Finding]:
    """Warns where a body of the register is paid that a declared body may be meant to be: a name that missed it."""
    from totalplace.money.declaring import named_like

    paid: dict[str, int] = defaultdict(int)
    for cell in run.totals():
        if cell["to_body"]:
            paid[cell["to_body"]] += cell["pence"]
    return [
        (
            "bodies are declared as the register knows them",
            "warning",
            (
                f"{money(paid[other.id])} was paid to {other.name}, a body of the register, and stays in net; is it "
                f"the declared body '{body.name}'? Then give '{body.id}' that name as an alias"
            ),
        )
        for body, other in named_like(definition.bodies, paid)
    ]


def _years_left_out(run: Run, definition: Definition) -> list[Finding]:
    """Warns of a body's years with so few lines that what others pay it in them is not taken out."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    paid: dict[tuple[str, str], int] = defaultdict(int)
    for cell in run.totals():
        if in_years(definition, cell["year"]):
            own = lines[cell["body"], cell["year"]]
            own[0] += cell["lines"]
            own[1] += cell["pence"]
            if cell["to_body"] and cell["outcome"] == "final":
                paid[cell["to_body"], cell["year"]] += cell["pence"]
    names = {body.id: body.name for body in definition.bodies}
    full, found = _years_spent(run), []
    for (body, year), own in sorted(lines.items()):
        if (body, year) not in full and paid[body, year]:
            stray = f"{counted(own[0], 'line')} of {year}, {money(own[1])}"
            text = (
                f"{names.get(body, body)} has {stray}, under a twentieth of the lines of its fullest year: "
                f"they are in gross and net, and the {money(paid[body, year])} that others paid it that year "
                "is not taken out"
            )
            found.append(("years of few lines", "warning", text))
    return found


def _sources_unchanged(root: Path, run: Run) -> Finding:
    """The files on disk are, byte for byte, those that were counted."""
    hashes: dict[Path, str | None] = {}
    bad = []
    for entry in run.counted():
        path = part_named(root, entry["name"]).file
        if path not in hashes:
            hashes[path] = digest_of(path)
        if hashes[path] != entry["sha256"]:
            bad.append(entry["name"] + (" is gone" if hashes[path] is None else " has changed: build again"))
    return _finding(
        "source files are those that were counted", not bad, f"{len(hashes):,} files, byte for byte" + _not_so(bad)
    )


def _definition_unchanged(run: Run, digest: str) -> Finding:
    same = run.info["definition"] == digest
    return _finding(
        "the store is built from place.toml as it is", same, "the same" if same else "it changed: build again"
    )


def _refusals(run: Run) -> list[Finding]:
    found = []
    for entry in run.files:
        if entry["refused"]:
            twin = entry["refused"].startswith("says the same")
            found.append(
                ("every file is counted", "warning" if twin else "failed", f"{entry['name']} {entry['refused']}")
            )
    return found
