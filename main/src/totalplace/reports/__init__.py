"""Documents that people send each other."""
