"""Apps: what is deployed, how it listens, what it may use."""
