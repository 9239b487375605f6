"""Generators of pages that are packages of Python: Sphinx, Pelican, Nikola, Lektor, Jupyter Book."""

import posixpath
import re
import shlex
from typing import Final

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.python.packages import read_python_project
from sh0_plugins.recipes.python.pages import pages_alone, program_beside, python_pages

__all__ = ["detect_python_site"]

_FOLDERS: Final = ("", "docs", "doc", "source", "docs/source", "doc/source")
_SPHINX = re.compile(r"^(?:extensions|html_theme|master_doc|root_doc|source_suffix)\s*=", re.MULTILINE)
_NIKOLA = re.compile(r"^BLOG_TITLE\s*=", re.MULTILINE)
_THEME = re.compile(r"^html_theme\s*=\s*[\"']([A-Za-z_][\w-]*)[\"']", re.MULTILINE)
_EXTENSIONS = re.compile(r"^extensions\s*=\s*\[([^\]]*)\]", re.MULTILINE)
_READ: Final = 16 << 10
_PACKAGES: Final = {
    # Themes and extensions of Sphinx to the packages that bring them, where those have another name.
    "alabaster": "sphinx",
    "autoapi.extension": "sphinx-autoapi",
    "basic": "sphinx",
    "classic": "sphinx",
    "hoverxref.extension": "sphinx-hoverxref",
    "notfound.extension": "sphinx-notfound-page",
}
_NAMESPACES: Final = ("sphinxcontrib", "sphinxext")


@attrs.frozen
class _Site:
    """A site, as its files say.

    Attributes:
        title: Name of the generator.
        names: Packages of which the project lists one, if it lists what it needs.
        packages: What is installed otherwise.
        command: What makes the pages.
        folder: Where they are then.
        settings: Its settings, as far as they are Python.
        bound: A requirement that holds whatever the project lists.
    """

    title: str
    names: tuple[str, ...]
    packages: tuple[str, ...]
    command: str
    folder: str
    settings: tuple[str, ...] = ()
    bound: str = ""


def detect_python_site(project: SourceTree) -> Detection | None:
    """Build the pages, unless something in the folder is started: then these are its documentation."""
    site = _site(project)
    if site is None or not pages_alone(project):
        return None
    facts = read_python_project(project)
    if facts is not None and ("setup.py" in facts.manifests or program_beside(project, facts, *site.settings)):
        return None
    listed = facts is not None and any(map(facts.depends_on, site.names))
    found = python_pages(project, facts, site.title, site.command, site.folder, () if listed else site.packages)
    if listed or project.has("docs/requirements.txt"):
        return _bounded(found, site.bound) if site.bound else found
    names = ", ".join(site.packages)
    return found.warn(
        f"No file lists {names}: the newest release is installed. Name what is needed in requirements.txt to fix it."
    )


def _bounded(found: Detection, requirement: str) -> Detection:
    """The same with a requirement that pip resolves together with those of the project, where it installs them."""
    *before, last = found.install or ("pip install",)
    before += [] if last.startswith("pip install") else [last]
    last = last if last.startswith("pip install") else "pip install"
    return attrs.evolve(found, install=(*before, f"{last} {shlex.quote(requirement)}"))


def _site(project: SourceTree) -> _Site | None:
    settings = project.first("publishconf.py", "pelicanconf.py")
    if settings is not None:
        command = f"pelican --settings {settings} --output output"
        own = ("pelicanconf.py", "publishconf.py", "tasks.py")
        return _Site("Pelican", ("pelican",), ("pelican[markdown]",), command, "output", own)
    if _NIKOLA.search(project.text("conf.py") or ""):
        return _Site("Nikola", ("nikola",), ("nikola[extras]",), "nikola build", "output", ("conf.py",))
    if any(name.endswith(".lektorproject") and "/" not in name for name in project.names):
        return _Site("Lektor", ("lektor",), ("lektor",), "lektor build --output-path output", "output")
    if project.has("_toc.yml") and project.has("_config.yml"):
        only = "jupyter-book<2"  # later ones have other files, and need Node
        return _Site("Jupyter Book", ("jupyter-book",), (only,), "jupyter-book build .", "_build/html", bound=only)
    return _sphinx(project)


def _sphinx(project: SourceTree) -> _Site | None:
    for folder in _FOLDERS:
        path = posixpath.join(folder, "conf.py")
        text = (project.text(path) or "")[:_READ]
        index = (posixpath.join(folder, name) for name in ("index.rst", "index.md", "contents.rst"))
        if _SPHINX.search(text) or (text and project.first(*index)):
            source = folder or "."
            command = f"sphinx-build --builder html {source} _build/html"
            return _Site("Sphinx", ("sphinx",), _wanted(project, text), command, "_build/html", (path,))
    return None


def _wanted(project: SourceTree, text: str) -> tuple[str, ...]:
    """The packages that a conf.py needs, by the names of its theme and its extensions.

    What the project holds itself is none: somebody else's package of that name would be installed.
    """
    theme, extensions = _THEME.search(text), _EXTENSIONS.search(text)
    names = [*_THEME.findall(text)[:1]] if theme else []
    names += re.findall(r"[\"']([A-Za-z_][\w.-]*)[\"']", extensions[1]) if extensions else []
    own = {part.removesuffix(".py") for path in project.names for part in path.split("/")}
    named = (_package(name) for name in names if name.partition(".")[0] not in own)
    return tuple(dict.fromkeys(["sphinx", *named]))


def _package(name: str) -> str:
    """The package that brings a theme or an extension; packages of a namespace are called by both its parts."""
    first, _, second = name.partition(".")
    module = f"{first}-{second.partition('.')[0]}" if first in _NAMESPACES and second else first
    return _PACKAGES.get(name) or module.replace("_", "-")
