"""Which Spark is under test, and the gaps between engines: declared, never silent.

A gap is an expected failure that must go on failing.
"""

from __future__ import annotations

import os

import pytest

SPARK = os.environ.get("TOTALPLACE_SPARK", "sail")
"""Which Spark: 'sail' (no Java, quick) or 'jvm' (Spark's own, Java 17)."""


def gap(flavour: str, reason: str, raises: type[BaseException] = AssertionError) -> pytest.MarkDecorator:
    """Marks a test, or a parameter of one, that cannot pass on `flavour`: polars, sail or jvm.

    `raises` is the error that it fails with. When it passes after all, or fails in another way, the suite
    fails: then what works around the gap can go, or must be looked at.
    """
    return pytest.mark.gap(flavour, reason, raises)
