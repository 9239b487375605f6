"""What every Builder does, shown on the fake and on a real engine."""

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import attrs
import pytest

from sh0.adapters.docker.builder import DockerBuilder
from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.local import LocalLink
from sh0.errors import BadDockerfile, BuildFailed, BuildOutOfMemory, BuildTimeout, Cancelled, ImageUnavailable
from sh0.ports.builder import Builder, BuildLimits, BuildRequest, BuiltImage
from sh0.ports.runtime import Runtime
from sh0.source.outline import outline
from sh0.testing import FakeBuilder, FakeRuntime, fake_image
from sh0.values import ByteSize, Secret
from tests.core.adapters.docker.changes import BuildChanges
from tests.core.adapters.docker.parts import IMAGE, real_home
from tests.core.adapters.docker.stub_engine import NOT_FOUND, stub_engine


@attrs.frozen
class Bench:
    """A builder under test, the runtime of the same engine, and a folder to build."""

    builder: Builder
    runtime: Runtime
    home: str
    folder: Path
    printed: list[str] = attrs.field(factory=list)
    cancelled: threading.Event = attrs.field(factory=threading.Event)

    def build(self, steps: str, **changes: Unpack[BuildChanges]) -> BuiltImage:
        tag = f"sh0-test/{self.home}:1"
        labels = {"sh0.kind": "image", "sh0.app": "web"}
        text = f"FROM {IMAGE}\n{steps}"
        request = BuildRequest(self.folder, text, tag, labels, outline=outline(text))
        return self.builder.build(attrs.evolve(request, **changes), self.printed.append, self.cancelled)


@pytest.fixture(params=["fake", pytest.param("docker", marks=pytest.mark.docker)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "app.txt").write_text("hello")
    if request.param == "fake":
        runtime = FakeRuntime("home", {IMAGE: fake_image(IMAGE)})
        yield Bench(FakeBuilder(runtime), runtime, "home", tmp_path)
        return
    with real_home() as home:
        engine, builder = DockerRuntime(home, LocalLink()), DockerBuilder(home, LocalLink())
        yield Bench(builder, engine, home, tmp_path)
        engine.close()
        builder.close()


def test_a_build_makes_an_image_with_name_labels_and_ports(bench: Bench) -> None:
    built = bench.build("COPY app.txt /app.txt\nEXPOSE 8080\nEXPOSE 80\n")
    facts = bench.runtime.image(f"sh0-test/{bench.home}:1")
    assert facts is not None
    assert (facts.id, built.ports) == (built.id, (80, 8080))
    assert {"sh0.home": bench.home, "sh0.kind": "image", "sh0.app": "web"}.items() <= facts.labels.items()
    assert built.id in [one.id for one in bench.runtime.images()]


def test_a_build_prints_its_steps_and_what_they_print(bench: Bench) -> None:
    bench.build("RUN echo good morning\n")
    assert bench.printed[0] == f"Step 1/2 : FROM {IMAGE}"
    assert "Step 2/2 : RUN echo good morning" in bench.printed
    assert "good morning" in bench.printed
    assert not any("sh0." in line or "\x1b" in line for line in bench.printed)


def test_the_same_folder_gives_the_same_image(bench: Bench) -> None:
    assert bench.build("COPY app.txt /\n").id == bench.build("COPY app.txt /\n").id


def test_a_step_that_fails_is_named_with_its_last_lines(bench: Bench) -> None:
    with pytest.raises(BuildFailed) as caught:
        bench.build("RUN echo reason one; echo reason two; exit 3\n")
    assert type(caught.value) is BuildFailed
    assert "3" in caught.value.message
    assert str(caught.value.details["step"]).endswith("RUN echo reason one; echo reason two; exit 3")
    log = caught.value.details["log"]
    assert isinstance(log, list)
    assert log[-2:] == ["reason one", "reason two"]
    assert bench.runtime.image(f"sh0-test/{bench.home}:1") is None


def test_a_step_killed_at_the_memory_limit_names_the_limit(bench: Bench) -> None:
    hungry = 'RUN x=$(yes | head -c 200000000); test -z "$x" || exit 0; kill -9 $$\n'
    with pytest.raises(BuildOutOfMemory, match="48 MiB"):
        bench.build(hungry, limits=BuildLimits(memory=ByteSize(48 << 20)))


def test_a_dockerfile_that_does_not_parse_is_said_with_its_line(bench: Bench) -> None:
    with pytest.raises(BadDockerfile, match=r"line 2.*FOO"):
        bench.build("FOO bar\n")


@pytest.mark.parametrize("text", ["", "RUN true\n"])
def test_a_dockerfile_without_base_is_bad(bench: Bench, text: str) -> None:
    with pytest.raises(BadDockerfile):
        bench.build("", dockerfile=text)


def test_a_base_image_that_cannot_be_had_is_named(bench: Bench) -> None:
    with pytest.raises(ImageUnavailable, match=r"sh0\.invalid"):
        bench.build("", dockerfile="FROM sh0.invalid/nobody/has:this\nRUN true\n")


def test_a_file_that_is_not_there_cannot_be_copied(bench: Bench) -> None:
    with pytest.raises(BuildFailed, match="nothere"):
        bench.build("COPY nothere.txt /\n")


def test_a_build_takes_no_longer_than_it_may(bench: Bench) -> None:
    began = time.monotonic()
    with pytest.raises(BuildTimeout):
        bench.build("RUN echo waiting; sleep 60\n", limits=BuildLimits(timeout=1))
    assert time.monotonic() - began < 10


def test_a_cancelled_build_stops_at_once(bench: Bench) -> None:
    timer = threading.Timer(1, bench.cancelled.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        bench.build("RUN sleep 60\n")
    assert time.monotonic() - began < 10


def test_a_build_that_was_cancelled_before_never_starts(bench: Bench) -> None:
    bench.cancelled.set()
    with pytest.raises(Cancelled):
        bench.build("RUN true\n")


MOUNTED = "RUN --mount=type=secret,id=TOKEN"


def test_a_secret_reaches_the_steps_that_mount_it(bench: Bench) -> None:
    bench.build(
        f"{MOUNTED} cat /run/secrets/TOKEN; echo {bench.home}\n",
        secrets={"TOKEN": Secret("planted value"), "OTHER": Secret("unused")},
    )
    assert any(line.startswith("planted value") for line in bench.printed)
    with pytest.raises(BuildFailed):
        bench.build(f"RUN --mount=type=tmpfs,target=/x cat /run/secrets/TOKEN && echo {bench.home}\n")


def test_a_step_runs_again_when_its_secret_has_changed(bench: Bench) -> None:
    for value in ("first value", "other value"):
        step = f"{MOUNTED} cat /run/secrets/TOKEN; echo {bench.home}\n"
        digest = hashlib.sha256(value.encode()).hexdigest()
        bench.build(step, secrets={"TOKEN": Secret(value)}, secrets_digest=digest)
        assert any(line.startswith(value) for line in bench.printed)


def test_a_secret_that_a_step_requires_is_named_when_it_is_missing(bench: Bench) -> None:
    with pytest.raises(BuildFailed, match="needs the secret TOKEN") as caught:
        bench.build(f"{MOUNTED},required=true true\n")
    assert type(caught.value) is BuildFailed


@pytest.fixture(params=["fake", "docker"])
def without(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Builder]:
    """A builder on an engine that has no BuildKit."""
    if request.param == "fake":
        yield FakeBuilder(buildkit=False)
        return
    with stub_engine(tmp_path / "engine.sock", NOT_FOUND) as path:
        builder = DockerBuilder("home", LocalLink(), str(path))
        yield builder
        builder.close()


def test_an_engine_without_buildkit_says_what_to_do(without: Builder, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="RUN --mount, which only BuildKit understands") as caught:
        Bench(without, FakeRuntime("home"), "home", tmp_path).build(f"{MOUNTED} true\n")
    assert caught.value.hint.startswith("Update Docker")
