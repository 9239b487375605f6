"""What go.mod and go.work say, and where the programs of a module are."""

import posixpath
import re
from collections.abc import Iterator

import attrs

from sh0.plugin import SOURCE_FILES_LIMIT, SOURCE_LENGTH_LIMIT, SourceTree, split_lines

__all__ = ["GoProject", "Program", "find_go_project"]

_DIRECTIVE = re.compile(r"^(module|go|toolchain)\s+\"?([^\s\"]+)\"?", re.MULTILINE)
_BLOCK = re.compile(r"^(require|use|replace)\s*\(([^)]*)(?:\)|\Z)", re.MULTILINE)
_LINE = re.compile(r"^(require|use|replace)\s+([^(\n]+)$", re.MULTILINE)
_MAIN = re.compile(r"^package\s+main\b", re.MULTILINE)
_FUNCTION = re.compile(r"^func\s+main\(\s*\)", re.MULTILINE)
_C = re.compile(r"^import\s+(?:\w+\s+)?\"C\"|^[ \t]+\"C\"[ \t]*$", re.MULTILINE)
_CGO_MODULES = ("github.com/mattn/go-sqlite3", "github.com/confluentinc/confluent-kafka-go")
_LEFT_OUT = frozenset({"vendor", "testdata", "examples", "example", "_examples", "samples"})


@attrs.frozen
class Program:
    """A main package.

    Attributes:
        folder: Where it is, relative to the project; "." for the top.
        name: What its binary is called.
        text: Its source.
        usual: Whether its file has the usual name, ``main.go``.
    """

    folder: str
    name: str
    text: str
    usual: bool = False


@attrs.frozen
class GoProject:
    """What the manifests of a Go project say.

    Attributes:
        modules: Folders of the modules, "." for the top.
        go: What the ``go`` line asks for at least, or empty.
        go_source: The file that says so.
        requires: Paths of the modules that are required directly.
        manifests: Files that a download of the modules needs.
        vendored: The modules are in the repository.
        cgo: C is compiled in.
        programs: The main packages.
    """

    modules: tuple[str, ...]
    go: str
    go_source: str
    requires: frozenset[str]
    manifests: tuple[str, ...]
    vendored: bool
    cgo: bool
    programs: tuple[Program, ...]


def find_go_project(project: SourceTree) -> tuple[str, GoProject] | None:
    """Read a module, the modules of a workspace, or those of the workspace around it that a project is a module of.

    Returns:
        The folder of the project in the workspace, and what the manifests say; None if there are none.
    """
    if not project.has("go.work"):
        for top, folder in project.around:
            around = _read(top) if top.has("go.work") else None
            if around is not None and folder in around.modules:
                return folder, around
    own = _read(project)
    return None if own is None else ("", own)


def _read(project: SourceTree) -> GoProject | None:
    """A module, or the modules of a workspace."""
    workspace = project.text("go.work")
    if workspace is None and not project.has("go.mod"):
        return None
    used = [posixpath.normpath(_unquoted(words[0])) for words in _lines(workspace or "", "use") if words]
    modules = tuple(folder for folder in used or ["."] if project.has(_in(folder, "go.mod")))
    texts = {folder: project.text(_in(folder, "go.mod")) or "" for folder in modules}
    requires = {words[0] for text in texts.values() for words in _lines(text, "require") if "indirect" not in words}
    replaced = [
        posixpath.normpath(_in(folder, words[words.index("=>") + 1]))
        for folder, text in texts.items()
        for words in _lines(text, "replace")
        if "=>" in words[:-1] and words[words.index("=>") + 1].startswith(".")
    ]
    asked = workspace if workspace is not None and _named(workspace, "go") else next(iter(texts.values()), "")
    names = ["go.work", "go.work.sum"]
    names += [_in(folder, name) for folder in [*modules, *replaced] for name in ("go.mod", "go.sum")]
    programs = tuple(_programs(project, texts))
    return GoProject(
        modules,
        _named(asked, "go"),
        "go.work" if asked is workspace else _in(modules[0], "go.mod") if modules else "",
        frozenset(requires),
        tuple(name for name in dict.fromkeys(names) if project.has(name)),
        project.has("vendor/modules.txt"),
        any(name in requires for name in _CGO_MODULES) or _imports_c(project),
        programs,
    )


def _programs(project: SourceTree, modules: dict[str, str]) -> Iterator[Program]:
    paths: dict[str, list[str]] = {}
    for name in project.names:
        if name.endswith(".go") and not name.endswith("_test.go"):
            paths.setdefault(posixpath.dirname(name) or ".", []).append(name)
    others = {posixpath.dirname(name) or "." for name in project.names if posixpath.basename(name) == "go.mod"}
    for folder in sorted(paths):
        owner = next((above for above in _upwards(folder) if above in others), None)
        if owner not in modules or _LEFT_OUT & set(folder.split("/")):
            continue
        # A package has one name, so its first file tells; only a main package is read as a whole.
        if not _MAIN.search(_text(project, paths[folder][0])):
            continue
        text = "\n".join(_text(project, path) for path in paths[folder][:SOURCE_FILES_LIMIT])
        if _FUNCTION.search(text):
            usual = _in(folder, "main.go") in paths[folder]
            yield Program(folder, _binary(folder, owner, _named(modules[owner], "module")), text, usual)


def _binary(folder: str, owner: str, module: str) -> str:
    """The name that ``go build`` gives: the last part of the import path that is no major version."""
    parts = [part for part in (module if folder == owner else folder).split("/") if not re.fullmatch(r"v\d+", part)]
    return parts[-1] if parts and parts[-1] != "." else "app"


def _imports_c(project: SourceTree) -> bool:
    paths = [name for name in project.names if name.endswith(".go") and not name.startswith("vendor/")]
    return any(_C.search(_text(project, path)) for path in paths[:SOURCE_FILES_LIMIT])


def _text(project: SourceTree, path: str) -> str:
    return (project.text(path) or "")[:SOURCE_LENGTH_LIMIT]


def _lines(text: str, directive: str) -> list[list[str]]:
    blocks = [block for name, block in _BLOCK.findall(text) if name == directive]
    alone = [line for name, line in _LINE.findall(text) if name == directive]
    lines = [line.strip() for block in [*blocks, *alone] for line in split_lines(block)]
    return [line.replace("//", " // ").split() for line in lines if line and not line.startswith("//")]


def _named(text: str, directive: str) -> str:
    return next((value for name, value in _DIRECTIVE.findall(text) if name == directive), "")


def _upwards(folder: str) -> Iterator[str]:
    while folder not in ("", "."):
        yield folder
        folder = posixpath.dirname(folder)
    yield "."


def _in(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _unquoted(word: str) -> str:
    return word.strip('"')
