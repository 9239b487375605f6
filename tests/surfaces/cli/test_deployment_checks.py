"""What findings do to a deployment, and what is kept and told of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from sh0 import ChecksMode, DeploymentState, Platform, Sh0Error
from sh0.bootstrap import Core
from sh0.errors import ChecksFailed, NotFound
from sh0.rules.model import Category, Finding, Place, Severity
from sh0.rules.report import BrokenRule, Report, Suppressed

from .conftest import Ran


def found(severity: Severity, line: int = 3) -> Finding:
    return Finding("SH0-TT001", Category.RUNTIME, severity, "a door is open", Place("app.py", line))


ERROR, WARNING, HINT = map(found, Severity)


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """What checks find: the last of these."""
    reports = [Report()]
    monkeypatch.setattr("sh0.wiring.check_confined", lambda confined, folder, dockerfile: reports[-1])
    return reports


@pytest.fixture
def platform(report: list[Report], core: Core) -> Platform:
    core.platform.apps.create("shop")
    return core.platform


def deploy(platform: Platform, folder: Path) -> sh0.Deployment:
    with sh0.pack(folder) as archive:
        return platform.deployments.upload("shop", archive)


@pytest.mark.parametrize(
    ("app", "project", "findings", "live"),
    [
        (None, None, (), True),
        (None, None, (WARNING, HINT), True),
        (None, None, (ERROR,), False),
        (None, ChecksMode.WARN, (ERROR,), True),
        (None, ChecksMode.OFF, (ERROR,), True),
        (ChecksMode.WARN, None, (ERROR,), True),
        (ChecksMode.WARN, ChecksMode.ENFORCE, (ERROR,), True),
        (ChecksMode.ENFORCE, ChecksMode.WARN, (ERROR,), False),
        (ChecksMode.OFF, ChecksMode.ENFORCE, (ERROR,), True),
    ],
)
def test_errors_stop_a_deployment_unless_the_app_or_its_project_says_otherwise(
    platform: Platform,
    folder: Path,
    report: list[Report],
    app: ChecksMode | None,
    project: ChecksMode | None,
    findings: tuple[Finding, ...],
    live: bool,
) -> None:
    report.append(Report(findings, files=4, mode=project))
    assert platform.apps.get("shop").checks is None
    if app is not None:
        assert platform.apps.configure("shop", checks=app).checks is app
    deployment = deploy(platform, folder)
    if live:
        assert platform.deployments.wait("shop", deployment.id).state is DeploymentState.LIVE
    else:
        with pytest.raises(Sh0Error, match=r"the checks found an error: app.py:3: a door is open"):
            platform.deployments.wait("shop", deployment.id)
        failure = platform.deployments.get("shop", deployment.id).failure
        assert failure is not None
        assert failure.code == ChecksFailed.code
        assert "sh0: ignore[SH0-TT001] reason" in failure.hint
    mode = app or project or ChecksMode.ENFORCE
    if mode is ChecksMode.OFF:
        with pytest.raises(NotFound):
            platform.deployments.checks("shop", deployment.id)
    else:
        kept = platform.deployments.checks("shop", deployment.id)
        assert (kept.findings, kept.mode) == (findings, mode)


def test_findings_are_told_worst_first_and_kept_with_the_deployment(
    platform: Platform, folder: Path, report: list[Report], sh0: Callable[..., Ran]
) -> None:
    suppressed = Suppressed(found(Severity.ERROR, 9), "on purpose", "app.py")
    broken = BrokenRule("SH0-TT009", "acme", "a", "ValueError: no")
    many = tuple(found(Severity.WARNING, line) for line in range(100, 130))
    report.append(Report((HINT, WARNING, ERROR, *many), (suppressed,), (broken,), 7, ("Not all.",), ChecksMode.WARN))
    deployment = deploy(platform, folder)
    platform.deployments.wait("shop", deployment.id)
    lines = [event.text for event in platform.deployments.follow("shop", deployment.id)]
    begin = lines.index("error: app.py:3: a door is open (SH0-TT001)")
    assert lines[begin + 1] == "warning: app.py:3: a door is open (SH0-TT001)"
    assert lines[begin + 20 : begin + 24] == [
        "and 12 more",
        "the rule SH0-TT009 of the plugin acme failed: ValueError: no",
        "Not all.",
        f"checks found 1 error, 31 warnings, 1 hint; score {report[-1].score} of 100",
    ]
    kept = platform.deployments.checks("shop", deployment.id)
    assert kept.findings == report[-1].findings
    assert (kept.suppressed, kept.broken, kept.notes, kept.files) == ((suppressed,), (broken,), ("Not all.",), 7)
    shown = sh0("deployments", "checks", "shop", deployment.id)
    assert shown.out.splitlines()[1] == "app.py:3: warning SH0-TT001 a door is open"
    assert "1 ignored (--suppressed shows them)" in shown.err
    listed = sh0("deployments", "checks", "shop", deployment.id, "--suppressed").out
    assert "because: on purpose (app.py)" in listed
    assert json.loads(sh0("deployments", "checks", "shop", deployment.id, "--json").out)["score"] == kept.score
    with pytest.raises(NotFound):
        platform.deployments.checks("shop", "shop-9")
    platform.apps.delete("shop")


def test_a_deployment_without_a_tree_is_not_checked(platform: Platform, folder: Path) -> None:
    first = deploy(platform, folder)
    platform.deployments.wait("shop", first.id)
    again = platform.apps.restart("shop")
    platform.deployments.wait("shop", again.id)
    assert platform.deployments.checks("shop", first.id).mode is ChecksMode.ENFORCE
    with pytest.raises(NotFound):
        platform.deployments.checks("shop", again.id)
