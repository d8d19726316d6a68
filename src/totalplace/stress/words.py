"""What a result comes to in plain words, and what is to be looked at before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totalplace.stress.scenario import PRESSURE_WORDS, Plan, Reserves
from totalplace.stress.sums import Line
from totalplace.terms import money, money_short

if TYPE_CHECKING:
    from totalplace.stress.result import Result


def told(result: Result, body: str) -> list[str]:
    """The gap of the last year, what makes it, and what reserves do, a sentence each."""
    ahead = result.of(body)[1:]
    last = ahead[-1]
    means = money_short(last.funding + last.income)
    what = f"{money_short(last.gap)} short" if last.gap > 0 else "in balance"
    what = f"left with {money_short(-last.gap)} to spare" if last.gap < 0 else what
    against = f"spending of {money_short(last.spend)} against {means} of funding and income"
    found = [f"In {last.year} {result.name(body)} would be {what} before reserves: {against}."]
    if made := _made_of(result, body):
        found.append(made)
    if last.gap > 0 or any(line.used for line in ahead):
        found.append(_reserves_do(ahead))
    return found


def _made_of(result: Result, body: str) -> str:
    """What each pressure alone adds to the gap of the last year."""
    last = result.scenario.years[-1]
    effects = [e for e in result.effects if (e.body, e.year) == (body, last) and e.part in PRESSURE_WORDS and e.before]
    parts = [f"{PRESSURE_WORDS[e.part].lower()} {money_short(e.before)}" for e in effects]
    return f"Alone, each would add: {', '.join(parts)}." if len(parts) > 1 else ""


def _reserves_do(ahead: list[Line]) -> str:
    used, last = sum(line.used for line in ahead), ahead[-1]
    years = f"{len(ahead)} year{'' if len(ahead) == 1 else 's'}"
    if not used:
        return f"Reserves meet none of it; they stand at {money_short(last.left)} at the end."
    return (
        f"Reserves meet {money_short(used)} over {years} and stand at {money_short(last.left)} at the end; "
        f"{money_short(max(last.after, 0))} of the last year's gap is left."
    )


def doubts(result: Result, plan: Plan) -> Iterator[str]:
    """What is to be looked at of a body, each with what to do."""
    lines = result.of(plan.id)[1:]
    if plan.baseline["spend"].from_payments:
        yield (
            f"{plan.name}: spending is the net payments of {result.scenario.base_year}. Payments are not a budget: "
            "they hold no pay, no small sums and few benefits. Give its budget with its source."
        )
    yield from _of_reserves(plan, lines)
    if result.several and (spare := [line for line in lines if line.gap < 0]):
        yield (
            f"{plan.name} has {money(-spare[-1].gap)} to spare in {spare[-1].year}, which makes the gap of the place "
            "smaller: other bodies cannot count on it. Look at the gaps body by body."
        )


def _of_reserves(plan: Plan, lines: list[Line]) -> Iterator[str]:
    held, floor = plan.baseline["reserves"].pence, plan.reserves.floor
    if held < floor:
        yield (
            f"{plan.name}: reserves of {money(held)} are below their floor of {money(floor)} from the start, so none "
            "are used. Check both figures."
        )
    elif dry := next((line for line in lines if _run_out(line, plan.reserves)), None):
        yield (
            f"{plan.name}: reserves run out in {dry.year}: {money(dry.left)} is left, the floor is {money(floor)}, "
            f"and {money(dry.after)} of that year's gap is not met. Use less of them a year, or find savings before."
        )
    if unmet := next((line for line in lines if line.unmet), None):
        yield (
            f"{plan.name}: {money(unmet.unmet)} of what is promised from reserves in {unmet.year} is not there. Put "
            "off what it is promised for, or pay for it otherwise: it is not in the gap."
        )


def _run_out(line: Line, said: Reserves) -> bool:
    """Whether a gap is left because reserves are at their floor, not because no more were to be used."""
    return line.after > 0 and line.left <= said.floor and (said.use is None or line.used < said.use)


def reserve_words(said: Reserves) -> str:
    """How reserves are used, for people."""
    if said.use == 0:
        used = "none are used for the gap"
    else:
        most = "as much as the gap needs" if said.use is None else f"up to {money(said.use)} a year"
        used = f"{most}, never below {money(said.floor)}"
    return used + (f"; {money(said.committed)} a year goes to other things first" if said.committed else "")
