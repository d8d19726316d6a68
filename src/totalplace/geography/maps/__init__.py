"""Areas as pictures: lines, plans, shapes for browsers, and colours."""
