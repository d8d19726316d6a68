"""Official figures of a place beside its payments: outturn, budgets, benefits, allocations, population.

They control the count and are never added to it: `explained` says what share of a body's outturn its payments explain.
`answers.Official` is the face of the package.
"""
