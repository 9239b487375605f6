"""Facts about Go projects."""
