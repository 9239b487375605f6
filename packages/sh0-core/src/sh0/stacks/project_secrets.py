"""What must not appear while a Compose project is built and started: told before anything of it runs. Pure."""

import posixpath
from collections.abc import Iterator, Mapping

from sh0.compose.model import ComposeProject
from sh0.compose.services import Service
from sh0.errors import Invalid
from sh0.serving.secrecy import secrets_among, secrets_in
from sh0.values import Secret

__all__ = ["build_secrets", "kept_in_history", "project_secrets"]

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


def build_secrets(project: ComposeProject, service: Service) -> dict[str, Secret]:
    """What the steps of a service's Dockerfile may mount as secrets, by id: the target, or else the secret's name.

    Raises:
        Invalid: One of them is kept outside of the project.
    """
    found = {}
    for grant in service.build.secrets if service.build is not None else ():
        content = project.secrets[grant.source].content
        if content is None:
            raise Invalid(
                f"{grant.place}: the build of {service.name} is granted {grant.source}, which is external: "
                "sh0 keeps none",
                hint="Give it a file or a variable in the Compose file.",
            )
        found[posixpath.basename(grant.target)] = content
    return found


def kept_in_history(service: str, arguments: Mapping[str, Secret]) -> Iterator[str]:
    """What to warn of: secrets among build arguments, which whoever has the image can read in its history."""
    for name, value in arguments.items():
        if name.lower() not in _OF_EVERY_BUILD and any(secrets_in(name, value.reveal())):
            yield (
                f"{service}: the build argument {name} holds a secret, and the history of the image keeps build"
                " arguments; mount it (build.secrets), or give it to the service as a variable: no image holds either"
            )
