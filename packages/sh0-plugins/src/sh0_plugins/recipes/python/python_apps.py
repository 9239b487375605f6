"""Python frameworks with a program or a default address of their own: Gradio, Dash, Panel, Chainlit and the like."""

import re
from typing import Final

import attrs

from sh0.plugin import PORT, Detection, SourceTree, UnsupportedProject, read_processes
from sh0_plugins.recipes.python.entry import entry_files
from sh0_plugins.recipes.python.flask import gunicorn, server_package
from sh0_plugins.recipes.python.packages import PythonProject, read_python_project
from sh0_plugins.recipes.python.python import python_base
from sh0_plugins.recipes.python.source import read_source
from sh0_plugins.sentences import local_only

__all__ = ["detect_python_app"]


@attrs.frozen
class _Framework:
    """One of them.

    Attributes:
        package: Its package on PyPI.
        module: What the script imports.
        title: Its name.
        port: The port that it takes by default.
        command: What starts a script, which follows it, unless `after` does.
        after: Arguments after the script.
        environment: Variables of the running app.
        own_port: The port counts only where the source names none.
    """

    package: str
    module: str
    title: str
    port: int
    command: tuple[str, ...] = ("python",)
    after: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    own_port: bool = False


_BIND = ("--host", "0.0.0.0", "--port", PORT)
_BOKEH = ("--address", "0.0.0.0", "--port", PORT, "--allow-websocket-origin", "*", "--use-xheaders")
_FRAMEWORKS: Final = (
    _Framework("chainlit", "chainlit", "Chainlit", 8000, ("chainlit", "run"), (*_BIND, "--headless")),
    _Framework("panel", "panel", "Panel", 5006, ("panel", "serve"), _BOKEH),
    _Framework("shiny", "shiny", "Shiny", 8000, ("shiny", "run", *_BIND)),
    _Framework("marimo", "marimo", "marimo", 2718, ("marimo", "run"), (*_BIND, "--headless")),
    _Framework("dash", "dash", "Dash", 8050),
    _Framework("nicegui", "nicegui", "NiceGUI", 8080, own_port=True),
    _Framework("python-fasthtml", "fasthtml", "FastHTML", 5001, own_port=True),
    _Framework(
        "gradio",
        "gradio",
        "Gradio",
        7860,
        ("env", f"GRADIO_SERVER_PORT={PORT}", "python"),
        environment=(("GRADIO_SERVER_NAME", "0.0.0.0"), ("GRADIO_ANALYTICS_ENABLED", "False")),
        own_port=True,
    ),
)
_MAIN = ("app.py", "main.py", "server.py", "demo.py", "run.py", "src/app.py", "src/main.py")
_SERVER_PORT = re.compile(r"\bserver_port\s*=\s*(\d{2,5})\b")
_LOCAL = re.compile(r"\b(?:server_name|host)\s*=\s*[\"'](?:127\.0\.0\.1|localhost)[\"']")
_FLASK = re.compile(r"^(\w+)\s*=\s*\w+\.server\b", re.MULTILINE)
_HTML = re.compile(r"^(\w+)(?:\s*,\s*\w+)*\s*=\s*(?:\w+\.)?(?:FastHTML|fast_app)\(", re.MULTILINE)
_SERVES = re.compile(r"^[ \t]*serve\(|\buvicorn\.run\(", re.MULTILINE)


def detect_python_app(project: SourceTree) -> Detection | None:
    """The script that imports one of these frameworks, among the usual names or the only one that does.

    Raises:
        UnsupportedProject: It is a Reflex app, which consists of two servers.
    """
    facts = read_python_project(project)
    if facts is None or facts.manager == "none" or "web" in read_processes(project):
        return None
    if facts.depends_on("reflex") and project.has("rxconfig.py"):
        raise UnsupportedProject(
            "found a Reflex app (rxconfig.py), which is a server and the pages for it, built by Node",
            hint="Add a Dockerfile, as the documentation of Reflex describes it.",
            stack="python",
        )
    for framework in _FRAMEWORKS:
        script = _script(project, framework.module) if facts.depends_on(framework.package) else None
        if script is not None:
            return _detected(project, facts, framework, script)
    return None


def _script(project: SourceTree, module: str) -> str | None:
    files = [path for path in entry_files(project) if "/" not in path or path in _MAIN]
    using = [path for path in files if module in read_source(path, project.text(path) or "").modules]
    usual = [path for path in _MAIN if path in using]
    return usual[0] if usual else using[0] if len(using) == 1 else None


def _detected(project: SourceTree, facts: PythonProject, framework: _Framework, script: str) -> Detection:
    text = project.text(script) or ""
    module = script.removesuffix(".py").replace("/", ".")
    start = (*framework.command, script, *framework.after)
    extra: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    if framework.title == "Dash" and (server := _FLASK.search(text)):
        extra, warnings = server_package(project, facts, "gunicorn")
        start = gunicorn(project, f"{module}:{server[1]}")
    elif framework.title == "FastHTML" and (app := _HTML.search(text)) and not _SERVES.search(text):
        start = ("uvicorn", *_BIND, f"{module}:{app[1]}")
    base = python_base(project, facts, extra)
    found = attrs.evolve(
        base,
        framework=framework.title,
        start=start,
        port=framework.port,
        environment={**base.environment, **dict(framework.environment)},
    ).warn(*warnings)
    stated = [int(port) for port in _SERVER_PORT.findall(text)] or list(read_source(script, text).ports)
    if framework.own_port and stated and 0 < stated[0] < 65536 and start[0] != "uvicorn":
        found = attrs.evolve(found, port=stated[0])
    return found.warn(local_only(script)) if _LOCAL.search(text) else found
