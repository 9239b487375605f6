"""Ready-made stacks: Compose files that say what they are and what to ask. The files themselves come from plugins."""
