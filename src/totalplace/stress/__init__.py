"""The stress test of a place: cuts, demand, income and reserves together, by body and year."""
