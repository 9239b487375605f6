"""Recipe of pages that are served as they are."""
