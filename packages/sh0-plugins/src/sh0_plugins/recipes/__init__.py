"""Recipes of the build engine, one file a stack. They are asked before the built-in ones, so each looks twice."""

from typing import Final

from sh0.plugin import Recipe
from sh0_plugins.recipes.streamlit import detect_streamlit

__all__ = ["RECIPES"]

RECIPES: Final = (Recipe("streamlit", detect_streamlit),)
