"""The address of a platform: what one looks like, and why nobody answers there."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from sh0.errors import DaemonUnreachable, InvalidValue

_EXAMPLE = "as in http://127.0.0.1:8700 or https://panel.example.org"
_PATIENCE = 3.0  # seconds


def read(url: str) -> str:
    """The address, without a slash at its end.

    Raises:
        InvalidValue: It is no address of a platform.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise _invalid(url, str(error)) from None
    if not known and "://" not in url:
        raise _invalid(url, "it does not begin with http:// or https://", f"Is http://{url} meant?")
    if not known:
        raise _invalid(url, "it is not http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise InvalidValue(
            "the address of a platform has no user and password",
            hint="Give the token by itself: token= in Python, --token or SH0_TOKEN on the command line.",
            path="$.url",
            reason="user and password",
        )
    if parts.query or parts.fragment:
        raise _invalid(url, "it has a query or a fragment")
    if any(c.isspace() or not c.isprintable() for c in url):
        raise _invalid(url, "it has spaces or control characters in it")
    return url.rstrip("/")


def _invalid(url: str, reason: str, hint: str = "") -> InvalidValue:
    return InvalidValue(
        f"{url[:80]!r} is not the address of a platform, {_EXAMPLE}: {reason}", hint=hint, path="$.url", reason=reason
    )


def unreachable(url: str, error: BaseException) -> DaemonUnreachable:
    """The error of a request that did not get through, with what can be found out about the reason."""
    parts = urlsplit(url)
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return DaemonUnreachable(
            f"{url} has a certificate that this machine does not trust: {error}",
            hint="Add the authority that signed it to those of this machine, or name it in SSL_CERT_FILE.",
        )
    if parts.scheme == "https" and not _refused(causes) and _speaks_http(parts.hostname or "", parts.port or 443):
        return DaemonUnreachable(
            f"{url} does not answer: the server speaks plain HTTP there",
            hint=f"Use {'http' + url.removeprefix('https')}, and only on a network that nobody else can read.",
        )
    if parts.scheme == "http" and not _refused(causes) and _speaks_tls(parts.hostname or "", parts.port or 80):
        return DaemonUnreachable(
            f"{url} does not answer: the server speaks HTTPS there", hint=f"Use {'https' + url.removeprefix('http')}."
        )
    return DaemonUnreachable(f"{url} does not answer: {error}", hint="Check the URL, and that the platform is up.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refused(causes: list[BaseException]) -> bool:
    """Whether there was no connection at all."""
    return any(isinstance(cause, ConnectionRefusedError | TimeoutError | socket.gaierror) for cause in causes)


def _speaks_http(host: str, port: int) -> bool:
    request = b"HEAD / HTTP/1.1\r\nHost: sh0\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), _PATIENCE) as connection:
            connection.sendall(request)
            return connection.recv(16).startswith(b"HTTP/")
    except OSError:
        return False


def _speaks_tls(host: str, port: int) -> bool:
    """Whether a handshake begins; nothing is said after it, so nobody has to be trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), _PATIENCE) as connection:
            with context.wrap_socket(connection, server_hostname=host):
                return True
    except OSError:
        return False
