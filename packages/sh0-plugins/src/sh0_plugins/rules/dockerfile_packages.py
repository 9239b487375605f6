"""How a Dockerfile installs packages of the operating system."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0 import Category, Edit, Fix, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import Command, commands, spot, words_of

if TYPE_CHECKING:
    from sh0 import DockerfileText
    from sh0.builds.dockerfile_text import Instruction

__all__ = ["RULES"]

_APT = ("apt-get", "apt", "aptitude")
_LISTS = "rm -rf /var/lib/apt/lists/*"


def _runs(docker: "DockerfileText") -> "Iterator[tuple[Instruction, list[Command]]]":
    for instruction in docker.parsed.instructions:
        if instruction.name == "RUN":
            yield instruction, list(commands(instruction))


def _does(command: Command, programs: tuple[str, ...], *verbs: str) -> bool:
    words = words_of(command)
    return bool(words) and words[0] in programs and any(verb in words[1:3] for verb in verbs)


def _installs(found: list[Command]) -> list[Command]:
    return [command for command in found if _does(command, _APT, "install")]


def _mounted(instruction: "Instruction") -> bool:
    """Whether the instruction keeps package lists in a cache of the builder instead of the image."""
    return any(
        name == "mount" and ("/var/lib/apt" in value or "/var/cache" in value) for name, value in instruction.flags
    )


def _upgrade(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        if any(_does(command, _APT, "upgrade", "dist-upgrade", "full-upgrade") for command in found):
            yield Hit(
                "All packages of the base image are upgraded.",
                *spot(docker, instruction, r"\b(?:dist-|full-)?upgrade\b"),
            )


def _update_alone(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        updates = any(_does(command, _APT, "update") for command in found)
        if updates and not _installs(found) and not _mounted(instruction) and len(found) == 1:
            yield Hit(
                "The package lists are fetched in a layer of their own.", *spot(docker, instruction, r"\bupdate\b")
            )


def _asks(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        for command in _installs(found):
            if not any(re.match(r"^(?:-\w*y\w*|--yes|--assume-yes|-q{2,}\w*|--quiet=2)$", word) for word in command):
                line, column = spot(docker, instruction, r"\bapt(?:-get|itude)?\s+(?:-\S+\s+)*install\b")
                fix = _replaced(docker, line, r"\b(apt(?:-get|itude)?\s+(?:-\S+\s+)*install)\b", r"\1 -y", "Answer yes")
                yield Hit(f"{command[0]} install asks before it installs, and nobody answers.", line, column, fix=fix)


def _replaced(docker: "DockerfileText", line: int, pattern: str, by: str, title: str) -> Fix | None:
    """The fix that replaces the only match of a pattern in a line."""
    text = docker.file.lines[line - 1]
    if len(re.findall(pattern, text)) != 1:
        return None
    return Fix(title, (Edit(docker.file.path, line, line, (re.sub(pattern, by, text),)),))


def _recommends(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        installs = _installs(found)
        if installs and not any(
            "--no-install-recommends" in command or "APT::Install-Recommends" in " ".join(command)
            for command in installs
        ):
            yield Hit(
                "Packages that are only recommended are installed too.", *spot(docker, instruction, r"\binstall\b")
            )


def _lists_left(docker: "DockerfileText") -> Iterator[Hit]:
    runs = list(_runs(docker))
    every_updates = all(
        any(_does(command, _APT, "update") for command in found) for _, found in runs if _installs(found)
    )
    for instruction, found in runs:
        text = instruction.text + "".join(instruction.heredocs)
        if not _installs(found) or _mounted(instruction) or "/var/lib/apt/lists" in text or "distclean" in text:
            continue
        yield Hit(
            "The package lists stay in the layer.",
            *spot(docker, instruction, r"\binstall\b"),
            fix=_cleaned(docker, instruction) if every_updates else None,
        )


def _cleaned(docker: "DockerfileText", instruction: "Instruction") -> Fix | None:
    last = docker.file.lines[instruction.last - 1]
    simple = (
        instruction.arguments is None
        and not instruction.heredocs
        and not re.search(r"\|\||;|&\s*$|#", instruction.text)
    )
    if not simple or not last.strip() or last.rstrip().endswith(("\\", "`", "&")):
        return None
    indent = "    "
    lines = (f"{last.rstrip()} \\", f"{indent}&& {_LISTS}")
    return Fix(
        "Remove the package lists in the same layer",
        (Edit(docker.file.path, instruction.last, instruction.last, lines),),
    )


def _apk(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        adds = [command for command in found if _does(command, ("apk",), "add")]
        if (
            not adds
            or any("--no-cache" in command for command in adds)
            or "/var/cache/apk" in instruction.text
            or _mounted(instruction)
        ):
            continue
        line, column = spot(docker, instruction, r"\bapk\s+(?:-\S+\s+)*add\b")
        fix = _replaced(docker, line, r"\b(apk\s+(?:-\S+\s+)*add)\b", r"\1 --no-cache", "Keep no index of packages")
        yield Hit("The index of packages stays in the layer.", line, column, fix=fix)


def _piped(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, _ in _runs(docker):
        text = instruction.text + "\n" + "\n".join(instruction.heredocs)
        if re.search(
            r"\b(?:curl|wget)\b[^|;&\n]{0,300}\|[ \t]*(?:sudo[ \t]+)?(?:-E[ \t]+)?(?:/bin/)?(?:ba|z|da)?sh\b", text
        ):
            yield Hit(
                "A script from the network is run without a look at it.",
                *spot(docker, instruction, r"\b(?:curl|wget)\b"),
            )


def _ssh(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        if any(word in ("openssh-server", "dropbear", "telnetd") for command in found for word in command):
            yield Hit(
                "A server for remote logins is installed in the image.",
                *spot(docker, instruction, r"openssh-server|dropbear|telnetd"),
            )


RULES: Final = (
    Rule(
        id="SH0-DF006",
        category=Category.DOCKERFILE,
        severity=Severity.HINT,
        title="Whole system is upgraded in the build",
        why=(
            "What an upgrade brings depends on the day, so nobody can say what is in the image; the cache "
            "keeps the old answer for weeks."
        ),
        mend="Build regularly on a newer base image (`docker build --pull`), which holds the same upgrades.",
        link="https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
        subject=Subject.DOCKERFILE,
        check=_upgrade,
    ),
    Rule(
        id="SH0-DF007",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Package lists in a layer of their own",
        why=(
            "The layer is cached. A later `apt-get install` then asks for versions that the mirror no longer "
            "has, and the build fails."
        ),
        mend="Write `apt-get update && apt-get install …` in one RUN.",
        link="https://docs.docker.com/build/building/best-practices/#apt-get",
        subject=Subject.DOCKERFILE,
        check=_update_alone,
    ),
    Rule(
        id="SH0-DF008",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Installation that waits for an answer",
        why="No one is there to answer while an image is built, so the build ends with an error.",
        mend="Write `apt-get install -y`.",
        link="https://github.com/hadolint/hadolint/wiki/DL3014",
        subject=Subject.DOCKERFILE,
        check=_asks,
    ),
    Rule(
        id="SH0-PF001",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Recommended packages are installed",
        why=(
            "Debian installs what a package recommends along with it, often hundreds of megabytes that the app "
            "never uses."
        ),
        mend=(
            "Write `apt-get install -y --no-install-recommends …`. Name what you do need, such as "
            "`ca-certificates`: sh0 does not change this by itself."
        ),
        link="https://docs.docker.com/build/building/best-practices/#apt-get",
        subject=Subject.DOCKERFILE,
        check=_recommends,
    ),
    Rule(
        id="SH0-PF002",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Package lists stay in the image",
        why="They are some 20 to 40 MB that every pull carries, and no layer after this one can take them out again.",
        mend="End the same RUN with `&& rm -rf /var/lib/apt/lists/*`, or mount a cache for them.",
        link="https://docs.docker.com/build/building/best-practices/#apt-get",
        subject=Subject.DOCKERFILE,
        check=_lists_left,
    ),
    Rule(
        id="SH0-PF003",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Index of Alpine packages stays in the image",
        why="The index is of no use in a running container and makes every pull larger.",
        mend="Write `apk add --no-cache …`.",
        link="https://github.com/hadolint/hadolint/wiki/DL3019",
        subject=Subject.DOCKERFILE,
        check=_apk,
    ),
    Rule(
        id="SH0-DF009",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Script from the network is run unseen",
        why="Whoever controls that address, or cuts the connection in the middle of it, decides what is in your image.",
        mend=(
            "Fetch a pinned version with `ADD --checksum=sha256:…`, or take the tool from its own image with "
            "`COPY --from`."
        ),
        link="https://docs.docker.com/reference/dockerfile/#add---checksum",
        subject=Subject.DOCKERFILE,
        check=_piped,
    ),
    Rule(
        id="SH0-EX012",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Server for remote logins in the image",
        why=(
            "It is one more door, with passwords or keys that live in the image, and it is not what the "
            "container is there for."
        ),
        mend="Remove it; `sh0 ssh APP` opens a terminal in a running container.",
        link="https://docs.docker.com/build/building/best-practices/#decouple-applications",
        subject=Subject.DOCKERFILE,
        check=_ssh,
    ),
)
