"""What goes wrong, one thing at a time: what serves goes on, and the error says what, where and what to do."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from sh0 import DeploymentState
from tests.integration.conftest import Embedded
from tests.integration.world import docker, write_tree

pytestmark = pytest.mark.docker


def refused(shared: Embedded, app: str, tree: Path) -> sh0.Deployment:
    """Deploy a tree that cannot go live; everything that must hold then is checked here."""
    deployment = shared.ended(shared.upload(app, tree))
    assert deployment.state is DeploymentState.FAILED
    assert deployment.failure is not None
    assert deployment.failure.message
    assert deployment.failure.hint
    assert shared.version(app) == "1"
    assert len(shared.containers(app)) == 1
    assert list(shared.core.context.home.work.iterdir()) == []
    assert shared.platform.apps.get(app).live == f"{app}-1"
    assert deployment.failure.message in "\n".join(shared.log(deployment))
    return deployment


def failure(deployment: sh0.Deployment) -> tuple[str, str, str]:
    assert deployment.failure is not None
    return deployment.failure.code, deployment.failure.message, "\n".join(deployment.failure.log)


BAD_NAMES = ["Shop", "1shop", "shop_one", "-shop", "shop-", "a" * 41, "", "s/hop", "shöp", "shop "]
BAD_HOSTS = ["http://a.example", "a.example:80", "a..example", "-a.example", "a b.example", "x" * 64 + ".org"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_are_no_slugs(shared: Embedded, name: str) -> None:
    with pytest.raises(sh0.Sh0Error) as caught:
        shared.platform.apps.create(name)
    assert caught.value.code == "invalid-value"
    assert "lower-case letters, digits and hyphens" in str(caught.value)


def test_a_name_that_is_taken(shared: Embedded, app: str) -> None:
    with pytest.raises(sh0.Sh0Error, match=app) as caught:
        shared.platform.apps.create(app)
    assert caught.value.code == "name-taken"


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_malformed_host_names(shared: Embedded, live: str, host: str) -> None:
    with pytest.raises(sh0.Sh0Error) as caught:
        shared.platform.domains.add(live, host)
    assert caught.value.code == "invalid-value"
    assert host in str(caught.value)
    assert shared.version(live) == "1"


def test_a_host_name_that_is_taken(shared: Embedded, live: str, app: str, new_app: Callable[..., str]) -> None:
    other = new_app()
    shared.platform.domains.add(live, f"shop.{live}.example")
    with pytest.raises(sh0.Sh0Error, match=live) as caught:
        shared.platform.domains.add(other, f"SHOP.{live}.example.")
    assert caught.value.code == "name-taken"
    assert "remove" in caught.value.hint


def test_a_dockerfile_that_does_not_parse(shared: Embedded, live: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", "2")
    (tree / "Dockerfile").write_text("FROM python:3.13-slim\nRUNN true\n")
    deployment = refused(shared, live, tree)
    assert failure(deployment)[0] == "checks-failed"
    assert any("Dockerfile:2" in line and "RUNN" in line for line in shared.log(deployment))


def test_a_build_that_fails_keeps_its_output(shared: Embedded, live: str, tmp_path: Path) -> None:
    deployment = refused(shared, live, write_tree(tmp_path / "tree", "2", run="echo no compiler here && exit 7"))
    code, message, log = failure(deployment)
    assert code == "build-failed"
    assert "7" in message
    assert "no compiler here" in log


def test_a_base_image_that_cannot_be_had(shared: Embedded, live: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", "2")
    (tree / "Dockerfile").write_text("FROM localhost:1/sh0-test/nobody:1\n")
    code, message, _ = failure(refused(shared, live, tree))
    assert code == "image-unavailable"
    assert "nobody" in message


def test_an_image_that_cannot_be_had(shared: Embedded, live: str) -> None:
    deployment = shared.ended(
        shared.platform.deployments.create(live, sh0.RegistryImage("localhost:1/sh0-test/nobody:1"))
    )
    code, message, _ = failure(deployment)
    assert code == "image-unavailable"
    assert "nobody" in message
    assert shared.version(live) == "1"


def test_a_tree_that_nothing_builds(shared: Embedded, live: str, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "notes.txt").write_text("nothing here")
    assert failure(refused(shared, live, tmp_path / "tree"))[0] == "unsupported-project"


def test_an_archive_that_is_none(shared: Embedded, live: str, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"this is no archive" * 100)
    with open(tmp_path / "noise", "rb") as archive:
        deployment = shared.ended(shared.platform.deployments.upload(live, archive))
    assert failure(deployment)[0] == "bad-archive"
    assert shared.version(live) == "1"
    assert list(shared.core.context.home.work.iterdir()) == []


def test_an_app_that_never_listens(shared: Embedded, live: str, tmp_path: Path) -> None:
    code, message, log = failure(refused(shared, live, write_tree(tmp_path / "tree", "2", MODE="silent")))
    assert code == "not-ready"
    assert "does not listen on any port" in message
    assert "starting version 2" in log


def test_an_app_that_listens_on_another_port(shared: Embedded, live: str, tmp_path: Path) -> None:
    code, message, _ = failure(refused(shared, live, write_tree(tmp_path / "tree", "2", MODE="other-port")))
    assert code == "not-ready"
    assert "it listens on port 8081 instead" in message


def test_an_app_that_listens_on_the_loopback_only(shared: Embedded, live: str, tmp_path: Path) -> None:
    code, message, _ = failure(refused(shared, live, write_tree(tmp_path / "tree", "2", MODE="loopback")))
    assert code == "not-ready"
    assert "127.0.0.1:8080 only" in message


def test_an_app_that_exits_at_once(shared: Embedded, live: str, tmp_path: Path) -> None:
    code, message, log = failure(refused(shared, live, write_tree(tmp_path / "tree", "2", MODE="exit")))
    assert code == "container-exited"
    assert "exited with code 4" in message
    assert "cannot find the configuration" in log


def test_an_app_that_answers_500(shared: Embedded, live: str, tmp_path: Path) -> None:
    code, message, _ = failure(refused(shared, live, write_tree(tmp_path / "tree", "2", MODE="error")))
    assert code == "not-ready"
    assert "answers 500" in message


def test_a_health_path_that_answers_404(shared: Embedded, live: str) -> None:
    shared.platform.apps.configure(live, health_path="/missing")
    [deployment] = shared.platform.deployments.list(live, limit=1)
    code, message, _ = failure(shared.ended(deployment))
    assert code == "not-ready"
    assert "GET /missing on port 8080 answers 404" in message
    assert shared.version(live) == "1"


def test_an_app_beyond_its_memory_is_told_so(shared: Embedded, live: str, tmp_path: Path) -> None:
    shared.platform.apps.configure(live, memory=sh0.ByteSize.parse("48m"), health_timeout=20)
    shared.deployed(shared.platform.deployments.list(live)[0])
    deployment = shared.ended(shared.upload(live, write_tree(tmp_path / "tree", "2", MODE="hungry")))
    code, message, _ = failure(deployment)
    assert code == "container-exited"
    assert "killed at its memory limit" in message
    assert shared.version(live) == "1"


def test_a_slow_app_is_waited_for(shared: Embedded, live: str, tmp_path: Path) -> None:
    deployment = shared.deployed(shared.upload(live, write_tree(tmp_path / "tree", "2", DELAY="1.5")))
    assert next(t.seconds for t in deployment.steps if t.step is sh0.Step.CHECK) > 1
    assert shared.version(live) == "2"


def test_a_root_that_is_not_there(shared: Embedded, live: str, tmp_path: Path) -> None:
    shared.platform.apps.configure(live, root="service")
    code, message, _ = failure(shared.ended(shared.upload(live, write_tree(tmp_path / "tree", "2"))))
    assert code == "invalid-value"
    assert "'service'" in message


def test_a_rollback_to_an_image_that_is_gone(shared: Embedded, app: str, tmp_path: Path) -> None:
    first = shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "gone")))
    shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "2")))
    assert first.image is not None
    docker("rmi", "-f", first.image)
    with pytest.raises(sh0.ImageUnavailable, match=first.id) as caught:
        shared.platform.deployments.rollback(app)
    assert caught.value.hint == f"Send its folder again: sh0 push PATH --app {app}"
    assert shared.version(app) == "2"


def test_a_rollback_without_an_earlier_version(shared: Embedded, live: str) -> None:
    with pytest.raises(sh0.Sh0Error) as caught:
        shared.platform.deployments.rollback(live)
    assert caught.value.code == "not-found"


@pytest.fixture(scope="module")
def narrow(embed: Callable[..., Embedded]) -> Embedded:
    """A platform with little memory and time for builds."""
    return embed(build_memory=sh0.ByteSize.parse("48m"), build_timeout=8.0, upload_limit=sh0.ByteSize.parse("64k"))


@pytest.fixture(scope="module")
def tight(narrow: Embedded, images: Callable[[str], sh0.RegistryImage]) -> str:
    """An app there whose version 1 serves."""
    narrow.platform.apps.create("tight")
    narrow.deployed(narrow.platform.deployments.create("tight", images("1")))
    return "tight"


def test_a_build_beyond_its_memory(narrow: Embedded, tight: str, tmp_path: Path) -> None:
    hungry = "python -c 'x = bytearray(300 << 20)'"
    code, message, _ = failure(refused(narrow, tight, write_tree(tmp_path / "tree", "2", run=hungry)))
    assert code == "build-out-of-memory"
    assert "48 MiB" in message


def test_a_build_beyond_its_time(narrow: Embedded, tight: str, tmp_path: Path) -> None:
    code, message, _ = failure(refused(narrow, tight, write_tree(tmp_path / "tree", "2", run="sleep 60")))
    assert code == "build-timeout"
    assert "8 s" in message


def test_an_archive_beyond_the_limit(narrow: Embedded, tight: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", "2")
    (tree / "large").write_bytes(random_bytes(100_000))
    with pytest.raises(sh0.Sh0Error) as caught:
        narrow.upload(tight, tree)
    assert caught.value.code == "bad-archive"
    assert ".sh0ignore" in caught.value.hint
    assert list(narrow.core.context.home.work.iterdir()) == []
    assert narrow.version(tight) == "1"


def test_an_archive_that_unpacks_beyond_the_limit(narrow: Embedded, tight: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", "2")
    (tree / "zeros").write_bytes(bytes(10 << 20))
    assert failure(refused(narrow, tight, tree))[0] == "bad-archive"


def random_bytes(count: int) -> bytes:
    return random.Random(0).randbytes(count)


def test_a_disk_with_little_left(shared: Embedded, live: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(1 << 40, 1 << 40, 100 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    code, message, _ = failure(refused(shared, live, write_tree(tmp_path / "tree", "2")))
    assert code == "disk-full"
    assert "100 MiB" in message
