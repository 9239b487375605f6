"""Secrets that tell by their format what they are. No message holds any part of one."""

import re
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.paths import for_examples, for_tests, generated
from sh0_plugins.rules.places import everywhere, starts
from sh0_plugins.rules.provider_formats import FORMATS, KeyFormat
from sh0_plugins.rules.secrets_placeholders import placeholder
from sh0_plugins.rules.secrets_published import published
from sh0_plugins.rules.secrets_randomness import entropy, spelled

if TYPE_CHECKING:
    import re2

    from sh0.plugin import TextFile

__all__ = ["RULES", "begun", "milder", "provider_key"]

_BEGINS = rf"\b(?:{'|'.join(sorted({format.begins for format in FORMATS}))})"
_LONGEST = 64
_PEM_BEGINS = r"-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY(?: BLOCK)?-----"
_PEM = (
    _PEM_BEGINS
    + r"(?:\\n|\\r|[\s\"'+,>|]){1,40}(?:[A-Z][A-Za-z-]{3,20}: [^\n]{1,80}\n|\s){0,8}(?P<body>[A-Za-z0-9+/=]{40})"
)
_JWT = (
    r"\beyJ[A-Za-z0-9_-]{10,2000}\.(?:eyJ[A-Za-z0-9_-]{10,4000}|e30|[A-Za-z0-9_-]{20,4000})"
    r"\.(?P<signature>[A-Za-z0-9_-]{20,1000})"
)
_JWT_TWICE = r"\bZXlK[A-Za-z0-9+/]{40,8000}={0,2}"
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


def provider_key(text: str, at: int = 0) -> "tuple[KeyFormat, str] | None":
    """The format and the text of the key of a provider that begins at a place of a text."""
    beginning = text[at : at + _LONGEST].encode(errors="replace")
    numbers: list[int] = _beginnings().Match(beginning) or []  # type: ignore[assignment]  # its stubs say bool
    for number in numbers:
        found = _pattern(number).match(text, at)
        if found is not None and _genuine(found[0]):
            return FORMATS[number], found[0]
    return None


def _genuine(key: str) -> bool:
    """Whether a key in a provider's format is no sample of one."""
    if placeholder(key) or published(key) or entropy(key) <= 2.9:
        return False
    return key.isupper() or not spelled(key[len(key) // 3 :])


@cache
def _pattern(number: int) -> re.Pattern[str]:
    return re.compile(FORMATS[number].begins + FORMATS[number].rest)


@cache
def _beginnings() -> "re2.Set":
    import re2

    beginnings = re2.Set.MatchSet()
    for each in FORMATS:
        beginnings.Add(each.begins)
    beginnings.Compile()
    return beginnings


def begun(value: str) -> bool:
    """Whether a value begins as the key of a provider does."""
    return re.match(_BEGINS, value) is not None


def _provider_keys(file: "TextFile") -> Iterator[Hit]:
    if generated(file.path):
        return
    behind = 0
    for start in starts(file, _BEGINS):
        found = provider_key(file.text, start) if start >= behind else None
        if found is not None:
            behind = start + len(found[1])
            severity = Severity.WARNING if found[0].test else Severity.ERROR
            yield Hit(f"This is {found[0].kind}.", *file.place(start), severity=milder(file.path, severity))


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
    for match, line, column in everywhere(file, _JWT_TWICE):
        inside = b64decode(match[0][: len(match[0]) // 4 * 4]).decode("latin-1")
        if re.match(r"eyJ[\w-]{10,}\.e[\w-]{2,}\.[\w-]{4,}", inside):
            said = "A signed JSON Web Token is written here, in base64 once more."
            yield Hit(said, line, column, severity=milder(file.path, Severity.WARNING))


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
        remedy=_MEND,
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
        remedy=(
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
        remedy=(
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
        remedy="Revoke it or change the key that signed it, and read its successor from the environment.",
        link="https://datatracker.ietf.org/doc/html/rfc8725",
        subject=Subject.FILE,
        check=_tokens,
        trigger=r"\beyJ[A-Za-z0-9_-]{10}[A-Za-z0-9_-]*\.[A-Za-z0-9_-]|\bZXlK[A-Za-z0-9+/]{40}",
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
        remedy="Take the credentials out of the URL and send them from a secret variable.",
        link="https://datatracker.ietf.org/doc/html/rfc3986#section-7.5",
        subject=Subject.FILE,
        check=_web_urls,
        trigger=r"\bhttps?://[\w.-]{1,60}:[^\s@/\"'<>:]{8,120}@",
    ),
)
