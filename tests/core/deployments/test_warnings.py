"""What a deployment warns of stands at its end, and is kept with it."""

import attrs
import pytest

from sh0.testing import fake_image
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.stacks.parts import archive


def test_data_that_an_image_keeps_in_volumes_is_kept_and_told_of(shop: Shop) -> None:
    shop.runtime.add_image(attrs.evolve(fake_image("web:1"), volumes=("/data", "/var/cache")))
    deployment = shop.deploy("web:1")
    assert deployment.warnings == ()
    log = shop.log(deployment)
    for name, path in (("data", "/data"), ("var-cache", "/var/cache")):
        assert log.count(f"volume {name} at {path}: the image declares it (VOLUME)") == 1
    assert [(each.name, each.path) for each in deployment.snapshot.volumes] == [
        ("data", "/data"),
        ("var-cache", "/var/cache"),
    ]


def test_data_that_several_containers_would_share_unasked_is_lost_and_told_of(shop: Shop) -> None:
    shop.runtime.add_image(attrs.evolve(fake_image("web:1"), volumes=("/data",)))
    shop.platform.apps.scale("shop", 2)
    deployment = shop.deploy("web:1")
    assert list(deployment.warnings) == ["what is written to /data (VOLUME) is lost at the next deployment"]
    assert deployment.snapshot.volumes == ()


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
