"""SSH: the server that receives pushes. Import `sh0.adapters.ssh.gitserver` lazily; asyncssh takes a while to load."""
