"""Credentials for registries, as `docker login` left them for the user that runs sh0."""

from docker.auth import encode_header, load_config, resolve_repository_name
from docker.utils import parse_repository_tag


def pull_headers(reference: str) -> dict[str, str]:
    """The header that authorises a pull, if a login for the image's registry exists."""
    registry, _ = resolve_repository_name(parse_repository_tag(reference)[0])
    login = load_config().resolve_authconfig(registry)
    return {"X-Registry-Auth": _text(encode_header(login))} if login else {}


def build_headers() -> dict[str, str]:
    """The header that authorises the pulls of a build, with every login."""
    logins = load_config().get_all_credentials()
    return {"X-Registry-Config": _text(encode_header(logins))} if logins else {}


def _text(header: bytes | str) -> str:
    return header.decode() if isinstance(header, bytes) else header
