"""What must not appear while a Compose project is built and started: told before anything of it runs. Pure."""

from collections.abc import Iterator, Mapping

from sh0.compose.model import ComposeProject
from sh0.serving.secrecy import secrets_among, secrets_in
from sh0.values import Secret

__all__ = ["kept_in_history", "project_secrets"]

# Build arguments that every build knows, and that the history of an image does not show.
_OF_EVERY_BUILD = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"})


def project_secrets(project: ComposeProject) -> Iterator[Secret]:
    """The secrets of a project: in variables of its services, in build arguments, and the files that are secrets."""
    for service in project.services.values():
        yield from secrets_among(service.environment)
        if service.build is not None:
            yield from secrets_among(service.build.args)
    for secret in project.secrets.values():
        if secret.content is not None:
            yield secret.content


def kept_in_history(service: str, arguments: Mapping[str, Secret]) -> Iterator[str]:
    """What to warn of: secrets among build arguments, which whoever has the image can read in its history."""
    for name, value in arguments.items():
        if name.lower() not in _OF_EVERY_BUILD and any(secrets_in(name, value.reveal())):
            yield (
                f"{service}: the build argument {name} holds a secret, and the history of the image keeps build"
                " arguments; give it to the service as a variable, which no image holds"
            )
