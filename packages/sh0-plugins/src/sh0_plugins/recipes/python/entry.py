"""Finding the application object of a web framework in the source of a project."""

import heapq
import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import attrs

from sh0.plugin import SourceTree
from sh0_plugins.recipes.python.source import FACTORIES, SourceFile, read_source

__all__ = ["ASGI", "FRAMEWORKS", "Entry", "entry_files", "find_entry"]

FRAMEWORKS: Final = {
    "flask.Flask": "Flask",
    "fastapi.FastAPI": "FastAPI",
    "fastapi.applications.FastAPI": "FastAPI",
    "quart.Quart": "Quart",
    "starlette.applications.Starlette": "Starlette",
    "litestar.Litestar": "Litestar",
}
ASGI: Final = frozenset({"FastAPI", "Quart", "Starlette", "Litestar"})

_FILES_READ = 300
_MENTION = re.compile("|".join(sorted({name.rpartition(".")[2] for name in FRAMEWORKS} | FACTORIES)))
_SKIPPED = frozenset(
    {"tests", "test", "testing", "docs", "doc", "examples", "example", "samples", "demo", "migrations", "scripts"}
    | {"benchmarks", "fixtures", "templates", "tools", "alembic", "build", "dist"}
)
_USUAL = ("wsgi.py", "asgi.py", "app.py", "main.py", "server.py", "application.py", "run.py", "api.py", "__init__.py")
_NEVER = frozenset(
    {"conftest.py", "setup.py", "noxfile.py", "tasks.py", "fabfile.py", "dodo.py", "gunicorn.conf.py"}
    | {"conf.py", "pelicanconf.py", "publishconf.py"}  # settings of generators of pages
)


@attrs.frozen
class Entry:
    """An application object.

    Attributes:
        framework: Whose class it is.
        module: Dotted name of its module.
        attribute: Its name there.
        factory: It is a function that makes the application.
        directory: Folder to import from, relative to the project; empty for its top.
        path: File in which it was found.
    """

    framework: str
    module: str
    attribute: str
    factory: bool
    directory: str
    path: str


def entry_files(project: SourceTree) -> list[str]:
    """The Python files worth a look, likeliest first: shallow before deep, the usual names before others."""
    found = []
    for path in project.names:
        if not path.endswith(".py"):
            continue
        folder, _, name = path.rpartition("/")
        if name in _NEVER or name.startswith("test_") or name.endswith("_test.py"):
            continue
        depth = _depth(folder)
        if depth is not None:
            usual = _USUAL.index(name) if name in _USUAL else len(_USUAL)
            found.append((depth - (name == "__init__.py"), usual, path))
    return [path for _, _, path in heapq.nsmallest(_FILES_READ, found)]


@lru_cache(maxsize=4096)
def _depth(folder: str) -> int | None:
    """How deep the files of a folder are, ``src`` not counting; None if they are for something else than the app."""
    folders = folder.split("/") if folder else []
    if len(folders) > 4 or _SKIPPED & {each.lower() for each in folders}:
        return None
    return len([each for each in folders if each != "src"])


def find_entry(project: SourceTree, likely: str = "") -> Entry | None:
    """The likeliest application object, or None. In one file an object comes before a factory.

    Args:
        project: The project.
        likely: Framework that an ``app = create_app()`` is of, where the factory itself cannot be read.
    """
    texts = {path: project.text(path) or "" for path in entry_files(project)}
    sources = [read_source(path, text) for path, text in texts.items() if _worth_parsing(path, text)]
    made = {source.path: _factories(source) for source in sources}
    known = {name for found in made.values() for name in found}
    frameworks = {name: framework for found in made.values() for name, framework in found.items()}
    objects = {s.path: {n: FRAMEWORKS[c] for n, c in s.calls.items() if c in FRAMEWORKS} for s in sources}
    for source in sources:
        if source.broken is not None:
            classes = {name.rsplit(".", 1)[1]: framework for name, framework in FRAMEWORKS.items()}
            objects[source.path] = {n: classes[c] for n, c in source.calls.items() if c in classes}
    for source in sources:
        found = dict(objects[source.path])
        for name, called in source.calls.items():
            last = called.rsplit(".", 1)[-1]
            if last in known and name in ("app", "application", "api", "server"):
                found.setdefault(name, frameworks.get(last, likely))
        if posixpath.basename(source.path) in _USUAL[:7]:
            found.update(_imported(source, objects))
        chosen = _preferred(found)
        if chosen is not None:
            return _entry(project, source, chosen, found[chosen], factory=False)
        if made[source.path]:
            name, framework = next(iter(made[source.path].items()))
            return _entry(project, source, name, framework, factory=True)
    return None


def _worth_parsing(path: str, text: str) -> bool:
    """Whether a file may hold an application; parsing costs a hundred times what this does."""
    return posixpath.basename(path) in _USUAL or _MENTION.search(text) is not None


def _factories(source: SourceFile) -> dict[str, str]:
    found = {}
    for name, called in source.factories.items():
        framework = next((FRAMEWORKS[each] for each in sorted(called) if each in FRAMEWORKS), None)
        if framework is not None:
            found[name] = framework
    return found


def _imported(source: SourceFile, objects: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """Application objects of other files that this one imports by name: ``from shop import app as application``."""
    found = {}
    for name, full in source.imports.items():
        module, _, attribute = full.strip(".").rpartition(".")
        place = module.replace(".", "/")
        for path in (f"{place}.py", f"{place}/__init__.py", f"src/{place}.py", f"src/{place}/__init__.py"):
            if attribute in objects.get(path, {}):
                found[name] = objects[path][attribute]
    return found


def _preferred(found: Mapping[str, str]) -> str | None:
    return next((name for name in ("application", "app", "api", "server") if name in found), next(iter(found), None))


def _entry(project: SourceTree, source: SourceFile, name: str, framework: str, *, factory: bool) -> Entry:
    directory, module = _import_root(project, source)
    return Entry(framework, module, name, factory, directory, source.path)


def _import_root(project: SourceTree, source: SourceFile) -> tuple[str, str]:
    """The folder to import a file from, and its dotted name there.

    Folders with an ``__init__.py`` are packages. One without is a package too if its files import each other
    through its name; ``src`` never is.
    """
    folders = source.path.split("/")[:-1]
    stem = source.path.split("/")[-1].removesuffix(".py")
    parts = [] if stem == "__init__" else [stem]
    while folders:
        here = "/".join(folders)
        package = project.has(f"{here}/__init__.py")
        named = source.relative or folders[-1] in source.modules
        siblings = any(project.has(f"{here}/{m}.py") or project.has(f"{here}/{m}/__init__.py") for m in source.modules)
        if (folders[-1] == "src" and not package) or not (package or named or not siblings):
            break
        parts.insert(0, folders.pop())
    return "/".join(folders), ".".join(parts)
