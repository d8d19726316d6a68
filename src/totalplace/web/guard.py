"""The door: who may ask, and what a browser may do with an answer.

The server is for this machine alone. A page elsewhere that makes a browser ask here under another name (DNS
rebinding) or send a form here is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from totalplace.web.templating import POLICY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
"""Names under which the server answers, at any port."""
COOKIE = "totalplace-form"
LARGEST_FORM = 1 << 16
"""Bytes of a form that are read; no form of ours comes near it."""

HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    # A form tells where it was sent from, to us alone; other sites are told nothing.
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


class Guard:
    """Refuses requests under a foreign name or from a foreign page, and adds HEADERS to every answer.

    It stands around the whole application, around what answers for unforeseen errors too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}

        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = {key.lower() for key, _ in message["headers"]}
                added = [(k.lower().encode(), v.encode()) for k, v in HEADERS if k.lower().encode() not in given]
                kept = (b"cache-control", _cache(scope["path"], scope["query_string"]))
                added += [kept] if b"cache-control" not in given else []
                message["headers"] = [*message["headers"], *added]
            await send(message)

        if reason := refusal(scope["method"], headers):
            await _refuse(guarded, *reason)
            return
        try:
            await self.app(scope, receive, guarded)
        except Exception:
            if not begun:  # the page that says what went wrong went wrong itself
                await _refuse(guarded, 500, "Something went wrong. The terminal says more.")
            raise


def _cache(path: str, asked: bytes) -> bytes:
    """Static files that carry a version change their address with their content; all else is asked for again.

    A script that another one imports has no version in its address.
    """
    versioned = path.startswith("/static/") and asked.startswith(b"v=")
    return b"public, max-age=31536000, immutable" if versioned else b"no-cache"


def refusal(method: str, headers: dict[str, str]) -> tuple[int, str] | None:
    """Why a request is refused, as status and words; None where it is not."""
    host = headers.get("host", "")
    name, colon, port = host.partition(":")
    if name.lower() not in HOSTS or (colon and not port.isdecimal()):
        return 400, f"This server answers only at {' and '.join(HOSTS)}, not at '{host[:100]}'."
    if method in ("GET", "HEAD"):
        return None
    if headers.get("origin", "") != f"http://{host}":
        return 403, "This form was not sent from a page of this server."
    if not headers.get("content-length", "").isdigit() or int(headers["content-length"]) > LARGEST_FORM:
        return 413, "This form is too large."
    return None


async def _refuse(send: Send, status: int, words: str) -> None:
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": words.encode() + b"\n"})


class Forms:
    """Tokens of forms: a form counts only with the token that was made for the browser that sends it."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def cookie(self, request: Request) -> str:
        """What this browser is known by: its cookie, or a new one to be set."""
        known = request.cookies.get(COOKIE, "")
        return known if len(known) == 43 else secrets.token_urlsafe(32)

    def token(self, cookie: str) -> str:
        """The token that a browser's forms carry."""
        return hmac.new(self._secret, cookie.encode(), hashlib.sha256).hexdigest()

    def good(self, request: Request, token: str) -> bool:
        """Whether a form that was sent carries the token of its browser."""
        cookie = request.cookies.get(COOKIE, "")
        return bool(cookie) and hmac.compare_digest(self.token(cookie).encode(), token.encode())
