"""What a project is and how it is built: tried in the order of a table, then completed by its Procfile."""

from collections.abc import Sequence

import attrs

from sh0.builds.heldback import kept_out, look, told_of_pointers
from sh0.builds.model import BuildChanges, Detection
from sh0.builds.other_platforms import other_platforms
from sh0.builds.own_dockerfile import USUAL, detect_dockerfile
from sh0.builds.processes import with_processes
from sh0.builds.recipe import Recipe
from sh0.builds.refusal import unsupported
from sh0.errors import Invalid, UnsupportedProject
from sh0.source.tree import Project

__all__ = ["detect"]

_AS_DETECTED = BuildChanges()


def detect(
    project: Project,
    recipes: Sequence[Recipe] = (),
    *,
    dockerfile: str = USUAL,
    target: str = "",
    port: int | None = None,
    changes: BuildChanges = _AS_DETECTED,
) -> Detection:
    """Find out how a project is built. Nothing of it is executed.

    A Dockerfile of its own comes first, then the recipes in their order. The process ``web`` of a Procfile, or of
    sh0.yaml, replaces the start command that a recipe found; a Dockerfile keeps its own instead of a Procfile's.

    Args:
        project: The project. If it is a folder of a repository and a member of a workspace there, the build's context
            is the top of that workspace.
        recipes: The table; without one, only a Dockerfile of its own says how a project is built.
        dockerfile: Path of its own Dockerfile.
        target: Name or number of the stage of it that is built; empty for the last.
        port: Port that it shall listen on; None for the usual one of its stack.
        changes: What shall be otherwise than it is detected, the Procfile included.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
    """
    found, recipe = detect_dockerfile(project, changes.dockerfile or dockerfile, target), None
    if found is None:
        if target:
            raise Invalid(
                f"the stage {target[:80]} is asked for, and there is no Dockerfile that could have one",
                hint="Add the Dockerfile, or leave the target out.",
                path=dockerfile,
            )
        found, recipe = _first(project, recipes)
    found = attrs.evolve(found, context=project.folder.removesuffix(found.root).rstrip("/"))
    notes = [note for each in recipes if each.notes is not None for note in each.notes(found, project)]
    found = found.warn(*notes, *other_platforms(project))
    found = with_processes(_changed(found, changes), project, recipe, changes.start)
    if not (found.start or found.static_directory or found.dockerfile or not found.web):
        hint = "Add a Procfile with a line such as `web: python server.py`, or a Dockerfile."
        article = "an" if found.language[0] in "AEIOU" else "a"
        raise UnsupportedProject(
            f"found {article} {found.language} project, but nothing that says how it is started",
            hint=" ".join([*found.warnings, hint]),
            stack=found.stack,
        )
    found = _with_leftovers(found, project)
    port = changes.port or port
    return found if port is None else attrs.evolve(found, port=port)


def _first(project: Project, recipes: Sequence[Recipe]) -> tuple[Detection, Recipe]:
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
                return found, recipe
    raise refused or unsupported(project, recipes)


def _of_refused_version(found: Detection, refused: UnsupportedProject | None) -> bool:
    """Whether a simpler recipe of the same language found a project whose version was refused already."""
    return refused is not None and "version" in refused.details and refused.details.get("stack") == found.stack


def _with_leftovers(found: Detection, project: Project) -> Detection:
    """The same with what the build leaves out of its context, and what in it is not what it seems."""
    leftovers = look(project.repository / found.context)
    if not found.dockerfile:
        patterns, sentences = kept_out(leftovers, (*found.setup, *found.install, *found.build))
        found = attrs.evolve(found, ignore=(*patterns, *found.ignore)).warn(*sentences)
    return found.warn(*told_of_pointers(leftovers))


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
    return found
