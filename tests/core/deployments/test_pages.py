"""A site of files is ready when it serves a page: a refusal by a server that sh0 has set up is no answer of an app."""

import attrs
import pytest

from sh0.builds.images import NGINX
from sh0.records.build import PAGES
from sh0.records.deployment import RegistryImage
from sh0.testing.runtime import fake_image
from tests.core.shop import Shop
from tests.core.stacks.parts import archive


@pytest.mark.parametrize("status", [403, 404])
def test_a_site_without_a_page_is_not_ready_and_the_hint_names_why(shop: Shop, status: int) -> None:
    facts = shop.runtime.image("web:1")
    assert facts is not None
    shop.runtime.add_image(attrs.evolve(facts, labels={**facts.labels, PAGES: "1"}))
    shop.platform.apps.configure("shop", health_timeout=1)
    shop.link.status = status
    failure = shop.ended(shop.platform.deployments.create("shop", RegistryImage("web:1"))).failure
    assert failure is not None
    assert f"GET / on port 8080 answers {status}" in failure.message
    assert "index.html" in failure.hint
    assert "chmod" in failure.hint


@pytest.mark.parametrize("status", [200, 301, 401, 404])
def test_an_app_of_its_own_may_answer_what_it_likes(shop: Shop, status: int) -> None:
    shop.link.status = status
    assert shop.deploy().state.value == "live"


@pytest.mark.parametrize("status", [200, 304])
def test_a_site_with_a_page_is_ready(shop: Shop, status: int) -> None:
    facts = shop.runtime.image("web:1")
    assert facts is not None
    shop.runtime.add_image(attrs.evolve(facts, labels={**facts.labels, PAGES: "1"}))
    shop.link.status = status
    assert shop.deploy().state.value == "live"


@pytest.mark.parametrize(
    ("files", "pages"),
    [({"index.html": "hello"}, True), ({"index.html": "hello", "Dockerfile": "FROM web:1\nCMD serve\n"}, False)],
    ids=["files", "a Dockerfile of its own"],
)
def test_only_images_whose_server_sh0_has_set_up_are_marked(shop: Shop, files: dict[str, str], pages: bool) -> None:
    shop.runtime.registry[NGINX] = fake_image(NGINX)
    shop.ended(shop.platform.deployments.upload("shop", archive(files)))
    [request] = shop.stage.builder.requests
    assert (PAGES in request.labels) is pages
