"""A plan of neighbourhoods changed move by move: steps, what each state comes to, what next, drafts that are kept."""
