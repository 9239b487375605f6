"""What the generators of pages have in common that are packages of Python."""

import re

import attrs

from sh0.plugin import NGINX, Detection, SourceTree, read_processes
from sh0_plugins.recipes.foreign import foreign_stack
from sh0_plugins.recipes.node.build import PAGES_PORT
from sh0_plugins.recipes.python.packages import PythonProject
from sh0_plugins.recipes.python.python import detect_python, python_base

__all__ = ["pages_alone", "program_beside", "python_pages"]

_DOCS = "docs/requirements.txt"
_MACROS = re.compile(r"^def\s+define_env\b", re.MULTILINE)  # of a plugin of MkDocs


def pages_alone(project: SourceTree) -> bool:
    """Whether nothing else at the top of a folder says that it is more than pages."""
    if "web" in read_processes(project) or foreign_stack(project) is not None:
        return False
    return project.first("package.json", "Gemfile", "composer.json", "deno.json") is None


def program_beside(project: SourceTree, facts: PythonProject, *settings: str) -> bool:
    """Whether there is a program as well; the macros of a plugin are none.

    Args:
        project: The project.
        facts: Its manifests.
        settings: Files that are settings of the generator.
    """
    if facts.manager == "none":
        found = [name for name in project.names if name.endswith(".py") and "/" not in name and name not in settings]
        return not all(_MACROS.search(project.text(name) or "") for name in found)
    program = detect_python(project)
    if program is None or not program.start:
        return False
    script = next((word for word in program.start if word.endswith(".py")), "")
    return not _MACROS.search(project.text(script) or "")


def python_pages(
    project: SourceTree,
    facts: PythonProject | None,
    title: str,
    command: str,
    folder: str,
    packages: tuple[str, ...],
) -> Detection:
    """Pages that a command makes, served by nginx.

    Args:
        project: The project.
        facts: Its manifests, if there are any.
        title: Name of the generator.
        command: What makes the pages.
        folder: Where they are then.
        packages: What is installed where neither the project nor its ``docs/requirements.txt`` lists anything.
    """
    listed = not packages
    base = python_base(project, facts or PythonProject("none"), () if project.has(_DOCS) else packages)
    install = base.install if listed or not project.has(_DOCS) else (f"pip install --requirement {_DOCS}",)
    return attrs.evolve(
        base,
        framework=title,
        manifests=base.manifests if install == base.install else (_DOCS,),
        install=install,
        build=(command,),
        cleanup=(),
        artifacts=(),
        environment={},
        runtime_packages=(),
        runtime_image=NGINX,
        static_directory=folder,
        port=PAGES_PORT,
    )
