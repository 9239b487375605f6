"""The commands that install a Node project, per package manager."""

import re

import attrs

from sh0.builds.node.package import NodePackage
from sh0.builds.project import Project

__all__ = ["NodeInstallation", "node_installation"]

_LOCKS = (
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
)
_BESIDE = (".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", ".pnpmfile.cjs")
_PNPM = {"5": "7", "6": "8", "9": "10"}  # lockfileVersion of pnpm-lock.yaml to the newest pnpm that keeps it


@attrs.frozen
class NodeInstallation:
    """How the dependencies get into ``node_modules``.

    Attributes:
        manager: ``npm``, ``yarn`` or ``pnpm``.
        setup: Commands that install the package manager.
        manifests: Files that the install needs.
        copy_first: It needs the whole source.
        install: Commands with the development dependencies too.
        install_production: Commands without them.
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


def node_installation(project: Project, package: NodePackage) -> NodeInstallation:
    """Work out the commands.

    The manager is that of ``packageManager``, then that of the lock file, then npm.
    """
    present = [(lock, manager) for lock, manager in _LOCKS if project.has(lock)]
    manager = package.manager[0] or next((manager for _, manager in present), "npm")
    warnings = []
    if len({owner for _, owner in present}) > 1:
        names = ", ".join(lock for lock, _ in present)
        warnings.append(f"There are lock files of several package managers ({names}): {manager} is used.")
    if manager == "bun":
        warnings.append("Bun's lock file is not read: npm installs what package.json asks for.")
        manager = "npm"
    lock = next((lock for lock, owner in present if owner == manager), None)
    if lock is None:
        warnings.append(f"There is no lock file of {manager}: every build may get other versions.")
    beside = tuple(name for name in _BESIDE if project.has(name))
    manifests = ("package.json", *((lock,) if lock else ()), *beside)
    copy_first = package.local() or project.has("pnpm-workspace.yaml")
    copy_first = copy_first or "yarnPath" in (project.text(".yarnrc.yml") or "")
    match manager:
        case "pnpm":
            version = package.manager[1] or _pnpm(project.text(lock) if lock else None)
            frozen = "pnpm install --frozen-lockfile" if lock else "pnpm install --no-frozen-lockfile"
            setup = f"npm install --global --force pnpm@{version}"
            prune, production = "pnpm prune --prod", f"{frozen} --prod"
            install, environment = frozen, {"CI": "true"}
        case "yarn" if _berry(project, package):
            version = package.manager[1] or "4"
            setup = f"npm install --global --force @yarnpkg/cli-dist@{version}"
            install = "yarn install --immutable" if lock else "yarn install --no-immutable"
            prune = production = "yarn workspaces focus --all --production"
            environment = {"YARN_NODE_LINKER": "node-modules", "YARN_ENABLE_GLOBAL_CACHE": "false"}
            environment |= {"YARN_ENABLE_TELEMETRY": "0", "YARN_CACHE_FOLDER": "/tmp/yarn"}
        case "yarn":
            version = package.manager[1] or "1.22.22"
            setup = f"npm install --global --force yarn@{version}"
            install = f"yarn install{' --frozen-lockfile' if lock else ''} --production=false"
            production = f"yarn install{' --frozen-lockfile' if lock else ''} --production=true"
            prune = f"{production} --ignore-scripts --prefer-offline"
            environment = {"YARN_CACHE_FOLDER": "/tmp/yarn"}
        case _:
            version = package.manager[1] if package.manager[0] == "npm" else ""
            setup = f"npm install --global --force npm@{version}" if version else ""
            install = "npm ci" if lock else "npm install"
            production = f"{install} --omit=dev"
            prune, environment = "npm prune --omit=dev", {}
    return NodeInstallation(
        manager,
        (setup,) if setup else (),
        manifests,
        copy_first,
        install,
        production,
        f"{manager} run",
        prune,
        {"NPM_CONFIG_UPDATE_NOTIFIER": "false", "NPM_CONFIG_FUND": "false", "NPM_CONFIG_AUDIT": "false", **environment},
        tuple(warnings),
    )


def _pnpm(lock: str | None) -> str:
    found = re.match(r"lockfileVersion:\s*['\"]?(\d+)", lock or "")
    return _PNPM.get(found[1], "10") if found else "10"


def _berry(project: Project, package: NodePackage) -> bool:
    if package.manager[1]:
        return not package.manager[1].startswith("1.")
    return project.has(".yarnrc.yml") or "__metadata:" in (project.text("yarn.lock") or "")
