"""What containers of a guarded home reach of their server."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sh0.adapters.docker.builder import DockerBuilder
from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.host_guard import HostGuard, rules
from sh0.adapters.local import LocalLink
from sh0.ports.builder import BuildRequest
from sh0.ports.runtime import Workload
from sh0.source.outline import outline
from tests.core.adapters.docker.parts import IMAGE, real_home, subnets

able = os.geteuid() == 0 and shutil.which("iptables") is not None
pytestmark = pytest.mark.docker


def test_the_rules_name_the_networks_of_this_home_only() -> None:
    text = rules("SH0-x", ["10.208.4.0/22", "10.208.0.0/22"], [443, 80])
    assert text.startswith("*filter\n:SH0-x - [0:0]\n")
    assert [line.split()[3] for line in text.splitlines() if " -s " in line] == ["10.208.0.0/22"] * 2 + [
        "10.208.4.0/22"
    ] * 2
    assert text.endswith("COMMIT\n")


@attrs.frozen
class Guarded:
    """A home with one network, and two listeners of its server."""

    runtime: DockerRuntime
    guard: HostGuard
    home: str
    proxy: int
    other: int

    def reaches(self, address: str, port: int) -> bool:
        program = f"exec 3<>/dev/tcp/{address}/{port}"
        return self.runtime.execute("guarded-" + self.home, ["timeout", "3", "bash", "-c", program]).exit_code == 0


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    with (
        real_home() as home,
        socket.create_server(("0.0.0.0", 0)) as proxy,
        socket.create_server(("0.0.0.0", 0)) as other,
    ):
        ports = (proxy.getsockname()[1], other.getsockname()[1])
        guard = HostGuard(home, ports[:1])
        runtime = DockerRuntime(home, LocalLink(), networks_changed=guard.apply)
        network = runtime.ensure_network(f"sh0-{home}", {}, subnets())
        runtime.apply(
            Workload(f"guarded-{home}", IMAGE, network=network.name, command=("sleep", "300"), stop_timeout=0)
        )
        try:
            yield Guarded(runtime, guard, home, *ports)
        finally:
            guard.remove()
            runtime.close()


@pytest.mark.skipif(not able, reason="needs root and iptables")
def test_an_app_reaches_the_proxy_and_nothing_else_of_its_server(guarded: Guarded) -> None:
    gateway = guarded.runtime.networks()[0].subnet.replace(".0/24", ".1")
    assert guarded.reaches(gateway, guarded.proxy)
    assert not guarded.reaches(gateway, guarded.other)
    assert not guarded.reaches("169.254.169.254", 80)
    guarded.guard.remove()
    assert guarded.reaches(gateway, guarded.other)
    assert guarded.guard.apply([guarded.runtime.networks()[0].subnet]) is None
    assert guarded.guard.apply([guarded.runtime.networks()[0].subnet]) is None
    assert not guarded.reaches(gateway, guarded.other)
    hooks = subprocess.run(["iptables", "-S", "INPUT"], capture_output=True, text=True, check=True).stdout
    assert hooks.count(guarded.home) == 1


@pytest.mark.skipif(not able, reason="needs root and iptables")
def test_a_chain_that_another_home_has_left_is_removed(guarded: Guarded) -> None:
    gone = HostGuard(guarded.home[::-1], ())
    subnet = guarded.runtime.networks()[0].subnet
    gone.apply([subnet])
    guarded.guard.apply([subnet])
    listed = subprocess.run(["iptables", "-S"], capture_output=True, text=True, check=True).stdout
    assert guarded.home[::-1] not in listed
    assert guarded.reaches(subnet.replace(".0/24", ".1"), guarded.proxy)


@pytest.mark.skipif(not able, reason="needs root and iptables")
def test_a_home_that_guards_nothing_is_not_held_by_what_another_has_left(guarded: Guarded) -> None:
    guarded.guard.remove()
    subnet = guarded.runtime.networks()[0].subnet
    gateway = subnet.replace(".0/24", ".1")
    gone = HostGuard(guarded.home[::-1], ())
    gone.apply([subnet])
    assert not guarded.reaches(gateway, guarded.other)
    guarded.guard.lift([subnet])
    assert guarded.reaches(gateway, guarded.other)


@pytest.mark.skipif(not able, reason="needs root and iptables")
def test_a_build_step_is_on_the_guarded_network(guarded: Guarded, tmp_path: Path) -> None:
    network = guarded.runtime.networks()[0]
    gateway = network.subnet.replace(".0/24", ".1")
    builder = DockerBuilder(guarded.home, LocalLink(), network=lambda: network.name)
    printed: list[str] = []
    step = f"timeout 3 bash -c 'exec 3<>/dev/tcp/{gateway}/{{}}' && echo reaches {{}} || echo misses {{}}"
    text = f"FROM {IMAGE}\n" + "".join(
        f"RUN {step.format(port, port, port)}\n" for port in (guarded.proxy, guarded.other)
    )
    builder.build(
        BuildRequest(tmp_path, text, f"sh0-test/{guarded.home}:1", {}, outline=outline(text)),
        printed.append,
        threading.Event(),
    )
    builder.close()
    assert f"reaches {guarded.proxy}" in printed
    assert f"misses {guarded.other}" in printed


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "needs root" in (HostGuard("x", ()).apply([]) or "")
