"""A service in its long form, with its files, as a record."""

from collections.abc import Mapping
from typing import get_args

from sh0.compose import dotenv, isolation, scalars
from sh0.compose import service_forms as forms
from sh0.compose.conflicts import refuse_conflicts
from sh0.compose.fields import Fields, text_of
from sh0.compose.loading import Loading
from sh0.compose.model import Note, NoteKind
from sh0.compose.mounts import read_mounts
from sh0.compose.services import Service
from sh0.compose.tree import Node, bad
from sh0.image_names import refusal
from sh0.place import Place
from sh0.rule import Rule
from sh0.values import ImageRef, Secret

__all__ = ["read_service"]

_IMAGE: Rule = get_args(ImageRef)[1]


def read_service(name: str, node: Node, loading: Loading, environment: Mapping[str, str]) -> Service:
    """The record of a service.

    Args:
        name: Its name.
        node: What the files say, in the long form.
        loading: Reads ``env_file`` and ``label_file``.
        environment: Variables that entries without a value take theirs from.

    Raises:
        Invalid: Something in it cannot be right.
    """
    entry = Fields(node, f"services.{name}")
    if not (entry.text("image") or entry.has("build")):
        raise bad(node.place, entry.path, "has neither an image nor a build section", "Give it one of them.")
    entry.optional("image", _image)
    refuse_conflicts(entry)
    replicas = entry.below("deploy").optional("replicas", scalars.count)
    if replicas is None:
        replicas = entry.read("scale", scalars.count, 1)
    return Service(
        name=name,
        place=node.place,
        places={key: child.place for key, child in node.items.items()},
        image=entry.text("image"),
        build=forms.read_build(entry, _variables(name, entry.below("build"), "args", {}, loading, environment)),
        pull_policy=_pull_policy(entry.text("pull_policy")),
        platform=entry.text("platform"),
        command=entry.command("command"),
        entrypoint=entry.command("entrypoint"),
        environment=_variables(
            name, entry, "environment", _env_files(name, entry, loading, environment), loading, environment
        ),
        user=entry.text("user"),
        group_add=entry.texts("group_add"),
        working_dir=entry.text("working_dir"),
        hostname=entry.text("hostname"),
        domainname=entry.text("domainname"),
        container_name=entry.text("container_name"),
        replicas=replicas,
        limits=forms.read_limits(entry),
        reservations=forms.read_reservations(entry),
        update=forms.read_update(entry),
        restart=forms.read_restart(entry),
        stop_signal=entry.text("stop_signal"),
        stop_grace_period=entry.optional("stop_grace_period", scalars.duration),
        init=entry.optional("init", scalars.truth),
        depends_on=forms.read_dependencies(entry),
        healthcheck=forms.read_health(entry),
        ports=forms.read_ports(entry),
        expose=forms.read_exposed(entry),
        networks=forms.read_networks(entry),
        network_mode=_namespace(entry, "network_mode"),
        extra_hosts=entry.read(
            "extra_hosts", lambda found: {n: tuple(map(str, each)) for n, each in found.items()}, {}
        ),
        dns=entry.texts("dns"),
        dns_search=entry.texts("dns_search"),
        mounts=read_mounts(entry),
        configs=forms.read_grants(entry, "configs", "/"),
        secrets=forms.read_grants(entry, "secrets", "/run/secrets/"),
        read_only=entry.truth("read_only"),
        shm_size=entry.optional("shm_size", scalars.size),
        labels={**_label_files(entry, loading), **entry.mapping("labels")},
        privileged=entry.truth("privileged"),
        cap_add=_capabilities(entry, "cap_add"),
        cap_drop=_capabilities(entry, "cap_drop"),
        security_opt=entry.read(
            "security_opt", lambda found: tuple(isolation.security_option(text_of(each)) for each in found), ()
        ),
        devices=forms.read_devices(entry),
        pid=_namespace(entry, "pid"),
        ipc=_namespace(entry, "ipc"),
        uts=_namespace(entry, "uts"),
        userns_mode=_namespace(entry, "userns_mode"),
        cgroup=_namespace(entry, "cgroup"),
        sysctls=entry.read("sysctls", _sysctls, {}),
        ulimits=forms.read_ulimits(entry),
        logging=forms.read_logging(entry),
        profiles=entry.texts("profiles"),
        tty=entry.truth("tty"),
        stdin_open=entry.truth("stdin_open"),
        extensions=entry.extensions(),
    )


def _pull_policy(text: str) -> str:
    return {"if_not_present": "missing", "refresh": "always"}.get(text, text)


def _capabilities(entry: Fields, key: str) -> tuple[str, ...]:
    return entry.read(key, lambda found: tuple(dict.fromkeys(isolation.capability(text_of(e)) for e in found)), ())


def _namespace(entry: Fields, key: str) -> str:
    return entry.read(key, lambda value: isolation.namespace(key, text_of(value)), "")


def _sysctls(found: Mapping[str, object]) -> dict[str, str]:
    values = {name: text_of(value) for name, value in found.items()}
    for name, value in values.items():
        isolation.harmless_sysctl(name, value)
    return values


def _variables(
    service: str, entry: Fields, key: str, below: Mapping[str, str], loading: Loading, environment: Mapping[str, str]
) -> dict[str, Secret]:
    found = dict(below)
    for name, child in entry.below(key).node.items.items():
        if not name or "=" in name or "\0" in name:
            raise bad(child.place, f"{entry.path}.{key}", f"has a variable without a proper name: {name!r:.60}")
        if child.value is not None:
            found[name] = text_of(child.value)
        elif name in environment:
            found[name] = environment[name]
            if "\0" in found[name]:
                raise bad(child.place, f"{entry.path}.{key}", f"{name} has a NUL character, which nothing can take")
        else:
            found.pop(name, None)
            loading.notes.append(_without_value(service, name, key, child.place))
    return {name: Secret(value) for name, value in found.items()}


def _without_value(service: str, name: str, key: str, place: Place) -> Note:
    """The note that a variable is to come from an environment that does not have it."""
    consequence = "the Dockerfile's default holds" if key == "args" else "only setting it for the service gives it one"
    message = f"{name} is not set, and the file gives it no value: {consequence}"
    return Note(NoteKind.UNSET, service, name, message, place)


def _env_files(name: str, entry: Fields, loading: Loading, environment: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in entry.each("env_file"):
        path, form = file.text("path"), file.text("format")
        if form not in ("", "raw"):
            raise bad(file.node.place, file.path, f"has the format {form!r:.40}; raw is the only one there is")
        remedy = "Add it, or mark it with required: false." if file.truth("required", default=True) else ""
        text = _text(loading, path, file.node.place, file.path, remedy)
        if text is not None:
            if form:
                variables = dotenv.parse_raw(text, path)
            else:
                variables = dotenv.parse(text, path, {**found, **environment}, loading.cut_off(path, name))
            for variable, value in variables.items():
                if value is None:
                    found.pop(variable, None)
                    loading.notes.append(_without_value(name, variable, "environment", Place(path)))
                else:
                    found[variable] = value
    return found


def _label_files(entry: Fields, loading: Loading) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in entry.each("label_file"):
        path = str(file.node.value)
        text = _text(loading, path, file.node.place, file.path, "Add it, or take it out of label_file.")
        labels = dotenv.parse(text or "", path, {}, loading.cut_off(path))
        found |= {name: value or "" for name, value in labels.items()}
    return found


def _text(loading: Loading, path: str, place: Place, where: str, remedy: str) -> str | None:
    """The text of a file, or None where it may be missing: there is no remedy then."""
    text = loading.text(path)
    if text is None and remedy:
        raise bad(place, where, f"there is no file {path}", remedy)
    return text


def _image(text: str) -> str:
    _IMAGE.check(text)
    if (reason := refusal(text)) is not None:
        raise ValueError(reason)
    return text
