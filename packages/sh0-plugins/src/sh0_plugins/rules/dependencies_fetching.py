"""Fetching without encryption or verification: in the commands of a build, its variables, and settings of the tools."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, key_value_pairs, parse_dockerfile
from sh0_plugins.rules.commands import Call, calls, calls_of
from sh0_plugins.rules.fetching_ways import FILES, TRIGGER, insecure_call, insecure_variable
from sh0_plugins.rules.paths import for_development, for_tests, generated
from sh0_plugins.rules.places import in_code

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["RULES"]

_DOCKERFILE = r"(?:Dockerfile|Containerfile)(?:[._-].*)?|.*\.[Dd]ockerfile"
_SETS = frozenset({"export", "declare", "typeset", "readonly", "local"})
_GIT_KEY = re.compile(r"GIT_CONFIG_KEY_([0-9]{1,4})")
_CHECKED = r"\b(?:sha(?:1|256|384|512)?sum|shasum|gpgv?|cosign|minisign|openssl|md5sum)\b|--checksum"

Found = tuple[str, int, int]
"""What switches the protection off, and the first and last line in which it is."""


def _fetching(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_development(file.path) or generated(file.path):
        return
    told: dict[str, int] = {}
    for said, first, last in _found(file):
        line, column = _place(file, said, max(first, told.get(said, 0)), last)
        told[said] = line
        yield Hit(_ANY_VALUE if said == "GIT_SSL_NO_VERIFY" else _MESSAGE, line, column)
    for names, pattern in FILES:
        if re.fullmatch(names, file.name):
            for _, line, column in in_code(file, pattern):
                yield Hit(_MESSAGE, line, column)


_MESSAGE = "Packages are fetched without encryption or verification here."
_ANY_VALUE = "Git verifies nothing where this variable is set, whatever its value is."


def _found(file: "TextFile") -> Iterator[Found]:
    if re.fullmatch(_DOCKERFILE, file.name):
        yield from _in_dockerfile(file)
    elif file.name.endswith((".sh", ".bash")) or file.name in ("Makefile", "build", "entrypoint"):
        yield from _in_script(file.text, 1, len(file.lines))
    elif file.name == "Procfile":
        for number, text in enumerate(file.lines, 1):
            yield from _in_script(text.partition(":")[2], number, number)
    elif file.name == "package.json":
        for text in _scripts(file.text):
            yield from _in_script(text, 1, len(file.lines))
    elif file.name.startswith(".env"):
        set_here: dict[str, tuple[str, int]] = {}
        for number, text in enumerate(file.lines, 1):
            name, equals, value = text.removeprefix("export ").partition("=")
            if equals:
                set_here[name.strip()] = value.strip().strip("\"'"), number
        for name in _insecure({name: value for name, (value, _) in set_here.items()}):
            yield name, set_here[name][1], set_here[name][1]


def _in_dockerfile(file: "TextFile") -> Iterator[Found]:
    parsed = parse_dockerfile(file.text)
    known: dict[str, str] = {}
    for instruction in parsed.instructions:
        if instruction.name in ("ENV", "ARG"):
            given = key_value_pairs(instruction.text, parsed.escape)
            known |= given
            for name in _insecure(known):
                if name in given or name.replace("_KEY_", "_VALUE_") in given:
                    yield name, instruction.line, instruction.last
        elif instruction.name in ("RUN", "CMD", "ENTRYPOINT"):
            for call in calls(instruction):
                for said in _switched(call, instruction.shell_text):
                    yield said, instruction.line, instruction.last
        elif instruction.name == "ADD" and "checksum" not in dict(instruction.flags):
            for said in re.findall(r"(?:^|\s)(http://(?!localhost|127\.)\S+)", instruction.text):
                yield said, instruction.line, instruction.last
        for body in instruction.heredocs if instruction.name in ("COPY", "ADD", "RUN") else ():
            for said in _written(body, instruction.text):
                yield said, instruction.line, instruction.last


def _in_script(text: str, first: int, last: int) -> Iterator[Found]:
    for call in calls_of(text):
        for said in _switched(call, text):
            yield said, first, last


def _switched(call: Call, text: str) -> Iterator[str]:
    """What in a command, or in the variables that it sets, switches the protection off."""
    said = insecure_call(call)
    if said:
        yield said
    elif call.tool[0] in ("curl", "wget") and not _checks(text):
        yield from (word for word in call.words if re.match(r"http://(?:[\w-]+\.)+[a-z]{2,}[:/].*\.\w", word))
    assigned = dict(call.assignments)
    if call.words[0] in _SETS:
        assigned |= {name: value for name, _, value in (word.partition("=") for word in call.words[1:])}
    yield from _insecure(assigned)
    if call.words[0] in ("echo", "printf", "tee"):
        yield from _written(" ".join(call.words[1:]), " ".join(call.targets) or text)
    elif call.words[0] == "sed":
        replaced = (re.fullmatch(r"s(.).*?\1(.*?)\1\w*", word) for word in call.words[1:])
        yield from _written("\n".join(found[2] for found in replaced if found), " ".join(call.words))


def _insecure(variables: Mapping[str, str]) -> Iterator[str]:
    """Names of variables that switch the protection off, those among them of which git reads a setting in two."""
    for name, value in variables.items():
        pair = _GIT_KEY.fullmatch(name)
        setting = f"{value}={variables.get(f'GIT_CONFIG_VALUE_{pair[1]}', '')}" if pair is not None else ""
        if insecure_variable(name, value) or insecure_variable("GIT_CONFIG_PARAMETERS", setting):
            yield name


def _written(content: str, text: str) -> Iterator[str]:
    """What of a settings file that a command or a here-document writes switches the protection off."""
    lines = content.replace("\\n", "\n")
    for pattern in _settings(text):
        for found in re.finditer(pattern, lines):
            yield found[0].strip().split("\n")[0]


@lru_cache(maxsize=64)
def _settings(text: str) -> tuple[str, ...]:
    """The patterns for the settings files that a text names."""
    written = {part for part in re.findall(r"[\w./~-]+", text) if "/" in part or part.startswith((".", "~"))}
    names = {part.rpartition("/")[2] for part in written}
    return tuple(pattern for name, pattern in FILES if any(re.fullmatch(name, each) for each in names))


@lru_cache(maxsize=64)
def _checks(text: str) -> bool:
    """Whether what is fetched is compared with something that is known."""
    return re.search(_CHECKED, text) is not None


def _scripts(text: str) -> Iterator[str]:
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        return
    yield from (script for script in scripts.values() if isinstance(script, str)) if isinstance(scripts, dict) else ()


def _place(file: "TextFile", said: str, first: int, last: int) -> tuple[int, int]:
    """Line and column of what was found, as far as it is written there like that."""
    for number in range(first, min(last, len(file.lines)) + 1):
        column = file.lines[number - 1].find(said)
        if column >= 0:
            return number, column + 1
    return first, 1


RULES: Final = (
    Rule(
        id="SH0-DP014",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Packages without encryption or verification",
        why="Anybody on the way to that server can hand the build another package.",
        remedy=(
            "Use the `https://` address, import the key that signs the packages, and give the certificate authority "
            "of your own server instead of switching verification off."
        ),
        link="https://cheatsheetseries.owasp.org/cheatsheets/Software_Supply_Chain_Security_Cheat_Sheet.html",
        subject=Subject.FILE,
        check=_fetching,
        trigger=TRIGGER,
    ),
)
