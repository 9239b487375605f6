"""Recipe of Crystal."""
