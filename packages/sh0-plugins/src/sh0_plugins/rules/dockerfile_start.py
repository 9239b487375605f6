"""How an image starts its app, and how that app ends."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Edit, Fix, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import commands, final_stages

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction

__all__ = ["RULES", "last_start"]

_NODE_TOOLS = ("npm", "yarn", "pnpm", "npx", "bunx")


def last_start(docker: "DockerfileText", *names: str) -> "Instruction | None":
    """The instruction of one of these names that counts for the image, if there is any."""
    found = None
    for stage in final_stages(docker):
        for instruction in stage.instructions:
            if instruction.name in names:
                found = instruction
    return found


def _shell_form(docker: "DockerfileText") -> Iterator[Hit]:
    for name in ("ENTRYPOINT", "CMD"):
        instruction = last_start(docker, name)
        if instruction is None or instruction.arguments is not None or not instruction.text:
            continue
        if not re.match(r"exec\s", instruction.text) and not re.search(r"(?:&&|;)\s*exec\s", instruction.text):
            yield Hit(f"{name} is in the shell form, so the app never hears that it shall end.", instruction.line, 1)


def _several(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages:
        for name in ("CMD", "ENTRYPOINT", "HEALTHCHECK"):
            found = [instruction for instruction in stage.instructions if instruction.name == name]
            for instruction in found[:-1]:
                fix = Fix(
                    f"Remove the {name} without effect",
                    (Edit(docker.file.path, instruction.line, instruction.last, ()),),
                )
                yield Hit(
                    f"A later {name} in line {found[-1].line} takes the place of this one.",
                    instruction.line,
                    1,
                    fix=fix,
                )


def _node_tool(docker: "DockerfileText") -> Iterator[Hit]:
    instruction = last_start(docker, "CMD")
    if instruction is None or last_start(docker, "ENTRYPOINT") is not None:
        return
    words = instruction.arguments or tuple(instruction.text.removeprefix("exec ").split())
    if words and words[0] in _NODE_TOOLS:
        yield Hit(f"{words[0]} stands between the container and the app.", instruction.line, 1)


def _no_health_check(docker: "DockerfileText") -> Iterator[Hit]:
    stages = final_stages(docker)
    listens = any(instruction.name == "EXPOSE" for stage in stages for instruction in stage.instructions)
    if listens and last_start(docker, "HEALTHCHECK") is None:
        yield Hit("The image exposes a port and has no HEALTHCHECK.", stages[-1].start.line, 1)


def _several_processes(docker: "DockerfileText") -> Iterator[Hit]:
    for name in ("CMD", "ENTRYPOINT"):
        instruction = last_start(docker, name)
        if instruction is None:
            continue
        text = " ".join(instruction.arguments or ()) or instruction.text
        programs = {command[0].rpartition("/")[2] for command in commands(instruction)}
        if programs & {"supervisord", "runsvdir", "pm2", "pm2-runtime", "foreman", "concurrently"}:
            yield Hit(f"{name} starts a program that starts others.", instruction.line, 1)
        elif re.search(r"[^&>]&(?![&>])\s*\S|\bservice \S+ start\b", text):
            yield Hit(f"{name} starts several processes.", instruction.line, 1)


def _kills(docker: "DockerfileText") -> Iterator[Hit]:
    instruction = last_start(docker, "STOPSIGNAL")
    if instruction is not None and instruction.text.strip().upper().removeprefix("SIG") in ("KILL", "9"):
        yield Hit("STOPSIGNAL is KILL, which no process can answer.", instruction.line, 1)


RULES: Final = (
    Rule(
        id="SH0-RL001",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Start command in the shell form",
        why=(
            "A shell becomes process 1 and passes no signals on. At every deployment the app is killed after "
            "the grace period, in the middle of its requests."
        ),
        remedy=(
            'Write a JSON list, `CMD ["node", "server.js"]`; where variables are needed, '
            "`CMD exec gunicorn --bind 0.0.0.0:$PORT app:app`."
        ),
        link="https://docs.docker.com/reference/build-checks/json-args-recommended/",
        subject=Subject.DOCKERFILE,
        check=_shell_form,
    ),
    Rule(
        id="SH0-DF018",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Start command or health check without effect",
        why="Only the last CMD, ENTRYPOINT and HEALTHCHECK of a stage count; the others mislead readers.",
        remedy="Remove all but the last.",
        link="https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
        subject=Subject.DOCKERFILE,
        check=_several,
    ),
    Rule(
        id="SH0-RL002",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Package manager as process 1",
        why=(
            "It adds a process and memory, and depending on its version it ends before the app has, or reports "
            "a normal end as an error."
        ),
        remedy='Start the program itself: `CMD ["node", "server.js"]`.',
        link="https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd",
        subject=Subject.DOCKERFILE,
        check=_node_tool,
    ),
    Rule(
        id="SH0-RL003",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Image without a health check",
        why=(
            "Without one, a container counts as well as long as its process lives, though it may have stopped "
            "answering."
        ),
        remedy='Add `HEALTHCHECK CMD ["…"]`, or set a health path: sh0 then asks over HTTP before it sends traffic.',
        link="https://docs.docker.com/reference/dockerfile/#healthcheck",
        subject=Subject.DOCKERFILE,
        check=_no_health_check,
    ),
    Rule(
        id="SH0-RL004",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Several processes in a container",
        why=(
            "Docker watches process 1 only. When one of the others ends, nobody starts it again, and logs and "
            "limits are shared by all."
        ),
        remedy="Give each process a container of its own: a line in a Procfile, or a service in a Compose file.",
        link="https://docs.docker.com/engine/containers/multi-service_container/",
        subject=Subject.DOCKERFILE,
        check=_several_processes,
    ),
    Rule(
        id="SH0-RL005",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Container is killed instead of stopped",
        why=(
            "The app cannot finish its requests, close its files or hand its work back; databases have to "
            "recover at the next start."
        ),
        remedy="Remove STOPSIGNAL, or name the signal on which the program ends in order.",
        link="https://docs.docker.com/reference/dockerfile/#stopsignal",
        subject=Subject.DOCKERFILE,
        check=_kills,
    ),
)
