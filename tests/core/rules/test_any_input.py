"""Files of any bytes, in any number: the engine and every rule that is installed end in time, and say something."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sh0 import Report
from sh0.frontend import Checker
from sh0.rules.plain import dump_report, load_report
from sh0.rules.sarif import sarif

CHECKER = Checker.installed()
NAMES = (
    *("Dockerfile", "compose.yaml", "docker-compose.yml", "package.json", "pyproject.toml", "requirements.txt"),
    *("sh0.yaml", ".env", "app.py", "settings.py", "index.js", "Procfile", "config.yml", ".dockerignore", "nginx.conf"),
    *("Gemfile", "go.mod", "composer.json", "main.go", "src/App.tsx", "a b/ü.py", "x"),
)
PIECES = (
    *(
        "FROM ",
        "python:latest",
        " AS a\n",
        "RUN apt-get install ",
        "\\\n",
        "COPY . .\n",
        "ENV A=",
        "USER root\n",
        "<<EOF\n",
        "EOF\n",
    ),
    *(
        "services:\n",
        "  web:\n",
        "    image: x\n",
        "    privileged: true\n",
        "    ports: ['5432:5432']\n",
        "&a ",
        "*a",
        "<<: *a\n",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ":",
        ",",
        "\n",
        "\t",
        "\0",
        "\r\n",
        "\ufeff",
        "é",
        "𝔘",
        " ",
        "=",
        "#",
        "-",
        "\\",
        "$",
        "`",
    ),
    *(
        "password",
        "secret",
        "AKIA",
        "A" * 40,
        "a" * 1000,
        "127.0.0.1",
        "localhost",
        "DEBUG = True",
        "sh0: ignore[",
        "-----BEGIN ",
    ),
    *(
        '{"dependencies": {',
        '"scripts": {"start": ',
        "checks:\n  ignore:\n",
        "- ",
        "1",
        "null",
        "true",
        "%",
        "(",
        ")",
        "http://",
    ),
)
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
contents = st.one_of(texts.map(str.encode), st.binary(max_size=300), texts.map(lambda text: text.encode("utf-16")))
projects = st.dictionaries(st.sampled_from(NAMES), contents, max_size=8)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(folder: Path) -> Report:
    begun = time.process_time()
    report = CHECKER.folder(folder)
    assert time.process_time() - begun < 20
    assert report.broken == ()
    assert load_report(dump_report(report)) == report
    assert sarif(report, CHECKER.rules)
    assert report.score is not None
    assert 0 <= report.score <= 100
    return report


@quick
@given(project=projects)
def test_any_files_are_checked_without_a_rule_failing(
    tmp_path_factory: pytest.TempPathFactory, project: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name, content in project.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    report = check(folder)
    for finding in report.findings:
        text = project.get(finding.place.path, b"")
        encoding = "utf-16" if text.startswith(b"\xff\xfe") else "utf-8"
        assert finding.place.line <= len(text.decode(encoding, "replace").splitlines()) + 1


LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10 if n else ['x'] * 10)}]\n" for n in range(10))


@pytest.mark.parametrize("name", ["compose.yaml", "sh0.yaml"])
@pytest.mark.parametrize(
    "text",
    [LAUGHS, "[" * 100_000, "a: " * 50_000, "- " * 200_000, "&a [*a]", "x: !!python/object/apply:os.system [ls]"],
)
def test_a_hostile_yaml_is_a_finding_or_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    check(tmp_path)


@pytest.mark.parametrize("name", ["package.json", "composer.json", "tsconfig.json", "renovate.json"])
@pytest.mark.parametrize(
    "text", ["{" * 100_000, "[" * 200_000, '{"a": 1' + "0" * 100_000 + "}", "nonsense", "", "[]", "1", '"\\ud800"']
)
def test_a_hostile_json_is_a_finding_or_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    check(tmp_path)


@pytest.mark.parametrize(
    "line", ["RUN a && \\\n", "a" * 1000, "password = '", "x = 'AKIA", "((((", "https://a:b@", " " * 500, "=" * 99]
)
@pytest.mark.parametrize("name", ["Dockerfile", "app.py", "config.yml", ".env", "a.min.js"])
def test_a_mebibyte_of_one_thing_takes_no_more_than_seconds(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / name).write_text(line * ((1 << 20) // len(line)))
    check(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "FROM a AS b\nCOPY --from=b . .\n" * 8000,
        "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\nENV V{n}=1\n" for n in range(8000)),
        "".join(f"ARG A{n}=1\n" for n in range(9000)) + "".join(f"FROM $A{n}\n" for n in range(9000)),
        "FROM a\n" + "RUN curl -k https://a.b/c | sh\n" * 8000,
    ],
    ids=["stages", "inherited variables", "arguments", "errors"],
)
def test_a_dockerfile_of_very_many_lines_takes_no_more_than_seconds(tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    check(tmp_path)


def test_a_gigabyte_of_nothing_under_every_name_is_cheap(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with open(tmp_path / name, "wb") as file:
            file.truncate(1 << 30)
    begun = time.process_time()
    check(tmp_path)
    assert time.process_time() - begun < 10


def test_names_that_are_no_text_are_carried_through(tmp_path: Path) -> None:
    for name in (b"\xff\xfe.py", b"a\nb.py", b"\x1b[31mred.py", b"-rf"):
        with open(os.path.join(os.fsencode(tmp_path), name), "w") as file:
            file.write("x = 1  # sh0: ignore[SH0-XX001]\n")
    report = check(tmp_path)
    assert len({finding.place.path for finding in report.findings}) == 4
