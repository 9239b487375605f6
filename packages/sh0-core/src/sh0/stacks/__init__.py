"""Stacks: the services of a Compose file, planned, released together and rolled back together."""
