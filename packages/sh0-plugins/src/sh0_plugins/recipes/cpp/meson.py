"""C and C++, built by Meson."""

import posixpath
import re

from sh0.plugin import SOURCE_FILES_LIMIT, SOURCE_LENGTH_LIMIT, Detection, SourceTree
from sh0_plugins.recipes.cpp.program import LEFT_OUT, native_program, only_program

__all__ = ["detect_meson"]

_FILE = "meson.build"
_COMMENT = re.compile(r"#[^\n]*")
_PROJECT = re.compile(r"\bproject\s*\(\s*'([\w.+-]+)'\s*,([^)]{0,300})")
_EXECUTABLE = re.compile(r"\bexecutable\s*\(\s*(?:'([\w.+-]+)'|meson\.project_name\(\))")
_DEPENDENCY = re.compile(r"\bdependency\s*\(\s*'([\w.+-]+)'([^)]{0,300})")
_OTHER = re.compile(r"'(?:rust|vala|d|fortran|java|swift|cs)'")
_PACKAGES = ("g++", "meson", "ninja-build", "pkg-config")
_STEPS = ("meson setup build --buildtype=release", "ninja -C build")


def detect_meson(project: SourceTree) -> Detection | None:
    """The program of a meson.build in C or C++: the only one, or the one that is called like the project.

    Raises:
        UnsupportedProject: It has no program, or several of which none is the obvious one.
    """
    if not project.has(_FILE):
        return None
    texts = [_COMMENT.sub("", (project.text(path) or "")[:SOURCE_LENGTH_LIMIT]) for path in _files(project)]
    named = _PROJECT.search(texts[0])
    if named is not None and _OTHER.search(named[2]):
        return None
    title = named[1] if named else ""
    programs = [found[1] or title for text in texts for found in _EXECUTABLE.finditer(text)]
    name = only_program([each for each in programs if each and not each.endswith("test")], title, _FILE)
    wraps = {posixpath.basename(path)[:-5] for path in project.names if path.endswith(".wrap")}
    asked = [each for text in texts for each, options in _DEPENDENCY.findall(text) if "false" not in options]
    packages = (*_PACKAGES, *(("git",) if wraps else ()))
    return native_program(project, name, "Meson", _STEPS, packages, [each for each in asked if each not in wraps])


def _files(project: SourceTree) -> list[str]:
    """The build files of the project's own folders, its top first."""
    names = [name for name in project.names if posixpath.basename(name) == _FILE]
    return [name for name in names if not LEFT_OUT & {each.lower() for each in name.split("/")[:-1]}][
        :SOURCE_FILES_LIMIT
    ]
