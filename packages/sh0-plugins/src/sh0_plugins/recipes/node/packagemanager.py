"""Which package manager a Node project uses, in which version, and with which lock file."""

import re

import attrs

from sh0.plugin import SourceTree
from sh0_plugins.recipes.node.package import NodePackage
from sh0_plugins.sentences import several_locks

__all__ = ["PackageManager", "package_manager"]

_LOCKS = (
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
)
_PNPM = {"5": "7", "6": "8", "9": "10"}  # lockfileVersion of pnpm-lock.yaml to the newest pnpm that keeps it


@attrs.frozen
class PackageManager:
    """What installs a Node project.

    Attributes:
        name: ``npm``, ``yarn`` (1), ``berry`` (Yarn 2 and later), ``pnpm`` or ``bun``.
        version: Its version for npm to install; empty for the npm that comes with Node.
        lock: Its lock file, or empty.
        warnings: What the reader should know.
    """

    name: str
    version: str
    lock: str
    warnings: tuple[str, ...]

    @property
    def title(self) -> str:
        """As people call it."""
        return "yarn" if self.name == "berry" else self.name


def package_manager(top: SourceTree, package: NodePackage) -> PackageManager:
    """Find it: that of ``packageManager``, then that of the lock file, then that of ``engines``, then npm.

    Args:
        top: The folder that has the lock file.
        package: The package.json there.
    """
    present = [(lock, manager) for lock, manager in _LOCKS if top.has(lock)]
    asked = next((tool for tool in ("pnpm", "yarn") if tool in package.tools), "npm")
    asked = "pnpm" if not package.path.endswith(".json") else asked
    name = package.manager[0] or next((manager for _, manager in present), asked)
    warnings = []
    if len({owner for _, owner in present}) > 1:
        warnings.append(several_locks(lock for lock, _ in present))
    lock = next((lock for lock, owner in present if owner == name), "")
    if not lock and (present or package.dependencies or package.development or package.workspaces):
        others = ", ".join(path for path, owner in present if owner != name)
        ignored = f"; {others} is of another package manager and not used" if others else ""
        warnings.append(f"There is no lock file of {name}{ignored}: every build may get other versions.")
    version = package.manager[1] or _asked(package.tools.get(name, "") if name != "npm" else "")
    match name:
        case "pnpm":
            version = version or _pnpm(top.text(lock) if lock else None)
        case "yarn" if _berry(top, version):
            name, version = "berry", version or "4"
        case "yarn":
            version = version or "1.22.22"
        case "bun":
            version = version or "1"
    return PackageManager(name, version, lock, tuple(warnings))


def _asked(engine: str) -> str:
    """The version that a range stands for, as npm installs it; empty for one with no upper bound."""
    found = re.fullmatch(r"\s*([\^~=v]?)\s*(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?\s*", engine)
    if found is None:
        return ""
    parts = [part for part in found.groups()[1:] if part and part.isdigit()]
    return ".".join(parts[: {"^": 1, "~": 2}.get(found[1], 3)])


def _pnpm(lock: str | None) -> str:
    found = re.match(r"lockfileVersion:\s*['\"]?(\d+)", lock or "")
    return _PNPM.get(found[1], "10") if found else "10"


def _berry(top: SourceTree, version: str) -> bool:
    if version:
        return not version.startswith("1.") and version != "1"
    return top.has(".yarnrc.yml") or "__metadata:" in (top.text("yarn.lock") or "")
