"""Workspaces of uv: one lock file above several projects."""

import attrs

from sh0.plugin import SourceTree, inner_table, texts_in
from sh0_plugins.recipes.members import is_member

__all__ = ["UvWorkspace", "find_uv_workspace"]

_MEMBERS = 500


@attrs.frozen
class UvWorkspace:
    """A workspace, seen from one of its members.

    Attributes:
        top: Its top folder, which has the lock file.
        folder: Folder of the member, relative to the top.
        name: The member's name.
        manifests: The pyproject.toml of the top and of every member, and the lock file.
        locked: Whether there is one.
    """

    top: SourceTree
    folder: str
    name: str
    manifests: tuple[str, ...]
    locked: bool


def find_uv_workspace(project: SourceTree) -> UvWorkspace | None:
    """The workspace that a project is a member of, in the repository around it; None if it stands for itself.

    Raises:
        Invalid: A pyproject.toml is broken.
    """
    name = inner_table(project.toml("pyproject.toml"), "project").get("name")
    if not isinstance(name, str):
        return None
    for top, folder in project.around:
        workspace = inner_table(top.toml("pyproject.toml"), "tool", "uv", "workspace")
        patterns = [*texts_in(workspace.get("members")), *(f"!{each}" for each in texts_in(workspace.get("exclude")))]
        if is_member(folder, patterns):
            paths = [path for path in top.names if path.endswith("/pyproject.toml")]
            chosen = [path for path in paths if is_member(path.removesuffix("/pyproject.toml"), patterns)]
            locked = top.has("uv.lock")
            lock = ["uv.lock"] if locked else []
            return UvWorkspace(top, folder, name, ("pyproject.toml", *lock, *chosen[:_MEMBERS]), locked)
    return None
