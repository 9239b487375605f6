"""Whether a deployment runs the release command of its version, and which."""

import attrs
import pytest

from sh0.deployments.release_phase import release_of
from sh0.ports.container import ContainerSpec
from sh0.records.app import Declared
from sh0.records.deployment import Deployment, Reason
from sh0.records.release_command import ReleaseCommand
from sh0.records.settings_change import SettingsChange
from sh0.values import Secret
from tests.core.examples import SNAPSHOT, deployment

DECLARED = ReleaseCommand("migrate", 60.0)
SNAPSHOT_WITH = attrs.evolve(SNAPSHOT, declared=Declared(release=DECLARED))


def of(reason: Reason, changes: SettingsChange | None = None) -> Deployment:
    made = deployment(reason=reason, snapshot=SNAPSHOT_WITH)
    return made if changes is None else attrs.evolve(made, changes=changes)


@pytest.mark.parametrize("reason", [Reason.PUSH, Reason.UPLOAD, Reason.GIT, Reason.IMAGE, Reason.REDEPLOY])
def test_it_runs_for_every_new_version(reason: Reason) -> None:
    assert release_of(of(reason)) == DECLARED


@pytest.mark.parametrize(
    "reason",
    [Reason.RESTART, Reason.SCALE, Reason.CONFIGURE, Reason.START, Reason.ROLLBACK, Reason.REBUILD, Reason.COMPOSE],
)
def test_it_does_not_run_where_the_version_is_one_that_has_served(reason: Reason) -> None:
    assert release_of(of(reason)) is None


@pytest.mark.parametrize(
    "changes",
    [
        SettingsChange(variables={"DATABASE_URL": Secret("x")}),
        SettingsChange(unset=("DATABASE_URL",)),
        SettingsChange(release="migrate --all"),
    ],
)
def test_it_runs_for_other_variables_and_another_command_but_never_in_a_rollback(changes: SettingsChange) -> None:
    assert release_of(of(Reason.ENVIRONMENT, changes)) == DECLARED
    assert release_of(of(Reason.RESTART, changes)) == DECLARED
    assert release_of(of(Reason.ROLLBACK, changes)) is None


def test_the_setting_of_the_app_counts_more_than_what_the_source_says() -> None:
    made = deployment(reason=Reason.PUSH, snapshot=attrs.evolve(SNAPSHOT_WITH, release="my own"))
    assert release_of(made) == ReleaseCommand("my own")
    blank = deployment(reason=Reason.PUSH, snapshot=attrs.evolve(SNAPSHOT_WITH, release=" "))
    assert release_of(blank) == DECLARED


def test_an_app_that_says_nothing_and_a_service_of_a_stack_have_none() -> None:
    assert release_of(deployment(reason=Reason.PUSH)) is None
    service = attrs.evolve(SNAPSHOT_WITH, container=ContainerSpec())
    assert release_of(deployment(reason=Reason.PUSH, snapshot=service)) is None
