"""Entry points of what is installed, read from the files themselves.

`importlib.metadata` gives the same, but loads the standard library's mail parser for it: a sixth of the time that
``sh0 check Dockerfile`` may take.
"""

import os
import re
import sys
from collections.abc import Iterator

import attrs

__all__ = ["EntryPoint", "entry_points"]

_HEADER = re.compile(r"^(Name|Version):\s*(.+?)\s*$", re.MULTILINE)
_INSTALLED = (".dist-info", ".egg-info")


@attrs.frozen
class EntryPoint:
    """A name that a package gives to one of its objects.

    Attributes:
        name: The name.
        value: Where the object is: ``package.module``, or ``package.module:object``.
        package: The package that is installed.
        version: Its version.
    """

    name: str
    value: str
    package: str
    version: str

    def load(self) -> object:
        """Import it."""
        import importlib

        module, _, path = self.value.partition(":")
        found: object = importlib.import_module(module.strip())
        for part in path.split("[")[0].strip().split(".") if path else ():
            found = getattr(found, part)
        return found


def entry_points(group: str) -> list[EntryPoint]:
    """The entry points of a group; of a package that is installed twice, those of the one that would be imported."""
    if any(os.path.isfile(folder) for folder in sys.path):
        return _of_archives(group)
    found, seen = [], set[str]()
    for folder in sys.path:
        for installed, text in _files(folder or "."):
            declared = list(_declared(text, group))
            if not declared:
                continue
            header = dict(_HEADER.findall(_read(os.path.join(installed, "METADATA"))[:4096]))
            package = header.get("Name", os.path.basename(installed).partition("-")[0])
            if package.lower() not in seen:
                seen.add(package.lower())
                found += [EntryPoint(name, value, package, header.get("Version", "")) for name, value in declared]
    return found


def _files(folder: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            paths = [entry.path for entry in entries if entry.name.endswith(_INSTALLED)]
    except OSError:
        return
    for path in sorted(paths):
        if text := _read(os.path.join(path, "entry_points.txt")):
            yield path, text


def _declared(text: str, group: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _of_archives(group: str) -> list[EntryPoint]:
    import importlib.metadata

    return [
        EntryPoint(entry.name, entry.value, *((entry.dist.name, entry.dist.version) if entry.dist else ("", "")))
        for entry in importlib.metadata.entry_points(group=group)
    ]
