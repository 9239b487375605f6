"""What a project is and how it is built: tried in the order of a table, then completed by its Procfile."""

from collections.abc import Sequence

import attrs

from sh0.builds.ignore import GENERATED_CONTEXT
from sh0.builds.model import BuildChanges, Detection
from sh0.builds.php.heroku import heroku_program
from sh0.builds.procfile import parse
from sh0.builds.project import Project
from sh0.builds.recipes import BUILTIN, Recipe
from sh0.builds.recipes.dockerfile import USUAL, detect_dockerfile
from sh0.builds.refusal import unsupported
from sh0.builds.shell_command import shell_arguments
from sh0.errors import Invalid, UnsupportedProject

__all__ = ["detect"]

_AS_DETECTED = BuildChanges()


def detect(
    project: Project,
    recipes: Sequence[Recipe] = BUILTIN,
    *,
    dockerfile: str = USUAL,
    port: int | None = None,
    changes: BuildChanges = _AS_DETECTED,
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
        changes: What shall be otherwise than it is detected, the Procfile included.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
    """
    found = detect_dockerfile(project, changes.dockerfile or dockerfile)
    if found is None:
        found = _first(project, recipes)
        found = attrs.evolve(found, ignore=(*GENERATED_CONTEXT, *found.ignore))
    found = attrs.evolve(found, context=project.folder.removesuffix(found.root).rstrip("/"))
    found = _changed(_with_procfile(found, project), changes)
    if not (found.start or found.static_directory or found.dockerfile):
        hint = "Add a Procfile with a line such as `web: python server.py`, or a Dockerfile."
        article = "an" if found.language[0] in "AEIOU" else "a"
        raise UnsupportedProject(
            f"found {article} {found.language} project, but nothing that says how it is started",
            hint=" ".join([*found.warnings, hint]),
            stack=found.stack,
        )
    port = changes.port or port
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
            if found is not None and not _of_refused_version(found, refused):
                return found
    raise refused or unsupported(project, recipes)


def _of_refused_version(found: Detection, refused: UnsupportedProject | None) -> bool:
    """Whether a simpler recipe of the same language found a project whose version was refused already."""
    return refused is not None and "version" in refused.details and refused.details.get("stack") == found.stack


def _changed(found: Detection, changes: BuildChanges) -> Detection:
    """The same with what sh0.yaml says instead. A Dockerfile decides for itself how it builds."""
    if (changes.install or changes.build) and (found.dockerfile or not found.build_image):
        what = "is built by its own Dockerfile" if found.dockerfile else "has no step that installs or builds"
        raise Invalid(
            f"sh0.yaml changes the commands of the build, but this project {what}",
            hint="Remove install and build from the section build of sh0.yaml.",
            path="sh0.yaml",
        )
    if changes.install:
        found = attrs.evolve(found, install=(changes.install,))
    if changes.build:
        found = attrs.evolve(found, build=(changes.build,))
    if changes.start and not found.dockerfile:
        if found.static_directory:
            raise Invalid(
                "sh0.yaml has a process web, but this is a static site, which needs no process",
                hint="Remove the process web from sh0.yaml.",
                path="sh0.yaml",
            )
        found = attrs.evolve(found, start=shell_arguments(changes.start))
    return found


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
    if found.stack == "php" and (program := heroku_program(web)):
        return found.warn(f"{program} exists only at Heroku: Apache serves the same folder instead.")
    if found.static_directory:
        return found.warn("The web line of the Procfile is not used: this is a static site, which needs no process.")
    return attrs.evolve(found, start=shell_arguments(web))
