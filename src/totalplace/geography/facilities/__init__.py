"""What areas hold and need: sites and public buildings, reach to them, need, and buildings that could share a roof."""
