"""Tagged money as tables: by class, by class and cut, rule by rule, and opened down to filters of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from totalplace.money.cuts import LABELS
from totalplace.parameters.schemes import CONDITIONS, UNCLASSIFIED, Rule, Scheme, label
from totalplace.table import Column, Table
from totalplace.tags.effects import Effect, influence
from totalplace.tags.parts import Part
from totalplace.tags.tagged import FILTERS, Tagged

WORDS: Mapping[str, str] = {
    "body": "Paid by",
    "body_kind": "Kind of body",
    "kind": "Kind of payment",
    "service": "Service",
    "subjective": "Subjective group",
    "to_body": "Paid to",
    "to_body_kind": "Kind of body paid",
    "supplier": "Supplier",
    "year": "Year",
}
"""What conditions are called."""
LABELLED = ("kind", "service", "subjective")
"""Columns whose ids have labels."""
SHIPPED = "Total Place"
"""Who says what a shipped rule says."""


def classes_table(tagged: Tagged, scheme: Scheme) -> Table:
    """Lines and net of each class, those without any too, with its share of the net."""
    sums = tagged.sums(scheme.id).get((), {})
    whole = sum(net for _, net in sums.values())
    rows = []
    for found in scheme.classes:
        lines, net = sums.get(found.id, (0, 0))
        rows.append((found.id, found.label, found.description, lines, net, net / whole if whole > 0 else None))
    columns = (
        Column("class", "Class (id)"),
        Column("class_name", "Class"),
        Column("meaning", "What it means"),
        Column("lines", "Lines", "count"),
        Column("net", "Net", "money"),
        Column("share", "Share of net", "percent"),
    )
    return Table("tags", f"{scheme.title}: by class", columns, rows)


def overview_table(tables: Iterable[Table]) -> Table:
    """The tables by class of several schemes in one."""
    found = list(tables)
    rows = [(table.title.rpartition(":")[0], *row) for table in found for row in table.rows]
    return Table("tags", "Money by tags", (Column("scheme", "Scheme"), *found[0].columns), rows)


def by_table(tagged: Tagged, scheme: Scheme, by: Sequence[str]) -> Table:
    """Net of each class for each combination of `by`; where a scheme tells influence, the share from low to high."""
    told = any(found.influenceable for found in scheme.classes)
    rows: list[tuple[Any, ...]] = []
    for key, sums in tagged.sums(scheme.id, by).items():
        nets = [sums.get(found.id, (0, 0))[1] for found in scheme.classes]
        share = influence(scheme, sums)
        rows.append((*key, *nets, sum(nets), *((share.low, share.high) if told else ())))
    columns = [
        *(Column(name, LABELS.get(name, WORDS[name])) for name in by),
        *(Column(found.id, found.label, "money") for found in scheme.classes),
        Column("net", "Net", "money"),
    ]
    if told:
        columns += [Column("low", "Influenceable, low", "percent"), Column("high", "high", "percent")]
    cut = ", ".join(WORDS[name].lower() if name != "body" else "body" for name in by)
    return labelled(Table("tags-by", f"{scheme.title}: by {cut}", tuple(columns), rows))


def labelled(table: Table) -> Table:
    """The table with what people read of kinds of payment, services and subjective groups beside their ids."""
    at = [n for n, column in enumerate(table.columns) if column.name in LABELLED]
    for n in reversed(at):
        old = table.columns[n]
        two = (replace(old, label=f"{old.label} (id)"), replace(old, name=f"{old.name}_name"))
        columns = (*table.columns[:n], *two, *table.columns[n + 1 :])
        rows = [(*row[: n + 1], label(old.name, row[n]), *row[n + 1 :]) for row in table.rows]
        table = replace(table, columns=columns, rows=rows)
    return table


def rules_table(scheme: Scheme, effects: Sequence[Effect], names: Mapping[str, str]) -> Table:
    """The rules, first to fit first, with their reasons, who says so, and what each decides."""
    columns = (
        Column("order", "Order", "count"),
        Column("rule", "Rule"),
        Column("class", "Class (id)"),
        Column("class_name", "Gives the class"),
        Column("money", "To which money"),
        Column("reason", "Why"),
        Column("said_by", "Who says so"),
        Column("source", "Source"),
        Column("status", "Status"),
        Column("state", "What it does"),
        Column("before", "Rules before it that take from it"),
        Column("lines", "Lines it decides", "count"),
        Column("net", "Net it decides", "money"),
        Column("fitted", "Net it fits", "money"),
    )
    rows = [
        (
            n,
            found.rule.id,
            found.rule.tag,
            scheme.label(found.rule.tag),
            in_words(found.rule, names),
            found.rule.reason,
            (found.rule.by or "the place") if found.rule.own else SHIPPED,
            found.rule.source,
            found.rule.status or "of the place",
            found.state,
            ", ".join(found.before),
            found.lines,
            found.net,
            found.fitted,
        )
        for n, found in enumerate(effects, 1)
    ]
    return Table("tags-rules", f"{scheme.title}: the rules", columns, rows, "The first rule that fits tells the class.")


def in_words(rule: Rule, names: Mapping[str, str]) -> str:
    """What a rule asks for, in words: ``Paid by: Salford City Council; Service: Education or Housing``.

    `names` are those of bodies by id.
    """

    def said(name: str, value: str) -> str:
        return names[value] if name in ("body", "to_body") and value in names else label(name, value)

    return "; ".join(f"{WORDS[name]}: {' or '.join(said(name, v) for v in values)}" for name, values in rule.conditions)


def parts_table(tagged: Tagged, scheme: Scheme, found: Iterable[Part]) -> Table:
    """What is chosen, opened: filters of lines with their lines and net, which add up to it with their signs."""
    fits = tagged.fits[tagged.at(scheme.id)]
    rows = [
        (
            "" if part.rule is None else fits[part.rule].rule.id,
            "less" if part.sign < 0 else "",
            *(", ".join(part.filters.get(name, ())) for name in FILTERS),
            part.sign * part.lines,
            part.sign * part.net,
        )
        for part in found
    ]
    columns = (
        Column("rule", "Rule"),
        Column("sign", "Sign"),
        *(Column(name, WORDS[name]) for name in FILTERS),
        Column("lines", "Lines", "count"),
        Column("net", "Net", "money"),
    )
    return Table("tags-parts", f"{scheme.title}: what makes it up", columns, rows)


def open_table(tagged: Tagged, scheme: Scheme) -> Table:
    """What is unclassified by body, kind of payment and service, largest first: what is there for people to tell."""
    n = tagged.at(scheme.id)
    names = [name for name in ("body", "kind", "service") if name in tagged.columns]
    at = [tagged.columns.index(name) for name in names]
    sums: dict[tuple[str, ...], list[Any]] = defaultdict(lambda: [set(), 0, 0])
    for cell in tagged.chosen:
        if cell.tags[n] == UNCLASSIFIED:
            found = sums[tuple(cell.key[i] for i in at)]
            rule = cell.rules[n]
            found[0].add("no rule" if rule is None else tagged.fits[n][rule].rule.id)
            found[1] += cell.lines
            found[2] += cell.net
    rows = [(*key, ", ".join(sorted(why)), lines, net) for key, (why, lines, net) in sums.items()]
    rows.sort(key=lambda row: (-abs(row[-1]), row))
    columns = (
        *(Column(name, LABELS.get(name, WORDS[name])) for name in names),
        Column("why", "Why it is open"),
        Column("lines", "Lines", "count"),
        Column("net", "Net", "money"),
    )
    return labelled(Table("tags-open", f"{scheme.title}: unclassified", columns, rows))


def own_table(rules: Iterable[Rule]) -> Table:
    """The place's own rules as tags.toml has them, first to fit first; several values with semicolons between."""
    keys = ("id", "scheme", "class", *CONDITIONS, "reason", "by")
    rows = [
        (
            rule.id,
            rule.scheme,
            rule.tag,
            *("; ".join(rule.asked.get(name, ())) for name in CONDITIONS),
            rule.reason,
            rule.by,
        )
        for rule in rules
    ]
    return Table(
        "own-tags", "The place's own rules", tuple(Column(key, WORDS.get(key, key.title())) for key in keys), rows
    )
