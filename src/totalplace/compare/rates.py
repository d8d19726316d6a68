"""What is compared: money of a body or an area in a year over people, or over units of what it does."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from totalplace.parameters.divisions import label_of, labels
from totalplace.parameters.services import NOT_CLASSIFIED
from totalplace.terms import BODY_KINDS, half_up, money

PEOPLE = "people"
"""The unit of a spend a head; any other unit makes a unit cost."""
AREA, PART = "area", "part"
KINDS = (*BODY_KINDS, AREA, PART)
"""Who is compared with whom: bodies of one kind, areas, or parts of the place. A college a head of a city says nothing
of its council."""
BASES = ("outturn", "budget", "payments", "table")
"""What money is: spent as reported, planned, paid as counted here, or of a comparison table that says no more."""
BASIS_WORDS = {
    "outturn": "reported spending (outturn)",
    "budget": "planned spending (budget)",
    "payments": "payments",
    "table": "figures of the comparison table",
}


KIND_WORDS = {AREA: "areas", PART: "parts of the place"}


class Subject(NamedTuple):
    """What can be compared with what: the same sort of who, of money, service and unit.

    `service` is an id of parameters.services or 'total', or a name of the comparison table's own; `measure` one of
    official.figures; `kind`, `basis` and `unit` as above.
    """

    kind: str
    basis: str
    measure: str
    service: str
    unit: str

    @property
    def service_words(self) -> str:
        """What people are told of the service."""
        if self.service == NOT_CLASSIFIED:
            return "Not classified"
        return label_of(self.service) if self.service in labels() else self.service

    @property
    def per(self) -> str:
        """What the money is over, as the end of a sentence."""
        return "a head" if self.unit == PEOPLE else f"per unit ({self.unit})"

    @property
    def words(self) -> str:
        """The subject in a line: ``Housing services, net, a head: reported spending (outturn), council``."""
        whose = KIND_WORDS.get(self.kind, self.kind)
        return f"{self.service_words}, {self.measure}, {self.per}: {BASIS_WORDS[self.basis]}, {whose}"


@dataclass(frozen=True)
class Rate:
    """Money over what it is for. `amount` is pence in the money of the year, `denominator` people or units, above 0.

    `who` is the id of a body of the place where `own`, else the name as given; `factor` turns pence of the year into
    pence of the prices compared in. `source` says where the money stands, and the denominator.
    """

    who: str
    name: str
    own: bool
    year: str
    amount: int
    denominator: Fraction
    source: str
    factor: Fraction = Fraction(1)

    @property
    def ratio(self) -> Fraction:
        """Pence for one of the denominator, exact."""
        return self.amount * self.factor / self.denominator


class Lacking(NamedTuple):
    """Money that cannot be compared, and why: nothing is guessed for it. `amount` is pence."""

    subject: Subject
    who: str
    name: str
    year: str
    amount: int
    why: str


def shown(ratio: Fraction) -> str:
    """Pence for one as people read it: pounds and pence."""
    return money(half_up(ratio), 2)
