"""Servers: the machines that apps run on. So far there is one, this machine."""
