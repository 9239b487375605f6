"""An app gets another name while it serves: all that is its own goes with it, whatever is cut off on the way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sh0.deployments.rebuilder import Rebuilder
from sh0.domain_classes import TABLES
from sh0.errors import Forbidden, InvalidValue, NameTaken, NotFound, Unavailable, WrongState
from sh0.operations import Caller, CallerKind, acting_as
from sh0.platform import Platform
from sh0.records.build import BUILDS, Build
from sh0.records.deployment import RegistryImage
from sh0.records.event_types import EventType
from sh0.records.former_name import FORMER_NAMES, UNFOLLOWED
from sh0.records.journal import AUDIT, EVENTS
from sh0.serving.reconciler import Reconciler
from sh0.store import Database
from sh0.testing.script import Program
from sh0.values import Secret
from tests.core.examples import NOON
from tests.core.shop import Shop
from tests.core.waiting import until

STEPS = 12
"""Steps of a renaming that outlast the process: those before and after each commit, and each move of a folder."""

CONFINED = Caller(CallerKind.TOKEN, "ci", frozenset({"*:destroy"}), "shop")


@pytest.fixture
def live(shop: Shop) -> Shop:
    """An app that serves and has something of everything."""
    shop.runtime.on_start = lambda w: Program((("stdout", f"hello from {w.labels['sh0.deployment']}"),))
    apps = shop.platform
    apps.env.set("shop", {"A": Secret("1-of-shop")})
    apps.build.set("shop", {"B": Secret("2-of-shop")})
    apps.cron.add("shop", "nightly", "0 3 * * *", "true")
    apps.domains.add("shop", "shop.example.com")
    apps.tokens.create("ci", grants=("*:read",), app="shop")
    apps.git.deploy_key("shop")
    apps.volumes.attach("shop", "uploads", "/uploads")
    shop.deploy()
    until(lambda: logged(apps, "shop") == ["hello from shop-1"])
    return shop


def logged(platform: Platform, app: str) -> list[str]:
    return [line.text for line in platform.apps.logs(app)]


def reconcile(shop: Shop) -> None:
    context, apps = shop.stage.core.context, shop.platform.apps
    rebuilder = Rebuilder(context, apps._queue)
    assert Reconciler(context, "local", apps._parts.renaming._rollout, rebuilder).reconcile() is None


def wait(platform: Platform, app: str, deployment: Any) -> str:
    return platform.deployments.wait(app, deployment.id, timeout=20).id


def test_what_serves_goes_on_in_the_same_containers_and_under_both_host_names(live: Shop) -> None:
    before, served = live.stage.containers(), live.stage.served("shop.example.org")
    plan = live.platform.apps.plan_rename("shop", "store")
    assert (plan.host, plan.kept, plan.given_up) == ("store.example.org", "shop.example.org", None)
    assert plan.credentials == ("token ci",)
    renamed = live.platform.apps.rename("shop", "store")
    assert (renamed.name, renamed.live) == ("store", "shop-1")
    assert live.stage.containers() == before
    for host in ("shop.example.org", "store.example.org", "shop.example.com"):
        assert live.stage.served(host) == served
    status = live.platform.apps.status("store")
    assert [each.container for each in status.instances] == list(before)
    assert status.state.value == "live"


def test_everything_has_the_new_name(live: Shop) -> None:
    platform, home = live.platform, live.stage.core.context.home
    platform.apps.rename("shop", "store")
    assert platform.env.reveal("store", "A") == "1-of-shop"
    assert platform.build.reveal("store", "B") == "2-of-shop"
    assert [job.name for job in platform.cron.list(app="store") if job.app == "store"] == ["nightly"]
    assert [each.volume.name for each in platform.volumes.list(app="store")] == ["uploads"]
    assert [token.app for token in platform.tokens.list()] == ["store"]
    assert [each.id for each in platform.deployments.list("store")] == ["shop-1"]
    assert platform.deployments.get("store", "shop-1").app == "store"
    assert sorted(path.name for path in home.repositories.glob("*.git")) == ["store.git"]
    assert logged(platform, "store") == ["hello from shop-1"]
    history = [event for event in platform.events.list() if event.subject == "app/store"]
    assert {EventType.APP_CREATED, EventType.APP_RENAMED} <= {event.kind for event in history}
    for spec in TABLES:
        names = [str(getattr(row, "app", "")) for row in live.records[spec].where()] if spec is not AUDIT else []
        assert "shop" not in names, spec.name


def test_the_next_deployment_counts_on_under_the_new_name(live: Shop) -> None:
    platform = live.platform
    platform.apps.rename("shop", "store")
    assert wait(platform, "store", platform.apps.restart("store")) == "store-2"
    assert [name.split("-", 2)[2] for name in live.stage.running()] == ["store-2-1"]
    until(lambda: logged(platform, "store") == ["hello from shop-1", "hello from store-2"])
    assert wait(platform, "store", platform.deployments.rollback("store", to="shop-1")) == "store-3"
    hosts = {domain.host for domain in platform.domains.list(app="store")}
    assert hosts == {"shop.example.org", "store.example.org", "shop.example.com"}


def test_the_old_name_can_be_had_by_another_app_whose_ids_are_new(live: Shop) -> None:
    platform, records = live.platform, live.records
    records[BUILDS].insert(Build("key", "shop", "sha256:1", "sh0/shop:1", "python", None, False, 1.5, NOON))
    platform.apps.rename("shop", "store", keep_host=False)
    assert records[BUILDS].find("key") is None
    containers = live.stage.containers()
    platform.apps.create("shop")
    assert {domain.host: domain.app for domain in platform.domains.list()} == {
        "shop.example.org": "shop",
        "store.example.org": "store",
        "shop.example.com": "store",
    }
    deployment = platform.deployments.create("shop", RegistryImage("web:2"))
    assert wait(platform, "shop", deployment) == "shop-2"
    reconcile(live)
    assert containers.items() <= live.stage.containers().items()
    platform.apps.delete("shop")
    reconcile(live)
    assert live.stage.containers() == containers
    assert live.stage.served("store.example.org") == next(iter(containers))
    platform.apps.create("shop")
    again = platform.deployments.create("shop", RegistryImage("web:2"))
    assert wait(platform, "shop", again) == "shop-2"


def test_an_app_that_is_renamed_back_counts_on(live: Shop) -> None:
    platform = live.platform
    platform.apps.rename("shop", "store")
    wait(platform, "store", platform.apps.restart("store"))
    platform.apps.rename("store", "shop")
    assert wait(platform, "shop", platform.apps.restart("shop")) == "shop-3"
    assert logged(platform, "shop")[:2] == ["hello from shop-1", "hello from store-2"]
    with pytest.raises(NotFound) as raised:
        platform.apps.get("store")
    assert raised.value.hint == "It is called shop now."


def test_lines_that_are_printed_meanwhile_are_kept_once(live: Shop) -> None:
    container = next(iter(live.stage.running()))
    for number in range(5):
        live.runtime.containers[container].print(f"before {number}")
    live.platform.apps.rename("shop", "store")
    live.runtime.containers[container].print("after")
    expected = ["hello from shop-1", *(f"before {number}" for number in range(5)), "after"]
    until(lambda: logged(live.platform, "store") == expected)


def test_a_container_of_an_earlier_name_that_starts_again_prints_for_the_app(live: Shop) -> None:
    container = next(iter(live.stage.running()))
    live.platform.apps.rename("shop", "store")
    live.platform.apps.create("other")
    live.runtime.end(container)
    reconcile(live)
    until(lambda: logged(live.platform, "store").count("hello from shop-1") == 2)


@pytest.mark.parametrize(
    ("prepare", "error", "text"),
    [
        (lambda shop: shop.platform.apps.create("store"), NameTaken, "there is an app store"),
        (
            lambda shop: (shop.platform.apps.create("x"), shop.platform.domains.add("x", "store.example.org")),
            NameTaken,
            "leads to x",
        ),
        (
            lambda shop: (
                shop.platform.apps.create("store"),
                shop.platform.volumes.create("store", "data"),
                shop.platform.tokens.create("old", grants=("*:read",), app="store"),
                shop.platform.apps.delete("store"),
            ),
            NameTaken,
            "there is still: token old, volume data",
        ),
    ],
    ids=["app", "host name", "leftovers"],
)
def test_a_name_that_is_taken_is_refused(
    live: Shop, prepare: Callable[[Shop], object], error: type[Exception], text: str
) -> None:
    prepare(live)
    for attempt in (live.platform.apps.plan_rename, live.platform.apps.rename):
        with pytest.raises(error, match=text):
            attempt("shop", "store")
    assert live.platform.apps.get("shop").live == "shop-1"


def test_the_same_name_and_a_confined_caller_are_refused(live: Shop) -> None:
    with pytest.raises(InvalidValue, match="already"):
        live.platform.apps.rename("shop", "shop")
    with acting_as(CONFINED):
        for attempt in (live.platform.apps.plan_rename, live.platform.apps.rename):
            with pytest.raises(Forbidden, match="confined to the app shop"):
                attempt("shop", "store")


def test_an_app_that_is_being_deployed_or_runs_a_command_keeps_its_name(live: Shop) -> None:
    with live.stage.core.context.locks.of("shop"):
        deployment = live.platform.apps.restart("shop")
        with pytest.raises(WrongState, match="shop-2"):
            live.platform.apps.rename("shop", "store")
    live.live(deployment)
    run = live.platform.runs.start("shop", ("sleep", "60"))
    with pytest.raises(WrongState, match=r"shop\.run\.1"):
        live.platform.apps.rename("shop", "store")
    live.platform.runs.stop("shop", run.id)


class Killed(BaseException):
    """The process is gone."""


class Killing:
    """Ends what a thread does at the n-th of its steps that outlast the process, and lets it do no other one."""

    def __init__(self, at: int, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.at, self.steps, self.database, self.thread = at, list[str](), database, threading.get_ident()
        self.around(patch, Path, "rename")
        transaction = Database.transaction

        @contextmanager
        def committing(own: Database) -> Iterator[None]:
            outermost = own is self.database and own._depth == 0
            with transaction(own):
                yield
                self.step("before a commit") if outermost else None
            self.step("after a commit") if outermost else None

        patch.setattr(Database, "transaction", committing)
        patch.setattr(database, "transaction", committing.__get__(database), raising=False)

    def around(self, patch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        original = getattr(owner, name)

        def patched(*arguments: Any) -> Any:
            self.step(f"before {name}")
            result = original(*arguments)
            self.step(f"after {name}")
            return result

        patch.setattr(owner, name, patched)

    def step(self, what: str) -> None:
        if threading.get_ident() == self.thread:
            self.steps.append(what)
            if len(self.steps) >= self.at:
                raise Killed(what)


@pytest.mark.parametrize("at", range(1, STEPS + 2))
def test_a_crash_at_any_step_leaves_one_app_with_all_that_is_its_own(
    live: Shop, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, containers = live.stage.served("shop.example.org"), live.stage.containers()
    records, home = live.records, live.stage.core.context.home
    with monkeypatch.context() as patch:
        killing = Killing(at, records.database, patch)
        patch.setattr(records, "transaction", records.database.transaction)
        try:
            live.platform.apps.rename("shop", "store")
        except Killed:
            pass
        else:
            assert len(killing.steps) == at - 1 == STEPS
    live.platform.close()
    with live.stage.reopened() as platform:
        (name,) = {app.name for app in platform.apps.list()}
        assert platform.env.reveal(name, "A") == "1-of-shop"
        assert [each.id for each in platform.deployments.list(name)] == ["shop-1"]
        assert sorted(path.name for path in home.repositories.glob("*.git")) == [f"{name}.git"]
        assert sorted(path.name for path in home.app_logs.iterdir()) == [name]
        assert logged(platform, name) == ["hello from shop-1"]
        assert live.stage.containers() == containers
        assert live.stage.served(f"{name}.example.org") == served
        assert live.stage.served("shop.example.org") == served
        assert platform.apps._records[FORMER_NAMES].where(UNFOLLOWED) == []
        other = {"shop": "store", "store": "shop"}[name]
        assert platform.apps.rename(name, other).name == other


def test_a_folder_that_cannot_be_moved_is_moved_at_the_next_start(live: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(Unavailable, match="is called store now"):
            live.platform.apps.rename("shop", "store")
    with pytest.raises(WrongState, match="its repository still is"):
        live.platform.apps.create("shop")
    with pytest.raises(Unavailable, match="still called shop"):
        live.platform.apps.rename("store", "third")
    live.platform.close()
    with live.stage.reopened() as platform:
        assert logged(platform, "store") == ["hello from shop-1"]
        assert platform.apps.rename("store", "third").live == "shop-1"
        assert platform.deployments.get("third", "shop-1").app == "third"
        assert {event.subject for event in platform.apps._records[EVENTS].where()} == {"app/third"}
