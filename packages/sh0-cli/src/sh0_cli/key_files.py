"""A public key as people have it: in a file, on standard input, or as text."""

import sys
from pathlib import Path

import click

_LARGEST = 1 << 16  # characters; a public key has some hundred


def public_key(given: str) -> str:
    """The text of a key that was given as a path, as ``-`` or itself.

    Raises:
        click.UsageError: There is no such file, or it holds a private key.
    """
    if given == "-":
        return _public(sys.stdin.read(_LARGEST), "standard input")
    if " " in given.strip():
        return given
    path = Path(given).expanduser()
    try:
        return _public(path.read_text(encoding="utf-8", errors="replace")[:_LARGEST], str(path))
    except OSError as error:
        raise click.UsageError(
            f"{given!r} is neither a public key nor a file that can be read ({error.strerror}); "
            "give the path of a file such as ~/.ssh/id_ed25519.pub, - for standard input, or the key in quotes"
        ) from None


def _public(text: str, where: str) -> str:
    if "PRIVATE KEY" in text:
        raise click.UsageError(f"{where} holds a private key, which stays with you. Give the public one: {where}.pub")
    return text.strip()
