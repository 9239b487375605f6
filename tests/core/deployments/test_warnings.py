"""What a deployment warns of stands at its end, and is kept with it."""

import attrs
import pytest

from sh0.testing import fake_image
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.stacks.parts import archive


def test_data_that_the_next_deployment_loses_is_told_of(shop: Shop) -> None:
    shop.runtime.add_image(attrs.evolve(fake_image("web:1"), volumes=("/data", "/cache")))
    deployment = shop.deploy("web:1")
    said = [f"what is written to {path} (VOLUME) is lost at the next deployment" for path in ("/data", "/cache")]
    assert list(deployment.warnings) == said
    log = shop.log(deployment)
    for text in said:
        assert log.count(f"warning: {text}") == 1


def test_nothing_is_warned_of_where_nothing_is_lost(shop: Shop) -> None:
    assert shop.deploy("web:1").warnings == ()


@pytest.mark.parametrize(
    ("line", "warned"),
    [
        ("ARG API_URL", True),
        ("ARG API_URL=unset", True),
        ("ARG OTHER=1 API_URL", True),
        ("ARG API", False),
        ("ENV API_URL=x", False),
    ],
)
def test_a_variable_that_the_build_does_not_get_is_told_of(shop: Shop, line: str, warned: bool) -> None:
    shop.platform.env.set("shop", {"API_URL": Secret("https://api.example.org")})
    dockerfile = f"FROM web:1\n{line}\nEXPOSE 80\nUSER 1\n"
    deployment = shop.ended(shop.platform.deployments.upload("shop", archive({"Dockerfile": dockerfile})))
    told = [text for text in deployment.warnings if "build argument API_URL" in text]
    assert bool(told) == warned
    assert all("while it is built" in text for text in told)
