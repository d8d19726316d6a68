"""What a file of areas or points is, as it would be declared: told by headings, shapes and what its codes match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.geography.blocks import Blocks
from totalplace.geography.declared import File, Layer, LookupFile, PointFile
from totalplace.geography.facilities.proposed import proposed_indicator, proposed_register, stem_of
from totalplace.geography.points import X_HEADINGS, Y_HEADINGS, told_by
from totalplace.geography.reading.features import Features
from totalplace.geography.vintages import LEVELS, heading, share_known
from totalplace.terms import slug

ROLES = ("blocks", "layer", "lookup", "points", "assets", "indicator")
PEOPLE = (
    "pop",
    "population",
    "people",
    "persons",
    "residents",
    "usual residents",
    "all usual residents",
    "all persons",
    "total population",
)
"""Headings that are taken for a population, in any case."""
ENOUGH = 0.5
"""A column is taken for the codes of the blocks where it has so many of them at the least."""
ROWS = ("fid", "ogc_fid", "objectid", "gid", "id_0", "index")
"""Headings of numbers of rows, which GeoPackage and map programs put first: they are nobody's codes."""


@dataclass(frozen=True)
class Look:
    """What was found in a file: its role, and the tables that would be written into geography.toml, by name."""

    role: str
    entries: tuple[tuple[str, File], ...]
    rows: int
    found: Features = field(repr=False, compare=False)


def look(found: Features, sha256: str, blocks: Blocks | None, given: Mapping[str, Any]) -> Look:
    """What a file would be declared as; `given` says what a person already said (role, id, code, name, ...).

    Raises FileRefused where it cannot be told which column is what, naming the option that says it.
    """
    role = given.get("role") or _role(found, blocks)
    if role not in ROLES:
        raise UsageError(f"'{role}' is no role of a file{did_you_mean(role, list(ROLES))}")
    if role != "blocks" and blocks is None:
        raise FileRefused(found.file, "there are no building blocks yet for it to belong to: load those first")
    base = {key: given[key] for key in ("title", "within", "only", "source") if given.get(key)}
    base |= {"file": found.file, "sha256": sha256}
    if role in ("blocks", "layer"):
        return _layers(found, role, base, given)
    assert blocks is not None
    if role in ("assets", "indicator"):
        return _facilities(found, role, base, given, blocks)
    return _lookups(found, base, given, blocks) if role == "lookup" else _points(found, base, given, blocks)


def _facilities(found: Features, role: str, base: dict[str, Any], given: Mapping[str, Any], blocks: Blocks) -> Look:
    if role == "assets":
        return Look(role, ((role, proposed_register(found, base, given)),), len(found), found)
    of = given.get("of") or ""
    wanted = blocks.layers[of].labels if of in blocks.layers else blocks.ids
    code, share = (given["code"], 1.0) if given.get("code") else best_column(found, wanted)
    if not share:
        raise FileRefused(
            found.file,
            f"no column has codes of {of or 'the blocks'}: say which layer its figures are of (--of) and which column "
            f"has the codes (--code). It has {', '.join(found.columns)}",
        )
    return Look(role, ((role, proposed_indicator(found, base, given, code)),), len(found), found)


def _role(found: Features, blocks: Blocks | None) -> str:
    if found.shapes is not None:
        import shapely

        kinds = shapely.get_type_id(found.shapes)
        if np.isin(kinds, (0, 4)).sum() * 2 > len(kinds):
            return "points"
        return "layer" if blocks is not None else "blocks"
    if blocks is None:
        return "blocks"
    if best_column(found, blocks.ids)[1] >= ENOUGH:
        return "lookup"
    return "points"


def best_column(found: Features, codes: tuple[str, ...]) -> tuple[str, float]:
    """The column that has most of some codes, and what share of them."""
    shares = [(share_known(codes, set(values)), name) for name, values in found.columns.items()]
    share, name = max(shares, default=(0.0, ""))
    return name, share


def _layers(found: Features, role: str, base: dict[str, Any], given: Mapping[str, Any]) -> Look:
    code = given.get("code") or _code(found)
    code = found.heading(code)
    told = heading(code)
    kind = given.get("kind") or (told.kind if told else "")
    vintage = given.get("vintage") or (told.vintage if told else "")
    population = given.get("population") or (_people(found) if role == "blocks" else "")
    file = str(given.get("population_file") or "")
    if role == "blocks" and not population:
        raise FileRefused(
            found.file,
            f"which column is the population? Say --population; it has {', '.join(found.columns)}. Where it is in "
            "another file: --population COLUMN --population-file FILE --population-code COLUMN",
        )
    layer = Layer(
        id=given.get("id")
        or slug(kind if role == "blocks" and kind else f"{kind} {vintage}".strip())
        or stem_of(found, "areas"),
        kind=kind,
        vintage=vintage,
        code=code,
        name=_name(found, code, given),
        population=population,
        population_file=file,
        population_code=str(given.get("population_code") or ""),
        centres=str(given.get("centres") or ""),
        centres_code=str(given.get("centres_code") or ""),
        projection=given.get("projection") or "",
        **base,
    )
    beside = _beside(found, code, base, layer.id) if role == "blocks" else []
    return Look(role, (("layer", layer), *(("lookup", each) for each in beside)), len(found), found)


def _code(found: Features) -> str:
    """The column of codes: of the smallest level that headings name, else the first whose values are all other."""
    single = [name for name, values in found.columns.items() if all(values) and len(set(values)) == len(values)]
    told = [(name, heading(name)) for name in single]
    ranked = sorted(
        (LEVELS.index(t.kind) if t.kind in LEVELS else len(LEVELS), n) for n, (_, t) in enumerate(told) if t and t.codes
    )
    if ranked:
        return told[ranked[0][1]][0]
    likely = [name for word in ("code", "cd", "id") for name in single if word in name.lower() and not _row(name)]
    if likely:
        return likely[0]
    single = [name for name in single if not _row(name)] or single
    # Where rows stand twice, no column is all other: a heading of codes is taken then, and what is wrong with it said.
    codes = [name for name in found.columns if (t := heading(name)) and t.codes]
    if codes and not single:
        return codes[0]
    if not single:
        raise FileRefused(found.file, f"which column has the codes? Say --code; it has {', '.join(found.columns)}")
    return single[0]


def _row(name: str) -> bool:
    """Whether a heading is one that map programs give to the number of a row."""
    return name.strip().lower() in ROWS


def _name(found: Features, code: str, given: Mapping[str, Any]) -> str:
    if said := given.get("name"):
        return found.heading(said)
    lower = {name.strip().lower(): name for name in found.columns}
    stem = code.strip().lower()
    for tried in (f"{stem[:-2]}nm" if stem.endswith("cd") else "", stem.replace("code", "name"), "name"):
        if tried and tried != stem and tried in lower:
            return lower[tried]
    return ""


def _people(found: Features) -> str:
    return next((name for name in found.columns if name.strip().lower() in PEOPLE), "")


def _beside(found: Features, code: str, base: dict[str, Any], blocks: str) -> list[LookupFile]:
    """The lookups that a file of blocks has in itself: its other columns of codes of areas, told by their headings.

    A column that has all blocks in one area divides nothing, and of two vintages with the same codes throughout the
    later is enough: as layers they would only be held against each other on every page.
    """
    made = []
    for name, values in found.columns.items():
        told = heading(name)
        if not told or not told.codes or name == code or not 1 < len(set(values)) < len(values):
            continue
        if _again_later(found, name):
            continue
        made.append(
            LookupFile(
                id=slug(f"{told.kind} {told.vintage}"),
                kind=told.kind,
                vintage=told.vintage,
                code=code,
                area=name,
                name=_name(found, name, {}),
                **base,
            )
        )
    return _apart([each for each in made if each.id != blocks])


def _apart(made: list[LookupFile]) -> list[LookupFile]:
    """Lookups of which no two have one id: the second of a kind and year is called by its heading."""
    ids = [each.id for each in made]
    return [
        each if each.id not in ids[:n] else replace(each, id=slug(each.area) or f"{each.id}-{n}")
        for n, each in enumerate(made)
    ]


def _again_later(found: Features, name: str) -> bool:
    """Whether a column of a later vintage, or the first of one vintage, has the same codes in every row."""
    told = heading(name)
    alike = [
        (each.vintage, -n, other)
        for n, (other, values) in enumerate(found.columns.items())
        if told and (each := heading(other)) and each.codes and each.kind == told.kind and values == found.columns[name]
    ]
    return max(alike)[2] != name


def _lookups(found: Features, base: dict[str, Any], given: Mapping[str, Any], blocks: Blocks) -> Look:
    small = blocks.layers[given["of"]].labels if given.get("of") in blocks.layers else blocks.ids
    code = found.heading(given["code"]) if given.get("code") else best_column(found, small)[0]
    if said := given.get("area"):
        areas = [found.heading(said)]
    else:
        many = len(set(found.columns[code]))
        told = [n for n in found.columns if n != code and (t := heading(n)) and t.codes]
        areas = [n for n in told if 1 < len(set(found.columns[n])) < many]
    if not areas:
        raise FileRefused(found.file, f"which column is the larger area? Say --area; it has {', '.join(found.columns)}")
    made = []
    for area in areas:
        said_so = heading(area)
        kind = given.get("kind") or (said_so.kind if said_so else "")
        vintage = given.get("vintage") or (said_so.vintage if said_so else "")
        named_so = given.get("id") if len(areas) == 1 else ""
        made.append(
            LookupFile(
                id=named_so or slug(f"{kind} {vintage}") or slug(area) or stem_of(found, "areas"),
                kind=kind,
                vintage=vintage,
                code=code,
                area=area,
                name=_name(found, area, given if len(areas) == 1 else {}),
                of=given.get("of") or "",
                share=given.get("share") or "",
                partial=bool(given.get("partial")),
                **base,
            )
        )
    return Look("lookup", tuple(("lookup", each) for each in _apart(made)), len(found), found)


def _points(found: Features, base: dict[str, Any], given: Mapping[str, Any], blocks: Blocks) -> Look:
    x, y, block = (str(given.get(key) or "") for key in ("x", "y", "block"))
    if found.shapes is None and not (x or block):
        x, y = _first(found, X_HEADINGS), _first(found, Y_HEADINGS)
        if not (x and y):
            x = y = ""
            block, share = best_of(found, blocks)
            if share < ENOUGH:
                raise FileRefused(found.file, _neither(found, blocks))
    made = PointFile(
        id=given.get("id") or stem_of(found, "areas"),
        kind=given.get("kind") or "",
        vintage=given.get("vintage") or "",
        code=found.heading(given["code"]) if given.get("code") else _ids(found),
        name=found.heading(given["name"]) if given.get("name") else _first(found, ("name",)),
        x=x,
        y=y,
        block=block,
        of=(given.get("of") or "") if block else "",
        projection=given.get("projection") or told_by(x),
        **base,
    )
    return Look("points", (("points", made),), len(found), found)


def _neither(found: Features, blocks: Blocks) -> str:
    """What is said of a table that has neither codes of blocks nor coordinates."""
    for layer, division in blocks.layers.items():
        column, share = best_column(found, division.labels)
        if share >= ENOUGH:
            return (
                f"its column '{column}' has codes of the layer '{layer}', and none has codes of the blocks: figures by "
                f"{layer} are moved by 'totalplace areas fit --from {layer}'; a lookup of them is loaded with "
                f"--as lookup --of {layer}; sites of which only the {layer} is known with --as points --block "
                f"'{column}' --of {layer}"
            )
    column, share = best_column(found, blocks.ids)
    return (
        f"no column has codes of the blocks (the nearest, '{column}', has {share:.0%} of them) and none is headed as "
        f"coordinates. Say --as lookup with --code and --area, or where its points are: --x and --y, or --block. It "
        f"has {', '.join(found.columns)}"
    )


def _ids(found: Features) -> str:
    """The column of ids of sites: one whose heading ends in code or id and whose values are all other."""
    return next(
        (
            name
            for name, values in found.columns.items()
            if _plain(name).replace(" ", "_").rpartition("_")[2] in ("code", "id", "urn", "ods")
            and all(values)
            and len(set(values)) == len(values)
        ),
        "",
    )


def best_of(found: Features, blocks: Blocks) -> tuple[str, float]:
    """The column whose values are codes of blocks most often, and how often."""
    known = blocks.number
    shares = [(sum(v in known for v in values) / max(len(values), 1), name) for name, values in found.columns.items()]
    share, name = max(shares, default=(0.0, ""))
    return name, share


def _first(found: Features, known: tuple[str, ...]) -> str:
    """The first column with one of some headings, or whose heading ends in one after an underscore (PRAC_LAT)."""
    exact = (name for name in found.columns if _plain(name) in known)
    return next(exact, "") or next((n for n in found.columns if _plain(n).rpartition("_")[2] in known), "")


def _plain(name: str) -> str:
    return name.strip().lower()
