"""Recipe of Zig."""
