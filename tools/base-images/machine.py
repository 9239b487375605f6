"""How this machine reaches the outside, as files and variables that an image can inherit."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SUITE = "bookworm"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
LOCAL_AUTHORITIES = Path("/usr/local/share/ca-certificates")
DEBIAN = "http://deb.debian.org/debian"
DEBIAN_SECURITY = "http://deb.debian.org/debian-security"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
INDEXES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
PIP_CONFIGS = (Path("/etc/pip.conf"), Path("~/.config/pip/pip.conf"), Path("~/.pip/pip.conf"))
TRUST = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass
class Machine:
    """What images must know to reach package indexes from here."""

    mirror: str
    files: dict[str, bytes] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def inspect() -> Machine:
    """Read mirror, authorities, indexes and proxies from the files and variables of this machine."""
    mirror, security = debian_mirrors()
    machine = Machine(mirror)
    machine.files["etc/apt/sources.list"] = (
        f"deb {mirror} {SUITE} main\ndeb {mirror} {SUITE}-updates main\ndeb {security} {SUITE}-security main\n"
    ).encode()
    authorities = sorted(LOCAL_AUTHORITIES.glob("**/*.crt")) if LOCAL_AUTHORITIES.is_dir() else []
    if authorities and Path(BUNDLE).is_file():
        machine.files[BUNDLE.lstrip("/")] = Path(BUNDLE).read_bytes()
        for path in authorities:
            machine.files[str(path).lstrip("/")] = path.read_bytes()
        machine.environment |= dict.fromkeys(TRUST, BUNDLE)
    machine.environment |= {name: value for name, value in package_indexes().items() if shareable(value)}
    for name in PROXIES:
        value = os.environ.get(name) or os.environ.get(name.lower())
        if value and shareable(value):
            machine.environment |= {name: value, name.lower(): value}
    return machine


def debian_mirrors() -> tuple[str, str]:
    """The archive and the security archive that apt uses here, or the public ones on other systems."""
    release = Path("/etc/os-release")
    if not release.exists() or not re.search(r"^ID=debian$", release.read_text(), re.MULTILINE):
        return DEBIAN, DEBIAN_SECURITY
    sources = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    found: list[str] = []
    for path in sources:
        if path.is_file() and path.suffix in (".list", ".sources"):
            text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#"))
            found += re.findall(r"^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(https?://\S+)", text, re.MULTILINE)
    found = [url.rstrip("/") for url in found if shareable(url)]
    archive = next((url for url in found if url.endswith("/debian")), DEBIAN)
    return archive, next((url for url in found if url.endswith("/debian-security")), DEBIAN_SECURITY)


def package_indexes() -> dict[str, str]:
    """The indexes that pip, uv and npm are told to use here, when they are not the public ones."""
    found: dict[str, str] = {}
    for path in PIP_CONFIGS:
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read(path.expanduser())
        except configparser.Error:
            continue
        for option in ("index-url", "extra-index-url", "trusted-host"):
            value = parser.get("global", option, fallback="")
            if value and "file:" not in value:
                found["PIP_" + option.upper().replace("-", "_")] = " ".join(value.split())
    for name in INDEXES:
        if os.environ.get(name) and "file:" not in os.environ[name]:
            found[name] = os.environ[name]
    if "PIP_INDEX_URL" in found:
        found.setdefault("UV_DEFAULT_INDEX", found["PIP_INDEX_URL"])
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "")
    if not registry and shutil.which("npm"):
        answer = subprocess.run(
            ["npm", "config", "get", "registry"], capture_output=True, text=True, check=False, cwd="/"
        )
        registry = answer.stdout.strip()
    if registry.startswith("http") and "//registry.npmjs.org" not in registry:
        found["NPM_CONFIG_REGISTRY"] = registry
    return found


def shareable(value: str) -> bool:
    """Whether an address holds no password: what an image inherits, every container of it can read."""
    return not any(urlsplit(part).password for part in value.split())
