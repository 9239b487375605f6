"""Recipe of Haskell."""
