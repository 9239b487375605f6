"""Comparing a ``sh0.yaml`` with a platform, in this process or in another."""

from typing import TYPE_CHECKING

from sh0.applying.feasible import demand_feasible
from sh0.errors import NotFound
from sh0.manifest.model import Manifest
from sh0.manifest.planner import ManifestPlan, plan

if TYPE_CHECKING:
    from sh0.platform import Platform

__all__ = ["plan_manifest"]


def plan_manifest(
    platform: "Platform", manifest: Manifest, *, name: str | None = None, prune: bool = False
) -> ManifestPlan:
    """What would make an app of a platform as its ``sh0.yaml`` says. Nothing is changed; `ManifestPlan.apply` does.

    Args:
        platform: The platform.
        manifest: The file, as `read_manifest` gives it.
        name: Name of the app, where the file does not say.
        prune: Whether host names that the file does not list shall be removed.

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
            prune=prune,
            name=name,
        )
    demand_feasible(platform, found)
    return found
