"""Recipe of Gleam."""
