"""Where dependencies come from, and whether the same name still means the same thing tomorrow."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Edit, Fix, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import commands, spot
from sh0_plugins.rules.dockerfile_copies import sources
from sh0_plugins.rules.places import in_code

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction, TextFile

__all__ = ["RULES"]

_ANY = r"\"(?P<name>@?[\w./-]{1,120})\"[ \t]*:[ \t]*\"(?P<range>\*|latest|x|>=?[ \t]?[\d.]+|)\""
_REPOSITORY = (
    r"(?m)\"(?P<node>@?[\w./-]{1,120})\"[ \t]*:[ \t]*\"(?:git(?:\+\w+)?:|git@|github:"
    r"|https?://[^\"\s]{1,200}\.git)[^\"\s]{0,200}\""
    r"|^[ \t]*(?:-e[ \t]+)?(?:[\w.-]{1,80}[ \t]*@[ \t]*)?git\+[^\s#;]{1,300}"
    r"|^[ \t]*gem[ \t][^\n]{1,120}\b(?:git|github):[^\n]{1,200}"
)
_COMMIT = r"[@#][0-9a-f]{7,40}\b|\b(?:ref|rev|tag):|[@#]v?\d+\.\d+"
_MOVING = (
    r"<version>[ \t]*(?P<maven>LATEST|RELEASE|[\w.-]{1,40}-SNAPSHOT|[\[(][\d.,]{1,20}\))[ \t]*</version>"
    r"|[\"'][\w.-]{1,80}:[\w.-]{1,80}:(?P<gradle>(?:\d+\.)*\+|latest\.\w+|[\w.]{1,40}-SNAPSHOT)[\"']"
)


def _any_version(file: "TextFile") -> Iterator[Hit]:
    blocks = [
        found.span()
        for found in re.finditer(r"\"(?:dependencies|optionalDependencies)\"[ \t]*:[ \t]*\{[^{}]*\}", file.text)
    ]
    for match, line, column in in_code(file, _ANY):
        if any(first < match.start() < last for first, last in blocks):
            wished = match["range"] or "nothing"
            yield Hit(f"{match['name']} is wanted in any version ({wished}).", line, column)


def _repositories(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in in_code(file, _REPOSITORY):
        if not re.search(_COMMIT, file.lines[line - 1]):
            name = match["node"] or "A dependency"
            yield Hit(f"{name} comes from a repository, at whatever commit is there.", line, column)


def _moving(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in in_code(file, _MOVING):
        wished = match["maven"] or match["gradle"]
        own = (
            match["maven"]
            and "<dependency>" not in file.text[: match.start()]
            and "<parent>" not in file.text[: match.start()]
        )
        if not own:
            yield Hit(f"The version {wished} moves.", line, column)


def _lenient(docker: "DockerfileText") -> Iterator[Hit]:
    if not docker.project.has("package-lock.json"):
        return
    copied: list[str] = []
    for instruction in docker.parsed.instructions:
        if instruction.name == "FROM":
            copied = []
        copied += sources(instruction)
        if instruction.name != "RUN":
            continue
        for command in commands(instruction):
            everything = command[:2] in (("npm", "install"), ("npm", "i")) and all(
                word.startswith("-") and word not in ("-g", "--global") for word in command[2:]
            )
            if everything:
                yield _lenient_hit(docker, instruction, copied)


def _lenient_hit(docker: "DockerfileText", instruction: "Instruction", copied: list[str]) -> Hit:
    line, column = spot(docker, instruction, r"\bnpm\s+(?:install|i)\b")
    text = docker.file.lines[line - 1]
    locked = any(source in (".", "./") or "package-lock" in source or "package*" in source for source in copied)
    fixed = re.sub(r"\bnpm\s+(?:install|i)\b", "npm ci", text)
    once = len(re.findall(r"\bnpm\s+(?:install|i)\b", text)) == 1
    fix = (
        Fix("Install what is locked", (Edit(docker.file.path, line, line, (fixed,)),))
        if locked and once and _in_step(docker)
        else None
    )
    return Hit("npm install may choose other versions than those in package-lock.json.", line, column, fix=fix)


def _in_step(docker: "DockerfileText") -> bool:
    """Whether package-lock.json has each dependency as package.json wants it, so that ``npm ci`` takes it."""
    text = docker.project.text("package-lock.json") or ""
    own = re.search(r"\"packages\": \{\s*\"\": \{(.*?)\n    \}", text, re.DOTALL)
    manifest = docker.project.text("package.json") or ""
    pairs = [
        pair
        for block in re.findall(
            r"\"(?:dependencies|devDependencies|optionalDependencies)\"\s*:\s*\{([^{}]*)\}", manifest
        )
        for pair in re.findall(r"\"([^\"]+)\"\s*:\s*\"([^\"]+)\"", block)
    ]
    return own is not None and all(f'"{name}": "{wished}"' in own[1] for name, wished in pairs)


RULES: Final = (
    Rule(
        id="SH0-DP012",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Dependency in any version",
        why="The next major version arrives on its own, with whatever it breaks.",
        remedy="Name the version that you use: `^4.21.2`.",
        link="https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies",
        subject=Subject.FILE,
        check=_any_version,
        files=("package.json",),
        trigger=r"\"[ \t]*:[ \t]*\"(?:\*|latest|x|>=?[ \t]?[\d.]+|)\"",
    ),
    Rule(
        id="SH0-DP013",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Dependency from a repository without a commit",
        why="Whoever can push there decides what your next build installs, and two builds of the same commit differ.",
        remedy="Add the commit: `#<commit>` for npm, `@<commit>` for pip, `ref:` for Bundler.",
        link="https://pip.pypa.io/en/stable/topics/vcs-support/",
        subject=Subject.FILE,
        check=_repositories,
        files=("package.json", "requirements*.txt", "Gemfile"),
        trigger=r"git[+@:]|github:|\.git\"|\bgit:",
    ),
    Rule(
        id="SH0-DP015",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Version of a Java dependency moves",
        why="Two builds of the same commit differ, and a snapshot can be replaced at any time.",
        remedy="Name a released version.",
        link="https://docs.gradle.org/current/userguide/dependency_versions.html",
        subject=Subject.FILE,
        check=_moving,
        files=("pom.xml", "build.gradle", "build.gradle.kts"),
        trigger=r"LATEST|RELEASE|SNAPSHOT|\+[\"']|latest\.|<version>[ \t]*[\[(]",
    ),
    Rule(
        id="SH0-DP016",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Image is not installed from the lock file",
        why="`npm install` may write a new lock file inside the image; what was tested is then not what runs.",
        remedy="Copy package-lock.json and write `npm ci`.",
        link="https://docs.npmjs.com/cli/commands/npm-ci",
        subject=Subject.DOCKERFILE,
        check=_lenient,
    ),
)
