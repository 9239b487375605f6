"""Installing the hook that answers pushes."""

from pathlib import Path

from sh0.repositories.interpreter import write_program

_PROGRAM = Path(__file__).with_name("pre_receive.py")


def install(hooks_dir: Path) -> None:
    """Write the hook into a folder that ``core.hooksPath`` will name; one of an older version is replaced."""
    hooks_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_program(hooks_dir / "pre-receive", _PROGRAM.read_text(encoding="utf-8"))
