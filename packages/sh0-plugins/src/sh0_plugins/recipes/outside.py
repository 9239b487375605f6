"""Dependencies that lie out of the folder that is built."""

import posixpath

from sh0.plugin import UnsupportedProject

__all__ = ["refuse_outside"]


def refuse_outside(file: str, path: str, stated: str = "") -> None:
    """Refuse a dependency that is a path out of the folder: the build would not see it.

    Args:
        file: Where it is named.
        path: The path, relative to that folder.
        stated: As it is written there, if that is something else.

    Raises:
        UnsupportedProject: It leads out.
    """
    reached = posixpath.normpath(path)
    if reached == ".." or reached.startswith("../"):
        raise UnsupportedProject(
            f"{file} depends on {stated or path}, which lies out of the folder that is built",
            hint="Make both members of a workspace, or leave the root folder empty and add a Dockerfile at the top.",
            found=path,
        )
