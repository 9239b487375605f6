"""``sh0 check --fix``: show the changes, ask, make them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sh0_cli.output import Output, confirm

if TYPE_CHECKING:
    from sh0 import Report
    from sh0.frontend import FileChange

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def apply_fixes(output: Output, targets: "Sequence[tuple[Path, Report]]", *, ask: bool) -> bool:
    """Fix what can be fixed safely; returns whether anything was changed.

    Args:
        output: Where the changes are shown.
        targets: Each folder or file, with its report.
        ask: Whether to ask first.

    Raises:
        click.UsageError: Somebody would have to be asked, and nobody is there.
    """
    from sh0.frontend import fixes_together, readable_files, write_changes

    planned = []
    for path, report in targets:
        folder = path if path.is_dir() else path.parent
        found = fixes_together(report.findings, readable_files(folder))
        planned.append((folder, found))
        for change in found.changes:
            _show(output, folder, change)
        for finding in found.left:
            output.warn(f"{finding.rule} in {finding.place.path} is left: run --fix again after this.", "")
    files = sum(len(found.changes) for _, found in planned)
    if not files:
        output.say("There is nothing that can be fixed without you.")
        return False
    findings = sum(len(found.fixed) for _, found in planned)
    if ask and not sys.stdin.isatty():
        raise click.UsageError("nobody is there to ask whether to make these changes; --yes makes them")
    if ask and not confirm(f"Change {files} file(s) to fix {findings} finding(s)?", err=True, abort=False):
        return False
    for folder, found in planned:
        write_changes(folder, found.changes)
    output.say(f"Changed {files} file(s), which fixed {findings} finding(s).")
    return True


def _show(output: Output, folder: Path, change: "FileChange") -> None:
    import difflib

    path = (folder / change.path).as_posix()
    if change.unix_ends:
        output.say(f"{path}: every line ends with a line feed alone (was: carriage return and line feed)")
    before = [] if change.before is None else change.before.splitlines()
    old = "/dev/null" if change.before is None else path
    for line in difflib.unified_diff(before, change.after.splitlines(), old, path, lineterm=""):
        output.warn(line, _COLOURS.get(line[:1], ""))
