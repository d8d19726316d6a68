"""What each payment is for: published labels first, then words, and a person's corrections before both."""

from __future__ import annotations

from totalplace.services.classify import COLUMNS, HOW, THRESHOLD, classify, model_with, shipped_model
from totalplace.services.model import Model
from totalplace.services.training import TEXTS, Correction, Labelled, labels, rows_from, train

__all__ = [
    "COLUMNS",
    "HOW",
    "TEXTS",
    "THRESHOLD",
    "Correction",
    "Labelled",
    "Model",
    "classify",
    "labels",
    "model_with",
    "rows_from",
    "shipped_model",
    "train",
]
