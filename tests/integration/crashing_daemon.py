"""A daemon that kills itself, as kill -9 does, at the place that the file `crash` in its home names.

`<step>`: when that step begins. `commit`: right after the records say that the new version is live, before the proxy
hears of it. `switched`: right after the proxy has moved. `ended`: after the last step, before the end is recorded.
`renamed`: right after the records and the logs of an app have another name. `moved`: when its repository has it too.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from sh0.adapters.haproxy.proxy import HaproxyProxy
from sh0.apps.renaming import AppRenaming
from sh0.daemon.main import main
from sh0.jobs.log import RunLog
from sh0.repositories.repository import Repositories
from sh0.serving.rollout import Rollout

CRASH = Path(sys.argv[sys.argv.index("--home") + 1]) / "crash"


def crash(place: str) -> None:
    """End this process at once if this is the place."""
    if place and CRASH.exists() and CRASH.read_text() == place:
        os.kill(os.getpid(), signal.SIGKILL)


def around(owner: type, name: str, before: str = "", after: str = "") -> None:
    """Crash before or after a method runs."""
    method: Callable[..., Any] = getattr(owner, name)

    def patched(self: object, *arguments: Any, **named: Any) -> Any:
        # the reconciler applies routes as well
        deploying = threading.current_thread().name.startswith(("sh0-deployment-", "sh0-release-"))
        crash(before if deploying else "")
        result = method(self, *arguments, **named)
        crash(after if deploying else "")
        return result

    setattr(owner, name, patched)


def begin(self: RunLog, step: StrEnum) -> None:
    _begin(self, step)
    crash(step.value)


def follow(self: AppRenaming, app: str, name: str) -> None:
    crash("renamed")
    _repository(self._repositories, app, name)
    crash("moved")
    _follow(self, app, name)


_repository, _follow = Repositories.rename, AppRenaming._follow
AppRenaming._follow = follow  # type: ignore[method-assign]
_begin = RunLog.begin
RunLog.begin = begin  # type: ignore[method-assign]
around(Rollout, "start", after="started")
around(Rollout, "remove_others", after="ended")
around(HaproxyProxy, "apply", before="commit", after="switched")
sys.exit(main())
