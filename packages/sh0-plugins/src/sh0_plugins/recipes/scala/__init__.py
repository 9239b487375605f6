"""Recipe of Scala."""
