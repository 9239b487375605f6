"""The pre-receive hook against a stand-in for the daemon."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.repositories.hook import install
from sh0.repositories.model import PushLine
from tests.core.git.stub_daemon import StubDaemon, line

OLD, NEW = "0" * 40, "a" * 40


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[StubDaemon]:
    with StubDaemon(tmp_path / "s") as running:
        yield running


@pytest.fixture
def hook(tmp_path: Path) -> Path:
    install(tmp_path / "hooks")
    return tmp_path / "hooks" / "pre-receive"


def start(
    hook: Path, socket: Path, updates: str = f"{OLD} {NEW} refs/heads/main\n", **more: str
) -> subprocess.Popen[str]:
    environment = {"SH0_SOCKET": str(socket), "SH0_APP": "shop", "SH0_TOKEN": "sh0_t", **more}
    process = subprocess.Popen(
        [hook], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdin
    process.stdin.write(updates)
    process.stdin.close()
    process.stdin = None
    return process


def ask(hook: Path, socket: Path, *updates: str, **more: str) -> tuple[int, str]:
    process = start(hook, socket, *updates, **more)
    output = process.communicate(timeout=20)[0]
    return process.returncode, output


def test_an_accepted_push_exits_zero_and_prints_what_the_daemon_says(hook: Path, daemon: StubDaemon) -> None:
    daemon.answer = lambda _: iter([line("building…"), b":\n\n", line("live", done=True, accepted=True)])
    assert ask(hook, daemon.path) == (0, "building…\nlive\n")


def test_the_question_holds_updates_quarantine_and_options(hook: Path, daemon: StubDaemon) -> None:
    ask(
        hook,
        daemon.path,
        f"{OLD} {NEW} refs/heads/main\n{NEW} {OLD} refs/heads/été\n",
        GIT_OBJECT_DIRECTORY="/r/objects/tmp_objdir-incoming-x",
        GIT_QUARANTINE_PATH="/r/objects/tmp_objdir-incoming-x",
        GIT_DIR=".",
        GIT_PUSH_OPTION_COUNT="2",
        GIT_PUSH_OPTION_0="fast",
        GIT_PUSH_OPTION_1="note=a b",
    )
    assert daemon.questions == [
        {
            "path": "/api/v1/apps/shop/receive",
            "token": "Bearer sh0_t",
            "updates": [
                {"old": OLD, "new": NEW, "ref": "refs/heads/main"},
                {"old": NEW, "new": OLD, "ref": "refs/heads/été"},
            ],
            "quarantine": "tmp_objdir-incoming-x",
            "options": ["fast", "note=a b"],
        }
    ]


def test_lines_are_printed_as_they_come(hook: Path, daemon: StubDaemon) -> None:
    seen: list[str] = []

    def slowly(_: dict[str, object]) -> Iterator[bytes]:
        yield line("first")
        while not seen:
            time.sleep(0.01)
        yield line("second", done=True, accepted=True)

    daemon.answer = slowly
    process = start(hook, daemon.path)
    with process:
        assert process.stdout
        seen.append(process.stdout.readline())
        assert process.stdout.read() == "second\n"
    assert (seen, process.returncode) == (["first\n"], 0)


def test_events_survive_being_cut_anywhere(hook: Path, daemon: StubDaemon) -> None:
    whole = line("größer") + line("", done=True, accepted=True)
    daemon.answer = lambda _: (whole[i : i + 1] for i in range(len(whole)))
    assert ask(hook, daemon.path) == (0, "größer\n")


def test_a_declined_push_exits_one(hook: Path, daemon: StubDaemon) -> None:
    daemon.answer = lambda _: iter([line("the build failed", done=True)])
    assert ask(hook, daemon.path) == (1, "the build failed\n")


def test_an_error_event_is_told_with_its_hint(hook: Path, daemon: StubDaemon) -> None:
    problem = json.dumps({"code": "x", "detail": "The engine is gone.", "hint": "Start it."})
    daemon.answer = lambda _: iter([line("step"), b"event: error\ndata: " + problem.encode() + b"\n\n"])
    assert ask(hook, daemon.path) == (1, "step\nsh0: The engine is gone.\n     Start it.\n")


def test_a_problem_document_is_told(hook: Path, daemon: StubDaemon) -> None:
    daemon.status = 404
    daemon.answer = lambda _: iter([b'{"detail": "There is no app shop."}'])
    assert ask(hook, daemon.path) == (1, "sh0: There is no app shop.\n")


@pytest.mark.parametrize("cut", [True, False])
def test_an_answer_without_an_end_rejects_the_push(hook: Path, daemon: StubDaemon, cut: bool) -> None:
    daemon.cut = cut
    daemon.answer = lambda _: iter([line("building…"), line("trap", accepted=True)])
    code, output = ask(hook, daemon.path)
    assert code == 1
    assert "the connection to the daemon was cut, so the push is rejected" in output


def test_nobody_at_the_socket_rejects_the_push(hook: Path, tmp_path: Path) -> None:
    code, output = ask(hook, tmp_path / "nobody")
    assert code == 1
    assert "the daemon does not answer (No such file or directory)" in output


def test_a_push_past_the_git_server_is_refused(hook: Path, tmp_path: Path) -> None:
    code, output = ask(hook, tmp_path / "x", SH0_TOKEN="")
    assert (code, "SH0_TOKEN is not set" in output) == (1, True)


def test_an_unreadable_answer_rejects_the_push(hook: Path, daemon: StubDaemon) -> None:
    daemon.answer = lambda _: iter([b"data: {nonsense\n\n"])
    code, output = ask(hook, daemon.path)
    assert (code, "cannot be read" in output) == (1, True)


def test_installing_replaces_an_older_hook(tmp_path: Path) -> None:
    folder = tmp_path / "hooks"
    folder.mkdir()
    (folder / "pre-receive").write_text("old")
    install(folder)
    install(folder)
    assert [file.name for file in folder.iterdir()] == ["pre-receive"]
    assert os.access(folder / "pre-receive", os.X_OK)


def test_the_hook_loads_nothing_that_makes_every_push_wait(hook: Path, daemon: StubDaemon) -> None:
    done = subprocess.run(
        [getattr(sys, "_base_executable", sys.executable), "-IS", "-X", "importtime", hook],
        env={"SH0_SOCKET": str(daemon.path), "SH0_APP": "shop", "SH0_TOKEN": "t"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "socket" in loaded
    assert not loaded & {"sh0", "typing", "pathlib", "subprocess", "logging", "http.client", "urllib.request", "site"}


def test_nothing_that_the_pusher_reads_controls_their_terminal(hook: Path, daemon: StubDaemon) -> None:
    daemon.answer = lambda _: iter(
        [line("\x1b]0;title\x07step \x9b2J\u202eone\r\n"), line("", done=True, accepted=True)]
    )
    code, output = ask(hook, daemon.path)
    assert code == 0
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(output)


def test_a_line_of_the_answer_is_harmless_before_it_is_sent() -> None:
    assert PushLine("\x1b]52;c;cm0=\x07    live\u202e \x1b[31mred\x1b[0m\nrow").text == "    live red row"
