"""What is wished for of neighbourhoods, and the task that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field

from totalplace.errors import UsageError
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.named import Named
from totalplace.geography.design.task import Band, Task


@dataclass(frozen=True)
class Wish:
    """What is wished for: the band with a share of room at both ends (`margin`), how many areas (every number that the
    band allows where none is given), what is weighed, the layer that stays `whole` or may be divided, the one that no
    area crosses (`inside`), that of `today`, the kinds of site of which each area holds one, the seed,
    and by name what lies together, apart or stays as it is (`held`).
    """

    band: Band = field(default_factory=Band)
    areas: tuple[int, ...] = ()
    weights: tuple[tuple[str, float], ...] = (("borders", 1.0),)
    whole: str = ""
    divide: bool = False
    inside: str = ""
    today: str = ""
    margin: float = 0.0
    anchors: tuple[str, ...] = ()
    seed: int = 1
    held: Named = field(default_factory=Named)

    def task(self, pieces: Pieces, need: Floats | None = None) -> Task:
        """The task that it makes; raises UsageError for what is not there."""
        rules = self.held.rules(pieces, self.whole, self.inside, self.anchors)
        cut = self.held.divided(pieces, self.whole) if self.whole else []
        if cut and not self.divide:
            raise UsageError(
                f"what is to lie together, apart or stay as it is holds parts of {' and '.join(cut[:3])}, and "
                f"{pieces.titles.get(self.whole) or self.whole} stay whole: write those, or let them be divided"
            )
        whole = "" if cut else self.whole  # an exact plan of whole units would not keep to parts of them
        rules = self.held.rules(pieces, "", self.inside, self.anchors) if cut else rules
        return Task(
            pieces.blocks,
            pieces.graph,
            self.band.drawn_in(self.margin) if self.margin else self.band,
            dict(self.weights),
            whole,
            self.today,
            rules,
            need,
            pieces.names.get(whole, {}),
            pieces.titles,
            pieces.sites,
        )
