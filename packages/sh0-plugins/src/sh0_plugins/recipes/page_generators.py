"""Generators of pages that sh0 does not build by itself: named, so that nothing else there is taken for an app."""

import re
from typing import Final

import attrs

from sh0.plugin import SourceTree, UnsupportedProject, read_processes
from sh0_plugins.recipes.node.package import read_package
from sh0_plugins.recipes.node.start import node_start

__all__ = ["refuse_pages"]

_MANIFESTS: Final = ("package.json", "requirements.txt", "pyproject.toml", "Pipfile", "composer.json", "config.ru")
_JEKYLL: Final = ("_posts", "_layouts", "_includes", "_drafts", "_sass")
_FRONT: Final = ("index.md", "index.html", "index.markdown")


@attrs.frozen
class _Generator:
    """A generator.

    Attributes:
        title: Its name.
        files: Files at the top, each of which marks a site.
        command: What makes the pages.
        folder: Where they are then.
    """

    title: str
    files: tuple[str, ...]
    command: str
    folder: str


_GENERATORS: Final = (
    _Generator("Antora", ("antora-playbook.yml", "antora-playbook.yaml"), "antora antora-playbook.yml", "build/site"),
    _Generator("bookdown", ("_bookdown.yml",), "bookdown::render_book()", "_book"),
    _Generator("Cobalt", ("_cobalt.yml",), "cobalt build", "_site"),
    _Generator("mdBook", ("book.toml",), "mdbook build", "book"),
    _Generator("MyST", ("myst.yml",), "myst build --html", "_build/html"),
    _Generator("Nanoc", ("nanoc.yaml",), "nanoc compile", "output"),
    _Generator("Quarto", ("_quarto.yml", "_quarto.yaml"), "quarto render", "_site"),
    _Generator("Zensical", ("zensical.toml",), "zensical build", "site"),
    _Generator("Zola", ("zola.toml",), "zola build", "public"),
)
_GEMS: Final = (
    _Generator("Bridgetown", ("bridgetown",), "bundle exec bridgetown build", "output"),
    _Generator("Middleman", ("middleman",), "bundle exec middleman build", "build"),
    _Generator("Nanoc", ("nanoc",), "bundle exec nanoc compile", "output"),
)
_NODE: Final = (_Generator("Gridsome", ("gridsome",), "gridsome build", "dist"),)


def refuse_pages(project: SourceTree) -> None:
    """Refuse a site of such a generator, if nothing is started there.

    Args:
        project: The project.

    Raises:
        UnsupportedProject: It is one.
    """
    if "web" in read_processes(project):
        return
    if project.first(*_MANIFESTS) is None and not project.has("Gemfile"):
        path = _jekyll(project)
        if path is not None:
            raise UnsupportedProject(
                f"found a site of Jekyll ({path}) without a Gemfile",
                hint="Add a Gemfile that names jekyll and the plugins: run `bundle init` and `bundle add jekyll`.",
                found=path,
            )
    refusal = _by_package(project) or _by_gem(project)
    refusal = refusal or (_by_file(project) if project.first(*_MANIFESTS) is None else None)
    if refusal is not None:
        raise refusal


def _by_file(project: SourceTree) -> UnsupportedProject | None:
    for generator in _GENERATORS:
        path = project.first(*generator.files)
        if path is not None:
            return _refusal(generator, path)
    if project.has("SUMMARY.md") and project.has("book.json"):
        return _refusal(_Generator("HonKit", (), "honkit build", "_book"), "book.json")
    if _zola(project.text("config.toml") or "") and project.has_folder("content"):
        return _refusal(_GENERATORS[-1], "config.toml")
    return None


def _by_package(project: SourceTree) -> UnsupportedProject | None:
    package = read_package(project)
    if package is None or node_start(project, package)[0]:
        return None
    return next((_refusal(each, package.path) for each in _NODE if any(map(package.has, each.files))), None)


def _by_gem(project: SourceTree) -> UnsupportedProject | None:
    text = project.text("Gemfile") or ""
    if project.has("config.ru") and "bridgetown" not in text:
        return None
    gems = set(re.findall(r"^[ \t]*gem[ (]+[\"']([\w-]+)", text, re.MULTILINE))
    return next((_refusal(each, "Gemfile") for each in _GEMS if gems & set(each.files)), None)


def _zola(text: str) -> bool:
    """Whether a config.toml is one of Zola: Hugo writes ``baseURL``."""
    return re.search(r"^base_url\s*=", text, re.MULTILINE) is not None


def _jekyll(project: SourceTree) -> str | None:
    """The configuration of a site for Jekyll, where something else shows that it is one."""
    path = project.first("_config.yml", "_config.yaml")
    if path is None or project.has("_toc.yml"):
        return None
    fronted = any((project.text(name) or "").startswith("---") for name in _FRONT)
    return path if fronted or any(map(project.has_folder, _JEKYLL)) else None


def _refusal(generator: _Generator, path: str) -> UnsupportedProject:
    return UnsupportedProject(
        f"found a site of {generator.title} ({path}), which sh0 does not build by itself",
        hint=(
            f"Add a Dockerfile that runs `{generator.command}` and serves the folder {generator.folder}, "
            "or commit that folder and set it as the root folder of the app."
        ),
        found=path,
    )
