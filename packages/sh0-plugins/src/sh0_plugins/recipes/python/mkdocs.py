"""MkDocs: a folder of pages, where its configuration is all that there is to serve."""

import re

import attrs

from sh0.plugin import NGINX, Detection, SourceTree, read_procfile
from sh0_plugins.recipes.foreign import foreign_stack
from sh0_plugins.recipes.node.build import PAGES_PORT
from sh0_plugins.recipes.python.packages import PythonProject, read_python_project
from sh0_plugins.recipes.python.python import detect_python, python_base

__all__ = ["detect_mkdocs"]

_DOCS = "docs/requirements.txt"
_SITE = re.compile(r"^site_dir:\s*[\"']?([\w./-]+)", re.MULTILINE)
_THEME = re.compile(
    r"^theme:\s*(?:[\"']?([\w-]+)[\"']?\s*$|(?:\n[ \t]+\S[^\n]*)*?\n[ \t]+name:\s*[\"']?([\w-]+))", re.MULTILINE
)
_PLUGINS = re.compile(r"^plugins:[ \t]*\n((?:[ \t]*-[^\n]*\n?|[ \t]+[^\n]*\n?|[ \t]*\n)+)", re.MULTILINE)
_PLUGIN = re.compile(r"^[ \t]*-\s*[\"']?([\w/-]+)", re.MULTILINE)
_MACROS = re.compile(r"^def\s+define_env\b", re.MULTILINE)
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
    if path is None or "web" in read_procfile(project) or foreign_stack(project) is not None:
        return None
    if project.first("package.json", "Gemfile", "composer.json", "deno.json"):
        return None
    facts = read_python_project(project)
    listed = facts is not None and any(map(facts.depends_on, ("mkdocs", "mkdocs-material")))
    if facts is not None and not _documentation_alone(project, facts):
        return None
    text = (project.text(path) or "")[:4096]
    extra, warnings = ((), ()) if listed or project.has(_DOCS) else _wanted(text)
    base = python_base(project, facts or PythonProject("none"), extra)
    install = base.install if listed or not project.has(_DOCS) else (f"pip install --requirement {_DOCS}",)
    site = _SITE.search(text)
    return attrs.evolve(
        base,
        framework="MkDocs",
        manifests=base.manifests if install == base.install else (_DOCS,),
        install=install,
        build=("mkdocs build",),
        cleanup=(),
        artifacts=(),
        environment={},
        runtime_packages=(),
        runtime_image=NGINX,
        static_directory=site[1].strip("/") if site and ".." not in site[1] else "site",
        port=PAGES_PORT,
        warnings=(*base.warnings, *warnings),
    )


def _documentation_alone(project: SourceTree, facts: PythonProject) -> bool:
    """Whether no program is there; the macros of a plugin are none."""
    if facts.manager == "none":
        found = [name for name in project.names if name.endswith(".py") and "/" not in name]
        return all(_MACROS.search(project.text(name) or "") for name in found)
    program = detect_python(project)
    if program is None or not program.start:
        return True
    script = next((word for word in program.start if word.endswith(".py")), "")
    return bool(_MACROS.search(project.text(script) or ""))


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
