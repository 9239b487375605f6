"""What a deployment warns of stands at its end, and is kept with it."""

import attrs

from sh0.testing import fake_image
from tests.core.shop import Shop


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
