"""How a platform is set up: one value, kept in its home."""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import attrs

from sh0 import codec
from sh0.errors import Corrupt, InvalidValue
from sh0.values import (
    LABEL,
    ByteSize,
    Cpus,
    ImageRef,
    MemoryLimit,
    Port,
    Rule,
    Seconds,
    SubnetPool,
    host_name,
)

_FILE = "settings.json"


BaseDomain = Annotated[
    str,
    Rule(
        "a base domain",
        "labels of letters, digits, hyphens and underscores separated by dots, at most 180 characters; no scheme, port"
        " or path",
        pattern=rf"{LABEL}(?:\.{LABEL})*",
        forbids=r"(?:^|\.)[0-9]+$",
        maximum=180,
        normalise=lambda text: host_name(text.removeprefix("*.")),
        example="apps.example.org",
    ),
]


def _address(value: str) -> str:
    if value == "localhost":
        return value
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError(f"{value!r:.80} is not an address to listen on: an IP address, as in 127.0.0.1") from None


ListenAddress = Annotated[
    str,
    Rule(
        "an address to listen on",
        "an IP address of this machine, or 0.0.0.0 or :: for all of them",
        maximum=60,
        normalise=_address,
        example="127.0.0.1",
    ),
]
HeaderLimit = Annotated[
    ByteSize,
    Rule("a size of heads", "4 KiB to 256 KiB", minimum=4 << 10, maximum=256 << 10, example="32KiB"),
]
BuildSeconds = Annotated[
    float, Rule("a time for a build", "a number of seconds between 1 and 86400", minimum=1, maximum=86_400)
]
BuildsAtOnce = Annotated[int, Rule("a number of builds", "a number between 1 and 64", minimum=1, maximum=64)]
FolderPath = Annotated[
    str,
    Rule(
        "a folder of this machine",
        "an absolute path that is there, without '..'",
        pattern=r"/[^\x00-\x1f]*",
        forbids=r"(?:^|/)\.\.(?:/|$)|^/+$",
        maximum=1000,
        example="/var/log/sh0",
    ),
]
Kept = Annotated[int, Rule("a number of deployments", "a number between 0 and 1000", minimum=0, maximum=1000)]


@attrs.frozen
class Settings:
    """Settings of a home. What ``sh0 up`` is told is kept and need not be said again.

    Attributes:
        bind: Address that proxy and git server listen on.
        panel_bind: Address that the panel and the API listen on. They have no TLS of their own: on any other address
            than this machine's own, tokens travel in clear text.
        http_port: The proxy's port of plain HTTP.
        https_port: The proxy's port of TLS.
        panel_port: Port of the panel and the API.
        git_port: The git server's port.
        base_domain: New apps get ``<app>.<base_domain>``.
        engine: Socket of the Docker Engine.
        proxy_image: Image of HAProxy.
        subnet_pool: Range that the networks of projects are cut from.
        default_memory: Memory of a container of an app or service that has no limit of its own; 0 for no limit. Half of
            the machine's when left out.
        build_memory: Memory of a build step.
        build_cpus: Cores' worth of time of a build.
        build_timeout: Seconds that a build may take.
        builds_at_once: Builds that run at the same time.
        header_limit: Largest head of a request, its URL and headers together; the proxy holds four times as much.
        drain_timeout: Seconds that requests in flight may take when a version is replaced.
        keep_deployments: Deployments per app whose images are kept for a rollback.
        isolate_host: Keep apps, services and classic builds from link-local addresses and from all ports of the server
            but the proxy's. Needs root and iptables; `sh0 status` says so where it cannot be done.
        upload_limit: Largest archive that is accepted, and the largest tree it may unpack to.
        drain_folder: Folder of this machine in which log drains may write files, each under the name of its app. None
            may when left out.
    """

    bind: ListenAddress = "0.0.0.0"
    panel_bind: ListenAddress = "127.0.0.1"
    http_port: Port = 80
    https_port: Port = 443
    panel_port: Port = 8700
    git_port: Port = 2222
    base_domain: BaseDomain = "localhost"
    engine: str = "/var/run/docker.sock"
    proxy_image: ImageRef = "haproxy:2.6"
    subnet_pool: SubnetPool = "10.208.0.0/12"
    default_memory: MemoryLimit | None = None
    build_memory: MemoryLimit = ByteSize(2 << 30)
    build_cpus: Cpus = 1.0
    build_timeout: BuildSeconds = 1200.0
    builds_at_once: BuildsAtOnce = 1
    header_limit: HeaderLimit = ByteSize(32 << 10)
    drain_timeout: Seconds = 30.0
    keep_deployments: Kept = 5
    isolate_host: bool = True
    upload_limit: ByteSize = ByteSize(2 << 30)
    drain_folder: FolderPath | None = None


def load(home: Path) -> Settings:
    """The settings of a home; a home without any has the defaults.

    Raises:
        Corrupt: The file does not hold settings.
    """
    file = home / _FILE
    try:
        return codec.structure(json.loads(file.read_text()), Settings)  # type: ignore[no-any-return]
    except FileNotFoundError:
        return Settings()
    except (ValueError, InvalidValue) as error:
        raise Corrupt(
            f"{file} does not hold settings: {error}", hint="Correct it, or remove it for the defaults."
        ) from None


def with_changes(home: Path, changes: Mapping[str, object]) -> Settings:
    """The settings of a home with some of them changed; nothing is kept.

    Args:
        home: The folder of the platform.
        changes: New values by name, as in JSON.

    Raises:
        Corrupt: The file does not hold settings.
        InvalidValue: There is no such setting, or it cannot have that value.
    """
    changed: Settings = codec.structure({**codec.unstructure(load(home)), **changes}, Settings)
    return changed


def demand_right(settings: Settings) -> Settings:
    """Settings that a program has made, if each has a value that it can have.

    Raises:
        InvalidValue: One of them cannot.
    """
    checked: Settings = codec.structure(codec.with_secrets(settings), Settings)
    return checked


def save(home: Path, settings: Settings) -> None:
    """Keep settings in a home, atomically."""
    file = home / _FILE
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps(codec.with_secrets(settings), indent=2) + "\n")
    draft.chmod(0o600)
    draft.replace(file)
