"""SSH: the door that pushes come in by. Import `sh0.adapters.ssh.gitserver` lazily; asyncssh takes a while to load."""
