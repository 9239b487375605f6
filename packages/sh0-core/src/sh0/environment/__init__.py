"""The environment of apps: variables, sealed at rest and never printed."""
