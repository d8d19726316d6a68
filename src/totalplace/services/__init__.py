"""What each payment is for: published labels first, then words, and a person's corrections before both."""

from __future__ import annotations

from totalplace.services.classify import (
    COLUMNS,
    OF_OTHERS,
    THRESHOLD,
    TOLD,
    Classifier,
    Told,
    classify,
    model_version,
    model_with,
    shipped_model,
)
from totalplace.services.model import Model
from totalplace.services.texts import CLASSES, Column, services_named, subjectives_named
from totalplace.services.training import TEXTS, Correction, Labelled, labels, rows_from, train

__all__ = [
    "CLASSES",
    "COLUMNS",
    "OF_OTHERS",
    "TEXTS",
    "THRESHOLD",
    "TOLD",
    "Classifier",
    "Column",
    "Correction",
    "Labelled",
    "Model",
    "Told",
    "classify",
    "labels",
    "model_version",
    "model_with",
    "rows_from",
    "services_named",
    "shipped_model",
    "subjectives_named",
    "train",
]
