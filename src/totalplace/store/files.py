"""Writing files so that a crash, a full disk or another writer never leaves half of one."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from totalplace.errors import DataError, EditConflict, StoreError

WINDOWS = os.name == "nt"
PATIENCE = 1.0
"""Seconds for which a file that somebody has open on Windows is tried again."""


def write_whole(path: Path, data: bytes) -> None:
    """Writes `data` beside `path` and renames it into place; raises DataError where the disk is full.

    A link is followed, and who may read the file stays as it was.
    """
    with aside(path) as beside, beside.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


@contextlib.contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to, which takes its place at the end, and is removed where the work fails.

    A link is followed, and who may read the file stays as it was. Raises DataError where the disk is full.
    """
    path = Path(os.path.realpath(path))
    beside = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    with disk_errors(path):
        try:
            yield beside
            if path.exists():
                beside.chmod(path.stat().st_mode & 0o777)
            _replace(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def _replace(aside: Path, path: Path) -> None:
    """Renames into place. Windows forbids it while a reader has the file open, which is soon over."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.replace(aside, path)
            return
        except PermissionError:
            if not WINDOWS or time.monotonic() > until:
                raise
            time.sleep(0.02)


def replace_edited(path: Path, before: bytes | None, after: bytes) -> None:
    """Writes a declared file on top of what was read; raises EditConflict where somebody else was quicker."""
    now = path.read_bytes() if path.exists() else None
    if now != before:
        raise EditConflict(f"{path.name} was changed by somebody else meanwhile; nothing was written. Try again")
    write_whole(path, after)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def what_is(path: Path) -> str:
    """What stands at a path: 'file', 'folder', 'other' (a device, a pipe); '' for nothing, or a name none can have."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # too long, or with a NUL: Path.exists raises for these
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file; None where it is gone, cannot be read, or is no file (a device would never end)."""
    try:
        return sha256_of(path) if what_is(path) == "file" else None
    except OSError:
        return None


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says where there is no room left: on the disk, for this person, in one file."""


def disk_full(folder: Path) -> DataError:
    """What is said where the disk that holds a folder has no room left."""
    return DataError(
        f"the disk that holds {folder} is full; free some space and run again. What was there before is untouched"
    )


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns a full disk or a forbidden folder into a DataError that says so; the last good store stands."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(path.parent) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise DataError(f"{path} cannot be written: {error.strerror}") from error
        if isinstance(error, (FileExistsError, NotADirectoryError, IsADirectoryError)):
            raise DataError(f"{path} cannot be written: something else stands in its place or in a folder's") from error
        raise


@contextlib.contextmanager
def locked(
    path: Path, busy: str = "another build of this place is running; wait for it to end", wait: float = 0
) -> Iterator[None]:
    """Lets one in at a time. The system lets go of the lock however the process ends.

    Raises StoreError with the words of `busy` where somebody else still holds it after `wait` seconds.
    """
    until = time.monotonic() + wait
    with contextlib.ExitStack() as stack:
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = stack.enter_context(path.open("a+b"))
        while not _lock(stream.fileno()):
            if time.monotonic() >= until:
                raise StoreError(busy)
            time.sleep(0.01)
        yield


def _lock(handle: int) -> bool:
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # on Windows alone
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
