"""An image is used again for an unchanged tree, as long as the server still has it."""

from sh0.records.deployment import Deployment
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage, archive

FILES = {"Dockerfile": "FROM web:1\nEXPOSE 80\nCMD serve\n"}
STACK = "services: {web: {build: ./web}}"


def upload(shop: Shop) -> Deployment:
    return shop.live(shop.platform.deployments.upload("shop", archive(FILES)))


def test_an_unchanged_tree_is_built_again_if_its_image_is_gone(shop: Shop) -> None:
    first = upload(shop)
    assert upload(shop).image == first.image
    assert len(shop.stage.builder.requests) == 1
    assert first.image is not None
    del shop.runtime._images[first.image]
    upload(shop)
    assert len(shop.stage.builder.requests) == 2


def test_a_service_is_built_again_if_its_image_is_gone(stage: Stage) -> None:
    files = {f"web/{name}": text for name, text in FILES.items()}
    stage.up(STACK, sent=files)
    stage.up(STACK, sent=files)
    assert len(stage.builder.requests) == 1
    [image] = [
        each for each in stage.runtime._images if stage.runtime._images[each].labels.get("sh0.app") == "shop-web"
    ]
    del stage.runtime._images[image]
    stage.up(STACK, sent=files)
    assert len(stage.builder.requests) == 2
