"""Credentials for registries: those of the platform, else those that `docker login` left for the user that runs sh0."""

from typing import Any

from docker.auth import encode_header, load_config, resolve_repository_name
from docker.utils import parse_repository_tag

from sh0.ports.registries import DOCKER_HUB, RegistryLogin, RegistryLogins
from sh0.values import Secret

_HUB = "https://index.docker.io/v1/"  # what the engine calls it in the credentials of a build
_HUB_ITSELF = "registry-1.docker.io"  # what BuildKit asks for


def pull_headers(reference: str, logins: RegistryLogins) -> dict[str, str]:
    """The header that authorises a pull, if there are credentials for the image's registry."""
    registry, _ = resolve_repository_name(parse_repository_tag(reference)[0])
    own = next((_entry(each) for each in logins.all() if each.registry == registry), None)
    login = own or load_config().resolve_authconfig(registry)
    return {"X-Registry-Auth": _text(encode_header(login))} if login else {}


def build_headers(logins: RegistryLogins) -> dict[str, str]:
    """The header that authorises the pulls of a build, with all credentials."""
    held = dict(load_config().get_all_credentials())
    held |= {_HUB if each.registry == DOCKER_HUB else each.registry: _entry(each) for each in logins.all()}
    return {"X-Registry-Config": _text(encode_header(held))} if held else {}


def login_for(host: str, logins: RegistryLogins) -> tuple[str, Secret]:
    """The user and the password for a registry that BuildKit pulls from; both empty where there are none."""
    registry = DOCKER_HUB if host == _HUB_ITSELF else host
    own = next((each for each in logins.all() if each.registry == registry), None)
    if own is not None:
        return own.username, own.password
    found = load_config().resolve_authconfig(registry) or {}
    if token := found.get("IdentityToken") or found.get("identitytoken"):
        return "", Secret(token)
    return found.get("username") or "", Secret(found.get("password") or "")


def _entry(login: RegistryLogin) -> dict[str, Any]:
    server = _HUB if login.registry == DOCKER_HUB else login.registry
    return {"username": login.username, "password": login.password.reveal(), "serveraddress": server}


def _text(header: bytes | str) -> str:
    return header.decode() if isinstance(header, bytes) else header
