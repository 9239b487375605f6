"""What a release and a rollback do with each service, and in which order."""

from sh0.stacks.moves import forwards
from sh0.stacks.planner import desired
from tests.core.stacks.situations import IMAGES, SHOP, deployed, project


def test_the_moves_of_a_release_are_its_services_in_groups() -> None:
    situation = deployed(SHOP)
    found = desired(project(SHOP), situation)
    images = {name: image.id for name, image in IMAGES.items()}
    moves = forwards(project(SHOP), found, images, dict(situation.existing))
    assert [[move.service for move in group] for group in moves.groups] == [["db", "job"], ["web"]]
    assert moves.apps == ("shop-db", "shop-job", "shop-web")
    assert moves.removed == ()
