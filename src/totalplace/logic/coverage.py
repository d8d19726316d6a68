"""A logic model as tables: its steps, how far its outcomes are covered, and the register of benefits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from totalplace.logic.checks import Check
from totalplace.logic.model import LogicModel
from totalplace.logic.step import KINDS, MEASURED, Number, Step
from totalplace.table import Column, Table

Row = tuple[Any, ...]


def steps_table(model: LogicModel) -> Table:
    """The twin of the picture: every step by kind, with what leads to it, where it leads, and what is assumed."""
    columns = (
        Column("step", "Step"),
        Column("kind", "Kind"),
        Column("name", "Name"),
        Column("from", "Comes of"),
        Column("leads_to", "Leads to"),
        Column("assumptions", "What is assumed"),
        Column("lag_years", "Years until it shows", "number"),
        Column("owner", "Owner"),
        Column("note", "Note"),
    )
    rows = [_step_row(model, step) for kind in KINDS for step in model.of_kind(kind)]
    note = "A step that is named but not there stands in quotation marks."
    return Table("logic-steps", "Steps of the logic model", columns, rows, note)


def _step_row(model: LogicModel, step: Step) -> Row:
    ahead = [model.step(to).name if model.has(to) else f"'{to}'" for to in dict.fromkeys(step.leads_to)]
    behind = [model.step(id).name for id in model.before[step.id]]
    names = ("; ".join(behind), "; ".join(ahead), "; ".join(marked(model, step)))
    return step.id, step.kind, step.name, *names, step.lag_years, step.owner, step.note


def marks(model: LogicModel) -> dict[str, tuple[str, ...]]:
    """The marks of each step's assumptions, A1, A2 and so on through the whole model by kind."""
    found: dict[str, tuple[str, ...]] = {}
    n = 0
    for kind in KINDS:
        for step in model.of_kind(kind):
            found[step.id] = tuple(f"A{n + each}" for each in range(1, len(step.assumptions) + 1))
            n += len(step.assumptions)
    return found


def marked(model: LogicModel, step: Step) -> list[str]:
    """The assumptions of a step, each with its mark."""
    return [f"{mark}: {text}" for mark, text in zip(marks(model)[step.id], step.assumptions, strict=True)]


def coverage_table(model: LogicModel) -> Table:
    """Each outcome: whether an activity leads to it, whether it is measured, and what is said of it."""
    columns = (
        Column("step", "Step"),
        Column("name", "Outcome"),
        Column("reached", "Reached from an activity"),
        Column("measured", "Measured"),
        Column("lacks", "What the measure lacks"),
        Column("baseline", "Baseline", "number"),
        Column("target", "Target", "number"),
        Column("unit", "Unit"),
        Column("owner", "Owner"),
        Column("evidence", "Evidence"),
        Column("evidence_grade", "Grade (1 best)", "count"),
        Column("impact", "Leads to an impact"),
    )
    rows = [_coverage_row(model, step) for step in model.outcomes]
    note = "Measured: it has an indicator, a unit, a baseline and a target."
    return Table("logic-coverage", "Outcomes and what covers them", columns, rows, note)


def _coverage_row(model: LogicModel, step: Step) -> Row:
    impact = any(step.id in model.causes(each.id) for each in model.of_kind("impact"))
    return (
        step.id,
        step.name,
        yes(model.reached(step.id)),
        yes(step.measurable),
        ", ".join(step.lacks),
        step.baseline,
        step.target,
        step.unit,
        step.owner,
        step.evidence,
        step.evidence_grade or None,
        yes(impact),
    )


def register_table(model: LogicModel) -> Table:
    """The register of benefits: the profile of each outcome and impact, dis-benefits with their sign."""
    columns = (
        Column("step", "Step"),
        Column("benefit", "Benefit"),
        Column("type", "Type"),
        Column("kind", "Kind"),
        Column("indicator", "Measure"),
        Column("unit", "Unit"),
        Column("baseline", "Baseline", "number"),
        Column("target", "Target", "number"),
        Column("change", "Change", "number"),
        Column("by", "By"),
        Column("owner", "Owner"),
        Column("can_be_realised", "Can be realised"),
        Column("comes_of", "Comes of"),
    )
    rows = [_register_row(model, step) for step in model.steps if step.kind in MEASURED]
    note = "What lacks an indicator, a unit, a baseline or a target cannot be measured, nor be said to be realised."
    return Table("logic-benefits", "Register of benefits", columns, rows, note)


def _register_row(model: LogicModel, step: Step) -> Row:
    return (
        step.id,
        step.name,
        "dis-benefit (minus)" if step.dis_benefit else "benefit (plus)",
        step.kind,
        step.indicator,
        step.unit,
        step.baseline,
        step.target,
        change(step),
        step.by,
        step.owner,
        "can be" if step.measurable else f"cannot be: no {', no '.join(step.lacks)}",
        "; ".join(model.step(id).name for id in model.before[step.id]),
    )


def change(step: Step) -> Number | None:
    """Target less baseline, as exact as both are written; None where either is not there."""
    from decimal import Decimal

    if step.baseline is None or step.target is None:
        return None
    found = Decimal(repr(step.target)) - Decimal(repr(step.baseline))
    return int(found) if found == found.to_integral_value() else float(found)


def checks_table(checks: Iterable[Check]) -> Table:
    """What is wrong with a model and what it lacks, faults first."""
    columns = (
        Column("level", "What"),
        Column("code", "Code"),
        Column("step", "Step"),
        Column("words", "What is found"),
        Column("where", "Where"),
    )
    rows = [(each.level, each.code, each.step, each.words, each.where) for each in checks]
    return Table("logic-checks", "What is wrong, and what is lacking", columns, rows)


def yes(value: bool) -> str:
    """A yes or a no."""
    return "yes" if value else "no"
