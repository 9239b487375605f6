"""Workspaces of npm, Yarn, pnpm and Bun: which packages there are, and which of them one needs."""

from collections.abc import Mapping

import attrs

from sh0.plugin import SourceTree, inner_table, texts_in
from sh0_plugins.recipes.members import is_member
from sh0_plugins.recipes.node.package import NodePackage, read_package

__all__ = ["NodeWorkspace", "find_workspace", "members"]

_MEMBERS = 500
_PNPM = "pnpm-workspace.yaml"


@attrs.frozen
class NodeWorkspace:
    """A workspace, seen from one of its members.

    Attributes:
        top: Its top folder, which has the lock file.
        folder: Folder of the member, relative to the top.
        packages: The package.json of every member, by folder; "" for the top's own.
    """

    top: SourceTree
    folder: str
    packages: Mapping[str, NodePackage]

    @property
    def member(self) -> NodePackage:
        """The member's own package.json."""
        return self.packages[self.folder]

    def needed(self) -> list[str]:
        """Folders of the members that this one needs, each after those that it needs itself. Cycles are cut."""
        folders = {package.name: folder for folder, package in self.packages.items() if package.name and folder}
        found: list[str] = []
        entered: set[str] = {self.folder}
        pending = [iter(self._needs(self.folder, folders))]
        trail = [self.folder]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
                found.append(trail.pop())
            elif following not in entered:
                entered.add(following)
                trail.append(following)
                pending.append(iter(self._needs(following, folders)))
        return found[:-1]

    def _needs(self, folder: str, folders: Mapping[str, str]) -> list[str]:
        package = self.packages[folder]
        return [folders[name] for name in (*package.dependencies, *package.development) if name in folders]


def find_workspace(project: SourceTree) -> NodeWorkspace | None:
    """The workspace that a project is a member of, in the repository around it; None if it stands for itself."""
    for top, folder in project.around:
        patterns = _patterns(top)
        if patterns and is_member(folder, patterns):
            own = read_package(top)
            packages = {"": own} if own is not None else {}
            return NodeWorkspace(top, folder, {**packages, **_packages(top, patterns, folder)})
    return None


def members(project: SourceTree) -> dict[str, NodePackage]:
    """The members of the workspace whose top a project is, by folder; none if it is no workspace."""
    patterns = _patterns(project)
    return _packages(project, patterns) if patterns else {}


def _packages(top: SourceTree, patterns: list[str], wanted: str = "") -> dict[str, NodePackage]:
    names = [name for name in top.names if name.endswith("/package.json")]
    folders = [folder for name in names if is_member(folder := name.removesuffix("/package.json"), patterns)]
    kept = dict.fromkeys([*([wanted] if wanted else []), *folders[:_MEMBERS]])
    found = {folder: read_package(top, folder) for folder in kept}
    return {folder: package for folder, package in found.items() if package is not None}


def _patterns(project: SourceTree) -> list[str]:
    """The patterns of the members' folders: pnpm's own file, then package.json, then Lerna's."""
    patterns = list(texts_in(inner_table(project.yaml(_PNPM)).get("packages")))
    if patterns:
        return patterns
    package = read_package(project)
    if package is not None and package.workspaces:
        return list(package.workspaces)
    return list(texts_in((project.json("lerna.json") or {}).get("packages")))
