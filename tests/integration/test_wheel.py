"""The wheel, in an empty environment without Node.js: whoever installs the package needs Python alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEND = """Body Name,Date,Supplier Name,Purpose,Amount
Hexley Council,02/04/2018,Vale Care Homes Ltd,Residential care,1234.56
Hexley Council,03/04/2018,Acorn Paper Ltd,Stationery,"2,000.00"
Hexley Council,30/04/2018,Acorn Paper Ltd,Credit note,-34.56
"""


def run(*command: str | Path, cwd: Path | None = None, path: str | None = None) -> str:
    """What a command prints; the test fails with what it said where it does."""
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONWARNINGS": "error"}
    if path is not None:
        environment["PATH"] = path
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source archive, which was built from the repository."""
    folder = tmp_path_factory.mktemp("dist")
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_all_that_the_pages_need(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    web = "totalplace/web"
    for wanted in (
        f"{web}/static/totalplace.css",
        f"{web}/static/vendor/govuk-frontend.css",
        f"{web}/static/vendor/govuk-frontend.js",
        f"{web}/static/vendor/htmx.js",
        f"{web}/static/vendor/maplibre-gl.mjs",
        f"{web}/static/vendor/maplibre-gl-worker.mjs",
        f"{web}/static/vendor/LICENCES.txt",
        f"{web}/templates/base.html",
    ):
        assert wanted in names
    source = ROOT / "src"
    missing = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.relative_to(source).as_posix() not in names
    ]
    assert missing == []


def test_the_wheel_does_the_main_job_with_python_alone(wheel: Path, tmp_path: Path) -> None:
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert uv, "uv is in requirements/dev.txt"
    empty = tmp_path / "empty"
    run(uv, "venv", "--quiet", "--python", sys.executable, empty)
    scripts = empty / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pinned = ROOT / "requirements" / "runtime.txt"
    run(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", pinned)
    run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel)

    path = str(scripts)
    assert not shutil.which("node", path=path)
    command = scripts / "totalplace"
    file = tmp_path / "spend-2018-04.csv"
    file.write_text(SPEND, encoding="utf-8")
    place = tmp_path / "hexley"
    run(command, "new", place, "--name", "Hexley", path=path)
    run(command, "add", "spend", file, "--body", "Hexley Council", "--place", place, "--yes", path=path)
    run(command, "build", "--place", place, path=path)
    count = json.loads(run(command, "count", "--place", place, "--json", path=path))
    assert (count["gross"], count["rows"], count["rejected_rows"]) == ("3200.00", 3, 0)

    frame = "from totalplace.web.templating import environment as e, static_files; static_files(); print(e()"
    page = run(python, "-c", f"{frame}.get_template('base.html').render(place_name='Hexley'))", path=path)
    assert "/static/vendor/govuk-frontend.css?v=" in page
