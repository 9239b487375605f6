"""How git reaches other machines over SSH: with one key, a file of known hosts, and no prompt."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sh0.errors import GitFailed
from sh0.repositories.interpreter import write_program
from sh0.values import Secret

# GIT_SSH names a program without arguments, and core.sshCommand is read by a shell: so a program that adds them.
_PROGRAM = """\
import os
import sys

config = os.path.join(os.path.dirname(os.path.abspath(__file__)), "config")
try:
    os.execvp("ssh", ["ssh", "-F", config, *sys.argv[1:]])
except FileNotFoundError:
    sys.exit("error: ssh is not installed")
"""


@contextmanager
def ssh(beside: Path, key: Secret | None, known_hosts: Path) -> Iterator[Mapping[str, str]]:
    """Variables with which git opens SSH connections; they hold until the block ends.

    The first key that a host shows is remembered, and another one later is refused.

    Args:
        beside: Folder in which a private one is made for the time being.
        key: Private key in a form that OpenSSH reads, or None.
        known_hosts: File of host keys; made when it is missing.

    Raises:
        GitFailed: The path of `known_hosts` cannot be written into a configuration of OpenSSH.
    """
    known_hosts.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ssh-", dir=beside) as name:
        folder = Path(name)
        identity = "none"
        if key is not None:
            file = folder / "key"
            file.touch(mode=0o600)
            file.write_text(key.reveal().rstrip("\n") + "\n")
            identity = _quoted(file)
        settings = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "IdentityFile": identity,
            "UserKnownHostsFile": _quoted(known_hosts),
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "accept-new",
            "HashKnownHosts": "no",
            "UpdateHostKeys": "no",
            "PreferredAuthentications": "publickey",
            "ForwardAgent": "no",
            "ClearAllForwardings": "yes",
            "ConnectTimeout": "20",
            "ServerAliveInterval": "15",
            "ServerAliveCountMax": "4",
            "LogLevel": "ERROR",
        }
        lines = ["Host *", *(f"  {option} {value}" for option, value in settings.items())]
        (folder / "config").write_text("\n".join(lines) + "\n")
        write_program(folder / "ssh", _PROGRAM)
        yield {"GIT_SSH": str(folder / "ssh"), "GIT_SSH_VARIANT": "ssh"}


def _quoted(path: Path) -> str:
    text = str(path.absolute())
    if '"' in text or "${" in text or not text.isprintable():
        raise GitFailed(
            f"OpenSSH cannot be told of {text!r}", hint="Move it to a path without quotes and dollar signs."
        )
    return '"' + text.replace("%", "%%") + '"'
