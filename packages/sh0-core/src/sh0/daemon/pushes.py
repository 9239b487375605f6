"""The git server: which keys may push where, and how a hook finds the daemon again."""

from collections.abc import Callable, Mapping

import attrs

from sh0.access.failures import Failures
from sh0.adapters.ssh.gitserver import GitServer, Pusher
from sh0.bootstrap import Core
from sh0.errors import NotFound
from sh0.git.settling import settle
from sh0.operations import Caller, Effect, Scope
from sh0.records.app import APPS
from sh0.repositories import hook


def git_server(core: Core, failures: Failures) -> GitServer:
    """The git server of a platform, not yet started."""

    def authorise(public_key: str) -> Pusher | None:
        owner = core.credentials.key_owner(public_key)
        return None if owner is None else Pusher(owner.name, owner)

    def caller(pusher: Pusher) -> Caller:
        owner = pusher.identity
        if not isinstance(owner, Caller):
            raise TypeError("a pusher carries its caller")
        return owner

    def may(pusher: Pusher, app: str, write: bool) -> None:
        scope, effect = (Scope.DEPLOYMENTS, Effect.WRITE) if write else (Scope.APPS, Effect.READ)
        caller(pusher).demand(scope, effect, "git push" if write else "git fetch", app)
        if core.context.records[APPS].find(app) is None:
            raise NotFound(f"there is no app {app}", hint=f"Create it with 'sh0 apps create {app}', then push again.")

    def environment(pusher: Pusher, app: str) -> Mapping[str, str]:
        token = core.credentials.issue_pass(attrs.evolve(caller(pusher), app=app))
        return {
            "SH0_SOCKET": str(core.context.home.socket),
            "SH0_APP": app,
            "SH0_TOKEN": token,
            "SH0_CLIENT_ADDRESS": pusher.address,
        }

    def ended(variables: Mapping[str, str]) -> None:
        core.credentials.withdraw_pass(variables["SH0_TOKEN"])
        settle(core.context.records, core.repositories, variables["SH0_APP"])

    def hold(pusher: Pusher, end: Callable[[], None]) -> Callable[[], None]:
        return core.credentials.hold(caller(pusher), end)

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
        authorise=authorise,
        environment=environment,
        may=may,
        ended=ended,
        hold=hold,
        refused=failures.refused_key,
        hooks=hooks,
    )
