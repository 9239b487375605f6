"""Recipe of R."""
