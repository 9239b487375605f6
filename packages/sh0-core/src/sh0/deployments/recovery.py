"""At start: what a crash has cut off is ended, on each server on its own."""

import threading
from functools import partial

from sh0.context import Context
from sh0.deployments.cleaning import Cleaning
from sh0.jobs.engine import Engine
from sh0.jobs.recovery import Unfinished
from sh0.records.app import APPS
from sh0.records.deployment import Deployment
from sh0.serving.reconcilers import Reconcilers
from sh0.serving.rollout import Rollout
from sh0.values import LOCAL, ServerName


class Recovery:
    """Repairs what runs, brings up the proxies, ends what was cut off, and clears away.

    An engine may be away; then nothing is decided, and it is tried again when it answers.

    Args:
        context: The servers, and which app is on which.
        deployments: Those that had not ended.
        reconcilers: Of the servers.
        rollout: Removes containers.
        cleaning: Removes what no kept deployment needs.
    """

    def __init__(
        self,
        context: Context,
        deployments: Engine[Deployment],
        reconcilers: Reconcilers,
        rollout: Rollout,
        cleaning: Cleaning,
    ) -> None:
        self._context, self._deployments, self._reconcilers = context, deployments, reconcilers
        self._rollout, self._cleaning = rollout, cleaning

    def start(self) -> None:
        """Recover every server. This machine's is waited for; another one may be lost."""
        found = self._deployments.unfinished()
        self._cleaning.sweep(found.waiting)
        others = [server for server in self._context.fleet.names if server != LOCAL]
        for server in others:
            recover = partial(self._recover, server, self._on(server, found))
            threading.Thread(target=recover, name=f"sh0-recovery-{server}", daemon=True).start()
        self._recover(LOCAL, self._on(LOCAL, found))

    def _on(self, server: ServerName, found: Unfinished[Deployment]) -> Unfinished[Deployment]:
        apps = {app.name for app in self._context.records[APPS].where(server=server)}

        def here(deployments: tuple[Deployment, ...]) -> tuple[Deployment, ...]:
            return tuple(each for each in deployments if each.app in apps)

        return Unfinished(here(found.standing), here(found.waiting), here(found.cut_off))

    def _recover(self, server: ServerName, found: Unfinished[Deployment]) -> None:
        reconciler = self._reconcilers.of(server)
        for deployment in found.cut_off:
            # All go before any old container starts again: a volume may have changed hands between them.
            reconciler.attempt(partial(self._rollout.remove, deployment.id))
        finishing = [partial(self._deployments.finish, each) for each in found.standing]
        problem = reconciler.reconcile(first=True, before_clearing=finishing)
        self._deployments.interrupt(found)  # now that what they had stopped was started again and is served
        if found.cut_off or problem is not None:  # what waited for their ends is looked at again
            self._reconcilers.wake(server)
        reconciler.attempt(partial(self._cleaning.clean_server, server, young=0))
