"""What may be removed."""

import attrs
import pytest

from sh0.deployments.cleaner import CleanupPlan, added, kept_deployments, plan
from sh0.ports.runtime import ImageFacts, Instance, InstanceState
from sh0.records.deployment import Deployment, DeploymentState, Placement, SameImage, UploadedArchive
from sh0.values import ByteSize
from tests.core.examples import NOON, deployment, placement

LIVE, FAILED, RUNNING, QUEUED = (
    DeploymentState.LIVE,
    DeploymentState.FAILED,
    DeploymentState.RUNNING,
    DeploymentState.QUEUED,
)


def image(id: str, size: int = 10) -> ImageFacts:
    return ImageFacts(id, (), {}, size, (), NOON)


def container(name: str) -> Instance:
    return Instance(name, "id", "sha256:1", {}, InstanceState.RUNNING)


def served(*numbers: int, app: str = "shop") -> list[Deployment]:
    return [deployment(number, app, state=LIVE, image=f"sha256:{app}{number}") for number in numbers]


def numbers(kept: tuple[Deployment, ...]) -> list[str]:
    return sorted(d.id for d in kept)


def test_the_last_versions_that_served_are_kept_for_a_rollback() -> None:
    assert numbers(kept_deployments(served(1, 2, 3, 4), {"shop-4"}, 2)) == ["shop-3", "shop-4"]


def test_every_app_is_counted_by_itself() -> None:
    both = [*served(1, 2, 3), *served(1, app="blog")]
    assert numbers(kept_deployments(both, {"shop-3", "blog-1"}, 1)) == ["blog-1", "shop-3"]


def test_a_version_is_an_image_so_a_restart_takes_no_place() -> None:
    restarts = [deployment(number, state=LIVE, image="sha256:shop2") for number in (3, 4)]
    kept = numbers(kept_deployments([*served(1, 2), *restarts], {"shop-4"}, 2))
    assert kept == ["shop-1", "shop-2", "shop-3", "shop-4"]


def test_what_served_without_an_image_is_a_version_of_its_own() -> None:
    without = [deployment(number, state=LIVE) for number in (1, 2, 3)]
    assert numbers(kept_deployments(without, {"shop-3"}, 2)) == ["shop-2", "shop-3"]


def test_what_serves_is_kept_however_old_it_is() -> None:
    assert numbers(kept_deployments(served(1, 2, 3, 4), {"shop-1"}, 1)) == ["shop-1", "shop-4"]


def test_what_failed_takes_no_place_and_is_not_kept() -> None:
    history = [*served(1, 2), *(deployment(n, state=FAILED, image="x") for n in (3, 4, 5))]
    assert numbers(kept_deployments(history, {"shop-2"}, 2)) == ["shop-1", "shop-2"]


@pytest.mark.parametrize("state", [RUNNING, QUEUED])
def test_what_is_under_way_is_kept(state: DeploymentState) -> None:
    history = [*served(1, 2), deployment(3, state=state)]
    assert "shop-3" in numbers(kept_deployments(history, {"shop-2"}, 1))


def test_the_version_that_a_waiting_rollback_returns_to_is_kept() -> None:
    """Its image has to be there when the turn of the rollback comes."""
    rollback = deployment(5, state=QUEUED, source=SameImage("shop-1"))
    assert numbers(kept_deployments([*served(1, 2, 3, 4), rollback], {"shop-4"}, 1)) == ["shop-1", "shop-4", "shop-5"]
    over = attrs.evolve(rollback, state=FAILED)
    assert numbers(kept_deployments([*served(1, 2, 3, 4), over], {"shop-4"}, 1)) == ["shop-4"]


def test_only_images_that_no_kept_deployment_uses_are_removed() -> None:
    planned = plan(
        kept=served(1, 2),
        placements=[],
        images=[image("sha256:shop1"), image("sha256:shop2"), image("old", 100), image("older", 11)],
        containers=[],
        folders=[],
    )
    assert planned.images == ("old", "older")
    assert planned.bytes == 111


def test_only_containers_that_nobody_expects_are_removed() -> None:
    wanted: Placement = placement("shop-1")
    planned = plan(
        kept=[],
        placements=[wanted],
        images=[],
        containers=[container(wanted.container), container("stray")],
        folders=[],
    )
    assert planned.containers == ("stray",)


def test_folders_and_archives_of_what_waits_or_runs_stay() -> None:
    kept = [
        deployment(1, state=RUNNING),
        deployment(2, state=QUEUED, source=UploadedArchive("a.upload")),
        deployment(3, state=LIVE, source=UploadedArchive("b.upload")),
    ]
    folders = ["a.upload", "b.upload", "shop-1", "shop-3", "stray"]
    planned = plan(kept=kept, placements=[], images=[], containers=[], folders=folders)
    assert planned.folders == ("b.upload", "shop-3", "stray")


def test_where_nothing_is_left_over_nothing_is_removed() -> None:
    planned = plan(kept=[], placements=[], images=[], containers=[], folders=[])
    assert (planned.images, planned.containers, planned.folders, planned.bytes) == ((), (), (), 0)


def test_what_would_be_removed_in_two_places_is_added_up() -> None:
    one, other = CleanupPlan(("a",), ("b",), ("c",), ByteSize(3)), CleanupPlan(("d", "a"), (), ("e",), ByteSize(4))
    assert added(one, other) == CleanupPlan(("a", "d", "a"), ("b",), ("c", "e"), ByteSize(7))
