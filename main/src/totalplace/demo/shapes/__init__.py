"""Twelve publishing habits, one a body: how each writes its year of payments as files."""
