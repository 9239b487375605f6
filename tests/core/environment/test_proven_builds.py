"""What an app is built with is its own when a build with it serves; one that fails changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sh0.errors import NotFound
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, PushedRevision, Reason
from sh0.testing import FakeBuilder
from sh0.values import Secret
from tests.core.git.checkout import Checkout
from tests.core.shop import Shop
from tests.core.stacks.parts import archive

DOCKERFILE = "FROM web:1 AS make\nARG API_URL=unset\nRUN true\nFROM web:1\nARG API_URL\nEXPOSE 80\n"
CONFIG = "replicas: 1\n"


@pytest.fixture
def pushed(shop: Shop, tmp_path: Path) -> Shop:
    """An app whose version is a commit in its own repository."""
    work = Checkout(tmp_path / "work")
    commit = work.commit(Dockerfile=DOCKERFILE, sh0__yaml=CONFIG)
    repository = shop.stage.core.repositories.path("shop")
    work.git("push", "-q", str(repository), "HEAD:refs/heads/main")
    queue, record = shop.platform.apps._queue, shop.platform.apps.get("shop")
    shop.live(queue.enqueue(record, Reason.PUSH, PushedRevision(commit, "main"), commit[:10]))
    return shop


def builder(shop: Shop) -> FakeBuilder:
    return shop.stage.builder


def held(shop: Shop) -> tuple[list[tuple[str, str]], str]:
    """The variables and the target that are the app's own."""
    names = [each.name for each in shop.platform.build.list("shop")]
    return [(name, shop.platform.build.reveal("shop", name)) for name in names], shop.records[APPS].get("shop").target


def test_a_pushed_version_is_built_anew_from_its_commit(pushed: Shop) -> None:
    pushed.live(pushed.platform.apps.scale("shop", 2))
    before = pushed.platform.deployments.list("shop")[0]
    deployment = pushed.live(pushed.platform.build.set("shop", {"API_URL": "x"}))
    assert builder(pushed).requests[-1].arguments == {"API_URL": "x"}
    assert (deployment.revision, deployment.snapshot.build) == (before.revision, {"API_URL": Secret("x")})
    assert pushed.records[APPS].get("shop").replicas == 2, "no tree was brought: what was set since stays"
    assert held(pushed)[0] == [("API_URL", "x")]
    assert any("what it is built with changes" in line for line in pushed.log(deployment))
    deployment = pushed.live(pushed.platform.apps.configure("shop", target="make").deployment)
    assert (builder(pushed).requests[-1].target, held(pushed)[1]) == ("make", "make")
    assert builder(pushed).requests[-1].arguments == {"API_URL": "x"}


def test_a_build_that_fails_changes_nothing(pushed: Shop) -> None:
    pushed.live(pushed.platform.apps.configure("shop", health_timeout=1).deployment)
    pushed.live(pushed.platform.build.set("shop", {"API_URL": "x"}))
    pushed.link.status = 503
    before, served = held(pushed), pushed.records[APPS].get("shop").live
    attempts: list[Callable[[], Deployment | None]] = [
        lambda: pushed.platform.build.set("shop", {"API_URL": "y", "OTHER": "z"}, secret=("OTHER",)),
        lambda: pushed.platform.build.set("shop", {}, unset=("API_URL",)),
        lambda: pushed.platform.apps.configure("shop", target="nowhere").deployment,
    ]
    for begin in attempts:
        ended = pushed.ended(begin())
        assert ended.state.value == "failed"
        assert ended.failure is not None
        assert "Settings stay as they were" in ended.failure.hint
        assert held(pushed) == before
        assert pushed.records[APPS].get("shop").live == served


def test_what_waits_is_taken_along_and_told_from_what_is_held(pushed: Shop) -> None:
    with pushed.stage.core.context.locks.of("shop"):
        first = pushed.platform.build.set("shop", {"API_URL": "x", "B": "1"})
        assert first is not None
        with pytest.raises(NotFound, match="no build variable C"):
            pushed.platform.build.set("shop", {}, unset=("C",))
        second = pushed.platform.build.set("shop", {"D": "2"}, unset=("B",))
    pushed.live(second)
    assert held(pushed)[0] == [("API_URL", "x"), ("D", "2")]


def test_where_the_source_is_not_kept_it_counts_from_the_next_build(shop: Shop) -> None:
    def upload() -> Deployment:
        return shop.ended(shop.platform.deployments.upload("shop", archive({"Dockerfile": DOCKERFILE})))

    upload()
    assert shop.platform.build.set("shop", {"API_URL": "x"}) is None
    assert shop.platform.apps.configure("shop", target="make").deployment is None
    assert held(shop) == ([("API_URL", "x")], "make")
    assert len(builder(shop).requests) == 1
    configured = shop.platform.apps.configure("shop", target="", health_path="/up")
    assert configured.target == ""
    shop.live(configured.deployment)
    assert len(builder(shop).requests) == 1
    upload()
    assert builder(shop).requests[-1].arguments == {"API_URL": "x"}


def test_nothing_is_deployed_where_nobody_wants_it(pushed: Shop) -> None:
    built = len(builder(pushed).requests)
    assert pushed.platform.build.set("shop", {"API_URL": "x"}, deploy=False) is None
    assert (held(pushed)[0], len(builder(pushed).requests)) == ([("API_URL", "x")], built)
