"""Themes: money that people see as one, whoever pays it and whatever it is filed under, by rules that they declare."""

from totalplace.themes.answers import Themes
from totalplace.themes.theme import Rule, Theme

__all__ = ["Rule", "Theme", "Themes"]
