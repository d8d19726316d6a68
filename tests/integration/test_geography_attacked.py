"""Geography under attack: files that lie or never end, areas without a shape, folders that cannot be written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integration.test_neighbourhood_editor import HOME, begin, change, make, rows
from tests.webserver import served
from totalplace.cli import main
from totalplace.errors import DataError, GeographyError
from totalplace.geography.answers import _whole
from totalplace.geography.blocks import Division
from totalplace.geography.facilities.reach import centres_of
from totalplace.geography.maps.mapshapes import name_places
from totalplace.place import Place, open_place
from totalplace.web.wishes import mark_of

POINTS = '\n[[points]]\nid = "sites"\nfile = "sites.csv"\nblock = "code"\n'


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("attacked") / "town")


@pytest.fixture
def root(town: Place, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town.root, tmp_path / "town", symlinks=True))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["neighbourhoods", "explain", "x" * 5000], "is no layer and no file"),
        (["neighbourhoods", "propose", "x" * 5000, "--title", "t", "--reasons", "r"], "is no layer and no file"),
        (["neighbourhoods", "edit", "x" * 5000, "--move", "b0=West"], "is no layer and no file"),
        (["neighbourhoods", "propose", "team", "--title", "t", "--reasons", f"@{os.devnull}"], "a device or a pipe"),
        (["areas", "load", "more.csv", "--area", "zone", "--id", "\udcff", "--yes"], "is not text in UTF-8"),
    ],
)
def test_commands_refuse_in_words(
    root: Path, asked: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "more.csv").write_text("code,zone\n" + "".join(f"b{n},Z{n % 2}\n" for n in range(12)), "utf-8")
    monkeypatch.setattr("sys.argv", ["totalplace", *asked, "--place", str(root)])
    monkeypatch.chdir(root)
    before = (root / "geography.toml").read_bytes()
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code in (1, 2)
    assert words in capsys.readouterr().err
    assert (root / "geography.toml").read_bytes() == before


@pytest.mark.parametrize("said", [["export", "team"], ["edit", "team", "--move", "b0=East", "--out"]])
def test_a_plan_is_not_written_over_what_the_place_is_made_of(
    root: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / "blocks.geojson"
    before = file.read_bytes()
    options = ["--band", "50-80", "--place", str(root)]
    monkeypatch.setattr("sys.argv", ["totalplace", "neighbourhoods", *said, str(file), *options])
    with pytest.raises(SystemExit):
        main()
    assert "is a file that geography.toml is made of" in capsys.readouterr().err
    assert file.read_bytes() == before
    monkeypatch.setattr("sys.argv", ["totalplace", "neighbourhoods", *said, str(root / "plan.geojson"), *options])
    main()
    assert (root / "plan.geojson").exists()


def test_a_group_of_nothing_holds_nothing_together(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["neighbourhoods", "explain", "team", "--band", "50-80", "--together", ",", "--fixed", ""]
    monkeypatch.setattr("sys.argv", ["totalplace", *said, "--place", str(root)])
    main()


def rewrite(root: Path, change: Callable[[list[Any]], None]) -> None:
    """Changes the features of the blocks."""
    document = json.loads((root / "blocks.geojson").read_text("utf-8"))
    change(document["features"])
    (root / "blocks.geojson").write_text(json.dumps(document), "utf-8")


def named(root: Path, file: str) -> Place:
    """The place with another name of the file that its teams are in."""
    text = (root / "geography.toml").read_text("utf-8")
    first, mark, rest = text.partition('[[lookup]]\nid = "team"')
    (root / "geography.toml").write_text(first + mark + rest.replace('"blocks.geojson"', json.dumps(file), 1), "utf-8")
    return open_place(root)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with a name")
def test_a_pipe_is_refused_and_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(DataError, match="pipe: is a device or a pipe"):
        named(root, "pipe").geography.whole  # noqa: B018


@pytest.mark.parametrize("file", ["a\0b.csv", "x" * 5000, "blocks.geojson\0"])
def test_a_name_that_no_file_can_have_is_refused_by_name(root: Path, file: str) -> None:
    with pytest.raises(DataError, match=r"is no name of a file|cannot be read|File name too long|is not there"):
        named(root, file).geography.whole  # noqa: B018


@pytest.mark.parametrize("key", ["code", "team"])
def test_half_a_letter_is_refused_where_it_stands(root: Path, key: str) -> None:
    rewrite(root, lambda features: features[3]["properties"].update({key: "b\ud83d"}))
    with pytest.raises(DataError, match=r"blocks\.geojson: feature 4 has half a letter"):
        open_place(root).geography.whole  # noqa: B018
    rewrite(root, lambda features: features[3]["properties"].update({key: "\U0001f600"}))
    assert open_place(root).geography.whole.blocks  # a whole letter that is escaped, as some programs write it


def shapeless(root: Path, first: int = 1) -> Place:
    """The place with a block of which nobody drew the boundary."""
    rewrite(root, lambda features: features[first].update(geometry=None))
    (root / "geography.toml").write_text((root / "geography.toml").read_text("utf-8") + POINTS, "utf-8")
    (root / "sites.csv").write_text("code,name\nb1,Nowhere\nb2,Third\nb11,Last\n", "utf-8")
    return open_place(root)


def test_an_area_without_a_shape_moves_nothing_else(root: Path) -> None:
    place = shapeless(root)
    whole = place.geography.whole
    assert any("b1 (11 people); without a shape" in note for note in whole.notes)
    sites = whole.points["sites"]
    assert np.isnan(sites.xy[0]).all()
    of = whole.blocks.shapes
    assert of is not None
    assert [of[2].contains_properly(p) for p in _at(sites.xy[1:2])] == [True]
    assert [of[11].contains_properly(p) for p in _at(sites.xy[2:3])] == [True]
    alone = Division("alone", ("rest", "one"), np.array([0, 1, *[0] * 10], dtype=np.int32))
    assert [each is None for each in name_places(whole.blocks, alone)] == [False, True]
    with pytest.raises(GeographyError, match="no shape, so that nothing is known of how far people there live: b1"):
        centres_of(whole)


def _at(xy: Any) -> Any:
    import shapely

    return shapely.points(xy)


def test_pages_of_a_place_with_an_area_without_a_shape(root: Path) -> None:
    with served(shapeless(root)) as site:
        at = begin(site)
        assert change(site, at, "new", 0, **{"pick-b1": "on", "new_name": "Undrawn"}).status_code == 303
        for address in (at, "/neighbourhoods?layer=team", "/neighbourhoods/holds", "/neighbourhoods/map/picture.json"):
            assert site.get(address).status_code == 200, address
        assert sum(int(str(row["people"])) for row in rows(site, at)) == 151


@pytest.mark.parametrize("folder", ["proposals", "drafts"])
def test_a_file_in_the_place_of_a_folder_is_named(root: Path, folder: str) -> None:
    with served(open_place(root)) as site:
        if folder == "proposals":
            at = begin(site)
            (root / folder).write_text("mine", "utf-8")
            answer = change(site, at, "propose", 0, title="P", reasons="R")
        else:
            (root / folder).write_text("mine", "utf-8")
            answer = change(site, HOME, "", 0, title="T", base="team", low="5", high="9")
        assert answer.status_code == 400
        assert "something else stands in its place" in answer.text
        assert (root / folder).read_text("utf-8") == "mine"


def test_what_plans_were_worked_out_on_is_told_by_files_and_not_by_ids_that_are_used_again(root: Path) -> None:
    place = open_place(root)
    first, whole = mark_of(place, {"areas": ["3"]}), place.geography.whole
    _whole.cache_clear()
    assert place.geography.whole is not whole
    assert mark_of(place, {"areas": ["3"]}) == first
    rewrite(root, lambda features: features[0]["properties"].update(people=999))
    assert mark_of(place, {"areas": ["3"]}) != first


def test_what_will_be_written_is_shown_in_words(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "more.csv").write_text("code,zone,town\n" + "".join(f"b{n},Z{n % 2},Moor\n" for n in range(12)), "utf-8")
    asked = ["areas", "load", "more.csv", "--area", "zone", "--within", "town=Moor", "--yes"]
    monkeypatch.setattr("sys.argv", ["totalplace", *asked, "--place", str(root)])
    monkeypatch.chdir(root)
    main()
    assert "within town, only Moor," in capsys.readouterr().out
