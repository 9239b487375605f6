"""Where an app listens and whom it calls: addresses that exist on a developer's machine only."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, web_command
from sh0_plugins.rules.dockerfile_start import last_start
from sh0_plugins.rules.paths import for_development, for_examples, for_tests, generated
from sh0_plugins.rules.places import in_code
from sh0_plugins.sentences import local_only

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, TextFile

__all__ = ["RULES"]

_LOOPBACK = r"(?:127\.0\.0\.1|localhost|\[::1\]|::1)"
_LISTEN = (
    rf"(?m)\.listen\([^()\n]{{1,80}},[ \t]*[\"'](?P<js>{_LOOPBACK})[\"']"  # Node: server.listen(port, "127.0.0.1")
    rf"|\bhost(?:name)?:[ \t]*[\"'](?P<opt>127\.0\.0\.1|localhost)[\"'][^\n]{{0,60}}\bport\b"  # fastify.listen
    rf"|\bport:[^\n]{{1,40}}\bhost(?:name)?:[ \t]*[\"'](?P<opt2>127\.0\.0\.1|localhost)[\"']"
    rf"|\b(?:app|uvicorn|socketio|web|server)\.(?:run|run_app"
    rf"|start)\([^\n]{{0,160}}\bhost[ \t]*=[ \t]*[\"'](?P<py>{_LOOPBACK})[\"']"
    rf"|\bhttp\.ListenAndServe(?:TLS)?\([ \t]*[\"`](?P<go>{_LOOPBACK}:[0-9]*)[\"`]"
    rf"|\bnet\.Listen\([ \t]*\"tcp4?\",[ \t]*\"(?P<go2>{_LOOPBACK}:[0-9]*)\""
    rf"|\b(?:router|r|engine|e|app)\.(?:Run|Start|Listen)\([ \t]*\"(?P<gin>{_LOOPBACK}:[0-9]*)\""
    rf"|\bTcpListener::bind\([ \t]*&?\"(?P<rust>{_LOOPBACK}:[0-9]*)\"|\.bind\([ \t]*\([ \t]*\"(?P<actix>{_LOOPBACK})\""
    rf"|\bSocketAddr::from\([ \t]*\([ \t]*\[(?P<axum>127, ?0, ?0, ?1)\]"
    rf"|^bind[ \t]*=?[ \t]*[\"'](?:tcp://)?(?P<conf>{_LOOPBACK}:[0-9]{{1,5}})"  # gunicorn.conf.py, config/puma.rb
    rf"|^[ \t]*server\.address[ \t]*[=:][ \t]*(?P<spring>{_LOOPBACK})[ \t]*$"
    rf"|\bset[ \t]+:bind,[ \t]*[\"'](?P<sinatra>{_LOOPBACK})[\"']"
)
_SOURCES = (
    "*.py",
    "*.js",
    "*.ts",
    "*.mjs",
    "*.cjs",
    "*.go",
    "*.rs",
    "*.rb",
    "*.ru",
    "application*.properties",
    "application*.yml",
)
_COMMAND = (
    rf"(?:--(?:host|bind|address|listen|hostname|server\.address)[= ]|-b[ ]?|-H |-S )(?P<at>{_LOOPBACK})(?::|\b)|"
    r"\brunserver +(?P<django>127\.0\.0\.1|localhost)"
)
_PROCESS = r"^(?P<name>\w+):(?P<command>.*)"
_SCRIPT = r"\"(?P<name>start|serve|start:prod)\"\s*:\s*\"(?P<command>(?:[^\"\\]|\\.)*)"
_IN_FRONT = (
    r"\b(?:nginx|caddy|haproxy|envoy|traefik|apache2ctl|httpd|supervisord|s6-svscan|foreman|honcho|overmind)\b"
    r"|[^&>]&(?:[^&>]|$)"
)
"""What may receive requests for an app in the same container: another server, or one more process."""

_HOSTED = (
    r"(?i)\b(?P<at>(?:https?|wss?|postgres(?:ql)?|mysql|mongodb|rediss?"
    r"|amqps?)(?:\+[a-z0-9]{1,20})?://(?:[^\s/@\"'`]{1,120}@)?(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?)"
)
_FALLBACK = (
    r"getenv|environ|process\.env|import\.meta|ENV\[|ENV\.fetch|env\(|\|\||\?\?|default|unwrap_or|LookupEnv|:-|\bdev"
)
_URL_SOURCES = (
    "*.py",
    "*.js",
    "*.ts",
    "*.jsx",
    "*.tsx",
    "*.mjs",
    "*.vue",
    "*.svelte",
    "*.go",
    "*.rs",
    "*.rb",
    "*.php",
    "*.java",
    "*.kt",
    "*.cs",
    "*.ex",
)


def _listens(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or for_development(file.path) or generated(file.path):
        return
    for match, _, _ in in_code(file, _LISTEN):
        group = match.lastgroup or ""
        line, column = file.place(match.start(group))
        yield Hit(local_only(file.path), line, column)


def _commands(file: "TextFile") -> Iterator[Hit]:
    pattern = _PROCESS if file.name == "Procfile" else _SCRIPT
    for number, line in enumerate(file.lines, 1):
        for started in re.finditer(pattern, line):
            found = re.search(_COMMAND, started["command"])
            if found is not None:
                said = f"This command makes the app listen on {found[found.lastgroup or 0]} alone."
                starts = started["name"] in ("start", "web") and "/" not in file.path
                worst = Severity.WARNING if re.search(_IN_FRONT, started["command"]) else None
                column = started.start("command") + found.start() + 1
                yield Hit(said, number, column, severity=worst if starts else Severity.HINT)


def _container(docker: "DockerfileText") -> Iterator[Hit]:
    replaced = docker.context is not None and web_command(docker.project) is not None
    for instruction in filter(None, (last_start(docker, name) for name in ("ENTRYPOINT", "CMD"))):
        words = " ".join(instruction.arguments or ()) or instruction.text
        found = re.search(_COMMAND, words)
        if found is not None:
            address = found[found.lastgroup or 0]
            worst = Severity.WARNING if replaced or re.search(_IN_FRONT, words) else None
            said = f"{instruction.name} makes the app listen on {address} alone."
            yield Hit(said, instruction.line, 1, severity=worst)


def _calls(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or for_development(file.path) or generated(file.path):
        return
    for match, line, column in in_code(file, _HOSTED):
        if re.search(_FALLBACK, file.lines[line - 1]) or re.search(
            r"(?i)\.config\.|(?:log|print|echo)", file.lines[line - 1]
        ):
            continue
        address = re.sub(r"//[^@/]*@", "//…@", match["at"])
        yield Hit(f"The address {address} is written here; in a container that is the container itself.", line, column)


RULES: Final = (
    Rule(
        id="SH0-EX001",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="App listens on the loopback address",
        why=(
            "A container has a loopback interface of its own. An app that listens there alone starts, passes "
            "its own tests, and answers nobody."
        ),
        remedy="Listen on `0.0.0.0` (or `::`), best from a variable: sh0 sets `HOST=0.0.0.0` and `PORT`.",
        link="https://docs.docker.com/engine/network/",
        subject=Subject.FILE,
        check=_listens,
        files=_SOURCES,
        trigger=r"127\.0\.0\.1|127, ?0, ?0, ?1|localhost|::1",
    ),
    Rule(
        id="SH0-EX002",
        category=Category.EXPOSURE,
        severity=Severity.ERROR,
        title="Start command listens on the loopback address",
        why=(
            "The command that starts the app binds it to its own container, so the health check fails and the "
            "deployment with it."
        ),
        remedy="Write `0.0.0.0` in its place.",
        link="https://docs.docker.com/engine/network/",
        subject=Subject.FILE,
        check=_commands,
        files=("Procfile", "package.json"),
        trigger=r"127\.0\.0\.1|localhost|::1",
    ),
    Rule(
        id="SH0-EX003",
        category=Category.EXPOSURE,
        severity=Severity.ERROR,
        title="Image listens on the loopback address",
        why="What the image starts binds to its own container, so nothing that is published or routed ever arrives.",
        remedy="Write `0.0.0.0` in its place.",
        link="https://docs.docker.com/reference/dockerfile/#cmd",
        subject=Subject.DOCKERFILE,
        check=_container,
    ),
    Rule(
        id="SH0-EX004",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Address of localhost in the code",
        why=(
            "On the developer's machine a database or another service answers there. In a container "
            "`localhost` is the container, and nobody answers."
        ),
        remedy='Read the address from a variable, with the local one as its default: `os.environ.get("API_URL", "http://localhost:8000")`.',
        link="https://12factor.net/backing-services",
        subject=Subject.FILE,
        check=_calls,
        files=_URL_SOURCES,
        trigger=r"(?i)://(?:[^\s/@\"'`]{1,120}@)?(?:localhost|127\.0\.0\.1)",
    ),
)
