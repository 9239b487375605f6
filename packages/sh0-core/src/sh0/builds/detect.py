"""What a project is and how it is built: tried in the order of a table, then completed by its Procfile."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import attrs

from sh0.builds.foreign import bun_project, foreign_stack, subfolders
from sh0.builds.ignore import GENERATED_CONTEXT
from sh0.builds.model import SHELL, Detection
from sh0.builds.procfile import parse
from sh0.builds.project import Project
from sh0.builds.recipes import BUILTIN, Recipe
from sh0.builds.recipes.dockerfile import USUAL, detect_dockerfile
from sh0.errors import UnsupportedProject

__all__ = ["detect", "detect_folder"]

_NO_START = {
    "python": "a Python project, but nothing that says how it is started",
    "node": "a Node project, but nothing that says how it is started",
}


def detect(
    project: Project, recipes: Sequence[Recipe] = BUILTIN, *, dockerfile: str = USUAL, port: int | None = None
) -> Detection:
    """Find out how a project is built. Nothing of it is executed.

    A Dockerfile of its own comes first, then the recipes in their order. The ``web`` line of a Procfile replaces the
    start command that a recipe found; a Dockerfile keeps its own.

    Args:
        project: The project.
        recipes: The table.
        dockerfile: Path of its own Dockerfile.
        port: Port that it shall listen on; None for the usual one of its stack.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
    """
    found = detect_dockerfile(project, dockerfile)
    if found is None:
        found = next((d for d in (recipe.detect(project) for recipe in recipes) if d is not None), None)
        if found is None:
            raise _unsupported(project, recipes)
        found = attrs.evolve(found, ignore=(*GENERATED_CONTEXT, *found.ignore))
    found = _with_procfile(found, project)
    if not (found.start or found.static_directory or found.dockerfile):
        words = _NO_START.get(found.stack, "a project, but nothing that says how it is started")
        raise UnsupportedProject(
            f"found {words}",
            hint="Add a Procfile with a line such as `web: python server.py`, or a Dockerfile.",
            stack=found.stack,
        )
    return found if port is None else attrs.evolve(found, port=port)


def _with_procfile(found: Detection, project: Project) -> Detection:
    text = project.text("Procfile")
    if text is None:
        return found
    processes = parse(text)
    found = attrs.evolve(found, processes=processes)
    web = processes.get("web")
    if found.dockerfile:
        return found
    if web is None:
        return found.warn("The Procfile has no line `web:`.")
    if found.static_directory:
        return found.warn("The web line of the Procfile is not used: this is a static site, which needs no process.")
    return attrs.evolve(found, start=(*SHELL, web if _compound(web) else f"exec {web}"))


def _compound(command: str) -> bool:
    """Whether a shell command is more than one program with arguments, so that ``exec`` would change it."""
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
        lexer.commenters = ""
        words = list(lexer)
    except ValueError:
        return True
    if not words or "=" in words[0] or words[0] in _BUILTINS:
        return True
    return any(word and set(word) <= set("();<>|&") for word in words)


_BUILTINS = frozenset(
    {"cd", "export", "set", "exec", "if", "for", "while", ".", "source", "trap", "ulimit", "umask", "{", "!"}
)


def _unsupported(project: Project, recipes: Sequence[Recipe]) -> UnsupportedProject:
    hint = "Add a Dockerfile that builds and starts it."
    if not project.names:
        return UnsupportedProject(
            "the folder is empty: there is nothing to build", hint="Commit or add the source first."
        )
    words = foreign_stack(project, tools=True) or bun_project(project)
    if words is not None:
        return UnsupportedProject(f"found {words}, which sh0 does not build by itself", hint=hint, found=words)
    if project.has("package.json"):
        reason = "found a Node project (package.json) with neither a start script nor a file to start"
        return UnsupportedProject(reason, hint='Add "start" to the scripts in package.json, or a Dockerfile.')
    if project.has("Procfile"):
        reason = "found a Procfile, but nothing that says what language it is for"
        return UnsupportedProject(reason, hint=f"Add requirements.txt or package.json. {hint}")
    below = subfolders(project, {marker for recipe in recipes for marker in recipe.markers})
    if below:
        folders = ", ".join(below)
        return UnsupportedProject(
            f"found nothing to build at the top of this folder; there are projects below it: {folders}",
            hint="Set the root folder of the app to one of them, or add a Dockerfile at the top.",
            folders=below,
        )
    shown = ", ".join(sorted({name.split("/")[0] for name in project.names})[:8])
    return UnsupportedProject(f"found no project that sh0 knows; the folder holds {shown}", hint=hint)


def detect_folder(folder: str | Path) -> Detection:
    """Find out how the project in a folder is built, with the built-in recipes. Nothing of it is executed.

    Args:
        folder: The folder.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
    """
    return detect(Project(Path(folder)))
