"""What must not appear while a stack is built and started."""

import pytest

from sh0.errors import Invalid
from sh0.stacks.project_secrets import build_secrets, kept_in_history, project_secrets
from sh0.values import Secret
from tests.core.stacks.situations import project


def test_the_secrets_of_a_project_stand_in_variables_build_arguments_and_files() -> None:
    found = project(
        "services:\n"
        "  a: {image: x, environment: {DB_PASSWORD: of-a-variable, MODE: production}}\n"
        "  b: {build: {context: ., args: {NPM_TOKEN: of-an-argument, V: 3}}, environment: {API_KEY: of-another}}\n"
        "  c: {image: x, secrets: [given, elsewhere]}\n"
        "secrets: {given: {environment: GIVEN}, elsewhere: {external: true}}\n"
        "configs: {plain: {content: no-secret}}",
        GIVEN="of-a-file",
    )
    assert [each.reveal() for each in project_secrets(found)] == [
        "of-a-variable",
        "of-another",
        "of-an-argument",
        "of-a-file",
    ]


@pytest.mark.parametrize(
    ("name", "value", "warned"),
    [
        ("DB_PASSWORD", "hunter2x", True),
        ("INDEX", "https://joe:hunter2x@pypi.example.org/simple", True),
        ("MODE", "production", False),
        ("HTTP_PROXY", "http://joe:hunter2x@proxy:3128", False),
        ("https_proxy", "http://joe:hunter2x@proxy:3128", False),
        ("NO_PROXY", "http://joe:hunter2x@proxy:3128", False),
    ],
)
def test_a_secret_among_build_arguments_stays_in_the_history_of_the_image(name: str, value: str, warned: bool) -> None:
    found = list(kept_in_history("web", {"MODE": Secret("x"), name: Secret(value)}))
    assert len(found) == warned
    assert all(name in each and "web" in each and "hunter2x" not in each for each in found)
    assert all("; mount it (build.secrets), or give it to the service as a variable" in each for each in found)


def test_a_build_is_granted_secrets_by_name_or_target_and_none_that_is_kept_elsewhere() -> None:
    found = project(
        "services:\n"
        "  a: {build: {context: ., secrets: [given, {source: given, target: npmrc}]}}\n"
        "  b: {build: {context: ., secrets: [elsewhere]}}\n"
        "  c: {image: x}\n"
        "secrets: {given: {environment: GIVEN}, elsewhere: {external: true}}\n",
        GIVEN="of-a-file",
    )
    value = Secret("of-a-file")
    assert build_secrets(found, found.services["a"]) == {"given": value, "npmrc": value}
    assert build_secrets(found, found.services["c"]) == {}
    with pytest.raises(Invalid, match="the build of b is granted elsewhere, which is external"):
        build_secrets(found, found.services["b"])
