"""The lines of services held against each other: measures, what moving would take, and words."""
