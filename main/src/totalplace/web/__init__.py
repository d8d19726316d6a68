"""The pages: server-rendered, for this machine alone. `app` makes them, `serve` serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totalplace.web.server import serve

if TYPE_CHECKING:
    from totalplace.web.application import app

__all__ = ["app", "serve"]


def __getattr__(name: str) -> object:
    """`app` is fetched when it is asked for: it brings FastAPI with it."""
    if name != "app":
        raise AttributeError(name)
    from totalplace.web.application import app

    return app
