"""Secrets that tell by their format what they are. No message holds any part of one."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0 import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.paths import for_examples, for_tests, generated
from sh0_plugins.rules.places import everywhere
from sh0_plugins.rules.provider_formats import FORMATS
from sh0_plugins.rules.secrets_placeholders import entropy, placeholder

if TYPE_CHECKING:
    from sh0 import TextFile

__all__ = ["RULES", "milder"]

_BEGINS = rf"\b(?:{'|'.join(sorted({format.begins for format in FORMATS}))})"
_PEM_BEGINS = r"-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY(?: BLOCK)?-----"
_PEM = (
    _PEM_BEGINS
    + r"(?:\\n|\\r|[\s\"'+,>|]){1,40}(?:[A-Z][A-Za-z-]{3,20}: [^\n]{1,80}\n|\s){0,8}(?P<body>[A-Za-z0-9+/=]{40})"
)
_JWT = r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.(?P<signature>[A-Za-z0-9_-]{20,1000})"
_SCHEMES = (
    "postgres(?:ql)?|mysql2?|mariadb|mongodb|redis|rediss|amqps?|mssql|sqlserver|clickhouse|smtps?|ldaps?|cockr"
    "oachdb|nats"
)
_URL_BEGINS = rf"\b(?:{_SCHEMES})(?:\+[a-z0-9]{{1,20}})?://[^\s:@/\"'<>]{{0,80}}:[^\s@/\"'<>]{{3}}"
_URL = (
    rf"\b(?:{_SCHEMES})(?:\+[a-z0-9]{{1,20}})?://(?P<user>[^\s:@/\"'<>]{{0,80}}):(?P<password>[^\s@/\"'<>]{{3,120}})@"
    r"(?P<host>[^\s:/?\"'<>]{1,200})"
)
_WEB_URL = r"\bhttps?://(?P<user>[\w.-]{1,60}):(?P<password>[^\s@/\"'<>:]{8,120})@(?P<host>[\w.-]{3,200})"
_WELL_KNOWN = frozenset(
    {"password", "pass", "passwd", "secret", "root", "admin", "postgres", "mysql", "test", "guest", "user"}
)
_LOCAL = (
    r"(?i)^(?:localhost|127\.|0\.0\.0\.0"
    r"|\[?::1|db$|database$|postgres$|mysql$|redis$|mongo$|host\.docker\.internal|host$|hostname$|server$)"
)


def milder(path: str, severity: Severity) -> Severity:
    """The severity of a secret in that file: less where it is a test's, or an example."""
    if for_tests(path):
        return Severity.HINT
    return Severity.WARNING if for_examples(path) and severity is Severity.ERROR else severity


def _provider_keys(file: "TextFile") -> Iterator[Hit]:
    if generated(file.path):
        return
    kinds = [format.kind for format in FORMATS]
    one = "|".join(f"(?P<k{number}>{format.begins}{format.rest})" for number, format in enumerate(FORMATS))
    for match, line, column in everywhere(file, rf"\b(?:{one})"):
        if not placeholder(match[0]) and entropy(match[0]) > 3:
            kind = kinds[int((match.lastgroup or "k0")[1:])]
            yield Hit(f"This is {kind}.", line, column, severity=milder(file.path, Severity.ERROR))


def _private_keys(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in everywhere(file, _PEM):
        if not placeholder(match["body"]):
            yield Hit("A private key is written here.", line, column, severity=milder(file.path, Severity.ERROR))


def _tokens(file: "TextFile") -> Iterator[Hit]:
    if generated(file.path):
        return
    for match, line, column in everywhere(file, _JWT):
        if not placeholder(match["signature"]):
            yield Hit(
                "A signed JSON Web Token is written here.", line, column, severity=milder(file.path, Severity.WARNING)
            )


def _urls(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in everywhere(file, _URL):
        password = match["password"]
        if placeholder(password) and password not in _WELL_KNOWN:
            continue
        local = re.match(_LOCAL, match["host"]) is not None
        weak = password.lower() in _WELL_KNOWN or password == match["user"]
        if weak and (local or for_tests(file.path) or for_examples(file.path)):
            continue
        severity = milder(file.path, Severity.WARNING if local or weak else Severity.ERROR)
        yield Hit("A connection URL with its password is written here.", line, column, severity=severity)


def _web_urls(file: "TextFile") -> Iterator[Hit]:
    if generated(file.path) or for_tests(file.path) or for_examples(file.path):
        return
    for match, line, column in everywhere(file, _WEB_URL):
        known = placeholder(match["password"]) or match["password"].lower() in _WELL_KNOWN
        if not known and not re.match(_LOCAL, match["host"]) and not match["host"].startswith("example."):
            yield Hit("A URL with a user name and a password is written here.", line, column)


_WHY = (
    "Whoever can read the repository or the image can use it, and history keeps it after it has been removed. "
    "Robots find keys in public repositories within minutes."
)
_MEND = (
    "Revoke it at the provider, make a new one, and hand that to the app as a variable (`sh0 env set`), "
    "read from the environment."
)

RULES: Final = (
    Rule(
        id="SH0-SE001",
        category=Category.SECRETS,
        severity=Severity.ERROR,
        title="Key of a provider in the source",
        why=_WHY,
        mend=_MEND,
        link="https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
        subject=Subject.FILE,
        check=_provider_keys,
        trigger=_BEGINS,
    ),
    Rule(
        id="SH0-SE002",
        category=Category.SECRETS,
        severity=Severity.ERROR,
        title="Private key in the source",
        why=(
            "A private key proves who somebody is. Once it is in a repository, everybody who ever cloned it "
            "can claim to be you."
        ),
        mend=(
            "Make a new key pair, replace the public half where it is trusted, and mount the private one as a "
            "secret file."
        ),
        link="https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning",
        subject=Subject.FILE,
        check=_private_keys,
        trigger=_PEM_BEGINS,
    ),
    Rule(
        id="SH0-SE003",
        category=Category.SECRETS,
        severity=Severity.ERROR,
        title="Password in a connection URL",
        why=_WHY,
        mend=(
            "Change the password and read the URL from a variable such as `DATABASE_URL`, which sh0 keeps as a secret."
        ),
        link="https://12factor.net/config",
        subject=Subject.FILE,
        check=_urls,
        trigger=_URL_BEGINS,
    ),
    Rule(
        id="SH0-SE004",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="Signed token in the source",
        why="A JSON Web Token is a credential until it expires, and many are made never to expire.",
        mend="Revoke it or change the key that signed it, and read its successor from the environment.",
        link="https://datatracker.ietf.org/doc/html/rfc8725",
        subject=Subject.FILE,
        check=_tokens,
        trigger=r"\beyJ[A-Za-z0-9_-]{10}[A-Za-z0-9_-]*\.eyJ",
    ),
    Rule(
        id="SH0-SE005",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="User name and password in a web address",
        why=(
            "Such a URL ends up in logs, in process lists and in error messages, each of which is read by more "
            "people than it should."
        ),
        mend="Take the credentials out of the URL and send them from a secret variable.",
        link="https://datatracker.ietf.org/doc/html/rfc3986#section-7.5",
        subject=Subject.FILE,
        check=_web_urls,
        trigger=r"\bhttps?://[\w.-]{1,60}:[^\s@/\"'<>:]{8,120}@",
    ),
)
