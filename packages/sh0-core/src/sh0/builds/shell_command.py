"""A line that a shell runs in the user's own container, as the arguments of its process."""

import shlex

from sh0.builds.model import SHELL

__all__ = ["shell_arguments"]

_LONGEST = 8 << 10  # characters; the lexer's time grows with the square of a word's length
_BUILTINS = frozenset(
    {"cd", "export", "set", "exec", "if", "for", "while", ".", "source", "trap", "ulimit", "umask", "{", "!"}
)


def shell_arguments(command: str) -> tuple[str, ...]:
    """The arguments of a process that runs a command.

    The shell gives way to a single program, so that this one gets the signal to stop.
    """
    return (*SHELL, command if _compound(command) else f"exec {command}")


def _compound(command: str) -> bool:
    """Whether a shell command is more than one program with arguments, so that ``exec`` would change it."""
    if len(command) > _LONGEST:
        return True
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
        lexer.commenters = ""
        words = list(lexer)
    except ValueError:
        return True
    if not words or "=" in words[0] or words[0] in _BUILTINS:
        return True
    return any(word and set(word) <= set("();<>|&") for word in words)
