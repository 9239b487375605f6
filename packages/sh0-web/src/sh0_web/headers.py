"""Which headers pass, and which the web process adds."""

from collections.abc import Iterable

CLIENT_ADDRESS = "x-sh0-client-address"
"""Where the daemon finds the address of the client; what a client sends under that name never passes."""

# RFC 9110, section 7.6.1, and what older programs still send.
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OURS = frozenset({"host", "content-length", "expect", "cookie", "date", "server", CLIENT_ADDRESS})

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
"""Sent with every answer."""

CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of answers that are no page."""


def end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are meant for the other end, without those that each connection has for itself."""
    given = [(name.lower(), value) for name, value in headers]
    named = {word.strip().lower() for name, value in given if name == "connection" for word in value.split(",")}
    dropped = _HOP_BY_HOP | _OURS | named
    return [(name, value) for name, value in given if name not in dropped]
