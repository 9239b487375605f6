"""A daemon under load that dies at a step of what it is doing."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import attrs

import sh0
from sh0.errors import DaemonUnreachable
from tests.integration import web, world

PROGRAM = str(Path(__file__).with_name("crashing_daemon.py"))


@attrs.define
class CrashScene:
    """A daemon, what it serves, and the clients of that."""

    host: ClassVar[str]
    daemon: world.Daemon
    platform: sh0.Platform
    home_id: str
    load: web.Load
    folder: Path
    version: int = attrs.field(default=0, kw_only=True)

    def begin(self) -> object:
        """Ask for the next version."""
        raise NotImplementedError

    def served(self) -> str:
        """The version that the proxy leads to."""
        answer = web.get(self.daemon.settings.http_port, self.host)
        assert answer.status == 200, answer
        return answer.text.split(" on ")[0].removeprefix("version ")

    def crash_at(self, place: str, what: Callable[[], object] | None = None) -> None:
        """Ask a daemon for something, the next version when left out; it dies there, maybe before it could answer."""
        crash = self.daemon.home.path / "crash"
        crash.write_text(place)
        with contextlib.suppress(DaemonUnreachable):
            (what or self.begin)()
        assert self.daemon.process.wait(60) == -signal.SIGKILL
        crash.unlink()

    @contextlib.contextmanager
    def losing_nothing(self) -> Iterator[None]:
        """Every request is answered meanwhile, and there are some."""
        before = sum(self.load.answers.values())
        if not self.daemon.running:
            self.daemon.start()
        yield
        assert self.load.failures == []
        assert sum(self.load.answers.values()) > before

    def assert_clean(self) -> None:
        """No folder and no container is left over, and nothing is wrong."""
        assert list(self.daemon.home.work.iterdir()) == []
        plan = self.platform.deployments.cleanup_plan()
        assert (plan.containers, plan.folders) == ((), ())
        assert self.platform.system.status().problem is None
