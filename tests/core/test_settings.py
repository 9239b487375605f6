"""What a platform may be set up with, whoever says it: the command line, a program, the file in its home."""

import json
from pathlib import Path
from typing import Any, cast

import attrs
import pytest

from sh0 import settings as settings_file
from sh0.adapters.local import LocalLink
from sh0.bootstrap import compose
from sh0.codec import rule_of, union_members
from sh0.errors import Corrupt, InvalidValue
from sh0.home import Home
from sh0.outside import Ports
from sh0.servers.fleet import ServerPorts
from sh0.settings import Settings
from sh0.testing import FakeBuilder, FakeRuntime
from sh0.testing.clock import FakeClock
from sh0.testing.confinement import FakeConfinement
from sh0.testing.proxy import FakeProxy

WRONG = [
    *({"base_domain": text} for text in ("x y", "-a.b", "http://a.b", "a.b/c", "a..b", "", "10.0.0.1", "a" * 64)),
    {"base_domain": ".".join(["a" * 36] * 5)},
    *({name: text} for name in ("bind", "panel_bind") for text in ("nonsense", "999.1.1.1", "", "::1 ", "0.0.0.0:80")),
    *({name: number} for name in ("http_port", "git_port") for number in (0, 65536, -1)),
    *({"builds_at_once": number} for number in (0, 65)),
    *({"build_timeout": number} for number in (0.0, 86_401.0, float("nan"))),
    *({"keep_deployments": number} for number in (-1, 1001)),
    {"drain_timeout": -1.0},
    {"build_cpus": -0.5},
    {"build_memory": 1024},
    {"proxy_image": "HAProxy latest"},
]
RIGHT = [
    *({"base_domain": text} for text in ("localhost", "apps.example.org", "a_b.example", ".".join(["a" * 35] * 5))),
    *({name: text} for name in ("bind", "panel_bind") for text in ("0.0.0.0", "::", "::1", "192.0.2.7", "localhost")),
    *({"builds_at_once": number} for number in (1, 64)),
    *({"keep_deployments": number} for number in (0, 1000)),
]


def fakes(home: Home, home_id: str, settings: Settings) -> Ports:
    runtime = FakeRuntime(home_id)
    server = ServerPorts(runtime, FakeBuilder(runtime), FakeProxy(), LocalLink())
    return Ports([server], FakeClock(), FakeConfinement())


@pytest.mark.parametrize("given", WRONG, ids=str)
def test_a_value_that_cannot_work_is_refused_wherever_it_comes_from(given: dict[str, object], tmp_path: Path) -> None:
    (name,) = given
    with pytest.raises(InvalidValue, match=name):
        settings_file.with_changes(tmp_path, given)
    with pytest.raises(InvalidValue, match=name):
        compose(Home(tmp_path), attrs.evolve(Settings(), **cast(Any, given)), ports=fakes)
    (tmp_path / "settings.json").write_text(json.dumps(given))
    with pytest.raises(Corrupt, match=name):
        settings_file.load(tmp_path)


@pytest.mark.parametrize("given", RIGHT, ids=str)
def test_a_value_that_works_is_taken(given: dict[str, object], tmp_path: Path) -> None:
    ((name, value),) = given.items()
    assert getattr(settings_file.with_changes(tmp_path, given), name) == value


def test_a_base_domain_is_taken_as_a_wildcard_record_of_dns_writes_it(tmp_path: Path) -> None:
    assert (
        settings_file.with_changes(tmp_path, {"base_domain": "*.Apps.Example.org."}).base_domain == "apps.example.org"
    )


def test_the_host_name_of_every_app_fits_before_the_longest_base_domain(tmp_path: Path) -> None:
    core = compose(Home(tmp_path), Settings(base_domain=".".join(["a" * 35] * 5)), ports=fakes)
    core.start()
    core.platform.apps.create("b" * 40)
    assert core.platform.domains.list()[0].host == "b" * 40 + "." + ".".join(["a" * 35] * 5)
    core.platform.close()


def test_what_a_platform_has_not_started_with_is_not_kept(tmp_path: Path) -> None:
    settings_file.save(tmp_path, Settings(http_port=8001))

    core = compose(Home(tmp_path), Settings(http_port=8002), ports=fakes)
    core.platform.close()
    assert settings_file.load(tmp_path).http_port == 8001
    core = compose(Home(tmp_path), Settings(http_port=8002), ports=fakes)
    core.start()
    core.platform.close()
    assert settings_file.load(tmp_path).http_port == 8002


def test_every_setting_has_bounds() -> None:
    free = {"engine", "isolate_host", "upload_limit"}
    kinds = {field.name: union_members(field.type) or (field.type,) for field in attrs.fields(Settings)}
    assert {name for name, members in kinds.items() if not any(map(rule_of, members))} == free
