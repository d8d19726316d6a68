"""Public buildings as tables and in words: by body, by area, which could share a roof, and rows that were rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from totalplace.geography.blocks import Division
from totalplace.geography.facilities.register import Building, Register
from totalplace.geography.facilities.sharing import Sharing
from totalplace.geography.facilities.tables import NOWHERE, PLACE
from totalplace.table import Column, Table
from totalplace.terms import money

Names = Mapping[str, str]
ALL = "all"
"""What stands for every body together."""
_SUMS = (
    Column("buildings", "Buildings", "count"),
    Column("size", "Square metres", "count"),
    Column("cost", "Running cost a year", "money"),
    Column("no_cost", "Of no known cost", "count"),
    Column("empty", "Empty m²", "count"),
    Column("empty_share", "Empty share", "percent"),
    Column("flagged", "Statutory or heritage", "count"),
)
SUMS = (
    "Empty share: square metres not used ÷ square metres, of the buildings whose size and occupancy are both known. "
    "Costs are those that the register has; how many have none stands beside."
)


def _sums(there: Sequence[Building]) -> tuple[object, ...]:
    sized = [(each.size, each.empty) for each in there if each.size is not None and each.empty is not None]
    size, empty = sum(each for each, _ in sized), sum(each for _, each in sized)
    costs = [each.cost for each in there if each.cost is not None]
    return (
        len(there),
        round(sum(each.size for each in there if each.size is not None)),
        sum(costs) if costs else None,
        len(there) - len(costs),
        round(empty) if sized else None,
        empty / size if size else None,
        sum(each.flagged for each in there),
    )


def owners_table(buildings: Sequence[Building]) -> Table:
    """A row for each body, the largest running cost first, and all together."""
    by: dict[str, list[Building]] = {}
    for each in buildings:
        by.setdefault(each.owner, []).append(each)
    order = sorted(by.items(), key=lambda item: (-sum(each.cost or 0 for each in item[1]), item[0]))
    rows = [(owner, *_sums(there)) for owner, there in order]
    rows.append((ALL, *_sums(buildings)))
    return Table("assets-owners", "Public buildings by body", (Column("body", "Body"), *_SUMS), rows, SUMS)


def areas_table(buildings: Sequence[Building], layer: Division, names: Names, called: str) -> Table:
    """A row for each area, those in none of them, and all together."""
    by: list[list[Building]] = [[] for _ in range(len(layer.labels) + 1)]
    for each in buildings:
        by[int(layer.of[each.block]) if each.block >= 0 else -1].append(each)
    rows = [
        (label, names.get(label, "") or label, *_sums(there)) for label, there in zip(layer.labels, by, strict=False)
    ]
    if by[-1]:
        rows.append(("", NOWHERE, *_sums(by[-1])))
    rows.append(("", PLACE, *_sums(buildings)))
    columns = (Column("area", f"{called} (code)"), Column("area_name", called), *_SUMS)
    return Table("assets-areas", f"Public buildings by {called}", columns, rows, SUMS)


def register_table(registers: Sequence[Register], block_names: Sequence[str]) -> Table:
    """Every building as it was read, with where it stands in its file."""
    rows = [
        (
            *(each.id, each.name, each.owner, each.use),
            None if each.size is None else round(each.size),
            *(each.cost, each.occupancy, each.condition),
            "yes" if each.statutory else "",
            "yes" if each.heritage else "",
            *(each.move, each.receipt),
            block_names[each.block] if each.block >= 0 else "",
            register.file.file,
            each.line,
        )
        for register in registers
        for each in register.accepted
    ]
    columns = (
        Column("building", "Building (id)"),
        Column("building_name", "Building"),
        Column("body", "Body"),
        Column("use", "Use"),
        Column("size", "Square metres", "count"),
        Column("cost", "Running cost a year", "money"),
        Column("occupancy", "Occupied", "percent"),
        Column("condition", "Condition"),
        Column("statutory", "Statutory"),
        Column("heritage", "Heritage"),
        Column("move", "Cost of moving out", "money"),
        Column("receipt", "Expected receipt", "money"),
        Column("block_name", "Small area"),
        Column("file", "File"),
        Column("line", "Line", "number"),
    )
    return Table("assets", "Public buildings", columns, rows)


def rejected_table(registers: Sequence[Register]) -> Table:
    """Every row that was rejected, with why."""
    rows = [
        (register.file.file, each.line, each.id, each.name, each.reason)
        for register in registers
        for each in register.rejected
    ]
    columns = (
        Column("file", "File"),
        Column("line", "Line", "number"),
        Column("building", "Building (id)"),
        Column("building_name", "Building"),
        Column("reason", "Why it is rejected"),
    )
    return Table("assets-rejected", "Rows of the register that are rejected", columns, rows)


def pairs_table(found: Sharing, proposed: bool = False) -> Table:
    """Moves out of one building into another nearby: those of the best set alone, or every possible one."""
    there = found.buildings
    number = {n: k for k, n in enumerate(sorted(found.best), 1)}
    rows = []
    for n, move in enumerate(found.moves):
        if proposed and n not in found.best:
            continue
        gone, kept = there[move.vacated], there[move.kept]
        rows.append(
            (
                number.get(n),
                *(gone.id, gone.name, gone.owner, gone.use),
                *(kept.id, kept.name, kept.owner, kept.use),
                round(move.metres),
                move.together,
                gone.cost,
                *(gone.move, move.first, move.later, move.total, move.receipt),
            )
        )
    columns = (
        Column("proposed", "Number in the best set", "count"),
        Column("vacated", "Left (id)"),
        Column("vacated_name", "Left"),
        Column("body", "Who saves"),
        Column("vacated_use", "Its use"),
        Column("kept", "Kept (id)"),
        Column("kept_name", "Kept"),
        Column("to_body", "Whose it is"),
        Column("kept_use", "Use of the kept"),
        Column("metres", "Metres apart", "count"),
        Column("together", "How full it then is", "percent"),
        Column("cost", "Running cost saved a year", "money"),
        Column("move", "Cost of moving", "money"),
        Column("first_year", "Saving in the first year", "money"),
        Column("later_years", "Saving in each later year", "money"),
        Column("total", f"Saving over {_years(found.terms.years)}", "money"),
        Column("receipt", "Expected receipt, apart", "money"),
    )
    title = "Buildings that could share a roof: the best set" if proposed else "Every possible move into one building"
    return Table("assets-pairs" if proposed else "assets-moves", title, columns, rows, terms_words(found))


def _years(count: int) -> str:
    return f"{count} year{'' if count == 1 else 's'}"


def terms_words(found: Sharing) -> str:
    """What a pair has to fulfil, in a sentence or two."""
    asked = found.terms
    return (
        f"At most {asked.metres:,.4g} metres apart in a straight line, the kept building less than {asked.full:.0%} "
        "full with both in it, and the one that is left neither statutory nor heritage. Saving: its running cost, less "
        f"the cost of moving in the first year; over {_years(asked.years)}, not discounted; receipts stand apart. What "
        "the kept building costs is taken to stay as it is. These limits are ours: change them. Whether two uses go "
        "together is not for figures to say."
    )


def years_table(found: Sharing) -> Table:
    """What the best set saves by year and by the body that saves it."""
    owners = sorted({found.buildings[move.vacated].owner for move in found.proposed})
    rows: list[tuple[object, ...]] = []
    for year in range(1, found.terms.years + 1):
        by = {
            owner: sum(
                found.of_year(move, year) for move in found.proposed if found.buildings[move.vacated].owner == owner
            )
            for owner in owners
        }
        rows += [(year, owner, pence) for owner, pence in by.items()]
    columns = (Column("year", "Year", "number"), Column("body", "Who saves"), Column("saving", "Saving", "money"))
    return Table("assets-years", "What the best set saves, by year and body", columns, rows, terms_words(found))


def sharing_words(found: Sharing) -> list[str]:
    """What was found, in sentences: pairs near each other, why others are none, and what the best set saves."""
    pairs = {(min(m.vacated, m.kept), max(m.vacated, m.kept)) for m in found.moves}
    said = [
        (
            f"{found.near:,} pair{' of buildings lies' if found.near == 1 else 's of buildings lie'} within "
            f"{found.terms.metres:,.4g} metres of each other; {len(pairs):,} of them could share a roof."
        )
    ]
    said += [f"{count:,} could not: {reason}." for reason, count in sorted(found.why_not.items())]
    if unknown := sum(move.total is None for move in found.moves):
        said.append(
            f"Moves of which it is not known what they would save, for want of a running cost or a cost of moving: "
            f"{unknown:,}. They are listed, and in no set."
        )
    if not found.best:
        return [*said, f"No move saves anything over {_years(found.terms.years)}."]
    receipts = [move.receipt for move in found.proposed if move.receipt is not None]
    first = sum(found.of_year(move, 1) for move in found.proposed)
    count = len(found.best)
    sure = (
        "no other set saves more"
        if found.proven
        else f"not proven in the time given: no set can save more than {money(found.bound, 0)}"
    )
    said.append(
        f"The best set has {count:,} move{'' if count == 1 else 's'}, each building in one at the most: "
        f"{money(first, 0)} in the first year, {money(found.saving, 0)} over {_years(found.terms.years)} ({sure}); "
        f"receipts expected besides: {money(sum(receipts), 0) if receipts else 'none known'}."
    )
    return said


def buildings_of(registers: Iterable[Register]) -> tuple[Building, ...]:
    """The accepted buildings of all registers."""
    return tuple(each for register in registers for each in register.accepted)
