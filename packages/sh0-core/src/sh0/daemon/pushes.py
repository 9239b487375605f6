"""The git server: which keys may push where, and how a hook finds the daemon again."""

from collections.abc import Callable, Mapping

import attrs

from sh0.access.failures import Failures
from sh0.adapters.ssh.access import GitAccess, Pusher
from sh0.adapters.ssh.gitserver import GitServer
from sh0.bootstrap import Core
from sh0.errors import NotFound
from sh0.git.settling import settle
from sh0.operations import Caller, Effect, Scope
from sh0.records.app import APPS
from sh0.records.former_name import FORMER_NAMES
from sh0.repositories import hook


class _Access(GitAccess):
    """The grants of whoever owns the key decide."""

    def __init__(self, core: Core, failures: Failures) -> None:
        self._credentials, self._records, self._repositories = core.credentials, core.context.records, core.repositories
        self._socket = core.context.home.socket
        self._failures = failures

    def authorise(self, public_key: str) -> Pusher | None:
        owner = self._credentials.key_owner(public_key)
        return None if owner is None else Pusher(owner.name, owner)

    def demand(self, pusher: Pusher, app: str, write: bool) -> None:
        scope, effect = (Scope.DEPLOYMENTS, Effect.WRITE) if write else (Scope.APPS, Effect.READ)
        _caller(pusher).demand(scope, effect, "git push" if write else "git fetch", app)
        if self._records[APPS].find(app) is None:
            former = self._records[FORMER_NAMES].find(app)
            hint = f"Create it with 'sh0 apps create {app}', then push again."
            if former is not None and former.app is not None:
                hint = f"It is called {former.app} now: git remote set-url REMOTE ssh://…/{former.app}"
            raise NotFound(f"there is no app {app}", hint=hint)

    def environment(self, pusher: Pusher, app: str) -> Mapping[str, str]:
        token = self._credentials.issue_pass(attrs.evolve(_caller(pusher), app=app))
        return {
            "SH0_SOCKET": str(self._socket),
            "SH0_APP": app,
            "SH0_TOKEN": token,
            "SH0_CLIENT_ADDRESS": pusher.address,
        }

    def ended(self, variables: Mapping[str, str]) -> None:
        self._credentials.withdraw_pass(variables["SH0_TOKEN"])
        settle(self._records, self._repositories, variables["SH0_APP"])

    def refused(self, address: str) -> None:
        self._failures.refused_key(address)

    def hold(self, pusher: Pusher, end: Callable[[], None]) -> Callable[[], None]:
        return self._credentials.hold(_caller(pusher), end)


def _caller(pusher: Pusher) -> Caller:
    owner = pusher.identity
    if not isinstance(owner, Caller):
        raise TypeError("a pusher carries its caller")
    return owner


def git_server(core: Core, failures: Failures) -> GitServer:
    """The git server of a platform, not yet started."""
    hooks = core.context.home.repositories / "hooks"
    core.repositories.sweep()
    for app in core.context.records[APPS].where(stack=None):
        settle(core.context.records, core.repositories, app.name)
    hook.install(hooks)
    settings = core.context.settings
    return GitServer(
        settings.bind,
        settings.git_port,
        core.context.home.host_key,
        core.repositories,
        _Access(core, failures),
        hooks=hooks,
    )
