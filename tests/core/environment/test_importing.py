"""A file of variables becomes an app's with one deployment."""

import io

import pytest

from sh0.errors import Invalid, InvalidValue
from sh0.records.deployment import Reason
from sh0.records.variable import VARIABLES
from tests.core.shop import Shop


def file(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def variables(shop: Shop) -> dict[str, str]:
    return {each.name: each.value.reveal() for each in shop.records[VARIABLES].where(app="shop")}


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.platform.env.set("shop", {"A": "1", "B": "1"})
    shop.platform.apps.configure("shop", health_timeout=1)
    shop.deploy()
    return shop


def test_a_plan_changes_nothing(live: Shop) -> None:
    found = live.platform.env.plan_import("shop", file("A=2\nC=3\n"), replace=True)
    assert (found.added, found.changed, found.removed) == (("C",), ("A",), ("B",))
    assert variables(live) == {"A": "1", "B": "1"}
    assert live.states() == ["live"]


def test_all_of_a_file_comes_with_one_deployment(live: Shop) -> None:
    deployment = live.live(live.platform.env.import_file("shop", file("A=2\nC=3\n")))
    assert deployment.reason is Reason.ENVIRONMENT
    assert variables(live) == {"A": "2", "B": "1", "C": "3"}
    assert live.states() == ["replaced", "live"]


def test_a_file_can_replace_what_there_was(live: Shop) -> None:
    live.live(live.platform.env.import_file("shop", file("C=3\n"), replace=True))
    assert variables(live) == {"C": "3"}


def test_a_file_that_changes_nothing_deploys_nothing(live: Shop) -> None:
    assert live.platform.env.import_file("shop", file("A=1\n")) is None
    assert live.states() == ["live"]


def test_a_file_can_be_stored_without_a_deployment(live: Shop) -> None:
    assert live.platform.env.import_file("shop", file("A=2\n"), secret=("A",), deploy=False) is None
    assert variables(live)["A"] == "2"
    assert live.records[VARIABLES].get("shop", "A").secret
    assert live.states() == ["live"]


def test_a_file_whose_deployment_fails_changes_nothing(live: Shop) -> None:
    live.link.status = 503
    assert live.ended(live.platform.env.import_file("shop", file("A=2\n"))).state.value == "failed"
    assert variables(live) == {"A": "1", "B": "1"}


@pytest.mark.parametrize("way", ["plan_import", "import_file"])
def test_a_line_that_is_wrong_sets_none_of_them(live: Shop, way: str) -> None:
    with pytest.raises(Invalid, match="line 2"):
        getattr(live.platform.env, way)("shop", file("A=2\noops\n"))
    with pytest.raises(InvalidValue, match="the kernel takes at most"):
        getattr(live.platform.env, way)("shop", file(f"A={'x' * (1 << 17)}\n"))
    assert variables(live) == {"A": "1", "B": "1"}


def test_what_is_exported_can_be_imported(live: Shop) -> None:
    live.platform.env.set("shop", {"KEY": "-----BEGIN\n'x' $y\\\n"}, deploy=False)
    text = live.platform.env.export("shop")
    assert not live.platform.env.plan_import("shop", file(text), replace=True).any


def test_an_export_is_audited_without_values(live: Shop) -> None:
    live.platform.env.export("shop")
    live.platform.env.import_file("shop", file("TOKEN=planted\n"))
    entries = live.platform.audit.list()
    assert {"env.export", "env.import_file"} <= {each.operation for each in entries}
    assert "planted" not in str(entries)
