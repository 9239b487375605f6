"""Commands of a build that do something else than they seem to, or too much."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sh0.plugin import Hit
from sh0_plugins.rules.commands import Call, Command, spot
from sh0_plugins.rules.dockerfile_rule import dockerfile_rule
from sh0_plugins.rules.dockerfile_runs import all_runs

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]

_USELESS: Final = frozenset(
    {"ssh", "vim", "vi", "nano", "shutdown", "reboot", "service", "systemctl", "ps", "free", "top", "htop", "kill"}
    | {"mount", "umount", "ifconfig", "dmesg"}
)
_MANY_DIGITS: Final = 6
_QUIET: Final = r"-(?!-)\w*(?:q|nv|o|a)|--(?:quiet|no-verbose|output-file|append-output|progress|show-progress)(?:=.*)?"
_VALUED: Final = frozenset({"-C", "-ldflags", "-tags", "-o", "-mod", "-gcflags", "-asmflags", "-modfile", "-p"})


def _each(found: "Callable[[Call], str]") -> "Callable[[DockerfileText], Iterator[Hit]]":
    """A check of every command: what it says about one, where that is not empty."""

    def check(docker: "DockerfileText") -> Iterator[Hit]:
        for run in all_runs(docker):
            for call in run.calls:
                said = found(call)
                if said:
                    yield Hit(said, *spot(docker, run.instruction, rf"(?<![\w.-]){re.escape(call.path)}(?![\w.-])"))
                    break

    return check


def _useless(call: Call) -> str:
    return f"{call.words[0]} does nothing of use while an image is built." if call.words[0] in _USELESS else ""


def _apt(call: Call) -> str:
    return "apt is made for people: its output and options change." if call.words[0] == "apt" and call.words[1:] else ""


def _sparse(call: Call) -> str:
    words = call.words
    if words[0] != "useradd" or any(re.fullmatch(r"-(?!-)\w*l\w*|--no-log-init", word) for word in words):
        return ""
    for before, word in pairwise(words):
        found = re.fullmatch(r"--uid=([0-9]+)|-(?!-)\w*u([0-9]+)", word)
        number = (found[1] or found[2]) if found else word if re.fullmatch(r"--uid|-(?!-)\w*u", before) else ""
        if number.isdecimal() and len(number) >= _MANY_DIGITS:
            return f"useradd makes a log with room for {number} users."
    return ""


def _progress(call: Call) -> str:
    quiet = any(re.fullmatch(_QUIET, word) or re.match(r"-(?!-)\w*q", word) for word in call.words)
    fetches = call.words[0] == "wget" and not quiet and any(not word.startswith("-") for word in call.words[1:])
    return "wget writes a line of progress for every few kilobytes." if fetches else ""


def _linked_shell(call: Call) -> str:
    words = [word for word in call.words[1:] if not word.startswith("-")]
    replaces = call.words[0] == "ln" and words[1:] and words[-1] in ("/bin/sh", "/usr/bin/sh")
    return "/bin/sh is replaced for every program of the image." if replaces else ""


def _go(call: Call) -> str:
    if call.words[0] != "go" or call.words[1:2] not in (("install",), ("get",), ("run",)):
        return ""
    packages = list(_packages(call.words[2:]))
    for package in packages[:1] if call.words[1] == "run" else packages:
        name, at, version = package.partition("@")
        ours = name.startswith((".", "/", "$", "{")) or name.endswith(".go") or name in ("all", "std", "cmd", "tool")
        if not ours and (not at or version in ("latest", "upgrade", "main", "master")):
            return f"{package} may be another version tomorrow."
    return ""


def _packages(words: Command) -> Iterator[str]:
    at = 0
    while at < len(words):
        if words[at].startswith("-"):
            at += words[at] in _VALUED
        else:
            yield words[at]
        at += 1


def _two_fetchers(docker: "DockerfileText") -> Iterator[Hit]:
    seen: dict[int, set[str]] = {}
    for run in all_runs(docker):
        known = seen.setdefault(run.stage, set())
        new = {call.words[0] for call in run.calls} & {"curl", "wget"}
        both = (known | new) == {"curl", "wget"}
        known |= new
        if both and new:
            yield Hit("Both curl and wget are used in one stage.", *spot(docker, run.instruction, r"\b(?:curl|wget)\b"))


RULES: Final = (
    dockerfile_rule(
        "SH0-DF031",
        "Command without use in a build",
        "Nothing runs while an image is built but the build itself, and what such a command starts ends with its RUN.",
        "Remove it. What shall run in the container is started by CMD.",
        "https://docs.docker.com/build/building/best-practices/#decouple-applications",
        _each(_useless),
    ),
    dockerfile_rule(
        "SH0-DF032",
        "apt in a script",
        "apt says itself that its interface is not stable; a later version may ask, or write something else.",
        "Write `apt-get` or `apt-cache`.",
        "https://manpages.debian.org/stable/apt/apt.8.en.html#SCRIPT_USAGE_AND_DIFFERENCES_FROM_OTHER_APT_TOOLS",
        _each(_apt),
    ),
    dockerfile_rule(
        "SH0-DF033",
        "useradd with a large number",
        "The files of last logins have a place for every number up to that one, and the image holds them in full.",
        "Write `useradd --no-log-init`, or take a number below 100000.",
        "https://docs.docker.com/build/building/best-practices/#user",
        _each(_sparse),
    ),
    dockerfile_rule(
        "SH0-DF034",
        "wget fills the log of the build",
        "Thousands of lines hide what went wrong.",
        "Write `wget -nv`, or `wget --progress=dot:giga`.",
        "https://www.gnu.org/software/wget/manual/wget.html#Download-Options",
        _each(_progress),
    ),
    dockerfile_rule(
        "SH0-DF035",
        "Both curl and wget",
        "Two programs that do the same are installed, updated and part of what can be attacked.",
        "Use one of them.",
        "https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages",
        _two_fetchers,
    ),
    dockerfile_rule(
        "SH0-DF036",
        "Default shell is replaced by a link",
        "Scripts of the system are written for the shell that was there.",
        'Write `SHELL ["/bin/bash", "-c"]`: it counts for the instructions that follow.',
        "https://docs.docker.com/reference/dockerfile/#shell",
        _each(_linked_shell),
    ),
    dockerfile_rule(
        "SH0-DF037",
        "Go package without a version",
        "Unless go.mod says which, the newest version is taken, so the same Dockerfile makes another image tomorrow.",
        "Write the version that you have tested: `go install example.com/tool@v1.2.3`.",
        "https://go.dev/ref/mod#go-install",
        _each(_go),
    ),
)
