"""Whatever an operation is called with, the errors that come are those that it documents."""

import io
import itertools
from collections.abc import Iterable, Iterator, Mapping

import pytest

from sh0.errors import Forbidden, InvalidValue, Sh0Error, Unauthenticated, error_types
from sh0.operations import Effect, Operation, Shape
from sh0.platform import registry
from sh0.records.deployment import RegistryImage, RemoteRepository
from sh0.repositories.model import RefUpdate
from sh0.values import Secret
from tests.core.access.test_access import KEY, OTHER
from tests.core.stacks import parts

BY_THE_GATE = (InvalidValue, Unauthenticated, Forbidden)
FILE = "services:\n  web:\n    image: web:1\n    expose: ['80']\n"
TEMPLATE = "x-sh0:\n  title: x\nservices:\n  web:\n    image: web:1\n"

SUBJECTS: Mapping[str, tuple[object, ...]] = {
    "app": ("nothere", "bare", "live", "stopped", "failing", "shop-web"),
    "deployment": ("nothere-1", "live-1", "failing-1"),
    "stack": ("nothere", "shop", "broken"),
    "release": ("nothere-1", "shop-1", "broken-1"),
    "to": (None, "nothere-1", "live-1", "failing-1", "shop-1", "broken-1"),
    "host": ("nothere.example.org", "live.example.org"),
    "project": ("nothere", "default", "empty"),
    "server": ("nothere", "local"),
    "registry": ("nothere.example.org",),
    "template": ("nothere", "redis"),
    "name": ("nothere", "fresh", "live", "laptop", "default", "A"),
    "archive": ("nothere",),
    "public_key": (KEY, OTHER),
    "source": (
        RegistryImage("web:1"),
        RegistryImage("sha256:" + "0" * 64),
        RemoteRepository("https://127.0.0.1:1/a.git", "main"),
    ),
    "updates": (
        (RefUpdate("0" * 40, "1" * 40, "refs/heads/main"),),
        (RefUpdate("1" * 40, "0" * 40, "refs/heads/main"),),
        (RefUpdate("0" * 40, "1" * 40, "refs/tags/v1"),),
    ),
    "replicas": (1, 2),
    "replica": (1, 9),
    "process": ("web", "nothere"),
    "command": (("true",),),
    "variables": ({"A": Secret("x")}, {"NOTHERE": Secret("x")}),
    "unset": ((), ("NOTHERE",)),
    "words": ("redis",),
    "text": ("services: [", TEMPLATE),
    "files": ({}, {"compose.yaml": "services: ["}),
    "memory": (None, "6m", "900g"),
    "cpus": (None, 0.5, 1000.0),
    "timeout": (0.0,),
    "follow": (False,),
    "volumes": (False,),
}
OPERATIONS = sorted(registry, key=lambda o: list(Effect).index(o.effect))  # what destroys comes last
AT_ONCE = 60  # combinations of one operation


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[parts.Stage]:
    with parts.stage(tmp_path_factory.mktemp("home")) as made:
        platform = made.core.platform
        platform.projects.create("empty")
        platform.keys.add("laptop", KEY)
        for app in ("bare", "live", "stopped", "failing"):
            platform.apps.create(app)
        platform.env.set("live", {"A": "x"}, deploy=False)
        for app in ("live", "stopped"):
            platform.deployments.wait(app, platform.deployments.create(app, RegistryImage("web:1")).id, timeout=20)
        platform.apps.stop("stopped")
        made.up(FILE)
        made.runtime.fail_next("apply", Sh0Error("out of order"))
        failing = platform.deployments.create("failing", RegistryImage("web:1"))
        with pytest.raises(Sh0Error):
            platform.deployments.wait("failing", failing.id, timeout=20)
        made.runtime.fail_next("apply", Sh0Error("out of order"))
        broken = platform.stacks.up(made.send(FILE), stack="broken")
        with pytest.raises(Sh0Error):
            platform.stacks.wait("broken", broken.id, timeout=20)
        states = {app: platform.apps.status(app).state.value for app in ("bare", "live", "stopped", "failing")}
        assert states == {"bare": "new", "live": "live", "stopped": "stopped", "failing": "new"}
        assert platform.stacks.get("broken").live is None
        yield made


def calls(operation: Operation) -> Iterator[dict[str, object]]:
    names = [p.name for p in operation.parameters if p.required or p.name in SUBJECTS]
    values = [
        (io.BytesIO(b"rubbish"),) if parameter.upload else SUBJECTS.get(parameter.name, (None,))
        for parameter in operation.parameters
        if parameter.name in names
    ]
    together = [dict(zip(names, each, strict=True)) for each in itertools.product(*values)]
    for step in range(0, len(together), max(1, len(together) // AT_ONCE)):
        given = {name: value for name, value in together[step].items() if value is not None}
        if not (operation.method in ("create", "add") and given.get("name") == "nothere"):  # it stays away
            yield given


def documented(operation: Operation) -> tuple[type[Sh0Error], ...]:
    return tuple(error for error in error_types() if error.__name__ in operation.raises)


def undocumented(stage: parts.Stage, operation: Operation, tried: Iterable[dict[str, object]]) -> dict[str, str]:
    """Errors of these calls that the operation does not document, each with the first call that raised it."""
    method = getattr(getattr(stage.core.platform, operation.domain), operation.method)
    found: dict[str, str] = {}
    for arguments in tried:
        try:
            result = method(**arguments)
            if operation.shape is Shape.STREAM and operation.name != "events.follow":
                list(itertools.islice(result, 20))
        except Sh0Error as error:
            if not isinstance(error, (*documented(operation), *BY_THE_GATE)):
                found.setdefault(type(error).__name__, f"{arguments}: {error.message}")
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_raises_what_it_documents(stage: parts.Stage, operation: Operation) -> None:
    assert undocumented(stage, operation, calls(operation)) == {}


def test_the_subjects_are_parameters() -> None:
    assert set(SUBJECTS) <= {parameter.name for operation in registry for parameter in operation.parameters}
