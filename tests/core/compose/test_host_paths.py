"""What a path of the host gives to a container that mounts it."""

import pytest

from sh0.compose.host_paths import Reach, canonical, reach
from tests.core.compose.paths import EVERYTHING


@pytest.mark.parametrize("path", EVERYTHING)
def test_a_path_that_leads_to_the_engine_the_kernel_or_the_keys_gives_everything(path: str) -> None:
    assert reach(path) is Reach.EVERYTHING


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/dev/kvm", Reach.DEVICE),
        ("/dev/dri/card0", Reach.DEVICE),
        ("/dev/nulls", Reach.DEVICE),
        ("/dev/null", Reach.PATH),
        ("/dev/shm/x", Reach.PATH),
        ("/devices", Reach.PATH),
        ("/proc/cpuinfo", Reach.PATH),
        ("/proc/cpuinfo/x", Reach.EVERYTHING),
        ("/process", Reach.PATH),
        ("/system", Reach.PATH),
        ("/run/user/me", Reach.PATH),
        ("/run/user/1000/app", Reach.PATH),
        ("/runner", Reach.PATH),
        ("/var/lib/dockers", Reach.PATH),
        ("/srv", Reach.PATH),
        ("/srv/crio.sock", Reach.EVERYTHING),
        ("/srv/docker.sock/x", Reach.PATH),
        ("run/docker.sock", Reach.PATH),
        ("../run", Reach.PATH),
        ("", Reach.PATH),
    ],
)
def test_another_path_gives_a_device_or_what_lies_there(path: str, given: Reach) -> None:
    assert reach(path) is given


@pytest.mark.parametrize(
    ("path", "same"),
    [
        ("/srv/../etc//x/./", "/etc/x"),
        ("//srv", "/srv"),
        ("///", "/"),
        ("/var/run", "/run"),
        ("/var/run/a", "/run/a"),
        ("/var/lock/a", "/run/lock/a"),
        ("/var/runner", "/var/runner"),
        ("/var/../var/run", "/run"),
        ("srv/../etc", "srv/../etc"),
        ("~/x", "~/x"),
    ],
)
def test_a_path_is_judged_without_detours(path: str, same: str) -> None:
    assert canonical(path) == same


def test_guarded_paths_give_everything_and_so_do_their_parents() -> None:
    home = ("/data/platform",)
    found = [reach(path, home) for path in ("/data", "/data/platform/", "/data/./platform/master.key", "/data/other")]
    assert found == [Reach.EVERYTHING, Reach.EVERYTHING, Reach.EVERYTHING, Reach.PATH]


def test_a_guarded_path_is_compared_without_detours() -> None:
    assert reach("/run/sh0/key", ["/var/run/sh0"]) is Reach.EVERYTHING
    assert reach("/data", ["/data2"]) is Reach.PATH
