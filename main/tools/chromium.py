"""Finds or fetches a headless Chromium for the browser tests: the machine's, Debian's or Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "google-chrome")
"""Commands that tests/conftest.py looks for, too."""


def playwrights_own() -> Path | None:
    """The Chromium that Playwright fetched earlier, if it did."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def debian_root() -> bool:
    """Whether Debian's own package can be installed here. (Ubuntu's only points to a snap.)"""
    release = Path("/etc/os-release")
    system = release.read_text(encoding="utf-8").splitlines() if release.is_file() else []
    may = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
    return may and "ID=debian" in system


def run(*command: str) -> bool:
    """Runs a command, showing what it says only where it fails."""
    done = subprocess.run(
        command,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    if done.returncode:
        print(f"    {' '.join(command)} failed:\n{done.stdout[-2000:]}", file=sys.stderr)
    return done.returncode == 0


def main() -> int:
    """0 where a Chromium is there at the end."""
    if any(shutil.which(name) for name in NAMES) or playwrights_own():
        return 0
    if debian_root():
        print("    installing Debian's chromium (about 300 MB)", flush=True)
        if run("apt-get", "update", "-qq") and run(
            "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"
        ):
            return 0
    print("    fetching Playwright's Chromium (about 180 MB)", flush=True)
    extra = ["--with-deps"] if debian_root() else []
    return 0 if run(sys.executable, "-m", "playwright", "install", *extra, "chromium") else 1


if __name__ == "__main__":
    sys.exit(main())
