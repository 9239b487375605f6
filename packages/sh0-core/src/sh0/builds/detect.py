"""What a project is and how it is built: tried in the order of a table, then completed by its Procfile."""

import json
from collections.abc import Iterator, Mapping, Sequence

import attrs

from sh0.builds.heldback import kept_out, look, told_of_pointers
from sh0.builds.model import BuildChanges, Detection
from sh0.builds.other_platforms import other_platforms
from sh0.builds.own_dockerfile import USUAL, detect_dockerfile
from sh0.builds.recipe import Recipe
from sh0.builds.refusal import unsupported
from sh0.builds.shell_command import shell_arguments
from sh0.errors import Invalid, UnsupportedProject
from sh0.source.procfile import read_procfile
from sh0.source.tables import table
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

    A Dockerfile of its own comes first, then the recipes in their order. The ``web`` line of a Procfile replaces the
    start command that a recipe found; a Dockerfile keeps its own.

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
    found = _changed(_with_procfile(found, project, recipe), changes)
    if not (found.start or found.static_directory or found.dockerfile):
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
    if changes.start and not found.dockerfile:
        if found.static_directory:
            raise Invalid(
                "sh0.yaml has a process web, but this is a static site, which needs no process",
                hint="Remove the process web from sh0.yaml.",
                path="sh0.yaml",
            )
        found = attrs.evolve(found, start=shell_arguments(changes.start))
    return found


def _with_procfile(found: Detection, project: Project, recipe: Recipe | None) -> Detection:
    if not project.has("Procfile"):
        return found
    processes = read_procfile(project)
    found = attrs.evolve(found, processes=processes)
    web, declared = processes.get("web"), _declared(project)
    if web is not None and found.dockerfile and "web" not in declared:
        found = found.warn(
            "The web line of the Procfile is not used: the image of the Dockerfile starts its own command. "
            f"To run the line, write in sh0.yaml: {_processes({'web': web})}"
        )
    elif web is not None and not found.dockerfile:
        found = _with_web_line(found, web, project, recipe)
    elif not found.dockerfile:
        found = found.warn("The Procfile has no line `web:`.")
    return found.warn(*_not_run({name: line for name, line in processes.items() if name not in declared}))


def _with_web_line(found: Detection, line: str, project: Project, recipe: Recipe | None) -> Detection:
    if found.static_directory:
        return found.warn("The web line of the Procfile is not used: this is a static site, which needs no process.")
    if recipe is not None and recipe.web_line is not None:
        return recipe.web_line(found, line, project)
    return attrs.evolve(found, start=shell_arguments(line))


def _declared(project: Project) -> frozenset[str]:
    """Names of the processes in sh0.yaml; none of a file that is broken, which its own reader refuses."""
    text = project.text("sh0.yaml")
    if text is None:
        return frozenset()
    from sh0.source.yamltext import load  # worth its time to load only where there is such a file

    try:
        return frozenset(map(str, table(load(text, "sh0.yaml").value, "processes")))
    except Invalid:
        return frozenset()


def _not_run(processes: Mapping[str, str]) -> Iterator[str]:
    """What becomes of the other lines of a Procfile: it starts nothing but `web`."""
    others = {name: command for name, command in processes.items() if name not in ("web", "release")}
    if others:
        names = ", ".join(others)
        verb, them = ("is", "it") if len(others) == 1 else ("are", "them")
        yield f"{names} of the Procfile {verb} not run. To run {them}, write in sh0.yaml: {_processes(others)}"
    if "release" in processes:
        yield (
            f"release of the Procfile (`{processes['release']}`) is not run before the switch: run it by hand in the "
            "running app (`sh0 ssh`), or begin the command of web with it in sh0.yaml: "
            f"{_processes({'web': processes['release'] + ' && ' + (processes.get('web') or '…')})}"
        )


def _processes(commands: Mapping[str, str]) -> str:
    """Processes as they stand in sh0.yaml, in one line."""
    return "processes: {" + ", ".join(f"{name}: {json.dumps(line)}" for name, line in commands.items()) + "}"
