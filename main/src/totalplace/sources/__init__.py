"""Published formats to tidy tables: every row accepted or rejected, with a reason."""
