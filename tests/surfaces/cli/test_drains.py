"""Log drains on the command line: the token is read and never stands there, and what goes wrong is said."""

import json
from collections.abc import Callable
from pathlib import Path

from sh0.bootstrap import Core
from sh0.records.drain import DRAINS, LogDrain
from sh0.values import Secret
from tests.surfaces.cli.conftest import Ran

THERE = "https://logs.example.org/in"


def drain(core: Core, name: str = "http") -> LogDrain:
    return core.context.records[DRAINS].get("shop", name)


def test_one_is_added_shown_changed_and_removed(
    core: Core, sh0: Callable[..., Ran], typed: Callable[[str], None], tmp_path: Path
) -> None:
    core.platform.apps.create("shop")
    assert "sh0 drains add shop URL" in sh0("drains", "list", "shop").err
    typed("planted-value\n")
    added = sh0("drains", "add", "shop", THERE, "--credential", "--header", "X-Key", "--gzip")
    assert added.code == 0
    assert "planted-value" not in added.out
    assert (drain(core).credential, drain(core).header, drain(core).gzip) == (Secret("planted-value"), "X-Key", True)
    [listed] = json.loads(sh0("drains", "list", "--json").out)
    assert (listed["app"], listed["state"], listed["behind"]) == ("shop", "waiting", 0)
    assert "given, in X-Key" in sh0("drains", "get", "shop", "http").out
    pem = tmp_path / "ca.pem"
    pem.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert sh0("drains", "change", "shop", "http", "--no-gzip", "--variable", "LOG_TOKEN", "--ca", str(pem)).code == 0
    changed = drain(core)
    assert (changed.gzip, changed.variable, changed.credential, changed.destination) == (
        False,
        "LOG_TOKEN",
        None,
        THERE,
    )
    assert changed.ca.startswith("-----BEGIN")
    assert sh0("drains", "change", "shop", "http", THERE + "/other").code == 0
    assert drain(core).destination == THERE + "/other"
    assert sh0("drains", "remove", "shop", "http").code == 0
    assert core.platform.drains.list() == ()


def test_without_a_token_on_standard_input_nothing_is_added(
    core: Core, sh0: Callable[..., Ran], typed: Callable[[str], None]
) -> None:
    core.platform.apps.create("shop")
    typed("\n")
    refused = sh0("drains", "add", "shop", THERE, "--credential")
    assert (refused.code, core.platform.drains.list()) == (2, ())
    assert "no token" in refused.err
