"""How one body writes the names of those it pays, and what each way of writing means."""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.demo.chance import Stream
from totalplace.demo.words import DemoBody, Supplier, Words

CUT = 35
"""Characters that a common ledger keeps of a name."""

PLAIN_WAYS = ("own", "alias", "variant")
"""Ways of writing used for the largest payments: a doubtful name there would drown all else."""


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee as published, with the truth about it.

    `to_body` is the counted body that it is, or ''; `way` how the name is written: 'own', 'alias',
    'variant', 'cut', 'misspelt', 'candidate' for a counted body, else 'supplier', 'redacted' or
    'false-friend'; `outcome` what a right count makes of it.
    """

    name: str
    to_body: str
    way: str
    outcome: str
    vendor: int = 0
    vat: str = ""
    company: str = ""


class Writing:
    """The hand that a body writes payees in: case, the cut at 35, identifiers before the name."""

    def __init__(self, words: Words, payer: DemoBody) -> None:
        self._words = words
        self._payer = payer
        self._known: dict[str, Payee] = {}

    def body(self, stream: Stream, to: DemoBody, *, large: bool) -> Payee:
        """A counted body, in one of the ways that this payer uses."""
        ways = [w for w in self._payer.writes if w in PLAIN_WAYS or not (large or to is self._payer)]
        way = stream.weighted(ways, [self._payer.writes[w] for w in ways])
        published = self._name(stream.pick(to.names[way]), _body_prefix(to))
        if way in PLAIN_WAYS and len(published) == CUT < len(to.name):
            way = "cut"
        outcome = "self" if to is self._payer else self._words.outcome[way]
        codes = to.body.codes
        if self._payer.shows_vat and "vat" in codes and outcome == "candidate":
            # The body's own number beside a name that only looks like it says who was paid.
            outcome = "eliminated"
        return Payee(
            name=published,
            to_body=to.id,
            way=way,
            outcome=outcome,
            vendor=900_000 + 17 * self._words.bodies.index(to),
            vat=codes.get("vat", ("",))[0],
            company=codes.get("company", ("",))[0],
        )

    def outside(self, name: str) -> Payee:
        """A payee named in the flows that is no counted body."""
        if name not in self._known:
            self._known[name] = self._outsider(Supplier(name, 800_000 + len(self._known), "", ""), "")
        return self._known[name]

    def supplier(self, firm: Supplier) -> Payee:
        """A supplier of the register."""
        if firm.name not in self._known:
            # Not every ledger holds every supplier's number.
            prefix = f"UK{firm.company}01 : " if firm.vendor % 10 < 7 else ""
            self._known[firm.name] = self._outsider(firm, prefix)
        return self._known[firm.name]

    def redacted(self, department: str) -> Payee:
        """A payee who may not be named."""
        known = self._words.redacted
        name = known.get(self._payer.id) or known.get(department) or known["default"]
        return Payee(name=name, to_body="", way="redacted", outcome="final")

    def _outsider(self, firm: Supplier, prefix: str) -> Payee:
        near = any(mark in firm.name.lower() for mark in self._words.marks)
        return Payee(
            name=self._name(firm.name, prefix),
            to_body="",
            way="false-friend" if near else "supplier",
            outcome="final",
            vendor=firm.vendor,
            vat=firm.vat,
            company=firm.company,
        )

    def _name(self, name: str, prefix: str) -> str:
        if self._payer.case == "upper":
            name = name.upper()
        elif self._payer.case == "lower":
            name = name.lower()
        if self._payer.cut:
            return name[:CUT]
        return prefix + name if self._payer.prefix else name


def _body_prefix(to: DemoBody) -> str:
    """What an NHS ledger puts before a counted body's name: its ODS code, VAT or company number."""
    codes = to.body.codes
    if "ods" in codes:
        return f"NHS0000{codes['ods'][0]}01 : "
    if "vat" in codes:
        return f"{codes['vat'][0]} : "
    return f"UK{codes['company'][0]}01 : " if "company" in codes else ""
