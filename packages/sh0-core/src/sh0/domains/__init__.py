"""Host names of apps."""
