"""Node servers, and pages that a Node project builds."""

import re

import attrs

from sh0.builds.foreign import bun_project, foreign_stack
from sh0.builds.images import NGINX
from sh0.builds.model import Detection
from sh0.builds.node.install import NodeInstallation, node_installation
from sh0.builds.node.package import NodePackage, arguments, node_version, read_package
from sh0.builds.project import Project
from sh0.builds.recipes.python import local_only
from sh0.builds.recipes.static import STATIC_PORT

__all__ = ["NODE_PORT", "detect_node", "node_base", "node_pages"]

NODE_PORT = 3000
_FILES = ("server.js", "index.js", "app.js", "main.js", "src/server.js", "src/index.js", "src/app.js")
_FRAMEWORKS = {
    "@nestjs/core": "NestJS",
    "express": "Express",
    "fastify": "Fastify",
    "koa": "Koa",
    "@hapi/hapi": "hapi",
    "hono": "Hono",
}
_PAGES = {"vite": ("Vite", "dist"), "react-scripts": ("Create React App", "build")}
_SERVED_ELSEWHERE = frozenset(
    {"@sveltejs/kit", "nuxt", "astro", "@remix-run/dev", "@react-router/dev", "@solidjs/start", "@angular/core"}
)

_LISTEN = re.compile(r"\.listen\(\s*(\d{2,5})\b")
_LISTEN_LOCALLY = re.compile(r"\.listen\([^)]*[\"'](?:127\.0\.0\.1|localhost|::1)[\"']")


def detect_node(project: Project) -> Detection | None:
    """A project with a package.json that says what to start, or that one of the known tools builds pages from."""
    package = read_package(project)
    if package is None:
        return None
    start, path = node_start(project, package)
    procfile = "web:" in (project.text("Procfile") or "")
    if not start and not (procfile and foreign_stack(project) is None):
        return _pages(project, package)
    if bun_project(project) and not (start and start[0] == "node"):
        return None
    framework = next((title for name, title in _FRAMEWORKS.items() if name in package.dependencies), "")
    detection = node_base(project, package, start, build="build" if "build" in package.scripts else None)
    text = project.text(path) or ""
    port = _LISTEN.search(text)
    if port and "env.PORT" not in text and 0 < int(port[1]) < 65536:
        detection = attrs.evolve(detection, port=int(port[1]))
    if _LISTEN_LOCALLY.search(text):
        detection = detection.warn(local_only(path))
    return attrs.evolve(detection, framework=framework)


def node_start(project: Project, package: NodePackage) -> tuple[tuple[str, ...], str]:
    """The start command and the file that it runs, as far as that can be told.

    The start script comes first, then ``main``, then the usual file names.
    """
    script = package.start_script()
    if script:
        words = arguments(script)
        hooked = "prestart" in package.scripts or "poststart" in package.scripts
        files = [word.removeprefix("./") for word in words if word.endswith((".js", ".mjs", ".cjs", ".ts"))]
        return (("npm", "start") if hooked else words), project.first(*files) or ""
    if package.main:
        names = (package.main, f"{package.main}.js", f"{package.main}/index.js")
        built = "build" in package.scripts and package.main.split("/")[0] in ("dist", "build", "lib", "out")
        found = project.first(*names) or (package.main if built else None)
        if found is not None and found.endswith((".js", ".mjs", ".cjs")):
            return ("node", found), found
    usual = [name.removesuffix("js") + end for name in _FILES for end in ("js", "mjs", "cjs")]
    found = None if any(package.has(name) for name in _PAGES) else project.first(*usual)
    return (("node", found), found) if found is not None else ((), "")


def node_base(project: Project, package: NodePackage, start: tuple[str, ...], build: str | None) -> Detection:
    """A detection with everything but the framework.

    Args:
        project: The project.
        package: Its package.json.
        start: The start command.
        build: Script to run, or a command if no script has that name; None for no build.
    """
    version = node_version(project, package)
    how = node_installation(project, package)
    needed = {word for word in start if word in package.development}
    needed |= {name for name in package.development if start[:1] == ("/bin/sh",) and name in start[-1].split()}
    keep = bool(needed) or start[:1] == ("npm",)
    warnings = [*version.warnings, *how.warnings]
    if needed:
        names = ", ".join(sorted(needed))
        warnings.append(f"The start command needs {names} of devDependencies: all of these stay in the image.")
    install, steps = _steps(package, how, build, keep)
    return Detection(
        "node",
        version=version.version,
        version_source=version.source,
        package_manager=how.manager,
        setup=how.setup,
        manifests=how.manifests,
        copy_first=how.copy_first,
        install=install,
        build=steps,
        artifacts=("/app/node_modules",),
        start=start,
        port=NODE_PORT,
        environment={
            "NODE_ENV": "production",
            "PATH": "/app/node_modules/.bin:$PATH",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        },
        build_environment=how.environment,
        build_packages=("git", "ca-certificates") if package.git() else (),
        build_image=version.image,
        runtime_image=version.image,
        warnings=tuple(warnings),
    )


def _steps(
    package: NodePackage, how: NodeInstallation, build: str | None, keep: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    some = "mkdir -p node_modules"  # An install without dependencies makes none, and the last stage copies it.
    if build is not None:
        command = f"{how.run} {build}" if build in package.scripts else build
        prune = () if keep or not package.development else (how.prune,)
        return (how.install, some), (command, *prune)
    # Scripts of the install (husky, for one) may need the development dependencies, so these come and go.
    scripted = bool({"prepare", "postinstall", "install", "preinstall"} & package.scripts.keys())
    if keep or (scripted and package.development):
        return (how.install, *(() if keep else (how.prune,)), some), ()
    return (how.install_production, some), ()


def node_pages(detection: Detection, framework: str, folder: str, *, single_page: bool) -> Detection:
    """The same build, but its result is served as files."""
    return attrs.evolve(
        detection,
        framework=framework,
        build=detection.build[:1],
        artifacts=(),
        start=(),
        environment={},
        port=STATIC_PORT,
        static_directory=folder,
        single_page=single_page,
        runtime_image=NGINX,
    )


def _pages(project: Project, package: NodePackage) -> Detection | None:
    if "build" not in package.scripts or any(package.has(name) for name in _SERVED_ELSEWHERE):
        return None
    for name, (title, folder) in _PAGES.items():
        if package.has(name):
            return node_pages(node_base(project, package, (), "build"), title, folder, single_page=True)
    return None
