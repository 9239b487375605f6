"""What becomes of data that an image keeps in volumes: it is kept, and one container at a time may write to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, building_services, declared_volumes
from sh0_plugins.rules.compose_privileges import targets

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]


def _kept(docker: "DockerfileText") -> Iterator[Hit]:
    services = [each for each in building_services(docker.project, docker.file.path) if each.target == docker.target]
    mounted = [targets(each.service) for each in services]
    for path, line in declared_volumes(docker.file.text, docker.target).items():
        if not services:
            said = f"What is written to {path} (VOLUME) is kept: the old container ends before the new one starts."
            yield Hit(said, line, 1)
        elif not all(any(_covers(target, path) for target in each) for each in mounted):
            said = f"A stack keeps what is written to {path} (VOLUME) in a volume without a name of its own."
            yield Hit(said, line, 1)


def _covers(target: str, path: str) -> bool:
    return path == target or path.startswith(f"{target.rstrip('/')}/")


RULES: Final = (
    Rule(
        id="SH0-RL019",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Volume that the image chooses",
        why=(
            "What an image declares with VOLUME outlasts a deployment, in a volume that only one container may write "
            "to: each deployment stops the old container before it starts the new one. In an app that runs in several "
            "containers it is not kept at all."
        ),
        remedy=(
            "Name the volume yourself (`volumes:` in sh0.yaml or in the Compose file), with `shared: true` if several "
            "containers may write to it, and take VOLUME out of the Dockerfile."
        ),
        link="https://docs.docker.com/reference/dockerfile/#volume",
        subject=Subject.DOCKERFILE,
        check=_kept,
    ),
)
