"""Flask, FastAPI and their relatives: an application object that a WSGI or ASGI server loads."""

import attrs

from sh0.plugin import PORT, Detection, SourceTree, read_processes
from sh0_plugins.recipes.python.entry import ASGI, Entry, find_entry
from sh0_plugins.recipes.python.packages import PythonProject, read_python_project
from sh0_plugins.recipes.python.python import python_base

__all__ = ["detect_python_web", "gunicorn", "server_package", "uvicorn"]

_NAMES = {"flask": "Flask", "fastapi": "FastAPI", "quart": "Quart", "starlette": "Starlette", "litestar": "Litestar"}


def detect_python_web(project: SourceTree) -> Detection | None:
    """Find the application object by reading the source, and start it with gunicorn or uvicorn."""
    facts = read_python_project(project)
    if facts is None or facts.manager == "none":
        return None
    likely = next((title for name, title in _NAMES.items() if facts.depends_on(name)), "")
    entry = find_entry(project, likely)
    if entry is None or not entry.framework:
        return None
    asgi = entry.framework in ASGI
    extra, warnings = server_package(project, facts, "uvicorn" if asgi else "gunicorn")
    base = python_base(project, facts, extra)
    start = uvicorn(entry) if asgi else gunicorn(project, _target(entry), pythonpath=entry.directory)
    environment = {**base.environment, "FORWARDED_ALLOW_IPS": "*"}
    if not asgi and not project.has("gunicorn.conf.py"):
        environment["WEB_CONCURRENCY"] = "2"
    return attrs.evolve(base, framework=entry.framework, start=start, environment=environment).warn(*warnings)


def server_package(project: SourceTree, facts: PythonProject, server: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The server to install in addition, and the warning about it; nothing if it is among the dependencies.

    Nothing either if a Procfile says what serves.
    """
    comes_along = server == "uvicorn" and facts.packages.get("fastapi", frozenset()) & {"standard", "all"}
    if facts.depends_on(server) or comes_along or "web" in read_processes(project):
        return (), ()
    told = f"{server} is not among the dependencies: the newest one is installed. Add it to fix its version."
    return (server,), (told,)


def gunicorn(project: SourceTree, target: str, *, pythonpath: str = "", chdir: str = "") -> tuple[str, ...]:
    """The command that serves a WSGI application. A gunicorn.conf.py of the project decides all but the address."""
    tuning = () if project.has("gunicorn.conf.py") else ("--threads", "4", "--access-logfile", "-")
    folders = (*(("--pythonpath", pythonpath) if pythonpath else ()), *(("--chdir", chdir) if chdir else ()))
    return ("gunicorn", "--bind", f"0.0.0.0:{PORT}", *tuning, *folders, target)


def uvicorn(entry: Entry) -> tuple[str, ...]:
    """The command that serves an ASGI application."""
    factory = ("--factory",) if entry.factory else ()
    folder = ("--app-dir", entry.directory) if entry.directory else ()
    return ("uvicorn", "--host", "0.0.0.0", "--port", PORT, *factory, *folder, f"{entry.module}:{entry.attribute}")


def _target(entry: Entry) -> str:
    return f"{entry.module}:{entry.attribute}()" if entry.factory else f"{entry.module}:{entry.attribute}"
