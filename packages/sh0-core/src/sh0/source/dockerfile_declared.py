"""What the image of a Dockerfile says about itself: its port and its volumes. Pure reading of its text."""

import re
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final

import attrs

from sh0.source.dockerfile import parse
from sh0.source.dockerfile_words import expand, pairs, unquote

__all__ = ["exposed_port", "volumes"]

_INHERITED: Final = 500  # variables, volumes and ports that a stage takes over from the one that it starts from


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
        volumes = dict(islice(inherited.volumes.items(), _INHERITED))
        variables = dict(islice(inherited.variables.items(), _INHERITED))
        found = _Declared(volumes=volumes, variables=variables)
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
                for word in said.split() if instruction.arguments is None else instruction.arguments:
                    path = unquote(expand(word, found.variables), file.escape)
                    if path:
                        found.volumes.setdefault(path, instruction.line)
        found.ports.extend(inherited.ports[:_INHERITED])
    return found


def _exposed(word: str) -> int | None:
    number, _, protocol = unquote(word).partition("/")
    return _port(number.split("-")[0]) if protocol.lower() in ("", "tcp") else None


def _port(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) < 65536 else None
