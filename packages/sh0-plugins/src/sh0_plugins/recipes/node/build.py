"""How a Node project is installed and built, whatever its framework."""

import posixpath
import shlex
from collections.abc import Mapping

import attrs

from sh0.plugin import NGINX, Detection, LanguageVersion, SourceTree
from sh0_plugins.recipes.node.install import NodeInstallation, node_installation
from sh0_plugins.recipes.node.package import NodePackage, node_version
from sh0_plugins.recipes.node.workspace import NodeWorkspace, find_workspace

__all__ = ["NODE_PORT", "PAGES_PORT", "installed_for", "node_base", "node_bundle", "node_pages"]

NODE_PORT = 3000
PAGES_PORT = 8080
_APP = "/app"


def node_base(
    project: SourceTree,
    package: NodePackage,
    start: tuple[str, ...],
    build: str | None,
    *,
    environment: Mapping[str, str] | None = None,
    prune: bool = True,
) -> Detection:
    """A detection with everything but the framework.

    Args:
        project: The project.
        package: Its package.json.
        start: The start command.
        build: Script to run, or a command if no script has that name; None for no build.
        environment: Variables of the build and of the running app.
        prune: Remove what only building needs afterwards; wasted where ``node_modules`` stay behind.
    """
    workspace = find_workspace(project)
    version = node_version(project, package, workspace.top if workspace else None)
    how = node_installation(project, package, workspace)
    needed = {word for word in start if word in package.development}
    needed |= {name for name in package.development if start[:1] == ("/bin/sh",) and name in start[-1].split()}
    keep = bool(needed) or start[:1] == ("npm",) or not prune
    warnings = [*version.warnings, *how.warnings]
    if needed:
        names = ", ".join(sorted(needed))
        warnings.append(f"The start command needs {names} of devDependencies: all of these stay in the image.")
    if workspace:
        how = attrs.evolve(how, prune=f"cd {_APP} && {how.prune}")  # npm refuses to do it from within a member
    install, steps = _steps(package, how, build, keep)
    if workspace:
        steps = (*_before(workspace, how), *steps)
    folders = [f"{_APP}/{workspace.folder}", _APP] if workspace else [_APP]
    path = "".join(f"{folder}/node_modules/.bin:" for folder in folders) + "$PATH"
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
        artifacts=(f"{_APP}/node_modules",),
        start=start,
        port=NODE_PORT,
        environment={
            "NODE_ENV": "production",
            "PATH": path,
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
            **(environment or {}),
        },
        build_environment={
            **({"PATH": path} if build is not None and build not in package.scripts else {}),
            **how.environment,
            **(environment or {}),
        },
        build_packages=("git", "ca-certificates") if package.git() else (),
        build_image=version.image,
        runtime_image=version.image,
        root=workspace.folder if workspace else "",
        warnings=tuple(warnings),
    )


def installed_for(
    project: SourceTree,
    package: NodePackage,
    start: tuple[str, ...],
    stack: str,
    program: str,
    version: LanguageVersion,
) -> Detection:
    """A project that another runtime starts, and that a package manager of Node installs, as its lock file says.

    Args:
        project: The project.
        package: Its package.json.
        start: The start command.
        stack: The runtime.
        program: Path of the runtime in its image: the build stage has it too.
        version: The runtime's version.
    """
    base = node_base(project, package, start, "build" if "build" in package.scripts else None)
    return attrs.evolve(
        base,
        stack=stack,
        version=version.version,
        version_source=version.source,
        tools={**base.tools, program: version.image},
        environment={"NODE_ENV": "production", "PATH": base.environment["PATH"]},
        runtime_image=version.image,
        warnings=(*version.warnings, *base.warnings),
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


def _before(workspace: NodeWorkspace, how: NodeInstallation) -> tuple[str, ...]:
    """The builds of the packages that a member needs, in their order."""
    folders = [folder for folder in workspace.needed() if "build" in workspace.packages[folder].scripts]
    return tuple(f"cd {shlex.quote(f'{_APP}/{folder}')} && {how.run} build" for folder in folders)


def node_bundle(
    project: SourceTree,
    package: NodePackage,
    framework: str,
    build: str,
    start: tuple[str, ...],
    *artifacts: str,
    steps: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Detection:
    """A build whose result runs by itself: neither source nor ``node_modules`` come along.

    Args:
        project: The project.
        package: Its package.json.
        framework: Its name.
        build: Script to run, or a command if no script has that name.
        start: What runs the result.
        artifacts: Folders of the result, relative to the project.
        steps: Commands after the build.
        environment: Variables of the build and of the running app.
    """
    base = node_base(project, package, (), build, environment=environment, prune=False)
    running = {"NODE_ENV": "production", **(environment or {})}
    return attrs.evolve(
        base,
        framework=framework,
        build=(*base.build, *steps),
        artifacts=tuple(posixpath.join(_APP, base.root, path) for path in artifacts),
        keep_source=False,
        start=start,
        environment=running,
    )


def node_pages(
    project: SourceTree, package: NodePackage, framework: str, build: str, folder: str, *, fallback: str = ""
) -> Detection:
    """A build whose result is served as files.

    Args:
        project: The project.
        package: Its package.json.
        framework: Its name.
        build: Script to run, or a command if no script has that name.
        folder: Folder of the result, relative to the project.
        fallback: File in it that answers paths that are none.
    """
    base = node_base(project, package, (), build, prune=False)
    return attrs.evolve(
        base,
        framework=framework,
        artifacts=(),
        environment={},
        port=PAGES_PORT,
        static_directory=folder,
        fallback=fallback,
        runtime_image=NGINX,
    )
