"""The Dockerfile of a detection: pure text, for the classic builder as well as for BuildKit."""

import json
import posixpath
from collections.abc import Collection, Iterable, Mapping

import attrs

from sh0.builds.healthcheck import healthcheck
from sh0.builds.model import DEFAULT_PORT, Detection
from sh0.errors import Invalid
from sh0.source.lines import lines_of

__all__ = ["USER", "render"]

USER = 10001
"""User and group that a built app runs as, the same in every image."""

_APP = "/app"
_PAGES = "/srv/site"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def render(detection: Detection, arguments: Collection[str] = ()) -> str:
    """Write the Dockerfile; a repository's own is given back as it is.

    Two stages: the first installs and builds, with a layer of its own for the dependencies; the last has what runs,
    as a user without privileges, started without a shell of ours.

    Args:
        detection: How the project is built and started.
        arguments: Names of the build arguments that its installation and build get; nothing of them is in the image.

    Raises:
        Invalid: A part of the detection holds a line break, which would begin another instruction.
    """
    if detection.dockerfile:
        return detection.dockerfile_text
    port = DEFAULT_PORT if detection.port is None else detection.port
    detection = attrs.evolve(detection, port=port)
    sections = []
    if detection.build_image:
        sections.append(_build_stage(detection, arguments))
    sections.append(_pages_stage(detection, port) if detection.static_directory else _app_stage(detection))
    text = "\n\n".join("\n".join(section) for section in sections)
    return f"# {_line(detection.label)}: made by sh0.\n{text}\n"


def _build_stage(detection: Detection, arguments: Collection[str]) -> list[str]:
    lines = [f"FROM {_line(detection.build_image)} AS build", *_packages(detection.build_packages)]
    lines += _environment(detection.build_environment)
    lines += [_words(["COPY", f"--from={image}", path, path]) for path, image in detection.tools.items()]
    lines += _run(detection.setup)
    lines.append(f"WORKDIR {_APP}")
    lines += [f"ARG {_line(name)}" for name in arguments]
    if detection.copy_first:
        lines.append("COPY . .")
    else:
        lines += _manifests(detection.manifests)
    lines += _run(detection.install)
    if _source_is_built(detection) and not detection.copy_first:
        lines.append("COPY . .")
    if detection.root and detection.build:
        lines.append(f"WORKDIR {_home(detection)}")
    return [*lines, *_run(detection.build), *_run(detection.cleanup)]


def _app_stage(detection: Detection) -> list[str]:
    owner = f"--chown={USER}:{USER}"
    create = (
        f"groupadd --gid {USER} app && useradd --uid {USER} --gid {USER} --create-home app"
        f" && install -d -o {USER} -g {USER} {_APP}"
    )
    environment = {"PORT": str(detection.port), "HOST": "0.0.0.0", **detection.environment}
    lines = [f"FROM {_line(detection.runtime_image)}", f"RUN {create}"]
    lines += [*_packages(detection.runtime_packages), *_run(detection.runtime_setup)]
    lines += [*_environment(environment), f"WORKDIR {_APP}"]
    from_build = _source_is_built(detection) and detection.keep_source
    for path in detection.artifacts:
        inside = posixpath.join(path, "").startswith(f"{_APP}/")
        if not (inside and from_build):
            lines.append(_words(["COPY", "--from=build", *([owner] if inside else []), path, path]))
    if detection.keep_source:
        lines.append(f"COPY --from=build {owner} {_APP} {_APP}" if from_build else f"COPY {owner} . .")
    if detection.root:
        lines.append(f"WORKDIR {_home(detection)}")
    lines += [f"USER {USER}:{USER}", f"EXPOSE {detection.port}", *healthcheck(detection)]
    return [*lines, f"CMD {json.dumps(list(detection.command))}"]


def _pages_stage(detection: Detection, port: int) -> list[str]:
    folder = posixpath.normpath(posixpath.join(detection.root, detection.static_directory))
    if detection.build_image:
        copy = ["COPY", "--from=build", posixpath.normpath(f"{_APP}/{folder}"), _PAGES]
    else:
        copy = ["COPY", folder, _PAGES]
    configuration = nginx_configuration(port, fallback=detection.fallback)
    quoted = " ".join(f"'{line}'" for line in lines_of(configuration))
    return [
        f"FROM {_line(detection.runtime_image)}",
        *_environment({"PORT": str(port), "HOST": "0.0.0.0"}),
        f"RUN printf '%s\\n' {quoted} > /etc/nginx/sh0.conf",
        _words(copy),
        f"USER {USER}:{USER}",
        f"EXPOSE {port}",
        *healthcheck(detection),
        "ENTRYPOINT []",
        'CMD ["nginx", "-e", "/dev/stderr", "-c", "/etc/nginx/sh0.conf", "-g", "daemon off;"]',
    ]


def nginx_configuration(port: int, *, fallback: str) -> str:
    """A configuration under which nginx needs no privilege: all that it writes is below /tmp."""
    missing = f"/{fallback}" if fallback else "=404"
    temporary = [f"{kind}_temp_path /tmp/nginx-{kind};" for kind in _TEMPORARY]
    lines = [
        "worker_processes 1;",
        "pid /tmp/nginx.pid;",
        "events { worker_connections 1024; }",
        "http {",
        "include /etc/nginx/mime.types;",
        "default_type application/octet-stream;",
        "access_log /dev/stdout;",
        *temporary,
        "sendfile on;",
        "gzip on;",
        "gzip_types text/css text/javascript application/javascript application/json image/svg+xml;",
        "server_tokens off;",
        "absolute_redirect off;",
        "server {",
        f"listen {port};",
        f"root {_PAGES};",
        "error_page 404 /404.html;",
        "location ~ /\\.(?!well-known) { return 404; }",
        f"location / {{ try_files $uri $uri/ $uri.html {missing}; }}",
        "}",
        "}",
    ]
    return "\n".join(lines)


def _home(detection: Detection) -> str:
    """The folder of the app in the image. It may hold a space: WORKDIR takes the rest of its line."""
    return posixpath.normpath(posixpath.join(_APP, _path(detection.root)))


def _source_is_built(detection: Detection) -> bool:
    return bool(detection.build) or detection.copy_first or bool(detection.root)


def _environment(variables: Mapping[str, str]) -> list[str]:
    pairs = [f"{name}={_value(value)}" for name, value in variables.items()]
    return ["ENV " + " \\\n    ".join(pairs)] if pairs else []


def _value(text: str) -> str:
    plain = all(character.isalnum() or character in "_./:$-+@,*" for character in text)
    return text if plain and text else json.dumps(_line(text))


def _packages(names: Iterable[str]) -> list[str]:
    names = [_line(name) for name in names]
    if not names:
        return []
    install = f"apt-get install --yes --no-install-recommends {' '.join(names)}"
    return [f"RUN apt-get update && {install} && rm -rf /var/lib/apt/lists/*"]


def _run(commands: Iterable[str]) -> list[str]:
    return [f"RUN {_line(command)}" for command in commands]


def _manifests(paths: Iterable[str]) -> list[str]:
    """One COPY for each folder, so that every file lands where it was."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(posixpath.dirname(path), []).append(path)
    return [_words(["COPY", *files, f"./{folder}/" if folder else "./"]) for folder, files in folders.items()]


def _words(words: list[str]) -> str:
    """An instruction with paths, in the JSON form where one of them has a space."""
    instruction, options = words[0], [word for word in words[1:] if word.startswith("--")]
    paths = [_path(word) for word in words[1:] if not word.startswith("--")]
    if any(" " in path or path.startswith("[") for path in paths):
        return " ".join([instruction, *options, json.dumps(paths)])
    return " ".join([instruction, *options, *paths])


def _path(text: str) -> str:
    """A path of COPY or WORKDIR, in which a dollar sign begins no variable."""
    return _line(text).replace("$", "\\$")


def _line(text: str) -> str:
    if "\n" in text or "\r" in text or "\0" in text:
        raise Invalid(f"{text[:60]!r} holds a line break, so no Dockerfile can be made of it")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(f"{text[:60]!r} is no UTF-8, so no Dockerfile can be made of it", hint="Give it another name.")
    return text
