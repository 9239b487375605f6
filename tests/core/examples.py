"""Records to test with."""

from datetime import UTC, datetime

import attrs

from sh0.compose.model import Permission, PermissionKind
from sh0.deployments.findings import DeploymentChecks
from sh0.domain_classes import TABLES
from sh0.ports.container import (
    ContainerSpec,
    HealthCommand,
    HostDevice,
    HostMount,
    InjectedFile,
    KernelLimit,
    MemoryMount,
    NamedMount,
    PublishedPort,
    RestartPolicy,
)
from sh0.records.app import App, AppPort, HealthCheck, Resources
from sh0.records.build import Build
from sh0.records.certificate import Certificate
from sh0.records.command import CommandEnd, CommandReason, CommandRequest, CommandRun
from sh0.records.credential import SshKey, Token
from sh0.records.cron import AddedJob, CronJob, JobProgress, OpenAttempt, Retry, SkippedTime
from sh0.records.deploy_key import DeployKey
from sh0.records.deployment import (
    ComposeService,
    Deployment,
    DeploymentState,
    Placement,
    PushedRevision,
    Reason,
    Snapshot,
    Source,
    Step,
    StepTiming,
)
from sh0.records.domain import Domain, Https
from sh0.records.drain import LogDrain
from sh0.records.event_payloads import AppPayload
from sh0.records.event_types import EventType
from sh0.records.former_name import FormerName
from sh0.records.journal import AuditEntry, Event
from sh0.records.project import Project
from sh0.records.registry import PrivateRegistry
from sh0.records.run import Failure, RunState
from sh0.records.schedule import ScheduledRun
from sh0.records.stack import Action, Release, ReleasedService, ReleaseReason, Stack, TemplateOrigin
from sh0.records.variable import BuildVariable, SharedVariable, Variable
from sh0.records.volume import Attachment, Volume, VolumeSize
from sh0.rules.configuration import ChecksMode
from sh0.rules.model import Category, Edit, Finding, Fix, Place, Severity
from sh0.rules.report import BrokenRule, Suppressed
from sh0.values import ByteSize, Secret

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECRET = "correct-horse-battery-staple"
PROJECT = Project("default", "sh0-x-default", {"local": "10.208.0.0/22"}, NOON)
SNAPSHOT = Snapshot({"TOKEN": Secret(SECRET)}, ("shop.localhost",), Resources(), HealthCheck(), 1, None)
REQUEST = CommandRequest(("sh", "-c", "echo hello"), environment={"TOKEN": Secret(SECRET)}, memory=ByteSize(64 << 20))
JOB = CronJob("nightly", "0 3 * * *", arguments=("python", "sweep.py"), memory=ByteSize(64 << 20))
RUN = CommandRun(
    id="shop.run.1",
    app="shop",
    number=1,
    reason=CommandReason.REQUEST,
    request=CommandRequest(("true",)),
    deployment="shop-1",
    image="sha256:1",
    container="sh0-x-shop.run.1",
    server="local",
    network="sh0-x-default",
    address="10.208.0.20",
    requested_by="local",
    state=RunState.RUNNING,
    step=None,
    steps=(),
    failure=None,
    created=NOON,
)


def app(name: str = "shop", slot: int = 1, live: str | None = None, *, stopped: bool = False) -> App:
    return App(
        name, "default", slot, None, "main", "", "Dockerfile", 1, Resources(), HealthCheck(), stopped, live, NOON
    )


def deployment(
    number: int = 1,
    app: str = "shop",
    *,
    source: Source | None = None,
    state: DeploymentState = DeploymentState.QUEUED,
    reason: Reason = Reason.PUSH,
    image: str | None = None,
    snapshot: Snapshot = SNAPSHOT,
) -> Deployment:
    return Deployment(
        id=f"{app}-{number}",
        app=app,
        number=number,
        reason=reason,
        source=source or PushedRevision("c" * 40, "main"),
        revision=f"r{number}",
        image=image,
        snapshot=snapshot,
        requested_by="system",
        state=state,
        step=None,
        steps=(),
        failure=None,
        created=NOON,
        started=None,
        finished=None,
    )


def placement(deployment: str = "shop-1", replica: int = 1, address: str = "10.208.0.11") -> Placement:
    app = deployment.rpartition("-")[0]
    return Placement(f"sh0-x-{deployment}-{replica}", app, deployment, replica, "sh0-x-default", address, 8080)


FINDING = Finding(
    "SH0-TT001",
    Category.SECRETS,
    Severity.ERROR,
    "a key",
    Place("a.py", 3, 5),
    Fix("Take it out", (Edit("a.py", 3, 3, ()),)),
)
PERMISSION = Permission(PermissionKind.HOST_PATH, "/srv/data:rw", "web")
RELEASE = Release(
    "shop.1",
    "shop",
    1,
    ReleaseReason.TEMPLATE,
    TemplateOrigin("shop", 3),
    {"compose.yaml": Secret("services: {}")},
    {"TOKEN": Secret(SECRET)},
    ("debug",),
    (PERMISSION,),
    (ReleasedService("web", "shop-web", Action.START_FIRST, "shop-web-1", "nginx:1"),),
    "system",
    DeploymentState.LIVE,
    Step.FINISH,
    (StepTiming(Step.FETCH, 0.25),),
    None,
    NOON,
    NOON,
)
SERVICE = attrs.evolve(
    SNAPSHOT,
    hosts=("web.localhost", "api.localhost"),
    port=8080,
    host_ports={"api.localhost": 9090},
    container=ContainerSpec(
        entrypoint=(),
        environment={"PASSWORD": Secret(SECRET)},
        extra_hosts={"a": ("10.0.0.1",)},
        restart=RestartPolicy.ON_FAILURE,
        health=HealthCommand(("CMD", "true"), 0.5),
        mounts=(NamedMount("v", "/data"), HostMount("/srv", "/srv")),
        memory_mounts=(MemoryMount("/tmp", ByteSize(1 << 20), 0o700),),
        files=(InjectedFile("/run/secrets/x", Secret(SECRET)),),
        published=(PublishedPort(5432, 5432, "127.0.0.1"),),
        kernel_limits=(KernelLimit("nofile", 1, -1),),
        devices=(HostDevice("/dev/null", "/dev/null"),),
    ),
    network="host",
    job=True,
)

SPECS = {spec.name: spec for spec in TABLES}

ONE_OF_EACH: dict[str, list[object]] = {
    "projects": [PROJECT, Project("empty", "sh0-x-empty", {}, NOON)],
    "apps": [
        app(),
        attrs.evolve(
            app("blog", 2, "blog-1", stopped=True),
            port=3000,
            resources=Resources(ByteSize(512 << 20), 1.5),
            health=HealthCheck("/healthz", 5.0, tcp=9000),
            stack="shop",
            ports=(AppPort(9090, 7),),
            checks=ChecksMode.WARN,
        ),
    ],
    "former_names": [FormerName("boutique", "shop", 4, 0, NOON, True), FormerName("gone", None, 1, 2, NOON)],
    "variables": [Variable("shop", "TOKEN", Secret(SECRET), NOON), Variable("shop", "EMPTY", Secret(""), NOON)],
    "domains": [Domain("shop.example.org", "shop", False, Https.LOCAL, NOON, 9090)],
    "certificates": [Certificate("shop.example.org", "sh0", "PEM", Secret(SECRET), NOON, NOON)],
    "deployments": [
        deployment(1),
        attrs.evolve(
            deployment(2),
            state=DeploymentState.FAILED,
            step=Step.CHECK,
            steps=(StepTiming(Step.FETCH, 0.25), StepTiming(Step.BUILD, 0.0, True)),
            failure=Failure("not-ready", "it was not ready", "look", ("line \u2028 one", "two")),
            image="sha256:1",
            started=NOON,
            finished=NOON,
        ),
        deployment(3, "blog", source=ComposeService("shop.1", "web"), snapshot=SERVICE, reason=Reason.COMPOSE),
    ],
    "deployment_checks": [
        DeploymentChecks("shop-1", "shop", ChecksMode.ENFORCE, 100, 1, (), (), (), ()),
        DeploymentChecks(
            "shop-2",
            "shop",
            ChecksMode.WARN,
            80,
            12,
            (FINDING,),
            (Suppressed(FINDING, "on purpose", "sh0.yaml"),),
            (BrokenRule("SH0-TT002", "acme", "", "ValueError: no"),),
            ("Not all.",),
        ),
    ],
    "stacks": [Stack("shop", "shop", "shop.1", TemplateOrigin("shop", 3), (PERMISSION,), NOON)],
    "releases": [RELEASE],
    "placements": [placement(), attrs.evolve(placement("shop-2"), port=None, address="10.208.0.12")],
    "builds": [Build("k", "shop", "sha256:1", "sh0/shop:1", "python", None, False, 1.5, NOON)],
    "command_runs": [RUN, attrs.evolve(RUN, id="shop.run.2", number=2, request=REQUEST, end=CommandEnd.EXITED)],
    "cron_jobs": [AddedJob("shop", "nightly", JOB, NOON)],
    "cron_progress": [
        JobProgress("shop", "nightly", "0 3 * * * UTC", NOON, NOON, True, 2, "it failed", NOON, Retry(NOON, 2, NOON)),
        JobProgress("shop", "hourly", "@hourly UTC", NOON),
    ],
    "cron_open": [OpenAttempt("shop.run.1", "shop", "nightly")],
    "cron_skipped": [SkippedTime("shop", "nightly", NOON, "shop is stopped", 3, NOON)],
    "log_drains": [
        LogDrain(
            "shop", "main", "https://logs.example.org/in", "0123456789abcdef", NOON, Secret(SECRET), header="X-Key"
        ),
        LogDrain("shop", "syslog", "syslog+tls://logs.example.org", "abcdef", NOON, variable="LOG_TOKEN", gzip=True),
    ],
    "registries": [PrivateRegistry("ghcr.io", "joe", Secret(SECRET), NOON)],
    "shared_variables": [SharedVariable("default", "TOKEN", Secret(SECRET), NOON, secret=True)],
    "build_variables": [BuildVariable("shop", "TOKEN", Secret(SECRET), NOON)],
    "deploy_keys": [DeployKey("shop", "ssh-ed25519 AAAA", Secret(SECRET), NOON)],
    "ssh_keys": [SshKey("me", "ssh-ed25519 AAAA", "SHA256:x", ("apps:read", "deployments:write"), NOON)],
    "tokens": [
        Token("ci", "d1", ("*:read",), "shop", NOON, NOON),
        Token("all", "d2", (), None, NOON, None),
    ],
    "volumes": [
        Volume(
            "sh0-x-shop.uploads", "uploads", "shop", None, "default", "local", NOON, Attachment("/u", True, ("web",))
        ),
        Volume("sh0-x-wiki_data", "data", None, "wiki", "wiki", "local", NOON, deleted=NOON, ready=False),
    ],
    "volume_sizes": [VolumeSize("sh0-x-shop.uploads", "2026-01-01", NOON, ByteSize(1 << 20))],
    "events": [Event(1, NOON, EventType.APP_CREATED, "app/shop", "größer \u2028 🎉", AppPayload("shop"))],
    "schedules": [
        ScheduledRun("cleaning", NOON, NOON, 1.5, "the disk is full"),
        ScheduledRun("new", None, None, None, None),
    ],
    "audit": [AuditEntry(1, NOON, "system", "apps.create", {"name": "shop", "nested": {"a": [1, None, True]}}, "ok")],
}
"""Examples of every record that is stored, by table."""
