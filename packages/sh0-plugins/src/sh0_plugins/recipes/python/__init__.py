"""Facts about Python projects: what they depend on, where their application object is, how they are installed."""
