"""The platform that ``sh0 login`` remembers: one URL and one token, in a file that only its owner can read."""

import json
import os
from pathlib import Path
from typing import NamedTuple


class SavedLogin(NamedTuple):
    """Where a platform is, and the token to come in with."""

    url: str
    token: str


def path() -> Path:
    """``login.json`` in ``$XDG_CONFIG_HOME/sh0``, else in ``~/.config/sh0``."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "sh0" / "login.json"


def load() -> SavedLogin | None:
    """What was saved, if anything was.

    Raises:
        Corrupt: The file holds something else.
    """
    try:
        held = json.loads(path().read_text())
        return SavedLogin(str(held["url"]), str(held["token"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        from sh0 import Corrupt

        raise Corrupt(f"{path()} holds no login", hint="Log in again: sh0 login URL") from None


def save(login: SavedLogin) -> None:
    """Remember a login. The file is never readable by others, not even while it is written."""
    file = path()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump(login._asdict(), opened)
    draft.replace(file)


def forget() -> bool:
    """Forget it. Returns whether there was anything to forget."""
    try:
        path().unlink()
    except FileNotFoundError:
        return False
    return True
