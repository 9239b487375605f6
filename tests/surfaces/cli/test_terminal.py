"""A terminal on this side, a terminal on the other."""

import fcntl
import os
import pty
import queue
import signal
import struct
import sys
import termios
import threading
from collections.abc import Callable, Iterator

import pytest

from sh0_cli import terminal_bridge
from sh0_cli.forwarded_signals import FORWARDED, forwarded


class Remote:
    """A terminal that the test plays."""

    def __init__(self) -> None:
        self.output: queue.Queue[bytes] = queue.Queue()
        self.typed = b""
        self.news = threading.Condition()
        self.sizes: list[tuple[int, int]] = []
        self.signals: list[str] = []
        self.closed = False

    def read(self) -> bytes:
        return self.output.get(timeout=20)

    def write(self, data: bytes) -> None:
        with self.news:
            self.typed += data
            self.news.notify_all()

    def resize(self, columns: int, rows: int) -> None:
        with self.news:
            self.sizes.append((columns, rows))
            self.news.notify_all()

    def signal(self, name: str) -> None:
        with self.news:
            self.signals.append(name)
            self.news.notify_all()

    def exit_code(self) -> int:
        return 7

    def close(self) -> None:
        self.closed = True

    def wait(self, condition: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(condition, 20)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The far end of a real pseudo-terminal that is standard input."""
    far, near = pty.openpty()
    with open(near, closefd=False) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield far
    os.close(near)
    os.close(far)


def test_every_key_goes_over_and_the_terminal_is_as_before(keyboard: int, capfd: pytest.CaptureFixture[str]) -> None:
    remote = Remote()
    before = termios.tcgetattr(sys.stdin.fileno())

    def person() -> None:
        while termios.tcgetattr(sys.stdin.fileno())[3] & termios.ICANON:
            threading.Event().wait(0.01)
        os.write(keyboard, b"ls\x03")
        remote.wait(lambda: remote.typed == b"ls\x03")
        remote.output.put(b"bye\r\n")
        remote.output.put(b"")

    threading.Thread(target=person, daemon=True).start()
    assert terminal_bridge.interactive(remote) == 7
    assert capfd.readouterr().out == "bye\r\n"
    assert termios.tcgetattr(sys.stdin.fileno()) == before
    assert remote.closed


def test_a_new_size_of_the_window_is_told(keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = Remote()
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("LINES", "50")
    fcntl.ioctl(sys.stdin.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 50, 90, 0, 0))

    def person() -> None:
        while termios.tcgetattr(sys.stdin.fileno())[3] & termios.ICANON:
            threading.Event().wait(0.01)
        os.kill(os.getpid(), signal.SIGWINCH)
        remote.output.put(b".")
        remote.wait(lambda: bool(remote.sizes))
        remote.output.put(b"")

    threading.Thread(target=person, daemon=True).start()
    terminal_bridge.interactive(remote)
    assert remote.sizes == [(90, 50)]


@pytest.mark.parametrize(("sent", "arrives"), [(b"ls\n", b"ls\n\x04"), (b"ls", b"ls\x04\x04"), (b"", b"\x04")])
def test_a_pipe_sends_what_it_holds_and_its_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], sent: bytes, arrives: bytes
) -> None:
    remote = Remote()
    reading, writing = os.pipe()
    os.write(writing, sent)
    os.close(writing)
    with open(reading) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)

        def program() -> None:
            remote.wait(lambda: remote.typed == arrives)
            remote.output.put(b"file\n")
            remote.output.put(b"")

        remote.output.put(b"noise of the start\x01")
        threading.Thread(target=program, daemon=True).start()
        assert terminal_bridge.piped(remote) == 7
    assert capfd.readouterr().out == "file\n"


def test_a_program_that_never_starts_shows_what_it_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    remote = Remote()
    remote.output.put(b"no /bin/sh")
    remote.output.put(b"")
    assert terminal_bridge.piped(remote) == 7
    assert capfd.readouterr().out == "no /bin/sh"


def test_signals_are_passed_on_and_those_that_are_ignored_stay_so() -> None:
    remote = Remote()
    wanted = dict.fromkeys(FORWARDED, signal.SIG_DFL) | {signal.SIGHUP: signal.SIG_IGN}  # as nohup does
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        with forwarded(remote):
            for number in FORWARDED:
                signal.raise_signal(number)
            remote.wait(lambda: len(remote.signals) == 3)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert {number: signal.getsignal(number) for number in FORWARDED} == wanted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert remote.signals == ["QUIT", "USR1", "USR2"]


def test_a_session_that_has_ended_needs_no_signals() -> None:
    class Ended(Remote):
        def signal(self, name: str) -> None:
            super().signal(name)
            raise BrokenPipeError

    remote = Ended()
    with forwarded(remote):
        signal.raise_signal(signal.SIGUSR1)
        remote.wait(lambda: remote.signals == ["USR1"])
        signal.raise_signal(signal.SIGUSR1)  # raises nothing either
        remote.wait(lambda: remote.signals == ["USR1", "USR1"])
