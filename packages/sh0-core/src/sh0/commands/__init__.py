"""One-off commands: each runs once, in a container of its own, next to what serves."""
