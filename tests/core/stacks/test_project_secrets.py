"""What must not appear while a stack is built and started."""

import pytest

from sh0.stacks.project_secrets import kept_in_history, project_secrets
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
    assert all("; give it to the service as a variable" in each for each in found)
