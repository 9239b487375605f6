"""Addresses that sh0 listens on, as somebody on the same machine reaches them."""

from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sh0 import Platform


def reachable(bind: str) -> str:
    """The address to connect to for something that listens on `bind`, as it stands in a URL."""
    if bind in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{bind}]" if ":" in bind else bind


def is_local(bind: str) -> bool:
    """Whether only this machine reaches what listens on `bind`."""
    try:
        return ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"


def git_url(platform: "Platform", app: str) -> str:
    """Where the repository of an app is pushed to; with HOST:PORT in it for who may not look at the platform."""
    from sh0 import Sh0Error

    try:
        status = platform.system.status()
        place = f"{reachable(status.bind)}:{status.git_port}"
    except Sh0Error:  # a token may be allowed to change apps and not to look at the platform
        place = "HOST:PORT"
    return f"ssh://git@{place}/{app}"
