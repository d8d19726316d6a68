"""Serving: this machine alone, said when it answers, a taken port told, ended quietly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests import webplace
from totalplace.errors import DataError, UsageError
from totalplace.place import Place
from totalplace.web import serve


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return webplace.make(tmp_path_factory.mktemp("serve") / "place")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "localhost", ""])
def test_no_other_host_is_served(place: Place, host: str) -> None:
    with pytest.raises(UsageError, match="this machine alone"):
        serve(place, 0, host=host)


def test_a_taken_port_is_told_with_the_way_out(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DataError, match=f"port {port} is taken.*--port"):
            serve(place, port)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_cannot_be_is_wrong_usage(place: Place, port: int) -> None:
    with pytest.raises(UsageError, match="not a port"):
        serve(place, port)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("json_asked", [True, False])
def test_it_says_where_it_is_and_ends_quietly(place: Place, json_asked: bool) -> None:
    command = [sys.executable, "-m", "totalplace", "serve", "--place", str(place.root), "--port", "0"]
    running = subprocess.Popen(
        [*command, *(["--json"] if json_asked else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert running.stdout
        assert running.stderr
        if json_asked:
            said = running.stdout.readline()
            while said.count("{") != said.count("}") or "{" not in said:
                said += running.stdout.readline()
            url = json.loads(said)["url"]
        else:
            url = running.stderr.readline().split(" is at ")[1].split()[0]
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}/about") as answer:  # it answers when it says so
            assert answer.status == 200
        listening = {address for address in _listening(running.pid) if address}
        assert listening <= {"127.0.0.1"}
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    finally:
        running.kill()
        running.wait()
    assert (running.returncode, out, err) == (0, "", "")


def _listening(pid: int) -> set[str]:
    """The addresses that a process listens at, where the system tells."""
    table = Path("/proc/net/tcp")
    folder = Path(f"/proc/{pid}/fd")
    if not table.exists() or not folder.exists():
        return set()
    own = {str(link.readlink()) for link in folder.iterdir() if link.is_symlink()}
    found = set()
    for row in table.read_text().splitlines()[1:]:
        cells = row.split()
        if cells[3] == "0A" and f"socket:[{cells[9]}]" in own:
            packed = bytes.fromhex(cells[1].partition(":")[0])[::-1]
            found.add(socket.inet_ntoa(packed))
    return found
