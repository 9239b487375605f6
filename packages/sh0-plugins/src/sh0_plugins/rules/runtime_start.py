"""Servers of development in production, start commands that are missing, and ports that are fixed."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.development_servers import DEVELOPMENT_SERVER
from sh0_plugins.rules.commands import final_stages, image_of
from sh0_plugins.rules.dockerfile_start import last_start
from sh0_plugins.rules.manifests import TOPS, beside, folder_of, may_be_deployed, node_dependencies, place_of
from sh0_plugins.rules.paths import for_development, for_examples, for_tests, generated
from sh0_plugins.rules.places import in_code

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, ProjectTree, TextFile

__all__ = ["RULES"]

_SERVERS = frozenset(
    {
        "express",
        "fastify",
        "koa",
        "@hapi/hapi",
        "hono",
        "polka",
        "restify",
        "@adonisjs/core",
        "socket.io",
        "ws",
    }
)
_ENTRIES = (
    "server.js",
    "index.js",
    "app.js",
    "main.js",
    "server.mjs",
    "index.mjs",
    "server.cjs",
    "src/server.js",
    "src/index.js",
    "src/app.js",
    "src/main.js",
)
_ENTRIES_TS = (
    "index.ts",
    "server.ts",
    "app.ts",
    "main.ts",
    "src/index.ts",
    "src/server.ts",
    "src/main.ts",
    "src/app.ts",
)
_FIXED_PORT = (
    r"\.listen\([ \t]*(?:\{[ \t]*port:[ \t]*)?(?P<at>[1-9][0-9]{1,4})[ \t]*[,)}]|\b(?:app|application|uvicorn"
    r"|socketio)\.run\([^\n]{0,160}\bport[ \t]*=[ \t]*(?P<py>[1-9][0-9]{1,4})[ \t]*[,)]"
    r"|\bListenAndServe(?:TLS)?\([ \t]*\"(?:0\.0\.0\.0)?:(?P<go>[1-9][0-9]{1,4})\""
)
_WSGI = (
    r"(?i)^(?:gunicorn|uwsgi|waitress|uvicorn|hypercorn|granian|daphne|gevent|bjoern|mod[_-]wsgi|cheroot|cherrypy)\b"
)


def _image(docker: "DockerfileText") -> Iterator[Hit]:
    if for_development(docker.file.path):
        return
    for name in ("ENTRYPOINT", "CMD"):
        instruction = last_start(docker, name)
        if instruction is not None:
            found = re.search(DEVELOPMENT_SERVER, " ".join(instruction.arguments or ()) or instruction.text)
            if found is not None:
                yield Hit(f"{name} starts a server for development: {found['tool']}.", instruction.line, 1)


def _procfile(file: "TextFile") -> Iterator[Hit]:
    for number, line in enumerate(file.lines, 1):
        found = re.search(DEVELOPMENT_SERVER, line) if re.match(r"[\w-]+:", line) else None
        if found is not None:
            yield Hit(f"A server for development is started: {found['tool']}.", number, found.start() + 1)


def _script(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in in_code(file, r"\"start\"[ \t]*:[ \t]*\"(?P<at>[^\"\n]*)\""):
        found = re.search(DEVELOPMENT_SERVER, match["at"])
        if found is not None:
            yield Hit(f"The start script starts a server for development: {found['tool']}.", line, column)


def _starts_with_node(tree: "ProjectTree", folder: str) -> bool:
    """Whether what lies in a folder may be an app of Node: those of other languages have a package.json for assets."""
    others = (folder + name for name in TOPS if not name.startswith(("package", "deno")))
    return may_be_deployed(tree.project, folder) and tree.project.first(*others) is None


def _no_start(tree: "ProjectTree") -> Iterator[Hit]:
    for path in tree.project.names:
        if (
            not (path == "package.json" or path.endswith("/package.json"))
            or for_tests(path)
            or for_examples(path)
            or generated(path)
        ):
            continue
        folder, manifest = folder_of(path), tree.project.json(path) or {}
        scripts = manifest.get("scripts")
        if (isinstance(scripts, dict) and "start" in scripts) or "main" in manifest or "workspaces" in manifest:
            continue
        servers = sorted(name for name, _ in node_dependencies(manifest, "dependencies") if name in _SERVERS)
        started = (
            "Dockerfile",
            "Procfile",
            "sh0.yaml",
            "nest-cli.json",
            "next.config.js",
            "nuxt.config.ts",
            *_ENTRIES,
            *_ENTRIES_TS,
        )
        if servers and beside(tree.project, folder, *started) is None:
            yield Hit(
                f"{path} has {servers[0]}, but no start script and no entry that sh0 knows.",
                *place_of(tree.project.text(path) or "", r"\"scripts\""),
                path,
                severity=None if _starts_with_node(tree, folder) else Severity.WARNING,
            )


def _fixed_port(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or for_development(file.path) or generated(file.path):
        return
    for match, _, _ in in_code(file, _FIXED_PORT):
        group = match.lastgroup or ""
        if group == "at" and file.name.endswith(".py"):
            continue  # the length of a queue: socket.listen(128)
        if "process.env" not in match[0] and "environ" not in match[0] and "getenv" not in match[0]:
            yield Hit(f"The app listens on port {match[group]}, whatever PORT says.", *file.place(match.start(group)))


def _no_server(tree: "ProjectTree") -> Iterator[Hit]:
    project = tree.project
    text = project.text("requirements.txt")
    if text is None or project.first("Dockerfile", "pyproject.toml", "Pipfile", "compose.yaml", "docker-compose.yml"):
        return
    lines = [line.strip() for line in text.split("\n")]
    framework = next(
        (number for number, line in enumerate(lines, 1) if re.match(r"(?i)(?:django|flask)\s*(?:$|[<>=~!;#\[])", line)),
        None,
    )
    if (
        framework is not None
        and not any(re.match(_WSGI, line) for line in lines)
        and not any(line.startswith(("-r", "-c", "-e")) for line in lines)
    ):
        yield Hit(
            "There is a web framework, but no server for production among the requirements.",
            framework,
            1,
            "requirements.txt",
        )


def _node_environment(docker: "DockerfileText") -> Iterator[Hit]:
    stages = final_stages(docker)
    if (
        not stages
        or image_of(stages[0].base)[0] != "node"
        or re.search(r"\bNODE_ENV\b", docker.file.text)
        or for_development(docker.file.path)
    ):
        return
    instruction = last_start(docker, "CMD")
    words = tuple((instruction.arguments or instruction.text.split()) if instruction else ())
    if instruction is not None and words[:1] in (("node",), ("npm",), ("yarn",), ("pnpm",)):
        yield Hit("NODE_ENV is not set in the image.", instruction.line, 1)


RULES: Final = (
    Rule(
        id="SH0-RT011",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Image starts a server for development",
        why=(
            "Such servers are slow, watch files, show errors to visitors, and their authors say not to use "
            "them in production."
        ),
        remedy=(
            "Build first, and start the server for production: `next start`, `gunicorn`, `node "
            "dist/server.js`, a static server for a built page."
        ),
        link="https://flask.palletsprojects.com/en/stable/deploying/",
        subject=Subject.DOCKERFILE,
        check=_image,
    ),
    Rule(
        id="SH0-RT012",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Procfile starts a server for development",
        why=(
            "Such servers are slow, watch files, show errors to visitors, and their authors say not to use "
            "them in production."
        ),
        remedy="Name the server for production, such as `web: gunicorn --bind 0.0.0.0:$PORT app:app`.",
        link="https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
        subject=Subject.FILE,
        check=_procfile,
        files=("Procfile",),
    ),
    Rule(
        id="SH0-RT013",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Start script starts a server for development",
        why=(
            "`npm start` is what production runs. A server for development compiles on every request and takes "
            "several times the memory."
        ),
        remedy="Let `build` build and `start` serve what was built; keep the other as `dev`.",
        link="https://docs.npmjs.com/cli/using-npm/scripts#npm-start",
        subject=Subject.FILE,
        check=_script,
        files=("package.json",),
        trigger=r"\"start\"[ \t]*:",
    ),
    Rule(
        id="SH0-RT014",
        category=Category.RUNTIME,
        severity=Severity.ERROR,
        title="Start script is missing",
        why=(
            "There is a server among the dependencies, and nothing says how it is started, so the deployment "
            "ends before it has begun."
        ),
        remedy='Add `"scripts": {"start": "node server.js"}` to package.json.',
        link="https://docs.npmjs.com/cli/commands/npm-start",
        subject=Subject.PROJECT,
        check=_no_start,
    ),
    Rule(
        id="SH0-RT015",
        category=Category.RUNTIME,
        severity=Severity.HINT,
        title="Port is fixed in the code",
        why=(
            "The platform says in PORT where it will look for the app; a fixed port works only as long as both "
            "happen to agree."
        ),
        remedy='Read it: `process.env.PORT || 3000`, `int(os.environ.get("PORT", 8000))`, `os.Getenv("PORT")`.',
        link="https://12factor.net/port-binding",
        subject=Subject.FILE,
        check=_fixed_port,
        files=("*.js", "*.ts", "*.mjs", "*.cjs", "*.py", "*.go"),
        trigger=(
            r"\.listen\([ \t]*(?:\{[ \t]*port:[ \t]*)?[1-9]|\.run\([^\n]{0,160}\bport[ \t]*=[ \t]*[1-9]"
            r"|ListenAndServe(?:TLS)?\([ \t]*\"[^\"]{0,8}:[1-9]"
        ),
    ),
    Rule(
        id="SH0-RT016",
        category=Category.RUNTIME,
        severity=Severity.HINT,
        title="No server for production among the requirements",
        why=(
            "The one that comes with the framework is for development. sh0 installs gunicorn, in a version "
            "that your requirements do not pin."
        ),
        remedy="Add `gunicorn` (or uvicorn, waitress …) with its version to the requirements.",
        link="https://docs.djangoproject.com/en/stable/howto/deployment/",
        subject=Subject.PROJECT,
        check=_no_server,
    ),
    Rule(
        id="SH0-RT017",
        category=Category.RUNTIME,
        severity=Severity.HINT,
        title="NODE_ENV is not set",
        why=(
            "Without it Express compiles its views anew and shows the stack of errors, and many libraries run "
            "their checks for development."
        ),
        remedy="Add `ENV NODE_ENV=production` to the last stage.",
        link="https://expressjs.com/en/advanced/best-practice-performance.html#set-node_env-to-production",
        subject=Subject.DOCKERFILE,
        check=_node_environment,
    ),
)
