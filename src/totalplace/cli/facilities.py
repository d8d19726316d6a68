"""The commands `areas holds`, `reach`, `nearest`, `need` and `assets`: what areas hold and need, and sharing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.areas import areas
from totalplace.cli.options import Out, parts_in, text, with_many, with_out

if TYPE_CHECKING:
    from totalplace.geography.facilities.answers import Facilities
    from totalplace.place import Place
    from totalplace.table import Table

SOURCE = "Areas, sites and figures as declared in geography.toml."
MONEY = f"{SOURCE} Net payments, apportioned to areas by the rules of areas.toml."
with_layer = click.argument("layer", type=text)


def _answer(opened: Place, tables: Sequence[Table], said: Sequence[str], out: Out, source: str = SOURCE) -> None:
    """Shows tables and what is to be said; the first is the one that files get."""
    from totalplace.cli.files import write_others
    from totalplace.cli.show import as_json, as_table, names_of, say, table_document

    if out.json:
        documents = [{**table_document(table), "note": table.note} for table in tables]
        as_json({**documents[0], "others": documents[1:], "notes": list(said)})
    else:
        for n, table in enumerate(tables):
            if n:
                click.echo()
            ids = [column.name for column in table.columns if column.label.endswith(" (id)")]
            as_table(table, out.limit, names=names_of(opened), hide=ids)
        for note in said:
            say(f"NOTE: {note}")
    write_others(opened, tables[0], out, source)


@areas.command("holds")
@with_layer
@with_many("kind", "Only these kinds of site, by id or title.")
@with_out(0)
def holds_areas(layer: str, kind: tuple[str, ...], place: Path, out: Out) -> None:
    """What each area of a layer or proposal holds: practices, schools, libraries ... and which have none of a kind.

    Sites are the [[points]] of geography.toml, and its registers of public buildings. Also for every 10,000 people.
    """
    from totalplace.place import open_place

    opened = open_place(place)
    found, kinds = opened.facilities, parts_in(kind)
    _answer(opened, [found.holds(layer, kinds)], found.holds_words(layer, kinds), out)


@areas.command("reach")
@with_layer
@click.option("--kind", required=True, type=text, help="The kind of site, by id or title.")
@click.option(
    "--within",
    multiple=True,
    type=float,
    metavar="METRES",
    help="A distance to count people within; 800 and 1600 if not given.",
)
@click.option("--far", default=0, type=click.IntRange(0, 100_000), help="List so many small areas, the farthest first.")
@with_out(0)
def reach_areas(layer: str, kind: str, within: tuple[float, ...], far: int, place: Path, out: Out) -> None:
    """How far people of each area live from the nearest site of a kind, in straight lines.

    Shares of people within distances, and the distances within which half and nine in ten live.
    """
    from totalplace.place import open_place

    opened = open_place(place)
    found = opened.facilities
    tables = [found.reach(layer, kind, within)]
    if far:
        tables.append(found.far(layer, kind, far))
    _answer(opened, tables, [found.reach_words(kind, within)], out)


@areas.command("nearest")
@click.argument("kind", type=text)
@click.option("--area", required=True, type=text, help="The heading of the area that each site belongs to.")
@click.option("--name", default="", type=text, help="The heading of what those areas are called.")
@with_many("without", "Leave out sites of these areas, such as a code for sites of none.")
@with_out(20)
def nearest_areas(kind: str, area: str, name: str, without: tuple[str, ...], place: Path, out: Out) -> None:
    """Lines from sites: to each small area the network, or other area, that its nearest site belongs to.

    KIND is a kind of site by id or title, such as practices whose file names the network of each. With --csv a lookup
    for 'areas load'. An estimate, in straight lines: people choose where they register.
    """
    from totalplace.place import open_place

    opened = open_place(place)
    table, said = opened.facilities.nearest(kind, area, name, parts_in(without))
    _answer(opened, [table], said, out)


@areas.command("need")
@with_layer
@with_many("indicator", "Only these indicators, by id or title.")
@click.option("--spend", is_flag=True, help="Beside spend a head, where areas.toml apportions money; one indicator.")
@click.option(
    "--served",
    default="",
    type=text,
    metavar="KIND[:COLUMN]",
    help="Beside what serves it: a kind of site, a column of its file, or an indicator that counts users.",
)
@with_many("body", "With --spend: only money of these bodies.")
@with_many("service", "With --spend: only money for these services, such as children.")
@with_many("year", "With --spend: only these financial years.")
@with_out(0)
def need_areas(
    layer: str,
    indicator: tuple[str, ...],
    spend: bool,
    served: str,
    body: tuple[str, ...],
    service: tuple[str, ...],
    year: tuple[str, ...],
    place: Path,
    out: Out,
) -> None:
    """Need by area beside the whole place, from the indicators of geography.toml; the sum of areas is the place.

    With --spend ranked beside spend a head; with --served the areas least served against their need first.
    """
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    wanted = parts_in(indicator)
    where = {name: parts_in(each) for name, each in (("body", body), ("service", service), ("year", year)) if each}
    if spend and served:
        raise UsageError("--spend and --served are two questions: ask one at a time")
    if where and not spend:
        raise UsageError(f"--{next(iter(where))} narrows money: it goes with --spend")
    if (spend or served) and len(wanted) > 1:
        raise UsageError("with --spend or --served one --indicator is asked for")
    opened = open_place(place)
    found, first = opened.facilities, wanted[0] if wanted else ""
    if spend:
        table, source = found.beside_spend(layer, first, where), MONEY
    else:
        table, source = found.served(layer, served, first) if served else found.need(layer, wanted), SOURCE
    notes = found.need_notes(layer, [first] if spend or served else wanted)
    _answer(opened, [table], notes, out, source)


SHOWN = ("owners", "areas", "pairs", "moves", "years", "register", "rejected")


@areas.command("assets")
@click.option("--show", type=click.Choice(SHOWN), default="pairs", show_default=True, help="What is shown.")
@click.option("--by", "layer", default="", type=text, help="With --show areas: the layer or proposal.")
@click.option("--metres", default=500.0, show_default=True, type=float, help="How far apart two buildings may be.")
@click.option("--full", default=0.9, show_default=True, type=float, help="How full the kept one has to stay below.")
@click.option("--years", default=5, show_default=True, type=int, help="Years over which a saving is added up.")
@with_out(0)
def assets_areas(show: str, layer: str, metres: float, full: float, years: int, place: Path, out: Out) -> None:
    """Public buildings of every body, and which of them could share a roof: the set of moves that saves most.

    --show owners or areas: number, square metres, cost and empty share; pairs: the best set; moves: every possible one;
    years: what the best set saves by year and body; rejected: rows of the register that are none, each with why.
    """
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    if bool(layer) != (show == "areas"):
        raise UsageError("--show areas goes with --by, the layer whose areas they are, such as --by ward")
    opened = open_place(place)
    found = opened.facilities
    there = found.buildings
    if not there and show not in ("register", "rejected"):
        raise UsageError("every row of the register is rejected: --show rejected says why")
    table, said = _assets(found, show, layer, (metres, full, years))
    _answer(opened, [table], [*said, *found.asset_notes()], out)


def _assets(found: Facilities, show: str, layer: str, terms: tuple[float, float, int]) -> tuple[Table, list[str]]:
    """The table that is shown, and what is to be said of it."""
    from totalplace.geography.facilities import asset_tables
    from totalplace.geography.facilities.sharing import Terms

    if show == "areas":
        return found.assets_areas(layer), []
    if show in ("owners", "register", "rejected"):
        makers = {"owners": found.assets_owners, "register": found.assets, "rejected": found.assets_rejected}
        return makers[show](), []
    sharing = found.sharing(Terms(*terms))
    if show == "years":
        return asset_tables.years_table(sharing), asset_tables.sharing_words(sharing)
    return asset_tables.pairs_table(sharing, proposed=show == "pairs"), asset_tables.sharing_words(sharing)
