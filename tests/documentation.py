"""The blocks of the documentation: Python programs and console sessions, each to be run or marked with a reason.

A comment right before a block says what is not run: ``<!-- not run: REASON -->`` for all of it, and
``<!-- not run "BEGINNING OF A COMMAND": REASON -->`` for commands of a session. ``<!-- exits 5 -->`` is for a session
that shows a refusal.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted(ROOT.glob("packages/*/README.md")), *sorted(ROOT.glob("docs/**/*.md")))
LANGUAGES = {"console", "python", "text", "toml", "yaml", "dockerfile", "json", ""}
"""What a block may be; text without a language is a drawing, or names of files."""

_BLOCK = re.compile(
    r"(?P<marks>(?:^<!-- [^\n]+ -->\n)*)^```(?P<language>[\w{}-]*)[^\n]*\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_WHOLE = re.compile(r"<!-- not run: (.+) -->")
_SOME = re.compile(r'<!-- not run "(.+?)": (.+) -->')
_EXIT = re.compile(r"<!-- exits (\d+) -->")


@attrs.frozen
class Block:
    """A block of a page.

    Attributes:
        page: Path of the page, from the top of the repository.
        line: Where it begins.
        language: What it is written in.
        text: What it says.
        reason: Why it is not run; empty for one that is.
        skipped: Beginnings of commands that are not run, with the reason.
        code: The exit code of its last command.
        marks: The comments before it.
    """

    page: str
    line: int
    language: str
    text: str
    reason: str
    skipped: dict[str, str]
    code: int
    marks: tuple[str, ...]

    @property
    def commands(self) -> tuple[tuple[str, str], ...]:
        """The commands of a session, each with the reason why it is not run, or nothing."""
        found = [line[2:].strip() for line in self.text.splitlines() if line.startswith("$ ")]
        return tuple((each, self.reason or self._reason(each)) for each in found)

    def _reason(self, command: str) -> str:
        return next((why for begin, why in self.skipped.items() if command.startswith(begin)), "")


def blocks() -> Iterator[Block]:
    """Every block of every page."""
    for page in PAGES:
        text = page.read_text()
        for match in _BLOCK.finditer(text):
            marks = match["marks"]
            whole, code = _WHOLE.search(marks), _EXIT.search(marks)
            yield Block(
                str(page.relative_to(ROOT)),
                text.count("\n", 0, match.start("language")) + 1,
                match["language"],
                match["text"],
                whole[1] if whole else "",
                dict(_SOME.findall(marks)),
                int(code[1]) if code else 0,
                tuple(marks.splitlines()),
            )


def words(command: str) -> list[list[str]]:
    """The programs that a command of a session runs one after the other, each with its arguments."""
    found: list[list[str]] = [[]]
    for word in shlex.split(command, comments=True):
        if word == "&&":
            found.append([])
        else:
            found[-1].append(word)
    return found
