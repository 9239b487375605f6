"""What was cut off is asked for again with the command that asked for it."""

import pytest

from sh0.deployments.repeating import repeated, stack_again
from sh0.records.deployment import (
    ComposeService,
    PushedRevision,
    Reason,
    RegistryImage,
    RemoteRepository,
    SameImage,
    Source,
    UploadedArchive,
)
from tests.core.examples import deployment


@pytest.mark.parametrize(
    ("source", "reason", "command"),
    [
        (PushedRevision("c" * 40, "main"), Reason.PUSH, "git push, or if git has the commit already: sh0 deploy shop"),
        (RegistryImage("nginx:1"), Reason.IMAGE, "sh0 deploy shop --image nginx:1"),
        (
            RemoteRepository("https://example.org/a.git", "next"),
            Reason.GIT,
            "sh0 deploy shop --git https://example.org/a.git --branch next",
        ),
        (RemoteRepository("/srv/my shop", "next"), Reason.GIT, "sh0 deploy shop --git '/srv/my shop' --branch next"),
        (UploadedArchive("a.upload"), Reason.UPLOAD, "sh0 push PATH --app shop"),
        (ComposeService("pile.3", "web"), Reason.COMPOSE, "sh0 compose up --name pile"),
        (SameImage("shop-1"), Reason.ROLLBACK, "sh0 rollback shop --to shop-1"),
        (SameImage(), Reason.ROLLBACK, "sh0 rollback shop"),
        (SameImage(), Reason.RESTART, "sh0 restart shop"),
        (SameImage(), Reason.START, "sh0 start shop"),
        (SameImage(), Reason.SCALE, "sh0 scale shop N"),
        (SameImage(), Reason.ENVIRONMENT, "sh0 env shop NAME=VALUE"),
        (SameImage(), Reason.CONFIGURE, "sh0 apps configure shop"),
        (SameImage(), Reason.REDEPLOY, "sh0 deploy shop"),
        (SameImage(), Reason.REBUILD, "sh0 deploy shop"),
    ],
)
def test_what_was_cut_off_is_asked_for_again_with_its_own_command(source: Source, reason: Reason, command: str) -> None:
    assert repeated(deployment(2, source=source, reason=reason)).endswith(f": {command}")


def test_a_stack_is_brought_up_again() -> None:
    assert stack_again("pile") == "Bring the stack up again: sh0 compose up --name pile"
