"""Which variables a build gets."""

import pytest

from sh0.builds.arguments import BuildVariables, demand_passing, unset_argument
from sh0.errors import Invalid
from sh0.values import Secret


def variables(*marked: str, **values: str) -> BuildVariables:
    given = {name: Secret(value) for name, value in values.items()}
    return BuildVariables(given, marked, {"SOURCE_COMMIT": Secret("abc"), "SOURCE_BRANCH": Secret("main")})


def test_a_dockerfile_gets_those_that_it_names() -> None:
    given = variables(API_URL="x", OTHER="y").named_in("ARG API_URL\nARG SOURCE_COMMIT\n")
    assert given == {"API_URL": "x", "SOURCE_COMMIT": "abc"}


def test_a_name_that_no_argument_can_have_is_left_out() -> None:
    build = BuildVariables({"my-var": Secret("x"), "A": Secret("y")})
    assert build.named_in("ARG my-var\nARG A") == {"A": "y"}
    assert build.for_generated("") == ("A",)


def test_a_generated_dockerfile_gets_all_that_are_set_and_the_commit_where_a_command_names_it() -> None:
    assert variables(VITE_API="x").for_generated("RUN npm run build") == ("VITE_API",)
    assert variables().for_generated("RUN V=$SOURCE_COMMIT npm run build") == ("SOURCE_COMMIT",)


@pytest.mark.parametrize("build", [variables(NPM_TOKEN="x"), variables("NPM", NPM="x")])
def test_a_secret_does_not_stay_in_the_history(build: BuildVariables) -> None:
    [name] = build.values
    with pytest.raises(Invalid, match=f"the secret {name}") as caught:
        demand_passing(build, [name], [name])
    assert "earlier stage" in caught.value.hint
    assert f"--mount=type=secret,id={name}" in caught.value.hint


def test_what_is_no_secret_or_does_not_stay_is_passed() -> None:
    demand_passing(variables(API_URL="x"), ["API_URL"], ["API_URL"])
    demand_passing(variables(NPM_TOKEN="x"), ["NPM_TOKEN"], ["API_URL"])


def test_the_warning_says_how_to_set_it_for_builds() -> None:
    assert "sh0 env shop --build API_URL=…" in unset_argument("API_URL", "shop")


def test_a_step_may_mount_variables_of_builds_and_those_that_the_source_names() -> None:
    of_app = {"B": Secret("app"), "C": Secret("app")}
    build = BuildVariables({"A": Secret("a"), "B": Secret("b"), "D": Secret("d")}, mountable=of_app)
    text = "RUN --mount=type=secret,id=A --mount=type=secret,id=B --mount=type=secret,id=C true"
    assert build.mountable_in(text) == {"A": Secret("a"), "B": Secret("b"), "C": Secret("app")}
    assert build.mountable_in("RUN true A B C") == {}
    assert build.named_in(text) == {"A": "a", "B": "b"}


def test_a_generated_dockerfile_declares_what_the_source_lets_its_build_have() -> None:
    build = BuildVariables({"A": Secret("a")}, mountable={"A": Secret("app"), "B": Secret("app")}).generated
    assert build.for_generated("") == ("A", "B")
    assert build.named_in("ARG A\nARG B") == {"A": "a", "B": "app"}
