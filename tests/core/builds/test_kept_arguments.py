"""Which build arguments the history of an image has, and which secrets its steps mount."""

import pytest

from sh0.builds.kept_arguments import lasting_arguments

STAGES = """
ARG GLOBAL=1
FROM a AS make
ARG TOKEN
RUN make
FROM b AS production
ARG NAME=x
COPY --from=make /out /out
FROM production AS debug
ARG DEBUG OTHER=1
"""


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("", ("DEBUG", "OTHER", "NAME")),
        ("debug", ("DEBUG", "OTHER", "NAME")),
        ("production", ("NAME",)),
        ("Production", ("NAME",)),
        ("make", ("TOKEN",)),
        ("0", ("TOKEN",)),
    ],
)
def test_arguments_last_in_the_stages_that_become_the_image(target: str, names: tuple[str, ...]) -> None:
    assert lasting_arguments(STAGES, target) == names


def test_a_dockerfile_without_stages_keeps_none() -> None:
    assert lasting_arguments("ARG A\n") == ()


def test_a_stage_that_starts_from_itself_ends() -> None:
    assert lasting_arguments("FROM a AS a\nARG A\n") == ("A",)
