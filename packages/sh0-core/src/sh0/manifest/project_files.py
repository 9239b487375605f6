"""The files of a tree that a ``sh0.yaml`` gives to containers."""

import base64
from collections.abc import Mapping
from pathlib import Path

from sh0.errors import Invalid
from sh0.ports.container import InjectedFile
from sh0.rules.configuration import FILE
from sh0.source.tree import Project
from sh0.values import Secret

__all__ = ["LARGEST", "injected", "read_project_files"]

LARGEST = 512 << 10
"""Bytes of all files together: they travel in the record of the deployment."""


def read_project_files(source: Path, root: str, wanted: Mapping[str, str]) -> Mapping[str, str]:
    """Read the files that containers are given: path in the container, and content in base64.

    Args:
        source: The whole source.
        root: Folder of the app in it.
        wanted: Paths below that folder, and the paths that they get in the container.

    Raises:
        Invalid: One is not there, leads out of the folder, or all together are too large.
    """
    project, found, size = Project(source, root), dict[str, str](), 0
    for path, target in wanted.items():
        content = project.content(path)
        if content is None:
            raise Invalid(
                f"{FILE}: files: there is no file {path}",
                hint="Commit it, or correct its path: it is relative to the folder of sh0.yaml.",
                path=FILE,
            )
        size += len(content)
        if size > LARGEST:
            raise Invalid(
                f"{FILE}: files: they hold more than {LARGEST >> 10} KiB, with {path} among them",
                hint="Copy large files into the image with a Dockerfile.",
                path=FILE,
            )
        if target in found:
            raise Invalid(f"{FILE}: files: two of them are at {target}", hint="Give one another path.", path=FILE)
        found[target] = base64.b64encode(content).decode("ascii")
    return found


def injected(files: Mapping[str, str]) -> tuple[InjectedFile, ...]:
    """The same as containers are given them: for reading only."""
    return tuple(InjectedFile(target, Secret(content)) for target, content in sorted(files.items()))
