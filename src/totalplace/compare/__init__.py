"""What a body spends a head, or for a unit of what it does, beside others; and the suppliers that several bodies pay.

A comparison asks and never concludes: `funnel` says how far from the others is too far for chance, and each answer is
worded as a question. `answers.Compare` is the face of the package. Method: docs/methods/compare.md.
"""
