"""Confidence grades of data and the correction for optimism that goes with each, from `grades.toml`.

Six grades, 1 the best. A benefit is multiplied by 1 less its correction, a cost by 1 and its correction; an item takes
the worst grade of its kinds of evidence. **Not verified**: the ladder was recalled, and results that use it say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters.dated import Number, exact, share, shipped

KINDS = ("population", "evidence", "cost", "age")
"""Kinds of evidence that a grade is given for: the people, engagement and impact, costs, and how old the data are."""


@dataclass(frozen=True)
class Grade:
    """A grade: 1 (best) to 6; what data of it are, by kind; the known error of data and both corrections, as shares."""

    grade: int
    signal: str
    labels: Mapping[str, str]
    error: Decimal
    benefit_bias: Decimal
    cost_bias: Decimal
    age_under: int | None


@dataclass(frozen=True)
class Ladder:
    """All grades, best first, with what the ladder rests on."""

    id: str
    title: str
    rule: str
    source: str
    date: str
    licence: str
    verified: bool
    units: Mapping[str, str]
    grades: tuple[Grade, ...]

    def grade(self, grade: int) -> Grade:
        """A grade by its number; raises UsageError for one that there is not."""
        found = next((one for one in self.grades if one.grade == grade), None)
        if found is None:
            raise UsageError(f"there is no confidence grade {grade!r}; grades are 1 (best) to {len(self.grades)}")
        return found

    def benefit_bias(self, grade: int) -> Decimal:
        """The share to take off a benefit: 0.05 means that 95% of it is counted. Never negative."""
        return self.grade(grade).benefit_bias

    def cost_bias(self, grade: int) -> Decimal:
        """The share to put on a cost: 0.05 means that 105% of it is counted. Never negative."""
        return self.grade(grade).cost_bias

    def error(self, grade: int) -> Decimal:
        """The known error of data of a grade, as a share, either way: 0.1 is 10% more or less."""
        return self.grade(grade).error

    def worst(self, *grades: int) -> int:
        """The worst of some grades, which is that of an item; raises UsageError for none at all."""
        if not grades:
            raise UsageError("no grade is given; an item needs one for each kind of evidence that it rests on")
        return max(self.grade(grade).grade for grade in grades)

    def label(self, kind: str, grade: int) -> str:
        """What data of a kind and grade are, in words; raises UsageError for a kind that there is not."""
        labels = self.grade(grade).labels
        if kind not in labels:
            raise UsageError(f"there is no kind of evidence '{kind}'{did_you_mean(kind, list(labels))}")
        return labels[kind]

    def age_grade(self, years: Number | str) -> int:
        """The grade of data so many years old; on a boundary the worse. Raises UsageError for a negative age."""
        age = exact(years, "the age of the data in years")
        if age < 0:
            raise UsageError(f"the age of the data is {years} years; data cannot be younger than the case")
        return next(one.grade for one in self.grades if one.age_under is None or age < one.age_under)


@cache
def ladder() -> Ladder:
    """The shipped ladder."""
    raw = shipped("grades.toml")
    grades = tuple(
        Grade(
            one["grade"],
            one["signal"],
            {kind: one[kind] for kind in KINDS},
            share(one["error"]),
            share(one["benefits"]),
            share(one["costs"]),
            one.get("age_under"),
        )
        for one in raw["grade"]
    )
    return Ladder(**raw["ladder"], units=raw["unit"], grades=grades)
