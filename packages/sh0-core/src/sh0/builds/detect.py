"""What a project is and how it is built: tried in the order of a table, then completed by its Procfile."""

import shlex
from collections.abc import Sequence

import attrs

from sh0.builds.ignore import GENERATED_CONTEXT
from sh0.builds.model import SHELL, Detection
from sh0.builds.procfile import parse
from sh0.builds.project import Project
from sh0.builds.recipes import BUILTIN, Recipe
from sh0.builds.recipes.dockerfile import USUAL, detect_dockerfile
from sh0.builds.refusal import unsupported
from sh0.errors import UnsupportedProject

__all__ = ["detect"]

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
        project: The project. If it is a folder of a repository and a member of a workspace there, the build's context
            is the top of that workspace.
        recipes: The table.
        dockerfile: Path of its own Dockerfile.
        port: Port that it shall listen on; None for the usual one of its stack.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
    """
    found = detect_dockerfile(project, dockerfile)
    if found is None:
        found = _first(project, recipes)
        found = attrs.evolve(found, ignore=(*GENERATED_CONTEXT, *found.ignore))
    found = attrs.evolve(found, context=project.folder.removesuffix(found.root).rstrip("/"))
    found = _with_procfile(found, project)
    if not (found.start or found.static_directory or found.dockerfile):
        words = _NO_START.get(found.stack, "a project, but nothing that says how it is started")
        raise UnsupportedProject(
            f"found {words}",
            hint="Add a Procfile with a line such as `web: python server.py`, or a Dockerfile.",
            stack=found.stack,
        )
    return found if port is None else attrs.evolve(found, port=port)


def _first(project: Project, recipes: Sequence[Recipe]) -> Detection:
    """What the first recipe says that knows the project, or the refusal of one whose files stand beside others."""
    refused: UnsupportedProject | None = None
    for recipe in recipes:
        try:
            found = recipe.detect(project)
        except UnsupportedProject as error:
            if not recipe.yields:
                raise
            refused = refused or error
        else:
            if found is not None:
                return found
    raise refused or unsupported(project, recipes)


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
