"""Small programs that git starts by their path."""

import os
import shutil
import sys
from pathlib import Path

from sh0.errors import GitFailed

_LONGEST = 120  # characters of a #! line that every kernel reads whole (127 until Linux 5.1)


def shebang() -> str:
    """The first line of a Python program that needs the standard library only.

    Raises:
        GitFailed: The kernel could start no interpreter of this machine through such a line.
    """
    # The interpreter below a virtual environment starts faster than the one inside.
    found = (getattr(sys, "_base_executable", None), sys.executable, shutil.which("python3"))
    for path in filter(None, found):
        if len(path) <= _LONGEST and not any(letter.isspace() for letter in path):
            return f"#!{path} -IS\n"
    raise GitFailed(
        "there is no Python whose path a script can name",
        hint="Install Python under a shorter path without spaces, or the system's package python3.",
    )


def write_program(path: Path, source: str) -> None:
    """Write a Python program that can be executed; one that is running goes on with what it was."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(shebang() + source)
    draft.chmod(0o755)
    draft.replace(path)
