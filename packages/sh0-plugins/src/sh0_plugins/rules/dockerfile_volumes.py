"""What becomes of data that an image keeps in volumes: an app's is lost, a stack's stays."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, building_services, declared_volumes, lost_volume
from sh0_plugins.rules.compose_privileges import targets

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]


def _lost(docker: "DockerfileText") -> Iterator[Hit]:
    services = [each for each in building_services(docker.project, docker.file.path) if each.target == docker.target]
    mounted = [targets(each.service) for each in services]
    for path, line in declared_volumes(docker.file.text, docker.target).items():
        if not services:
            said = lost_volume(path)
            yield Hit(f"{said[0].upper()}{said[1:]}.", line, 1)
        elif not all(any(_covers(target, path) for target in each) for each in mounted):
            said = f"A stack keeps what is written to {path} (VOLUME) in a volume that it makes; an app loses it."
            yield Hit(said, line, 1, severity=Severity.HINT)


def _covers(target: str, path: str) -> bool:
    return path == target or path.startswith(f"{target.rstrip('/')}/")


RULES: Final = (
    Rule(
        id="SH0-RL019",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Volume that does not outlast a deployment",
        why=(
            "The engine makes a new volume without a name for each container of an app, and removes it with the "
            "container: a restart, a rollback and a deployment each begin with the files of the image."
        ),
        remedy=(
            "Deploy it as a stack (`sh0 stacks up` with a Compose file that mounts a named volume there), or keep the "
            "data in a database or an object storage. Of what may be lost, such as a cache, say so: "
            "`# sh0: ignore[SH0-RL019] reason`."
        ),
        link="https://docs.docker.com/reference/dockerfile/#volume",
        subject=Subject.DOCKERFILE,
        check=_lost,
    ),
)
