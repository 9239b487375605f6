"""Whether a module that a command starts is there, as far as the names of files and packages tell."""

import sys

from sh0.plugin import SourceTree
from sh0_plugins.recipes.python.packages import read_python_project

__all__ = ["may_be_imported"]


def may_be_imported(module: str, project: SourceTree) -> bool:
    """Whether the project has the module, or something that it installs may bring it.

    Args:
        module: Its name, as in ``shop.wsgi``.
        project: The project.
    """
    top = module.partition(".")[0]
    if _in_tree(module, project):
        return True
    if _in_tree(top, project):
        return False
    facts = read_python_project(project)
    if facts is None or facts.dynamic or facts.local or facts.git or facts.workspace is not None:
        return True
    plain = top.lower().strip("_")
    named = [name.replace("-", "_") for name in facts.packages]
    return top in sys.stdlib_module_names or any(plain in name or name in plain for name in named)


def _in_tree(module: str, project: SourceTree) -> bool:
    """Whether a file or folder anywhere is called so: options may name any folder to look in."""
    path = "/" + module.replace(".", "/")
    return any(f"{path}." in f"/{name}" or f"{path}/" in f"/{name}" for name in project.names)
