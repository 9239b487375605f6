"""Checking a tree with the rules of every plugin that is installed, here or in a process that can be ended."""
