"""Values that are not what they seem: variables, labels, platforms, and what is copied."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Hit, Severity, key_value_pairs, split_words
from sh0_plugins.rules.commands import calls, spot
from sh0_plugins.rules.dockerfile_copies import words
from sh0_plugins.rules.dockerfile_rule import dockerfile_rule
from sh0_plugins.rules.dockerfile_runs import acting

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]

_TAR: Final = r"\.(?:tar|tgz|tbz2?|txz|tlz|tar\.(?:gz|bz2|xz|lzma|zst|Z))$"
_EXTRACTS: Final = r"-(?!-)\w*x\w*|x\w*|--extract|--get"
_LABEL: Final = r"[a-z](?:[a-z0-9]|[.-](?![.-])){0,200}"
_RESERVED: Final = ("com.docker.", "io.docker.", "org.dockerproject.")


def _own_variable(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in acting(docker):
        if instruction.name != "ENV" or instruction.text.count("=") < 2:
            continue
        try:
            found = [word.partition("=")[::2] for word in split_words(instruction.text, docker.parsed.escape)]
        except ValueError:
            continue
        for at, (name, value) in enumerate(found):
            used = re.findall(r"(?<!\\)\$\{?([A-Za-z_]\w*)", re.sub(r"'[^']*'", "", value))
            others = {other for place, (other, _) in enumerate(found) if place != at}
            both = next((each for each in used if each in others), None)
            if both is not None:
                said = f"{name} uses {both} as it was before this ENV, which sets it."
                yield Hit(said, *spot(docker, instruction, rf"\b{re.escape(name)}="))
                break


def _label(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in acting(docker):
        for name in key_value_pairs(instruction.text, docker.parsed.escape) if instruction.name == "LABEL" else ():
            if name.startswith(_RESERVED):
                yield Hit(f"The label {name} is in a name space of Docker's own.", instruction.line, 1)
            elif not re.fullmatch(_LABEL, name) or name.endswith((".", "-")):
                said = f"{name[:60]} is no usual name of a label: small letters and digits, with dots and hyphens."
                yield Hit(said, instruction.line, 1)


def _fixed_platform(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages:
        platform = (stage.start.flag("platform") or "").strip("\"'")
        if platform and "$" not in platform:
            yield Hit(f"The image is built for {platform}, whatever the server is.", stage.start.line, 1)


def _needless_platform(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages:
        if re.fullmatch(r"[\"']?\$\{?TARGETPLATFORM(?::-)?\}?[\"']?", stage.start.flag("platform") or ""):
            yield Hit("TARGETPLATFORM is the platform that FROM takes anyway.", stage.start.line, 1)


def _whole_stage(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in acting(docker):
        if instruction.name == "COPY" and instruction.flag("from") and words(instruction) == ("/", "/"):
            yield Hit("Everything is copied from another stage.", instruction.line, 1)


def _unpacked(docker: "DockerfileText") -> Iterator[Hit]:
    copied: dict[str, tuple[int, int]] = {}
    for instruction in docker.parsed.instructions:
        if instruction.name == "FROM":
            copied = {}
        elif instruction.name == "COPY" and instruction.flag("from") is None:
            *sources, target = words(instruction) or ("",)
            for source in sources:
                if re.search(_TAR, source):
                    copied[_last(target if re.search(_TAR, target) else source)] = (instruction.line, 1)
        elif instruction.name == "RUN":
            for call in calls(instruction) if copied else ():
                extracts = call.words[0] == "tar" and any(re.fullmatch(_EXTRACTS, word) for word in call.words[1:])
                for word in call.words[1:] if extracts else ():
                    place = copied.pop(_last(word), None)
                    if place is not None:
                        yield Hit(f"{_last(word)} is copied here and unpacked later.", *place)


def _last(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


RULES: Final = (
    dockerfile_rule(
        "SH0-DF040",
        "Variable is used where it is set",
        "All values of an ENV are replaced before any of them counts, so the old value is used, or none.",
        "Write two ENV, one after the other.",
        "https://docs.docker.com/reference/dockerfile/#environment-replacement",
        _own_variable,
        severity=Severity.WARNING,
    ),
    dockerfile_rule(
        "SH0-DF041",
        "Name of a label",
        "Tools pass over names that they do not expect, and reserved ones may change what Docker does.",
        "Write small letters, digits, dots and hyphens, beginning with a letter, in a name space of your own.",
        "https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations",
        _label,
    ),
    dockerfile_rule(
        "SH0-DF042",
        "Image for one platform",
        "On a server with another processor it is emulated, many times slower, or does not start at all.",
        "Leave `--platform` out, or write `--platform=$BUILDPLATFORM` for a stage that compiles for others.",
        "https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/",
        _fixed_platform,
    ),
    dockerfile_rule(
        "SH0-DF043",
        "Platform that is the default",
        "It says nothing, and only BuildKit understands it.",
        "Leave `--platform` out.",
        "https://docs.docker.com/reference/build-checks/redundant-target-platform/",
        _needless_platform,
    ),
    dockerfile_rule(
        "SH0-DF044",
        "Whole file system of another stage",
        "Whatever the build left there comes along, and files of the base image are replaced by those of another.",
        "Start from that stage (`FROM build`), or copy what the app needs.",
        "https://docs.docker.com/build/building/multi-stage/",
        _whole_stage,
    ),
    dockerfile_rule(
        "SH0-DF045",
        "Archive is copied and then unpacked",
        "The archive stays in its layer, so the image holds everything twice.",
        "Write `ADD archive.tar.gz /folder/`, which unpacks it.",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
        _unpacked,
    ),
)
