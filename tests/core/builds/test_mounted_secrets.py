"""Which secrets a Dockerfile mounts, and what is said of those that nobody has set."""

import pytest

from sh0.builds.mounted_secrets import MountedSecret, demand_required, mounted_secrets, told_of_missing
from sh0.errors import MissingVariables
from sh0.values import Secret

TWO = (MountedSecret("NPM_TOKEN"), MountedSecret("KEY", required=True))


def test_secrets_are_known_by_their_ids() -> None:
    text = (
        "FROM a\n"
        "RUN --mount=type=secret,id=NPM_TOKEN,target=/root/.npmrc true\n"
        "RUN --mount=type=secret,target=/run/secrets/OTHER --mount=type=cache,id=no,target=/c true\n"
        "COPY --from=x type=secret,id=neither /\n"
    )
    assert mounted_secrets(text) == (MountedSecret("NPM_TOKEN"), MountedSecret("OTHER"))


@pytest.mark.parametrize(
    ("options", "required"),
    [("", False), (",required", True), (",required=true", True), (",required=false", False), (",Required=1", True)],
)
def test_one_may_be_required(options: str, required: bool) -> None:
    assert mounted_secrets(f"FROM a\nRUN --mount=type=secret,id=A{options} true\n") == (MountedSecret("A", required),)


def test_one_that_a_single_step_requires_is_required() -> None:
    step = "RUN --mount=type=secret,id=A{} true\n"
    text = "FROM a\n" + step.format("") + step.format(",required") + step.format("")
    assert mounted_secrets(text) == (MountedSecret("A", required=True),)


def test_a_stage_that_is_not_built_mounts_nothing() -> None:
    text = "FROM a AS lint\nRUN --mount=type=secret,id=A true\nFROM a\nRUN --mount=type=secret,id=B true\n"
    assert mounted_secrets(text) == (MountedSecret("B"),)
    assert mounted_secrets(text, "lint") == (MountedSecret("A"),)


def test_a_build_without_a_secret_that_it_requires_is_refused_with_the_command() -> None:
    demand_required(TWO, {"KEY"}, "shop")
    with pytest.raises(MissingVariables, match="mounts secrets that shop does not have: KEY") as caught:
        demand_required(TWO, {"NPM_TOKEN"}, "shop")
    assert caught.value.hint == "Set them: sh0 env shop --build-secret KEY=…"


def test_one_that_is_missing_is_told() -> None:
    value = Secret("x")
    assert told_of_missing(TWO, {"NPM_TOKEN": value, "KEY": value}, "shop") == ()
    [told] = told_of_missing(TWO, {"KEY": value}, "shop")
    assert "mounts NPM_TOKEN as a secret" in told
    assert "sh0 env shop --build-secret NPM_TOKEN=…" in told
