"""Configuration files of JavaScript tools: programs, of which the literals are read and nothing is run."""

import posixpath
import re

import attrs

from sh0.plugin import SourceTree

__all__ = ["Configuration", "read_configuration"]

_ENDS = ("js", "mjs", "ts", "mts", "cjs", "cts")
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\w\"'])//[^\n]*", re.DOTALL)


@attrs.frozen
class Configuration:
    """One such file.

    Attributes:
        path: Where it is; empty if there is none.
        text: Its text without comments.
    """

    path: str
    text: str

    def setting(self, key: str) -> str | None:
        """The text or the word that stands behind a key, the first time that it occurs; None if there is none."""
        found = re.search(rf"\b{re.escape(key)}[\"']?\s*:\s*(?:[\"'`]([^\"'`\n]*)[\"'`]|(\w+))", self.text)
        return None if found is None else found[1] if found[1] is not None else found[2]

    def folder(self, key: str, default: str) -> str:
        """A folder below the project that stands behind a key; the default if it is none or leads elsewhere."""
        found = self.setting(key)
        path = posixpath.normpath(found) if found else default
        return default if path.startswith(("..", "/")) or not path.isprintable() else path

    def imports(self, *modules: str) -> str | None:
        """The first of these modules that it names, or None."""
        named = set(re.findall(r"[\"']([^\"'\s]+)[\"']", self.text))
        return next((module for module in modules if module in named), None)


def read_configuration(project: SourceTree, *stems: str) -> Configuration:
    """Read the first that is there: ``next.config`` stands for ``next.config.js``, ``.mjs``, ``.ts`` …"""
    path = project.first(*(f"{stem}.{end}" for stem in stems for end in _ENDS))
    return Configuration(path or "", _COMMENT.sub("", project.text(path) or "") if path else "")
