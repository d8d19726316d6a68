"""Work that takes longer than a page may: a build, and the check. It runs beside the pages, one of each at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from totalplace.errors import TotalPlaceError

Work = Callable[[Callable[[str, int, int], None]], Any]
"""Work that is told where to say how far it is: what is being done, steps done, steps in all."""


@dataclass(frozen=True)
class State:
    """How far a job is. `state` is 'never', 'running', 'done' or 'failed'; `begun` and `ended` are seconds.

    `mark` says what the work is, or was, done on; `stopping` that it was told to end, and has not yet.
    """

    state: str = "never"
    doing: str = ""
    done: int = 0
    of: int = 0
    begun: float = 0.0
    ended: float = 0.0
    result: Any = None
    error: str = ""
    mark: str = ""
    stopping: bool = False

    @property
    def seconds(self) -> float:
        """How long it has taken so far, or took."""
        return (self.ended or time.time()) - self.begun


class Stopped(TotalPlaceError):
    """Work was told to stop, and did."""


class Job:
    """One sort of work, run in a thread of its own; asked again while it runs, it goes on as it was."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = State()
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def stop(self) -> None:
        """Tells the work to stop, where it runs: it ends the next time that it says how far it is."""
        with self._lock:
            if self.state.state == "running":
                self.state = replace(self.state, stopping=True)

    def start(self, work: Work, mark: str = "") -> None:
        """Begins the work unless it is running; the state then carries the mark."""
        with self._lock:
            if self.state.state == "running":
                return
            self.state = State("running", begun=time.time(), mark=mark)
            self._ended.clear()
            # A daemon: a build that is stopped with the server leaves the last good store.
            threading.Thread(target=self._run, args=(work,), name=f"totalplace-{self.name}", daemon=True).start()

    def wait(self, seconds: float | None) -> State:
        """The state after the work ended, or after so many seconds."""
        self._ended.wait(seconds)
        return self.state

    def _run(self, work: Work) -> None:
        try:
            result = work(self._say)
            self._end("done", result=result)
        except TotalPlaceError as error:
            self._end("failed", error=str(error))
        except Exception as error:
            self._end("failed", error=f"an unforeseen error: {error!r}")
            raise
        finally:
            self._ended.set()

    def _end(self, state: str, **came_of_it: Any) -> None:
        with self._lock:
            self.state = replace(self.state, state=state, ended=time.time(), stopping=False, **came_of_it)

    def _say(self, doing: str, done: int, of: int) -> None:
        with self._lock:
            if self.state.stopping:
                raise Stopped("it was stopped")
            self.state = replace(self.state, doing=doing, done=done, of=of)
