"""Projects: a network of their own, and the apps on it."""
