"""Whether a Dockerfile needs BuildKit, and which of its stages are built."""

import pytest

from sh0.source.buildkit import built_stages, needs_buildkit, sources_of
from sh0.source.dockerfile import parse


@pytest.mark.parametrize(
    "line",
    [
        "RUN --mount=type=cache,target=/root/.cache pip install flask",
        "run --network=none true",
        "RUN \\\n  --mount=type=secret,id=x \\\n  cat /run/secrets/x",
        "COPY --link a b",
        "COPY --from=build --chmod=755 a b",
        "ADD --checksum=sha256:1 https://example.org/a /a",
        "RUN <<EOF\necho hello\nEOF",
        'COPY <<"EOF" /etc/motd\nhello\nEOF',
        "RUN cat <<-EOF | sh\n\techo x\nEOF",
        "ARG TARGETARCH",
        "FROM --platform=$BUILDPLATFORM debian AS build",
        "COPY <<\\EOT /a\nx\nEOT",
        "RUN cat 3<<1 <<-'END OF FILE'\n1\nEND OF FILE",
        "ONBUILD RUN --mount=type=cache,target=/x true",
        "ONBUILD COPY <<EOF /a\nx\nEOF",
        "RUN cat <<EOF",
    ],
)
def test_what_only_buildkit_understands_is_found(line: str) -> None:
    assert needs_buildkit(f"FROM debian\n{line}\n")


@pytest.mark.parametrize(
    "text",
    [
        "FROM debian\nRUN echo --mount\n",
        "FROM debian\n# RUN --mount=type=cache true\nRUN true\n",
        "# syntax=docker/dockerfile:1\nFROM debian\nCOPY --from=a --chown=1 a b\n",
        "# syntax = docker.io/docker/dockerfile:1.7-labs\nFROM debian\n",
        "FROM debian\nRUN test $((1<<3)) = 8\n",
        'FROM debian\nRUN cat <<<"hello" > index.html\n',
        'FROM debian\nRUN echo $((1<<N))\nRUN python -c \'print(1<<True)\'\nRUN echo "a <<EOF b" "see <<name>>"\n',
        "FROM debian\nRUN cat << EOF\n",
        "FROM debian\nRUN echo TARGETARCH\nENV BUILDPLATFORM=x\n",
        "FROM debian\nCMD cat <<EOF\n",
        "FROM debian\nRUN echo $TARGETARCH\n",  # a variable like any other where no ARG declares it
    ],
)
def test_what_the_classic_builder_understands_stays_with_it(text: str) -> None:
    assert needs_buildkit(text) is None


def test_a_foreign_syntax_needs_buildkit() -> None:
    assert needs_buildkit("# syntax=example.org/my/frontend:1\nFROM debian\n") == "the syntax example.org/my/frontend:1"


@pytest.mark.parametrize(
    ("line", "sources"),
    [
        ("COPY --from=build a b", ("build",)),
        ("COPY --chown=1:1 --from=nginx:1 a b", ("nginx:1",)),
        ("COPY --chown=1:1 a b", ()),
        ("COPY --from= a b", ()),
        ("ADD --from=build a b", ()),
        ("RUN --mount=type=bind,from=build,target=/x --mount=from=tools:1,target=/y true", ("build", "tools:1")),
        ("RUN --mount=type=cache,target=/from=x true", ()),
        ("RUN --network=none true", ()),
        ("RUN echo --mount=from=build", ()),
    ],
)
def test_files_come_from_what_an_instruction_names(line: str, sources: tuple[str, ...]) -> None:
    [instruction] = parse(f"FROM a\n{line}\n").stages[0].instructions
    assert sources_of(instruction) == sources


STAGES = """\
FROM debian AS base
FROM base AS one
RUN --mount=type=cache,target=/c true
FROM base AS two
COPY --from=one a b
FROM debian AS three
FROM two
COPY --from=ONE a b
"""


@pytest.mark.parametrize(
    ("text", "target", "built"),
    [
        (STAGES, "", {0, 1, 2, 4}),
        (STAGES, "two", {0, 1, 2}),
        (STAGES, "three", {3}),
        (STAGES, "1", {0, 1}),
        (STAGES, "none", {0, 1, 2, 3, 4}),
        (STAGES.replace("--mount=type=cache,target=/c ", ""), "", {0, 1, 2, 3, 4}),  # the classic builder
        (STAGES.replace("--mount=type=cache,target=/c ", ""), "two", {0, 1, 2}),
        ("FROM a\nFROM b\nFROM c\nCOPY --link --from=0 a b\nCOPY --from=9 a b\n", "", {0, 2}),
        ("FROM a\nFROM b\nCOPY --link --from=1 a b\n", "", {1}),  # no stage takes files from itself
        ("FROM a AS x\nFROM b AS x\nFROM x\nCOPY --link a b\n", "", {1, 2}),  # the last of a name
        ("FROM a AS x\nFROM x AS x\nRUN --network=none true\n", "", {0, 1}),
        ("", "", set()),
    ],
)
def test_buildkit_builds_what_the_target_needs_and_the_classic_builder_all_before_it(
    text: str, target: str, built: set[int]
) -> None:
    assert built_stages(text, target) == built


def test_a_name_of_two_stages_means_the_nearest_before_the_one_that_uses_it() -> None:
    text = "FROM a AS one\nFROM b AS two\nFROM c AS one\nFROM d\nCOPY --link --from=ONE /x /x\n"

    assert built_stages(text) == {2, 3}
    assert built_stages(text.replace("AS two\nFROM c", "AS two\nCOPY --from=one /x /x\nFROM two")) == {0, 1, 2, 3}
