"""An image is used again for an unchanged tree, as long as the server still has it."""

import pytest

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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("build: {context: ./web, args: {MODE: fast}}", "build: {context: ./web, args: {MODE: slow}}"),
        ("build: {context: ./web, args: {MODE: fast}}", "build: {context: ./web, args: {OTHER: fast}}"),
        ("build: {context: ./web, args: {MODE: fast}}", "build: ./web"),
        ("build: {context: ./web, target: one}", "build: {context: ./web, target: two}"),
        ("build: ./web", "build: {context: ./web, dockerfile: same.Dockerfile}"),
    ],
)
def test_a_service_is_built_again_if_anything_of_its_build_has_changed(stage: Stage, before: str, after: str) -> None:
    """The tree is the same: build arguments, the target and the ignore file that counts are parts of a build too."""
    text = "FROM web:1 AS one\nEXPOSE 80\nFROM web:1 AS two\nEXPOSE 80\nARG MODE\nARG OTHER\nCMD serve\n"
    sent = {"web/Dockerfile": text, "web/same.Dockerfile": text, "web/same.Dockerfile.dockerignore": "x\n"}
    for changed, built in ((before, 1), (after, 2), (after, 2), (before, 2)):
        stage.up(f"services: {{web: {{{changed}}}}}", sent=sent)
        assert len(stage.builder.requests) == built
