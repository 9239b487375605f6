"""Saying why a project is refused that no recipe has anything to say about."""

from collections.abc import Iterable, Sequence

from sh0.builds.recipe import Recipe
from sh0.errors import UnsupportedProject
from sh0.source.globs import matches
from sh0.source.tree import Project

__all__ = ["unsupported"]

_NAMED = 8


def unsupported(project: Project, recipes: Sequence[Recipe]) -> UnsupportedProject:
    """The refusal of a project that no recipe knows.

    Args:
        project: The project.
        recipes: The recipes that were asked.
    """
    if not project.names:
        return UnsupportedProject(
            "the folder is empty: there is nothing to build", hint="Commit or add the source first."
        )
    if not recipes:
        return UnsupportedProject(
            "no recipes are installed, and without them only a project with a Dockerfile of its own is built",
            hint="Install what knows languages and frameworks (pip install sh0-plugins), or add a Dockerfile. If it is "
            "installed, `sh0 plugins list` says what is wrong with it.",
        )
    below = _subfolders(project, {marker for recipe in recipes for marker in recipe.markers})
    if below:
        folders = ", ".join(below)
        return UnsupportedProject(
            f"found nothing to build at the top of this folder; there are projects below it: {folders}",
            hint="Set the root folder of the app to one of them, or add a Dockerfile at the top.",
            folders=below,
        )
    shown = ", ".join(sorted({name.split("/")[0] for name in project.names})[:_NAMED])
    return UnsupportedProject(
        f"found no project that sh0 knows; the folder holds {shown}", hint="Add a Dockerfile that builds and starts it."
    )


def _subfolders(project: Project, markers: Iterable[str]) -> list[str]:
    """Folders right below the top that look like a project of a kind that sh0 builds."""
    patterns = ("Dockerfile", *markers)
    below = (name.split("/") for name in project.names if name.count("/") == 1)
    return sorted({folder for folder, name in below if any(matches(name, pattern) for pattern in patterns)})
