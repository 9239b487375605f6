"""Recipes, templates and rules that come with sh0, loaded like any third-party plugin."""
