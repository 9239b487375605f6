"""The images that a Dockerfile is made of: those that its stages start from, copy from and mount."""

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from sh0.builds.kept_arguments import lasting_arguments
from sh0.builds.mounted_secrets import MountedSecret, mounted_secrets
from sh0.errors import BadDockerfile
from sh0.source.buildkit import built_stages
from sh0.source.dockerfile import Instruction, parse
from sh0.source.globs import anchored, compiled, matches
from sh0.source.outline import Outline, outline

__all__ = ["Base", "Reading", "bases", "read_dockerfile", "triggered"]

_VARIABLE = re.compile(r"\$(?:(?P<name>\w+)|\{(?P<braced>\w++)(?P<rest>[^{}]*+)\})")
_SYNTAX = re.compile(r"#\s*syntax\s*=\s*(\S+)", re.IGNORECASE)
_DEPTH = 8  # variables within the defaults of variables
_DIGITS = 9  # of the number of a stage
_LONGEST = 1000  # characters of a reference once its variables are replaced
_MOST = 500  # images that a Dockerfile may refer to


@attrs.frozen
class Base:
    """An image that a Dockerfile refers to.

    Attributes:
        reference: As the engine will read it, as far as that can be told: variables replaced, quotes left out.
        line: Line of the Dockerfile.
        stage: Number of the stage that starts from it, which then carries out the image's own instructions for that
            (``ONBUILD``); None where it is only copied from or mounted.
        platform: Platform that such a stage asks for; empty for the server's own.
    """

    reference: str
    line: int
    stage: int | None = None
    platform: str = ""


@attrs.frozen
class Reading:
    """What has to be known of a Dockerfile before it is built.

    Attributes:
        outline: How it is built.
        bases: The images that it refers to, each once.
        arguments: Names of its build arguments.
        lasting: Names of those among them that the stages declare which become the image: its history keeps them.
        secrets: The secrets that its steps mount.
    """

    outline: Outline
    bases: tuple[Base, ...]
    arguments: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    secrets: tuple[MountedSecret, ...] = ()


def read_dockerfile(text: str, arguments: Mapping[str, str], target: str = "") -> Reading:
    """Read a Dockerfile that is to be built.

    Args:
        text: The Dockerfile.
        arguments: Build arguments.
        target: Stage that is built; empty for the last. What only other stages start from is not started from.

    Raises:
        BadDockerfile: It refers to more images than anybody needs.
    """
    found: dict[tuple[str, str], Base] = {}
    built = built_stages(text, target)
    for each in bases(text, arguments):
        base = each if each.stage in built else attrs.evolve(each, stage=None)
        key = (base.reference, base.platform)
        if key not in found or (found[key].stage is None and base.stage is not None):
            found[key] = base
        if len(found) > _MOST:
            raise BadDockerfile(
                f"Dockerfile:{base.line}: it refers to more than {_MOST} images", hint="Build from fewer.", log=[]
            )
    declared = [each for each in parse(text).instructions if each.name == "ARG"][:_MOST]
    names = (name for each in declared for word in each.text.split() if (name := word.partition("=")[0]))
    lasting = lasting_arguments(text, target)
    secrets = mounted_secrets(text, target)
    return Reading(outline(text), tuple(found.values()), tuple(dict.fromkeys(names)), lasting, secrets)


def bases(text: str, arguments: Mapping[str, str]) -> Iterator[Base]:
    """Every image that building a Dockerfile looks up, in order; stages of its own are none.

    Args:
        text: The Dockerfile.
        arguments: Build arguments.
    """
    if (syntax := _SYNTAX.match(text.removeprefix("\ufeff"))) is not None:
        yield Base(syntax[1], 1)
    dockerfile = parse(text)
    common: dict[str, str] = dict(arguments)
    for instruction in dockerfile.before:
        _declare(instruction, common, arguments)
    known = {""}
    for stage in dockerfile.stages:
        base = _value(stage.base, common)
        if base.lower() not in known and base.lower() != "scratch":
            asked = next((value for name, value in stage.start.flags if name == "platform"), "")
            yield Base(base, stage.start.line, stage.number, _value(asked, common))
        variables = dict(common)
        for instruction in stage.instructions:
            _declare(instruction, variables, arguments)
            for reference in _sources(instruction):
                found = _value(reference, variables)
                if found.lower() not in known and not _is_stage(found, stage.number):
                    yield Base(found, instruction.line)
        known.add(stage.name)


def triggered(triggers: Sequence[str], stage: int) -> Iterator[str]:
    """Every image that the instructions look up which an image has for builds that start from it, as it is written.

    Args:
        triggers: The instructions.
        stage: Number of the stage that starts from it; those before it are no images.
    """
    for trigger in triggers:
        for found in parse(f"FROM scratch\n{trigger}").stages:
            for instruction in found.instructions:
                yield from (each for each in _sources(instruction) if not _is_stage(each, stage))


def _is_stage(reference: str, before: int) -> bool:
    return reference.isdecimal() and len(reference) < _DIGITS and int(reference) < before


def _declare(instruction: Instruction, variables: dict[str, str], arguments: Mapping[str, str]) -> None:
    if instruction.name not in ("ARG", "ENV"):
        return
    for word in instruction.text.split():  # a value with a blank in it is part of no reference
        name, assigned, value = word.partition("=")
        if assigned and (instruction.name == "ENV" or name not in arguments):
            variables[name] = _value(value, variables)
    old_form = instruction.text.split(None, 1)
    if instruction.name == "ENV" and len(old_form) == 2 and "=" not in old_form[0]:
        variables[old_form[0]] = _value(old_form[1], variables)


def _sources(instruction: Instruction) -> Iterator[str]:
    if instruction.name == "ONBUILD":  # runs in whatever is built from the image, with the same right to read
        for inner in parse(f"FROM scratch\n{instruction.text}").stages[0].instructions:
            yield from _sources(inner)
    for name, value in instruction.flags:
        if name == "from" and instruction.name in ("COPY", "ADD"):
            yield value
        elif name == "mount" and instruction.name == "RUN":
            for option in value.strip("\"'").split(","):
                key, _, source = option.partition("=")
                if key.strip().lower() == "from":
                    yield source


def _cut(value: str, rest: str) -> str:
    """A value without a pattern at its start (``#``, ``##``) or end (``%``, ``%%``), or with it replaced (``/``)."""
    operator, twice = rest[:1], rest[:1] == rest[1:2]
    pattern, value = rest[1 + twice :][:_LONGEST], value[:_LONGEST]
    if operator in ("#", "%"):
        for size in sorted(range(len(value) + 1), reverse=twice):
            keep = len(value) - size
            if matches(value[:size] if operator == "#" else value[keep:], pattern):
                return value[size:] if operator == "#" else value[:keep]
    if operator == "/" and (found := compiled(anchored(pattern.partition("/")[0])[1:-1])) is not None:
        return str(found.sub(lambda _: pattern.partition("/")[2], value, 0 if twice else 1))
    return value


def _value(text: str, variables: Mapping[str, str]) -> str:
    """A word with its variables replaced, and without what quotes it."""

    def replace(match: re.Match[str]) -> str:
        if match["name"] is not None:
            return variables.get(match["name"], "")
        value, rest = variables.get(match["braced"], ""), match["rest"]
        operator, word = rest.lstrip(":")[:1], rest.lstrip(":")[1:]
        if operator == "-":
            return value or word
        if operator == "+":
            return word if value else ""
        return _cut(value, _VARIABLE.sub(replace, rest))

    for _ in range(_DEPTH):
        if "$" not in text or len(text) > _LONGEST:
            break
        text = _VARIABLE.sub(replace, text)
    return re.sub(r"[\"'\\]", "", text)[:_LONGEST].strip()
