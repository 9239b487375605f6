"""Values with a rule that say where what an app prints is sent."""

import re
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from sh0.rule import Rule
from sh0.sensitive import names_secret

__all__ = ["FILE", "PLACEHOLDER", "CertificateText", "DrainUrl", "HeaderName"]

FILE: Final = "file:"
"""The URL of a file that the platform chooses."""
PLACEHOLDER: Final = "{credential}"
"""Stands in a URL for the credential of its drain."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]{1,65536}-----END CERTIFICATE-----")


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"{value!r:.80} is not where lines can be sent: {error}") from None
    for name, given in parse_qsl(parts.query):
        if names_secret(name) and given != PLACEHOLDER:
            raise ValueError(
                f"the URL holds a secret: write {name:.40}={PLACEHOLDER} in it, and give the credential by itself"
            )
    return value


DrainUrl = Annotated[
    str,
    Rule(
        "where lines can be sent",
        "syslog+tls://HOST:PORT, https://HOST/PATH or file:, without a password; where nobody else can read the way,"
        " also syslog+tcp://HOST:PORT and http://HOST/PATH",
        pattern=r"syslog\+(?:tls|tcp)://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
        r"|https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?][!-~]*)?|file:",
        forbids=r"[#\\]",
        maximum=1000,
        normalise=_url,
        respells=True,
        example="syslog+tls://logs.example.org:6514",
    ),
]
HeaderName = Annotated[
    str,
    Rule(
        "a name of a header",
        "letters, digits and hyphens",  # a part of what RFC 9110, section 5.1, allows
        pattern=r"[A-Za-z][A-Za-z0-9-]*",
        forbids=r"^(?i:host|connection|content-[a-z]+|transfer-encoding|user-agent|expect|upgrade|te|trailer)$",
        minimum=1,
        maximum=60,
        example="Authorization",
    ),
]


def _certificates(value: str) -> str:
    if value.strip() and _CERTIFICATE.search(value) is None:
        raise ValueError("what was given is not certificates: one in PEM begins with -----BEGIN CERTIFICATE-----")
    return value.strip()


CertificateText = Annotated[
    str,
    Rule(
        "certificates",
        "one or more in PEM, or nothing",
        maximum=64 << 10,
        several_lines=True,
        normalise=_certificates,
        schema={"type": "string", "maxLength": 64 << 10},
    ),
]
