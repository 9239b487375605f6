"""On a real engine: what only the builder of Docker does."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import attrs
import docker
import pytest

from sh0.adapters.docker.builder import DockerBuilder
from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.local import LocalLink
from sh0.errors import BadDockerfile, BuildFailed, BuildTimeout, Cancelled, ImageUnavailable
from sh0.ports.builder import BuildLimits, BuildRequest, BuiltImage
from sh0.source.outline import outline
from sh0.values import ByteSize
from tests.core.adapters.docker.changes import BuildChanges
from tests.core.adapters.docker.parts import IMAGE, real_home
from tests.core.waiting import until

pytestmark = pytest.mark.docker


@attrs.frozen
class Bench:
    """A builder, its home, and the engine's own API to look behind its back."""

    builder: DockerBuilder
    runtime: DockerRuntime
    home: str
    api: docker.APIClient
    folder: Path
    printed: list[str] = attrs.field(factory=list)
    cancelled: threading.Event = attrs.field(factory=threading.Event)

    def build(self, steps: str, head: str = "", **changes: Unpack[BuildChanges]) -> BuiltImage:
        text = f"{head}FROM {IMAGE}\n{steps}"
        request = BuildRequest(
            self.folder, text, f"sh0-test/{self.home}:1", {"sh0.kind": "image"}, outline=outline(text)
        )
        return self.builder.build(attrs.evolve(request, **changes), self.printed.append, self.cancelled)

    def steps_running(self) -> list[str]:
        return [one["Id"] for one in self.api.containers(all=True, filters={"label": f"sh0.home={self.home}"})]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with real_home() as home:
        builder, runtime = DockerBuilder(home, LocalLink()), DockerRuntime(home, LocalLink())
        api = docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
        yield Bench(builder, runtime, home, api, tmp_path)
        for one in (builder, runtime, api):
            one.close()


def test_the_image_holds_the_folder_and_nothing_of_ours(bench: Bench) -> None:
    (bench.folder / "app.py").write_text("")
    (bench.folder / ".env").write_text("SECRET=1")
    bench.build("WORKDIR /app\nCOPY . .\nRUN ls -A > /listing && cat /listing\n", ignore=(".env*",))
    assert [line for line in bench.printed if line in (".env", ".dockerignore", ".sh0.Dockerfile", "app.py")] == [
        "app.py"
    ]


def test_the_repositorys_own_ignore_file_is_kept(bench: Bench) -> None:
    (bench.folder / ".dockerignore").write_text("secret\n")
    (bench.folder / "secret").write_text("")
    bench.build("COPY . /app\nRUN ls -A /app\n")
    assert ".dockerignore" in bench.printed
    assert "secret" not in bench.printed


def test_limits_hold_in_every_step(bench: Bench) -> None:
    look = (
        "RUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us"
        " || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max\n"
    )
    bench.build(look, limits=BuildLimits(memory=ByteSize(96 << 20), cpus=0.5))
    assert str(96 << 20) in bench.printed
    assert any(line.split()[:1] == ["50000"] for line in bench.printed)


def test_every_image_that_a_build_leaves_is_labelled(bench: Bench) -> None:
    base = bench.runtime.image(IMAGE)
    assert base is not None
    bench.build(f"RUN true\nFROM {IMAGE}\nRUN echo {bench.home}\nENV A=1\n", head=f"FROM {IMAGE} AS first\nRUN true\n")
    layers = [one["Id"] for one in bench.api.history(f"sh0-test/{bench.home}:1")]
    ours = [bench.runtime.image(layer) for layer in layers[: layers.index(base.id)]]
    assert len(ours) >= 3
    assert all(one and one.labels["sh0.home"] == bench.home for one in ours)
    assert [one.tags for one in bench.runtime.images() if not one.tags] == [()]
    final = bench.runtime.image(f"sh0-test/{bench.home}:1")
    assert final is not None
    assert final.labels["sh0.kind"] == "image"


def test_a_second_build_uses_what_the_first_has_left(bench: Bench) -> None:
    steps = f"RUN echo slow {bench.home}\n"
    first = bench.build(steps)
    bench.printed.clear()
    assert bench.build(steps).id == first.id
    assert " ---> Using cache" in bench.printed


def test_build_arguments_reach_the_steps(bench: Bench) -> None:
    bench.build("ARG VERSION\nRUN echo version $VERSION\n", arguments={"VERSION": "1.2"})
    assert "version 1.2" in bench.printed


@pytest.mark.parametrize("reason", ["cancelled", "timeout"])
@pytest.mark.parametrize("head", ["", "# syntax=docker/dockerfile:1\n"], ids=["classic", "with a syntax line"])
def test_a_build_that_is_cut_off_leaves_no_container(bench: Bench, reason: str, head: str) -> None:
    limits = BuildLimits(timeout=1.5 if reason == "timeout" else 60)
    caught: list[BaseException] = []

    def build() -> None:
        try:
            bench.build("RUN echo going; sleep 60\n", head, limits=limits)
        except (BuildTimeout, Cancelled) as error:
            caught.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    until(lambda: "going" in bench.printed)
    assert bench.steps_running()
    if reason == "cancelled":
        bench.cancelled.set()
    thread.join(10)
    assert [type(one) for one in caught] == [BuildTimeout if reason == "timeout" else Cancelled]
    assert caught[0].details["log"][-1] == "going"  # type: ignore[attr-defined]
    until(lambda: not bench.steps_running())


def test_a_failed_build_leaves_no_container_and_its_images_can_be_pruned(bench: Bench) -> None:
    with pytest.raises(BuildFailed):
        bench.build(f"RUN head -c 5000000 /dev/urandom > /big-{bench.home}\nRUN exit 1\n")
    assert bench.steps_running() == []
    assert len(bench.runtime.images()) == 1
    assert bench.runtime.prune_build_cache(keep=1 << 30) == 0
    assert bench.runtime.prune_build_cache(keep=0) >= 5_000_000
    assert bench.runtime.images() == []


def test_pruning_leaves_the_images_with_a_name(bench: Bench) -> None:
    bench.build(f"RUN echo {bench.home}\n")
    bench.runtime.prune_build_cache(keep=0)
    assert bench.runtime.image(f"sh0-test/{bench.home}:1") is not None


def test_buildkit_builds_what_needs_it(bench: Bench) -> None:
    steps = f"RUN --mount=type=cache,target=/cache echo {bench.home} && ls -d /cache\nEXPOSE 7000\n"
    built = bench.build(steps)
    assert built.ports == (7000,)
    assert bench.home in bench.printed
    assert "BuildKit" in bench.printed[0]
    facts = bench.runtime.image(f"sh0-test/{bench.home}:1")
    assert facts is not None
    assert facts.id == built.id
    assert {"sh0.home": bench.home, "sh0.kind": "image"}.items() <= facts.labels.items()


def test_a_here_document_is_built_or_the_engine_called_old(bench: Bench) -> None:
    steps = f"RUN <<EOF\necho {bench.home}\necho and there\nEOF\n"  # of its own: BuildKit remembers steps by their text
    if int(bench.runtime.facts().version.split(".")[0]) >= 23:
        bench.build(steps)
        assert "and there" in bench.printed
    else:
        with pytest.raises(BadDockerfile) as caught:
            bench.build(steps)
        assert "update Docker" in caught.value.hint


def test_buildkit_says_why_it_failed(bench: Bench) -> None:
    with pytest.raises(BuildFailed) as caught:
        bench.build("RUN --mount=type=cache,target=/c echo last words; exit 4\n")
    assert "exit code 4" in caught.value.message
    assert caught.value.details["log"][-1] == "last words"  # type: ignore[index]
    with pytest.raises(BadDockerfile, match="line 3"):
        bench.build("RUN --mount=type=cache,target=/c true\nFOO\n")
    with pytest.raises(ImageUnavailable):
        bench.build("", dockerfile="FROM sh0.invalid/x/y:1\nRUN --mount=type=cache,target=/c true\n")
    with pytest.raises(BuildFailed, match="nope"):
        bench.build("COPY --chmod=755 nope /\n")


def test_buildkit_is_cancelled_too(bench: Bench) -> None:
    threading.Timer(1, bench.cancelled.set).start()
    with pytest.raises(Cancelled):
        bench.build("RUN --mount=type=cache,target=/c sleep 60\n")


def test_a_syntax_that_cannot_be_pulled_is_replaced_by_the_engines_own(bench: Bench) -> None:
    bench.build(f"RUN --mount=type=cache,target=/c echo {bench.home}\n", head="# syntax=docker/dockerfile:0.0.0\n")
    assert bench.home in bench.printed
    assert any("cannot be pulled" in line for line in bench.printed)


def test_a_step_has_a_bounded_number_of_processes(bench: Bench) -> None:
    """The limit is set while the step begins, so it is looked for until it is there."""
    look = "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null | grep -x 123 && exit"
    bench.build(f"RUN for n in $(seq 100); do {look}; sleep 0.1; done; exit 1\n", limits=BuildLimits(pids=123))
    assert "123" in bench.printed
