"""Files that are not what they seem: scripts with the wrong ends of lines, pointers instead of content."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Fix, Hit, Rule, Severity, Subject

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["RULES"]

_POINTER: Final = "version https://git-lfs.github.com/spec/v1\n"


def _line_ends(file: "TextFile") -> Iterator[Hit]:
    if file.crlf and file.text.startswith("#!"):
        program = file.lines[0][2:].strip()[:60]
        fix = Fix("End the lines of the script with a line feed", (), (file.path,))
        said = f"The lines of this script end as on Windows, so Linux looks for a program called '{program}\\r'."
        yield Hit(said, 1, 1, fix=fix)


def _pointer(file: "TextFile") -> Iterator[Hit]:
    if file.text.startswith(_POINTER) and "\noid sha256:" in file.text:
        yield Hit("This is a Git LFS pointer instead of the content, and is served as it is.", 1, 1)


RULES: Final = (
    Rule(
        id="SH0-RT018",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Script with the line ends of Windows",
        why=(
            "What starts it fails with `No such file or directory` although the file is there: the carriage return "
            "counts as part of the program's name, and of every word at the end of a line."
        ),
        remedy="Run `sh0 check --fix`, and write `*.sh text eol=lf` into `.gitattributes` so that it stays.",
        link="https://git-scm.com/docs/gitattributes#_eol",
        subject=Subject.FILE,
        check=_line_ends,
        trigger=r"#!/",
    ),
    Rule(
        id="SH0-RL018",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Git LFS pointer instead of a file",
        why="The three lines of the pointer are deployed in place of the image or the model that is meant.",
        remedy="Commit the file itself (`git lfs migrate export`), or run `git lfs pull` and deploy with `sh0 push`.",
        link="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md",
        subject=Subject.FILE,
        check=_pointer,
        trigger=r"version https://git-lfs\.github\.com/spec/v1",
    ),
)
