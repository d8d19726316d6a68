"""One step of a logic model, as a type. Imports nothing inside but terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

KINDS: Mapping[str, str] = {
    "input": "Inputs",
    "activity": "Activities",
    "output": "Outputs",
    "outcome": "Outcomes",
    "impact": "Impacts",
}
"""The kinds of step in the order in which one leads to the next, each with its heading."""
MEASURED = ("outcome", "impact")
"""The kinds that can be unwanted, and of which a measure is expected."""
Number = int | float


@dataclass(frozen=True)
class Step:
    """A step: what goes in, what is done, what comes out of it, what changes for people, and what that adds up to.

    `leads_to` holds ids of other steps; `assumptions` what has to hold for the step to lead on. `indicator` says how
    it is measured, in `unit`, from `baseline` to `target`, `by` a date (2027-03-31) or financial year (2026-27).
    `evidence_grade` is 1 (best) to 6, 0 where none is given. `lag_years` is how long after what leads to it a step
    shows; None where nothing is said. `dis_benefit` marks an outcome or impact that is not wanted.
    """

    id: str
    kind: str
    name: str
    leads_to: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    indicator: str = ""
    baseline: Number | None = None
    target: Number | None = None
    unit: str = ""
    by: str = ""
    owner: str = ""
    evidence: str = ""
    evidence_grade: int = 0
    lag_years: Number | None = None
    note: str = ""
    dis_benefit: bool = False

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a measure of it still lacks, of indicator, unit, baseline and target."""
        texts = [key for key in ("indicator", "unit") if not getattr(self, key).strip()]
        return (*texts, *(key for key in ("baseline", "target") if getattr(self, key) is None))

    @property
    def measurable(self) -> bool:
        """Whether it can be measured: what cannot be cannot be said to have been realised."""
        return not self.lacks

    def to_table(self) -> dict[str, Any]:
        """The step as a table of a file; what is not said is not in it."""
        table: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            said = value is not None if field.name in NUMBERS else bool(value)
            if said or field.name in ("id", "kind", "name"):
                table[field.name] = list(value) if isinstance(value, tuple) else value
        return table


NUMBERS = ("baseline", "target", "lag_years")
LISTS = ("leads_to", "assumptions")
KEYS = tuple(field.name for field in fields(Step))
"""The keys of a step's table."""
TEXTS = tuple(key for key in KEYS if key not in (*NUMBERS, *LISTS, "evidence_grade", "dis_benefit"))
