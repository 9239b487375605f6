"""Keeps the scheduler's entries equal to the jobs that there are."""

import threading
from functools import partial

from sh0.context import Context
from sh0.cron.jobs import KnownJob
from sh0.cron.runner import CronRunner
from sh0.cron.store import JobStore
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry, Scheduler
from sh0.records.command import CommandRun
from sh0.records.cron import JobProgress
from sh0.records.event_types import EventType
from sh0.records.journal import Event

_EVERY = Every(300.0)  # seconds; what wakes it may have been lost on a full disk
_RETRY = 10.0
_CHANGING = (
    EventType.DEPLOYMENT_LIVE,
    EventType.RELEASE_LIVE,
    EventType.APP_DELETED,
)

Key = tuple[str, str]


class CronEntries:
    """Puts an entry for each job into the scheduler, and takes it out when the job is gone.

    Args:
        context: The time, and what happens.
        store: Has the jobs.
        runner: Runs them.
        scheduler: Has the entries.
    """

    def __init__(self, context: Context, store: JobStore, runner: CronRunner, scheduler: Scheduler) -> None:
        self._context, self._store, self._runner, self._scheduler = context, store, runner, scheduler
        self._put: dict[Key, tuple[KnownJob, JobProgress]] = {}
        self._syncing = threading.Lock()

    def start(self) -> None:
        """Put in what there is as soon as the scheduler runs, and follow what changes."""
        wakeup = self._runner.wakeup
        wakeup.set()
        self._scheduler.put(Entry("app-jobs", _EVERY, self.sync, retry=_RETRY, kept=False, wakeup=wakeup))
        self._context.journal.listen(self._heard)

    def ended(self, run: CommandRun) -> None:
        """A command has ended; if it is a run of a job, something may follow from it."""
        if run.cron is not None:
            self._runner.wakeup.set()

    def _heard(self, event: Event) -> None:
        if event.kind in _CHANGING:
            self._runner.wakeup.set()

    def sync(self) -> None:
        """Make the entries equal to the jobs, after drawing the consequences of runs that have ended."""
        with self._syncing:
            self._store.prune()
            self._runner.settle()
            wanted = {(job.app, job.job.name): job for job in self._store.all()}
            for key in [key for key in self._put if key not in wanted]:
                self._scheduler.remove(_name(key))
                self._store.retire(*key)
                del self._put[key]
            for key, job in wanted.items():
                self._put_in(key, job)

    def _put_in(self, key: Key, job: KnownJob) -> None:
        progress = self._store.adopted(job.app, job.job, self._context.clock.now())
        if self._put.get(key) == (job, progress):
            return
        entry = Entry(
            _name(key),
            None,
            partial(self._runner.run_due, *key),
            kept=False,
            due=partial(self._runner.due, *key),
        )
        self._scheduler.put(entry)
        self._put[key] = (job, progress)


def _name(key: Key) -> str:
    return "job {} {}".format(*key)
