"""Reading and rewriting Dockerfiles."""

import pytest

from sh0.adapters.docker.dockerfile import (
    directives,
    instructions,
    label_stages,
    needs_buildkit,
    original_lines,
    without_syntax,
)


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
    ],
)
def test_what_the_classic_builder_understands_stays_with_it(text: str) -> None:
    assert needs_buildkit(text) is None


def test_a_foreign_syntax_needs_buildkit() -> None:
    assert needs_buildkit("# syntax=example.org/my/frontend:1\nFROM debian\n") == "the syntax example.org/my/frontend:1"


def test_directives_count_only_at_the_top() -> None:
    assert directives("# syntax=a/b:1\n# escape=`\nFROM x\n") == {"syntax": "a/b:1", "escape": "`"}
    assert directives("# A comment\n# escape=`\nFROM x\n") == {}
    assert directives("\nFROM x\n# syntax=a/b\n") == {}


def test_instructions_are_joined_over_lines_and_comments() -> None:
    text = "FROM a \\\n# why\n\n  AS b\nRUN x\n"
    assert list(instructions(text)) == [(3, "FROM a  AS b"), (4, "RUN x")]


def test_the_escape_directive_joins_lines() -> None:
    assert list(instructions("# escape=`\nRUN a `\n b\nRUN c\\\nRUN d\n")) == [
        (2, "RUN a  b"),
        (3, "RUN c\\"),
        (4, "RUN d"),
    ]


def test_stages_are_labelled_after_their_from() -> None:
    text, added = label_stages(
        "ARG V=1\nFROM a \\\n  AS b\nRUN x\nfrom c\nRUN y\n", {"sh0.home": "h", "sh0.kind": "build"}
    )
    label = 'LABEL sh0.home="h" sh0.kind="build"'
    assert text.splitlines() == ["ARG V=1", "FROM a \\", "  AS b", label, "RUN x", "from c", label, "RUN y"]
    assert added == (4, 7)


@pytest.mark.parametrize(("theirs", "ours"), [(1, 1), (3, 3), (4, 5), (5, 6), (6, 8)])
def test_line_numbers_are_those_of_the_author(theirs: int, ours: int) -> None:
    said = f"dockerfile parse error line {ours}: unknown instruction: FOO"
    assert original_lines(said, (4, 7)) == f"dockerfile parse error line {theirs}: unknown instruction: FOO"


def test_a_syntax_line_is_taken_out_without_moving_the_others() -> None:
    text = without_syntax("# syntax=docker/dockerfile:1\n# escape=`\nFROM x\n")
    assert directives(text) == {"unused": "docker/dockerfile:1", "escape": "`"}
    assert text.splitlines()[2] == "FROM x"
