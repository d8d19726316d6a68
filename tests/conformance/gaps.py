"""Gaps between engines are declared here, never silent: an expected failure that must go on failing."""

from __future__ import annotations

import pytest


def gap(flavour: str, reason: str) -> pytest.MarkDecorator:
    """Marks a test, or a parameter of one, that cannot pass on `flavour`: polars, sail or jvm.

    When it passes after all the suite fails, so that what works around the gap can go.
    """
    return pytest.mark.gap(flavour, reason)
