"""Showing a place in a browser until somebody ends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from totalplace.place import Place


def serve_until_ended(place: Place, port: int, announce: Callable[[str], None] | None = None) -> None:
    """Serves the pages, and ends the process when they are ended.

    Threads beside the pages may be inside a library that aborts when Python takes itself apart around it: the process
    ends without that. Whatever they write is written whole or not at all.
    """
    from totalplace.web import serve

    serve(place, port, announce=announce)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
