"""Scalars with a rule: every string that means something has a type here, and is checked once, at the gate.

A rule is carried in the annotation (``AppName = Annotated[str, Rule(…)]``), so that callers pass plain strings,
type checkers see ``str``, and `sh0.codec` and the JSON Schema read the same rule.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, Self

from sh0.errors import InvalidValue
from sh0.process_values import ProcessName
from sh0.rule import Rule, harmful
from sh0.sensitive import REDACTED, names_secret, without_credentials

__all__ = [
    "AppName",
    "Branch",
    "ByteSize",
    "DomainName",
    "EnvName",
    "ImageRef",
    "KeyName",
    "Port",
    "ProcessName",
    "ProjectName",
    "Rule",
    "Secret",
    "ServerName",
    "StackName",
    "as_secrets",
]


PROJECT_PREFIX = 22  # a project's network: 1,021 containers

_SLUG = r"[a-z](?:[a-z0-9-]*[a-z0-9])?"


LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ANY_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"


def host_name(value: str) -> str:
    """Lower-case A-label form of a host name (IDNA, RFC 5891), without a final dot."""
    if value.startswith("*."):
        raise ValueError(
            f"{value!r:.80} is not a host name: wildcards are not supported yet; add each host name by itself"
        )
    if harmful(value) is not None:  # IDNA drops some of them
        raise ValueError(f"{value!r:.80} is not a host name: it holds control characters")
    bare = value.removesuffix(".")
    if bare.isascii():
        return bare.lower()
    try:
        return bare.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(f"{value!r:.80} is not a host name: {error}") from None


def _pool(value: str) -> str:
    try:
        pool = IPv4Network(value)
    except ValueError as error:
        raise ValueError(f"{value!r:.80} is not an IPv4 network: {error}") from None
    if pool.prefixlen > PROJECT_PREFIX:
        raise ValueError(f"{value} has no room for the /{PROJECT_PREFIX} of a project")
    return str(pool)


def _slug(title: str, example: str) -> Rule:
    return Rule(
        title,
        "lower-case letters, digits and hyphens, beginning with a letter, at most 40 characters",
        pattern=_SLUG,
        minimum=1,
        maximum=40,
        example=example,
    )


AppName = Annotated[str, _slug("an app name", "shop")]
ProjectName = Annotated[str, _slug("a project name", "default")]
StackName = Annotated[
    str,
    Rule(
        "a stack name",
        "lower-case letters, digits and hyphens, beginning with a letter, at most 30 characters",
        pattern=_SLUG,
        minimum=1,
        maximum=30,
        example="shop",
    ),
]
ServerName = Annotated[str, _slug("a server name", "local")]
LOCAL: ServerName = "local"
"""The machine that sh0 itself runs on."""
KeyName = Annotated[str, _slug("a key name", "laptop")]

DomainName = Annotated[
    str,
    Rule(
        "a host name",
        "labels of letters, digits, hyphens and underscores separated by dots, at most 253 characters; no scheme, port"
        " or path",
        # RFC 1123, section 2.1, and underscores, which resolvers and browsers take
        pattern=rf"{LABEL}(?:\.{LABEL})+",
        forbids=r"\.[0-9]+$",  # it would be an address
        maximum=253,
        normalise=host_name,
        schema={
            "type": "string",
            "pattern": rf"^{_ANY_LABEL}(?:\.{_ANY_LABEL})*\.[A-Za-z_](?:[A-Za-z0-9_-]{{0,61}}[A-Za-z0-9_])?$",
            "maxLength": 253,
        },
        example="shop.example.org",
    ),
]
EnvName = Annotated[
    str,
    Rule(
        "a variable name",
        "any characters but '=', spaces and those that do not show, as in DATABASE_URL or discovery.type",
        # Docker and the kernel take any name without '=' and NUL, and images need dots and hyphens
        pattern=r"[^=\s]+",
        forbids="[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]",
        minimum=1,
        maximum=255,
        example="DATABASE_URL",
    ),
]
_HUB_NAMES = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com")


def _registry(value: str) -> str:
    """Host name and port of a registry, however it is written; all names of Docker Hub are one."""
    bare = value.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
    return "docker.io" if bare in _HUB_NAMES else bare


RegistryName = Annotated[
    str,
    Rule(
        "a registry",
        "its host name, with its port if it has one, as in ghcr.io or registry.example.org:5000",
        pattern=r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?",
        maximum=260,
        normalise=_registry,
        example="ghcr.io",
    ),
]
Username = Annotated[
    str,
    Rule("a user name", "one line of at most 255 characters without a colon", pattern=r"[^:]+", minimum=1, maximum=255),
]
StageName = Annotated[
    str,
    Rule(
        "a stage of a Dockerfile",
        "its name or number, or nothing for the last one",
        pattern=r"(?:[A-Za-z0-9][A-Za-z0-9_.-]*)?",
        maximum=128,
        example="production",
    ),
]
ImageRef = Annotated[
    str,
    Rule(
        "an image reference",
        "[registry/]name[:tag][@sha256:digest] in lower case",
        pattern=r"[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
        maximum=400,
        example="ghcr.io/acme/shop:1.4",
    ),
]
Branch = Annotated[
    str,
    Rule(
        "a branch name",
        "a name that git allows, not beginning with a hyphen",  # git-check-ref-format(1)
        pattern=r"[^\x00-\x20\x7f~^:?*\[\\]+",
        forbids=r"^[-/.]|[./]$|\.\.|//|@\{|/\.|\.lock(?:/|$)",
        maximum=200,
        normalise=lambda text: text.removeprefix("refs/heads/"),
        respells=True,
        example="main",
    ),
]


def _git_url(value: str) -> str:
    """A Git URL that holds no password or token: it is written into records and logs."""
    scheme, separator, rest = value.partition("://")
    authority, _, path = rest.partition("/")
    if not separator:
        return value
    user = r"(?:[^@:/\s]+@)?" if scheme == "ssh" else ""
    query = re.findall(r"[?&;#]([^=&;#]*)=", path)
    if not re.fullmatch(rf"{user}(?:[^@:\s\[\]]+|\[[0-9A-Fa-f:.]+\])(?::\d{{1,5}})?", authority) or any(
        names_secret(name) for name in query
    ):
        shown = without_credentials(re.split("[?#]", value)[0])
        raise ValueError(
            f"{shown!r:.80} is refused as a Git URL: it holds a user, password or"
            " token, or its host is not one; for a private repository use its SSH URL and the app's deploy key"
        )
    return value


GitUrl = Annotated[
    str,
    Rule(
        "a Git URL",
        "https://host/path, ssh://user@host/path or user@host:path, without a password",
        normalise=_git_url,
        schema={
            "type": "string",
            "pattern": (
                r"^(?:(?:https?|git)://[A-Za-z0-9][A-Za-z0-9.-]*/[!-9;-?A-~]*"
                r"|ssh://(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*/[!-~]*"
                r"|[A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[!-,.-~][!-~]*)$"
            ),
            "maxLength": 1000,
        },
        pattern=r"(?:https?://|ssh://|git://)[^\s-][^\s]*|[A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9.-]+:[^\s-][^\s]*",
        maximum=1000,
        example="https://github.com/acme/shop.git",
    ),
]
Port = Annotated[int, Rule("a port", "a number between 1 and 65535", minimum=1, maximum=65535)]
Replicas = Annotated[int, Rule("a number of replicas", "a number between 1 and 50", minimum=1, maximum=50)]


def _cpus(value: float) -> float:
    if 0 < value < LEAST_CPUS:
        raise ValueError(f"{value} cores are too few: the engine takes {LEAST_CPUS} and more, or 0 for no limit")
    return value


LEAST_CPUS = 0.01
Cpus = Annotated[
    float,
    Rule(
        "a number of cores",
        "a number between 0.01 and 1024, or 0",
        minimum=0,
        maximum=1024,
        normalise=_cpus,
        schema={"anyOf": [{"type": "number", "enum": [0]}, {"type": "number", "minimum": 0.01, "maximum": 1024}]},
    ),
]
Seconds = Annotated[float, Rule("a time in seconds", "a number between 0 and 86400", minimum=0, maximum=86_400)]
ReadinessSeconds = Annotated[
    float, Rule("a time to become ready", "a number of seconds between 1 and 86400", minimum=1, maximum=86_400)
]
Count = Annotated[int, Rule("a count", "a number between 0 and 100000", minimum=0, maximum=100_000)]
Number = Annotated[int, Rule("a number of an item", "a whole number from 0", minimum=0, maximum=(1 << 63) - 1)]
Cells = Annotated[int, Rule("a size of a terminal", "a number between 1 and 1000", minimum=1, maximum=1000)]
ReceivedArchive = Annotated[
    str,
    Rule(
        "an archive that was received",
        "what 'stacks.receive' returned",
        pattern=r"[0-9a-f]{32}\.upload",
        maximum=39,
        example="0123456789abcdef0123456789abcdef.upload",
    ),
]


def _short(path: str) -> str:
    """A path in its shortest spelling: ``web`` for ``./web/``, nothing for ``.``."""
    return "/" * path.startswith("/") + "/".join(part for part in path.split("/") if part not in ("", "."))


RelativePath = Annotated[
    str,
    Rule(
        "a path below the top of the source",
        "names separated by slashes, none of them '..', not beginning with a slash",
        forbids=r"^/|(?:^|/)\.\.(?:/|$)",
        maximum=1000,
        normalise=_short,
        respells=True,
        example="services/web",
    ),
]


Label = Annotated[str, Rule("a label", "one line of at most 200 characters without control characters", maximum=200)]


def _search_words(value: str) -> str:
    if len(value.split()) > _MOST_WORDS:
        raise ValueError(f"what was given is not something to search for: at most {_MOST_WORDS} words")
    return value


_MOST_WORDS = 12
SearchWords = Annotated[
    str,
    Rule(
        "something to search for",
        "at most 12 words and 200 characters",
        maximum=200,
        normalise=_search_words,
        example="photo gallery",
        schema={"type": "string", "pattern": r"^(?:[!-~]{1,16}(?: [!-~]{1,15}){0,11})?$", "maxLength": 200},
    ),
]
FileText = Annotated[
    str, Rule("the text of a file", "text of at most 1 MiB without NUL", maximum=1 << 20, several_lines=True)
]
FileTexts = Annotated[
    Mapping[str, FileText],
    Rule("files by their paths", "at least one and at most 1000", minimum=1, maximum=1000),
]
Words = Annotated[
    str, Rule("an argument", "text of at most 128 KiB without NUL", maximum=(1 << 17) - 1, several_lines=True)
]


SubnetPool = Annotated[
    str,
    Rule(
        "a range for networks",
        "an IPv4 network of /22 or larger",
        maximum=18,
        normalise=_pool,
        example="10.208.0.0/12",
        schema={"type": "string", "pattern": r"^10\.(?:[0-9]|[1-9][0-9]|1[0-9]{2})\.0\.0/(?:1[6-9]|2[0-2])$"},
    ),
]
UrlPath = Annotated[
    str,
    Rule(
        "a path",
        "an absolute path of a URL: one slash and then ASCII without spaces or backslashes",
        pattern=r"/[!-~]*",
        forbids=r"^//|\\|#",
        maximum=1000,
        example="/healthz",
    ),
]

SIZE = r"[0-9]{1,15}(?:\.[0-9]{1,15})?\s{0,3}[kmgtKMGT]?i?[bB]?"
"""Regular expression of what a size is written as, for the schema."""

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_LONGEST_SIZE = 40  # characters
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)


class ByteSize(int):
    """A number of bytes, read from 512m, 1.5 GiB or a plain number. Units are powers of 1024, as in Docker."""

    def __new__(cls, size: str | int | float = 0) -> Self:
        """Make one of a number of bytes, or of a text.

        Raises:
            InvalidValue: It is neither.
        """
        if isinstance(size, str):
            try:
                return cls.parse(size)
            except ValueError as error:
                raise InvalidValue(str(error), path="$", reason="size") from None
        try:
            return super().__new__(cls, size)
        except (TypeError, ValueError, OverflowError):
            kind = type(size).__name__
            raise InvalidValue(f"a size is a number of bytes or a text, not {kind}", path="$", reason="size") from None

    @classmethod
    def parse(cls, text: str | int) -> Self:
        """Read a size.

        Raises:
            ValueError: The text is no size.
        """
        if isinstance(text, int):
            if text < 0:
                raise ValueError(f"{text} is not a size: it is negative")
            return cls(text)
        match = _SIZE.fullmatch(text.strip()) if len(text) <= _LONGEST_SIZE else None
        if match is None:
            raise ValueError(f"{text[:60]!r} is not a size: a number and a unit, as in 512m or 1.5g")
        number, factor = match[1], _UNITS[match[2].lower()]
        return cls(int(number) * factor if "." not in number else float(number) * factor)

    def __str__(self) -> str:
        for unit, factor in (("g", 1 << 30), ("m", 1 << 20), ("k", 1 << 10)):
            if self >= factor and self % factor == 0:
                return f"{int(self) // factor}{unit}"
        return f"{int(self)}b"

    @property
    def words(self) -> str:
        """The size for a person: exact for whole mebibytes (``512 MiB``, ``1.5 GiB``), else rounded (``1.4 MiB``)."""
        exact = self % (1 << 20) == 0
        for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
            tenths = self * 10 / factor
            if self >= factor and (not exact or tenths == int(tenths) or factor == 1 << 20):
                return f"{tenths / 10:.1f}".removesuffix(".0") + f" {unit}"
        return f"{int(self)} B"


LEAST_MEMORY = ByteSize(6 << 20)
"""What the engine demands at least of a memory limit."""


def memory_limit(size: ByteSize) -> ByteSize:
    """A limit for the memory of a container; 0 for none.

    Raises:
        ValueError: Nothing starts with so little, or it is more than the kernel counts.
    """
    if 0 < size < LEAST_MEMORY:
        meant = f"; was {int(size)}m meant?" if 6 <= size < 1 << 20 and size % 1024 else ""
        raise ValueError(f"{int(size)} bytes are too little memory: the engine takes {LEAST_MEMORY} and more{meant}")
    if size > 1 << 60:
        raise ValueError(f"{size} is more memory than there is")
    return size


MemoryLimit = Annotated[
    ByteSize,
    Rule(
        "a memory limit",
        "6m or more, as in 512m or 1.5g, or 0 for none",
        normalise=memory_limit,
        example="512m",
        schema={
            "anyOf": [
                {"type": "integer", "enum": [0]},
                {"type": "integer", "minimum": int(LEAST_MEMORY), "maximum": 1 << 60},
                {"type": "string", "pattern": r"^(?:(?:[6-9]|[1-9][0-9]{1,6})m|[1-9][0-9]{0,4}(?:\.[0-9]{1,3})?g)$"},
            ]
        },
    ),
]


class Secret:
    """A text that cannot be printed: ``repr``, ``str``, logs, the codec and every answer redact it.

    Call `reveal` where the value itself is needed; that word is easy to search for.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise InvalidValue(f"a Secret is a text, not {type(value).__name__}", path="$", reason="type")
        self._value = value

    def reveal(self) -> str:
        """The text itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret('{REDACTED}')"

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, _spec: str) -> str:
        return REDACTED

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")


def as_secrets(values: Mapping[str, str | Secret] | None) -> dict[str, Secret]:
    """Values that somebody gave, plain or not, as what is not shown."""
    return {name: value if isinstance(value, Secret) else Secret(value) for name, value in (values or {}).items()}
