"""What makes builds slow and images large."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Edit, Fix, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import final_stages, image_of
from sh0_plugins.rules.dockerfile_copies import copies_all, ignore_file

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]

_INSTALL = (
    r"\b(?:npm (?:ci|install|i)|yarn(?: install)?|pnpm (?:install|i)|bun install|pip3? install(?: -\S+)* -r"
    r"|uv sync|poetry install|pdm (?:install|sync)|"
    r"composer install|bundle install|go mod download|mix deps\.get|dotnet restore)\b"
)
_TOOLCHAINS = {
    "golang": "Go",
    "rust": "Rust",
    "maven": "Maven",
    "gradle": "Gradle",
    "swift": "Swift",
    "haskell": "Haskell",
}
_SLIM = {"python": "-slim", "node": "-slim", "ruby": "-slim", "openjdk": "-slim"}


def _order(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages:
        copied = None
        for instruction in stage.instructions:
            if copies_all(instruction):
                copied = copied or instruction
                continue
            installs = instruction.name == "RUN" and re.search(_INSTALL, instruction.text) is not None
            if copied is not None and installs and instruction.flag("mount") is None:
                said = f"Every change of the source installs the dependencies again (in line {instruction.line})."
                yield Hit(said, copied.line, 1)
                break


def _toolchain(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in final_stages(docker)[:1]:
        name, _ = image_of(stage.base)
        tool = _TOOLCHAINS.get(name) or (".NET's SDK" if name.endswith("/dotnet/sdk") else None)
        if tool is not None:
            yield Hit(
                f"The image that runs is built on {stage.base}, with all of {tool} in it.",
                final_stages(docker)[-1].start.line,
                1,
            )


def _large_base(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in final_stages(docker)[:1]:
        name, tag = image_of(stage.base)
        if name in _SLIM and re.fullmatch(r"v?[0-9][0-9.]*(?:-(?:bookworm|trixie|bullseye|jdk))?", tag):
            yield Hit(
                f"{stage.base} brings compilers and headers along; {name}:{tag}{_SLIM[name]} does not.",
                stage.start.line,
                1,
            )


def _dependencies_copied(docker: "DockerfileText") -> Iterator[Hit]:
    ignoring = ignore_file(docker)
    if ignoring is None or not docker.project.has("package.json"):
        return
    text = docker.project.text(ignoring) or ""
    copied = next((instruction for instruction in docker.parsed.instructions if copies_all(instruction)), None)
    if copied is None or re.search(r"(?m)^[ \t]*[/*]*\*?/?node_modules|^\*\*?[ \t]*$", text):
        return
    fix = None
    if re.search(r"\b(?:npm (?:ci|install|i)|yarn|pnpm|bun) ?", docker.file.text):
        lines = text.rstrip("\n").split("\n")
        fix = Fix("Leave node_modules out", (Edit(ignoring, len(lines) + 1, len(lines), ("**/node_modules",)),))
    yield Hit(f"{ignoring} does not leave out node_modules.", copied.line, 1, fix=fix)


def _opcache(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in final_stages(docker)[:1]:
        name, tag = image_of(stage.base)
        version = re.match(r"([0-9]+)(?:\.([0-9]+))?", tag)
        old = version is not None and (int(version[1]), int(version[2] or 99)) < (8, 5)
        if name == "php" and old and re.search(r"fpm|apache", tag) and "opcache" not in docker.file.text:
            yield Hit(
                "PHP compiles every script anew at every request, because OPcache is not installed.",
                stage.start.line,
                1,
            )


def _buffered(docker: "DockerfileText") -> Iterator[Hit]:
    stages = final_stages(docker)
    if (
        not stages
        or image_of(stages[0].base)[0] != "python"
        or re.search(r"PYTHONUNBUFFERED|\bpython3?\b[^\n]{0,20}[ \"]-u\b", docker.file.text)
    ):
        return
    for instruction in stages[-1].instructions:
        words = tuple(instruction.arguments or instruction.text.split())
        if instruction.name in ("CMD", "ENTRYPOINT") and any(word in ("python", "python3") for word in words[:2]):
            at = stages[-1].start.last + 1
            fix = Fix("Write output at once", (Edit(docker.file.path, at, at - 1, ("ENV PYTHONUNBUFFERED=1",)),))
            yield Hit("Python keeps its output back in a container.", instruction.line, 1, fix=fix)


RULES: Final = (
    Rule(
        id="SH0-PF004",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Sources are copied before dependencies are installed",
        why=(
            "A layer is used again only if nothing before it changed. Here each commit installs everything "
            "anew, minutes instead of seconds."
        ),
        remedy="Copy the manifest and the lock file first, install, and copy the rest after that.",
        link="https://docs.docker.com/build/cache/optimize/#order-your-layers",
        subject=Subject.DOCKERFILE,
        check=_order,
    ),
    Rule(
        id="SH0-PF006",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Compilers in the image that runs",
        why=(
            "The tools of the build make the image several times as large, and each is one more thing to break "
            "into and to patch."
        ),
        remedy="Build in one stage and copy the result into another: `FROM debian:13-slim` and `COPY --from=build`.",
        link="https://docs.docker.com/build/building/multi-stage/",
        subject=Subject.DOCKERFILE,
        check=_toolchain,
    ),
    Rule(
        id="SH0-PF007",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Large base image",
        why=(
            "The full variant is about a gigabyte; the slim one holds what a program needs to run, and starts "
            "sooner on a server that has to pull it."
        ),
        remedy=(
            "Use the slim variant for the last stage, and the full one for the stage that compiles, if something does."
        ),
        link="https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
        subject=Subject.DOCKERFILE,
        check=_large_base,
    ),
    Rule(
        id="SH0-PF008",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="node_modules is sent to the builder",
        why="It is large, made for another machine, and overwrites what the image has just installed.",
        remedy="Add `**/node_modules` to `.dockerignore`.",
        link="https://docs.docker.com/build/concepts/context/#dockerignore-files",
        subject=Subject.DOCKERFILE,
        check=_dependencies_copied,
    ),
    Rule(
        id="SH0-PF009",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="PHP without OPcache",
        why="Without it PHP reads and compiles all scripts for every request, which takes a multiple of the time.",
        remedy="Add `RUN docker-php-ext-install opcache`.",
        link="https://www.php.net/manual/en/book.opcache.php",
        subject=Subject.DOCKERFILE,
        check=_opcache,
    ),
    Rule(
        id="SH0-RL006",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Output of Python is buffered",
        why=(
            "Without a terminal Python keeps its output until a buffer is full: the log lags behind, and what "
            "a crash leaves in the buffer is lost."
        ),
        remedy="Set `ENV PYTHONUNBUFFERED=1`.",
        link="https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED",
        subject=Subject.DOCKERFILE,
        check=_buffered,
    ),
)
