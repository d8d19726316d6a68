"""What all tests share: their kinds, their order, the data beside the repository, a browser.

A test's kind is the folder that it is in; a test anywhere else stops the run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
KINDS = ("unit", "integration", "conformance", "browser")
"""Folders of tests, in the order in which they run: what fails fast fails first."""


def kind_of(path: Path) -> str:
    """The kind of a test file; UsageError where its folder is none of KINDS."""
    here = Path(__file__).resolve().parent
    folder = path.resolve().relative_to(here).parts[0] if path.resolve().is_relative_to(here) else ""
    if folder not in KINDS:
        raise pytest.UsageError(f"{path}: a test belongs in one of tests/{{{','.join(KINDS)}}}/")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with its kind and puts the quick kinds first."""
    for item in items:
        item.add_marker(kind_of(item.path))
    items.sort(key=lambda item: KINDS.index(kind_of(item.path)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published files beside the repository; the test is skipped where it is not there."""
    if not SHARED.is_dir():
        pytest.skip("needs the published files in ../shared/data")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the machine's own, else the one that Playwright fetched."""
    from playwright.sync_api import sync_playwright

    own = shutil.which("chromium") or shutil.which("google-chrome")
    # Chromium refuses to sandbox a process of root's.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own, args=flags)
        yield browser
        browser.close()
