"""The stacks that sh0 builds by itself, in the order in which they are tried.

A framework stands before the package managers of its language: what a project *is* matters more than what
installs it. A plugin adds recipes of its own in front of the table. A new recipe is a file and a line here.
"""

from typing import Final

from sh0.builds.recipes.angular import detect_angular
from sh0.builds.recipes.astro import detect_astro
from sh0.builds.recipes.django import detect_django
from sh0.builds.recipes.flask import detect_python_web
from sh0.builds.recipes.go import detect_go
from sh0.builds.recipes.maven import detect_maven
from sh0.builds.recipes.nestjs import detect_nestjs
from sh0.builds.recipes.nextjs import detect_next
from sh0.builds.recipes.node import detect_node
from sh0.builds.recipes.nuxt import detect_nuxt
from sh0.builds.recipes.python import detect_python
from sh0.builds.recipes.recipe import Recipe
from sh0.builds.recipes.remix import detect_remix
from sh0.builds.recipes.rust import detect_rust
from sh0.builds.recipes.sites import SITES
from sh0.builds.recipes.static import detect_static
from sh0.builds.recipes.sveltekit import detect_sveltekit

__all__ = ["BUILTIN", "Recipe"]

BUILTIN: Final = (
    Recipe("nextjs", detect_next),
    Recipe("nuxt", detect_nuxt),
    Recipe("sveltekit", detect_sveltekit),
    Recipe("astro", detect_astro),
    Recipe("remix", detect_remix),
    Recipe("angular", detect_angular),
    Recipe("nestjs", detect_nestjs),
    Recipe("django", detect_django, ("manage.py",)),
    Recipe("python-web", detect_python_web),
    Recipe("go", detect_go, ("go.mod", "go.work")),
    Recipe("rust", detect_rust, ("Cargo.toml",)),
    Recipe("maven", detect_maven, ("pom.xml",)),
    Recipe("python", detect_python, ("requirements.txt", "pyproject.toml", "Pipfile")),
    *SITES,
    Recipe("node", detect_node, ("package.json",)),
    Recipe("static", detect_static, ("index.html",)),
)
