"""What each instruction of a Dockerfile takes: flags, number and form of its arguments, as the builder demands it."""

import re
import signal
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sh0.plugin import dockerfile_directives, expand_variables, heredoc_mark, split_words, unquote

if TYPE_CHECKING:
    from sh0.plugin import Dockerfile, DockerfileText, Instruction

__all__ = ["ARGUMENTS", "INSTRUCTIONS", "declared_empty", "usual_syntax", "wrong_flags"]

_BOOLEAN: Final = frozenset({"link", "parents", "keep-git-dir", "unpack"})
_SEVERAL: Final = frozenset({"mount", "exclude", "device"})
_FLAGS: Final = {
    "ADD": frozenset({"chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"}),
    "COPY": frozenset({"chown", "chmod", "link", "from", "exclude", "parents"}),
    "FROM": frozenset({"platform"}),
    "HEALTHCHECK": frozenset({"interval", "timeout", "start-period", "start-interval", "retries"}),
    "RUN": frozenset({"mount", "network", "security", "device"}),
}
_VALUES: Final = {
    "chmod": r"0?[0-7]{1,5}|[ugoa]*[-+=][-+=,ugoarwxXst]*",
    "chown": r"[^:]*(?::[^:]*)?",
    "network": r"default|none|host",
    "security": r"sandbox|insecure",
    "checksum": r"sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})|[0-9a-f]{40}",
}
"""What an option takes where the builder knows it beforehand."""

_MOUNTS: Final = ("bind", "cache", "secret", "ssh", "tmpfs")
_PART_OF_A_NAME: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"

INSTRUCTIONS: Final = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)
"""Every instruction that the builder knows."""

_NO_FLAGS: Final = frozenset({"ARG", "STOPSIGNAL", "ONBUILD"})
"""Instructions whose flags the builder does not look at."""

_STAGE_NAME: Final = r"[a-z][a-z0-9-_.]*"
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_DURATION: Final = r"[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)"
_VARIABLE: Final = r"\$\{?([A-Za-z_]\w*)"
_PREDEFINED: Final = r"(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE"
_JSON_WORD: Final = r"(?:'[^']*'|[\"“”‘’][^\"“”‘’]*[\"“”‘’])"
_JSON_LIKE: Final = rf"\[\s*{_JSON_WORD}\s*(?:,.*|\]?\s*)|\[{_JSON_WORD}\s+['\"].*"
_SIGNALS: Final = frozenset(
    {each.name.removeprefix("SIG") for each in signal.Signals}
    | {"CLD", "IOT", "POLL", "STKFLT", "UNUSED"}
    | {f"RTMIN+{number}" for number in range(1, 16)}
    | {f"RTMAX-{number}" for number in range(1, 15)}
)


def usual_syntax(docker: "DockerfileText") -> bool:
    """Whether the file is for the usual builder: a ``syntax`` line may name another one, with other instructions."""
    syntax = dockerfile_directives(docker.file.text).get("syntax", "docker/dockerfile")
    return re.match(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@]|$)", syntax) is not None


def wrong_flags(instruction: "Instruction") -> str:
    """What is wrong with the options of an instruction, after its name; empty if nothing is."""
    if instruction.name in _NO_FLAGS or instruction.name not in INSTRUCTIONS:
        return ""
    if instruction.name == "HEALTHCHECK" and instruction.text.upper() == "NONE":
        return ""
    known, seen = _FLAGS.get(instruction.name, frozenset()), set[str]()
    for name, value in instruction.flags:
        if name not in known:
            return f"has no option --{name[:40]}"
        if name in seen and name not in _SEVERAL:
            return f"has the option --{name} twice"
        if name in _BOOLEAN and value.lower() not in ("", "true", "false"):
            return f"has the option --{name} with {value[:40]}, which is neither true nor false"
        if "$" not in value and not re.fullmatch(_VALUES.get(name, ".*"), value, re.DOTALL):
            return f"has the option --{name} with {value[:40] or 'nothing'}, which it does not take"
        mount = re.search(r"(?:^|,)type=([^,$]*)(?:,|$)", value) if name == "mount" else None
        if mount is not None and mount[1] not in _MOUNTS:
            return f"mounts something of the type {mount[1][:40]}; there are {', '.join(_MOUNTS)}"
        seen.add(name)
    word = instruction.text.split(None, 1)[:1]
    return f"has no option {word[0][:40]}" if word and re.match(r"--.", word[0]) else ""


def _words(instruction: "Instruction") -> tuple[str, ...]:
    return instruction.arguments or tuple(instruction.text.split())


def _not_json(instruction: "Instruction") -> str:
    """Whether a text is meant as a JSON list and is none, or a list of something else than texts."""
    text = instruction.text
    if instruction.arguments is not None:
        return ""
    if re.fullmatch(_JSON_LIKE, text, re.DOTALL):
        return "has a list that is no JSON: its words stand in double quotes, with commas between them"
    if re.fullmatch(r"\[\s*\"[^\]]*\]", text) and re.search(r",\s*(?:-?\d+|true|false|null)\s*[\],]", text):
        return "has a list with something in it that is no text"
    return ""


def _unclosed(instruction: "Instruction", file: "Dockerfile", *, words: bool = False) -> str:
    """Whether a quote is not closed: in the text, or in one of its words where white space ends a word in any case."""
    if instruction.arguments is not None:
        return ""
    try:
        for text in instruction.text.split() if words else (instruction.text,):
            split_words(text, file.escape)
    except ValueError:
        return "has a quote that is not closed"
    return ""


def _copy(instruction: "Instruction", file: "Dockerfile") -> str:
    words = _words(instruction)
    if len(words) < 2:
        return "needs a source and a destination"
    if instruction.arguments is None and heredoc_mark(words[-1]) is not None:
        return "has a here-document as its destination"
    return _not_json(instruction) or _unclosed(instruction, file, words=True)


def _pairs(instruction: "Instruction", file: "Dockerfile") -> str:
    """ENV and LABEL: ``name=value`` each, or the older ``name value``."""
    if not instruction.text:
        return "needs a name and a value"
    wrong = _unclosed(instruction, file)
    if wrong:
        return wrong
    words = split_words(instruction.text, file.escape)
    if "=" not in words[0]:
        return "" if len(words) > 1 else f"has no value for {words[0][:40]}"
    for word in words:
        name, equals, _value = word.partition("=")
        if not equals:
            return f"has {word[:40]} without a value: a value with spaces stands in quotes"
        if not name:
            return "has a value without a name"
    return ""


def _arg(instruction: "Instruction", file: "Dockerfile") -> str:
    if not instruction.text:
        return "needs a name"
    wrong = _unclosed(instruction, file)
    if not wrong and any(word.startswith("=") for word in split_words(instruction.text, file.escape)):
        return "has a value without a name"
    return wrong


def _from(instruction: "Instruction", file: "Dockerfile") -> str:
    words = instruction.text.split()
    if len(words) == 3 and words[1].lower() == "as":
        if not re.fullmatch(_STAGE_NAME, words[2].lower()):
            return f"gives the stage the name {words[2][:40]}: a name begins with a letter, and has no symbols"
    elif len(words) != 1:
        return "takes an image, or an image, AS and a name"
    wrong = _unclosed(instruction, file)
    if wrong:
        return wrong
    used = set(re.findall(_VARIABLE, words[0]))
    known = used & file.declared or any(re.fullmatch(_PREDEFINED, name) for name in used)
    if not known and not unquote(expand_variables(words[0], {}), file.escape).strip():
        return f"starts from {words[0][:40]}, which is empty: no ARG before the first FROM gives it a value"
    if known:
        return ""
    name = unquote(expand_variables(words[0], {}), file.escape)
    before = bisect_left(file.stages, instruction.line, key=lambda stage: stage.start.line)
    return "" if file.named(name, before) is not None else _no_reference(name)


def _no_reference(name: str) -> str:
    """What is wrong with the name of an image; empty if nothing is."""
    named = name.partition("@")[0]
    image, _, tag = named.rpartition(":") if ":" in named.rpartition("/")[2] else (named, "", "latest")
    if not re.fullmatch(r"\w[\w.-]{0,127}", tag, re.ASCII):
        return f"starts from {name[:60]}, which has no tag behind its colon"
    parts = image.split("/")
    host = len(parts) > 1 and re.search(r"[.:A-Z]|^localhost$", parts[0]) is not None
    if not all(re.fullmatch(_PART_OF_A_NAME, part) for part in parts[host:]):
        return f"starts from {name[:60]}, which is no name of an image: letters are small, and symbols single"
    return ""


def declared_empty(base: str, file: "Dockerfile") -> str:
    """The variable in the base of a stage that is declared without a value, or empty."""
    return next((name for name in re.findall(_VARIABLE, base) if name in file.declared), "")


def _healthcheck(instruction: "Instruction", _: "Dockerfile") -> str:
    kind, rest = (*instruction.text.split(None, 1), "", "")[:2]
    if kind.upper() == "NONE":
        return "NONE takes no arguments" if rest.strip() else ""
    if kind.upper() != "CMD":
        return f"takes CMD and a command, or NONE, not {kind[:40]}" if kind else "needs CMD and a command, or NONE"
    if rest.strip() in ("", "[]"):
        return "CMD has no command"
    for name, value in instruction.flags:
        if name == "retries":
            if not re.fullmatch(r"\+?[0-9]{1,9}", value) and "$" not in value:
                return f"has --retries={value[:40]}, which is no number"
        elif "$" not in value and not re.fullmatch(_DURATION, value):
            return f"has --{name}={value[:40]}, which is no time such as 30s"
        elif "$" not in value and not _long_enough(value):
            return f"has --{name}={value[:40]}, which is less than a millisecond"
    return ""


def _long_enough(duration: str) -> bool:
    """Whether a time is 0, which stands for the default, or what the engine takes."""
    parts = re.findall(r"([0-9.]{1,30})(ns|us|µs|μs|ms|s|m|h)", duration)
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return seconds == 0 or (seconds >= _SECONDS["ms"] and not duration.startswith("-"))


def _shell(instruction: "Instruction", _: "Dockerfile") -> str:
    return "" if instruction.arguments else 'takes a JSON list, such as ["/bin/bash", "-c"]'


def _stop_signal(instruction: "Instruction", _: "Dockerfile") -> str:
    text = instruction.text.strip("\"'")
    if not text:
        return "needs a signal"
    if "$" in text or (text.isdecimal() and int(text[:9]) > 0):
        return ""
    return "" if text.upper().removeprefix("SIG") in _SIGNALS else f"names no signal: {text[:40]}"


def _volume(instruction: "Instruction", file: "Dockerfile") -> str:
    if not instruction.arguments if instruction.arguments is not None else not instruction.text:
        return "needs a path"
    if any(not word.strip() for word in _words(instruction)):
        return "has an empty path"
    return _not_json(instruction) or _unclosed(instruction, file)


def _one(what: str) -> "Callable[[Instruction, Dockerfile], str]":
    def check(instruction: "Instruction", file: "Dockerfile") -> str:
        if not instruction.text or (instruction.name == "WORKDIR" and not unquote(instruction.text, file.escape)):
            return f"needs {what}"
        return _unclosed(instruction, file)

    return check


def _command(instruction: "Instruction", _: "Dockerfile") -> str:
    return _not_json(instruction)


def _maintainer(instruction: "Instruction", _: "Dockerfile") -> str:
    return "" if instruction.text else "needs a name"


ARGUMENTS: "Final[dict[str, Callable[[Instruction, Dockerfile], str]]]" = {
    "ADD": _copy,
    "ARG": _arg,
    "CMD": _command,
    "COPY": _copy,
    "ENTRYPOINT": _command,
    "ENV": _pairs,
    "EXPOSE": _one("a port"),
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _pairs,
    "MAINTAINER": _maintainer,
    "RUN": _command,
    "SHELL": _shell,
    "STOPSIGNAL": _stop_signal,
    "USER": _one("a user"),
    "VOLUME": _volume,
    "WORKDIR": _one("a path"),
}
"""What is wrong with the arguments of an instruction, in words that follow its name; empty if nothing is."""
