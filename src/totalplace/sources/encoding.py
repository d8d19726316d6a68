"""How text is encoded: what a file's bytes say of it, and its text as UTF-8 without marks that mean nothing."""

from __future__ import annotations

from totalplace.sources.byte_signs import in_pieces
from totalplace.sources.line_ends import RECORD_BYTES, without_stray_returns

BOM = b"\xef\xbb\xbf"
MOJIBAKE_BOM = b"\xc3\xaf\xc2\xbb\xc2\xbf"
"""A byte-order mark that was taken for cp1252 text and encoded once more."""


def guess_encoding(head: bytes, body: bytes) -> str:
    """The encoding of a file from its first bytes and as much of the body as was read.

    UTF-8 where it holds, or holds for most of the lines that can tell; else cp850 where pound signs stand as
    0x9C, else cp1252.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    telling = [line for line in body.split(b"\n") if not line.isascii()] if not _is_utf8(body) else []
    if sum(_is_utf8(line) for line in telling) * 2 >= len(telling):
        return "utf-8"
    return "cp850" if body.count(b"\x9c") > body.count(b"\xa3") else "cp1252"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and b"\n" in data  # a sample cut inside a character
    return True


def cleaned(data: bytes, encoding: str) -> bytes:
    """Text in an encoding as UTF-8, without byte-order marks, NULs or (where it is short) stray returns."""
    if not data.isascii():
        data = data.removeprefix(BOM).removeprefix(MOJIBAKE_BOM)
        data = decoded(data, encoding) if encoding != "utf-8" else data
        if len(data) < RECORD_BYTES:  # files that were strung together hold some in the middle
            data = data.replace(BOM, b"")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    return without_stray_returns(data) if len(data) < RECORD_BYTES else data


def decoded(data: bytes, encoding: str) -> bytes:
    """Text in an encoding as UTF-8; in what is said to be UTF-8, a line that is not is taken as cp1252."""
    if encoding == "cp1252" and not _has_signs_of_cp1252(data):
        encoding = "latin-1"  # the same but for those signs, and several times as fast
    if encoding != "utf-8":
        return data.decode(encoding, "replace").encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return b"\n".join(_line_to_utf8(line) for line in data.split(b"\n"))
    return data


def _has_signs_of_cp1252(data: bytes) -> bool:
    """Whether there is a byte from 0x80 to 0x9F: there alone cp1252 and latin-1 differ."""
    return any(((signs & 0xE0) == 0x80).any() for _, signs in in_pieces(data))


def _line_to_utf8(line: bytes) -> bytes:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").encode()
    return line
