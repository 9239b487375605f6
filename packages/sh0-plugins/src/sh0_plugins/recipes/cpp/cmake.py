"""C and C++, built by CMake."""

import posixpath
import re

from sh0.plugin import SOURCE_FILES_LIMIT, SOURCE_LENGTH_LIMIT, Detection, SourceTree
from sh0_plugins.recipes.cpp.program import LEFT_OUT, native_program, only_program

__all__ = ["detect_cmake"]

_FILE = "CMakeLists.txt"
_COMMENT = re.compile(r"#\[\[.*?(?:\]\]|\Z)|#[^\n]*", re.DOTALL)
_PROJECT = re.compile(r"\bproject\s*\(\s*\"?([\w.+-]+)", re.IGNORECASE)
_EXECUTABLE = re.compile(r"\badd_executable\s*\(\s*\"?([\w.+-]+|\$\{\w+\})\"?\s+(\w*)", re.IGNORECASE)
_NAMED = re.compile(r"\bset_target_properties\s*\(\s*(\S+)\s[^)]{0,300}?\bOUTPUT_NAME\s+\"?([\w.+-]+)", re.IGNORECASE)
_SET = re.compile(r"\bset\s*\(\s*(\w+)\s+\"?([\w.+-]+)\"?\s*\)", re.IGNORECASE)
_PACKAGE = re.compile(r"\bfind_package\s*\(\s*([\w.+-]+)([^)]{0,300})", re.IGNORECASE)
_MINIMUM = re.compile(r"\bcmake_minimum_required\s*\(\s*VERSION\s+(\d+)\.(\d+)", re.IGNORECASE)
_FETCHES = re.compile(r"\bGIT_REPOSITORY\b|\bCPM(?:Add|Find)Package\b", re.IGNORECASE)
_PLAIN = {"IMPORTED", "ALIAS"}
_DEBIAN = (3, 25)
_PACKAGES = ("g++", "make", "cmake", "ninja-build", "pkg-config")
_STEPS = ("cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release", "cmake --build build")


def detect_cmake(project: SourceTree) -> Detection | None:
    """The program of a CMakeLists.txt: the only one, or the one that is called like the project.

    Raises:
        UnsupportedProject: It has no program, or several of which none is the obvious one.
    """
    if not project.has(_FILE):
        return None
    texts = {path: _COMMENT.sub("", (project.text(path) or "")[:SOURCE_LENGTH_LIMIT]) for path in _files(project)}
    top = texts[_FILE]
    named = _PROJECT.search(top)
    title = named[1] if named else ""
    programs = [name for text in texts.values() for name in _programs(text, title)]
    name = only_program(programs, title, _FILE)
    output = next((out for text in texts.values() for target, out in _NAMED.findall(text) if target == name), name)
    libraries = [each for text in texts.values() for each in _libraries(text)]
    found = _MINIMUM.search(top)
    newer = found is not None and (int(found[1]), int(found[2])) > _DEBIAN
    packages = tuple(each for each in _PACKAGES if not (newer and each == "cmake"))
    packages += ("python3-pip",) if newer else ()
    packages += ("git",) if any(_FETCHES.search(text) for text in texts.values()) else ()
    steps = (("pip install --break-system-packages cmake",) if newer else ()) + _STEPS
    return native_program(project, output, "CMake", steps, packages, libraries)


def _files(project: SourceTree) -> list[str]:
    """The build files of the project's own folders, its top first."""
    names = [name for name in project.names if posixpath.basename(name) == _FILE]
    return [name for name in names if not LEFT_OUT & {each.lower() for each in name.split("/")[:-1]}][
        :SOURCE_FILES_LIMIT
    ]


def _programs(text: str, title: str) -> list[str]:
    variables = {"PROJECT_NAME": title, "CMAKE_PROJECT_NAME": title, **dict(_SET.findall(text))}
    found = []
    for name, following in _EXECUTABLE.findall(text):
        if following.upper() in _PLAIN:
            continue
        resolved = variables.get(name[2:-1], "") if name.startswith("$") else name
        if resolved and not re.search(r"(?:^|[_-])tests?$", resolved, re.IGNORECASE):
            found.append(resolved)
    return found


def _libraries(text: str) -> list[str]:
    return [name for name, options in _PACKAGE.findall(text) if "REQUIRED" in options.upper()]
