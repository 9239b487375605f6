"""Shell text of Dockerfiles is read as commands, each with what belongs to it."""

import time
from pathlib import Path

import pytest

from sh0.checking.checker import Checker
from sh0.source.dockerfile import parse
from sh0_plugins.rules.commands import calls, calls_of

CASES = {
    "apt-get update && apt-get install -y a": [("apt-get", "update"), ("apt-get", "install", "-y", "a")],
    "a 'one word' \"two $x\" p\"a\"r't' \\; # b && c": [("a", "one word", "two $x", "part", ";")],
    "a;b|c||d&e\nf": [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)],
    "a >f 2>&1 <g >>h b &>i": [("a", "b")],
    "(cd x; { a; }) && if b; then c; else d; fi": [("cd", "x"), ("a",), ("b",), ("c",), ("d",)],
    "for x in 1 2; do a $x; done": [("a", "$x")],
    "x=$(a | b) y=1 c": [("a",), ("b",), ("c",)],
    "a `b` \"$(c)\" '$(d)'": [("b",), ("c",), ("a", "`b`", "$(c)", "$(d)")],
    "bash <(a)": [("a",), ("bash", "<(a)")],
    "cat <<EOF | a\nb && c\nEOF\nd": [("cat",), ("a",), ("d",)],
    "cat <<-'E'\n\tb\n\tE\nd": [("cat",), ("d",)],
    "/usr/bin/a ./b": [("a", "./b")],
    "sudo -E -u me a -u": [("a", "-u")],
    "env -i A=1 nice -n 5 timeout 10 a": [("a",)],
    "sh -c 'a && b'": [("sh", "-c", "a && b"), ("a",), ("b",)],
    "bash -lc \"sudo sh -c 'a'\"": [("bash", "-lc", "sudo sh -c 'a'"), ("sh", "-c", "a"), ("a",)],
    'eval "a b"': [("eval", "a b"), ("a", "b")],
    "find . -name x -exec chmod 777 {} \\;": [
        ("find", ".", "-name", "x", "-exec", "chmod", "777", "{}", ";"),
        ("chmod", "777", "{}"),
    ],
    "a 'not closed": [("a", "not closed")],
    "a $((1 + 2)) ${b:-c} $#": [("a", "$((1 + 2))", "${b:-c}", "$#")],
}


@pytest.mark.parametrize(("text", "found"), CASES.items(), ids=CASES)
def test_the_commands_of_a_text(text: str, found: list[tuple[str, ...]]) -> None:
    assert [call.words for call in calls_of(text)] == found


def test_a_call_knows_what_is_around_it() -> None:
    first, second = calls_of("A=1 sudo B='2 3' /bin/curl x 2>/dev/null > f | sh")
    assert (first.path, dict(first.assignments), first.through) == ("/bin/curl", {"A": "1", "B": "2 3"}, ("sudo",))
    assert (first.targets, first.joint) == (("/dev/null", "f"), "|")
    assert (first.pipeline, second.joint) == (second.pipeline, "")


@pytest.mark.parametrize(
    ("text", "tool"),
    {
        "pip3.12 install a": ("pip", "install", "a"),
        "/opt/bin/pip2 install a": ("pip", "install", "a"),
        "python3 -m pip install a": ("pip", "install", "a"),
        "python3.12 -I -m pip install a": ("pip", "install", "a"),
        "python x.py -m pip": ("python", "x.py", "-m", "pip"),
        "pipx install a": ("pipx", "install", "a"),
    }.items(),
)
def test_a_tool_has_one_name(text: str, tool: tuple[str, ...]) -> None:
    assert calls_of(text)[0].tool == tool


@pytest.mark.parametrize(
    "run",
    ["RUN a && \\\n  # said\n  b", 'RUN ["sh", "-c", "a && b"]', "RUN <<EOF\na\nb\nEOF", "RUN <<E sh -e\na && b\nE"],
)
def test_every_form_of_run_has_its_commands(run: str) -> None:
    (instruction,) = parse(run).instructions
    assert [call.words for call in calls(instruction) if call.words[0] != "sh"] == [("a",), ("b",)]


@pytest.mark.parametrize("text", ["$(" * 300_000, "`" * 300_001, '"$(x)"' * 90_000, "<<a " * 90_000, "a|" * 300_000])
def test_a_text_made_to_take_long_does_not(text: str) -> None:
    begun = time.process_time()
    assert calls_of(text) is not None
    assert time.process_time() - begun < 5


def test_commands_that_find_runs_are_read_in_linear_time_and_not_without_end() -> None:
    begun = time.process_time()
    assert len(calls_of("find -exec " * 90_000)) < 10
    assert len(calls_of("find . " + "-exec a {} ; ".replace(";", "\\;") * 9_000)) == 9_001
    assert time.process_time() - begun < 8


@pytest.mark.parametrize(
    "line",
    [
        "ENV COMPOSER_DISABLE_TLS=1",
        "ENV CARGO_HTTP_CHECK_REVOKE=false",
        "ENV POETRY_CERTIFICATES_SHOP_CERT=false",
        "ENV ANSIBLE_GALAXY_IGNORE=true",
        "ENV VAULT_SKIP_VERIFY 1",
        "RUN rpm --nogpg -i shop.rpm",
        "RUN bun install --no-verify",
    ],
)
def test_a_way_is_found_in_a_file_that_holds_nothing_else(line: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM debian:12.5-slim\n{line}\n")
    found = Checker.installed().folder(tmp_path).findings
    assert [each.place.line for each in found if each.rule == "SH0-DP014"] == [2]


PAIR = "GIT_CONFIG_KEY_0=http.sslVerify", "GIT_CONFIG_VALUE_0=false"


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("Dockerfile", f"FROM a:1\nENV GIT_CONFIG_COUNT=1 {PAIR[0]} {PAIR[1]}\n", [2]),
        ("Dockerfile", f"FROM a:1\nARG {PAIR[0]}\nRUN ls\nENV {PAIR[1]}\n", [4]),
        ("Dockerfile", f"FROM a:1\nRUN {PAIR[0]} {PAIR[1]} git clone https://a.test/x\n", [2]),
        ("Dockerfile", "FROM a:1\nENV GIT_CONFIG_KEY_7=http.https://a.test.sslVerify GIT_CONFIG_VALUE_7=0\n", [2]),
        (".env", f"A=1\n{PAIR[1]}\n{PAIR[0]}\n", [3]),
        ("Dockerfile", f"FROM a:1\nENV {PAIR[0]} GIT_CONFIG_VALUE_0=true\n", []),
        ("Dockerfile", f"FROM a:1\nENV {PAIR[0]} GIT_CONFIG_VALUE_1=false\n", []),
        (".env", f"GIT_CONFIG_KEY_0=http.proxy\n{PAIR[1]}\n", []),
    ],
)
def test_a_setting_of_git_in_two_variables_is_one(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    (tmp_path / name).write_text(text)
    found = Checker.installed().folder(tmp_path).findings
    assert [each.place.line for each in found if each.rule == "SH0-DP014"] == lines
