"""What a plan shows can be carried out; what cannot be is refused before anything is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0 import Platform, plan_manifest, read_manifest
from sh0.errors import Invalid, InvalidValue, NameTaken, NotFound, Sh0Error, WrongState
from sh0.operations import Caller, CallerKind, acting_as
from sh0.testing import fake_world

POSSIBLE = {
    "the smallest": "app: yone\n",
    "a host name twice": "app: yone\ndomains: [a.example.com, A.Example.com, a.example.com.]\n",
    "a host name in two scripts": "app: yone\ndomains: [bücher.example, xn--bcher-kva.example]\n",
    "its generated host name": "app: yone\ndomains: [yone.example.org]\n",
    "its own host name": "app: shop\ndomains: [shop.example.org, own.example.com]\n",
    "long spellings": "app: yone\nsource: {branch: refs/heads/b, root: ./r/}\nbuild: {dockerfile: .//d}\n",
    "the top": "app: yone\nsource: {root: .}\n",
    "no limits": "app: yone\nresources: {memory: 0, cpus: 0}\n",
    "the least": "app: yone\nreplicas: 1\nport: 1\nresources: {memory: 6m, cpus: 0.01}\nhealth: {timeout: 1}\n",
    "the most": "app: yone\nreplicas: 50\nport: 65535\nhealth: {timeout: 86400}\n",
    "everything": "app: yone\nproject: default\nsource: {branch: b, root: r}\nbuild: {dockerfile: d}\n",
    "another branch": "app: shop\nsource: {branch: other}\nreplicas: 3\nport: 81\n",
}
IMPOSSIBLE: dict[str, tuple[str, type[Sh0Error]]] = {
    "a host name of another app": ("app: yone\ndomains: [ok.example.com, own.example.com]\n", NameTaken),
    "the same in capitals": ("app: yone\ndomains: [OWN.Example.com.]\n", NameTaken),
    "a generated one of another app": ("app: yone\ndomains: [shop.example.org]\n", NameTaken),
    "a name whose host name is taken": ("app: taken\n", NameTaken),
    "a project that is not there": ("app: yone\nproject: nosuch\n", NotFound),
    "another project": ("app: shop\nproject: nosuch\n", WrongState),
    "more cores than there are": ("app: yone\nresources: {cpus: 1000}\n", InvalidValue),
    "the same for an app that is there": ("app: shop\nresources: {cpus: 1000}\n", InvalidValue),
    "hardly any memory": ("app: yone\nresources: {memory: 512}\n", Invalid),
    "hardly any processor": ("app: yone\nresources: {cpus: 0.001}\n", Invalid),
    "two processes of a name": ("app: yone\nprocesses: {a: x, a: y}\n", Invalid),
    "fewer than none": ("app: yone\nreplicas: -1\n", Invalid),
    "too many": ("app: yone\nreplicas: 51\n", Invalid),
    "no port": ("app: yone\nport: 65536\n", Invalid),
}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with fake_world(tmp_path / "home") as world:
        platform = world.platform
        platform.apps.create("shop")
        platform.domains.add("shop", "own.example.com")
        platform.domains.add("shop", "taken.example.org")
        yield platform


@pytest.mark.parametrize("text", POSSIBLE.values(), ids=POSSIBLE)
def test_what_is_planned_is_done_and_leaves_nothing_to_change(platform: Platform, text: str) -> None:
    plan_manifest(platform, read_manifest(text)).apply(platform)
    again = plan_manifest(platform, read_manifest(text))
    assert (again.changes, again.calls) == ((), ())


@pytest.mark.parametrize(("text", "error"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_done_is_refused_before_anything_is(
    platform: Platform, text: str, error: type[Sh0Error]
) -> None:
    before = (platform.apps.list(), platform.domains.list())
    with pytest.raises(error) as caught:
        plan_manifest(platform, read_manifest(text))
    assert caught.value.hint
    assert (platform.apps.list(), platform.domains.list()) == before


def test_a_host_name_that_is_listed_twice_is_planned_once(platform: Platform) -> None:
    plan = plan_manifest(platform, read_manifest(POSSIBLE["a host name twice"]))
    assert [call.arguments["host"] for call in plan.calls if call.operation == "domains.add"] == ["a.example.com"]


def test_what_the_caller_may_not_see_is_left_to_the_calls(platform: Platform) -> None:
    grants = frozenset({"apps:write", "env:read", "domains:write", "deployments:write"})
    with acting_as(Caller(CallerKind.TOKEN, "ci", grants, app="shop")):
        assert plan_manifest(platform, read_manifest("app: shop\ndomains: [new.example.com]\nport: 81\n")).calls


def test_a_host_name_that_is_there_already_is_no_error(platform: Platform) -> None:
    first = platform.domains.add("shop", "own.example.com")
    assert platform.domains.add("shop", "OWN.example.com") == first
    with pytest.raises(NameTaken, match="leads to shop"):
        platform.domains.add(platform.apps.create("blog").name, "own.example.com")


def test_the_plan_says_what_a_deployment_of_the_source_would_warn_of(platform: Platform, tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "web").mkdir(parents=True)
    (source / "web" / "Dockerfile").write_text("FROM a:1\nEXPOSE 80\nVOLUME /data\n")
    (source / "web" / "app.Dockerfile").write_text("FROM a:1\nEXPOSE 80\nVOLUME /other\n")
    missing = "there is no file none, which is set as the Dockerfile of this app"
    for text, said in {
        "app: shop\nsource: {root: web}\n": [],
        "app: shop\nsource: {root: web}\nbuild: {dockerfile: app.Dockerfile}\n": [],
        "app: shop\nsource: {root: web}\nbuild: {dockerfile: none}\n": [
            f"The source in {source} cannot be deployed as it is: {missing}"
        ],
    }.items():
        assert list(plan_manifest(platform, read_manifest(text), folder=source).notes) == said
        assert plan_manifest(platform, read_manifest(text)).notes == ()


def test_other_spellings_of_what_an_app_has_are_no_change(platform: Platform) -> None:
    platform.apps.create("same", root="web", dockerfile="docker/Dockerfile", branch="live")

    text = "app: same\nsource: {root: ./web/, branch: refs/heads/live}\nbuild: {dockerfile: docker//./Dockerfile}\n"
    plan = plan_manifest(platform, read_manifest(text))
    assert (plan.changes, plan.calls) == ((), ())
