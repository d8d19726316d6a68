"""How fast a place is counted, beside what else could do it. See README.md."""
