"""What to settle next: the departments and categories whose service is not told, or least surely, largest first.

And how much of the run a correction means. Both read lines, so a page remembers the first for as long as a run stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from totalplace.definition import Definition
from totalplace.parameters.kinds import NO_SERVICE
from totalplace.parameters.services import NOT_CLASSIFIED, folded
from totalplace.services import OF_OTHERS, TEXTS, Correction, classify
from totalplace.store.layout import Run
from totalplace.store.queries import Row, marks, rows
from totalplace.table import Column, Table
from totalplace.terms import TAKEN_OUT

MOST = 200
"""So many combinations of a department and a category are listed."""
LOOKED_AT = 5_000
"""Of so many spellings of a body, those with most money in doubt, the list is made."""
SUGGESTED = 0.4
"""The confidence from which a service is suggested: a person decides, so less is asked than of an answer."""
_CENT = 100

COLUMNS = (
    Column("department", "Department"),
    Column("category", "Category"),
    Column("paid_by", "Paid by"),
    Column("lines", "Lines", "count"),
    Column("amount", "Amount", "money"),
    Column("doubtful", "In doubt", "money"),
    Column("not_classified", "Of it not classified", "money"),
    Column("service", "Told by words as"),
    Column("suggested", "Suggested by words"),
)

Sums = dict[str, list[Row]]
"""By body: department, category, service, lines, pence, hundredths of pence in doubt, pence not classified."""


def unsure(definition: Definition, sums: Sums, bodies: Iterable[str] = (), most: int = MOST) -> Table:
    """The combinations of department and category that a person had best settle next, most money in doubt first.

    In doubt is all of what nothing tells, and of what words tell as much as the confidence leaves open: of £100 told
    at 80 per cent, £20. Money is pence, as `doubts` has it; spellings that a correction cannot tell apart stand
    together. Of `bodies` alone; none given: of all but those of OF_OTHERS, unless there are no others. `service` is
    what words told of most of the money ('' where nothing did), `suggested` what they say from SUGGESTED on.
    """
    asked = {definition.body(body).id for body in bodies}
    usual = {body.id for body in definition.bodies if body.kind not in OF_OTHERS}
    wanted = asked or (usual & sums.keys()) or sums.keys()
    joined: dict[tuple[str, str], _Together] = defaultdict(_Together)
    plain = cache(folded)
    for body in sorted(wanted & sums.keys()):
        for row in sums[body]:
            joined[plain(row[0]), plain(row[1])].add(body, row)
    joined.pop(("", ""), None)  # there is nothing to settle them by: see its lines
    ranked = sorted(joined.items(), key=lambda item: (-abs(item[1].doubtful), item[0]))
    found = [together.row() for _, together in ranked if together.doubtful][:most]
    rows_of = [(*row, suggested) for row, suggested in zip(found, _suggested(found), strict=True)]
    return Table("services-unsure", "What to settle next", COLUMNS, rows_of)


def doubts(run: Run, years: Sequence[str] = ()) -> Sums:
    """What `unsure` is made of, for each body: sums by department, category and service of what words or nothing tell.

    Pence are as published, of `years` (none given: all), without what is taken out of net and without kinds of payment
    that are no spending on services. About three processor seconds for ten million lines.
    """
    files: dict[str, list[str]] = defaultdict(list)
    for entry in run.counted():
        files[entry["body"]] += map(str, run.lines_of(entry))
    counted = f" AND l.year IN ({marks(years)})" if years else ""
    # A payee's outcome, and the kind that its name tells, are the same in all of a body's year: so its payments need
    # not be held against the ledger one by one.
    left_out = (
        "SELECT DISTINCT year, payee_key FROM read_parquet(?) WHERE body = ? AND "
        f"(outcome IN ({marks(TAKEN_OUT)}) OR (kind IN ({marks(NO_SERVICE)}) AND kind <> line_kind))"
    )
    doubt = f"CASE l.told WHEN 'nothing' THEN {_CENT} ELSE {_CENT} - l.confidence END"
    sql = f"""
        SELECT coalesce(l.department, ''), coalesce(l.category, ''), l.service, count(*)::BIGINT, sum(l.pence)::BIGINT,
               sum(l.pence * ({doubt}))::BIGINT AS doubtful,
               coalesce(sum(l.pence) FILTER (l.told = 'nothing'), 0)::BIGINT
        FROM read_parquet(?) l ANTI JOIN ({left_out}) x ON l.payee_key = x.payee_key AND l.year = x.year
        WHERE l.told IN ('nothing', 'words') AND l.kind NOT IN ({marks(NO_SERVICE)}){counted}
        GROUP BY 1, 2, 3 ORDER BY abs(doubtful) DESC, 1, 2, 3 LIMIT {LOOKED_AT}
    """
    ledger = run.table("ledger")
    return {
        body: rows(sql, [paths, ledger, body, *TAKEN_OUT, *NO_SERVICE, *NO_SERVICE, *years])
        for body, paths in sorted(files.items())
    }


class _Together:
    """Sums of the spellings that a correction cannot tell apart; shown as the one with most money in doubt is."""

    def __init__(self) -> None:
        self.texts = ("", "")
        self.largest = -1
        self.bodies: set[str] = set()
        self.lines = self.pence = self.hundredths = self.nothing = 0
        self.services: dict[str, int] = defaultdict(int)

    @property
    def doubtful(self) -> int:
        """The pence in doubt."""
        return self.hundredths // _CENT

    def add(self, body: str, row: Row) -> None:
        """One more of them."""
        department, category, service, lines, pence, hundredths, nothing = row
        if abs(hundredths) > self.largest:
            self.texts, self.largest = (department, category), abs(hundredths)
        self.bodies.add(body)
        self.lines += lines
        self.pence += pence
        self.hundredths += hundredths
        self.nothing += nothing
        if service != NOT_CLASSIFIED:
            self.services[service] += abs(pence)

    def row(self) -> tuple[Any, ...]:
        """The cells of COLUMNS but for the last."""
        told = max(sorted(self.services), key=lambda service: self.services[service], default="")
        paid_by = ", ".join(sorted(self.bodies))
        return (*self.texts, paid_by, self.lines, self.pence, self.doubtful, self.nothing, told)


def _suggested(found: Sequence[Row]) -> list[str]:
    """The service that words suggest for each department and category; '' where they are too unsure."""
    if not found:
        return []
    import polars as pl

    texts = pl.DataFrame({"department": [row[0] for row in found], "category": [row[1] for row in found]})
    told = classify(texts, rules=False, threshold=SUGGESTED)["service"].to_list()
    return ["" if service == NOT_CLASSIFIED else service for service in told]


MEANT = (
    *(Column(name, name.capitalize()) for name in TEXTS),
    Column("service", "Service"),
    Column("lines", "Lines", "count"),
    Column("amount", "Amount", "money"),
    Column("already", "Amount of that service already", "money"),
)


def meant(run: Run, corrections: Iterable[Correction]) -> Table:
    """How many lines of the run each correction means, their money (pence, as published, of all years), and how much
    of it has that service already. A correction that gives more texts may still come before it."""
    listed = list(corrections)
    paths = [str(path) for entry in run.counted() for path in run.lines_of(entry)]
    spellings = {name: _spellings(paths, name, listed) for name in TEXTS}
    found = []
    for correction in listed:
        sums = _sums(paths, correction, spellings)
        found.append((*(getattr(correction, name) for name in TEXTS), correction.service, *sums))
    return Table("corrections-mean", "What these corrections mean", MEANT, found)


def _spellings(paths: Sequence[str], name: str, corrections: Sequence[Correction]) -> dict[str, list[str]]:
    """The published texts of a column by the folded text that a correction gives."""
    wanted = {correction.given[name] for correction in corrections if name in correction.given}
    if not wanted or not paths:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    for (text,) in rows(f"SELECT DISTINCT {name} FROM read_parquet(?) WHERE {name} IS NOT NULL", [list(paths)]):
        if (plain := folded(text)) in wanted:
            found[plain].append(text)
    return found


def _sums(
    paths: Sequence[str], correction: Correction, spellings: dict[str, dict[str, list[str]]]
) -> tuple[int, int, int]:
    conditions, values = [], []
    for name, text in correction.given.items():
        texts = spellings[name].get(text, [])
        if not texts:
            return 0, 0, 0
        conditions.append(f"{name} IN ({marks(texts)})")
        values += texts
    already = "coalesce(sum(pence) FILTER (service = ?), 0)::BIGINT"
    sql = f"SELECT count(*)::BIGINT, coalesce(sum(pence), 0)::BIGINT, {already} FROM read_parquet(?)"
    ((lines, pence, same),) = rows(
        f"{sql} WHERE {' AND '.join(conditions)}", [correction.service, list(paths), *values]
    )
    return lines, pence, same
