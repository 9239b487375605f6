"""Recipe of Swift."""
