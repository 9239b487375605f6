"""What every Runtime does, shown on the fake and on a real engine."""

import io
import random
import select
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Unpack

import attrs
import pytest

from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.local import LocalLink
from sh0.errors import Conflict, Failed, ImageUnavailable, NotFound
from sh0.ports.container import HealthCommand, NamedMount, PublishedPort, RestartPolicy
from sh0.ports.runtime import Instance, InstanceHealth, InstanceState, LogFeed, LogLine, Runtime, Workload
from sh0.testing import FakeRuntime, fake_image
from sh0.values import ByteSize, Secret
from tests.core.adapters.docker.changes import WorkloadChanges
from tests.core.adapters.docker.parts import IMAGE, real_home, subnets
from tests.core.waiting import until


@attrs.frozen
class Bench:
    """A runtime under test, and names that are free in it."""

    runtime: Runtime
    home: str

    def workload(self, script: str = "sleep 100", **changes: Unpack[WorkloadChanges]) -> Workload:
        plain = Workload(f"{self.home}-web", IMAGE, {"sh0.app": "web"}, command=("sh", "-c", script), stop_timeout=1)
        return attrs.evolve(plain, **changes)


@pytest.fixture(params=["fake", pytest.param("docker", marks=pytest.mark.docker)])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield Bench(FakeRuntime("home", {IMAGE: fake_image(IMAGE)}), "home")
        return
    with real_home() as home:
        runtime = DockerRuntime(home, LocalLink())
        yield Bench(runtime, home)
        runtime.close()


def look(bench: Bench) -> Instance:
    found = bench.runtime.inspect(f"{bench.home}-web")
    assert found is not None
    return found


def lines(bench: Bench, tail: int | None = None, since: datetime | None = None) -> list[str]:
    return [line.text for line in bench.runtime.logs(f"{bench.home}-web", tail=tail, since=since)]


def test_apply_starts_the_container_as_described(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    assert made.state is InstanceState.RUNNING
    assert made.labels["sh0.app"] == "web"
    assert made.labels["sh0.home"] == bench.home
    assert made.exit_code is None
    facts = bench.runtime.image(IMAGE)
    assert facts is not None
    assert made.image == facts.id


def test_apply_keeps_a_container_of_the_same_description(bench: Bench) -> None:
    first = bench.runtime.apply(bench.workload())
    assert bench.runtime.apply(bench.workload()).id == first.id


def test_apply_starts_again_what_was_stopped(bench: Bench) -> None:
    first = bench.runtime.apply(bench.workload())
    bench.runtime.stop(first.name, timeout=1)
    again = bench.runtime.apply(bench.workload())
    assert (again.id, again.state) == (first.id, InstanceState.RUNNING)


@pytest.mark.parametrize(
    "change",
    [{"environment": {"A": Secret("2")}}, {"memory": ByteSize(64 << 20)}, {"labels": {"sh0.app": "other"}}],
    ids=["environment", "memory", "labels"],
)
def test_apply_replaces_a_container_of_another_description(bench: Bench, change: WorkloadChanges) -> None:
    first = bench.runtime.apply(bench.workload(environment={"A": Secret("1")}))
    second = bench.runtime.apply(bench.workload(**(WorkloadChanges(environment={"A": Secret("1")}) | change)))
    assert second.id != first.id
    assert [one.id for one in bench.runtime.observe()] == [second.id]


def test_apply_of_an_image_that_nobody_has_says_so_and_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(ImageUnavailable):
        bench.runtime.apply(bench.workload(image="sh0.invalid/nobody/has:this"))
    assert bench.runtime.observe() == []


def test_a_container_has_its_fixed_address_and_keeps_it_through_a_restart(bench: Bench) -> None:
    network = bench.runtime.ensure_network(f"{bench.home}-net", {"sh0.project": "p"}, subnets())
    address = network.subnet.replace(".0/24", ".77")
    made = bench.runtime.apply(bench.workload(network=network.name, address=address))
    assert made.address == address
    bench.runtime.restart(made.name, timeout=0)
    assert (look(bench).address, look(bench).id, look(bench).state) == (
        address,
        made.id,
        InstanceState.RUNNING,
    )


def test_a_network_is_made_once_and_passes_over_ranges_that_are_taken(bench: Bench) -> None:
    first = bench.runtime.ensure_network(f"{bench.home}-a", {}, subnets())
    assert bench.runtime.ensure_network(f"{bench.home}-a", {}, iter([])) == first
    free = next(subnet for subnet in subnets() if subnet != first.subnet)
    second = bench.runtime.ensure_network(f"{bench.home}-b", {}, iter([first.subnet, free, *subnets()]))
    assert second.subnet != first.subnet
    assert [one.name for one in bench.runtime.networks()] == [f"{bench.home}-a", f"{bench.home}-b"]
    bench.runtime.remove_network(f"{bench.home}-a")
    bench.runtime.remove_network(f"{bench.home}-a")
    assert [one.name for one in bench.runtime.networks()] == [f"{bench.home}-b"]


def test_a_network_without_any_free_range_is_a_conflict(bench: Bench) -> None:
    first = bench.runtime.ensure_network(f"{bench.home}-a", {}, subnets())
    with pytest.raises(Conflict):
        bench.runtime.ensure_network(f"{bench.home}-b", {}, iter([first.subnet]))


def test_a_network_in_use_is_not_removed(bench: Bench) -> None:
    network = bench.runtime.ensure_network(f"{bench.home}-net", {}, subnets())
    bench.runtime.apply(bench.workload(network=network.name))
    with pytest.raises(Conflict):
        bench.runtime.remove_network(network.name)


def test_observe_finds_by_all_the_labels(bench: Bench) -> None:
    web = bench.workload()
    bench.runtime.apply(web)
    bench.runtime.apply(attrs.evolve(web, name=f"{bench.home}-db", labels={"sh0.app": "db", "sh0.kind": "app"}))
    bench.runtime.stop(web.name, timeout=0)
    assert [one.name for one in bench.runtime.observe()] == [f"{bench.home}-db", web.name]
    assert [one.name for one in bench.runtime.observe({"sh0.app": "web"})] == [web.name]
    assert bench.runtime.observe({"sh0.app": "db", "sh0.kind": "proxy"}) == []


def test_what_containers_use_is_measured_of_those_that_run(bench: Bench) -> None:
    names = [f"{bench.home}-web", f"{bench.home}-ended", f"{bench.home}-missing"]
    bench.runtime.apply(bench.workload("sleep 100"))
    bench.runtime.apply(bench.workload("exit 0", name=names[1], restart=RestartPolicy.NO))
    until(lambda: (ended := bench.runtime.inspect(names[1])) and ended.state is InstanceState.EXITED)
    found = bench.runtime.usage(names)
    assert list(found) == names[:1]
    assert 0 < found[names[0]].memory < 64 << 20
    assert 0 <= found[names[0]].cpu < 1
    assert bench.runtime.usage([]) == {}


def test_a_container_says_since_when_it_does_what_it_does(bench: Bench) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    started = bench.runtime.apply(bench.workload("sleep 100")).since
    assert started is not None
    bench.runtime.stop(f"{bench.home}-web", 0)
    ended = look(bench).since
    assert ended is not None
    assert before <= started <= ended


def test_what_is_missing_is_no_error_to_stop_or_remove(bench: Bench) -> None:
    bench.runtime.stop("sh0-nobody")
    bench.runtime.remove("sh0-nobody")
    bench.runtime.remove_network("sh0-nobody")
    bench.runtime.remove_image("sh0-nobody:1")
    assert bench.runtime.inspect("sh0-nobody") is None
    assert bench.runtime.image("sh0-nobody:1") is None


@pytest.mark.parametrize("method", ["restart", "logs", "log_feed", "execute", "terminal"])
def test_what_is_missing_cannot_be_used(bench: Bench, method: str) -> None:
    extra = [["true"]] if method in ("execute", "terminal") else []
    with pytest.raises(NotFound):
        getattr(bench.runtime, method)("sh0-nobody", *extra)


def test_a_stopped_container_says_how_it_ended(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    bench.runtime.stop(made.name, timeout=1)
    bench.runtime.stop(made.name, timeout=1)
    found = look(bench)
    assert found.state is InstanceState.EXITED
    assert found.exit_code is not None
    assert found.exit_code != 0


def test_a_container_that_ends_is_restarted_by_the_engine(bench: Bench) -> None:
    bench.runtime.apply(bench.workload("echo I fail; exit 3"))
    until(lambda: look(bench).restarts >= 1)
    found = until(lambda: one if (one := look(bench)).state is InstanceState.RESTARTING else None)
    assert found.exit_code == 3
    assert "I fail" in lines(bench)


def test_logs_are_lines_with_time_and_stream(bench: Bench) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    bench.runtime.apply(bench.workload("echo one; echo two >&2; sleep 100", environment={"A": Secret("x")}))
    until(lambda: len(lines(bench)) == 2)
    found = sorted(bench.runtime.logs(f"{bench.home}-web"), key=lambda line: line.text)
    assert [(line.stream, line.text, line.instance) for line in found] == [
        ("stdout", "one", f"{bench.home}-web"),
        ("stderr", "two", f"{bench.home}-web"),
    ]
    assert all(before < line.time < datetime.now(UTC) + timedelta(seconds=1) for line in found)


def test_logs_of_a_container_on_a_terminal_are_lines_too(bench: Bench) -> None:
    bench.runtime.apply(bench.workload("echo one; echo two; sleep 100", tty=True, stdin_open=True))
    until(lambda: len(lines(bench)) == 2)
    found = list(bench.runtime.logs(f"{bench.home}-web"))
    assert [(line.stream, line.text) for line in found] == [("stdout", "one"), ("stdout", "two")]


def test_logs_tail_and_since_leave_out_older_lines(bench: Bench) -> None:
    bench.runtime.apply(bench.workload("echo one; echo two; echo three; sleep 100"))
    until(lambda: len(lines(bench)) == 3)
    assert lines(bench, tail=2) == ["two", "three"]
    assert lines(bench, tail=0) == []
    last = list(bench.runtime.logs(f"{bench.home}-web"))[-1]
    assert "three" in lines(bench, since=last.time)
    assert lines(bench, since=last.time + timedelta(seconds=1)) == []


def test_followed_logs_end_when_the_container_is_stopped(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload("echo one; sleep 100"))
    feed = bench.runtime.logs(made.name, follow=True)
    assert next(feed).text == "one"
    bench.runtime.stop(made.name, timeout=0)
    assert list(feed) == []


def test_followed_logs_can_be_closed_from_another_thread(bench: Bench) -> None:
    bench.runtime.apply(bench.workload("echo one; sleep 100"))
    feed = bench.runtime.logs(f"{bench.home}-web", follow=True)
    assert next(feed).text == "one"
    found: list[LogLine] = []
    reader = threading.Thread(target=lambda: found.extend(feed))
    reader.start()
    feed.close()  # type: ignore[attr-defined]
    reader.join(5)
    assert not reader.is_alive()
    assert found == []


def read(feed: LogFeed, number: int) -> list[LogLine]:
    """So many lines of a feed, each time that its descriptor says that there is something."""
    found: list[LogLine] = []
    while len(found) < number and select.select([feed], [], [], 10)[0]:
        found += feed.read()
    return found


def test_a_feed_of_a_log_is_read_when_its_descriptor_says_so_and_ends_with_the_container(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload("echo one; echo two >&2; sleep 100"))
    feed = bench.runtime.log_feed(made.name)
    first = sorted(read(feed, 2), key=lambda line: line.text)
    assert [(line.stream, line.text, line.instance) for line in first] == [
        ("stdout", "one", made.name),
        ("stderr", "two", made.name),
    ]
    assert feed.read() == []
    assert not feed.ended
    bench.runtime.stop(made.name, timeout=0)
    until(lambda: feed.read() == [] and feed.ended)
    feed.close()
    feed.close()


def test_a_feed_of_a_log_goes_on_with_the_line_of_a_moment(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload("echo one; echo two; sleep 100"))
    until(lambda: len(lines(bench)) == 2)
    last = list(bench.runtime.logs(made.name))[-1]
    feed = bench.runtime.log_feed(made.name, since=last.time)
    assert "two" in [line.text for line in read(feed, 1)]
    feed.close()
    feed = bench.runtime.log_feed(made.name)
    assert select.select([feed], [], [], 10)[0]
    assert feed.skip() > 0
    feed.close()


def test_a_command_answers_its_exit_code_and_both_streams(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    done = bench.runtime.execute(made.name, ["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert (done.exit_code, done.stdout, done.stderr) == (3, b"out\n", b"err\n")


def test_a_command_that_takes_too_long_is_given_up(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    with pytest.raises(Failed, match=r"0\.2 seconds"):
        bench.runtime.execute(made.name, ["sleep", "5"], timeout=0.2)


def test_a_terminal_takes_keys_shows_output_knows_its_size_and_ends(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    terminal = bench.runtime.terminal(made.name, ["sh"], columns=91, rows=33)
    terminal.write(b"stty size\n")
    shown = terminal.read()
    while b"33 91" not in shown:
        shown += terminal.read()
    terminal.resize(70, 20)
    terminal.write(b"stty size\nexit 7\n")
    while data := terminal.read():
        shown += data
    assert b"20 70" in shown
    assert terminal.exit_code() == 7
    terminal.close()


def test_a_program_that_has_ended_is_not_told_of_a_new_size(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    terminal = bench.runtime.terminal(made.name, ["sh"])
    terminal.write(b"exit 7\n")
    while terminal.read():
        pass
    terminal.resize(70, 20)
    assert terminal.exit_code() == 7
    terminal.close()


def test_closing_a_terminal_wakes_its_reader_and_ends_the_shell(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    terminal = bench.runtime.terminal(made.name, ["sh"])
    terminal.write(b"echo ready\n")
    shown = b""
    while b"ready" not in shown:
        shown += terminal.read()
    ended = threading.Event()

    def read() -> None:
        for _ in iter(terminal.read, b""):
            pass
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    terminal.close()
    assert ended.wait(5)
    reader.join()
    assert terminal.exit_code() != 0


def test_events_tell_of_starts_and_ends_of_our_containers(bench: Bench) -> None:
    feed = bench.runtime.events()
    made = bench.runtime.apply(bench.workload())
    bench.runtime.remove(made.name, timeout=0)
    told = [(event.action, event.name) for _, event in zip(range(3), feed, strict=False)]
    feed.close()  # type: ignore[attr-defined]
    assert told == [("start", made.name), ("die", made.name), ("destroy", made.name)]


def test_events_carry_the_labels_and_end_when_closed(bench: Bench) -> None:
    feed = bench.runtime.events()
    bench.runtime.apply(bench.workload())
    assert next(feed).labels["sh0.app"] == "web"
    feed.close()  # type: ignore[attr-defined]
    assert list(feed) == []


def test_images_of_others_are_seen_and_left_alone(bench: Bench) -> None:
    facts = bench.runtime.image(IMAGE)
    assert facts is not None
    assert IMAGE in facts.tags
    assert facts.size > 0
    assert bench.runtime.images() == []
    bench.runtime.remove_image(IMAGE)
    assert bench.runtime.image(facts.id) == facts


def test_pulling_what_no_registry_has_says_so(bench: Bench) -> None:
    with pytest.raises(ImageUnavailable) as caught:
        bench.runtime.pull("sh0.invalid/nobody/has:this")
    assert caught.value.hint


def test_the_engine_says_what_it_is(bench: Bench) -> None:
    facts = bench.runtime.facts()
    assert facts.cpus >= 1
    assert facts.memory > 1 << 28
    assert facts.version


def test_a_job_that_ends_stays_ended(bench: Bench) -> None:
    bench.runtime.apply(bench.workload("echo done; exit 0", restart=RestartPolicy.NO))
    found = until(lambda: one if (one := look(bench)).state is InstanceState.EXITED else None)
    assert (found.exit_code, found.restarts) == (0, 0)


def test_what_restarts_on_failure_stays_ended_when_it_ends_well(bench: Bench) -> None:
    bench.runtime.apply(bench.workload("exit 0", restart=RestartPolicy.ON_FAILURE, attempts=3))
    assert until(lambda: one if (one := look(bench)).state is InstanceState.EXITED else None).exit_code == 0


def test_a_test_of_health_is_told(bench: Bench) -> None:
    bench.runtime.apply(bench.workload(health=HealthCommand(("CMD-SHELL", "exit 0"), interval=0.2, timeout=2.0)))
    until(lambda: look(bench).health is InstanceHealth.HEALTHY)


def test_what_is_not_tested_has_no_health(bench: Bench) -> None:
    bench.runtime.apply(bench.workload())
    assert look(bench).health is None


def test_time_for_a_start_alone_is_no_test(bench: Bench) -> None:
    bench.runtime.apply(bench.workload(health=HealthCommand((), start_period=600.0)))
    assert look(bench).health is None


def test_a_volume_is_made_once_and_kept_until_it_is_removed(bench: Bench) -> None:
    name = f"{bench.home}_data"
    made = bench.runtime.ensure_volume(name, {"sh0.stack": "shop"})
    assert made.labels["sh0.stack"] == "shop"
    mounts = (NamedMount(name, "/data"),)
    bench.runtime.apply(bench.workload("echo kept > /data/x", mounts=mounts, restart=RestartPolicy.NO))
    until(lambda: look(bench).state is InstanceState.EXITED)
    bench.runtime.remove(f"{bench.home}-web")
    assert bench.runtime.ensure_volume(name, {}) == made
    assert bench.runtime.volumes() == [made]
    bench.runtime.remove_volume(name)
    bench.runtime.remove_volume(name)
    assert bench.runtime.volumes() == []


def test_a_volume_in_use_is_not_removed(bench: Bench) -> None:
    name = f"{bench.home}_data"
    bench.runtime.ensure_volume(name, {})
    bench.runtime.apply(bench.workload(mounts=(NamedMount(name, "/data"),)))
    with pytest.raises(Conflict):
        bench.runtime.remove_volume(name)
    bench.runtime.remove(f"{bench.home}-web", timeout=0)
    bench.runtime.remove_volume(name)


def test_two_containers_cannot_publish_the_same_port(bench: Bench) -> None:
    published = (PublishedPort(80, 28000 + random.randrange(1000), "127.0.0.1"),)
    bench.runtime.ensure_network(f"{bench.home}-net", {}, subnets())
    first = bench.workload(network=f"{bench.home}-net", published=published)
    second = attrs.evolve(first, name=f"{bench.home}-other")
    bench.runtime.apply(first)
    with pytest.raises(Conflict):
        bench.runtime.apply(second)
    assert [one.name for one in bench.runtime.observe()] == [first.name]
    bench.runtime.stop(first.name, timeout=0)
    assert bench.runtime.apply(second).state is InstanceState.RUNNING
    bench.runtime.remove(second.name, timeout=0)
    assert bench.runtime.apply(first).state is InstanceState.RUNNING


def packed(**files: str) -> bytes:
    """A tar archive of small files by their names."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.uid, entry.mode = len(text), 1234, 0o640
            archive.addfile(entry, io.BytesIO(text.encode()))
    return written.getvalue()


def held(bench: Bench, volume: str) -> dict[str, tuple[int, str]]:
    """Owner and text of each file of a volume."""
    archive = io.BytesIO(b"".join(bench.runtime.read_volume(volume)))
    with tarfile.open(fileobj=archive) as read:
        files = {entry: read.extractfile(entry) for entry in read if entry.isfile()}
        return {
            entry.name.removeprefix("./"): (entry.uid, content.read().decode())
            for entry, content in files.items()
            if content is not None
        }


def test_what_is_written_to_a_volume_is_read_from_it(bench: Bench) -> None:
    name = f"{bench.home}_data"
    bench.runtime.ensure_volume(name, {})
    assert held(bench, name) == {}
    bench.runtime.write_volume(name, io.BytesIO(packed(a="one", b="two")))
    assert held(bench, name) == {"a": (1234, "one"), "b": (1234, "two")}
    assert bench.runtime.volume_sizes()[name] >= 6
    bench.runtime.remove_volume(name)
    assert name not in bench.runtime.volume_sizes()


def test_what_is_no_volume_is_neither_read_nor_written(bench: Bench) -> None:
    for use in (
        lambda: bench.runtime.read_volume(f"{bench.home}_none"),
        lambda: bench.runtime.write_volume(f"{bench.home}_none", io.BytesIO(packed())),
        lambda: bench.runtime.fit_volume(f"{bench.home}_none", "any", "/data"),
    ):
        with pytest.raises(NotFound):
            use()


def test_a_volume_can_be_removed_after_a_reader_has_left(bench: Bench) -> None:
    name = f"{bench.home}_data"
    bench.runtime.ensure_volume(name, {})
    bench.runtime.write_volume(name, io.BytesIO(packed(big="x" * (4 << 20))))
    reading = bench.runtime.read_volume(name)
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    bench.runtime.remove_volume(name)
    assert bench.runtime.volumes() == []


def test_the_disk_of_volumes_has_room(bench: Bench) -> None:
    space = bench.runtime.free_space()
    assert space is None or 0 < space.free < space.total


def pieces(read: bytes) -> list[tuple[int, bytes]]:
    found = []
    while read:
        stream, length = read[0], int.from_bytes(read[4:8], "big")
        found.append((stream, read[8 : 8 + length]))
        read = read[8 + length :]
    return found


def once(bench: Bench, script: str, **changes: Unpack[WorkloadChanges]) -> Workload:
    return attrs.evolve(bench.workload(script, **changes), restart=RestartPolicy.NO, stdin_open=True)


def test_whoever_attaches_misses_nothing_and_hears_both_outputs_apart(bench: Bench) -> None:
    attachment = bench.runtime.attached(once(bench, "echo one; echo two >&2; exit 3"))
    shown = b"".join(iter(attachment.read, b""))
    assert sorted(pieces(shown)) == [(1, b"one\n"), (2, b"two\n")]
    assert attachment.exit_code() == 3
    attachment.close()
    assert look(bench).exit_code == 3


def test_a_container_that_is_there_is_not_attached_to(bench: Bench) -> None:
    bench.runtime.apply(bench.workload())
    with pytest.raises(Conflict):
        bench.runtime.attached(once(bench, "exit 0"))
    assert look(bench).state is InstanceState.RUNNING


def test_closing_an_attachment_wakes_its_reader_and_leaves_the_program(bench: Bench) -> None:
    attachment = bench.runtime.attached(once(bench, "sleep 100"))
    reader = threading.Thread(target=attachment.read)
    reader.start()
    attachment.close()
    reader.join(5)
    assert not reader.is_alive()
    assert look(bench).state is InstanceState.RUNNING


@pytest.mark.docker
def test_input_goes_in_and_its_end_is_told() -> None:
    with real_home() as home:
        bench = Bench(DockerRuntime(home, LocalLink()), home)
        attachment = bench.runtime.attached(once(bench, "cat; echo done"))
        attachment.write(b"some bytes\n")
        attachment.write(b"")
        shown = b"".join(data for _, data in pieces(b"".join(iter(attachment.read, b""))))
        assert shown == b"some bytes\ndone\n"
        assert attachment.exit_code() == 0


@pytest.mark.docker
def test_a_signal_reaches_the_program_and_one_that_has_ended_needs_none() -> None:
    with real_home() as home:
        bench = Bench(DockerRuntime(home, LocalLink()), home)
        script = "trap 'echo received; exit 3' USR1; echo up; while true; do sleep 0.05; done"
        attachment = bench.runtime.attached(once(bench, script))
        shown = attachment.read()
        attachment.signal("USR1")
        shown += b"".join(iter(attachment.read, b""))
        assert pieces(shown) == [(1, b"up\n"), (1, b"received\n")]
        assert attachment.exit_code() == 3
        attachment.signal("USR1")


@pytest.mark.docker
def test_an_attachment_with_a_terminal_knows_its_size() -> None:
    with real_home() as home:
        bench = Bench(DockerRuntime(home, LocalLink()), home)
        script = 'read line; stty size; test -t 0 && test -t 1 && echo "on a terminal"'
        attachment = bench.runtime.attached(once(bench, script, tty=True), columns=91, rows=33)
        attachment.write(b"go\n")
        shown = b"".join(iter(attachment.read, b""))
        assert b"33 91" in shown
        assert b"on a terminal" in shown


def test_whoever_waits_for_it_gets_what_a_container_printed_last_before_it_is_gone(bench: Bench) -> None:
    """By whatever way it is removed: by its name, or because another one takes its place."""
    seen: list[tuple[str, str, list[str]]] = []

    def listen(instance: Instance) -> None:
        seen.append((instance.name, instance.state.value, lines(bench)))

    bench.runtime.before_removal(listen)
    bench.runtime.apply(bench.workload("echo first; sleep 100"))
    until(lambda: lines(bench) == ["first"])
    name = bench.runtime.apply(bench.workload("echo second; sleep 100")).name
    until(lambda: lines(bench) == ["second"])
    bench.runtime.remove(name)
    assert bench.runtime.inspect(name) is None
    assert seen == [(name, "exited", ["first"]), (name, "exited", ["second"])]
