"""A push that git rejects never goes live, and one that is live is never rejected: real pushes, a pretended engine."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sh0.access.failures import Failures
from sh0.daemon.pushes import git_server
from sh0.errors import NotFound
from sh0.git.settling import settle
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, DeploymentState, PushedRevision
from sh0.repositories.hook import install
from sh0.repositories.model import RefUpdate
from sh0.repositories.repository import SERVING
from sh0.testing.platform import FakeWorld, fake_world
from tests.core.git.checkout import Checkout
from tests.core.git.stub_daemon import StubDaemon, line

DOCKERFILE = 'FROM scratch\nCMD ["/run"]\n'
ZEROS = "0" * 40


@attrs.define
class Push:
    """An app, a working copy, and the way between them."""

    world: FakeWorld
    work: Checkout
    receive_pack: str

    @property
    def repository(self) -> Path:
        return self.world.core.repositories.path("shop")

    def __call__(self, *refs: str) -> "subprocess.CompletedProcess[str]":
        return self.work.attempt("push", f"--receive-pack={self.receive_pack}", str(self.repository), *refs)

    def branch(self, name: str = "main") -> str | None:
        try:
            return self.world.core.repositories.resolve("shop", f"refs/heads/{name}")
        except NotFound:
            return None

    def live(self) -> str | None:
        """The commit that serves."""
        app = self.world.core.context.records[APPS].get("shop")
        source = self.world.core.context.records[DEPLOYMENTS].get(app.live).source if app.live else None
        return source.commit if isinstance(source, PushedRevision) else None

    def count(self) -> int:
        return len(self.world.core.context.records[DEPLOYMENTS].where(app="shop"))


@pytest.fixture
def push(tmp_path: Path) -> Iterator[Push]:
    with fake_world(tmp_path / "home") as world, StubDaemon(tmp_path / "s") as daemon:
        platform = world.platform
        platform.apps.create("shop")

        def answer(question: dict[str, object]) -> Iterator[bytes]:
            updates = tuple(RefUpdate(**each) for each in question["updates"])  # type: ignore[attr-defined]
            for said in platform.git.receive("shop", updates, quarantine=str(question["quarantine"])):
                yield line(said.text, said.done, said.accepted)

        daemon.answer = answer
        install(tmp_path / "hooks")
        world.core.repositories.create("shop")
        settings = {**SERVING, "core.hooksPath": str(tmp_path / "hooks")}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        told = {"SH0_SOCKET": str(tmp_path / "s"), "SH0_APP": "shop", "SH0_TOKEN": "pass"}
        work = Checkout(tmp_path / "work", told)
        work.commit("one", Dockerfile=DOCKERFILE, page="1")
        yield Push(world, work, f"git {options} receive-pack")


def test_a_push_is_live_and_stored(push: Push) -> None:
    done = push("main")
    assert done.returncode == 0, done.stderr
    assert push.live() == push.branch() == push.work.git("rev-parse", "HEAD")


def test_nothing_of_the_quarantine_is_kept_once_a_push_is_over(push: Push) -> None:
    assert push("main").returncode == 0
    sources = [each.source for each in push.world.core.context.records[DEPLOYMENTS].where(app="shop")]
    assert [each.quarantine for each in sources if isinstance(each, PushedRevision)] == [""]


def _annotated(push: Push) -> list[str]:
    push.work.git("tag", "-a", "v2.0", "-m", "x")
    return ["v2.0:main"]


def _tag_of_a_tag(push: Push) -> list[str]:
    push.work.git("tag", "-a", "inner", "-m", "x")
    push.work.git("tag", "-a", "outer", "-m", "x", "inner")
    return ["outer:refs/heads/main"]


def _tree(push: Push) -> list[str]:
    return ["+HEAD^{tree}:refs/heads/main"]


def _blob(push: Push) -> list[str]:
    return [f"+{push.work.git('rev-parse', 'HEAD:page')}:refs/heads/main"]


def _tag_to_another_branch(push: Push) -> list[str]:
    push.work.git("tag", "-a", "v3", "-m", "x")
    return ["main", "v3:refs/heads/topic"]


def _below_the_branch(push: Push) -> list[str]:
    return ["main", "HEAD:refs/heads/main/deeper"]


def _locked(push: Push) -> list[str]:
    (push.repository / "refs" / "heads" / "main.lock").touch()
    return ["main"]


def _replacement(push: Push) -> list[str]:
    return ["main", f"HEAD~1:refs/replace/{push.work.git('rev-parse', 'HEAD')}"]


def _notes(push: Push) -> list[str]:
    return ["main", "HEAD:refs/notes/commits"]


def _review(push: Push) -> list[str]:
    return ["HEAD:refs/for/main", "main"]


def _head(push: Push) -> list[str]:
    return ["HEAD:HEAD", "main"]


def _hex(push: Push) -> list[str]:
    return [f"HEAD:refs/heads/{'a' * 40}", "main"]


def _dash(push: Push) -> list[str]:
    return ["main", "HEAD:refs/heads/-x"]


def _shell(push: Push) -> list[str]:
    return ["main", "HEAD:refs/heads/x$(id)"]


def _direction(push: Push) -> list[str]:
    return ["main", "HEAD:refs/heads/x\u202ey"]


REFUSED = {
    "an annotated tag": (_annotated, "git push … 'v2.0^{commit}:main'"),
    "a tag of a tag": (_tag_of_a_tag, "'outer^{commit}:main'"),
    "a tree": (_tree, "takes commits only"),
    "a blob": (_blob, "takes commits only"),
    "a tag to a branch that does not deploy": (_tag_to_another_branch, "v3 is an annotated tag"),
    "a branch below the branch": (_below_the_branch, "main exists, and one name cannot begin with another"),
    "a locked branch": (_locked, "locked by another process"),
    "a replacement of a commit": (_replacement, "neither a branch nor a tag"),
    "notes": (_notes, "neither a branch nor a tag"),
    "a review": (_review, "neither a branch nor a tag"),
    "a branch called HEAD": (_head, "means something else to git"),
    "a branch called like a commit": (_hex, "means something else to git"),
    "a name that reads as an option": (_dash, "is not accepted"),
    "a name with a command": (_shell, "is not accepted"),
    "a name that changes the direction of writing": (_direction, "is not accepted"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_git_or_sh0_does_not_store_is_refused_before_anything_is_deployed(push: Push, case: str) -> None:
    assert push("main").returncode == 0
    before = (push.live(), push.branch(), push.count())
    push.work.commit("two", page="2")
    arrange, words = REFUSED[case]
    done = push(*arrange(push))
    assert done.returncode != 0, done.stderr
    assert words in done.stderr
    assert (push.live(), push.branch(), push.count()) == before


def test_a_branch_that_exists_is_not_begun_with(push: Push) -> None:
    assert push("HEAD:refs/heads/main/x").returncode == 0
    done = push("main")
    assert done.returncode != 0
    assert "main/x exists" in done.stderr
    assert (push.live(), push.branch(), push.count()) == (None, None, 0)


def test_of_an_atomic_push_nothing_goes_live_if_one_part_is_refused(push: Push) -> None:
    push.work.git("tag", "-a", "v1", "-m", "x")
    done = push("--atomic", "main", "v1", "v1:refs/heads/topic")
    assert done.returncode != 0
    assert (push.live(), push.branch(), push.branch("topic")) == (None, None, None)


def test_the_commit_of_a_tag_and_the_tag_go_together(push: Push) -> None:
    push.work.git("tag", "-a", "v1", "-m", "x")
    refused = push("v1:refs/heads/main")
    assert "'v1^{commit}:refs/heads/main'" in refused.stderr  # git guesses no full name for a branch that is not there
    done = push("--atomic", "v1^{commit}:refs/heads/main", "v1")
    assert done.returncode == 0, done.stderr
    assert push.live() == push.branch() == push.work.git("rev-parse", "HEAD")
    assert "the tag v1 is stored" in done.stderr


def test_a_shallow_push_is_live_and_stored(push: Push, tmp_path: Path) -> None:
    push.work.commit("two", page="2")
    push.work.git("clone", "-q", "--depth=1", f"file://{push.work.path}", str(tmp_path / "shallow"))
    push.work = Checkout(tmp_path / "shallow", push.work.environment)
    done = push("main")
    assert done.returncode == 0, done.stderr
    assert push.live() == push.branch()


def test_a_branch_that_has_moved_since_it_was_shown_deploys_nothing(push: Push) -> None:
    push("main")
    first = push.branch() or ""
    second = push.work.commit("two", page="2")
    push("HEAD:refs/heads/other")
    lines = list(push.world.platform.git.receive("shop", (RefUpdate(second, first, "refs/heads/main"),)))
    assert not lines[-1].accepted
    assert "has moved" in lines[0].text
    assert push.count() == 1


def test_a_branch_is_written_after_all_when_its_push_was_cut_off_behind_the_switch(push: Push) -> None:
    push("main")
    first = push.branch()
    push.work.commit("two", page="2")
    push("main")
    second, core = push.branch(), push.world.core
    core.repositories.move("shop", "main", second or "", first or "")
    settle(core.context.records, core.repositories, "shop")
    assert push.branch() == second == push.live()
    core.repositories.move("shop", "main", second or "", first or "")
    git_server(core, Failures(core.context.journal, core.ports.clock))
    assert push.branch() == second


def test_a_branch_that_is_elsewhere_by_now_is_not_settled(push: Push) -> None:
    push("main")
    core, first = push.world.core, push.branch() or ""
    other = push.work.commit("two", page="2")
    push("HEAD:refs/heads/other")
    core.repositories.move("shop", "main", first, other)
    settle(core.context.records, core.repositories, "shop")
    assert push.branch() == other


def test_the_objects_of_a_push_outlive_its_quarantine(push: Push) -> None:
    done = push("main")
    assert done.returncode == 0
    push.work.git("fetch", "-q", str(push.repository), "main")
    checked = subprocess.run(
        ["git", f"--git-dir={push.repository}", "fsck", "--strict"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_references_that_replace_commits_are_ignored_and_can_be_deleted(push: Push, tmp_path: Path) -> None:
    push("main")
    first = push.branch() or ""
    second = push.work.commit("two", page="2")
    push("HEAD:refs/heads/other")
    ref = f"refs/replace/{first}"
    subprocess.run(["git", f"--git-dir={push.repository}", "update-ref", ref, second], check=True)
    push.world.core.repositories.export("shop", first, tmp_path / "out")
    assert (tmp_path / "out" / "page").read_text() == "1"
    assert push(f":{ref}").returncode == 0


def test_a_push_of_another_branch_says_what_deploys(push: Push) -> None:
    assert "git push … 'topic:main'" in push("HEAD:refs/heads/topic").stderr
    push("main")
    assert "git push …" not in push("HEAD:refs/heads/second").stderr
    push.work.git("tag", "v1")
    assert "'v1^{commit}:refs/heads/main'" in push("v1").stderr


def test_a_failed_deployment_leaves_the_branch(push: Push) -> None:
    push("main")
    first = push.branch()
    (push.work.path / "Dockerfile").unlink()
    push.work.commit("two")
    assert push("main").returncode != 0
    assert push.branch() == push.live() == first
    assert (
        push.world.core.context.records[DEPLOYMENTS].where(app="shop", order="number")[-1].state
        is DeploymentState.FAILED
    )
