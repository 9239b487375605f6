"""Fakes of the ports, for our tests and for those of plugins."""
