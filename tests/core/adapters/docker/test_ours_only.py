"""On a real engine: what is not ours is never listed, changed or removed, and what is ours survives odd treatment."""

import base64
import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Network
from typing import Unpack

import attrs
import docker
import pytest

from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.local import LocalLink
from sh0.errors import Conflict, ContainerExited, NotFound
from sh0.ports.container import InjectedFile, KernelLimit, MemoryMount, NamedMount
from sh0.ports.runtime import InstanceState, Workload
from sh0.values import ByteSize, Secret
from tests.core.adapters.docker.changes import WorkloadChanges
from tests.core.adapters.docker.parts import IMAGE, real_home, subnets
from tests.core.waiting import until

pytestmark = pytest.mark.docker


@attrs.frozen
class Bench:
    """A runtime, its home, and the engine's own API to do things behind its back."""

    runtime: DockerRuntime
    home: str
    api: docker.APIClient

    def workload(self, script: str = "sleep 100", **changes: Unpack[WorkloadChanges]) -> Workload:
        plain = Workload(f"{self.home}-web", IMAGE, command=("sh", "-c", script), stop_timeout=0)
        return attrs.evolve(plain, **changes)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with real_home() as home:
        runtime = DockerRuntime(home, LocalLink())
        api = docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
        yield Bench(runtime, home, api)
        runtime.close()
        api.close()


@pytest.fixture(params=["unlabelled", "from an image of ours", "of another home"])
def foreign(bench: Bench, request: pytest.FixtureRequest) -> Iterator[str]:
    labels = {
        "unlabelled": {},
        "from an image of ours": {"sh0.home": bench.home},
        "of another home": {"sh0.home": "another", "sh0.spec": "0"},
    }[request.param]
    name = f"{bench.home}-foreign"
    bench.api.create_container(IMAGE, ["sleep", "100"], name=name, labels=labels)
    try:
        bench.api.start(name)
        yield name
    finally:
        bench.api.remove_container(name, force=True)


def test_a_foreign_container_is_neither_seen_nor_touched(bench: Bench, foreign: str) -> None:
    assert bench.runtime.inspect(foreign) is None
    assert bench.runtime.observe() == []
    bench.runtime.stop(foreign, timeout=0)
    bench.runtime.remove(foreign, timeout=0)
    with pytest.raises(Conflict, match=foreign):
        bench.runtime.apply(bench.workload(name=foreign))
    for method in (bench.runtime.restart, bench.runtime.logs):
        with pytest.raises(NotFound):
            method(foreign)
    with pytest.raises(NotFound):
        bench.runtime.execute(foreign, ["true"])
    assert bench.api.inspect_container(foreign)["State"]["Running"]


def test_a_part_of_an_id_is_no_name(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    assert bench.runtime.inspect(made.id[:12]) is None
    assert bench.runtime.inspect(made.id) is None


def test_a_foreign_network_is_neither_seen_nor_touched(bench: Bench) -> None:
    name = f"{bench.home}-net"
    made = bench.api.create_network(name)
    try:
        assert bench.runtime.networks() == []
        bench.runtime.remove_network(name)
        with pytest.raises(Conflict, match=name):
            bench.runtime.ensure_network(name, {}, subnets())
        assert bench.api.inspect_network(made["Id"])["Name"] == name
    finally:
        bench.api.remove_network(made["Id"])


def test_networks_made_at_once_under_one_name_are_one(bench: Bench) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: bench.runtime.ensure_network(f"{bench.home}-net", {}, subnets()), range(4)))
    assert len(made) == 1
    assert bench.runtime.networks() == list(made)


def test_a_range_that_the_server_reaches_otherwise_is_passed_over(bench: Bench) -> None:
    tunnel = IPv4Network("10.223.0.0/17")

    class Routed(LocalLink):
        def routes(self) -> list[IPv4Network]:
            return [*super().routes(), tunnel]

    runtime = DockerRuntime(bench.home, Routed())
    try:
        made = runtime.ensure_network(f"{bench.home}-net", {}, itertools.chain(["10.223.0.0/24"], subnets()))
        assert not IPv4Network(made.subnet).overlaps(tunnel)
        with pytest.raises(Conflict, match="no address range is free"):
            runtime.ensure_network(f"{bench.home}-other", {}, iter(["10.223.0.0/24"]))
    finally:
        runtime.close()


def test_limits_arrive_at_the_container(bench: Bench) -> None:
    made = bench.runtime.apply(
        bench.workload(memory=ByteSize(64 << 20), cpus=0.5, pids=50, cap_drop=("ALL",), cap_add=("NET_BIND_SERVICE",))
    )
    host = bench.api.inspect_container(made.id)["HostConfig"]
    assert (host["Memory"], host["MemorySwap"], host["CpuQuota"], host["PidsLimit"]) == (64 << 20, 64 << 20, 50_000, 50)
    done = bench.runtime.execute(made.name, ["sh", "-c", "grep -E 'CapEff|NoNewPrivs' /proc/self/status"])
    assert done.stdout.split() == [b"CapEff:", b"0000000000000400", b"NoNewPrivs:", b"1"]


def test_more_cores_than_the_machine_has_are_no_error(bench: Bench) -> None:
    assert bench.runtime.apply(bench.workload(cpus=512)).state is InstanceState.RUNNING


def test_a_container_out_of_memory_says_so(bench: Bench) -> None:
    hungry = 'x=$(head -c 200000000 /dev/zero | tr "\\0" a); echo "$x" | wc -c; sleep 100'
    made = bench.runtime.apply(bench.workload(hungry, memory=ByteSize(32 << 20)))
    ended = until(lambda: one if (one := bench.runtime.inspect(made.name)) and one.out_of_memory else None)
    assert ended.restarts >= 1 or ended.exit_code == 137


def test_a_command_that_does_not_exist_ends_with_127(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload(command=("/no/such/program",)))
    ended = until(lambda: one if (one := bench.runtime.inspect(made.name)) and one.exit_code is not None else None)
    assert ended.exit_code == 127


def test_a_container_that_cannot_start_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(ContainerExited, match="nobody-of-that-name"):
        bench.runtime.apply(bench.workload(user="nobody-of-that-name"))
    assert bench.runtime.observe() == []


def test_a_taken_address_is_a_conflict(bench: Bench) -> None:
    network = bench.runtime.ensure_network(f"{bench.home}-net", {}, subnets())
    address = network.subnet.replace(".0/24", ".9")
    first = bench.workload(network=network.name, address=address)
    bench.runtime.apply(first)
    with pytest.raises(Conflict):
        bench.runtime.apply(attrs.evolve(first, name=f"{bench.home}-two"))
    assert [one.name for one in bench.runtime.observe()] == [first.name]


def test_a_paused_container_is_brought_back(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    bench.api.pause(made.id)
    assert bench.runtime.apply(bench.workload()).state is InstanceState.RUNNING


def test_volumes_keep_their_content_and_unnamed_ones_go(bench: Bench) -> None:
    volume = f"{bench.home}-vol"
    workload = bench.workload(mounts=(NamedMount(volume, "/data"),))
    try:
        bench.runtime.apply(workload)
        bench.runtime.execute(workload.name, ["sh", "-c", "echo kept > /data/file"])
        bench.runtime.remove(workload.name, timeout=0)
        bench.runtime.apply(workload)
        assert bench.runtime.execute(workload.name, ["cat", "/data/file"]).stdout == b"kept\n"
        assert bench.api.inspect_volume(volume)["Labels"] == {"sh0.home": bench.home}
        bench.runtime.remove(workload.name, timeout=0)
    finally:
        bench.api.remove_volume(volume, force=True)


def test_long_lines_arrive_whole(bench: Bench) -> None:
    script = "head -c 40000 /dev/zero | tr '\\0' a; echo; echo next; sleep 100"
    made = bench.runtime.apply(bench.workload(script))
    feed = bench.runtime.logs(made.name, follow=True)
    assert [len(line.text) for line in itertools.islice(feed, 2)] == [40000, 4]
    feed.close()


def test_many_feeds_and_calls_run_side_by_side(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload("while true; do echo x; sleep 0.05; done"))
    feeds = [bench.runtime.logs(made.name, follow=True) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        read = [pool.submit(lambda feed: sum(1 for _ in itertools.islice(feed, 5)), feed) for feed in feeds]
        looked = [pool.submit(bench.runtime.inspect, made.name) for _ in range(20)]
    assert [one.result() for one in read] == [5] * 20
    assert all(one.result() for one in looked)
    for feed in feeds:
        feed.close()


def test_a_big_output_of_a_command_is_whole(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    done = bench.runtime.execute(made.name, ["sh", "-c", "head -c 3000000 /dev/zero; head -c 1000 /dev/zero >&2"])
    assert (len(done.stdout), len(done.stderr), done.exit_code) == (3_000_000, 1000, 0)


def test_a_terminal_that_is_closed_leaves_no_shell_behind(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload())
    terminal = bench.runtime.terminal(made.name, ["sh"])
    terminal.write(b"sleep 77\n")

    def shells() -> list[list[str]]:
        return [one for one in bench.api.top(made.id)["Processes"] if one[-1] in ("sh", "sleep 77")]

    until(lambda: len(shells()) == 2)
    terminal.close()
    until(lambda: not shells())


def test_secrets_reach_the_program_and_no_label(bench: Bench) -> None:
    made = bench.runtime.apply(bench.workload(environment={"TOKEN": Secret("tr$ui=ng 1")}))
    assert bench.runtime.execute(made.name, ["printenv", "TOKEN"]).stdout == b"tr$ui=ng 1\n"
    assert "tr$ui" not in str(made.labels)


def test_an_image_of_ours_goes_unless_it_is_in_use(bench: Bench) -> None:
    name = f"sh0-test/{bench.home}:1"
    container = bench.api.create_container(IMAGE, ["true"], labels={"sh0.home": bench.home})
    image = bench.api.commit(container, repository=f"sh0-test/{bench.home}", tag="1")["Id"]
    bench.api.remove_container(container)
    bench.runtime.tag(name, f"sh0-test/{bench.home}:2")
    made = bench.runtime.apply(bench.workload(image=image))
    bench.runtime.remove_image(image)
    assert bench.runtime.image(name) is not None
    bench.runtime.remove(made.name, timeout=0)
    bench.runtime.remove_image(f"sh0-test/{bench.home}:2")
    assert [one.tags for one in bench.runtime.images()] == [(name,)]
    bench.runtime.remove_image(image)
    assert bench.runtime.images() == []


def test_events_of_others_are_not_told(bench: Bench, foreign: str) -> None:
    feed = bench.runtime.events()
    bench.api.restart(foreign, timeout=0)
    made = bench.runtime.apply(bench.workload())
    assert next(feed).name == made.name
    threading.Timer(0.2, feed.close).start()
    assert list(feed) == []


def test_the_rest_of_a_description_reaches_the_container(bench: Bench) -> None:
    """Kernel settings, files, names and file systems in memory, asked of a real container."""
    secret = InjectedFile("/run/secrets/token", Secret(base64.b64encode(b"hunter22").decode()), mode=0o400, gid=1000)
    net = bench.runtime.ensure_network(f"{bench.home}-net", {}, subnets())
    made = bench.runtime.apply(
        bench.workload(
            network=net.name,
            aliases=("db",),
            hostname="box",
            working_dir="/srv",
            entrypoint=("sh", "-c"),
            command=("sleep 100",),
            init=False,
            files=(secret,),
            memory_mounts=(MemoryMount("/scratch", ByteSize(1 << 20), 0o700),),
            extra_hosts={"other.example": ("10.1.2.3",)},
            shm_size=ByteSize(32 << 20),
            sysctls={"net.core.somaxconn": "333"},
            kernel_limits=(KernelLimit("nofile", 100, 200),),
            cap_drop=("ALL",),
            labels={"a": "b"},
            stop_signal="SIGINT",
        )
    )
    script = (
        "hostname; pwd; stat -c %a:%g /run/secrets/token; cat /run/secrets/token; echo; stat -c %a /scratch;"
        "grep -c 10.1.2.3 /etc/hosts; cat /proc/sys/net/core/somaxconn; grep 'open files' /proc/1/limits | tr -s ' ';"
        "grep CapEff /proc/1/status;"
        "getent hosts db >/dev/null && echo found; tr '\\0' ' ' < /proc/1/cmdline"
    )
    said = bench.runtime.execute(made.name, ["sh", "-c", script]).stdout.decode().split("\n")
    assert said[:7] == ["box", "/srv", "400:1000", "hunter22", "700", "1", "333"]
    assert said[7:] == ["Max open files 100 200 files ", "CapEff:\t0000000000000000", "found", "sh -c sleep 100 "]


def test_a_volume_of_somebody_else_is_neither_used_nor_removed(bench: Bench) -> None:
    name = f"{bench.home}-theirs"
    bench.api.create_volume(name)
    try:
        with pytest.raises(Conflict, match="did not make it"):
            bench.runtime.ensure_volume(name, {})
        bench.runtime.remove_volume(name)
        assert bench.api.inspect_volume(name)["Name"] == name
        assert bench.runtime.volumes() == []
    finally:
        bench.api.remove_volume(name)
