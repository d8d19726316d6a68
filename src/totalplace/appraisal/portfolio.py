"""Several cases together: their sums, with a benefit that two of them claim counted once.

Two benefits are one claim where both say the same `claim`, or where both are for cohorts of the same `group` and of the
same unit cost (or, without one, outcome). Where a split is agreed each case has its share of its own figure; where none
is, the case with the largest public value keeps it, the others have nothing of it, and the portfolio says so; harm that
two cases do (value below nought) is taken out of neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from totalplace.appraisal.flows import ratio as ratio_of
from totalplace.appraisal.result import BenefitLine, Found
from totalplace.appraisal.tables import pence, ratio
from totalplace.errors import CaseError
from totalplace.table import Column, Table


@dataclass(frozen=True)
class Claimed:
    """A benefit of a member that others may claim too: present values in pounds, and the share that is counted here."""

    claim: str
    member: str
    line: BenefitLine
    fiscal: float
    public: float
    kept: float = 1.0


@dataclass(frozen=True)
class Overlap:
    """A benefit that several members claim: who does, and whether it is agreed who has what of it."""

    claim: str
    lines: tuple[Claimed, ...]
    agreed: bool


@dataclass(frozen=True)
class Portfolio:
    """Several cases together, in present values of one price year."""

    name: str
    title: str
    members: Mapping[str, Found]
    overlaps: tuple[Overlap, ...]
    links: tuple[tuple[str, str, str], ...]
    doubts: tuple[str, ...]

    def _kept(self, member: str) -> dict[str, float]:
        """The share of each claimed benefit of a member that is counted, by the benefit's id."""
        return {
            line.line.benefit.id: line.kept
            for overlap in self.overlaps
            for line in overlap.lines
            if line.member == member
        }

    def sums(self, member: str) -> tuple[float, float, float, float]:
        """A member's budget cost and benefit, public cost and benefit, each benefit counted once."""
        found = self.members[member]
        kept, measures = self._kept(member), found.measures
        fiscal_out = public_out = 0.0
        for line in found.benefits:
            fiscal, public = worth(found, line)
            lost = 1 - kept.get(line.benefit.id, 1.0)
            fiscal_out, public_out = fiscal_out + lost * fiscal, public_out + lost * public
        return (
            float(measures.fiscal_cost),
            float(measures.fiscal_benefit) - fiscal_out,
            float(measures.public_cost),
            float(measures.public_benefit) - public_out,
        )

    def table(self) -> Table:
        """A row a case, and all together; each benefit counted once."""
        columns = (
            Column("case", "Case"),
            Column("option", "Option"),
            Column("fiscal_cost", "Budget costs", "money"),
            Column("fiscal_benefit", "Budget benefits", "money"),
            Column("net_present_budget_impact", "Net present budget impact (below 0 is a saving)", "money"),
            Column("financial_return", "£ back to budgets for each £1", "ratio"),
            Column("public_cost", "Costs to the public", "money"),
            Column("public_benefit", "Benefits to the public", "money"),
            Column("net_present_public_value", "Net present public value", "money"),
            Column("taken_out", "Taken out, counted elsewhere", "money"),
        )
        rows, whole, out = [], [0.0] * 4, 0.0
        for member, found in self.members.items():
            sums, gone = self.sums(member), self._gone(member)
            rows.append(_row(found.case.name, found.option.name, sums, gone))
            whole, out = [a + b for a, b in zip(whole, sums, strict=True)], out + gone
        rows.append(_row("All together", "", (whole[0], whole[1], whole[2], whole[3]), out))
        return Table("portfolio", self.title, columns, rows, self.note)

    def _gone(self, member: str) -> float:
        return sum(
            line.public * (1 - line.kept)
            for overlap in self.overlaps
            for line in overlap.lines
            if line.member == member
        )

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The claims that nobody has agreed to split; a headline of the portfolio waits for them."""
        return tuple(overlap.claim for overlap in self.overlaps if not overlap.agreed)

    @property
    def withheld(self) -> tuple[tuple[str, str], ...]:
        """Why there is no headline yet, by the name of the case that lacks something; () where none does."""
        return tuple((each.case.name, words) for each in self.members.values() for words in each.withheld)

    @property
    def note(self) -> str:
        """What is counted once, and what is still to be agreed."""
        words = []
        if self.overlaps:
            words.append(f"Benefits claimed by more than one case and counted once: {len(self.overlaps)}.")
        if self.unsettled:
            words.append(f"Not agreed who has: {', '.join(self.unsettled)}.")
        if self.withheld:
            cases = ", ".join(dict.fromkeys(case for case, _ in self.withheld))
            words.append(f"No headline: deadweight or a comparator is not said in {cases}.")
        return " ".join([*words, "Present values over and above carrying on as now."])

    def overlap_table(self) -> Table:
        """A row a claim and member: what it claims, and what is counted."""
        columns = (
            Column("claim", "Claimed by more than one"),
            Column("case", "Case"),
            Column("benefit", "Benefit"),
            Column("fiscal", "Budget benefit claimed", "money"),
            Column("public", "Public benefit claimed", "money"),
            Column("kept", "Counted here", "percent"),
            Column("agreed", "Split agreed"),
        )
        rows = [
            (
                o.claim,
                line.member,
                line.line.benefit.name,
                pence(line.fiscal),
                pence(line.public),
                line.kept,
                _yes(o.agreed),
            )
            for o in self.overlaps
            for line in o.lines
        ]
        return Table("portfolio-overlaps", "Benefits claimed more than once", columns, rows, self.note)

    def link_table(self) -> Table:
        """A row a link: which case needs which, and why."""
        columns = (Column("case", "Case"), Column("needs", "Needs"), Column("note", "Why"))
        return Table("portfolio-links", "What needs what", columns, list(self.links))


def _row(name: str, option: str, sums: tuple[float, float, float, float], out: float) -> tuple[Any, ...]:
    cost, benefit, public_cost, public = sums
    return (
        name,
        option,
        pence(cost),
        pence(benefit),
        pence(cost - benefit),
        ratio(ratio_of(benefit, cost)),
        pence(public_cost),
        pence(public),
        pence(public - public_cost),
        pence(out),
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def worth(found: Found, line: BenefitLine) -> tuple[float, float]:
    """The present values of a benefit: to budgets, and to the public (without transfers)."""
    fiscal, transfer, economic, social = (
        found.present_value(line, kind) for kind in ("fiscal", "transfer", "economic", "social")
    )
    return fiscal, fiscal - transfer + economic + social


def overlap(claim: str, lines: list[Claimed], split: Mapping[str, float] | None, file: str) -> Overlap:
    """A benefit that several members claim: by the split that is agreed, or whole to the largest public value.

    Raises CaseError, naming the `file`, where the split says nothing of one who claims it.
    """
    if split is not None and (missing := {line.member for line in lines} - set(split)):
        names = ", ".join(sorted(missing))
        raise CaseError(f"{file}: the [[split]] of '{claim}' says nothing of {names}; give it a share, 0 for none")
    worths: dict[str, float] = {}
    for line in lines:  # a case may claim it in several lines
        worths[line.member] = worths.get(line.member, 0.0) + line.public
    largest = max(worths, key=lambda member: (worths[member], member))

    def kept(line: Claimed) -> float:
        if split is not None:
            return split[line.member]
        # Harm stays in full until somebody agrees that it is done once: taking it out would make the sum look better.
        return 1.0 if line.member == largest or (line.public <= 0 and line.fiscal <= 0) else 0.0

    shared = tuple(Claimed(e.claim, e.member, e.line, e.fiscal, e.public, kept(e)) for e in lines)
    return Overlap(claim, shared, split is not None)


def claims(members: Mapping[str, Found]) -> dict[str, list[Claimed]]:
    """Benefits by what they claim, of those that say whose they are."""
    claims: dict[str, list[Claimed]] = {}
    for name, found in members.items():
        for line in found.benefits:
            claim = claim_of(found, line)
            if claim:
                claims.setdefault(claim, []).append(Claimed(claim, name, line, *worth(found, line)))
    return claims


def claim_of(found: Found, line: BenefitLine) -> str:
    """What a benefit claims: its own words, or the group of people and the unit cost; '' where neither is said."""
    benefit = line.benefit
    if benefit.claim:
        return benefit.claim
    group = found.case.cohorts[benefit.cohort].group if benefit.cohort else ""
    return f"{group}: {benefit.unit_cost or benefit.outcome}" if group else ""


def likely(members: Mapping[str, Found]) -> Iterator[str]:
    """Doubts about benefits of one unit cost in two cases that do not say whose they are."""
    seen: dict[str, str] = {}
    for name, found in members.items():
        for line in found.benefits:
            code = line.benefit.unit_cost
            if code and not claim_of(found, line):
                if seen.get(code, name) != name:
                    yield (
                        f"{code} is a benefit of both {seen[code]} and {name}, and they do not say whose: give their "
                        "cohorts a group, so that a benefit of the same people is counted once"
                    )
                seen.setdefault(code, name)
