"""Facts about workspaces of Nx: which applications they hold, and how these are built."""
