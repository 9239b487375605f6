"""The thread that hands out deployments, and the threads that run them."""

import logging
import threading
import time
from collections.abc import Callable

from sh0.deployments.pipeline import Pipeline
from sh0.deployments.queue import DeploymentQueue
from sh0.errors import Sh0Error
from sh0.records.deployment import Deployment

_RETRY = 2.0  # seconds

log = logging.getLogger("sh0.deployments")


class Worker:
    """Runs deployments of different apps side by side, one at a time per app.

    Builds are bounded by the build engine; what else a deployment does is mostly waiting, so it gets a thread.

    Args:
        queue: Hands them out.
        pipeline: Runs them.
    """

    def __init__(self, queue: DeploymentQueue, pipeline: Pipeline) -> None:
        self._queue, self._pipeline = queue, pipeline
        self._running: dict[str, threading.Thread] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._closing = False
        self._dispatcher = threading.Thread(target=self._dispatch, name="sh0-dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to take deployments."""
        self._dispatcher.start()

    def busy(self) -> frozenset[str]:
        """Apps that have a deployment running."""
        return frozenset(self._running)

    def app_lock(self, app: str) -> threading.RLock:
        """Held while a deployment of an app runs; whoever changes its containers otherwise holds it too."""
        return self._locks.setdefault(app, threading.RLock())

    def stop(self, timeout: float) -> None:
        """Take no more, and wait for those that run."""
        self._closing = True
        self._queue.close()
        deadline = time.monotonic() + timeout
        for thread in [self._dispatcher, *self._running.values()]:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))

    def finish(self, deployment: Deployment) -> None:
        """Finish, beside everything else, a deployment whose routes have moved; its app is locked when this returns."""
        self._launch(deployment, self._pipeline.finish).wait()

    def _dispatch(self) -> None:
        while True:
            try:
                deployment = self._queue.take(self.busy)
            except (Sh0Error, OSError) as error:  # the disk is full, or the database locked: what waits goes on waiting
                log.error("the next deployment cannot be begun yet: %s", error)
                time.sleep(_RETRY)
                continue
            if deployment is None:
                return
            self._launch(deployment, self._pipeline.run)

    def _launch(self, deployment: Deployment, run: Callable[[Deployment], None]) -> threading.Event:
        begun = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(deployment, run, begun), name=f"sh0-{deployment.id}", daemon=True
        )
        self._running[deployment.app] = thread
        thread.start()
        return begun

    def _run(self, deployment: Deployment, run: Callable[[Deployment], None], begun: threading.Event) -> None:
        try:
            with self.app_lock(deployment.app):
                begun.set()
                run(deployment)
        except Exception:
            if not self._closing:  # what a closing platform cuts off is finished at the next start
                log.exception("the end of %s could not be recorded", deployment.id)
        finally:
            self._running.pop(deployment.app, None)
            self._queue.wake()
