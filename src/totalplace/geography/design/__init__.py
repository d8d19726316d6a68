"""Neighbourhoods out of building blocks: exact where it can be, searched where it cannot, scored always."""
