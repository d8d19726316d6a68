"""A real server of a place's pages for tests: on a free port of this machine, in a thread, gone at the end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from totalplace.place import Place
from totalplace.web import app


@dataclass
class Served:
    """A running server: where it is, a client for it, and what stands behind its pages."""

    url: str
    client: httpx.Client
    desk: Any

    def get(self, address: str, **how: Any) -> httpx.Response:
        return self.client.get(address, **how)

    def post(self, address: str, origin: str | None = "", **how: Any) -> httpx.Response:
        """Sends a form as a browser would from a page of ours, or from elsewhere; follows no redirect."""
        headers = {"Origin": self.url if origin == "" else origin} if origin is not None else {}
        return self.client.post(address, headers=headers, follow_redirects=False, **how)


@contextmanager
def served(place: Place) -> Iterator[Served]:
    """Serves the pages of a place until the end of the block."""
    made = app(place)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(made, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        with httpx.Client(base_url=url, timeout=60) as client:
            yield Served(url, client, made.state.desk)
        server.should_exit = True
        thread.join(10)
