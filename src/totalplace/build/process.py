"""A process that builds and does nothing else."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def settle_to_build() -> None:
    """Turns off what costs such a process time and gains it nothing; before numpy and polars are imported.

    For the command line: it holds for the whole process, as long as that lives. Numpy needs no threads for the algebra
    that nobody asks of it. Polars would share out each small step of a file among threads, which costs more than it
    saves (who has other files sets POLARS_MAX_THREADS). What one file leaves of memory is kept for the next: giving it
    back and asking again costs part of a build (jemalloc, which polars brings, and glibc). Nor is anything looked
    through for cycles at the end, when all of it goes anyway.
    """
    atexit.register(gc.freeze)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:-1,muzzy_decay_ms:-1,background_thread:false")
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(_M_TRIM_THRESHOLD, 1 << 30)
