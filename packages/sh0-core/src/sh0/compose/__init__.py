"""The Compose Specification, read: files in, one typed project out. Pure; nothing is started here."""
