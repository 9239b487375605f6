"""Comparing a ``sh0.yaml`` with a platform, in this process or in another."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from sh0.applying.feasible import demand_feasible
from sh0.builds.own_dockerfile import USUAL
from sh0.detecting import detect_folder
from sh0.errors import NotFound, Sh0Error
from sh0.manifest.model import Manifest
from sh0.manifest.planner import ManifestPlan, plan

if TYPE_CHECKING:
    from sh0.platform import Platform
    from sh0.records.app import App

__all__ = ["plan_manifest"]


def plan_manifest(
    platform: "Platform",
    manifest: Manifest,
    *,
    name: str | None = None,
    prune: bool = False,
    folder: str | Path | None = None,
) -> ManifestPlan:
    """What would make an app of a platform as its ``sh0.yaml`` says. Nothing is changed; `ManifestPlan.apply` does.

    Args:
        platform: The platform.
        manifest: The file, as `read_manifest` gives it.
        name: Name of the app, where the file does not say.
        prune: Whether host names and log drains that the file does not list shall be removed.
        folder: The source that the file lies in, on this machine. What its deployment would warn of is in the notes.

    Raises:
        Invalid: Neither the file nor `name` says what the app is called.
        WrongState: The file wants it in another project than it is in.
        NameTaken: A host name that it lists leads to another app.
        NotFound: There is no project of the name that it gives.
        InvalidValue: It wants more cores than the server has.
    """
    app = manifest.app or name
    try:
        current = platform.apps.get(app) if app is not None else None
    except NotFound:
        current = None
    if current is None:
        found = plan(manifest, None, name=name, prune=prune)
    else:
        found = plan(
            manifest,
            current,
            domains=platform.domains.list(app=current.name),
            variables=[variable.name for variable in platform.env.list(current.name)],
            build_variables=[variable.name for variable in platform.build.list(current.name)],
            drains=platform.drains.list(app=current.name),
            prune=prune,
            name=name,
        )
    demand_feasible(platform, found)
    warned = () if folder is None else _warned(Path(folder), manifest, current)
    return attrs.evolve(found, notes=(*found.notes, *warned))


def _warned(folder: Path, manifest: Manifest, current: "App | None") -> Iterator[str]:
    """What a deployment of the source would warn of; that it cannot be built, where that is so."""
    root = manifest.source.root or (current.root if current is not None else "")
    root = root if (folder / root).is_dir() else ""
    dockerfile = manifest.build.dockerfile or (current.dockerfile if current is not None else USUAL)
    try:
        warnings = detect_folder(folder, root=root, dockerfile=dockerfile).warnings
    except Sh0Error as error:
        warnings = (f"The source in {folder} cannot be deployed as it is: {error.message}",)
    yield from (warning[0].upper() + warning[1:] for warning in warnings)
