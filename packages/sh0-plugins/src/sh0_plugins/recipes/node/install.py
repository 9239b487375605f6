"""The commands that install a Node project, per package manager."""

import posixpath
import shlex

import attrs

from sh0.plugin import SourceTree
from sh0_plugins.recipes.node.package import NodePackage
from sh0_plugins.recipes.node.packagemanager import PackageManager, package_manager
from sh0_plugins.recipes.node.workspace import NodeWorkspace
from sh0_plugins.recipes.outside import refuse_outside

__all__ = ["NodeInstallation", "node_installation"]

_BESIDE = (".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", ".pnpmfile.cjs", "bunfig.toml")
_PACKAGES = {"pnpm": "pnpm", "yarn": "yarn", "berry": "@yarnpkg/cli-dist", "bun": "bun", "npm": "npm"}
_REMOVE = "find . -name node_modules -prune -exec rm -r {} +"
_QUIET = {"NPM_CONFIG_UPDATE_NOTIFIER": "false", "NPM_CONFIG_FUND": "false", "NPM_CONFIG_AUDIT": "false"}
_ENVIRONMENT = {
    "pnpm": {"CI": "true"},
    "yarn": {"YARN_CACHE_FOLDER": "/tmp/yarn"},
    "berry": {"YARN_NODE_LINKER": "node-modules", "YARN_ENABLE_GLOBAL_CACHE": "false"}
    | {"YARN_ENABLE_TELEMETRY": "0", "YARN_CACHE_FOLDER": "/tmp/yarn"},
}


@attrs.frozen
class NodeInstallation:
    """How the dependencies get into ``node_modules``.

    Attributes:
        manager: ``npm``, ``yarn``, ``pnpm`` or ``bun``.
        setup: Commands that install the package manager.
        manifests: Files that the install needs.
        copy_first: It needs the whole source.
        install: Command with the development dependencies too.
        install_production: Command without them.
        run: What runs a script, as in ``pnpm run``.
        prune: Command that removes the development dependencies.
        environment: Variables that the package manager needs.
        warnings: What the reader should know.
    """

    manager: str
    setup: tuple[str, ...]
    manifests: tuple[str, ...]
    copy_first: bool
    install: str
    install_production: str
    run: str
    prune: str
    environment: dict[str, str]
    warnings: tuple[str, ...]


def node_installation(project: SourceTree, package: NodePackage, workspace: NodeWorkspace | None) -> NodeInstallation:
    """Work out the commands.

    Args:
        project: The project.
        package: Its package.json.
        workspace: The one that it is a member of: then its top is installed, for this member alone.

    Raises:
        UnsupportedProject: A dependency is a path out of what the build sees.
    """
    for path in package.paths():
        refuse_outside("package.json", posixpath.join(workspace.folder if workspace else "", path), path)
    top = workspace.top if workspace else project
    manager = package_manager(top, workspace.packages.get("", package) if workspace else package)
    beside = [name for name in _BESIDE if top.has(name)]
    folders = workspace.packages if workspace else {"": package}
    listed = [each.path for each in folders.values()]
    lock = [manager.lock] if manager.lock else []
    version = f"@{manager.version}" if manager.version else ""
    install, production, prune = _commands(manager, workspace)
    return NodeInstallation(
        manager.title,
        (f"npm install --global --force {_PACKAGES[manager.name]}{version}",) if version else (),
        (listed[0], *lock, *beside, *listed[1:]),
        _needs_source(top, package, workspace),
        install,
        production,
        f"{manager.title} run",
        prune,
        {**_QUIET, **_ENVIRONMENT.get(manager.name, {})},
        manager.warnings,
    )


def _needs_source(top: SourceTree, package: NodePackage, workspace: NodeWorkspace | None) -> bool:
    """Whether the install reads more of the project than its manifests."""
    if "yarnPath" in (top.text(".yarnrc.yml") or ""):
        return True
    if workspace is None:
        return package.local() or top.has("pnpm-workspace.yaml")
    patched = ("pnpm-workspace.yaml", "package.json")
    if any("patchedDependencies" in (top.text(path) or "") for path in patched):
        return True
    involved = [
        workspace.packages[folder]
        for folder in ("", workspace.folder, *workspace.needed())
        if folder in workspace.packages
    ]
    return any(each.hooked() or each.beside() for each in involved)


def _commands(manager: PackageManager, workspace: NodeWorkspace | None) -> tuple[str, str, str]:
    """Three commands: all dependencies, those of production, and what leads from the first to the second."""
    member = shlex.quote(workspace.member.name or f"./{workspace.folder}") if workspace else ""
    match manager.name:
        case "pnpm":
            frozen = f"pnpm install --{'' if manager.lock else 'no-'}frozen-lockfile"
            if workspace:
                chosen = f"{frozen} --filter . --filter {member}..."
                return chosen, f"{chosen} --prod", f"{_REMOVE} && {chosen} --prod --prefer-offline"
            return frozen, f"{frozen} --prod", "pnpm prune --prod"
        case "berry":
            focus = "yarn workspaces focus --all --production"
            if workspace and workspace.member.name:
                chosen = f"yarn workspaces focus {member}"
                return chosen, f"{chosen} --production", f"{chosen} --production"
            return f"yarn install --{'' if manager.lock else 'no-'}immutable", focus, focus
        case "yarn":
            frozen = f"yarn install{' --frozen-lockfile' if manager.lock else ''}"
            production = f"{frozen} --production=true"
            return f"{frozen} --production=false", production, f"{production} --ignore-scripts --prefer-offline"
        case "bun":
            chosen = f" --filter {member}" if workspace else ""
            install = f"bun install{' --frozen-lockfile' if manager.lock else ''}{chosen}"
            return install, f"{install} --production", f"{_REMOVE} && {install} --production"
        case _:
            install = "npm ci" if manager.lock else "npm install"
            chosen = f" --workspace {shlex.quote(workspace.folder)} --include-workspace-root" if workspace else ""
            return f"{install}{chosen}", f"{install}{chosen} --omit=dev", f"npm prune --omit=dev{chosen}"
