"""Mounts in the short syntax: ``[source:]target[:options]``, and ``tmpfs`` with its options."""

import re
from collections.abc import Mapping
from typing import Final

from sh0.compose.host_paths import canonical

__all__ = ["bound", "is_path", "parse", "parse_tmpfs", "unheeded"]

_DRIVE = re.compile(r"[A-Za-z]:(?:\\|/.*:[/\\])")
"""A path of Windows; ``a:/data`` is the volume ``a``, which Compose has no way to say."""
_OPTIONS: Final = frozenset({"rw", "copy", "default"})
_CONSISTENCY: Final = frozenset({"cached", "delegated", "consistent"})
_PROPAGATION: Final = frozenset({"shared", "rshared", "slave", "rslave", "private", "rprivate"})


def is_path(source: str) -> bool:
    """Whether the source of a mount is a path rather than the name of a volume."""
    return source.startswith((".", "/", "~", "\\")) or _DRIVE.match(source) is not None


def parse(text: str) -> dict[str, object]:
    """An entry of ``volumes`` in the short syntax, in the long one.

    Raises:
        ValueError: It is none; the text says why.
    """
    drive = text[:2] if _DRIVE.match(text) else ""
    parts = text[len(drive) :].split(":")
    parts[0] = drive + parts[0]
    if not text.strip() or len(parts) > 3 or not all(parts):
        raise ValueError(f"must have the form [source:]target[:options], not {text!r:.100}")
    if len(parts) == 1:
        return {"type": "volume", "target": _target(parts[0])}
    source, target = parts[0], _target(parts[1])
    entry: dict[str, object] = {"source": source, "target": target}
    bind: dict[str, object] = {}
    volume: dict[str, object] = {}
    for option in parts[2].split(",") if len(parts) == 3 else ():
        if option == "ro":
            entry["read_only"] = True
        elif option in ("z", "Z"):
            bind["selinux"] = option
        elif option == "nocopy":
            volume["nocopy"] = True
        elif option in _CONSISTENCY:
            entry["consistency"] = option
        elif option in _PROPAGATION:
            bind["propagation"] = option
        elif option not in _OPTIONS:
            raise ValueError(f"has an option that Compose does not know: {option!r:.60}")
    if is_path(source):
        return entry | {"type": "bind"} | ({"bind": bind} if bind else {})
    return entry | {"type": "volume"} | ({"volume": volume} if volume else {})


def parse_tmpfs(text: str) -> tuple[str, dict[str, str]]:
    """The target and the options of an entry of ``tmpfs``: ``/run:size=64m,mode=755``.

    Raises:
        ValueError: Its target is no absolute path.
    """
    target, _, options = text.partition(":")
    return _target(target), dict(option.partition("=")[::2] for option in options.split(",") if option)


def unheeded(text: str) -> tuple[str, ...]:
    """The options of an entry of ``tmpfs`` that nothing comes of."""
    options = text.partition(":")[2].split(",")
    return tuple(option for option in options if option and option.partition("=")[0] not in ("size", "mode"))


def bound(driver: str, options: Mapping[str, str]) -> tuple[str, bool] | None:
    """The folder of the host that a volume with these options is, and whether it is read-only; None for a plain one.

    Whoever mounts such a volume mounts that folder, and needs the same permission.
    """
    words = options.get("o", "").split(",")
    device = options.get("device", "")
    folder = driver in ("", "local") and device.startswith("/") and not {"bind", "rbind"}.isdisjoint(words)
    if not folder or options.get("type", "none") not in ("", "none", "bind"):
        return None
    return canonical(device), "ro" in words


def _target(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError(f"must have an absolute path as its target, not {path!r:.100}")
    return path
