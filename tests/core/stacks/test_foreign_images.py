"""A service runs no image that was built for another app."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sh0.errors import Invalid
from sh0.testing.runtime import fake_image
from tests.core.stacks.parts import Stage, stage


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        labels = {"sh0.home": made.core.context.home_id, "sh0.app": "other"}
        made.runtime.add_image(attrs.evolve(fake_image("innocent:1"), labels=labels, tags=("innocent:1",)))
        yield made


@pytest.mark.parametrize("policy", ["missing", "always", "never"])
def test_a_copy_under_an_innocent_name_is_refused(theirs: Stage, policy: str) -> None:
    release = theirs.fails(f"services:\n  web:\n    image: innocent:1\n    pull_policy: {policy}\n")
    assert release.failure
    assert "built for the app other" in release.failure.message
    assert theirs.containers() == {}


@pytest.mark.parametrize(
    "image", ["sha256:" + "0" * 63 + "1", "0123456789abcdef", "sh0/home/other:abc", "docker.io/sh0/home/other"]
)
def test_an_id_or_a_name_that_sh0_gives_is_refused_where_it_stands(theirs: Stage, image: str) -> None:
    with pytest.raises(Invalid, match=r"line 3: services.web.image"):
        theirs.begin(f"services:\n  web:\n    image: '{image}'\n")
