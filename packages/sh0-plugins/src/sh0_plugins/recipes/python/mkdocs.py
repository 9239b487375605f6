"""MkDocs: a folder of pages, where its configuration is all that there is to serve."""

import re

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.python.packages import read_python_project
from sh0_plugins.recipes.python.pages import pages_alone, program_beside, python_pages

__all__ = ["detect_mkdocs"]

_SITE = re.compile(r"^site_dir:\s*[\"']?([\w./-]+)", re.MULTILINE)
_THEME = re.compile(
    r"^theme:\s*(?:[\"']?([\w-]+)[\"']?\s*$|(?:\n[ \t]+\S[^\n]*)*?\n[ \t]+name:\s*[\"']?([\w-]+))", re.MULTILINE
)
_PLUGINS = re.compile(r"^plugins:[ \t]*\n((?:[ \t]*-[^\n]*\n?|[ \t]+[^\n]*\n?|[ \t]*\n)+)", re.MULTILINE)
_PLUGIN = re.compile(r"^[ \t]*-\s*[\"']?([\w/-]+)", re.MULTILINE)
_PACKAGES = {
    # Themes and plugins to the packages that bring them; an empty text for MkDocs itself.
    "mkdocs": "",
    "readthedocs": "",
    "search": "",
    "material": "mkdocs-material",
    "awesome-pages": "mkdocs-awesome-pages-plugin",
    "git-revision-date-localized": "mkdocs-git-revision-date-localized-plugin",
    "glightbox": "mkdocs-glightbox",
    "literate-nav": "mkdocs-literate-nav",
    "macros": "mkdocs-macros-plugin",
    "minify": "mkdocs-minify-plugin",
    "mkdocstrings": "mkdocstrings[python]",
    "redirects": "mkdocs-redirects",
    "section-index": "mkdocs-section-index",
}


def detect_mkdocs(project: SourceTree) -> Detection | None:
    """Build with ``mkdocs build``, unless something in the folder is started: then these are its documentation."""
    path = project.first("mkdocs.yml", "mkdocs.yaml")
    if path is None or not pages_alone(project):
        return None
    facts = read_python_project(project)
    if facts is not None and program_beside(project, facts):
        return None
    listed = facts is not None and any(map(facts.depends_on, ("mkdocs", "mkdocs-material")))
    text = (project.text(path) or "")[:4096]
    extra, warnings = ((), ()) if listed else _wanted(text)
    site = _SITE.search(text)
    folder = site[1].strip("/") if site and ".." not in site[1] else "site"
    found = python_pages(project, facts, "MkDocs", "mkdocs build", folder, extra)
    return found if project.has("docs/requirements.txt") else found.warn(*warnings)


def _wanted(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packages that the configuration needs, and what is to be said about them."""
    theme = _THEME.search(text)
    plugins = _PLUGINS.search(text)
    names = [theme[1] or theme[2]] if theme else []
    names += [name.removeprefix("material/") for name in _PLUGIN.findall(plugins[1] if plugins else "")]
    packages = [_PACKAGES.get(name, "") for name in names]
    unknown = [name for name in names if name not in _PACKAGES and "mkdocs-material" not in packages]
    told = ["There is no requirements.txt: the newest MkDocs is installed. Add one to fix its version."]
    if unknown:
        told.append(f"No package is known for {', '.join(unknown)} of mkdocs.yml: name it in requirements.txt.")
    return tuple(dict.fromkeys(["mkdocs", *filter(None, packages)])), tuple(told)
