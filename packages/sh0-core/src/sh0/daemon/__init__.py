"""sh0d: the one process that holds the database, the keys, Docker and what listens."""
