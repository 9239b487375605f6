"""The whole platform in this process, over fakes of the world outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.adapters.local import LocalLink
from sh0.bootstrap import Core, compose
from sh0.errors import Corrupt, HomeInUse, InvalidValue, Undecryptable, UnknownOperation, WrongState
from sh0.home import Home
from sh0.operations import Call, Caller, CallerKind, acting_as
from sh0.outside import Ports
from sh0.records.variable import VARIABLES
from sh0.servers.fleet import ServerPorts
from sh0.settings import Settings
from sh0.testing import FakeBuilder, FakeRuntime
from sh0.testing.clock import FakeClock
from sh0.testing.confinement import FakeConfinement
from sh0.testing.proxy import FakeProxy
from sh0.values import Secret


def fakes(home: Home, home_id: str, settings: Settings) -> Ports:
    runtime = FakeRuntime(home_id)
    server = ServerPorts(runtime, FakeBuilder(runtime), FakeProxy(), LocalLink())
    return Ports([server], FakeClock(), FakeConfinement())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def core(home: Home) -> Iterator[Core]:
    made = compose(home, Settings(base_domain="example.org"), ports=fakes)
    made.start()
    yield made
    made.platform.close()


def everything_in(home: Home) -> bytes:
    return b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())


def test_a_new_app_has_a_host_name_and_is_served_with_an_empty_place(core: Core) -> None:
    app = core.platform.apps.create("shop")
    assert [domain.host for domain in core.platform.domains.list(app="shop")] == ["shop.example.org"]
    proxy = core.context.fleet.at("local").proxy
    assert isinstance(proxy, FakeProxy)
    assert proxy.routes.hosts == {"shop.example.org": app.slot}


def test_a_call_as_a_value_runs_like_a_call_of_the_method(core: Core) -> None:
    core.platform.invoke(Call("apps.create", {"name": "shop", "port": 3000}))
    assert core.platform.apps.get("shop").port == 3000
    with pytest.raises(InvalidValue, match="needs 'name'"):
        core.platform.invoke(Call("apps.create"))
    with pytest.raises(InvalidValue, match=r"\$\.port"):
        core.platform.invoke(Call("apps.create", {"name": "blog", "port": "3000"}))
    with pytest.raises(UnknownOperation):
        core.platform.invoke(Call("apps.juggle"))


def test_a_secret_is_nowhere_in_the_home_however_it_came(core: Core, home: Home) -> None:
    """As a value of a program, as plain JSON of a request, and as part of a request that is refused."""
    platform = core.platform
    platform.apps.create("shop")
    platform.env.set("shop", {"A": Secret("hunter22")})
    platform.invoke(Call("env.set", {"app": "shop", "variables": {"B": "hunter22"}}))
    with pytest.raises(InvalidValue):
        platform.invoke(Call("env.set", {"app": "shop", "variables": {"not a name": "hunter22"}}))
    assert platform.env.reveal("shop", "B") == "hunter22"
    assert "hunter22" not in repr((platform.audit.list(), platform.events.list(), platform.env.list("shop")))
    core.context.records.database.execute("pragma wal_checkpoint(truncate)")
    assert b"hunter22" not in everything_in(home)


def test_the_audit_log_says_who_did_what(core: Core) -> None:
    with acting_as(Caller(CallerKind.TOKEN, "ci", frozenset({"apps:write"}))):
        core.platform.apps.create("shop")
    entry = core.platform.audit.list()[0]
    assert (entry.caller, entry.operation, entry.arguments, entry.outcome) == (
        "token:ci",
        "apps.create",
        {"name": "shop"},
        "ok",
    )


def test_an_app_that_was_never_live_has_nothing_to_restart_stop_or_return_to(core: Core) -> None:
    core.platform.apps.create("shop")
    for attempt in (core.platform.apps.restart, core.platform.apps.stop, core.platform.deployments.rollback):
        with pytest.raises(WrongState):
            attempt("shop")


def test_what_was_made_is_there_when_the_home_is_opened_again(core: Core, home: Home) -> None:
    core.platform.apps.create("shop")
    core.platform.env.set("shop", {"A": Secret("x")})
    core.platform.close()
    again = compose(home, ports=fakes)
    again.start()
    assert again.platform.env.reveal("shop", "A") == "x"
    assert (again.context.home_id, again.context.settings) == (core.context.home_id, core.context.settings)
    again.platform.close()


def test_a_platform_that_was_closed_says_so(core: Core) -> None:
    core.platform.close()
    core.platform.close()
    platform = core.platform
    for ask in (platform.apps.list, lambda: platform.apps.create("shop"), lambda: platform.apps.logs("shop")):
        with pytest.raises(WrongState, match="the platform is closed") as caught:
            ask()
        assert "sh0.open" in caught.value.hint


def test_a_home_is_open_once(core: Core, home: Home) -> None:
    with pytest.raises(HomeInUse):
        compose(home, ports=fakes)


def test_a_deleted_app_leaves_its_name_free(core: Core) -> None:
    for _ in range(2):
        core.platform.apps.create("shop")
        core.platform.env.set("shop", {"A": Secret("x")})
        core.platform.apps.delete("shop")
    assert core.platform.apps.list() == ()
    assert core.context.records[VARIABLES].where() == []


@pytest.fixture
def closed(home: Home) -> Home:
    core = compose(home, ports=fakes)
    core.start()
    core.platform.apps.create("shop")
    core.platform.close()
    return home


def test_a_database_without_its_key_is_not_opened_and_gets_no_new_one(closed: Home) -> None:
    closed.master_key.unlink()
    with pytest.raises(Undecryptable, match="is missing"):
        compose(closed, ports=fakes)
    assert not closed.master_key.exists()


def test_a_database_is_not_opened_with_another_key(closed: Home) -> None:
    right = closed.master_key.read_bytes()
    closed.master_key.write_bytes(bytes(32))
    with pytest.raises(Undecryptable):
        compose(closed, ports=fakes)
    closed.master_key.write_bytes(right)
    compose(closed, ports=fakes).platform.close()


def test_a_truncated_key_is_corrupt(closed: Home) -> None:
    closed.master_key.write_bytes(closed.master_key.read_bytes()[:16])
    with pytest.raises(Corrupt, match="16 bytes instead of 32"):
        compose(closed, ports=fakes)


def test_a_home_that_could_not_be_opened_is_not_left_locked(closed: Home) -> None:
    settings = closed.path / "settings.json"
    settings.write_text("{")
    with pytest.raises(Corrupt):
        compose(closed, ports=fakes)
    settings.unlink()
    compose(closed, ports=fakes).platform.close()
