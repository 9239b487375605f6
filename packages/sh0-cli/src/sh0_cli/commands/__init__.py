"""One file for each command that people type."""
