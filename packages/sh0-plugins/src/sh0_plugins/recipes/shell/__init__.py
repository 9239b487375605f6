"""Recipe of shell scripts."""
