"""What a Dockerfile copies into an image, and what it should not."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import (
    Category,
    DockerIgnore,
    Edit,
    Fix,
    Hit,
    Rule,
    Severity,
    Subject,
    ignore_patterns,
    names_secret,
    unquote,
)
from sh0_plugins.rules.commands import commands, final_stages, spot
from sh0_plugins.rules.dockerfile_runs import passed_over
from sh0_plugins.rules.secrets_placeholders import placeholder

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction

__all__ = ["RULES", "copies_all", "ignore_file", "ignored", "sources", "words"]

_SECRET_FILES = (
    r"(?:^|/)(?:\.env(?:\.(?!example$|sample$|template$|dist$|defaults$)[\w.-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|\.ssh|\.aws|\.netrc|\.pgpass|"
    r"\.git-credentials|kubeconfig|\.kube|[^/]*\.(?:key|p12|pfx|jks|keystore|ppk)|credentials\.json"
    r"|service[-_]?account[^/]*\.json)/?$"
)
_ARCHIVE = r"\.(?:tar|tgz|tbz2?|txz|gz|bz2|xz|zst)$"
_REMOTE = r"^(?:https?|ftp)://"
_GIT = r"^git@|^https?://[^\s]+\.git(?:#|$)"
_SAFE_LINES = (".git", "**/__pycache__", "**/.pytest_cache", "**/.DS_Store", ".idea", ".vscode")
_VERSIONED = (
    r"setuptools[-_]scm|hatch-vcs|versioningit|poetry-dynamic-versioning|versioneer|dunamai|git describe|git rev-parse"
)


def sources(instruction: "Instruction") -> tuple[str, ...]:
    """What an ADD or a COPY takes from the build context; nothing where it copies from another stage."""
    if instruction.name not in ("ADD", "COPY") or instruction.flag("from") is not None:
        return ()
    return words(instruction)[:-1]


def words(instruction: "Instruction") -> tuple[str, ...]:
    """The sources and the destination of an ADD or a COPY. White space ends a word there even within quotes."""
    if instruction.arguments is not None:
        return instruction.arguments
    return tuple(map(unquote, instruction.shell_text.split()))


def copies_all(instruction: "Instruction") -> bool:
    """Whether an instruction copies the whole build context."""
    return any(source in (".", "./", "*", "./*", "/") for source in sources(instruction))


def ignore_file(docker: "DockerfileText") -> str | None:
    """The ignore file that the builder would read, if there is one."""
    folder = docker.file.path.rpartition("/")[0]
    return docker.project.first(f"{docker.file.path}.dockerignore", ".dockerignore", f"{folder}/.dockerignore")


def ignored(docker: "DockerfileText", folder: str = "") -> "Callable[[str], bool]":
    """Whether the ``.dockerignore`` of what is built excludes a path.

    Args:
        docker: The Dockerfile.
        folder: The folder that is built, with a slash at its end.
    """
    path = docker.project.first(f"{docker.file.path}.dockerignore") or f"{folder}.dockerignore"
    return DockerIgnore(ignore_patterns(docker.project.text(path) or ""), path).excludes


def _copying_all(docker: "DockerfileText") -> "Iterator[Instruction]":
    for instruction in docker.parsed.instructions:
        if copies_all(instruction):
            yield instruction


def _secret_files(docker: "DockerfileText") -> Iterator[Hit]:
    final = {stage.number for stage in final_stages(docker)}
    for stage in docker.parsed.stages:
        for instruction in stage.instructions:
            for source in sources(instruction):
                if re.search(_SECRET_FILES, source):
                    severity = Severity.ERROR if stage.number in final else Severity.WARNING
                    place = spot(docker, instruction, re.escape(source))
                    yield Hit(f"{source} is copied into a layer.", *place, severity=severity)


def _secret_variables(docker: "DockerfileText") -> Iterator[Hit]:
    final = {each.line for stage in final_stages(docker) for each in stage.instructions}
    for instruction in docker.parsed.instructions:
        worst = Severity.ERROR if instruction.line in final else Severity.WARNING
        if instruction.name == "ENV":
            for name, value in _assignments(instruction.text):
                if names_secret(name) and value and not value.startswith("$") and not placeholder(value):
                    said = f"The value of {name} is kept in {_kept_in(worst)}."
                    yield Hit(said, *spot(docker, instruction, rf"\b{name}\b"), severity=worst)
        elif instruction.name == "ARG":
            name, _, value = instruction.text.partition("=")
            literal = bool(value.strip("\"' ")) and not placeholder(value.strip("\"' "))
            # Of a stage that is not the image, nothing but what is copied out of it gets there.
            if names_secret(name.strip()) and (literal or worst is Severity.ERROR):
                said = "with its value, " if literal else ""
                shown = f"{name.strip()} is a build argument, {said}and the history of the image shows build arguments."
                yield Hit(
                    shown if worst is Severity.ERROR else f"The value of {name.strip()} is kept in {_kept_in(worst)}.",
                    *spot(docker, instruction, rf"\b{re.escape(name.strip())}\b"),
                    severity=worst if literal else Severity.WARNING,
                )


def _kept_in(severity: Severity) -> str:
    return "the image" if severity is Severity.ERROR else "an image of the build, which is not the one that runs"


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    if "=" not in text.split(" ")[0]:
        name, _, value = text.partition(" ")
        yield name, value.strip().strip("\"'")
        return
    for found in re.finditer(r"([A-Za-z_]\w*)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\"'\\]|\\.)*)", text):
        yield found[1], found[2].strip("\"'")


def _no_ignore_file(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in _copying_all(docker):
        if ignore_file(docker) is None:
            yield Hit(
                "Everything is copied, and no .dockerignore leaves anything out.",
                instruction.line,
                1,
                fix=_ignoring(docker),
            )
            return


def _ignoring(docker: "DockerfileText") -> Fix | None:
    """A .dockerignore of what no build needs; nothing that could be missed is in it, so `.env` is left to its owner."""
    if "/" in docker.file.path:
        return None
    manifests = "".join(
        docker.project.text(name) or ""
        for name in ("pyproject.toml", "setup.py", "setup.cfg", "Makefile", "package.json")
    )
    versioned = re.search(_VERSIONED, manifests + docker.file.text) is not None
    lines = tuple(line for line in _SAFE_LINES if not (versioned and line == ".git"))
    installs = re.search(
        r"\b(?:npm (?:ci|install|i)|yarn(?: install)?|pnpm (?:install|i)|bun install)\b", docker.file.text
    )
    if installs:
        lines += ("**/node_modules",)
    return Fix("Write a .dockerignore", (Edit(".dockerignore", 0, 0, lines),))


def _env_copied(docker: "DockerfileText") -> Iterator[Hit]:
    excluded = ignored(docker)
    present = [name for name in (".env", ".env.local", ".env.production") if docker.project.has(name)]
    present = [name for name in present if not excluded(name)]
    for instruction in _copying_all(docker):
        for name in present:
            yield Hit(f"This copies {name} into the image.", instruction.line, 1)


def _added(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        taken = sources(instruction) if instruction.name == "ADD" else ()
        if taken and not any(
            re.search(_ARCHIVE, source) or re.match(rf"{_REMOTE}|{_GIT}", source) or "$" in source or "*" in source
            for source in taken
        ):
            line = docker.file.lines[instruction.line - 1]
            fixed = re.sub(r"(?i)^(\s*)add\b", r"\1COPY", line)
            plain = all(name in ("chown", "chmod", "link") for name, _ in instruction.flags)
            fix = Fix("Use COPY", (Edit(docker.file.path, instruction.line, instruction.line, (fixed,)),))
            yield Hit("ADD copies plain files here.", instruction.line, 1, fix=fix if plain and fixed != line else None)


def _fetched(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        if instruction.name == "ADD" and instruction.flag("checksum") is None:
            for source in sources(instruction):
                if re.match(_REMOTE, source) and not re.match(_GIT, source):
                    yield Hit(
                        "A file is fetched from the network without a checksum.",
                        *spot(docker, instruction, _REMOTE[1:]),
                    )


def _several(docker: "DockerfileText") -> Iterator[Hit]:
    passed = passed_over(docker)
    for instruction in docker.parsed.instructions:
        if instruction.name in ("ADD", "COPY") and not instruction.heredocs:
            *taken, target = words(instruction) or ("",)
            if len(taken) > 1 and not target.endswith(("/", "/.")) and target not in (".", "..") and "$" not in target:
                said = f"Several files are copied to {target}, which does not end with a slash."
                yield Hit(said, instruction.line, 1, severity=passed(instruction))


def _open_to_all(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        open_mode = instruction.flag("chmod") in ("777", "0777", "a+rwx")
        if instruction.name == "RUN":
            open_mode = any(
                command[0] == "chmod" and any(re.match(r"^(?:0?777|a\+rwx|ugo\+rwx|\+rwx)$", word) for word in command)
                for command in commands(instruction)
            )
        if open_mode:
            yield Hit("Everybody in the container may change these files.", *spot(docker, instruction, r"777|\+rwx"))


RULES: Final = (
    Rule(
        id="SH0-DF010",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Secret file is copied into the image",
        why="Whoever has the image has the file. Deleting it in a later layer only hides it.",
        remedy="Leave it out. At run time mount it as a secret; in the build use `RUN --mount=type=secret`.",
        link="https://docs.docker.com/build/building/secrets/",
        subject=Subject.DOCKERFILE,
        check=_secret_files,
    ),
    Rule(
        id="SH0-DF011",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Secret in ENV or ARG",
        why="`docker history` and `docker inspect` show what ENV and ARG hold to everybody who has the image.",
        remedy="Set it when the container starts (`sh0 env set`); in the build use `RUN --mount=type=secret,id=…`.",
        link="https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
        subject=Subject.DOCKERFILE,
        check=_secret_variables,
    ),
    Rule(
        id="SH0-DF012",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="No .dockerignore",
        why=(
            "`COPY . .` then takes the history in `.git`, local environments and secrets along, and any change "
            "to them throws the cache away."
        ),
        remedy=(
            "Write a `.dockerignore` beside the Dockerfile that names `.git`, `.env*` and what the build makes itself."
        ),
        link="https://docs.docker.com/build/concepts/context/#dockerignore-files",
        subject=Subject.DOCKERFILE,
        check=_no_ignore_file,
    ),
    Rule(
        id="SH0-DF013",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="COPY takes the environment file along",
        why="The file with the secrets of one machine becomes part of the image, for everybody who pulls it.",
        remedy="Add `.env*` to `.dockerignore` and set the variables with `sh0 env set`.",
        link="https://docs.docker.com/build/concepts/context/#dockerignore-files",
        subject=Subject.DOCKERFILE,
        check=_env_copied,
    ),
    Rule(
        id="SH0-DF014",
        category=Category.DOCKERFILE,
        severity=Severity.HINT,
        title="ADD where COPY would do",
        why=(
            "ADD also unpacks archives and fetches addresses, so a reader cannot be sure what it does, and a "
            "renamed file can change it."
        ),
        remedy="Write COPY.",
        link="https://docs.docker.com/build/building/best-practices/#add-or-copy",
        subject=Subject.DOCKERFILE,
        check=_added,
    ),
    Rule(
        id="SH0-DF015",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="File from the network without a checksum",
        why="Whoever controls that address decides what is in the image, and nobody would notice the change.",
        remedy="Write `ADD --checksum=sha256:… URL`.",
        link="https://docs.docker.com/reference/dockerfile/#add---checksum",
        subject=Subject.DOCKERFILE,
        check=_fetched,
    ),
    Rule(
        id="SH0-DF016",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Several files to one that is no folder",
        why="The builder refuses several sources unless the destination ends with a slash.",
        remedy="End the destination with a slash.",
        link="https://docs.docker.com/reference/dockerfile/#copy",
        subject=Subject.DOCKERFILE,
        check=_several,
    ),
    Rule(
        id="SH0-DF017",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Files that everybody may change",
        why="With mode 777 a break-in into any process of the container can replace the program itself.",
        remedy="Give the files to the user that needs them, with `COPY --chown` or `chown`, and mode 755 or 644.",
        link="https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
        subject=Subject.DOCKERFILE,
        check=_open_to_all,
    ),
)
