"""Recipe of Dart and Flutter."""
