"""A repository's own Dockerfile, which always wins."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from sh0.builds.listening import sources
from sh0.builds.model import Detection
from sh0.builds.volumes import lost_volume
from sh0.errors import Invalid
from sh0.source.dockerfile import parse
from sh0.source.dockerfile_words import expand, pairs, unquote
from sh0.source.tree import Project

__all__ = ["detect_dockerfile"]

USUAL = "Dockerfile"
_PORT = re.compile(r"\bPORT\b")
_SOURCES = (
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".py",
    ".rb",
    ".go",
    ".rs",
    ".java",
    ".kt",
    ".php",
    ".ex",
    ".exs",
    ".cs",
    ".sh",
)


def detect_dockerfile(project: Project, path: str = USUAL, target: str = "") -> Detection | None:
    """Read the port from EXPOSE (the first of the stage that is built), or from PORT among its variables.

    Args:
        project: The project.
        path: Where its Dockerfile is.
        target: Name or number of the stage that is built; empty for the last.

    Raises:
        Invalid: Another path than the usual one was asked for, and no file is there.
    """
    text = project.text(path)
    if text is None:
        if path == USUAL:
            return None
        raise Invalid(
            f"there is no file {path}, which is set as the Dockerfile of this app",
            hint="Commit that file, or set the path of the Dockerfile to where it is.",
            path=path,
        )
    port = exposed_port(text, target)
    silent = "The Dockerfile has no EXPOSE, and nothing that was looked at reads PORT: set the port of the app."
    told = () if port or _reads_port(project, text) else (silent,)
    warnings = (*told, *map(lost_volume, volumes(text, target)))
    return Detection("dockerfile", port=port, dockerfile=path, dockerfile_text=text, warnings=warnings)


def _reads_port(project: Project, text: str) -> bool:
    """Whether the Dockerfile or the source speaks of the variable PORT, which is set where no port is known."""
    return any(_PORT.search(each) for each in (text, *sources(project, *_SOURCES)))


def exposed_port(text: str, target: str = "") -> int | None:
    """The port that the image of a Dockerfile listens on, as far as it says so."""
    found = _declared(text, target)
    return found.ports[0] if found.ports else _port(found.variables.get("PORT", ""))


def volumes(text: str, target: str = "", arguments: Mapping[str, str] | None = None) -> dict[str, int]:
    """Paths that the image of a Dockerfile declares as volumes, each with the line that says so.

    Args:
        text: The Dockerfile.
        target: Name or number of the stage that is built; empty for the last.
        arguments: Build arguments.
    """
    return dict(_declared(text, target, arguments or {}).volumes)


@attrs.frozen
class _Declared:
    """What a stage says about its image, with what it inherits.

    Attributes:
        ports: The ports of EXPOSE: its own in order, then those of the stage that it starts from.
        volumes: The paths of VOLUME, each with its line.
        variables: The values of ENV and ARG.
    """

    ports: list[int] = attrs.field(factory=list)
    volumes: dict[str, int] = attrs.field(factory=dict)
    variables: dict[str, str] = attrs.field(factory=dict)


def _declared(text: str, target: str = "", arguments: Mapping[str, str] = MappingProxyType({})) -> _Declared:
    """What the stage declares that is built."""
    file = parse(text)
    defaults = {**file.defaults, **arguments}
    last = file.stage(target)
    stages: dict[str, _Declared] = {}
    found = _Declared(variables=dict(defaults))
    for stage in file.stages[: last.number + 1] if last is not None else ():
        inherited = stages.get(file.base(stage).lower(), _Declared())
        found = _Declared(volumes=dict(inherited.volumes), variables=dict(inherited.variables))
        stages[stage.name or str(stage.number)] = found
        for instruction in stage.instructions:
            said = expand(instruction.text, found.variables)
            if instruction.name == "ARG":
                declared = dict.fromkeys(said.split(), "") | pairs(said, file.escape)
                for name, value in declared.items():
                    found.variables.setdefault(name, arguments.get(name) or value or defaults.get(name, ""))
            elif instruction.name == "ENV":
                found.variables.update(pairs(said, file.escape))
            elif instruction.name == "EXPOSE":
                found.ports.extend(filter(None, map(_exposed, said.split())))
            elif instruction.name == "VOLUME":
                for word in instruction.arguments or said.split():
                    path = unquote(expand(word, found.variables), file.escape)
                    if path:
                        found.volumes.setdefault(path, instruction.line)
        found.ports.extend(inherited.ports)
    return found


def _exposed(word: str) -> int | None:
    number, _, protocol = unquote(word).partition("/")
    return _port(number.split("-")[0]) if protocol.lower() in ("", "tcp") else None


def _port(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) < 65536 else None
