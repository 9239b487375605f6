"""Addresses that sh0 listens on, as somebody on the same machine reaches them."""

from ipaddress import ip_address


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
