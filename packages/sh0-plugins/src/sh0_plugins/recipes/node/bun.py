"""Bun as the runtime of a server. A Bun lock file alone does not make one: it may only install a Node project."""

import re

import attrs

from sh0.plugin import Detection, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import BUN
from sh0_plugins.recipes.node.address import listens_locally
from sh0_plugins.recipes.node.build import installed_for
from sh0_plugins.recipes.node.package import NodePackage, arguments, read_package
from sh0_plugins.recipes.node.packagemanager import package_manager
from sh0_plugins.sentences import local_only

__all__ = ["detect_bun"]

BUN_PORT = 3000
_LOCKS = ("bun.lock", "bun.lockb")
_FILES = ("index", "server", "app", "main", "src/index", "src/server", "src/app", "src/main")
_ENDS = ("ts", "tsx", "js", "mjs")
_APIS = re.compile(
    r"\bBun\.(serve|file|env|\$|password|sql|redis|s3)\b|from\s+[\"']bun(:\w+)?[\"']|import\.meta\.main\b"
)
_FRAMEWORKS = {"elysia": "Elysia", "hono": "Hono"}
_PORT = re.compile(r"\bport\s*:\s*(\d{2,5})\b|\.listen\(\s*(\d{2,5})\b")


def detect_bun(project: SourceTree) -> Detection | None:
    """A server that Bun runs: its start script says so, or its main file uses what only Bun has."""
    package = read_package(project)
    if package is None:
        return None
    script = package.start_script()
    words = arguments(script) if script else ()
    main = _main(project, package, words)
    text = project.text(main) if main else None
    if not words and main is not None and text is not None:
        chosen = project.first(*_LOCKS, "bunfig.toml") or package.manager[0] == "bun"
        if not _APIS.search(text) and not (chosen and main.endswith((".ts", ".tsx"))):
            return None
        words = ("bun", "run", main)
    if not words or words[0] not in ("bun", "bunx"):
        return None
    version = BUN.pick(
        version_file(project, ".bun-version"),
        declared_version(project, "bun"),
        (package.manager[1], "package.json") if package.manager[0] == "bun" else None,
    )
    lock = project.first(*_LOCKS)
    other = package_manager(project, package)
    if lock is None and other.name != "bun" and (other.lock or package.manager[0]):
        detection = installed_for(project, package, words, "bun", "/usr/local/bin/bun", version)
        return _finished(attrs.evolve(detection, framework=_framework(package), port=BUN_PORT), main, text)
    built = "build" in package.scripts
    install = f"bun install{' --frozen-lockfile' if lock else ''}{'' if built else ' --production'}"
    manifests = ("package.json", *((lock,) if lock else ()), *(("bunfig.toml",) if project.has("bunfig.toml") else ()))
    detection = Detection(
        "bun",
        framework=_framework(package),
        version=version.version,
        version_source=version.source,
        package_manager="bun",
        manifests=manifests,
        copy_first=package.local(),
        install=(install, "mkdir -p node_modules"),
        build=("bun run build", f"rm -rf node_modules && {install} --production") if built else (),
        artifacts=("/app/node_modules",),
        start=words,
        port=BUN_PORT,
        environment={"NODE_ENV": "production", "PATH": "/app/node_modules/.bin:$PATH"},
        build_packages=("ca-certificates", "git") if package.git() else (),
        build_image=version.image,
        runtime_image=version.image,
        warnings=version.warnings,
    )
    if lock is None:
        detection = detection.warn("There is no lock file of bun: every build may get other versions.")
    return _finished(detection, main, text)


def _framework(package: NodePackage) -> str:
    return next((title for name, title in _FRAMEWORKS.items() if name in package.dependencies), "")


def _finished(detection: Detection, main: str | None, text: str | None) -> Detection:
    """The same with what the main file says of its address."""
    port = _PORT.search(text or "")
    number = int(port[1] or port[2]) if port else 0
    if 0 < number < 65536 and "PORT" not in (text or ""):
        detection = attrs.evolve(detection, port=number)
    return detection.warn(local_only(main)) if main and listens_locally(text or "") else detection


def _main(project: SourceTree, package: NodePackage, words: tuple[str, ...]) -> str | None:
    """The file that is run: named by the start script, or by ``main``, or the usual one."""
    named = [word.removeprefix("./") for word in words if word.endswith(tuple(f".{end}" for end in _ENDS))]
    if words:
        return project.first(*named)
    usual = [f"{name}.{end}" for name in _FILES for end in _ENDS]
    return project.first(*([package.main] if package.main else []), *usual)
