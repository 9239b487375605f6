"""Where the objects of a push lie until its references move: a folder in its repository, told by its name alone."""

from pathlib import Path
from typing import Annotated, get_args

from sh0.errors import InvalidValue
from sh0.rule import Rule

__all__ = ["Quarantine", "variables"]

Quarantine = Annotated[
    str,
    Rule(
        "the quarantine of a push",
        "the name of the folder that git made for it, or nothing",
        pattern=r"(?:(?:tmp_objdir-)?incoming-[A-Za-z0-9_]{1,40})?",
        maximum=60,
        example="tmp_objdir-incoming-a1B2c3",
        internal=True,
    ),
]
_rule: Rule = get_args(Quarantine)[1]


def variables(repository: Path, quarantine: str) -> dict[str, str]:
    """Git's variables that lead to the objects of a push in progress; none once it is over.

    Args:
        repository: The repository that is pushed to.
        quarantine: Name of the folder; empty for none.

    Raises:
        InvalidValue: That is no such name.
    """
    try:
        name = str(_rule.check(quarantine))
    except ValueError as error:
        raise InvalidValue(f"$.quarantine: {error}", path="$.quarantine", reason=str(error)) from None
    own = repository / "objects"
    folder = own / name
    # A push that is over has moved its objects into the repository.
    if not name or folder.is_symlink() or not folder.is_dir():
        return {}
    return {
        "GIT_OBJECT_DIRECTORY": str(folder),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(own),
        "GIT_QUARANTINE_PATH": str(folder),
    }
