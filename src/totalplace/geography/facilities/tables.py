"""What areas hold, reach and need, as tables and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.facilities.holding import PER, Holding
from totalplace.geography.facilities.need import Need, Provision
from totalplace.geography.facilities.reach import Reach
from totalplace.table import Column, Kind, Table

PLACE = "Whole place"
NOWHERE, REST = "In none of them", "Not known, or in none of them"
NO_PROOF = (
    "Rank 1 is the most need, and the most spend a head. An area that ranks high by need and low by spend is one to "
    "ask about: it is no proof that too little is spent there, nor the other way round. Who uses a service, what it "
    "costs there and what no rule apportions to areas all matter too. Money that is apportioned by an index of need "
    "follows need because it is made to."
)
Names = Mapping[str, str]


def _areas(called: str) -> tuple[Column, Column]:
    return Column("area", f"{called} (code)"), Column("area_name", called)


def _named(layer: Division, names: Names) -> list[tuple[str, str]]:
    return [(label, names.get(label, "") or label) for label in layer.labels]


def listed(names: Sequence[str], most: int = 8) -> str:
    """Some names for a sentence: so many of them, and how many more."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def holds_table(found: Holding, names: Names, called: str, kinds: Names) -> Table:
    """A row an area: sites of each kind, the same for each 10,000 people, and the kinds that it has none of."""
    rows: list[tuple[object, ...]] = []
    where = [*_named(found.layer, names), ("", NOWHERE)]
    for n, (code, name) in enumerate(where):
        if n == len(found.layer.labels) and not (found.people[n] or found.counts[n].any()):
            continue
        lacking = [kinds[kind] for k, kind in enumerate(found.kinds) if not found.counts[n, k] and found.people[n]]
        cells = [cell for k in range(len(found.kinds)) for cell in (int(found.counts[n, k]), _two(found.rate(n, k)))]
        rows.append((code, name, int(found.people[n]), *cells, ", ".join(lacking) if code else ""))
    people = int(found.people.sum())
    whole = [cell for each in found.whole.tolist() for cell in (each, _two(each * PER / people if people else None))]
    rows.append(("", PLACE, people, *whole, ""))
    figures = [
        column
        for kind in found.kinds
        for column in (
            Column(kind, kinds[kind], "count"),
            Column(f"{kind}_rate", f"{kinds[kind]} for 10,000 people", "figure"),
        )
    ]
    columns = (
        *_areas(called),
        Column("people", "People", "count"),
        *figures,
        Column("none", "Has none of"),
    )
    return Table("holds", f"What each of {called} holds", columns, rows)


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def holds_words(found: Holding, names: Names, kinds: Names) -> list[str]:
    """For each kind whether every area has one, and which have none; and sites that are in no area."""
    lived = sum(bool(people) for people in found.people[: len(found.layer.labels)].tolist())
    called = dict(_named(found.layer, names))
    said = []
    for k, kind in enumerate(found.kinds):
        lacking = [called[found.layer.labels[n]] for n in found.without(k)]
        words = f"every one of the {lived:,} areas has at least one"
        if lacking:
            have = "has" if len(lacking) == 1 else "have"
            words = f"{len(lacking):,} of the {lived:,} areas {have} none: {listed(lacking)}"
        said.append(f"{kinds[kind]}: {words}.")
        for count, what in (
            (int(found.outside[k]), "outside the place, or not placed in it, and in no count here"),
            (int(found.repeats[k]), "rows of its file repeat a site, by name and place, and are counted once"),
        ):
            if count:
                said.append(f"{kinds[kind]}: {count:,} {what}.")
    return said


def reach_table(found: Reach, layer: Division, names: Names, called: str, limits: Sequence[float], note: str) -> Table:
    """A row an area: shares of people within each distance, and the distances that half and nine tenths live within."""
    groups = [*layer.groups(), np.flatnonzero(layer.of < 0), np.arange(len(found.people))]
    where = [*_named(layer, names), ("", NOWHERE), ("", PLACE)]
    rows = []
    for (code, name), blocks in zip(where, groups, strict=True):
        people = int(found.people[blocks].sum())
        if name == NOWHERE and not people:
            continue
        shares = [found.within(blocks, limit) for limit in limits]
        metres = [_whole(found.quantile(blocks, share)) for share in (0.5, 0.9, 1.0)]
        rows.append((code, name, people, *shares, *metres))
    columns = (
        *_areas(called),
        Column("people", "People", "count"),
        *(Column(f"within_{limit:g}", f"Within {limit:,.4g} m", "percent") for limit in limits),
        Column("median", "Half live within (m)", "count"),
        Column("ninety", "Nine in ten within (m)", "count"),
        Column("all", "All within (m)", "count"),
    )
    return Table("reach", f"How far people live from {found.points.name}", columns, rows, note)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def far_table(found: Reach, blocks: Blocks, layer: Division, names: Names, called: str, most: int) -> Table:
    """The blocks that lie farthest from any site of a kind."""
    called_so = dict(_named(layer, names))
    rows = [
        (
            blocks.ids[n],
            blocks.names[n],
            called_so.get(layer.labels[layer.of[n]], "") if layer.of[n] >= 0 else "",
            int(found.people[n]),
            round(float(found.metres[n])),
            found.points.names[int(found.nearest[n])],
        )
        for n in found.farthest(most).tolist()
    ]
    columns = (
        Column("block", "Small area (code)"),
        Column("block_name", "Small area"),
        Column("area_name", called),
        Column("people", "People", "count"),
        Column("metres", "Metres", "count"),
        Column("nearest", "Nearest"),
    )
    return Table("reach-far", f"The small areas farthest from {found.points.name}", columns, rows)


def reach_words(found: Reach, limits: Sequence[float]) -> str:
    """One sentence on the whole place."""
    everywhere = np.arange(len(found.people))
    shares = [f"{found.within(everywhere, limit) or 0:.1%} within {limit:,.4g} metres" for limit in limits]
    half, nine = (_whole(found.quantile(everywhere, share)) or 0 for share in (0.5, 0.9))
    return (
        f"{found.points.name}: {', '.join(shares)}; half of people live within {half:,} metres of the nearest, nine in "
        f"ten within {nine:,}."
    )


def need_table(found: Sequence[Need], names: Names, called: str) -> Table:
    """A row an area and indicator, each beside the whole place, with what of a count is in no area."""
    rows: list[tuple[object, ...]] = []
    for each in found:
        said, ranks, beside = each.said, each.ranks, each.beside
        kind = "count" if each.count else "mean"
        order = sorted(range(len(ranks)), key=lambda n: (ranks[n] is None, ranks[n] or 0, n))
        where = _named(each.layer, names)
        for n in order:
            value, people = _plain(each.values[n]), int(each.people[n])
            rate = _two(value * PER / people) if each.count and value is not None and people else None
            share = value / each.whole if each.count and value is not None and each.whole else None
            rows.append((*where[n], said.id, said.called, kind, value, share, rate, _plain(beside[n]), ranks[n]))
        if each.count:
            share = each.unknown / each.whole if each.whole else None
            rows.append(("", REST, said.id, said.called, kind, _plain(each.unknown), share, None, None, None))
        lived = int(each.people.sum())
        rate = _two((each.whole - each.unknown) * PER / lived) if each.count and lived else None
        rows.append(
            ("", PLACE, said.id, said.called, kind, _plain(each.whole), 1.0 if each.count else None, rate, 1.0, None)
        )
    columns = (
        Column("area", f"{called} (code)"),
        Column("area_name", called),
        Column("indicator", "Indicator (id)"),
        Column("indicator_name", "Indicator"),
        Column("measure", "Measure"),
        Column("figure", "Figure", "figure"),
        Column("share", "Share of the place", "percent"),
        Column("rate", "For 10,000 people", "figure"),
        Column("beside", "Place = 1", "ratio"),
        Column("rank", "Rank by need", "count"),
    )
    note = (
        "Counts are added up, and compared for each person; means (rates, indices) are weighted by people. What is in "
        "no area is a row of its own, so that a count's rows add up to the place."
    )
    return Table("need", f"Need by {called}", columns, rows, note)


def _plain(value: float) -> float | None:
    return float(round(value, 6)) if np.isfinite(value) else None


def spend_table(
    found: Need, heads: Sequence[int | None], ranks: Sequence[int | None], names: Names, called: str
) -> Table:
    """Need and spend a head side by side, by area, with how many ranks they lie apart."""
    by_need, beside = found.ranks, found.beside
    rows = [
        (
            *where,
            int(found.people[n]),
            _plain(found.values[n]),
            _plain(beside[n]),
            by_need[n],
            heads[n],
            ranks[n],
            _less(ranks[n], by_need[n]),
        )
        for n, where in enumerate(_named(found.layer, names))
    ]
    rows.sort(key=lambda row: (row[5] is None, row[5] or 0))
    kind: Kind = "figure"
    columns = (
        *_areas(called),
        Column("people", "People", "count"),
        Column("figure", found.said.called, kind),
        Column("beside", "Need, place = 1", "ratio"),
        Column("need_rank", "Rank by need", "count"),
        Column("per_head", "Spend a head a year", "money"),
        Column("spend_rank", "Rank by spend a head", "count"),
        Column("apart", "Ranks apart", "count"),
    )
    return Table("need-spend", f"Need and spend a head, by {called}", columns, rows, NO_PROOF)


def _less(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a - b


def provision_table(found: Provision, need_of: Need, what: str, names: Names, called: str) -> Table:
    """Shares of need and of what serves it, the least served first."""
    ranks, ratios = found.ranks, found.ratio
    rows = [
        (*where, int(need_of.people[n]), float(found.needed[n]), float(found.served[n]), ratios[n], ranks[n])
        for n, where in enumerate(_named(found.layer, names))
    ]
    rows.sort(key=lambda row: (row[-1] is None, row[-1] or 0, row[0]))
    columns = (
        *_areas(called),
        Column("people", "People", "count"),
        Column("needed", f"Share of need: {need_of.said.called}", "percent"),
        Column("served", f"Share of {what}", "percent"),
        Column("ratio", "Served ÷ needed", "ratio"),
        Column("rank", "Rank, 1 the least served", "count"),
    )
    note = (
        "1: its share of what is provided is its share of need. A low ratio is a question and no finding: people also "
        "use what lies in the next area."
    )
    return Table("need-served", f"Provision against need, by {called}", columns, rows, note)
