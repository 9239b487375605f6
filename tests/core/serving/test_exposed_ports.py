"""An image exposes several ports, and nobody says which one is the app's: the only one that answers is."""

import attrs
import pytest

from sh0.records.deployment import PLACEMENTS, Deployment, DeploymentState, RegistryImage
from sh0.serving import readiness
from sh0.serving.exposed_ports import SEEN, Alternatives, others
from sh0.testing import fake_image
from tests.core.shop import Shop

REFUSED = "nothing accepts connections on port 4000"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_LISTENERS", 0.0)


def expose(shop: Shop, *ports: int, image: str = "web:1") -> None:
    shop.runtime.add_image(attrs.evolve(fake_image(image), ports=ports))


def ports(shop: Shop, deployment: Deployment) -> set[int | None]:
    return {each.port for each in shop.records[PLACEMENTS].where(deployment=deployment.id)}


def test_requests_are_led_to_the_only_exposed_port_that_answers(shop: Shop) -> None:
    expose(shop, 4000, 9000)
    shop.link.dead = {4000}
    shop.platform.apps.scale("shop", 2)
    live = shop.deploy()
    assert ports(shop, live) == {9000}
    assert any("port 9000 is the one exposed port that answers, not 4000" in line for line in shop.log(live))
    assert str(shop.stage.proxy.routes).count("port=9000") == 2


def test_the_next_version_is_asked_there_first(shop: Shop) -> None:
    expose(shop, 4000, 9000)
    shop.link.dead = {4000}
    shop.deploy()
    again = shop.live(shop.platform.apps.restart("shop"))
    assert ports(shop, again) == {9000}
    assert not any("exposed port that answers" in line for line in shop.log(again))


def test_the_first_one_that_answers_is_not_left_for_another(shop: Shop) -> None:
    expose(shop, 4000, 9000)
    assert ports(shop, shop.deploy()) == {4000}


@pytest.mark.parametrize("dead", [{4000}, {4000, 9000, 9100}])
def test_where_several_or_none_of_the_others_answer_nobody_guesses(dead: set[int], shop: Shop) -> None:
    expose(shop, 4000, 9000, 9100)
    shop.link.dead = dead
    shop.platform.apps.configure("shop", health_timeout=1)
    ended = shop.ended(_push(shop))
    assert ended.state is DeploymentState.FAILED
    assert ended.failure is not None
    assert "nothing accepts connections on port 4000" in ended.failure.message


@pytest.mark.parametrize("how", ["setting", "variable"])
def test_a_port_that_somebody_has_said_is_the_only_one_that_is_asked(how: str, shop: Shop) -> None:
    expose(shop, 4000, 9000)
    shop.link.dead = {4000}
    shop.platform.apps.configure("shop", health_timeout=1)
    if how == "setting":
        shop.platform.apps.configure("shop", port=4000)
    else:
        shop.platform.env.set("shop", {"PORT": "4000"})
    assert shop.ended(_push(shop)).state is DeploymentState.FAILED


def test_a_port_counts_once_it_has_been_the_only_one_for_a_while() -> None:
    answering = [{9000}, {9000, 9100}, *[{9100}] * SEEN]
    looks = Alternatives((9000, 9100), lambda port: port in answering[0])
    seen = []
    while answering:
        seen.append(looks.look(REFUSED))
        answering.pop(0)
    assert seen == [None] * (len(seen) - 1) + [9100]


def test_at_the_end_of_the_time_the_only_one_that_answers_is_taken() -> None:
    assert Alternatives((9000, 9100), lambda port: port == 9000).look(REFUSED, last=True) == 9000
    assert Alternatives((9000, 9100), lambda port: True).look(REFUSED, last=True) is None


def test_an_app_that_answers_with_errors_has_found_its_port() -> None:
    looks = Alternatives((9000,), lambda port: True)
    assert [looks.look("GET / on port 4000 answers 500") for _ in range(SEEN + 1)] == [None] * (SEEN + 1)


def test_only_what_is_exposed_beside_an_exposed_port_is_asked() -> None:
    facts = attrs.evolve(fake_image("web:1"), ports=(4000, 9000))
    assert others(4000, facts, told=False) == (9000,)
    assert others(9000, facts, told=False) == (4000,)
    assert others(8080, facts, told=False) == ()
    assert others(4000, facts, told=True) == ()
    assert others(None, None, told=False) == ()


def _push(shop: Shop) -> Deployment:
    return shop.platform.deployments.create("shop", RegistryImage("web:1"))
