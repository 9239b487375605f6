"""A version whose image is gone is made again where that is possible; where not, the command that helps is named."""

import time
from collections.abc import Callable

import attrs
import pytest

from sh0.deployments.rebuilding import exact_source, image_is_gone, origin
from sh0.errors import DeploymentFailed, ImageUnavailable, WrongState
from sh0.records.deployment import (
    DEPLOYMENTS,
    ComposeService,
    Deployment,
    DeploymentState,
    PushedRevision,
    RegistryImage,
    RemoteRepository,
    SameImage,
    Source,
    UploadedArchive,
)
from sh0.testing import fake_image
from sh0.values import ByteSize
from tests.core.examples import deployment
from tests.core.shop import Shop

PUSHED = PushedRevision("c" * 40, "main")


def lose(shop: Shop, image: str, *, registry: bool) -> None:
    """Remove an app's containers and its image, as 'sh0 down --all' does."""
    facts = shop.runtime.image(image)
    assert facts is not None
    if registry:
        shop.runtime.registry[image] = fake_image(image)
    del shop.runtime._images[facts.id]
    for name in list(shop.runtime.containers):
        shop.runtime.remove(name)


def until_state(shop: Shop, number: int, state: str) -> None:
    deadline = time.monotonic() + 20
    while shop.states()[number - 1 :] != [state]:
        assert time.monotonic() < deadline, shop.states()
        time.sleep(0.02)


def test_what_a_registry_has_is_fetched_and_runs_again_by_itself(shop: Shop) -> None:
    shop.deploy("web:1")
    lose(shop, "web:1", registry=True)
    until_state(shop, 2, "live")
    [again, _] = shop.platform.deployments.list("shop")
    assert (again.reason.value, again.revision) == ("rebuild", "web:1")
    assert shop.platform.apps.status("shop").state.value == "live"


def test_it_is_tried_once_and_then_said_with_the_app_and_the_command(shop: Shop) -> None:
    shop.deploy("web:1")
    lose(shop, "web:1", registry=False)
    until_state(shop, 2, "failed")
    deadline = time.monotonic() + 20
    while "sh0 deploy shop" not in (shop.platform.system.status().problem or ""):
        assert time.monotonic() < deadline
        shop.runtime.add_foreign("other")
        shop.runtime.end("other")  # whatever happens on the engine makes the reconciler look
        time.sleep(0.05)
    assert len(shop.states()) == 2
    with pytest.raises(WrongState) as caught:
        shop.platform.apps.start("shop")
    assert "sh0 restart shop" in caught.value.hint


def test_a_rollback_to_a_version_whose_image_is_gone_makes_it_again(shop: Shop) -> None:
    shop.deploy("web:1")
    shop.deploy("web:2")
    facts = shop.runtime.image("web:1")
    assert facts is not None
    shop.runtime.registry["web:1"] = facts
    del shop.runtime._images[facts.id]
    assert shop.live(shop.platform.deployments.rollback("shop")).revision == "web:1"


@pytest.mark.parametrize(
    ("source", "exact", "command"),
    [
        (PUSHED, PUSHED, "sh0 deploy shop"),
        (attrs.evolve(PUSHED, quarantine="incoming-gone", previous="0" * 40), PUSHED, "sh0 deploy shop"),
        (RegistryImage("nginx"), RegistryImage("nginx"), "sh0 deploy shop"),
        (RemoteRepository("https://example.org/a.git"), None, "sh0 deploy shop"),
        (UploadedArchive("a.upload"), None, "sh0 push PATH --app shop"),
        (ComposeService("pile.3", "web"), None, "sh0 compose up --name pile"),
    ],
)
def test_what_helps_where_the_image_is_gone(source: Source, exact: Source | None, command: str) -> None:
    brought = deployment(1, source=source)
    assert exact_source(brought) == exact
    assert command in image_is_gone(deployment(2), brought).hint


def test_the_folder_has_to_be_sent_again_where_nothing_is_known_of_its_source() -> None:
    assert exact_source(None) is None
    assert "sh0 push PATH --app shop" in image_is_gone(deployment(2), None).hint


def test_the_origin_of_a_restart_is_what_brought_its_image() -> None:
    first, other = deployment(1, source=PUSHED, image="a"), deployment(2, source=PUSHED, image="b")
    restart = deployment(3, source=SameImage("shop-1"), image="a")
    assert origin(restart, [first, other, restart]) == first
    assert origin(other, [first, other]) == other
    assert origin(restart, [restart]) is None


def test_the_origin_is_the_last_earlier_one_of_the_image() -> None:
    brought = [deployment(number, source=PUSHED, image="a") for number in (2, 4, 1, 6)]
    restart = deployment(5, source=SameImage("shop-2"), image="a")
    assert origin(restart, [*brought, restart]) == brought[1]
    assert origin(restart, [deployment(5, source=PUSHED, image="a")]) is None


def test_the_origin_of_an_image_that_was_made_again_is_what_brought_its_version() -> None:
    def made(number: int, source: Source, image: str, revision: str, state: str = "replaced") -> Deployment:
        found = deployment(number, source=source, image=image)
        return attrs.evolve(found, revision=revision, state=DeploymentState(state))

    first, second = made(1, PUSHED, "a", "one"), made(2, PUSHED, "b", "two")
    failed = made(3, UploadedArchive("x"), "c", "one", "failed")
    again, restart = made(4, SameImage("shop-1"), "d", "one"), made(5, SameImage(), "d", "one", "live")
    every = [first, second, failed, again, restart]
    assert [origin(each, every) for each in (again, restart)] == [first, first]


def test_a_restart_of_what_cannot_be_made_again_names_the_command(shop: Shop) -> None:
    shop.deploy("web:1")
    shop.records[DEPLOYMENTS].change("shop-1", source=UploadedArchive("a.upload"))
    lose(shop, "web:1", registry=False)
    with pytest.raises(DeploymentFailed) as caught:
        shop.live(shop.platform.apps.restart("shop"))
    assert "sh0 push" in caught.value.hint


def archived(shop: Shop, *images: str) -> None:
    """Deploy images one after the other, as if each came out of an archive, which is not kept."""
    for image in images:
        shop.runtime.registry[image] = fake_image(image)
        deployed = shop.deploy(image)
        shop.records[DEPLOYMENTS].change(deployed.id, source=UploadedArchive("a.upload"))


def forget(shop: Shop, image: str) -> None:
    facts = shop.runtime.image(image)
    assert facts is not None
    del shop.runtime._images[facts.id]
    shop.runtime.registry.pop(image, None)


def test_a_rollback_goes_to_the_last_version_that_can_run(shop: Shop) -> None:
    archived(shop, "web:1", "web:2", "web:3")
    forget(shop, "web:2")
    assert shop.live(shop.platform.deployments.rollback("shop")).revision == "web:1"


def test_a_rollback_that_cannot_be_is_refused_with_the_command_that_helps(shop: Shop) -> None:
    archived(shop, "web:1", "web:2", "web:3")
    forget(shop, "web:1")
    forget(shop, "web:2")
    for to in (None, "shop-1", "shop-2"):
        with pytest.raises(ImageUnavailable, match=r"the image of shop-[12] is no longer") as caught:
            shop.platform.deployments.rollback("shop", to=to)
        assert caught.value.hint == "Send its folder again: sh0 push PATH --app shop"
        with pytest.raises(ImageUnavailable):
            shop.platform.deployments.compare("shop", to=to)
    assert len(shop.states()) == 3


def test_whatever_asks_for_what_is_gone_names_the_one_command(shop: Shop) -> None:
    archived(shop, "web:1")
    lose(shop, "web:1", registry=False)
    apps, way = shop.platform.apps, "Send its folder again: sh0 push PATH --app shop"
    assert way in (apps.status("shop").problem or "")
    with pytest.raises(WrongState) as refused:
        apps.start("shop")
    assert way in refused.value.hint
    started: list[Callable[[], Deployment | None]] = [
        lambda: apps.restart("shop"),
        lambda: apps.scale("shop", 2),
        lambda: apps.configure("shop", memory=ByteSize("64m")).deployment,
        lambda: shop.platform.env.set("shop", {"A": "b"}),
        lambda: shop.platform.deployments.redeploy("shop"),
    ]
    for start in started:
        failure = shop.ended(start()).failure
        assert failure is not None
        assert failure.hint.startswith(way)
        assert failure.hint in (way, f"{way}.") or failure.hint.startswith(f"{way}. Settings stay as they were: ")
    apps.stop("shop")
    assert way in (apps.status("shop").problem or "")
    with pytest.raises(WrongState) as refused:
        apps.restart("shop")
    assert way in refused.value.hint
    failure = shop.ended(apps.start("shop")).failure
    assert failure is not None
    assert failure.hint == way


def test_an_app_that_runs_or_could_be_started_has_no_problem(shop: Shop) -> None:
    archived(shop, "web:1")
    assert shop.platform.apps.status("shop").problem is None
    shop.platform.apps.stop("shop")
    assert shop.platform.apps.status("shop").problem is None
