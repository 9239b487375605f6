"""A push from git, through the daemon's own git server, to the version that serves."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from sh0 import DeploymentState
from tests.integration import web, world
from tests.third_party import write_plugin

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("push")]


@attrs.define
class Work:
    """A working copy whose remote is an app of a daemon."""

    daemon: world.Daemon
    platform: sh0.Platform
    folder: Path
    key: Path

    def git(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def environment(self) -> dict[str, str]:
        options = "-o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        names = {
            f"GIT_{who}_{what}": "dev@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        ssh = f"ssh -F /dev/null -i {self.key} {options}"
        return {**os.environ, **names, "GIT_SSH_COMMAND": ssh, "GIT_CONFIG_GLOBAL": "/dev/null"}

    def commit(self, version: str, **tree: str) -> str:
        world.write_tree(self.folder, version, **tree)
        self.git("add", "-A")
        self.git("commit", "-qm", f"version {version}")
        return self.git("rev-parse", "HEAD").stdout.strip()

    def remote(self, branch: str) -> str:
        return self.git("ls-remote", "sh0", f"refs/heads/{branch}").stdout.partition("\t")[0]

    def builds(self) -> bool:
        newest = self.platform.deployments.list("web", limit=1)[0]
        return newest.state is DeploymentState.RUNNING and newest.step is sh0.Step.BUILD

    def served(self) -> str:
        answer = web.get(self.daemon.settings.http_port, "web.localhost")
        return answer.text.split(" on ")[0].removeprefix("version ") if answer.status == 200 else str(answer.status)


@pytest.fixture(scope="module")
def work(daemons: Callable[..., world.Daemon], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    folder = tmp_path_factory.mktemp("push")
    daemon = daemons(environment={"PYTHONPATH": str(write_plugin(folder / "plugin"))}).start()
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with daemon.connect() as platform:
        platform.keys.add("laptop", key.with_suffix(".pub").read_text())
        platform.apps.create("web")
        platform.apps.configure("web", health_timeout=5)
        work = Work(daemon, platform, folder / "work", key)
        work.folder.mkdir()
        work.git("init", "-q", "-b", "main")
        work.git("remote", "add", "sh0", f"ssh://git@127.0.0.1:{daemon.settings.git_port}/web")
        work.commit("1")
        first = work.git("push", "sh0", "main")
        assert first.returncode == 0, first.stderr
        yield work


def test_a_push_deploys_and_tells_its_progress(work: Work) -> None:
    commit = work.commit("2")
    done = work.git("push", "sh0", "main")
    assert done.returncode == 0, done.stderr
    for expected in ("fetch", "analyse", "build", "start", "check", "route", "is live", commit[:10]):
        assert expected in done.stderr, expected
    assert work.served() == "2"
    assert work.remote("main") == commit
    newest = work.platform.deployments.list("web")[0]
    assert (newest.reason, newest.revision) == (sh0.Reason.PUSH, commit[:10])
    assert "laptop" in newest.requested_by


@pytest.mark.parametrize(("tree", "why"), [({"run": "false"}, "build failed"), ({"MODE": "silent"}, "not listen")])
def test_a_push_that_does_not_go_live_is_rejected_and_says_why(work: Work, tree: dict[str, str], why: str) -> None:
    version, stored = work.served(), work.remote("main")
    work.commit("broken", **tree)
    done = work.git("push", "sh0", "main")
    assert done.returncode != 0
    assert why in done.stderr
    assert "rejected" in done.stderr
    assert work.served() == version
    assert work.remote("main") == stored
    work.git("reset", "-q", "--hard", stored)


def test_a_push_with_an_error_of_the_checks_is_rejected_until_its_app_says_warn(work: Work) -> None:
    version, stored = work.served(), work.remote("main")
    (work.folder / "notes.txt").write_text("this is FORBIDDEN here\n")
    work.commit("checked")
    done = work.git("push", "sh0", "main")
    assert done.returncode != 0
    assert "error: notes.txt:1: a forbidden word (SH0-ZZ001)" in done.stderr
    assert "checks found 1 error" in done.stderr
    assert "sh0: ignore[SH0-ZZ001] reason" in done.stderr
    assert (work.served(), work.remote("main")) == (version, stored)
    newest = work.platform.deployments.list("web", limit=1)[0]
    kept = work.platform.deployments.checks("web", newest.id)
    assert [(found.rule, found.place.path, found.place.line) for found in kept.errors] == [
        ("SH0-ZZ001", "notes.txt", 1)
    ]

    work.platform.apps.configure("web", checks=sh0.ChecksMode.WARN)
    done = work.git("push", "sh0", "main")
    assert done.returncode == 0, done.stderr
    assert "error: notes.txt:1: a forbidden word (SH0-ZZ001)" in done.stderr
    assert work.served() == "checked"

    work.platform.apps.configure("web", checks=sh0.ChecksMode.ENFORCE)
    (work.folder / "notes.txt").write_text("FORBIDDEN  # sh0: ignore[SH0-ZZ001] this is a test\n")
    work.commit("suppressed")
    done = work.git("push", "sh0", "main")
    assert done.returncode == 0, done.stderr
    assert "FORBIDDEN" not in done.stderr
    assert work.served() == "suppressed"


def test_another_branch_is_stored_and_not_deployed(work: Work) -> None:
    before = work.platform.deployments.list("web")[0]
    commit = work.commit("3")
    done = work.git("push", "sh0", "main:refs/heads/topic")
    assert done.returncode == 0, done.stderr
    assert "topic is stored" in done.stderr
    assert work.remote("topic") == commit
    assert work.platform.deployments.list("web")[0] == before


def test_a_pushed_version_is_deployed_again_and_rolled_back_to(work: Work) -> None:
    version = work.served()
    again = work.platform.deployments.redeploy("web")
    work.platform.deployments.wait("web", again.id, timeout=60)
    assert work.served() == version
    back = work.platform.deployments.rollback("web", to="web-1")
    work.platform.deployments.wait("web", back.id, timeout=60)
    assert work.served() == "1"


def test_a_push_whose_client_goes_away_is_cancelled(work: Work) -> None:
    version, stored = work.served(), work.remote("main")
    work.commit("left", run="sleep 2", DELAY="2")
    push = subprocess.Popen(
        ["git", "push", "-q", "sh0", "main"],
        cwd=work.folder,
        env=work.environment(),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    world.until(work.builds, 30, "it builds")
    os.killpg(push.pid, signal.SIGKILL)
    push.wait()
    newest = work.platform.deployments.list("web")[0]
    world.until(lambda: work.platform.deployments.get("web", newest.id).state.ended, 30, "it has ended")
    assert work.platform.deployments.get("web", newest.id).state is DeploymentState.CANCELLED
    assert work.served() == version
    assert work.remote("main") == stored


def test_a_push_that_a_crash_cuts_off_can_be_pushed_again(work: Work) -> None:
    version = work.served()
    commit = work.commit("again", run="sleep 2")
    push = subprocess.Popen(
        ["git", "push", "-q", "sh0", "main"], cwd=work.folder, env=work.environment(), stderr=subprocess.DEVNULL
    )
    world.until(work.builds, 30, "it builds")
    work.daemon.kill()
    assert push.wait(30) != 0
    assert work.served() == version
    work.daemon.start()
    assert work.platform.deployments.list("web")[0].state is DeploymentState.INTERRUPTED
    done = work.git("push", "sh0", "main")
    assert done.returncode == 0, done.stderr
    assert work.served() == "again"
    assert work.remote("main") == commit


def test_a_private_repository_elsewhere_opens_with_the_deploy_key_of_the_app(work: Work) -> None:
    platform, url = work.platform, f"ssh://git@127.0.0.1:{work.daemon.settings.git_port}/web"
    source = sh0.RemoteRepository(url, "main")
    platform.apps.create("mirror")
    key = platform.git.deploy_key("mirror")
    locked_out = platform.deployments.create("mirror", source)
    with pytest.raises(sh0.Sh0Error, match="failed: ") as caught:
        platform.deployments.wait("mirror", locked_out.id)
    assert url.replace("git@", "") in caught.value.message  # credentials in URLs are left out of messages
    platform.keys.add("mirror", key, grants=("apps:read",))
    deployment = platform.deployments.create("mirror", source)
    assert platform.deployments.wait("mirror", deployment.id).revision == work.remote("main")[:10]
    again = platform.deployments.redeploy("mirror")
    steps = {step.step: step for step in platform.deployments.wait("mirror", again.id).steps}
    assert not steps[sh0.Step.FETCH].skipped
    assert steps[sh0.Step.BUILD].skipped
    assert web.get(work.daemon.settings.http_port, "mirror.localhost").text.startswith(f"version {work.served()}")
