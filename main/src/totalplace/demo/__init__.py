"""The demo borough: a fictional place of twelve bodies that publish as real ones do; its truth is known."""

from totalplace.demo.borough import Demo, write
from totalplace.demo.shapes.common import DemoSource

__all__ = ["Demo", "DemoSource", "write"]
