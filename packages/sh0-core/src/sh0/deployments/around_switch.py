"""What an app wants to be done on the way of a deployment: its release command, and the hooks around its switch."""

import json

from sh0.builds.shell_command import shell_arguments
from sh0.commands.commands import Commands
from sh0.context import Context
from sh0.deployments.signature import signed
from sh0.errors import CommandFailed, Failed, Sh0Error
from sh0.jobs.run import Run
from sh0.ports.outgoing import Outgoing
from sh0.records.command import CommandReason, CommandRequest
from sh0.records.deployment import Deployment, Reason
from sh0.records.release_command import Hook, ReleaseCommand

_REDIRECTS = 300  # the first status that is no answer to a hook


class AroundSwitch:
    """Runs commands of deployments, and calls URLs.

    Args:
        context: Tells the time.
        commands: Runs commands in containers of the new version.
        outgoing: Calls URLs.
    """

    def __init__(self, context: Context, commands: Commands, outgoing: Outgoing) -> None:
        self._clock, self._commands, self._outgoing = context.clock, commands, outgoing

    def release(self, run: Run[Deployment], release: ReleaseCommand) -> None:
        """Run the release command of a version, once.

        Raises:
            CommandFailed: It did not end well, or not in its time.
            Cancelled: The deployment was cancelled.
            Interrupted: The platform is closing.
        """
        run.log.quote(f"release: {release.command}")
        self._run(run, release.command, release.timeout, CommandReason.RELEASE, "the release command")

    def before(self, run: Run[Deployment]) -> None:
        """Do what the version wants before requests are led to it.

        Raises:
            Failed: It did not end well: a command, or the call of a URL.
            Cancelled: The deployment was cancelled.
            Interrupted: The platform is closing.
        """
        hook = run.record.snapshot.declared.hooks.pre_deploy
        if hook is not None and _has_hooks(run.record):
            run.proceed()
            self._do(run, hook, "pre_deploy")

    def after(self, run: Run[Deployment]) -> None:
        """Do what the version wants when requests are led to it. What goes wrong is warned of: the version serves."""
        hook = run.record.snapshot.declared.hooks.post_deploy
        if hook is not None and _has_hooks(run.record):
            try:
                self._do(run, hook, "post_deploy")
            except Sh0Error as error:
                run.log.warn(f"{error.message}: {run.record.id} is live all the same")

    def _do(self, run: Run[Deployment], hook: Hook, name: str) -> None:
        if hook.command is not None:
            run.log.quote(f"{name}: {hook.command}")
            self._run(run, hook.command, hook.timeout, CommandReason.HOOK, f"the hook {name}")
        elif hook.url is not None:
            self._call(run, hook, hook.url, name)

    def _run(self, run: Run[Deployment], command: str, seconds: float, reason: CommandReason, what: str) -> None:
        request = CommandRequest(shell_arguments(command), deployment=run.record.id, timeout=seconds)
        try:
            self._commands.within(run, request, reason)
        except CommandFailed as error:
            raise CommandFailed(f"{what} failed: {error.message}", hint=error.hint, **error.details) from None

    def _call(self, run: Run[Deployment], hook: Hook, url: str, name: str) -> None:
        record = run.record
        document = {
            "event": name.replace("_", "-"),
            "app": record.app,
            "deployment": record.id,
            "revision": record.revision,
            "reason": record.reason.value,
        }
        body = json.dumps(document).encode()
        headers = {"Content-Type": "application/json"}
        if hook.secret is not None:
            secret = record.snapshot.variables[hook.secret].reveal()
            headers |= signed(body, secret, int(self._clock.now().timestamp()))
        run.log.quote(f"{name}: calling {url}")
        status = self._outgoing.call(url, method="POST", body=body, headers=headers, timeout=hook.timeout)
        run.log.note(f"{name}: answered {status}")
        if status >= _REDIRECTS:
            raise Failed(
                f"the hook {name} failed: its URL answered {status}",
                hint="It has to answer below 300; redirects are not followed.",
            )


def _has_hooks(deployment: Deployment) -> bool:
    """Whether hooks are called for a deployment: for every one of an app but those that the platform makes itself."""
    return deployment.snapshot.container is None and deployment.reason is not Reason.REBUILD
