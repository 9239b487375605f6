"""Dockerfiles as stages and instructions with their lines."""

from hypothesis import given
from hypothesis import strategies as st

from sh0.builds.dockerfile_text import parse

TEXT = """\
# syntax=docker/dockerfile:1
ARG VERSION=3.13
# a remark
FROM --platform=linux/amd64 python:${VERSION}-slim AS Build
RUN apt-get update && \\
    # between the lines
    apt-get install curl \\

    && true
COPY --from=build --chown=1:1 a b
RUN --mount=type=cache,target=/root/.cache <<EOF
FROM nowhere
echo hello
EOF
FROM scratch
CMD ["a", "b"]
healthcheck NONE
"""


def test_stages_and_instructions_have_their_lines() -> None:
    file = parse(TEXT)
    assert [(i.name, i.line, i.last) for i in file.instructions] == [
        ("ARG", 2, 2),
        ("FROM", 4, 4),
        ("RUN", 5, 9),
        ("COPY", 10, 10),
        ("RUN", 11, 14),
        ("FROM", 15, 15),
        ("CMD", 16, 16),
        ("HEALTHCHECK", 17, 17),
    ]
    build, last = file.stages
    assert (build.base, build.name, last.base, last.name) == ("python:${VERSION}-slim", "build", "scratch", "")
    assert build.start.flag("platform") == "linux/amd64"


def test_continued_lines_are_joined_and_remarks_between_them_left_out() -> None:
    run = parse(TEXT).stages[0].instructions[0]
    assert run.text == "apt-get update &&  apt-get install curl  && true".replace("  ", " ")


def test_here_documents_are_bodies_and_no_instructions() -> None:
    run = parse(TEXT).stages[0].instructions[2]
    assert run.heredocs == ("FROM nowhere\necho hello",)
    assert run.flag("mount") == "type=cache,target=/root/.cache"


def test_the_json_form_has_arguments_and_the_shell_form_none() -> None:
    command, _ = parse(TEXT).stages[1].instructions
    assert command.arguments == ("a", "b")
    assert parse("FROM a\nCMD a b\n").stages[0].instructions[0].arguments is None
    assert parse('FROM a\nCMD ["a", b]\n').stages[0].instructions[0].arguments is None


def test_the_escape_directive_changes_what_continues_a_line() -> None:
    run = parse("# escape=`\nFROM a\nRUN dir c:\\\nRUN b `\n  c\n").stages[0].instructions
    assert [i.text for i in run] == ["dir c:\\", "b c"]


def test_bare_flags_and_several_of_a_name_are_kept() -> None:
    copy = parse("FROM a\nCOPY --link --exclude=x --exclude=y . /\n").stages[0].instructions[0]
    assert copy.flags == (("link", ""), ("exclude", "x"), ("exclude", "y"))
    assert copy.text == ". /"


@given(st.text(alphabet=st.sampled_from(list("FROMRUNabc \\\n\r\t#=<\"'[]`-")), max_size=120))
def test_any_text_is_read_and_lines_go_up(text: str) -> None:
    lines = [(i.line, i.last) for i in parse(text).instructions]
    assert all(first <= last for first, last in lines)
    assert lines == sorted(lines)
