"""What is built for one app is out of reach for every other, by whatever reference."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from sh0.builds.bases import bases, read_dockerfile
from sh0.builds.ownership import demand_own_bases
from sh0.errors import BadDockerfile, Cancelled, InvalidValue
from sh0.image_names import ambiguous, qualified, refusal
from sh0.ports.runtime import ImageFacts
from sh0.records.deployment import Deployment, DeploymentState, RegistryImage
from sh0.testing.platform import FakeWorld, fake_world
from sh0.testing.runtime import FakeRuntime, fake_image

ID = "3f2a" * 16


@pytest.mark.parametrize(
    "reference",
    [
        f"sha256:{ID}",
        "sha256:3f2a",
        ID,
        ID[:12],
        ID[:20],
        "sh0/abc123/shop:0123456789ab",
        "docker.io/sh0/abc123/shop:0123456789ab",
        "index.docker.io/sh0/abc123/shop",
    ],
)
def test_ids_and_names_of_built_images_are_refused(reference: str) -> None:
    assert refusal(reference)


@pytest.mark.parametrize(
    "reference",
    ["nginx", "cafe:latest", f"nginx@sha256:{ID}", "ghcr.io/sh0/shop:1", "acme/sh0/shop", "localhost:5000/beef"],
)
def test_names_of_registries_are_accepted(reference: str) -> None:
    assert refusal(reference) is None
    assert not ambiguous(reference)
    assert qualified(reference) == reference


def test_a_name_that_could_be_the_beginning_of_an_id_is_looked_up_as_a_name() -> None:
    assert qualified("cafe") == "cafe:latest"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM a:1 AS one\nFROM one\nCOPY --from=one /x /y\nCOPY --from=0 /x /y\n", ["a:1"]),
        ("FROM a:1\nCOPY --from=b:2 /x /y\n", ["a:1", "b:2"]),
        ("FROM a:1\nCOPY --from=7 /x /y\n", ["a:1", "7"]),
        ("FROM one\nFROM a:1 AS one\n", ["one", "a:1"]),
        ("FROM a:1\nRUN --mount=type=bind,from=b:2,target=/x ls\n", ["a:1", "b:2"]),
        ("FROM a:1\nRUN --mount=from=b:2,target=/x --mount=target=/y,from=c:3 ls\n", ["a:1", "b:2", "c:3"]),
        ("FROM a:1\nONBUILD COPY --from=b:2 /x /y\n", ["a:1", "b:2"]),
        ("FROM --platform=$BUILDPLATFORM a:1\n", ["a:1"]),
        ("ARG BASE=b:2\nFROM ${BASE}\n", ["b:2"]),
        ("ARG X=b\nARG BASE=$X:2\nFROM $BASE AS z\n", ["b:2"]),
        ("FROM ${BASE:-b:2}\n", ["b:2"]),
        ("FROM ${GIVEN}\n", ["given:1"]),
        ("ARG GIVEN=b:2\nFROM ${GIVEN}\n", ["given:1"]),
        ('FROM "b:2"\n', ["b:2"]),
        ("ARG X=b:2-x\nFROM ${X%-x}\n", ["b:2"]),
        ("ARG X=node/b:2.1.0\nFROM ${X%%.*}\n", ["node/b:2"]),
        ("ARG X=vb:2\nFROM ${X#?}\n", ["b:2"]),
        ("ARG X=a/c/b:2\nFROM ${X##*/}\n", ["b:2"]),
        ("ARG X=b-:2\nFROM ${X/-/}\n", ["b:2"]),
        ("ARG X=b-:-2\nARG GAP=-\nFROM ${X//$GAP/}\n", ["b:2"]),
        ("ARG X=b:2\nFROM ${X#}\n", ["b:2"]),
        ("FROM ${NOTHING}" + ID + "\n", [ID]),
        ("from \\\n  b:2\n", ["b:2"]),
        ("ARG V=9\nFROM a:1\nARG V\nRUN --mount=from=b:$V,target=/x ls\n", ["a:1", "b:9"]),
        ("FROM a:1\nENV V 8\nRUN --mount=from=b:$V,target=/x ls\n", ["a:1", "b:8"]),
        ("# syntax=acme/frontend:1\nFROM a:1\n", ["acme/frontend:1", "a:1"]),
        ("FROM scratch\nCOPY x y\n", []),
    ],
)
def test_every_image_that_a_dockerfile_looks_up_is_found(text: str, found: list[str]) -> None:
    assert [base.reference for base in bases(text, {"GIVEN": "given:1"})] == found


def test_an_image_that_is_named_often_is_looked_up_once() -> None:
    text = "FROM a:1 AS b\nCOPY --from=c:1 . .\n" * 5000
    reading = read_dockerfile(text, {})
    assert [(base.reference, base.line) for base in reading.bases] == [("a:1", 1), ("c:1", 2)]
    assert reading.outline.stages[:2] == (1, 3)


def test_a_dockerfile_of_more_images_than_anybody_needs_is_refused() -> None:
    read_dockerfile("".join(f"FROM a:{number}\n" for number in range(500)), {})
    with pytest.raises(BadDockerfile, match=r"Dockerfile:501: it refers to more than 500 images"):
        read_dockerfile("".join(f"FROM a:{number}\n" for number in range(501)), {})


@attrs.define
class Shop:
    """A platform on which another app's image exists."""

    world: FakeWorld
    folder: Path

    @property
    def built(self) -> ImageFacts:
        return self.world.core.context.fleet.at("local").runtime.image("innocent:1") or pytest.fail("the image is gone")

    def ended(self, deployment: Deployment) -> Deployment:
        deployments = self.world.platform.deployments
        for _ in deployments.follow(deployment.app, deployment.id):
            pass
        return deployments.get(deployment.app, deployment.id)

    def image(self, reference: str, app: str = "shop") -> Deployment:
        return self.ended(self.world.platform.deployments.create(app, RegistryImage(reference)))

    def tree(self, dockerfile: str, app: str = "shop") -> Deployment:
        tree = self.folder / "tree"
        tree.mkdir(exist_ok=True)
        (tree / "Dockerfile").write_text(dockerfile)
        with sh0.pack(tree) as archive:
            return self.ended(self.world.platform.deployments.upload(app, archive))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with fake_world(tmp_path / "home") as world:
        for app in ("shop", "other"):
            world.platform.apps.create(app)
        labels = {"sh0.home": world.core.context.home_id, "sh0.app": "other", "sh0.kind": "image"}
        image = attrs.evolve(fake_image("innocent:1"), labels=labels)
        world.runtime.add_image(attrs.evolve(image, tags=("innocent:1", f"sh0/{world.core.context.home_id}/other:abc")))
        world.runtime.registry["plain:1"] = fake_image("plain:1")
        yield Shop(world, tmp_path)


def test_an_image_of_another_app_is_not_deployed_whatever_its_name(shop: Shop) -> None:
    done = shop.image("innocent:1")
    assert done.state is DeploymentState.FAILED
    assert done.failure
    assert "built for the app other" in done.failure.message
    assert shop.image("innocent:1", app="other").state is DeploymentState.LIVE
    assert shop.image("plain:1").state is DeploymentState.LIVE


def test_an_image_of_another_home_is_not_deployed(shop: Shop) -> None:
    labels = {"sh0.home": "elsewhere", "sh0.app": "shop"}
    shop.world.runtime.add_image(attrs.evolve(fake_image("theirs:1"), labels=labels))
    assert shop.image("theirs:1").state is DeploymentState.FAILED


@pytest.mark.parametrize("kind", ["id", "short", "bare", "name"])
def test_an_id_or_a_name_of_ours_is_refused_at_once(shop: Shop, kind: str) -> None:
    facts = shop.built
    bare = facts.id.removeprefix("sha256:")
    reference = {"id": facts.id, "short": f"sha256:{bare[:8]}", "bare": bare[:12], "name": facts.tags[-1]}[kind]
    with pytest.raises(InvalidValue):
        shop.image(reference)


@pytest.mark.parametrize(
    "line",
    [
        "FROM {}",
        "FROM plain:1\nCOPY --from={} / /x",
        "FROM plain:1\nRUN --mount=from={},target=/x ls",
        "ARG B={}\nFROM $B",
    ],
)
@pytest.mark.parametrize("kind", ["innocent", "id", "name", "cafe"])
def test_a_dockerfile_takes_nothing_from_another_app(shop: Shop, line: str, kind: str) -> None:
    facts = shop.built
    reference = {
        "innocent": "innocent:1",
        "id": facts.id.removeprefix("sha256:")[:12],
        "name": facts.tags[-1],
        "cafe": "cafe",
    }
    done = shop.tree(line.format(reference[kind]) + '\nCMD ["/x"]\n')
    assert done.state is DeploymentState.FAILED
    assert shop.world.builder.requests == []


@pytest.mark.parametrize("there", [True, False], ids=["on the engine", "to be fetched"])
@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("COPY --from=innocent:1 / /x", "the image innocent:1 was built for the app other"),
        ("ADD --link --from=innocent:1 / /x", "the image innocent:1 was built for the app other"),
        ("RUN --mount=from=innocent:1,target=/x ls", "the image innocent:1 was built for the app other"),
        (f"COPY --from={ID[:12]} / /x", "Dockerfile:1: trap:1 brings the instruction to copy from 3f2a3f2a3f2a, which"),
        ("COPY --from=cafe / /x", "the engine could take it for an id"),
        ("COPY --from=123456789012 / /x", "images are referred to by name"),
        ("RUN " + "x" * (16 << 10), "brings more than 16 KiB of instructions"),
    ],
)
def test_nor_through_what_a_base_image_does_in_builds(shop: Shop, there: bool, trigger: str, said: str) -> None:
    trap = attrs.evolve(fake_image("trap:1"), triggers=("ENV A=1", trigger))
    if there:
        shop.world.runtime.add_image(trap)
    else:
        shop.world.runtime.registry["trap:1"] = trap
    done = shop.tree('FROM trap:1\nCMD ["/x"]\n')
    assert done.state is DeploymentState.FAILED
    assert done.failure is not None
    assert said in done.failure.message
    assert shop.world.builder.requests == []


def test_what_a_base_image_does_in_builds_may_copy_from_stages_and_from_what_anybody_may(shop: Shop) -> None:
    triggers = ("COPY --from=builder /x /x", "COPY --from=0 /x /y", "COPY --from=plain:1 / /z", "RUN ls")
    shop.world.runtime.registry["base:1"] = attrs.evolve(fake_image("base:1"), triggers=triggers)
    shop.world.runtime.registry["plain:1"] = fake_image("plain:1")
    assert shop.tree('FROM plain:1 AS builder\nFROM base:1\nCMD ["/x"]\n').state is DeploymentState.LIVE
    done = shop.tree('FROM base:1\nCMD ["/y"]\n')
    assert done.failure is not None
    assert "to copy from 0, which is not used" in done.failure.message


def test_an_image_of_the_platform_that_a_stage_asks_for_is_looked_at(shop: Shop) -> None:
    harmless = attrs.evolve(fake_image("multi:1"), platform="linux/amd64")
    shop.world.runtime.add_image(harmless)
    trap = attrs.evolve(harmless, platform="linux/arm64", triggers=("COPY --from=innocent:1 / /x",))
    shop.world.runtime.registry["multi:1"] = trap
    for number, asked in enumerate(("linux/amd64", "amd64", "Linux")):
        done = shop.tree(f'FROM --platform={asked} multi:1\nCMD ["/x", "{number}"]\n')
        assert done.state is DeploymentState.LIVE
    done = shop.tree('FROM --platform=linux/arm64 multi:1\nCMD ["/y"]\n')
    assert done.failure is not None
    assert "built for the app other" in done.failure.message


def test_nothing_is_fetched_for_a_stage_that_is_not_built() -> None:
    text = "FROM a:1 AS one\nFROM b:1 AS two\nFROM c:1\n"
    started = {base.reference: base.stage for base in read_dockerfile(text, {}, "two").bases}
    assert started == {"a:1": 0, "b:1": 1, "c:1": None}
    with_buildkit = f"{text}RUN --mount=type=cache,target=/x ls\n"
    started = {base.reference: base.stage for base in read_dockerfile(with_buildkit, {}).bases}
    assert started == {"a:1": None, "b:1": None, "c:1": 2}


def test_fetching_a_base_image_ends_with_its_deployment() -> None:
    runtime = FakeRuntime()
    runtime.registry["base:1"] = fake_image("base:1")
    said: list[str] = []

    def stop() -> None:
        raise Cancelled("no more")

    with pytest.raises(Cancelled, match="no more"):
        demand_own_bases(bases("FROM base:1\n", {}), runtime, "home", "shop", said.append, stop)
    assert said == ["pulling base:1"]
    assert runtime.image("base:1") is None


def test_an_app_may_build_on_its_own_image(shop: Shop) -> None:
    assert shop.tree('FROM innocent:1\nCMD ["/x"]\n', app="other").state is DeploymentState.LIVE


def test_an_image_goes_with_its_app_to_another_name(shop: Shop) -> None:
    built = shop.tree('FROM plain:1\nCMD ["/x"]\n', app="other")
    shop.world.runtime.tag(built.image or "", "mine:1")
    shop.world.platform.apps.rename("other", "renamed", keep_host=False)
    shop.world.platform.apps.create("other")
    assert shop.image("mine:1", app="renamed").state is DeploymentState.LIVE
    ended = shop.image("mine:1", app="other")
    assert ended.failure is not None
    assert "built for the app renamed" in ended.failure.message
