"""Business cases: what a proposal costs and brings, to whom, when, and how sure that is."""
