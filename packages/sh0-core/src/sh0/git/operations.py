"""Operations on the apps' own repositories."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.records.app import APPS, App
from sh0.records.deploy_key import DEPLOY_KEYS, DeployKey
from sh0.records.deployment import DEPLOYMENTS, Deployment, DeploymentEvent, DeploymentState, PushedRevision, Reason
from sh0.records.run import EventKind
from sh0.repositories.model import PushLine, PushOptions, RefUpdate, RefUpdates
from sh0.repositories.quarantine import Quarantine
from sh0.repositories.refs import BRANCHES, NOTHING, TAGS, short
from sh0.values import AppName, Secret

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.deployments.queue import DeploymentQueue
    from sh0.jobs.runs import Runs
    from sh0.repositories.repository import Repositories


class Git(Operations, domain="git"):
    """The apps' own repositories, and the keys that open other ones."""

    tables = (DEPLOY_KEYS,)

    def __init__(
        self,
        context: "Context",
        queue: "DeploymentQueue",
        runs: "Runs[Deployment]",
        repositories: "Repositories",
    ) -> None:
        self._records, self._clock = context.records, context.clock
        self._queue, self._runs, self._repositories = queue, runs, repositories

    @operation("POST /apps/{app}/receive", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS, body=FILES)
    def receive(
        self,
        app: AppName,
        updates: RefUpdates,
        *,
        quarantine: Quarantine = "",
        options: PushOptions = (),
    ) -> Iterator[PushLine]:
        """Answer a push before its references move; called by the repository's own hook.

        A push of the app's branch deploys, and is accepted only if that goes live. Other branches and tags are stored.

        Args:
            app: Name of the app.
            updates: What the push would change.
            quarantine: Name of the folder that git keeps the new commits in till the push is accepted.
            options: Push options; none has a meaning yet.

        Raises:
            NotFound: There is no such app.
        """
        return self._answer(self._records[APPS].get(app), updates, quarantine)

    def _answer(self, app: App, updates: tuple[RefUpdate, ...], quarantine: str) -> Iterator[PushLine]:
        deploys: RefUpdate | None = None
        if refused := self._repositories.refusal(app.name, updates, quarantine):
            yield from _refused(*refused)
            return
        for update in updates:
            if update.ref != BRANCHES + app.branch:
                yield PushLine(_stored(app, update))
            elif update.new == NOTHING:
                why = f"{app.branch} is the branch that {app.name} is deployed from; it is not deleted"
                yield from _refused(why, "Delete the app instead, or deploy another branch.")
                return
            else:
                deploys = update
        if deploys is None:
            yield PushLine("", done=True, accepted=True)
            return
        self._repositories.keep(app.name, quarantine)
        source = PushedRevision(deploys.new, app.branch, quarantine, deploys.old)
        deployment = self._queue.enqueue(app, Reason.PUSH, source, deploys.new[:10])

        try:
            for event in self._runs.follow(app.name, deployment.id):
                for line in said(event):
                    yield PushLine(line)
        except GeneratorExit:  # the pusher has gone, and git with them: what is not stored must not go live
            if not (now := self._runs.get(app.name, deployment.id)).state.ended:
                self._queue.cancel(now)
            raise
        final = self._runs.get(app.name, deployment.id)
        self._records[DEPLOYMENTS].change(deployment.id, source=attrs.evolve(source, quarantine=""))
        yield PushLine("", done=True, accepted=final.state.served)

    @operation("POST /apps/{app}/deploy-key", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def deploy_key(self, app: AppName) -> str:
        """Show the public key that the app opens private repositories with; it is made at the first call.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
        """
        self._records[APPS].get(app)
        known = self._records[DEPLOY_KEYS].find(app)
        if known is None:
            private = Ed25519PrivateKey.generate()
            public = private.public_key().public_bytes(
                serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
            )
            pem = private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
            )
            known = self._records[DEPLOY_KEYS].insert(
                DeployKey(app, f"{public.decode()} sh0-{app}", Secret(pem.decode()), self._clock.now())
            )
        return known.public_key


def _refused(why: str, hint: str) -> Iterator[PushLine]:
    yield PushLine(f"sh0: {why}.")
    yield PushLine(f"     {hint}", done=True, accepted=False)


def _stored(app: App, update: RefUpdate) -> str:
    """What becomes of a reference that deploys nothing."""
    name = short(update.ref)
    kind = "the tag " if update.ref.startswith(TAGS) else ""
    if update.new == NOTHING:
        return f"{kind}{name} is deleted."
    text = f"{kind}{name} is stored. Only a push of {app.branch} deploys {app.name}"
    if kind:
        return f"{text}: git push … '{name}^{{commit}}:{BRANCHES}{app.branch}'"
    return f"{text}: git push … '{name}:{app.branch}'" if app.live is None else f"{text}."


def said(event: DeploymentEvent) -> Iterator[str]:
    """A line of a deployment's log as a pusher reads it."""
    if event.kind is EventKind.STEP:
        yield f"─── {event.text}"
    elif event.kind is EventKind.STATE and event.state is not DeploymentState.RUNNING:
        yield from event.text.splitlines()
    elif event.kind in (EventKind.OUTPUT, EventKind.NOTE):
        yield f"    {event.text}"
