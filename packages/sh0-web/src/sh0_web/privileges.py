"""Giving up root's rights, once and for all."""

import os


def parse_identity(text: str) -> tuple[int, int]:
    """User and group out of ``uid:gid``.

    Raises:
        ValueError: It is something else, or names root.
    """
    user, group = (int(part) for part in text.split(":"))
    if user <= 0 or group <= 0:
        raise ValueError(f"{text} is not an unprivileged user")
    return user, group


def become(user: int, group: int) -> None:
    """Run as this user and group from here on; there is no way back.

    Everything that will be needed must be imported and open by now: the interpreter's own files may lie in folders
    that the new user cannot enter.

    Raises:
        PermissionError: This process is not root.
        RuntimeError: The rights are still there afterwards.
    """
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    os.umask(0o077)
    if os.getresuid() != (user, user, user) or os.getresgid() != (group, group, group) or os.getgroups():
        raise RuntimeError("the rights of root could not be given up")
    try:
        os.setuid(0)
    except PermissionError:
        return
    raise RuntimeError("the rights of root could be taken back")
