"""What is measured of Total Place itself, through its command line and its pages."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, CommandFailedError, Cost, percentile, run

PAGES = (
    "/",
    "/bodies",
    "/bodies/{body}",
    "/suppliers",
    "/suppliers/{supplier}",
    "/transfers",
    "/lines",
    "/lines?body={body}&year={year}",
    "/lines?q=electrical",
    "/sources",
    "/lines?service={service}",
    "/services",
    "/services/{service}",
    "/control",
    "/tags/role",
    "/areas",
    "/areas/W01",
    "/over-time",
    "/official",
    "/completeness",
    "/compare",
    "/shared",
    "/themes",
    "/themes/families",
    "/stress",
)
"""The pages whose answer is timed; {body}, {year}, {service} and {supplier} stand for those with the most lines."""

WARDS = 30
SERVICES = (
    "Education", "Highways and transport", "Children's social care", "Adult social care", "Public health", "Housing",
)  # fmt: skip
DECLARED = {
    "wards.csv": ["Code,Ward,People", *(f"W{n:02d},Ward {n},{9_000 + 137 * n}" for n in range(1, WARDS + 1))],
    "outturn.csv": [
        "Service,Total expenditure,Net current expenditure",
        *(f"{name},{1_000_000 + 50_000 * n},{700_000 + 40_000 * n}" for n, name in enumerate(SERVICES)),
    ],
}
"""Files of what a place declares besides its payments, so that every page has something to show."""

TOTALPLACE = [sys.executable, "-m", "totalplace"]


@dataclass(frozen=True)
class Source:
    """A file that is given to `add`."""

    path: str
    body: str
    kind: str


class Workspace:
    """A place made for the benchmark through the command line."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self.env = env
        self.refused: list[str] = []

    def totalplace(self, *words: str, check: bool = True) -> Cost:
        """Run one command of ours."""
        return run([*TOTALPLACE, *words], self.env, check)

    def new(self, place_toml: Path, name: str) -> None:
        """Make the place anew and write the bodies of `place_toml` into it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.totalplace("new", str(self.folder), "--name", name)
        declared = self.folder / "place.toml"
        _, _, bodies = place_toml.read_text(encoding="utf-8").partition("[[body]]")
        text = declared.read_text(encoding="utf-8").rstrip() + "\n\n[[body]]" + bodies
        declared.write_text(text, encoding="utf-8", newline="\n")

    def add(self, sources: list[Source]) -> Cost:
        """Add the files, one command for each body and kind; the cost is that of all commands together.

        What is refused is remembered with its message: the other files are measured all the same.
        """
        groups: dict[tuple[str, str], list[str]] = {}
        for source in sources:
            groups.setdefault((source.body, source.kind), []).append(source.path)
        costs = []
        for (body, kind), paths in groups.items():
            words = ["add", kind, *paths, "--body", body, "--place", str(self.folder), "--yes"]
            costs.append(self.totalplace(*words, check=False))
            if costs[-1].status:
                said = [line for line in costs[-1].errors.splitlines() if line.startswith("refused: ")]
                self.refused += said or [f"{body}, {kind}: {costs[-1].errors[-300:]}"]
        return Cost(
            sum(c.wall for c in costs), sum(c.user for c in costs), sum(c.system for c in costs),
            max((c.peak for c in costs), default=0.0),
        )  # fmt: skip

    def build(self, empty: bool) -> Cost:
        """Build the store, from nothing where `empty`.

        The one before is moved aside and not removed: ext4 looks through what was removed a moment ago for each new
        file, and a place that is built for the first time has removed nothing.
        """
        if empty and (self.folder / "store").exists():
            (self.folder / "store").rename(tempfile.mkdtemp(dir=self.folder.parent))
        cost = self.totalplace("build", "--place", str(self.folder), "--json", check=False)
        if cost.status and not cost.output.startswith("{"):
            raise CommandFailedError(f"totalplace build ended with {cost.status}: {cost.errors[-3000:]}")
        return cost

    def declare(self) -> None:
        """Declare wards that all money is apportioned to, an outturn, and a theme."""
        for name, lines in DECLARED.items():
            (self.folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")
        where = ["--place", str(self.folder)]
        self.totalplace("add-areas", str(self.folder / "wards.csv"), "--kind", "wards", "--yes", *where)
        with (self.folder / "areas.toml").open("a", encoding="utf-8") as file:
            file.write('\n[[rule]]\ndriver = "people"\n')
        body, year = self._largest("body"), self._largest("year")
        about = ["--body", body, "--year", year, "--unit", "1000", "--yes"]
        self.totalplace("add-official", "outturn", str(self.folder / "outturn.csv"), *about, *where)
        self.totalplace("theme", "--new", "families", "--like", "families", *where)

    def count(self, *words: str) -> Any:
        """The count as `count --json` gives it."""
        return json.loads(self.totalplace("count", "--place", str(self.folder), "--json", *words).output)

    def times(self, repeat: int, *words: str) -> tuple[float, float]:
        """Median and 95th percentile of the seconds that a command takes, its start included."""
        walls = [self.totalplace(*words).wall for _ in range(repeat)]
        return percentile(walls, 0.5), percentile(walls, 0.95)

    def pages(self, requests: int) -> list[dict[str, Any]]:
        """Serve the place and time each page: status, size in bytes, p50 and p95 in seconds."""
        largest = {cut: str(self._largest(cut)) for cut in ("body", "year", "service", "supplier")}
        with self._serving() as port:
            return [_page(port, path.format(**largest), requests) for path in PAGES]

    def _largest(self, cut: str) -> Any:
        """The value of a cut that most lines have; the lesser of two that tie."""
        rows = self.count("--by", cut)["cut"]
        row = min(rows, key=lambda row: (-row["lines"], str(row[cut])))
        return row.get(f"{cut}_id", row[cut])

    @contextmanager
    def _serving(self) -> Iterator[int]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        command = [*TOTALPLACE, "serve", "--place", str(self.folder), "--port", str(port)]
        with Path(os.devnull).open("wb") as nothing:
            server = subprocess.Popen(command, stdout=nothing, stderr=nothing, env=self.env, cwd=ROOT)
            try:
                _wait_for(server, port)
                yield port
            finally:
                server.terminate()
                server.wait(timeout=20)


def _wait_for(server: subprocess.Popen[bytes], port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise CommandFailedError(f"totalplace serve ended with {server.returncode} before it answered")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise CommandFailedError(f"totalplace serve did not answer within {seconds:.0f} s")


def _page(port: int, path: str, requests: int) -> dict[str, Any]:
    """Time a page from request to last byte, over one connection; the first five are not counted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    walls, status, size = [], 0, 0
    for number in range(requests + 5):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "text/html"})
        response = connection.getresponse()
        size, status = len(response.read()), response.status
        if number >= 5:
            walls.append(time.perf_counter() - began)
    connection.close()
    return {"path": path, "status": status, "bytes": size, "p50": percentile(walls, 0.5),
            "p95": percentile(walls, 0.95)}  # fmt: skip
