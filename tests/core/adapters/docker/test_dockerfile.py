"""Reading and rewriting Dockerfiles."""

import pytest

from sh0.adapters.docker.dockerfile import label_stages, original_lines, without_foreign_syntax, without_syntax
from sh0.source.dockerfile import directives
from sh0.source.outline import outline


def test_directives_count_only_at_the_top() -> None:
    assert directives("# syntax=a/b:1\n# escape=`\nFROM x\n") == {"syntax": "a/b:1", "escape": "`"}
    assert directives("# A comment\n# escape=`\nFROM x\n") == {}
    assert directives("\nFROM x\n# syntax=a/b\n") == {}


def test_stages_are_labelled_after_their_from() -> None:
    written = "ARG V=1\nFROM a \\\n  AS b\nRUN x\nfrom c\nRUN y\n"
    text, added = label_stages(written, outline(written), {"sh0.home": "h", "sh0.kind": "build"})
    label = 'LABEL sh0.home="h" sh0.kind="build"'
    assert text.splitlines() == ["ARG V=1", "FROM a \\", "  AS b", label, "RUN x", "from c", label, "RUN y"]
    assert added == (4, 7)


def test_a_from_in_a_here_document_is_no_stage_to_label() -> None:
    written = "FROM a\r\nCOPY <<\\E /d\r\n  FROM evil\r\nE\r\nUSER 1"
    text, added = label_stages(written, outline(written), {"k": "v"})
    assert (text.count("LABEL"), added) == (1, (2,))


@pytest.mark.parametrize(("theirs", "ours"), [(1, 1), (3, 3), (3, 4), (4, 5), (5, 6), (5, 7), (6, 8)])
def test_line_numbers_are_those_of_the_author(theirs: int, ours: int) -> None:
    said = f"dockerfile parse error line {ours}: unknown instruction: FOO"
    assert original_lines(said, (4, 7)) == f"dockerfile parse error line {theirs}: unknown instruction: FOO"


def test_a_syntax_line_is_taken_out_without_moving_the_others() -> None:
    text = without_syntax("# syntax=docker/dockerfile:1\n# escape=`\nFROM x\n")
    assert directives(text) == {"escape": "`"}
    assert text == "# escape=`\n#\nFROM x\n"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("# syntax=acme/frontend:1\n# escape=`\nFROM x\n", "# escape=`\n#\nFROM x\n"),
        ("# escape=`\n#SYNTAX = docker/dockerfile:1/../../acme/x\nFROM x", "# escape=`\n#\nFROM x"),
        ("#!/usr/bin/env docker\n# syntax=acme/frontend:1\nFROM x", "#!/usr/bin/env docker\n#\nFROM x"),
        ("//syntax=docker/dockerfile:1\nFROM x", "#\nFROM x"),
        ("\ufeff# syntax=acme/frontend:1\nFROM x", "#\nFROM x"),
        ("# a comment\n// syntax=acme/frontend:1\nFROM x", "# a comment\n#\nFROM x"),
        ("# syntax=evil.example/docker/dockerfile:1\nFROM x", "#\nFROM x"),
    ],
)
def test_no_program_but_dockers_reads_a_dockerfile(text: str, kept: str) -> None:
    left, named = without_foreign_syntax(text)
    assert left == kept
    assert named in text
    assert named.partition("/")[0] in ("acme", "docker", "evil.example")


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=docker/dockerfile:1\nFROM x",
        "# syntax = docker.io/docker/dockerfile-upstream:master-labs\nFROM x",
        f"# syntax=docker/dockerfile:1@sha256:{'a' * 64}\nFROM x",
        "FROM x\n# syntax=acme/frontend:1\nRUN <<EOF\n// syntax=acme/y\nEOF",
        "",
    ],
)
def test_a_dockerfile_that_docker_reads_stays_as_it_is(text: str) -> None:
    assert without_foreign_syntax(text) == (text, "")
