"""What a release does, as a value: which services go where, in which order. Pure."""

import attrs

from sh0.compose.graph import order
from sh0.compose.model import ComposeProject
from sh0.records.deployment import Deployment, Snapshot
from sh0.records.stack import Action, Release
from sh0.serving.coexistence import reasons_to_recreate
from sh0.stacks.displacement import displaced
from sh0.stacks.planner import Desired, Existing


@attrs.frozen
class Move:
    """A service on its way.

    Attributes:
        service: Its name in the Compose file.
        app: Name of the app that it is.
        action: What is done with it.
        reference: Its image, as the file names it.
        image: Content id of its image.
        snapshot: What it will run with.
        live: Id of the deployment that serves now, if any.
        origin: Id of the earlier deployment that is brought back, if one is.
        displaces: Apps whose containers must have stopped before it starts.
    """

    service: str
    app: str
    action: Action
    reference: str
    image: str
    snapshot: Snapshot
    live: str | None
    origin: str | None = None
    displaces: tuple[str, ...] = ()


@attrs.frozen
class Moves:
    """All of a release.

    Attributes:
        groups: Services in the order of their start; those of a group start together.
        removed: Services that are not in it any more, with their apps.
    """

    groups: tuple[tuple[Move, ...], ...]
    removed: tuple[tuple[str, str], ...]

    @property
    def all(self) -> tuple[Move, ...]:
        """Every service that stays or comes."""
        return tuple(move for group in self.groups for move in group)

    @property
    def apps(self) -> tuple[str, ...]:
        """Every app that is concerned, sorted: the order in which their locks are taken."""
        return tuple(sorted({*(move.app for move in self.all), *(app for _, app in self.removed)}))


def forwards(
    project: ComposeProject, wanted: tuple[Desired, ...], images: dict[str, str], existing: dict[str, Existing]
) -> Moves:
    """The moves of a release of files."""
    found = {each.service.name: each for each in wanted}

    def move(name: str) -> Move:
        each, was = found[name], existing.get(name)
        live = was.live.id if was and was.live else None
        reference = each.service.image or f"build {images[name].removeprefix('sha256:')[:10]}"
        return Move(name, each.app, each.action, reference, images[name], each.snapshot, live)

    groups = _displacing(tuple(tuple(map(move, group)) for group in order(project.services)), existing)
    gone = tuple((name, each.live.app) for name, each in existing.items() if name not in found and each.live)
    return Moves(groups, gone)


def backwards(target: Release, deployments: dict[str, Deployment], existing: dict[str, Existing]) -> Moves:
    """The moves of a rollback: every service as it was, one after the other in the order of its start then.

    A job is not run again: what it did to the data it did.
    """
    groups = []
    for each in target.services:
        if each.deployment is None:
            continue
        then = deployments[each.deployment]
        was = existing.get(each.service)
        live = was.live if was else None
        if live is not None and not (was and was.stopped) and (then.snapshot.job or _same(live, then)):
            action, snapshot, image = Action.UNCHANGED, live.snapshot, live.image
        else:
            action = Action.START_FIRST if not reasons_to_recreate(then.snapshot) else Action.RECREATE
            action, snapshot, image = (Action.CREATE if live is None else action), then.snapshot, then.image
        now = live.id if live else None
        moved = Move(each.service, each.app, action, each.image, image or "", snapshot, now, then.id)
        groups.append((moved,))
    names = {group[0].service for group in groups}
    gone = tuple((name, each.live.app) for name, each in existing.items() if name not in names and each.live)
    return Moves(_displacing(tuple(groups), existing), gone)


def _displacing(groups: tuple[tuple[Move, ...], ...], existing: dict[str, Existing]) -> tuple[tuple[Move, ...], ...]:
    """The same moves, each with the apps that must make room for it."""
    live = {name: each.live for name, each in existing.items() if each.live is not None}
    wanted = {move.service: move.snapshot for group in groups for move in group}

    def with_room(move: Move) -> Move:
        if move.action is Action.UNCHANGED:
            return move
        others = displaced(move.service, move.snapshot, live, wanted)
        return attrs.evolve(move, displaces=tuple(live[other].app for other, _ in others))

    return tuple(tuple(map(with_room, group)) for group in groups)


def _same(live: Deployment, then: Deployment) -> bool:
    return live.image == then.image and live.snapshot == then.snapshot
