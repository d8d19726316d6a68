"""A search that is watched: how far it is, and that it was stopped, with the best so far kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Watch:
    """Told of each search as it begins; `stopped` once somebody pressed Ctrl-C.

    After that, what is still to be searched is only begun: a start of each is taken as it is. What `say` raises ends
    the work; it is asked between the bits of a search too, so that it is not waited for long.
    """

    say: Callable[[str, int, int], None] = lambda *_: None
    stopped: bool = False
    what: str = ""
    told: tuple[int, int] = (0, 1)

    def tell(self, done: int, total: int) -> None:
        """How many of so many searches are done."""
        self.told = done, total
        self.say(self.what, done, total)

    def effort(self, steps: float) -> float:
        """Steps a block of the next search."""
        return 0.0 if self.stopped else steps

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """What runs in here can be stopped by Ctrl-C; what it has found until then is kept."""
        self.say(self.what, *self.told)
        try:
            yield
        except KeyboardInterrupt:
            if self.stopped:  # pressed twice: it is meant
                raise
            self.stopped = True
