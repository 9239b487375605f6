"""The mounts of a service, of ``volumes`` and of ``tmpfs``."""

from sh0.compose import scalars, volumes
from sh0.compose.fields import Fields
from sh0.compose.files import is_inside
from sh0.compose.host_paths import canonical
from sh0.compose.services import BindMount, Mount, TmpfsMount, VolumeMount
from sh0.compose.tree import bad

__all__ = ["read_mounts"]


def read_mounts(service: Fields) -> tuple[Mount, ...]:
    """The mounts of a service in its long form; kinds that sh0 cannot make are left to the notes.

    Raises:
        Invalid: One cannot be right.
    """
    found: list[Mount] = [mount for entry in service.each("volumes") if (mount := _mount(entry)) is not None]
    found += [_tmpfs(entry) for entry in service.each("tmpfs")]
    targets: dict[str, Mount] = {}
    for mount in found:
        if mount.target in targets:
            raise bad(mount.place, service.path, f"mounts two things at {mount.target}")
        targets[mount.target] = mount
    return tuple(found)


def _tmpfs(entry: Fields) -> TmpfsMount:
    try:
        target, options = volumes.parse_tmpfs(str(entry.node.value))
        size = scalars.size(options["size"]) if "size" in options else None
        mode = scalars.permissions(options["mode"]) if "mode" in options else None
    except ValueError as error:
        raise bad(entry.node.place, entry.path, str(error)) from None
    return TmpfsMount(target, size, mode, entry.node.place)


def _mount(entry: Fields) -> Mount | None:
    kind, target, source = entry.text("type"), entry.text("target"), entry.text("source")
    read_only, place = entry.truth("read_only"), entry.node.place
    if kind in ("volume", "bind", "tmpfs") and not target.startswith("/"):
        raise bad(place, entry.path, f"needs an absolute path as its target, not {target!r:.100}")
    if ".." in target.split("/"):
        raise bad(place, entry.path, f"has a target with .. in it: {target!r:.100}")
    if kind == "volume":
        options = entry.below("volume")
        subpath = options.text("subpath")
        if subpath.startswith("/") or ".." in subpath.split("/"):
            raise bad(place, entry.path, f"has a subpath that leads out of the volume: {subpath!r:.100}")
        return VolumeMount(source, target, read_only, subpath, options.truth("nocopy"), place)
    if kind == "bind":
        if not source:
            raise bad(place, entry.path, "needs a source")
        if "\\" in source:
            raise bad(place, entry.path, f"mounts a path of Windows, and containers are of Linux: {source!r:.100}")
        if "\0" in source:
            raise bad(place, entry.path, "has a source with a NUL character")
        create = entry.below("bind").truth("create_host_path", default=True)
        return BindMount(canonical(source), target, read_only, is_inside(source), create, place)
    if kind == "tmpfs":
        options = entry.below("tmpfs")
        return TmpfsMount(
            target, options.optional("size", scalars.size), options.optional("mode", scalars.permissions), place
        )
    return None
