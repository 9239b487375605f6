"""A Go program without a go.mod, which is one that needs nothing but the standard library."""

import re

from sh0.plugin import SOURCE_FILES_LIMIT, SOURCE_LENGTH_LIMIT, SourceTree, UnsupportedProject
from sh0_plugins.recipes.go.module import GoProject, Program

__all__ = ["find_loose_program"]

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\"`])//[^\n]*", re.DOTALL)
_MAIN = re.compile(r"^func\s+main\(\s*\)", re.MULTILINE)
_PACKAGE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
_IMPORT = re.compile(r"^import\s+(?:[\w.]+\s+)?\"([^\"\n]+)\"", re.MULTILINE)
_BLOCK = re.compile(r"^import\s*\(([^)]*)(?:\)|\Z)", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*(?:[\w.]+[ \t]+)?\"([^\"\n]+)\"", re.MULTILINE)


def find_loose_program(project: SourceTree) -> GoProject | None:
    """The program at the top, as a project without modules; None if there is none.

    Raises:
        UnsupportedProject: It imports what only a module can name.
    """
    files = [name for name in project.glob("*.go") if not name.endswith("_test.go")][:SOURCE_FILES_LIMIT]
    texts = {name: _COMMENT.sub("", (project.text(name) or "")[:SOURCE_LENGTH_LIMIT]) for name in files}
    own = {name: text for name, text in texts.items() if (found := _PACKAGE.search(text)) and found[1] == "main"}
    if not any(_MAIN.search(text) for text in own.values()):
        return None
    for name, text in own.items():
        imported = [
            *_IMPORT.findall(text),
            *(path for block in _BLOCK.findall(text) for path in _QUOTED.findall(block)),
        ]
        outside = next((path for path in imported if path.startswith(".") or "." in path.split("/")[0]), None)
        if outside is not None:
            raise UnsupportedProject(
                f"{name} imports {outside}, but there is no go.mod that says which version of it",
                hint="Run `go mod init NAME` and `go mod tidy`, and commit go.mod and go.sum.",
                stack="go",
                found=name,
            )
    cgo = any("C" in _IMPORT.findall(text) for text in own.values())
    program = Program(".", "app", "\n".join(own.values()), usual=True)
    return GoProject((), "", "", frozenset(), (), False, cgo, (program,))
