"""Forms that settle the service of payments by their texts: what is offered, what was said already, what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from totalplace.definition import Definition
from totalplace.errors import EditConflict, UsageError
from totalplace.money.correcting import Key, key_of
from totalplace.money.spent import service_name
from totalplace.parameters.services import NOT_CLASSIFIED
from totalplace.services import TEXTS, Correction

NOTE = 200
"""So many letters of a reason are kept."""
UNSETTLED = "-"
"""What a form says of texts of which nothing was settled when its page was drawn."""
_WORDS = {
    ("department", "category"): "This department and category",
    ("department",): "All of this department",
    ("category",): "All of this category",
    ("purpose",): "All of this purpose",
    ("payee",): "All to this payee",
    ("department", "payee"): "This department to this payee",
}
"""What can be settled together: names of texts, and how a form calls it."""


@dataclass(frozen=True)
class Offer:
    """What a form can settle: the names of its texts with commas between, words, and what was said of it ('' none)."""

    by: str
    words: str
    said: str


@dataclass(frozen=True)
class Form:
    """A form: the texts of the payments, what it offers, what it says of that, and the service that it begins with."""

    texts: Mapping[str, str]
    offers: tuple[Offer, ...]
    suggested: str = ""

    @property
    def offered(self) -> str:
        """What is offered, as the form sends it."""
        return "|".join(offer.by for offer in self.offers)

    @property
    def was(self) -> str:
        """What was said of it when the page was drawn, as the form sends it."""
        return "|".join(offer.said or UNSETTLED for offer in self.offers)

    @property
    def standing(self) -> list[tuple[Offer, str]]:
        """What was said of it, in words."""
        return [(offer, service_name(offer.said)) for offer in self.offers if offer.said]


def said_of(definition: Definition) -> dict[Key, str]:
    """The services that people settled, by what tells a correction; a later one comes before an earlier."""
    return {key_of(correction): correction.service for correction in definition.corrections}


def form_of(said: Mapping[Key, str], texts: Mapping[str, str], suggested: str = "") -> Form | None:
    """The form for payments with some texts; None where they have none to settle them by."""
    given = {name: texts.get(name, "").strip() for name in TEXTS}
    given = {name: text for name, text in given.items() if text}
    offers = []
    for names, words in _WORDS.items():
        if all(name in given for name in names) and (correction := _correction(given, names)):
            offers.append(Offer(",".join(names), words, said.get(key_of(correction), "")))
    return Form(given, tuple(offers), suggested) if offers else None


def undo_form(correction: Correction) -> Form:
    """The form that takes a correction back."""
    names = [name for name in TEXTS if name in correction.given]
    texts = {name: getattr(correction, name) for name in names}
    words = " and ".join(f"{name} {text}" for name, text in texts.items())
    return Form(texts, (Offer(",".join(names), words, correction.service),))


def _correction(texts: Mapping[str, str], names: Sequence[str], service: str = NOT_CLASSIFIED) -> Correction | None:
    """A correction by some of the texts; None where one of them holds no letter or figure to tell it by."""
    try:
        found = Correction(service, **{name: texts[name] for name in names})
    except UsageError:
        return None
    return found if len(found.given) == len(names) else None


@dataclass(frozen=True)
class Answer:
    """What a form was sent with: the correction, and whether it is to be taken back."""

    correction: Correction
    undo: bool


def answer_of(definition: Definition, form: Mapping[str, str]) -> Answer:
    """What a person said. Raises UsageError where that is not clear, EditConflict where somebody else said otherwise
    since the page was drawn."""
    texts = {name: form.get(name, "") for name in TEXTS}
    offered = [tuple(by.split(",")) for by in form.get("offered", "").split("|")]
    by = tuple((form.get("undo") or form.get("by", "")).split(","))
    if by not in offered or any(not set(names) <= set(TEXTS) for names in offered):
        raise UsageError("say which payments it is: the form offers them")
    undo = bool(form.get("undo"))
    if not (undo or form.get("service")):
        raise UsageError("say which service these payments are for")
    known = _correction(texts, by)
    if known is None:
        raise UsageError("say which payments it is: a text of theirs is not there")
    now = said_of(definition).get(key_of(known), "")
    shown = dict(zip(offered, form.get("was", "").split("|"), strict=False))
    if shown.get(by) != (now or UNSETTLED):
        raise EditConflict(_meanwhile(texts, by, now))
    note = " ".join(form.get("note", "").split())[:NOTE]
    service = NOT_CLASSIFIED if undo else form["service"]
    return Answer(Correction(service, note=note, **{name: texts[name] for name in by}), undo)


def _meanwhile(texts: Mapping[str, str], by: Sequence[str], service: str) -> str:
    """What is said where something else was settled since a page was drawn."""
    what = " and ".join(f"{name} '{texts[name]}'" for name in by)
    now = f"it was settled as {service_name(service)}" if service else "its settlement was taken back"
    return (
        f"Of {what} your page showed something else: meanwhile {now}. Your answer changed nothing; look at it as it "
        "stands, and answer again if you disagree"
    )
