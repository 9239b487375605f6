"""What BuildKit may ask a session for: secrets that a step mounts, credentials of registries, whether it is there."""

from collections.abc import Mapping

from sh0.adapters.docker.grpc import NOT_FOUND, CallRefused, Method
from sh0.adapters.docker.protobuf import field, fields
from sh0.adapters.docker.registry import login_for
from sh0.ports.registries import RegistryLogins
from sh0.values import Secret

__all__ = ["session_methods"]

_SERVING = b"\x08\x01"  # HealthCheckResponse: status 1


def session_methods(secrets: Mapping[str, Secret], logins: RegistryLogins) -> dict[str, Method]:
    """The methods of one build's session, by path.

    Args:
        secrets: What its steps may mount, by id.
        logins: Credentials that images are pulled with.
    """

    def secret(message: bytes) -> bytes:
        value = secrets.get(_text(message))
        if value is None:
            raise CallRefused(NOT_FOUND, "there is no such secret")
        return field(1, value.reveal().encode())

    def credentials(message: bytes) -> bytes:
        username, password = login_for(_text(message), logins)
        return field(1, username.encode()) + field(2, password.reveal().encode())

    return {
        "/grpc.health.v1.Health/Check": lambda message: _SERVING,
        "/moby.buildkit.secrets.v1.Secrets/GetSecret": secret,
        "/moby.filesync.v1.Auth/Credentials": credentials,
    }


def _text(message: bytes) -> str:
    """The first field of a request, which in each of them names what is asked for."""
    value = dict(fields(message)).get(1)
    return value.decode() if isinstance(value, bytes) else ""
