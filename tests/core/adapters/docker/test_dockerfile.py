"""Reading and rewriting Dockerfiles."""

import pytest

from sh0.adapters.docker.dockerfile import label_stages, original_lines, without_syntax
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
