"""The git server with real clients: git and OpenSSH on one side, a stand-in for the daemon on the other."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from sh0.adapters.ssh.access import GitAccess, Pusher
from sh0.adapters.ssh.gitserver import GitServer
from sh0.errors import Conflict, Corrupt, Forbidden, GitFailed, NotFound
from sh0.repositories.hook import install
from sh0.repositories.remote import fetch
from sh0.repositories.repository import Repositories
from sh0.values import Secret
from tests.core.git.checkout import PLAIN, Checkout
from tests.core.git.stub_daemon import StubDaemon, line

APPS = ("shop", "blog", "locked")


@attrs.define
class ServedGit:
    """A git server with one known key, and what it takes to reach it."""

    folder: Path
    daemon: StubDaemon
    repositories: Repositories
    server: GitServer
    port: int
    ended: list[Mapping[str, str]]

    def url(self, app: str) -> str:
        return f"ssh://git@127.0.0.1:{self.port}/{app}"

    def environment(self, key: str = "known") -> dict[str, str]:
        # Tests may write command strings; the product may not.
        return {"GIT_SSH_COMMAND": f"ssh -F {self.folder}/{key}.config", "GIT_SSH_VARIANT": "ssh"}

    def checkout(self, name: str = "work", app: str = "shop", key: str = "known") -> Checkout:
        made = Checkout(self.folder / name, self.environment(key))
        if not (self.folder / name / ".git" / "refs" / "remotes").exists():
            made.attempt("remote", "add", "sh0", self.url(app))
        return made

    def ssh(self, *command: str, key: str = "known", **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["ssh", "-F", f"{self.folder}/{key}.config", "-p", str(self.port), "git@127.0.0.1", *command],
            env=PLAIN | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def head(self, ref: str = "main", app: str = "shop") -> str | None:
        try:
            return self.repositories.resolve(app, ref)
        except NotFound:
            return None


class Nobody(GitAccess):
    """Access for no key at all."""

    def authorise(self, public_key: str) -> Pusher | None:
        return None

    def demand(self, pusher: Pusher, app: str, write: bool) -> None:
        raise Forbidden("nobody pushes or fetches here")

    def environment(self, pusher: Pusher, app: str) -> Mapping[str, str]:
        return {}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name, kind in (("known", "ed25519"), ("unknown", "ed25519"), ("rsa", "rsa")):
        arguments = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", f"{name} key", "-f", str(folder / name)]
        subprocess.run(arguments, check=True)
    return folder


@pytest.fixture
def served(tmp_path: Path, keys: Path) -> Iterator[ServedGit]:
    known = {(keys / f"{name}.pub").read_text().rsplit(" ", 2)[0]: name for name in ("known", "rsa")}
    ended: list[Mapping[str, str]] = []

    class Access(GitAccess):
        def authorise(self, public_key: str) -> Pusher | None:
            return Pusher(known[public_key]) if public_key in known else None

        def demand(self, pusher: Pusher, app: str, write: bool) -> None:
            if app not in APPS:
                raise NotFound(f"there is no app {app}", hint="Make it first.")
            if app == "locked" and write:
                raise Forbidden(f"{pusher.name} may not push to locked")

        def environment(self, pusher: Pusher, app: str) -> Mapping[str, str]:
            return {"SH0_SOCKET": str(tmp_path / "s"), "SH0_APP": app, "SH0_TOKEN": f"pass-of-{pusher.name}"}

        def ended(self, variables: Mapping[str, str]) -> None:
            ended.append(variables)

    for name in ("known", "unknown", "rsa"):
        (tmp_path / f"{name}.config").write_text(
            f"Host *\n IdentityFile {keys / name}\n IdentitiesOnly yes\n IdentityAgent none\n BatchMode yes\n"
            f" UserKnownHostsFile {tmp_path}/known_hosts\n StrictHostKeyChecking accept-new\n LogLevel ERROR\n"
        )
    repositories = Repositories(tmp_path / "home" / "repos")
    for app in APPS:
        repositories.create(app)
    install(repositories.root / "hooks")
    server = GitServer(
        "127.0.0.1",
        0,
        tmp_path / "home" / "host_key",
        repositories,
        Access(),
    )
    with StubDaemon(tmp_path / "s") as daemon:
        port = server.start()
        try:
            yield ServedGit(tmp_path, daemon, repositories, server, port, ended)
        finally:
            server.stop(grace=0.5)
            assert _children() == []


def test_an_accepted_push_moves_the_branch(served: ServedGit) -> None:
    work = served.checkout()
    commit = work.commit(a="1")
    served.daemon.answer = lambda _: iter([line("building…"), line("live", done=True, accepted=True)])
    done = work.attempt("push", "sh0", "main")
    assert done.returncode == 0, done.stderr
    assert "remote: building…" in done.stderr
    assert served.head() == commit
    question = served.daemon.questions[0]
    assert question["path"] == "/api/v1/apps/shop/receive"
    assert question["token"] == "Bearer pass-of-known"
    assert question["updates"] == [{"old": "0" * 40, "new": commit, "ref": "refs/heads/main"}]
    assert [ended["SH0_TOKEN"] for ended in served.ended] == ["pass-of-known"]


def test_the_output_of_a_deployment_arrives_live(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    go_on = threading.Event()

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        yield line("first line")
        assert go_on.wait(10)
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    with work.start("push", "--progress", "sh0", "main") as push:
        assert push.stderr
        for said in push.stderr:
            if "first line" in said:
                break
        assert push.poll() is None
        go_on.set()
        push.stderr.read()
    assert push.returncode == 0


def test_the_quarantined_commit_can_be_exported_while_the_push_waits(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="quarantined")
    seen: list[str | None] = []

    def answer(question: dict[str, object]) -> Iterator[bytes]:
        updates, quarantine = question["updates"], str(question["quarantine"])
        served.repositories.export("shop", updates[0]["new"], served.folder / "tree", quarantine)  # type: ignore[index]
        seen.append((served.folder / "tree" / "a").read_text())
        seen.append(served.head())
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    work.git("push", "sh0", "main")
    assert seen == ["quarantined", None]


def test_a_declined_push_leaves_the_branch(served: ServedGit) -> None:
    work = served.checkout()
    first = work.commit(a="1")
    work.git("push", "sh0", "main")
    work.commit(a="2")
    served.daemon.answer = lambda _: iter([line("the build failed", done=True, accepted=False)])
    done = work.attempt("push", "sh0", "main")
    assert done.returncode != 0
    assert "remote: the build failed" in done.stderr
    assert "pre-receive hook declined" in done.stderr
    assert served.head() == first
    assert list(served.repositories.path("shop").glob("objects/tmp_objdir*")) == []


def test_without_a_daemon_the_push_is_declined(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    (served.folder / "s").rename(served.folder / "elsewhere")
    done = work.attempt("push", "sh0", "main")
    assert (done.returncode, served.head()) == (1, None)
    assert "the daemon does not answer" in done.stderr


@pytest.mark.parametrize(
    ("app", "said"),
    [("nope", "sh0: there is no app nope"), ("../shop", "sh0: there is no app"), ("Shop", "no app 'Shop'")],
)
def test_an_unknown_app_gets_a_sentence(served: ServedGit, app: str, said: str) -> None:
    work = served.checkout(app=app)
    work.commit(a="1")
    done = work.attempt("push", "sh0", "main")
    assert done.returncode != 0
    assert said in done.stderr


def test_a_key_that_may_fetch_only_cannot_push(served: ServedGit) -> None:
    work = served.checkout(app="locked")
    work.commit(a="1")
    assert "known may not push to locked" in work.attempt("push", "sh0", "main").stderr
    work.git("ls-remote", "sh0")


def test_an_unknown_key_is_refused(served: ServedGit) -> None:
    done = served.checkout(key="unknown").attempt("ls-remote", "sh0")
    assert done.returncode != 0
    assert "Permission denied (publickey)" in done.stderr


def test_an_rsa_key_works_and_the_user_name_does_not_matter(served: ServedGit) -> None:
    work = served.checkout(key="rsa")
    work.git("ls-remote", f"ssh://whoever@127.0.0.1:{served.port}/shop.git")
    work.git("ls-remote", f"ssh://git@127.0.0.1:{served.port}/~/shop.git/")


def test_clone_and_fetch_give_what_was_pushed(served: ServedGit) -> None:
    work = served.checkout()
    first = work.commit(a="1")
    work.git("push", "sh0", "main")
    work.git("clone", "-q", served.url("shop"), str(served.folder / "copy"))
    copy = Checkout(served.folder / "copy", served.environment())
    assert copy.git("rev-parse", "HEAD") == first
    second = work.commit(a="2")
    work.git("push", "sh0", "main")
    copy.git("pull", "-q", "--ff-only")
    assert copy.git("rev-parse", "HEAD") == second


def test_a_clone_of_an_empty_repository_works(served: ServedGit) -> None:
    done = served.checkout().attempt("clone", served.url("blog"), str(served.folder / "copy"))
    assert (done.returncode, "empty repository" in done.stderr) == (0, True)


def test_tags_and_several_branches_go_in_one_question(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    work.git("tag", "v1")
    work.git("tag", "-m", "two", "v2")
    work.git("branch", "feature/été")
    work.git("push", "sh0", "main", "feature/été", "--tags")
    assert len(served.daemon.questions) == 1
    refs = {update["ref"] for update in served.daemon.questions[0]["updates"]}  # type: ignore[attr-defined]
    assert refs == {"refs/heads/main", "refs/heads/feature/été", "refs/tags/v1", "refs/tags/v2"}
    assert served.head("v2") == served.head("feature/été") == served.head()


def test_a_branch_other_than_main_is_stored_and_main_untouched(served: ServedGit) -> None:
    work = served.checkout()
    commit = work.commit(a="1")
    work.git("push", "sh0", "main:topic")
    assert (served.head("topic"), served.head("main")) == (commit, None)


def test_push_options_reach_the_daemon(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    work.git("push", "-o", "no-cache", "-o", "note=a b", "sh0", "main")
    assert served.daemon.questions[0]["options"] == ["no-cache", "note=a b"]


def test_history_is_rewritten_only_by_force(served: ServedGit) -> None:
    work = served.checkout()
    old = work.commit(a="1")
    work.git("push", "sh0", "main")
    work.git("commit", "-q", "--amend", "-m", "again")
    assert "non-fast-forward" in work.attempt("push", "sh0", "main").stderr
    assert len(served.daemon.questions) == 1
    work.git("push", "--force", "sh0", "main")
    new = work.git("rev-parse", "HEAD")
    assert served.head() == new
    assert served.daemon.questions[1]["updates"] == [{"old": old, "new": new, "ref": "refs/heads/main"}]


def test_a_branch_is_deleted_if_the_daemon_lets_it(served: ServedGit) -> None:
    work = served.checkout()
    commit = work.commit(a="1")
    work.git("push", "sh0", "main", "main:topic")
    work.git("push", "sh0", ":topic", ":main")
    assert (served.head("topic"), served.head("main")) == (None, None)
    assert {"old": commit, "new": "0" * 40, "ref": "refs/heads/topic"} in served.daemon.questions[1]["updates"]  # type: ignore[operator]


def test_an_empty_push_asks_nobody(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    work.git("push", "sh0", "main")
    done = work.attempt("push", "sh0", "main")
    assert (done.returncode, len(served.daemon.questions)) == (0, 1)
    assert "Everything up-to-date" in done.stderr


def test_a_clone_without_history_can_push(served: ServedGit) -> None:
    work = served.checkout()
    for text in "123":
        work.commit(a=text)
    work.git("clone", "-q", "--depth", "1", f"file://{work.path}", str(served.folder / "shallow"))
    shallow = Checkout(served.folder / "shallow", served.environment())
    shallow.git("push", served.url("shop"), "main")
    head = shallow.git("rev-parse", "HEAD")
    assert served.repositories.commit("shop", "main").id == head
    served.repositories.export("shop", "main", served.folder / "tree")
    assert (served.folder / "tree" / "a").read_text() == "3"
    work.commit(a="4")
    work.git("push", "sh0", "main")
    assert served.head() == work.git("rev-parse", "HEAD")


def test_a_second_push_to_an_app_waits_for_its_turn(served: ServedGit) -> None:
    one, two = served.checkout("one"), served.checkout("two")
    first = one.commit(a="1")
    two.commit(a="2")
    asked, go_on = threading.Event(), threading.Event()

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        asked.set()
        assert go_on.wait(20)
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    with one.start("push", "sh0", "main") as pushing:
        assert asked.wait(10)
        with two.start("push", "sh0", "main") as waiting:
            assert waiting.stderr
            assert "another push to shop is under way" in waiting.stderr.readline()
            other = served.checkout("other", app="blog")
            assert other.attempt("ls-remote", "sh0").returncode == 0
            go_on.set()
            said = waiting.stderr.read()
        pushing.communicate(timeout=20)
    assert pushing.returncode == 0
    assert waiting.returncode != 0
    assert "[rejected]" in said  # its history does not hold what the first one pushed
    assert (served.head(), len(served.daemon.questions)) == (first, 1)


def test_a_pusher_who_gives_up_waiting_frees_the_turn(served: ServedGit) -> None:
    one, two = served.checkout("one"), served.checkout("two")
    one.commit(a="1")
    two.commit(a="2")
    go_on = threading.Event()

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        assert go_on.wait(20)
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    with one.start("push", "sh0", "main") as pushing:
        _until(lambda: served.daemon.questions)
        with two.start("push", "sh0", "main") as waiting:
            assert waiting.stderr
            waiting.stderr.readline()
            os.killpg(waiting.pid, signal.SIGKILL)
        go_on.set()
        pushing.communicate(timeout=20)
    assert pushing.returncode == 0
    one.commit(a="3")
    one.git("push", "sh0", "main")


def test_pushes_to_two_apps_run_side_by_side(served: ServedGit) -> None:
    both = threading.Barrier(2, timeout=20)

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        both.wait()
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    works = [served.checkout(app, app=app) for app in ("shop", "blog")]
    for work in works:
        work.commit(a="1")
    pushes = [work.start("push", "sh0", "main") for work in works]
    for push in pushes:
        push.communicate(timeout=30)
    assert [push.returncode for push in pushes] == [0, 0]


def test_a_big_push_and_a_big_clone(served: ServedGit) -> None:
    work = served.checkout()
    (work.path / "big").write_bytes(random.Random(7).randbytes(20 << 20))
    work.commit()
    work.git("push", "sh0", "main")
    work.git("clone", "-q", served.url("shop"), str(served.folder / "copy"))
    assert (served.folder / "copy" / "big").read_bytes() == (work.path / "big").read_bytes()


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "git-upload-archive '/shop'",
        "git-receive-pack '/shop'; id",
        "git-receive-pack '/shop' --x",
        "scp -t /",
        "env",
    ],
)
def test_every_other_command_is_refused(served: ServedGit, command: str) -> None:
    done = served.ssh(command)
    assert (done.returncode, done.stdout) == (1, "")
    assert "only git push and git fetch are served here" in done.stderr


def test_a_plain_ssh_is_greeted_and_told_that_there_is_no_shell(served: ServedGit) -> None:
    done = served.ssh()
    assert done.returncode == 1
    assert "Hello known!" in done.stderr
    assert "there is no shell" in done.stderr


def test_subsystems_terminals_and_forwarding_are_refused(served: ServedGit) -> None:
    assert "only git push" in served.ssh("-s", "sftp").stderr or served.ssh("-s", "sftp").returncode != 0
    assert "PTY allocation request failed" in served.ssh("-tt").stderr
    with socket.create_server(("127.0.0.1", 0)) as target:
        host, port = target.getsockname()[:2]
        forwarded = served.ssh("-W", f"{host}:{port}")
    assert forwarded.returncode != 0
    refused = served.ssh("-o", "ExitOnForwardFailure=yes", "-N", "-R", f"0:{host}:{port}")
    assert "forwarding failed" in refused.stderr


def test_a_pusher_who_is_killed_leaves_nothing_behind(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    cut = threading.Event()

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        yield line("building…")
        while not cut.is_set():
            time.sleep(0.02)
            yield b":\n\n"
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    with work.start("push", "sh0", "main") as push:
        _until(lambda: served.daemon.questions)
        assert _children()
        os.killpg(push.pid, signal.SIGKILL)
    _until(lambda: not _children())
    cut.set()
    _until(lambda: served.ended)
    assert served.head() is None
    assert list(served.repositories.path("shop").glob("objects/tmp_objdir*")) == []
    served.daemon.answer = lambda _: iter([line("", done=True, accepted=True)])
    work.git("push", "sh0", "main")


def test_stopping_cuts_what_does_not_end_in_time(served: ServedGit) -> None:
    work = served.checkout()
    work.commit(a="1")
    asked = threading.Event()

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        asked.set()
        for _i in range(1000):
            time.sleep(0.02)
            yield b":\n\n"

    served.daemon.answer = answer
    with work.start("push", "sh0", "main") as push:
        assert asked.wait(10)
        start = time.monotonic()
        served.server.stop(grace=0.1)
        assert time.monotonic() - start < 5
        assert push.stderr
        said = push.stderr.read()
    assert push.returncode != 0
    assert "the daemon is stopping" in said
    assert (_children(), served.head()) == ([], None)


def test_stopping_lets_a_push_end_that_can(served: ServedGit) -> None:
    work = served.checkout()
    commit = work.commit(a="1")
    asked, stopping = threading.Event(), threading.Event()

    def answer(_: dict[str, object]) -> Iterator[bytes]:
        asked.set()
        assert stopping.wait(10)
        yield line("", done=True, accepted=True)

    served.daemon.answer = answer
    with work.start("push", "sh0", "main") as push:
        assert asked.wait(10)
        stop = threading.Thread(target=served.server.stop)
        stop.start()
        stopping.set()
        push.communicate(timeout=20)
        stop.join(20)
    assert (push.returncode, served.head()) == (0, commit)


def test_the_host_key_is_kept(served: ServedGit) -> None:
    file = served.folder / "home" / "host_key"
    assert file.stat().st_mode & 0o777 == 0o600
    before = served.server.host_public_key
    served.server.stop()
    served.server.start()
    assert served.server.host_public_key == before
    assert before.startswith("ssh-ed25519 ")


def test_a_host_key_that_is_none_is_never_replaced(served: ServedGit) -> None:
    served.server.stop()
    (served.folder / "home" / "host_key").write_text("rubbish")
    with pytest.raises(Corrupt, match="holds no private key"):
        served.server.start()
    assert (served.folder / "home" / "host_key").read_text() == "rubbish"


def test_a_port_in_use_is_told(served: ServedGit) -> None:
    other = GitServer(
        "127.0.0.1",
        served.port,
        served.folder / "other",
        served.repositories,
        Nobody(),
    )
    with pytest.raises(Conflict, match="cannot listen on"):
        other.start()
    other.stop()


def test_a_branch_elsewhere_is_fetched_with_a_key(served: ServedGit, keys: Path) -> None:
    work = served.checkout()
    commit = work.commit("größer", a="1", b="2")
    work.git("push", "sh0", "main")
    key, hosts = Secret((keys / "known").read_text()), served.folder / "hosts" / "known hosts"
    into = served.folder / "work %d" / "tree"
    got = fetch(served.url("shop"), "main", into, key=key, known_hosts=hosts)
    assert (got.id, got.subject) == (commit, "größer")
    assert sorted(path.name for path in into.iterdir()) == ["a", "b"]
    assert [path.name for path in into.parent.iterdir()] == ["tree"]
    assert served.server.host_public_key in hosts.read_text()


def test_fetching_says_what_is_wrong(served: ServedGit, keys: Path) -> None:
    key, unknown = Secret((keys / "known").read_text()), Secret((keys / "unknown").read_text())
    into, hosts = served.folder / "tree", served.folder / "hosts"
    with pytest.raises(GitFailed, match="couldn't find remote ref") as caught:
        fetch(served.url("shop"), "nope", into, key=key, known_hosts=hosts)
    assert caught.value.hint == "Check the name of the branch."
    with pytest.raises(GitFailed) as caught:
        fetch(served.url("shop"), "main", into, key=unknown, known_hosts=hosts)
    assert "deploy key" in caught.value.hint
    hosts.write_text(hosts.read_text().replace(served.server.host_public_key, (keys / "known.pub").read_text()))
    with pytest.raises(GitFailed) as caught:
        fetch(served.url("shop"), "main", into, key=key, known_hosts=hosts)
    assert "remove its line from known_hosts" in caught.value.hint


def test_a_host_that_says_nothing_is_given_up(served: ServedGit) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(GitFailed, match="git had not ended after 1 seconds"):
            fetch(f"http://user:hush@127.0.0.1:{port}/x", "main", served.folder / "tree", timeout=1)
        with pytest.raises(GitFailed) as caught:
            fetch("http://user:hush@127.0.0.1:1/x", "main", served.folder / "tree", timeout=5)
    assert "hush" not in str(caught.value) + str(caught.value.details)


def test_a_pushed_submodule_is_exported_at_its_commit(served: ServedGit, keys: Path) -> None:
    library = served.checkout("library", app="blog")
    recorded = library.commit(lib="old")
    library.git("push", "sh0", "main")
    library.commit(lib="new")
    library.git("push", "sh0", "main")
    work = served.checkout()
    work.commit(a="1", __gitmodules=f'[submodule "l"]\n path = vendor/lib\n url = {served.url("blog")}\n')
    work.git("update-index", "--add", "--cacheinfo", f"160000,{recorded},vendor/lib")
    work.git("commit", "-q", "-m", "with a library")
    work.git("push", "sh0", "main")
    into = served.folder / "tree"
    served.repositories.export("shop", "main", into, key=Secret((keys / "known").read_text()))
    assert (into / "vendor" / "lib" / "lib").read_text() == "old"
    assert list(into.rglob(".git")) == []


def test_a_submodule_whose_commit_was_never_pushed_is_told(served: ServedGit, keys: Path) -> None:
    library = served.checkout("library", app="blog")
    library.commit(lib="1")
    library.git("push", "sh0", "main")
    work = served.checkout()
    work.commit(a="1", __gitmodules=f'[submodule "l"]\n path = lib\n url = {served.url("blog")}\n')
    work.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},lib")
    work.git("commit", "-q", "-m", "with a library")
    work.git("push", "sh0", "main")
    with pytest.raises(GitFailed, match="has no commit aaaaaaaaaa") as caught:
        served.repositories.export("shop", "main", served.folder / "tree", key=Secret((keys / "known").read_text()))
    assert "pushed to its own repository first" in caught.value.hint


def test_a_relative_submodule_of_a_branch_elsewhere_is_found(served: ServedGit, keys: Path) -> None:
    library = served.checkout("library", app="blog")
    recorded = library.commit(lib="1")
    library.git("push", "sh0", "main")
    work = served.checkout()
    work.commit(a="1", __gitmodules='[submodule "l"]\n path = lib\n url = ../blog.git\n')
    work.git("update-index", "--add", "--cacheinfo", f"160000,{recorded},lib")
    work.git("commit", "-q", "-m", "with a library")
    work.git("push", "sh0", "main")
    into = served.folder / "tree"
    fetch(served.url("shop"), "main", into, key=Secret((keys / "known").read_text()))
    assert (into / "lib" / "lib").read_text() == "1"


def _children() -> list[str]:
    """Processes of git that this process started, zombies included."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, rest = stat.read_text().partition("(")[2].rsplit(")", 1)
            command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            serves = "receive-pack" in command or "upload-pack" in command or rest.split()[0] == "Z"
            if int(rest.split()[1]) == os.getpid() and serves:
                found.append(f"{name} {command}")
    return found


def _until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
