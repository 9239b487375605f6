"""The files of a stack in a folder: the Compose files, and what services mount of it or are built from.

Nothing outside is ever read.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from sh0.builds.target import demand_target
from sh0.compose.files import FolderFiles
from sh0.compose.model import ComposeProject
from sh0.compose.reading import find, read
from sh0.compose.services import BindMount, BuildSection
from sh0.errors import Invalid, Sh0Error
from sh0.source import yamltext
from sh0.source.dockerfile import parse
from sh0.source.dockerfile_declared import volumes
from sh0.source.tree import Project
from sh0.stacks.exposure import exposed
from sh0.stacks.naming import host_name, slug
from sh0.stacks.planner import DeclaredVolumes
from sh0.stacks.specs import ProjectFile
from sh0.values import Secret

SECONDS: Final = 60.0
"""How long reading one may hold a request up."""
_MOST_FILES = 500
_LARGEST = 1 << 20  # bytes of one mounted path; more belongs into an image


def read_folder(
    tree: Path,
    files: tuple[str, ...] = (),
    *,
    variables: Mapping[str, str] | None = None,
    profiles: tuple[str, ...] = (),
    stack: str = "",
    base_domain: str = "localhost",
    http_port: int = 80,
) -> ComposeProject:
    """Read the Compose project in a folder.

    Args:
        tree: The folder.
        files: The Compose files, merged in order; the usual names are looked for when left out.
        variables: Variables for the files.
        profiles: Profiles that are on.
        stack: Name of the stack; it decides about ``SH0_HOST`` and its like.
        base_domain: What the host names end with.
        http_port: Port of the proxy, for ``SH0_URL`` and its like.

    Raises:
        NotFound: There is no such file.
        Invalid: The files cannot be right.
    """
    source = FolderFiles(tree)
    given = {**_hosts(source, files, stack, base_domain, http_port), **(variables or {})}
    return read(source, files, given, profiles, stack)


def _hosts(source: FolderFiles, files: tuple[str, ...], stack: str, base_domain: str, http_port: int) -> dict[str, str]:
    """``SH0_HOST`` and ``SH0_URL``, of the first service that the files expose and of each."""
    found: dict[str, str] = {}
    for path in (files or find(source))[:1]:
        try:
            document = yamltext.load(source.text(path) or "", path).value
            names = [service for service, _ in exposed(document if isinstance(document, dict) else {})]
        except Sh0Error:
            return {}  # whoever reads the file says what is wrong with it
        for name in dict.fromkeys(names):
            host = host_name(stack, name, base_domain)
            word = slug(name).upper().replace("-", "_")
            url = f"http://{host}" + ("" if http_port == 80 else f":{http_port}")
            found |= {f"SH0_HOST_{word}": host, f"SH0_URL_{word}": url}
            found.setdefault("SH0_HOST", host)
            found.setdefault("SH0_URL", url)
    return found


def kept_texts(tree: Path, project: ComposeProject) -> dict[str, Secret]:
    """The files that a project was read from."""
    source = FolderFiles(tree)
    return {path: Secret(text) for path in project.files if (text := source.text(path)) is not None}


def mounted_files(tree: Path, project: ComposeProject) -> dict[str, tuple[ProjectFile, ...]]:
    """The files at each path of the folder that a service mounts; a path that is not there has none.

    Raises:
        Invalid: They are too many, too large, or lead out of the folder.
    """
    found = {}
    for service in project.services.values():
        for mount in service.mounts:
            if isinstance(mount, BindMount) and mount.inside and mount.source not in found:
                found[mount.source] = tuple(_files(tree, mount))
    return found


def declared_volumes(tree: Path, project: ComposeProject) -> dict[str, DeclaredVolumes]:
    """What the Dockerfiles say of the volumes of the images that are to be built, by service.

    Raises:
        Invalid: One has no stage as the file asks for.
    """
    found = {}
    for name, service in project.services.items():
        text = _dockerfile(tree, service.build) if service.build is not None else None
        if service.build is not None and text is not None:
            target = service.build.target
            demand_target(text, target, f"{service.where('build')}: services.{name}.build.target")
            arguments = {key: value.reveal() for key, value in service.build.args.items()}
            paths = volumes(text, target, arguments)
            parsed = parse(text)
            base = next((parsed.base(stage) for stage in parsed.lineage(target)), "")
            found[name] = DeclaredVolumes(tuple(path for path in paths if path.startswith("/")), base)
    return found


def _dockerfile(tree: Path, build: BuildSection) -> str | None:
    """The Dockerfile of a service; None where there is none, which whoever builds it reports."""
    if build.dockerfile_inline or build.remote:
        return build.dockerfile_inline or None
    try:
        return Project(tree, build.context).text(build.dockerfile)
    except Sh0Error:
        return None


def _files(tree: Path, mount: BindMount) -> Iterator[ProjectFile]:
    root = tree.resolve()
    top, size, count = root / mount.source, 0, 0
    for path in [top] if top.is_file() else sorted(islice(_walk(top), _MOST_FILES + 1)):
        target = path.resolve()
        if not target.is_relative_to(root):
            raise Invalid(f"{mount.place}: {path.relative_to(root)} leads out of the project", hint="Copy it into it.")
        if not target.exists():
            continue  # a link to what only the container has
        found = target.stat()
        size, count = size + found.st_size, count + 1
        if size > _LARGEST or count > _MOST_FILES:
            raise Invalid(
                f"{mount.place}: {mount.source} has more than {_MOST_FILES} files or {_LARGEST >> 20} MiB",
                hint="Copy it into an image with a Dockerfile, or mount a volume.",
            )
        if stat.S_ISREG(found.st_mode):
            mode = 0o755 if found.st_mode & 0o111 else 0o644
            name = "" if path == top else path.relative_to(top).as_posix()
            yield ProjectFile(name, target.read_bytes(), mode)


def _walk(folder: Path) -> Iterator[Path]:
    for top, _, names in os.walk(folder):
        yield from (Path(top) / name for name in names)
