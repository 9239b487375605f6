"""Comparing a ``sh0.yaml`` with a platform, wherever that runs, and whether what it asks for can be done."""
