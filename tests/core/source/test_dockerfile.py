"""Dockerfiles as stages and instructions with their lines."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.source.dockerfile import directives, parse
from sh0.source.dockerfile_declared import exposed_port

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
    assert run.text == "apt-get update &&     apt-get install curl     && true"


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
    assert [i.text for i in run] == ["dir c:\\", "b   c"]


def test_bare_flags_and_several_of_a_name_are_kept() -> None:
    copy = parse("FROM a\nCOPY --link --exclude=x --exclude=y . /\n").stages[0].instructions[0]
    assert copy.flags == (("link", ""), ("exclude", "x"), ("exclude", "y"))
    assert copy.text == ". /"


@given(st.text(alphabet=st.sampled_from(list("FROMRUNabc \\\n\r\t#=<\"'[]`-")), max_size=120))
def test_any_text_is_read_and_lines_go_up(text: str) -> None:
    lines = [(i.line, i.last) for i in parse(text).instructions]
    assert all(first <= last for first, last in lines)
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("words", "end", "ended"),
    [
        ("RUN cat <<EOF", "EOF", True),
        ("COPY <<EOF /a", "EOF", True),
        ("ADD <<EOF /a", "EOF", True),
        ("run cat 3<<EOF", "EOF", True),
        ("RUN cat <<-EOF", "\t\tEOF", True),
        ("RUN cat <<EOF", "\tEOF", False),
        ("RUN cat <<EOF", "EOF ", False),
        ("COPY <<\\EOT /a", "EOT", True),
        ("COPY <<-\\EOT /a", "EOT", True),
        ("COPY <<E\\OT /a", "EOT", True),
        ("COPY <<'EOT' /a", "EOT", True),
        ('COPY <<"END OF FILE" /a', "END OF FILE", True),
        ('COPY <<E"O"T /a', "EOT", True),
        ("RUN sh <<END-OF-FILE", "END-OF-FILE", True),
        ("RUN sh <<1", "1", True),
        ("RUN sh <<é", "é", True),
        ("ONBUILD RUN sh <<EOF", "EOF", True),
        ("ONBUILD onbuild sh <<EOF", "EOF", False),
        ("RUN cat << EOF", "EOF", False),
        ("RUN cat <<<EOF", "EOF", False),
        ('RUN cat <<<"hello" > x', "hello", False),
        ("RUN cat x<<EOF", "EOF", False),
        ("RUN echo $((1<<N))", "N))", False),
        ("RUN python -c 'print(1<<True)'", "True)", False),
        ('RUN echo "a <<EOF b"', "EOF", False),
        ("RUN echo 'it <<EOF", "EOF", False),
        ("RUN echo \\<<EOF", "EOF", False),
        ('RUN ["cat", "<<EOF"]', "EOF", False),
        ("CMD cat <<EOF", "EOF", False),
        ("ENV A=1 <<EOF", "EOF", False),
        ("RUN cat <<EOF", "never", False),
    ],
)
def test_here_documents_begin_where_buildkit_sees_one(words: str, end: str, ended: bool) -> None:
    file = parse(f"FROM a\n{words}\nUSER evil\n{end}\nEXPOSE 80\n")
    assert ("USER" not in [i.name for i in file.instructions]) is ended
    assert [i.text for i in file.instructions if i.name == "EXPOSE"] == ["80"]


def test_a_delimiter_that_never_comes_is_named() -> None:
    run, user = parse("FROM a\nRUN cat <<EOF\nUSER 1\n").stages[0].instructions
    assert (run.unterminated, run.heredocs, user.text) == ("EOF", (), "1")


def test_several_here_documents_of_a_line_follow_each_other() -> None:
    copy, user = parse("FROM a\nCOPY <<A <<-'B C' /d/\n1\nB C\nA\n2\n\tB C\nUSER 1\n").stages[0].instructions
    assert copy.heredocs == ("1\nB C", "2")
    assert user.text == "1"


def test_what_onbuild_keeps_is_an_instruction() -> None:
    kept = parse("FROM a\nONBUILD COPY --from=b <<E /x\nhi\nE\n").stages[0].instructions[0].triggered
    assert kept is not None
    assert (kept.name, kept.flags, kept.text, kept.heredocs) == ("COPY", (("from", "b"),), "<<E /x", ("hi",))


def test_lines_join_within_a_word_and_two_escapes_continue_nothing() -> None:
    first, second = parse("FROM a\nRUN ec\\\nho hi\nRUN a \\\\\nUSER 1\n").stages[0].instructions[:2]
    assert (first.text, second.text) == ("echo hi", "a \\\\")


@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_feeds_end_lines(odd: str) -> None:
    file = parse(f"FROM a\r\nRUN echo {odd}USER evil\r\nEXPOSE 80\r\n")
    assert [(i.name, i.line) for i in file.instructions] == [("FROM", 1), ("RUN", 2), ("EXPOSE", 3)]


def test_flags_may_be_quoted_and_two_hyphens_are_none() -> None:
    run = parse('FROM a\nRUN --mount=type=bind,"source=a b" --network=none -- x --y\n').stages[0].instructions[0]
    assert run.flags == (("mount", "type=bind,source=a b"), ("network", "none"))
    assert run.text == "-- x --y"


@pytest.mark.parametrize(
    ("base", "image"),
    [
        ("$IMAGE", "debian:12"),
        ("${IMAGE}", "debian:12"),
        ("image:${NONE:-1}", "image:1"),
        ("image:${EMPTY:-2}", "image:2"),
        ("image:${EMPTY-3}", "image:"),
        ("image${TAG:+:$TAG}", "image:4"),
        ("image${NONE:+:x}", "image"),
        ('"image"', "image"),
    ],
)
def test_a_base_has_the_defaults_of_its_variables(base: str, image: str) -> None:
    file = parse(f"ARG IMAGE=debian:12 TAG='4'\nARG EMPTY=\nARG NONE\nFROM --platform=x {base} AS b\nARG IMAGE=x\n")
    assert file.base(file.stages[0]) == image


def test_directives_end_at_what_is_none() -> None:
    assert directives("# syntax=a/b:1\n#escape = `\n# check=skip=all\nFROM x\n") == {
        "syntax": "a/b:1",
        "escape": "`",
        "check": "skip=all",
    }
    assert directives("# unknown=a\n# escape=`\n") == {}


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + "RUN a <<E\n" * 100_000,
        "FROM a\nRUN " + "--a " * 250_000,
        "FROM a\nRUN " + "<<E " * 250_000 + "\n" + "E\n" * 20_000,
        "FROM a\nENV A=1\n" + "ENV A=$A$A$A$A\n" * 60_000,
        "FROM a\nENV A=" + "x" * 60_000 + " B=" + "$A" * 400_000,
    ],
    ids=["unterminated", "flags", "marks", "doubling", "repeated"],
)
def test_time_grows_with_the_text_alone(text: str) -> None:
    begun = time.process_time()
    exposed_port(text)
    assert time.process_time() - begun < 10
