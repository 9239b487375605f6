"""Private registries, and the credentials that they are pulled from with."""
