"""The platform itself."""
