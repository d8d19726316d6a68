"""Gaps between engines are declared here, never silent: an expected failure that must go on failing."""

from __future__ import annotations

import pytest


def gap(flavour: str, reason: str, raises: type[BaseException] = AssertionError) -> pytest.MarkDecorator:
    """Marks a test, or a parameter of one, that cannot pass on `flavour`: polars, sail or jvm.

    `raises` is the error that it fails with. When it passes after all, or fails in another way, the suite
    fails: then what works around the gap can go, or must be looked at.
    """
    return pytest.mark.gap(flavour, reason, raises)
