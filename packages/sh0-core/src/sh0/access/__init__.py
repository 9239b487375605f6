"""Who may come in: SSH keys for pushes, tokens for programs."""
