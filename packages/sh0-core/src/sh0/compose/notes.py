"""What the operator has to know about a project: keys that are not honoured, and what is dangerous."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from sh0.compose.dangers import dangers, of_path
from sh0.compose.fields import Fields
from sh0.compose.keys import FREE, PROJECT_KEYS, SERVICE_KEYS, KeySupport, Support
from sh0.compose.model import Note, NoteKind, PermissionKind, Variable
from sh0.compose.services import Service, VolumeMount
from sh0.compose.tree import Node
from sh0.compose.volumes import bound, unheeded

__all__ = ["notes"]

_KINDS = {Support.UNSUPPORTED: NoteKind.UNSUPPORTED, Support.CHANGED: NoteKind.CHANGED}


def notes(
    tree: Node, services: Mapping[str, Service], variables: Iterable[Variable], read: Iterable[Note] = ()
) -> tuple[Note, ...]:
    """The notes of a project, in the order of its files.

    Args:
        tree: Its files, merged, in the long form.
        services: Its active services.
        variables: The variables that it uses.
        read: What was noted while its files were read.
    """
    unset = (_unset(each) for each in variables if not each.set and each.default is None)
    found = dict.fromkeys([*_all(tree, services), *unset, *read])
    return tuple(sorted(found, key=lambda note: (note.place.path, note.place.line, note.key)))


def _all(tree: Node, services: Mapping[str, Service]) -> Iterator[Note]:
    for name, node in tree.items.get("services", tree).items.items():
        if name in services:
            yield from _keys(node, name, "", SERVICE_KEYS)
        elif "provider" in node.items:
            yield _note(name, "provider", SERVICE_KEYS["provider"], node.items["provider"])
    for name, service in services.items():
        yield from dangers(name, service)
    for key in ("jobs", "models"):
        if key in tree.items:
            yield _note("", key, PROJECT_KEYS[key], tree.items[key])
    for element, used in _used(services.values()).items():
        for name, node in tree.items.get(element, Node({}, tree.place)).items.items():
            if name in used:
                yield from _element(element, name, node)


def _used(services: Collection[Service]) -> dict[str, set[str]]:
    """The elements of the project that services use; nothing comes of the others."""
    mounts = [mount for each in services for mount in each.mounts if isinstance(mount, VolumeMount)]
    return {
        "networks": {name for each in services for name in each.networks},
        "volumes": {mount.source for mount in mounts},
        "configs": {grant.source for each in services for grant in each.configs},
        "secrets": {grant.source for each in services for grant in each.secrets},
    }


def _unset(variable: Variable) -> Note:
    message = f"{variable.name} is not set, so it is empty; if that is meant, write ${{{variable.name}:-}}"
    return Note(NoteKind.UNSET, "", variable.name, message, variable.place)


def _keys(node: Node, service: str, above: str, table: Mapping[str, KeySupport]) -> Iterator[Note]:
    """The notes of a mapping and all below it."""
    for key, child in node.items.items():
        path = f"{above}.{key}" if above else key
        known = table.get(path)
        if known is None or child.value in (None, False, "", [], {}):
            continue
        if path == "networks" and set(child.items) <= {"default"}:
            known = KeySupport(Support.HONOURED)
        if path == "volumes.type" and child.value not in ("volume", "bind", "tmpfs"):
            known = KeySupport(Support.UNSUPPORTED, f"sh0 mounts volumes, paths and memory, not {child.value}")
        if path == "tmpfs":
            yield from _tmpfs(service, child)
        if path == "pull_policy" and str(child.value).startswith(("daily", "weekly", "every_")):
            known = KeySupport(Support.CHANGED, "an image is pulled when it is missing, not after a time")
        if known.support in _KINDS:
            yield _note(service, path, known, child)
        if known.support is Support.UNSUPPORTED:
            continue
        if path in FREE:
            for each in child.items.values():
                yield from _keys(each, service, path, table)
            continue
        yield from _keys(child, service, path, table)
        for element in child.elements:
            yield from _keys(element, service, path, table)


def _tmpfs(service: str, node: Node) -> Iterator[Note]:
    for element in node.elements:
        options = unheeded(str(element.value))
        if options:
            message = f"tmpfs is not honoured in full: {', '.join(options)} is left out, size and mode are kept"
            yield Note(NoteKind.UNSUPPORTED, service, "tmpfs", message, element.place)


def _note(service: str, key: str, known: KeySupport, node: Node) -> Note:
    kind = _KINDS[known.support]
    said = "is not honoured" if kind is NoteKind.UNSUPPORTED else "means something else here"
    return Note(kind, service, key, f"{key} {said}: {known.reason}", node.place)


def _element(element: str, name: str, node: Node) -> Iterator[Note]:
    for key, child in node.items.items():
        known = PROJECT_KEYS.get(f"{element}.{key}")
        if known is None or child.value in (None, False, "", [], {}, "false"):
            continue
        if known.support in _KINDS and not (element == "networks" and key == "driver" and child.value == "bridge"):
            yield _note("", f"{element}.{name}.{key}", known, child)
        elif known.support is Support.JUDGED:
            yield from _judged(element, name, key, Fields(node, f"{element}.{name}"))


def _judged(element: str, name: str, key: str, entry: Fields) -> Iterator[Note]:
    path, place = f"{element}.{name}.{key}", entry.place(key)
    if key == "external" and entry.truth("external"):
        own = entry.text("name") or name
        called = name if own == name else f"{name} ({own})"
        message = f"{called} is external: it belongs to others, and they see what this stack does with it"
        yield Note(NoteKind.DANGEROUS, "", path, message, place, PermissionKind.EXTERNAL, own)
    elif key == "driver" and entry.text("driver") != "local":
        yield Note(NoteKind.UNSUPPORTED, "", path, f"{path} is not honoured: local is the only driver", place)
    elif key == "driver_opts":
        if (found := bound(entry.text("driver"), entry.mapping("driver_opts"))) is not None:
            message, allow, subject = of_path(found[0], read_only=found[1], what=name)
            yield Note(NoteKind.DANGEROUS, "", path, message, place, allow, subject)
        else:
            yield Note(NoteKind.UNSUPPORTED, "", path, f"{path} is not honoured: volumes are plain ones", place)
