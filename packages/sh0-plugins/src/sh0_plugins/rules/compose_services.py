"""What services publish, how they start, end and start again, and what they keep."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Edit, Fix, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import image_of
from sh0_plugins.rules.compose_privileges import hit, mounts
from sh0_plugins.rules.paths import for_development

if TYPE_CHECKING:
    from sh0.plugin import ComposeFile

__all__ = ["RULES"]

_DATABASES: Final = {
    5432: "PostgreSQL",
    3306: "MySQL",
    33060: "MySQL",
    1433: "SQL Server",
    1521: "Oracle",
    27017: "MongoDB",
    6379: "Redis",
    11211: "Memcached",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    5984: "CouchDB",
    8086: "InfluxDB",
    9042: "Cassandra",
    26257: "CockroachDB",
    7687: "Neo4j",
    5672: "RabbitMQ",
    2379: "etcd",
    8123: "ClickHouse",
}
_KEEPS = (
    r"(?:^|/)(?:postgres|postgis|timescaledb|mysql|mariadb|mongo|percona|couchdb|clickhouse-server|neo4j"
    r"|elasticsearch|influxdb|cassandra)$"
)


def _published(service: dict[str, object]) -> Iterator[tuple[int, int, bool]]:
    """Index, port in the container and whether it is published to this machine alone, of every port."""
    ports = service.get("ports")
    for index, port in enumerate(ports if isinstance(ports, list) else ()):
        if isinstance(port, dict):
            inside, local = str(port.get("target", "")), str(port.get("host_ip", "")).startswith(("127.", "::1"))
        else:
            text = re.sub(r"\$\{[^}]*?:?-([^}]*)\}", r"\1", str(port)).partition("/")[0]
            inside, local = text.rpartition(":")[2], text.startswith(("127.", "localhost:", "[::1]", "::1"))
        if inside.isdecimal() and len(inside) < 6:
            yield index, int(inside), local


def _databases(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        for index, port, local in _published(service):
            kind = _DATABASES.get(port)
            if kind and not local:
                said = f"The service {name} publishes {kind} (port {port}) on every address of the server."
                yield hit(compose, said, name, "ports", index)


def _unpinned(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        image = service.get("image")
        if not isinstance(image, str) or "@" in image or "$" in image or "build" in service:
            continue
        _, tag = image_of(image)
        if tag in ("", "latest"):
            yield hit(compose, f"The image {image} of {name} is not pinned.", name, "image")


def _no_restart(compose: "ComposeFile") -> Iterator[Hit]:
    awaited = _awaited(compose, "service_completed_successfully")
    for name, service in compose.services():
        deploy = service.get("deploy")
        handled = isinstance(deploy, dict) and "restart_policy" in deploy
        if (
            "restart" not in service
            and not handled
            and name not in awaited
            and "profiles" not in service
            and "extends" not in service
        ):
            yield hit(compose, f"Nothing starts {name} again when it ends.", name)


def _no_limit(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        deploy = service.get("deploy")
        resources = deploy.get("resources") if isinstance(deploy, dict) else None
        limits = resources.get("limits") if isinstance(resources, dict) else None
        if (
            "mem_limit" not in service
            and "extends" not in service
            and not (isinstance(limits, dict) and "memory" in limits)
        ):
            yield hit(compose, f"The service {name} may take all memory of the server.", name)


def _dependencies(service: dict[str, object]) -> Iterator[tuple[str, str, str | int]]:
    """Name, condition and key or index of what a service waits for."""
    waits = service.get("depends_on")
    if isinstance(waits, dict):
        for name, how in waits.items():
            condition = how.get("condition", "service_started") if isinstance(how, dict) else "service_started"
            yield str(name), str(condition), str(name)
    elif isinstance(waits, list):
        for index, name in enumerate(waits):
            yield str(name), "service_started", index


def _awaited(compose: "ComposeFile", condition: str) -> set[str]:
    return {name for _, service in compose.services() for name, how, _ in _dependencies(service) if how == condition}


def _impatient(compose: "ComposeFile") -> Iterator[Hit]:
    services = dict(compose.services())
    for name, service in services.items():
        for other, condition, key in _dependencies(service):
            if condition == "service_started" and "healthcheck" in services.get(other, {}):
                yield hit(
                    compose,
                    f"{name} waits until {other} has started, not until it is healthy.",
                    name,
                    "depends_on",
                    key,
                )


def _never_healthy(compose: "ComposeFile") -> Iterator[Hit]:
    services = dict(compose.services())
    for name, service in services.items():
        for other, condition, key in _dependencies(service):
            checked = services.get(other)
            if (
                condition == "service_healthy"
                and checked is not None
                and "build" not in checked
                and "extends" not in checked
            ):
                check = checked.get("healthcheck")
                if check is None or (isinstance(check, dict) and check.get("disable") is True):
                    yield hit(
                        compose,
                        f"{name} waits for {other} to be healthy, which has no health check.",
                        name,
                        "depends_on",
                        key,
                    )


def _obsolete(compose: "ComposeFile") -> Iterator[Hit]:
    if isinstance(compose.document.value, dict) and "version" in compose.document.value:
        mark = compose.document.where(("version",))
        plain = re.match(r"version[ \t]*:[ \t]*[\"']?[\d.]+[\"']?[ \t]*(?:#.*)?$", compose.file.lines[mark.line - 1])
        fix = Fix("Remove version", (Edit(compose.file.path, mark.line, mark.line, ()),)) if plain else None
        yield Hit("version means nothing any more; Compose warns about it.", mark.line, mark.column, fix=fix)


def _named(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        if "container_name" in service:
            yield hit(
                compose,
                f"The service {name} has a fixed name, so no second container can start beside it.",
                name,
                "container_name",
            )


def _forgetful(compose: "ComposeFile") -> Iterator[Hit]:
    kept = {name for name, _, source, _, _ in mounts(compose) if source}
    for name, service in compose.services():
        image = service.get("image")
        keeps = isinstance(image, str) and re.search(_KEEPS, image_of(image)[0]) is not None
        elsewhere = name in kept or any(key in service for key in ("tmpfs", "volumes_from", "extends"))
        if keeps and not elsewhere and not for_development(compose.file.path):
            yield hit(compose, f"No named volume is mounted for what {name} stores.", name, "image")


def _source_mounted(compose: "ComposeFile") -> Iterator[Hit]:
    services = dict(compose.services())
    for name, index, source, target, _ in mounts(compose):
        own = source.rstrip("/") in (".", "./src", "./app") and target.startswith(
            ("/app", "/usr/src", "/code", "/src", "/var/www")
        )
        if own and "build" in services[name] and not for_development(compose.file.path):
            yield hit(compose, f"The source is mounted over what the image of {name} holds.", name, "volumes", index)


def _no_grace(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        if re.fullmatch(r"0+(?:s|ms|m)?", str(service.get("stop_grace_period", ""))):
            yield hit(compose, f"The service {name} gets no time to end.", name, "stop_grace_period")
        elif str(service.get("stop_signal", "")).upper().removeprefix("SIG") in ("KILL", "9"):
            yield hit(compose, f"The service {name} is killed instead of stopped.", name, "stop_signal")


RULES: Final = (
    Rule(
        id="SH0-EX014",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Port of a database is published",
        why=(
            "Docker opens published ports past the firewall of the server (ufw, firewalld), and robots try "
            "every database on the internet all day."
        ),
        remedy=(
            "Remove it: services of a project reach each other by name. For access from outside write "
            "`127.0.0.1:5432:5432` and use a tunnel."
        ),
        link="https://docs.docker.com/engine/network/port-publishing/",
        subject=Subject.COMPOSE,
        check=_databases,
    ),
    Rule(
        id="SH0-CP008",
        category=Category.COMPOSE,
        severity=Severity.WARNING,
        title="Image of a service is not pinned",
        why=(
            "The next pull brings another version, perhaps one that cannot read the data of the old one, and a "
            "rollback does not bring the old one back."
        ),
        remedy="Give the version that you run, such as `postgres:17.6`.",
        link="https://docs.docker.com/reference/compose-file/services/#image",
        subject=Subject.COMPOSE,
        check=_unpinned,
    ),
    Rule(
        id="SH0-RL007",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Service is not started again",
        why="When the process ends, or the server restarts, the service stays down until somebody notices.",
        remedy=(
            "Add `restart: unless-stopped`; for a task that runs once, let others wait for it with "
            "`service_completed_successfully`."
        ),
        link="https://docs.docker.com/reference/compose-file/services/#restart",
        subject=Subject.COMPOSE,
        check=_no_restart,
    ),
    Rule(
        id="SH0-RL008",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Service without a memory limit",
        why=(
            "One leak takes the memory of all, and the kernel then ends whichever process it likes, perhaps "
            "the database."
        ),
        remedy="Add `mem_limit: 512m`, or `deploy.resources.limits.memory`.",
        link="https://docs.docker.com/reference/compose-file/deploy/#resources",
        subject=Subject.COMPOSE,
        check=_no_limit,
    ),
    Rule(
        id="SH0-RL009",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Service does not wait until another is healthy",
        why=(
            "A database takes seconds after its start until it answers. An app that begins earlier fails, by "
            "chance only now and then."
        ),
        remedy="Write `depends_on: {db: {condition: service_healthy}}`.",
        link="https://docs.docker.com/compose/how-tos/startup-order/",
        subject=Subject.COMPOSE,
        check=_impatient,
    ),
    Rule(
        id="SH0-RL010",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Service waits for a health check that is not there",
        why="Unless the image brings a health check of its own, Compose refuses to start the service.",
        remedy="Give the other service a `healthcheck`, or wait for `service_started`.",
        link="https://docs.docker.com/reference/compose-file/services/#depends_on",
        subject=Subject.COMPOSE,
        check=_never_healthy,
    ),
    Rule(
        id="SH0-CP011",
        category=Category.COMPOSE,
        severity=Severity.HINT,
        title="version is obsolete",
        why="Compose ignores it and prints a warning every time.",
        remedy="Remove the line.",
        link="https://docs.docker.com/reference/compose-file/version-and-name/#version-top-level-element-obsolete",
        subject=Subject.COMPOSE,
        check=_obsolete,
    ),
    Rule(
        id="SH0-CP012",
        category=Category.COMPOSE,
        severity=Severity.HINT,
        title="Container with a fixed name",
        why=(
            "A second container cannot have the same name, so the service can neither be scaled nor replaced "
            "without a gap."
        ),
        remedy="Remove `container_name`; other services reach it by the name of the service.",
        link="https://docs.docker.com/reference/compose-file/services/#container_name",
        subject=Subject.COMPOSE,
        check=_named,
    ),
    Rule(
        id="SH0-RL011",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Database without a volume",
        why=(
            "Compose puts the data into a volume without a name, or into the container itself, and both are lost with "
            "it. A stack of sh0 keeps what the image declares as a volume, and volumes without a name, under names "
            "made of the service and the path (`sh0 stacks plan` shows them); anything else is lost there too."
        ),
        remedy="Mount a named volume where the image keeps its data, such as `db:/var/lib/postgresql/data`.",
        link="https://docs.docker.com/engine/storage/volumes/",
        subject=Subject.COMPOSE,
        check=_forgetful,
    ),
    Rule(
        id="SH0-CP013",
        category=Category.COMPOSE,
        severity=Severity.WARNING,
        title="Source is mounted over the image",
        why=(
            "What runs is then the folder on that server and not the image that was built and tested; on a "
            "server without the folder, nothing runs."
        ),
        remedy="Move the mount to `compose.override.yaml`, which is for development.",
        link="https://docs.docker.com/compose/how-tos/production/",
        subject=Subject.COMPOSE,
        check=_source_mounted,
    ),
    Rule(
        id="SH0-RL012",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Service gets no time to end",
        why="Requests break off in the middle, and databases have to recover at the next start.",
        remedy="Leave the signal and the ten seconds as they are, or give it longer.",
        link="https://docs.docker.com/reference/compose-file/services/#stop_grace_period",
        subject=Subject.COMPOSE,
        check=_no_grace,
    ),
)
