"""An app with the settings of another one."""

from datetime import timedelta

import attrs
import pytest

from sh0.apps.cloned_app import ClonedApp, cloned
from sh0.records.app import NOTHING_DECLARED, AppPort, Declared
from sh0.records.deployment import PushedRevision, RegistryImage, RemoteRepository, Source, UploadedArchive
from sh0.values import ByteSize
from tests.core.examples import NOON, app, deployment

ORIGINAL = attrs.evolve(
    app(live="shop-3", stopped=True),
    port=3000,
    branch="trunk",
    ports=(AppPort(9090, 7),),
    declared=Declared(port=3000),
    release="migrate",
    target="prod",
)


def test_it_has_the_settings_and_nothing_of_what_was_deployed() -> None:
    later = NOON + timedelta(days=1)
    made = cloned(ORIGINAL, "staging", later)
    assert (made.name, made.port, made.branch, made.release, made.target) == (
        "staging",
        3000,
        "trunk",
        "migrate",
        "prod",
    )
    assert (made.live, made.stopped, made.created, made.ports) == (None, False, later, ())
    assert made.declared == NOTHING_DECLARED


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (RegistryImage("web:1"), "sh0 deploy staging --image web:1"),
        (RemoteRepository("https://x.org/r.git", "dev"), "sh0 deploy staging --git https://x.org/r.git --branch dev"),
        (PushedRevision("a" * 40, "main"), "git push ssh://git@HOST:PORT/staging trunk"),
        (UploadedArchive("a"), "sh0 push PATH --app staging"),
        (None, "sh0 push PATH --app staging"),
    ],
    ids=str,
)
def test_it_says_how_it_gets_its_first_version(source: Source | None, command: str) -> None:
    brought = None if source is None else deployment(1, source=source)
    assert ClonedApp.of(cloned(ORIGINAL, "staging", NOON), brought, (), variables=True).first == command


def test_it_says_what_was_copied_and_what_was_not() -> None:
    made = ClonedApp.of(attrs.evolve(ORIGINAL, name="staging"), None, ["job nightly, suspended"], variables=False)
    assert made.copied == ("job nightly, suspended",)
    assert made.left_out[:2] == ("variables", "versions")
    assert "variables" not in ClonedApp.of(made, None, (), variables=True).left_out
    assert made.resources.memory in (None, ByteSize(0))
