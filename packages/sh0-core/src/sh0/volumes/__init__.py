"""Volumes: data that outlasts the containers of apps and stacks."""
