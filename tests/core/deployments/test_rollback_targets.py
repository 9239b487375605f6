"""A rollback without a target goes to the last version that differs from what serves, of apps and of stacks."""

import pytest

from sh0.errors import NotFound, WrongState
from sh0.records.deployment import DEPLOYMENTS, DeploymentState
from sh0.records.stack import RELEASES
from sh0.records.variable import VARIABLES
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage


def test_a_restart_is_no_version_to_return_to(shop: Shop) -> None:
    shop.deploy("web:1")
    shop.deploy("web:2")
    shop.live(shop.platform.apps.restart("shop"))
    shop.live(shop.platform.apps.scale("shop", 2))
    back = shop.live(shop.platform.deployments.rollback("shop"))
    assert back.revision == "web:1"


def test_two_rollbacks_do_not_toggle(shop: Shop) -> None:
    for image in ("web:1", "web:2", "db:1"):
        shop.deploy(image)
    assert shop.live(shop.platform.deployments.rollback("shop")).revision == "web:2"
    assert shop.live(shop.platform.deployments.rollback("shop")).revision == "web:1"
    with pytest.raises(WrongState, match="no version of shop before shop-5 differs from it: shop-4, shop-3"):
        shop.platform.deployments.rollback("shop")


def test_where_only_settings_differ_they_are_brought_back(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.env.set("shop", {"A": Secret("1")}))
    shop.live(shop.platform.apps.restart("shop"))
    shop.live(shop.platform.deployments.rollback("shop"))
    assert shop.records[VARIABLES].where(app="shop") == []


def test_where_nothing_differs_it_is_refused_with_a_list(shop: Shop) -> None:
    shop.deploy()
    with pytest.raises(NotFound):
        shop.platform.deployments.rollback("shop")
    shop.live(shop.platform.apps.restart("shop"))
    for operation in (shop.platform.deployments.rollback, shop.platform.deployments.compare):
        with pytest.raises(WrongState, match="differs from it: shop-1"):
            operation("shop")
    assert shop.live(shop.platform.deployments.rollback("shop", to="shop-1")).state.value == "live"


def test_failed_deployments_are_no_versions(shop: Shop) -> None:
    shop.deploy("web:1")
    shop.live(shop.platform.apps.configure("shop", health_timeout=1).deployment)
    shop.link.status = 503
    shop.ended(shop.platform.apps.restart("shop"))
    shop.link.status = 200
    shop.deploy("web:2")
    assert shop.live(shop.platform.deployments.rollback("shop")).revision == "web:1"


FILE = "services:\n  web:\n    image: web:{}\n    expose: ['80']\n"


def test_a_stack_returns_to_the_last_release_that_differs(stage: Stage) -> None:
    for number in (1, 2, 2):
        stage.up(FILE.format(number))
    release = stage.ended(stage.core.platform.stacks.rollback("shop"))
    assert [each.image for each in release.services] == ["web:1"]
    with pytest.raises(WrongState, match=r"no release of shop before shop\.4 differs from it"):
        stage.core.platform.stacks.rollback("shop")


def test_restarts_do_not_use_up_what_a_rollback_returns_to(shop: Shop) -> None:
    shop.deploy("web:1")
    shop.deploy("web:2")
    for _ in range(7):
        shop.live(shop.platform.apps.restart("shop"))
    shop.platform.deployments.clean()
    assert shop.live(shop.platform.deployments.rollback("shop")).revision == "web:1"


def test_a_version_that_serves_and_drains_its_predecessor_can_be_rolled_back(shop: Shop) -> None:
    """It is live for its app from the switch on, and for its own record from the end on."""
    shop.deploy("web:1")
    latest = shop.deploy("web:2")
    shop.records[DEPLOYMENTS].change(latest.id, state=DeploymentState.RUNNING)
    assert shop.platform.deployments.compare("shop")
    assert shop.platform.deployments.rollback("shop").revision == "web:1"


def test_so_can_a_release(stage: Stage) -> None:
    file = "services:\n  web:\n    image: web:{}\n    expose: ['80']\n"
    stage.up(file.format(1))
    latest = stage.up(file.format(2))
    stage.core.context.records[RELEASES].change(latest.id, state=DeploymentState.RUNNING)
    assert stage.core.platform.stacks.compare("shop")
