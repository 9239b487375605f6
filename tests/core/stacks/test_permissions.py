"""What an operator allows a stack is remembered with its exact subject, and asked for again when that changes."""

from pathlib import Path

import pytest

from sh0.compose.model import PermissionKind
from sh0.errors import Forbidden, InvalidValue
from sh0.ports.container import HostMount
from tests.core.stacks.parts import Stage


@pytest.mark.parametrize(
    ("allowed", "changed"),
    [
        ("volumes: ['/srv/x:/x:ro']", "volumes: ['/srv/x:/x']"),
        ("volumes: ['/srv/x:/x']", "volumes: ['/etc:/x']"),
        ("volumes: ['/srv/x:/x']", "volumes: ['/srv/x:/x', '/srv/x/y:/y']"),
        ("volumes: ['one:/x']", "volumes: ['two:/x']"),
        ("volumes: ['folder:/x']", "volumes: ['other:/x']"),
        ("ports: ['127.0.0.1:2525:25']", "ports: ['2525:25']"),
        ("ports: ['2525:25']", "ports: ['2526:25']"),
        ("ports: ['5353:5353']", "ports: ['5353:5353/udp']"),
        ("cap_add: [NET_ADMIN]", "cap_add: [NET_ADMIN, SYS_ADMIN]"),
        ("devices: ['/dev/kvm:/dev/kvm:r']", "devices: ['/dev/kvm:/dev/kvm:rw']"),
        ("security_opt: ['apparmor=a']", "security_opt: ['apparmor=b']"),
        ("sysctls: {net.ipv4.ip_forward: 0}", "sysctls: {net.ipv4.ip_forward: 1}"),
        ("pid: host", "ipc: host"),
    ],
)
def test_a_permission_covers_the_subject_that_was_looked_at_and_no_other(
    stage: Stage, allowed: str, changed: str
) -> None:
    text = """
services: {{web: {{image: 'web:1', x-sh0: {{expose: 80}}, {}}}}}
volumes:
  one: {{external: true}}
  two: {{external: true}}
  folder: {{driver_opts: {{type: none, o: bind, device: /srv/x}}}}
  other: {{driver_opts: {{type: none, o: bind, device: /srv/y}}}}
"""
    kinds = {need.allow for need in stage.plan(text.format(allowed)).needs}
    stage.up(text.format(allowed), allow=tuple(kinds))
    assert all(need.given for need in stage.plan(text.format(allowed)).needs)
    before = stage.core.platform.stacks.get("shop").permissions
    missing = [need for need in stage.plan(text.format(changed)).needs if not need.given]
    assert len(missing) == 1
    with pytest.raises(Forbidden) as caught:
        stage.begin(text.format(changed))
    assert caught.value.details["permissions"] == [missing[0].permission.text]
    assert stage.core.platform.stacks.get("shop").permissions == before
    stage.up(text.format(changed), allow=(missing[0].permission.text,))
    assert missing[0].permission in stage.core.platform.stacks.get("shop").permissions


def test_a_kind_allows_what_the_plan_shows_and_a_subject_itself_alone(stage: Stage) -> None:
    text = "services: {a: {image: 'db:1', volumes: ['/srv/a:/a', '/srv/b:/b:ro']}}"
    with pytest.raises(Forbidden) as caught:
        stage.begin(text, allow=("host-path:/srv/a",))
    assert caught.value.details["permissions"] == ["host-path:/srv/b:ro"]
    assert "--allow host-path:/srv/b:ro" in caught.value.hint
    stage.up(text, allow=("host-path:/srv/a/", "host-path:/srv//b:ro"))
    assert [each.text for each in stage.core.platform.stacks.get("shop").permissions] == [
        "host-path:/srv/a:rw",
        "host-path:/srv/b:ro",
    ]


def test_what_a_release_asks_for_no_more_is_forgotten_and_comes_back_with_a_rollback(stage: Stage) -> None:
    text = "services: {{a: {{image: 'db:1', init: true{}}}}}"
    stage.up(text.format(", privileged: true"), allow=("privileged",))
    stage.up(text.format(""))
    assert stage.core.platform.stacks.get("shop").permissions == ()
    with pytest.raises(Forbidden):
        stage.begin(text.format(", privileged: true"))
    stage.ended(stage.core.platform.stacks.rollback("shop"))
    assert [each.text for each in stage.core.platform.stacks.get("shop").permissions] == ["privileged"]


@pytest.mark.parametrize(
    "allow", ["", "nonsense", "host-path:", "Privileged", "privileged\n", "host-path:/a\nb", "x" * 500]
)
def test_what_is_no_permission_is_refused(stage: Stage, allow: str) -> None:
    with pytest.raises(InvalidValue):
        stage.plan("services: {a: {image: 'db:1'}}", allow=(allow,))


def test_a_link_is_judged_and_mounted_by_where_it_leads(stage: Stage, tmp_path: Path) -> None:
    link, data = tmp_path / "link", tmp_path / "data"
    data.mkdir()
    link.symlink_to(data)
    text = f"services: {{a: {{image: 'db:1', volumes: ['{link}:/x']}}}}"
    stage.up(text, allow=(f"host-path:{link}",))
    [mount] = next(iter(stage.runtime.containers.values())).workload.mounts
    assert mount == HostMount(str(data), "/x")
    link.unlink()
    link.symlink_to(stage.core.context.home.path)
    [need] = stage.plan(text, allow=("host-path",)).needs
    assert (need.allow, need.given) == (PermissionKind.DOCKER_SOCKET, False)
    assert str(link) in need.message


def test_the_home_of_the_platform_and_what_holds_it_give_everything(stage: Stage) -> None:
    home = stage.core.context.home.path
    for path in (home, home / "master.key", home.parent):
        volume = f"volumes: {{v: {{driver_opts: {{o: 'bind,ro', device: '{path}'}}}}}}"
        for text in (
            f"services: {{a: {{image: 'db:1', volumes: ['{path}:/x:ro']}}}}",
            f"services: {{a: {{image: 'db:1', volumes: ['v:/x:ro']}}}}\n{volume}",
        ):
            [need] = stage.plan(text).needs
            assert (need.allow, need.subject) == (PermissionKind.DOCKER_SOCKET, f"{path}:ro")
