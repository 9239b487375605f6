"""Facts about Rust projects."""
