"""How a Dockerfile installs packages of the operating system."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import Command, spot, words_of
from sh0_plugins.rules.dockerfile_runs import Run, all_runs, passed_over, replaced

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction

__all__ = ["RULES"]

_APT = ("apt-get", "apt", "aptitude")
_YUM = ("yum", "dnf", "dnf5", "microdnf", "tdnf")
_CONDA = ("conda", "mamba")
_OTHERS = frozenset({"list", "info", "search", "show", "help", "provides", "download", "env", "config", "run"})
"""Commands of package managers that never ask: what follows them is no verb."""


@attrs.frozen
class _Manager:
    """A package manager that asks before it changes anything.

    Attributes:
        programs: Its names.
        verbs: A pattern of what makes it ask.
        sometimes: A pattern of what makes it ask where there is anything to do, which depends on the day.
        answers: A pattern of the options that answer.
        option: The one that is put in as a fix.
        alone: A pattern of what does not make it ask unless packages are named.
    """

    programs: tuple[str, ...]
    verbs: str
    sometimes: str
    answers: str
    option: str = "-y"
    alone: str = r"(?!)"

    def asking(self, command: Command) -> tuple[str, bool] | None:
        """The word that makes it ask, and whether it always does; None if nothing does."""
        words = words_of(command)[1:3]
        if command[0] not in self.programs or (words[:1] and words[0] in _OTHERS):
            return None
        told = dict.fromkeys((*command[1:2], *words))
        for pattern, always in ((self.verbs, True), (self.sometimes, False)):
            for word in told:
                if re.fullmatch(pattern, word) and (words or not re.fullmatch(self.alone, word)):
                    return word, always
        return None

    def is_answered(self, command: Command) -> bool:
        """Whether it has its answer; a variable may hold one."""
        quiet = sum(word.count("q") if re.fullmatch(r"-q+", word) else word == "--quiet" for word in command)
        return (
            (self.programs == _APT and quiet > 1)
            or any(re.fullmatch(self.answers, word) for word in command)
            or any(word.startswith("$") for word in command[1:3])
        )


_MANAGERS: Final = (
    _Manager(
        _APT,
        r"install|reinstall|build-dep|satisfy",
        r"(?:dist-|full-|safe-)?upgrade|remove|purge|auto(?:remove|purge)",
        r"-\w*y\w*|--yes|--assume-yes|-q{2,}\w*|-q=[2-9]|--quiet=[2-9]|(?:-o)?APT::Get::Assume-Yes=.*",
    ),
    _Manager(
        _YUM,
        r"install|in|localinstall|group-?install|reinstall|builddep|swap|downgrade",
        r"update|upgrade|up|upgrade-minimal|update-minimal|localupdate|group-?(?:update|remove)|distro-?sync|dsync"
        r"|remove|rm|erase|autoremove|enable|reset|switch-to",
        r"-\w*y\w*|--assumeyes|--setopt=assumeyes=(?:1|[Tt]rue|yes)",
    ),
    _Manager(
        ("zypper",),
        r"install|in|source-install|si|install-new-recommends|inr",
        r"update|up|patch|dist-upgrade|dup|remove|rm",
        r"-\w*[yn]\w*|--no-confirm|--non-interactive",
    ),
    _Manager(("pacman",), r"-S[yu]*|-U|-R[nsc]*", r"-S[yu]*u[yu]*", r"--noconfirm", "--noconfirm", r"-Sy+"),
    _Manager(_CONDA, r"install|create", r"update|upgrade|remove|uninstall|clean", r"-\w*y\w*|--yes|--dry-run"),
)


def _runs(docker: "DockerfileText") -> "Iterator[tuple[Instruction, list[Command]]]":
    for run in all_runs(docker):
        yield run.instruction, [call.words for call in run.calls]


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
        if any(_upgrades(command) for command in found):
            yield Hit(
                "All packages of the base image are upgraded.",
                *spot(docker, instruction, r"\b(?:(?:dist-|full-)?upgrade|dup|update)\b"),
            )


def _upgrades(command: Command) -> bool:
    """Whether a command upgrades everything, and not the packages that it names."""
    if _does(command, _APT, "upgrade", "dist-upgrade", "full-upgrade"):
        return True
    whole = len(words_of(command)) == 2
    return (
        _does(command, ("zypper",), "dist-upgrade", "dup")
        or (whole and _does(command, ("zypper", *_YUM), "update", "upgrade", "up", "distro-sync"))
        or (whole and _does(command, ("apk",), "upgrade"))
    )


def _update_alone(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction, found in _runs(docker):
        updates = any(_does(command, _APT, "update") for command in found)
        if updates and not _installs(found) and not _mounted(instruction) and len(found) == 1:
            yield Hit(
                "The package lists are fetched in a layer of their own.", *spot(docker, instruction, r"\bupdate\b")
            )


def _asks(docker: "DockerfileText") -> Iterator[Hit]:
    settled, passed = _settled(docker), passed_over(docker)
    for run in all_runs(docker):
        answered = {call.pipeline for call in run.calls if call.words[0] == "yes"}
        for call in run.calls:
            manager = next((each for each in _MANAGERS if each.asking(call.words)), None)
            asked = manager.asking(call.words) if manager else None
            if manager is None or asked is None:
                continue
            if call.pipeline in answered or manager.is_answered(call.words) or settled(run, manager):
                continue
            program, (verb, always) = call.words[0], asked
            pattern = rf"\b{re.escape(program)}\s+(?:-\S+\s+)*{verb}\b"
            line, column = spot(docker, run.instruction, pattern)
            fix = replaced(docker, line, rf"({pattern})", rf"\1 {manager.option}", "Answer yes")
            when = "before it changes anything" if always else "where there is anything to change"
            severity = passed(run.instruction) or (None if always else Severity.WARNING)
            yield Hit(f"{program} {verb} asks {when}, and nobody answers.", line, column, fix=fix, severity=severity)


def _settled(docker: "DockerfileText") -> "Callable[[Run, _Manager], bool]":
    """Whether the configuration of a manager answers for it: one that an earlier line of the stage writes."""
    answers = {
        _APT: r"(?i)APT::Get::Assume-?Yes|apt\.conf",
        _YUM: r"(?i)\bassumeyes\b|/(?:yum|dnf)\.conf\b",
        _CONDA: r"(?i)\b(?:conda|mamba)_always_yes\b|\balways_yes\b|condarc\b",
    }
    text = [line if not line.lstrip().startswith("#") else "" for line in docker.file.lines]

    def settled(run: Run, manager: _Manager) -> bool:
        answer = answers.get(manager.programs)
        return answer is not None and any(re.search(answer, line) for line in text[: run.instruction.last])

    return settled


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
        remedy="Build regularly on a newer base image (`docker build --pull`), which holds the same upgrades.",
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
        remedy="Write `apt-get update && apt-get install …` in one RUN.",
        link="https://docs.docker.com/build/building/best-practices/#apt-get",
        subject=Subject.DOCKERFILE,
        check=_update_alone,
    ),
    Rule(
        id="SH0-DF008",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Package manager that waits for an answer",
        why="No one is there to answer while an image is built, so the build ends with an error.",
        remedy="Write `apt-get install -y`, `dnf install -y` or `zypper --non-interactive install`.",
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
        remedy=(
            "Write `apt-get install -y --no-install-recommends …`. Name what you do need, such as "
            "`ca-certificates`: sh0 does not change this by itself."
        ),
        link="https://docs.docker.com/build/building/best-practices/#apt-get",
        subject=Subject.DOCKERFILE,
        check=_recommends,
    ),
    Rule(
        id="SH0-DF009",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Script from the network is run unseen",
        why="Whoever controls that address, or cuts the connection in the middle of it, decides what is in your image.",
        remedy=(
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
            "It is one more way in, with passwords or keys that live in the image, and it is not what the "
            "container is there for."
        ),
        remedy="Remove it; `sh0 ssh APP` opens a terminal in a running container.",
        link="https://docs.docker.com/build/building/best-practices/#decouple-applications",
        subject=Subject.DOCKERFILE,
        check=_ssh,
    ),
)
