"""Logic models: what goes in, what is done, what comes of it, and for whom it matters. See docs/methods/logic.md."""

from totalplace.logic.checks import Check
from totalplace.logic.model import LogicModel
from totalplace.logic.step import KINDS, Step

__all__ = ["KINDS", "Check", "LogicModel", "Step"]
