"""What can be said and done about a Compose project without a platform."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from sh0.codec import structure
from sh0.compose.model import ComposeProject
from sh0.compose.permissions import Allowed, PermissionText
from sh0.compose.services import BindMount
from sh0.records.stack import StackPlan
from sh0.source.archive import pack
from sh0.source.ignore import PackedBuild
from sh0.source.local import local_folder
from sh0.stacks import planner
from sh0.stacks.folder import declared_volumes, mounted_files, read_folder
from sh0.stacks.naming import stack_slug
from sh0.stacks.survey import stack_name

__all__ = ["pack_compose", "plan_compose"]


def _read(
    folder: Path, files: Iterable[str], variables: Mapping[str, str] | None, profiles: Iterable[str], name: str
) -> ComposeProject:
    return read_folder(folder, tuple(files), variables=variables, profiles=tuple(profiles), stack=name)


def plan_compose(
    folder: str | Path,
    files: Iterable[str] = (),
    *,
    variables: Mapping[str, str] | None = None,
    profiles: Iterable[str] = (),
    name: str = "",
    allow: Iterable[str] = (),
) -> StackPlan:
    """Plan a Compose project with what its folder alone tells; the plan says what that leaves open.

    Args:
        folder: The folder.
        files: The Compose files, relative to it; the usual names are looked for when left out.
        variables: Variables for the files.
        profiles: Profiles that are on.
        name: Name of the stack; the project's own when left out.
        allow: What the operator allows it: kinds of permissions, alone or with a colon and their subject.

    Raises:
        NotFound: There is no such folder, or no such file.
        Invalid: The files cannot be right; the message says where.
    """
    folder, files = local_folder(folder, "Give the folder of the Compose file."), tuple(files)
    project = _read(folder, files, variables, profiles, name)
    if not name:  # host names, which the files may use, are made of it
        name = stack_name(stack_slug(project.name) or stack_slug(folder.resolve().name), project)
        project = _read(folder, files, variables, profiles, name)
    found, declared = mounted_files(folder, project), declared_volumes(folder, project)
    allowed = Allowed(frozenset(structure(tuple(map(str, allow)), tuple[PermissionText, ...], path="allow")))
    return planner.plan(
        project, planner.Situation(name, "HOME", files=found, declared=declared, allowed=allowed, offline=True)
    )


def pack_compose(
    folder: str | Path,
    files: Iterable[str] = (),
    *,
    variables: Mapping[str, str] | None = None,
    profiles: Iterable[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> IO[bytes]:
    """Pack the folder of a Compose project as `sh0.pack` does, with all files that the project reads.

    Those are sent even where they are usually held back, as ``.env`` is. They are sealed on the platform, and get into
    no image.

    Args:
        folder: The folder.
        files: The Compose files, relative to it; the usual names are looked for when left out.
        variables: Variables for the files.
        profiles: Profiles that are on.
        tell: Called with a sentence about what is left out though no ignore file says so.

    Raises:
        NotFound: There is no such folder, or no such file.
        Invalid: The files cannot be right; the message says where.
    """
    folder = local_folder(folder, "Give the folder of the Compose file.")
    project = _read(folder, files, variables, profiles, "")
    return pack(folder, also=project.files, builds=_builds(project), mounted=_mounted(project), tell=tell)


def _builds(project: ComposeProject) -> Iterator[PackedBuild]:
    sections = (service.build for service in project.services.values() if service.build is not None)
    for build in sections:
        context = posixpath.normpath(build.context)
        if not build.remote and not context.startswith(".."):
            yield PackedBuild(
                "" if context == "." else context, "Dockerfile" if build.dockerfile_inline else build.dockerfile
            )


def _mounted(project: ComposeProject) -> Iterator[str]:
    mounts = (mount for service in project.services.values() for mount in service.mounts)
    return (posixpath.normpath(mount.source) for mount in mounts if isinstance(mount, BindMount) and mount.inside)
