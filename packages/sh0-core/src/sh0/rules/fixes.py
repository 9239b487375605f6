"""What can be fixed safely: which files change and how, and writing them."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

import attrs

from sh0.errors import Invalid
from sh0.rules.model import Edit, Finding

__all__ = ["FileChange", "Fixes", "readable", "together", "write"]

_SIZE_LIMIT = 1 << 20


@attrs.frozen
class FileChange:
    """A file as it is and as it would be.

    Attributes:
        path: Relative to the project.
        before: Its text, or None if it is not there yet.
        after: Its text when it is fixed.
        unix_ends: Whether its lines end with a line feed alone from then on; as they do today otherwise.
    """

    path: str
    before: str | None
    after: str
    unix_ends: bool = False


@attrs.frozen
class Fixes:
    """What the fixes of some findings come to.

    Attributes:
        changes: The files that change, by path.
        fixed: The findings that this fixes.
        left: Findings whose fix touches the same lines as another one, or a file that cannot be edited.
    """

    changes: tuple[FileChange, ...]
    fixed: tuple[Finding, ...]
    left: tuple[Finding, ...]


def together(findings: Iterable[Finding], read: Callable[[str], str | None]) -> Fixes:
    """Put the fixes of findings together. A fix is taken as a whole or not at all, the earlier one first.

    Args:
        findings: The findings; those without a fix are left out.
        read: The text of a file, or None if it is not there; raises `Invalid` for one that must not be edited.
    """
    texts: dict[str, list[str] | None] = {}
    taken: dict[str, list[Edit]] = {}
    unix: set[str] = set()
    fixed, left = [], []
    for finding in findings:
        if finding.fix is None:
            continue
        try:
            for path in (*(edit.path for edit in finding.fix.edits), *finding.fix.unix_ends):
                if path not in texts:
                    text = read(path)
                    texts[path] = None if text is None else text.split("\n")
        except Invalid:
            left.append(finding)
            continue
        new = [edit for edit in finding.fix.edits if edit not in taken.get(edit.path, ())]
        if all(_fits(edit, texts[edit.path], taken.get(edit.path, ())) for edit in new):
            for edit in new:
                taken.setdefault(edit.path, []).append(edit)
            unix.update(finding.fix.unix_ends)
            fixed.append(finding)
        else:
            left.append(finding)
    paths = sorted({*taken, *unix})
    changes = (attrs.evolve(_change(path, texts[path], taken.get(path, [])), unix_ends=path in unix) for path in paths)
    return Fixes(tuple(changes), tuple(fixed), tuple(left))


def _fits(edit: Edit, lines: Sequence[str] | None, taken: Iterable[Edit]) -> bool:
    if edit.first == 0 or lines is None:
        return edit.first <= 1 and edit.last == 0 and lines is None and not list(taken)
    if not (1 <= edit.first <= len(lines) + 1 and edit.first - 1 <= edit.last <= len(lines)):
        return False
    return all(_apart(edit, other) for other in taken)


def _apart(one: Edit, other: Edit) -> bool:
    """Whether two edits do not touch the same lines; two insertions before the same line have no order."""
    if one.last < one.first and other.last < other.first:
        return one.first != other.first
    return one.last < other.first or other.last < one.first


def _change(path: str, lines: list[str] | None, edits: list[Edit]) -> FileChange:
    if lines is None:
        return FileChange(path, None, "".join(f"{line}\n" for edit in edits for line in edit.lines))
    after = list(lines)
    for edit in sorted(edits, key=lambda edit: (edit.first, edit.last), reverse=True):
        after[edit.first - 1 : edit.last] = edit.lines
    return FileChange(path, "\n".join(lines), "\n".join(after))


def readable(folder: Path) -> Callable[[str], str | None]:
    """Reads the files of a folder for `together`: texts in UTF-8 that are no link and lie in it."""

    def read(path: str) -> str | None:
        target = _inside(folder, path)
        if not target.exists():
            return None
        if not target.is_file() or target.stat().st_size > _SIZE_LIMIT:
            raise Invalid(f"{path} cannot be edited", path=path)
        try:
            return target.read_bytes().decode().replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{path} cannot be edited: {error}", path=path) from None

    return read


def write(folder: Path, changes: Iterable[FileChange]) -> None:
    """Write files, each at once; a byte order mark, permissions and usually ends of lines stay as they are."""
    for change in changes:
        target = _inside(folder, change.path)
        text = change.after
        mode = 0o644
        if change.before is not None:
            if not change.unix_ends and b"\r\n" in target.read_bytes():
                text = text.replace("\n", "\r\n")
            mode = target.stat().st_mode & 0o7777
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.{os.getpid()}")
        new.write_bytes(text.encode())
        new.chmod(mode)
        new.replace(target)


def _inside(folder: Path, path: str) -> Path:
    folder = folder.resolve()
    target = folder / path
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or parts[0] == "/" or target.resolve() != target:
        raise Invalid(f"{path or 'an empty path'} is not a file of this folder", path=path)
    return target
