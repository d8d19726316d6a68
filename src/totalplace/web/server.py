"""Serving the pages on this machine."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from totalplace.errors import DataError, UsageError

if TYPE_CHECKING:
    from totalplace.place import Place

LOOPBACK = "127.0.0.1"
"""The only address that is served: the pages are for this machine alone until there are accounts."""


def serve(place: Place, port: int = 8000, announce: Callable[[str], None] | None = None) -> None:
    """Serves the pages of a place at LOOPBACK until it is interrupted; port 0 takes a free one.

    `announce` is told the address once it answers; without it the address is printed on stderr. Raises
    DataError where the port is taken.
    """
    import contextlib

    import uvicorn

    from totalplace.web.application import app

    with _bound(port) as listening:
        url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    _told(announce, url, place.definition.name)

        made = app(place)
        config = uvicorn.Config(
            made, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
        )
        with contextlib.suppress(KeyboardInterrupt):
            Server(config).run(sockets=[listening])


def _told(announce: Callable[[str], None] | None, url: str, name: str) -> None:
    if announce is None:
        print(f"{name} is at {url} (Ctrl-C ends it)", file=sys.stderr, flush=True)  # noqa: T201 - said to whoever started it
    else:
        announce(url)
        sys.stdout.flush()


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there the option lets two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise _unbound(port, error) from error
    return listening


def _unbound(port: int, error: Exception) -> Exception:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return DataError(
            f"port {port} is taken, perhaps by Total Place already: look at http://{LOOPBACK}:{port}, "
            "or choose another with --port"
        )
    if number in (errno.EACCES, errno.EPERM):
        return DataError(f"port {port} is not for everybody to use; choose one above 1023 with --port")
    return UsageError(f"{port} is not a port; choose one from 1024 to 65535")
