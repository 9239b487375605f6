"""``sh0 check`` and ``sh0 rules``, without any platform."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

import sh0
from sh0 import Category, Edit, Fix, Severity
from sh0.frontend import Checker
from sh0.plugin import Hit, Rule, Subject
from sh0.rules.subjects import DockerfileText, TextFile
from sh0_cli.group import cli
from sh0_cli.output import Output
from sh0_cli.session import Session

from .conftest import Ran

WORDS = ("why it matters.", "how to mend it.", "https://example.org")


def _latest(file: DockerfileText) -> Iterator[Hit]:
    for stage in file.parsed.stages:
        if stage.base.endswith(":latest"):
            fix = Fix("Pin it", (Edit(file.file.path, stage.start.line, stage.start.line, ("FROM pinned:1",)),))
            yield Hit(f"{stage.base} is not pinned", stage.start.line, 1, fix=fix)


def _todo(file: TextFile) -> Iterator[Hit]:
    yield from (Hit("to be done", number) for number, line in enumerate(file.lines, 1) if "TODO" in line)


RULES = (
    Rule("SH0-TT001", Category.DOCKERFILE, Severity.ERROR, "Not pinned", *WORDS, Subject.DOCKERFILE, _latest),
    Rule("SH0-TT002", Category.RUNTIME, Severity.WARNING, "Undone", *WORDS, Subject.FILE, _todo, (), "TODO"),
)


@pytest.fixture
def check(lonely: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs ``sh0 check`` with two rules in a folder with an error and a warning."""
    monkeypatch.setattr(Checker, "installed", lambda: Checker(RULES, {rule.id: "ours" for rule in RULES}))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM a:latest\nRUN b\n")
    (folder / "src/a.py").write_text("x = 1\n# TODO\n# TODO  # sh0: ignore[SH0-TT002] for ever\n")
    monkeypatch.chdir(folder)
    return lambda *arguments, **more: lonely("check", *arguments, **more)


def test_findings_are_lines_in_a_pipe_and_errors_end_with_1(check: Callable[..., Ran]) -> None:
    ran = check()
    assert ran.code == 1
    assert ran.out == (
        "Dockerfile:1:1: error SH0-TT001 a:latest is not pinned\nsrc/a.py:2: warning SH0-TT002 to be done\n"
    )
    assert "1 error, 1 warning in 2 files; 1 ignored (--suppressed shows them); 1 can be fixed with --fix." in ran.err
    assert "Score: 76 of 100." in ran.err


def test_a_person_is_told_why_and_how_once_a_rule(check: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    real = Output.__init__
    monkeypatch.setattr(Output, "__init__", lambda self, json=False: real(self, json=json, pretty=True))
    Path("src/b.py").write_text("TODO")
    out = check().out
    assert out.index("Dockerfile\n") < out.index("src/a.py\n") < out.index("src/b.py\n")
    assert out.count("why it matters.") == 2
    assert "SH0-TT001  a:latest is not pinned  (--fix)" in out


@pytest.mark.parametrize(
    ("arguments", "code", "rules"),
    [
        ((), 1, {"SH0-TT001", "SH0-TT002"}),
        (("--rule", "SH0-TT002"), 0, {"SH0-TT002"}),
        (("--rule", "SH0-TT002", "--strict"), 1, {"SH0-TT002"}),
        (("--category", "dockerfile"), 1, {"SH0-TT001"}),
        (("--category", "secrets", "--strict"), 0, set()),
        (("--severity", "error"), 1, {"SH0-TT001"}),
        (("src",), 0, {"SH0-TT002"}),
        (("Dockerfile",), 1, {"SH0-TT001"}),
        (("src", "Dockerfile", "src/a.py"), 1, {"SH0-TT001", "SH0-TT002"}),
    ],
)
def test_what_is_asked_for_decides_what_is_shown_and_how_it_ends(
    check: Callable[..., Ran], arguments: tuple[str, ...], code: int, rules: set[str]
) -> None:
    ran = check(*arguments, "--json")
    assert ran.code == code
    assert {finding["rule"] for finding in json.loads(ran.out)["findings"]} == rules


def test_paths_are_those_that_were_given(check: Callable[..., Ran]) -> None:
    out = check("src", "./Dockerfile", "../shop/src/a.py").out
    assert [line.split(":")[0] for line in out.splitlines()] == ["src/a.py", "Dockerfile", "../shop/src/a.py"]


def test_a_link_is_checked_where_it_leads(check: Callable[..., Ran]) -> None:
    Path("link").symlink_to("Dockerfile")
    ran = check("link")
    assert ran.code == 1
    assert f"{Path('Dockerfile').resolve()}:1:1: error SH0-TT001" in ran.out


def test_the_score_is_that_of_everything_whatever_is_shown(check: Callable[..., Ran]) -> None:
    assert {json.loads(check("--json", "--severity", name).out)["score"] for name in ("error", "hint")} == {76}


@pytest.mark.parametrize("arguments", [("nowhere",), ("--rule", "SH0-XX999"), ("--format", "xml")])
def test_what_cannot_be_meant_is_refused(check: Callable[..., Ran], arguments: tuple[str, ...]) -> None:
    assert check(*arguments).code == 2


def test_sarif_and_annotations_are_written(check: Callable[..., Ran]) -> None:
    assert len(json.loads(check("--format", "sarif").out)["runs"][0]["results"]) == 3
    assert check("--format", "github").out.startswith("::error file=Dockerfile,line=1,col=1,title=SH0-TT001 Not pinned")


def test_suppressed_findings_are_listed_with_their_reason(check: Callable[..., Ran]) -> None:
    out = check("--suppressed").out
    assert "ignored  src/a.py:3: warning SH0-TT002 to be done\n         because: for ever (src/a.py)" in out


def test_fix_shows_the_change_and_makes_it_when_told(check: Callable[..., Ran]) -> None:
    refused = check("--fix")
    assert refused.code == 2
    assert "-FROM a:latest\n+FROM pinned:1\n" in refused.err
    assert Path("Dockerfile").read_text() == "FROM a:latest\nRUN b\n"
    done = check("--fix", "--yes")
    assert Path("Dockerfile").read_text() == "FROM pinned:1\nRUN b\n"
    assert done.code == 0
    assert "SH0-TT001" not in done.out
    assert "nothing that can be fixed" in check("--fix", "--yes").out


def test_the_rules_are_listed_and_explained(check: Callable[..., Ran], lonely: Callable[..., Ran]) -> None:
    assert lonely("rules", "list").out.splitlines()[0].split("\t")[0] == "SH0-TT001"
    assert "fix\thow to mend it.\n" in lonely("rules", "show", "sh0-tt002").out
    assert json.loads(lonely("rules", "show", "SH0-TT002", "--json").out)["plugin"] == "ours"
    assert lonely("rules", "show", "SH0-XX999").code == 3


def test_a_check_of_one_dockerfile_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.13-slim\n")
    code = (
        f"import sys; sys.argv = ['sh0', 'check', {str(tmp_path / 'Dockerfile')!r}]\n"
        "from sh0_cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    heavy = {"yaml", "jsonschema", "cattrs", "rich", "httpx", "sqlite3", "ssl", "asyncio", "subprocess", "xml.etree"}
    ours = {"sh0.platform", "sh0.operations", "sh0.codec", "sh0.builds.recipes", "sh0.stacks", "sh0.templates"}
    assert set(done.stdout.splitlines()[-1].split()) & (heavy | ours) == set()


def test_the_library_checks_a_folder_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1  # sh0: ignore[SH0-XX001]\n")
    assert "SH0-FI002" in {finding.rule for finding in sh0.check_folder(tmp_path).findings}
    assert [finding.rule for finding in sh0.check_file(tmp_path / "a.py").findings] == ["SH0-FI002"]


def _command(words: list[str]) -> click.Command | None:
    """The command that a line begins with."""
    found: click.Command | None = cli
    while words and isinstance(found, click.Group) and re.fullmatch("[a-z-]+", words[0]):
        name = words.pop(0)
        found = found.get_command(click.Context(found, obj=Session()), name)
    return found


def test_every_command_that_a_rule_recommends_exists() -> None:
    recommended = {
        line for rule in Checker.installed().rules for line in re.findall(r"`sh0 ([a-z][^`]*)`", rule.why + rule.remedy)
    }
    assert recommended
    assert [line for line in sorted(recommended) if _command(line.split()) is None] == []
