"""What a release does, from its images to what serves."""

import time
from collections.abc import Callable, Iterator, Mapping

import attrs

from sh0.deployments import restoring
from sh0.jobs.engine import Engine
from sh0.jobs.kind import Work
from sh0.jobs.run import Run
from sh0.ports.confinement import Confinement
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, Step
from sh0.records.run import Failure, RunState
from sh0.records.stack import Release, ReleasedService
from sh0.serving.known_secrets import redactor_of
from sh0.serving.rollout import Rollout
from sh0.serving.secrecy import secrets_of
from sh0.stacks import planner
from sh0.stacks.images import StackImages
from sh0.stacks.moves import Moves, forwards
from sh0.stacks.naming import app_name
from sh0.stacks.project_secrets import project_secrets
from sh0.stacks.request import Prepared
from sh0.stacks.rollforward import Rollforward
from sh0.stacks.survey import Survey
from sh0.store import Records


@attrs.frozen
class ReleaseParts:
    """What releases are carried out with.

    Attributes:
        deployments: A release has one for each service that it changes.
        images: Pulls and builds.
        confinement: Where files are looked at.
        rollout: Starts, checks, routes, drains.
        survey: Looks at what is there.
    """

    deployments: Engine[Deployment]
    images: StackImages
    confinement: Confinement
    rollout: Rollout
    survey: Survey


class ReleaseWork(Work[Release]):
    """What one release does.

    Args:
        parts: What it is carried out with.
        run: Its record, its log and its steps.
    """

    def __init__(self, parts: ReleaseParts, run: Run[Release]) -> None:
        super().__init__(run)
        self._parts, self._records, self._stack = parts, run.context.records, run.record.stack
        self._forward: Rollforward | None = None

    def prepare(self) -> Callable[[], Moves]:
        """Get what is needed; what is returned decides about the moves once nobody else changes the stack's apps."""
        raise NotImplementedError

    def carry_out(self) -> None:
        """Start and check the services, move the routes of all, clear away."""
        run = self.run
        decide = self.prepare()
        # They are held to its end: what failed is turned back before anybody else starts or removes its containers.
        for app in apps_of(self._records, self._stack):
            run.hold(app)
        moves = decide()
        for move in moves.all:
            run.log.hide(secrets_of(move.snapshot))
        self._forward = forward = Rollforward(self._parts.deployments, self._parts.rollout, run, moves)
        with run.step(Step.START):
            for move in moves.all:
                run.log.note(f"{move.service}: {move.action.value}")
            for service, _ in moves.removed:
                run.log.note(f"{service}: remove")
            forward.start_all()
        with run.step(Step.ROUTE):
            run.change(services=tuple(released(moves, forward.deployments)))
            forward.commit()
        with run.step(Step.DRAIN, stoppable=False):
            forward.drain()
        with run.step(Step.FINISH, stoppable=False):
            forward.remove_old()

    def settle(self, state: RunState, failure: Failure | None) -> Failure | None:
        """End its deployments; of one that failed turn everything back before."""
        if self._forward is None:
            return failure
        if failure is None:
            self._forward.end(state)
            return None
        return self._forward.turn_back(state, failure)

    def recover(self, failure: Failure, within: float) -> Failure | None:
        """Wait for what the reconciler has started again; its deployments are ended there, each like any other."""
        apps = apps_of(self._records, self._stack)
        shutdown = self.run.context.shutdown
        wrong = restoring.unhealthy(self._parts.rollout, apps, shutdown, time.monotonic(), within)
        return restoring.with_problems(failure, map(redactor_of(self._records, apps), wrong))


class Up(ReleaseWork):
    """What a release of files does. It removes their folder.

    Args:
        parts: What it is carried out with.
        run: Its record, its log and its steps.
        prepared: The files.
    """

    def __init__(self, parts: ReleaseParts, run: Run[Release], prepared: Prepared) -> None:
        super().__init__(parts, run)
        self._prepared = prepared

    def prepare(self) -> Callable[[], Moves]:
        """Get the images."""
        prepared, survey = self._prepared, self._parts.survey
        self.run.log.hide(project_secrets(prepared.project))
        images = self._images()

        def decide() -> Moves:
            now = survey.situation(prepared.request, prepared.project, prepared.declared, prepared.tree, images)
            now = attrs.evolve(now, real=prepared.situation.real)  # what was allowed is what is mounted
            wanted = planner.desired(prepared.project, now)
            return forwards(prepared.project, wanted, images, dict(now.existing))

        return decide

    def _images(self) -> dict[str, str]:
        parts, run, prepared = self._parts, self.run, self._prepared
        with run.step(Step.FETCH):
            images = parts.images.pull(prepared, run.log, run.proceed)
        with run.step(Step.ANALYSE), parts.confinement.open(run.proceed) as confined:
            plans = parts.images.plans(prepared, confined, run.proceed)
        with run.step(Step.BUILD, bool(plans)):
            for service, plan in plans.items():
                run.proceed()
                app = app_name(self._stack, service)
                images[service] = parts.images.build(app, service, plan, run.log, run.cancelled)
        return images

    def settle(self, state: RunState, failure: Failure | None) -> Failure | None:
        """Remove the folder as well."""
        self.run.context.work.remove(self._prepared.tree)
        return super().settle(state, failure)


class Back(ReleaseWork):
    """What a rollback does, whose images are all there.

    Args:
        parts: What it is carried out with.
        run: Its record, its log and its steps.
        decide: Decides about its moves.
    """

    def __init__(self, parts: ReleaseParts, run: Run[Release], decide: Callable[[], Moves]) -> None:
        super().__init__(parts, run)
        self._decide = decide

    def prepare(self) -> Callable[[], Moves]:
        """Nothing is needed."""
        return self._decide


def apps_of(records: Records, stack: str) -> list[str]:
    """All apps of a stack; they are made when a release begins, so that their locks can be taken in order."""
    return [app.name for app in records[APPS].where(stack=stack, order="name")]


def released(moves: Moves, deployments: Mapping[str, str]) -> Iterator[ReleasedService]:
    """The services of a release, with the deployments that they are after it."""
    for move in moves.all:
        yield ReleasedService(move.service, move.app, move.action, deployments.get(move.service), move.reference)
