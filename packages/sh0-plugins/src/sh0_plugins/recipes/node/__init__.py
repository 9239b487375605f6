"""Facts about Node projects: their package.json, their package manager, what they start."""
