"""Deno: a task or a file to run, Fresh among them."""

import re
import shlex

import attrs

from sh0.plugin import PORT, Detection, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import DENO
from sh0_plugins.recipes.node.build import installed_for
from sh0_plugins.recipes.node.package import NodePackage, arguments, read_package
from sh0_plugins.recipes.node.packagemanager import package_manager
from sh0_plugins.sentences import local_only

__all__ = ["detect_deno"]

DENO_PORT = 8000
_FILES = ("main", "server", "index", "app", "mod", "src/main", "src/server", "src/index")
_ENDS = ("ts", "js", "tsx", "mjs")
_MANIFESTS = ("deno.json", "deno.jsonc", "deno.lock", "package.json", "import_map.json")
_PERMISSIONS = ("--allow-net", "--allow-env", "--allow-read")
_DEVELOPMENT = re.compile(r"(^|\s)(--watch\S*|dev)(\s|$)")
_FIXED_PORT = re.compile(r"\bport\s*:\s*(\d{2,5})\b")
_LOCAL = re.compile(r"\bhostname\s*:\s*[\"'](?:127\.0\.0\.1|localhost|::1)[\"']")
_HANDLER = re.compile(r"^export\s+default\s*\{[^}]{0,500}\bfetch\b", re.MULTILINE)


def detect_deno(project: SourceTree) -> Detection | None:
    """A project with deno.json, deno.jsonc or deno.lock; or one without package.json whose main file asks for Deno.

    The task ``start`` comes first, then the usual file names; ``deno serve`` serves a file that exports a handler. A
    package.json makes it a Node project, unless deno.json stands beside it or its start script runs Deno.
    """
    settings = _settings(project)
    main = next((path for path in (f"{name}.{end}" for name in _FILES for end in _ENDS) if project.has(path)), None)
    if settings is None:
        package = read_package(project)
        words = arguments(package.start_script()) if package is not None and package.start_script() else ()
        if package is not None and words[:1] == ("deno",):
            version = DENO.pick(version_file(project, ".deno-version", ".dvmrc"), declared_version(project, "deno"))
            found = installed_for(project, package, words, "deno", "/usr/bin/deno", version)
            places = {**found.environment, "DENO_DIR": "/tmp/deno", "DENO_NO_UPDATE_CHECK": "1"}
            return attrs.evolve(found, port=DENO_PORT, environment=places)
        if package is not None or main is None or not (project.has("deno.lock") or _asks_for_deno(project, main)):
            return None
    settings = settings or {}
    foreign = _foreign_lock(project)
    if foreign is not None and _texts(settings, "tasks").get("start") is None and _runs_node(foreign):
        return None
    version = DENO.pick(version_file(project, ".deno-version", ".dvmrc"), declared_version(project, "deno"))
    start, main, warnings = _start(project, settings, main)
    if not start and project.has("package.json"):
        return None
    if foreign is not None and start:
        found = installed_for(project, foreign, start, "deno", "/usr/bin/deno", version)
        places = {**found.environment, "DENO_DIR": "/tmp/deno", "DENO_NO_UPDATE_CHECK": "1"}
        return attrs.evolve(found, port=DENO_PORT, environment=places).warn(*warnings)
    # Deno 1 has no install of its own: it fetches what it meets while it caches the program.
    installs = bool(settings) and not version.version.startswith("1.")
    places = {"DENO_DIR": "/app/.deno", "DENO_NO_UPDATE_CHECK": "1"}
    detection = Detection(
        "deno",
        framework="Fresh" if _fresh(settings) else "",
        version=version.version,
        version_source=version.source,
        manifests=tuple(path for path in _MANIFESTS if project.has(path)) if installs else (),
        copy_first="workspace" in settings and installs,
        install=(f"deno install{' --frozen' if project.has('deno.lock') else ''}",) if installs else (),
        build=(
            *(("deno task build",) if "build" in _texts(settings, "tasks") else ()),
            *((f"deno cache {shlex.quote(main)}",) if main else ()),
        ),
        start=start,
        port=DENO_PORT,
        environment=places,
        build_environment=places,
        build_image=version.image,
        runtime_image=version.image,
        warnings=(*version.warnings, *warnings),
    )
    text = project.text(main or "") or ""
    port = _FIXED_PORT.search(text)
    if port and "PORT" not in text and 0 < int(port[1]) < 65536:
        detection = attrs.evolve(detection, port=int(port[1]))
    if _LOCAL.search(text):
        detection = detection.warn(local_only(main or ""))
    return detection


def _start(
    project: SourceTree, settings: dict[str, object], main: str | None
) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    """The start command, the file that it runs, and what is to be said about it."""
    task = _texts(settings, "tasks").get("start", "")
    if task and not _DEVELOPMENT.search(task):
        words = arguments(task)
        files = [word.removeprefix("./") for word in words if word.endswith(tuple(f".{end}" for end in _ENDS))]
        named = project.first(*files)
        return (words if words[0] == "deno" else ("deno", "task", "start")), named, ()
    if _fresh(settings):
        if "build" in _texts(settings, "tasks") and not project.has("fresh.gen.ts"):
            return ("deno", "serve", "--allow-all", "--host", "0.0.0.0", "--port", PORT, "_fresh/server.js"), None, ()
        return ("deno", "run", "--allow-all", "main.ts"), project.first("main.ts"), ()
    if main is None:
        return (), None, ()
    if _HANDLER.search(project.text(main) or ""):
        return ("deno", "serve", *_PERMISSIONS, "--host", "0.0.0.0", "--port", PORT, main), main, ()
    told = "There is no task `start`: the program may use the network, its variables and its files, and nothing else."
    return ("deno", "run", *_PERMISSIONS, main), main, (told,)


def _foreign_lock(project: SourceTree) -> NodePackage | None:
    """The package.json, if the lock file beside it is another package manager's than Deno: that one installs."""
    package = None if project.has("deno.lock") else read_package(project)
    return package if package is not None and package_manager(project, package).lock else None


def _runs_node(package: NodePackage) -> bool:
    """Whether its start script runs something else than Deno: deno.json is there for its formatter, or its linter."""
    script = package.start_script()
    return bool(script) and arguments(script)[0] != "deno"


def _settings(project: SourceTree) -> dict[str, object] | None:
    """What deno.json or deno.jsonc says. Comments and trailing commas are allowed in either."""
    path = project.first("deno.json", "deno.jsonc")
    return project.json(path, lenient=True) if path is not None else None


def _texts(settings: dict[str, object], key: str) -> dict[str, str]:
    """The texts of a table; a task may be a table with its command."""
    value = settings.get(key)
    found = {}
    for name, each in value.items() if isinstance(value, dict) else ():
        text = each.get("command") if isinstance(each, dict) else each
        if isinstance(text, str):
            found[name] = text
    return found


def _fresh(settings: dict[str, object]) -> bool:
    return any(name in ("fresh", "$fresh/", "@fresh/core") for name in _texts(settings, "imports"))


def _asks_for_deno(project: SourceTree, main: str) -> bool:
    text = project.text(main) or ""
    return bool(re.search(r"\bDeno\.\w+|[\"'](?:jsr:|npm:|https://(?:deno\.land|esm\.sh)/)", text))
