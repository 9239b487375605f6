"""What the checks of a deployment found, what of it is told, and whether it stops the deployment."""

from collections.abc import Collection, Iterator

import attrs

from sh0.errors import ChecksFailed
from sh0.rules.configuration import ChecksMode
from sh0.rules.model import Finding, Severity
from sh0.rules.report import BrokenRule, Report, Suppressed
from sh0.store import TableSpec

__all__ = ["CHECKS", "DeploymentChecks", "checks_of", "demand", "lines"]

_TOLD = 20
"""Findings that are told one by one; the others are kept with the deployment."""
_NO_COMMENTS = (
    *(".json", ".jsonl", ".ipynb", ".webmanifest", ".map", ".lock", ".lockb", "pnpm-lock.yaml", ".sum", ".csv"),
    *(".pem", ".key", ".crt", ".p12", ".pfx", ".jks", ".ppk", "id_rsa", "id_ed25519", "id_ecdsa"),
)
"""Ends of the names of files that have no comments, or that a tool writes anew."""


@attrs.frozen
class DeploymentChecks:
    """What the checks of a deployment found.

    Attributes:
        deployment: Id of the deployment.
        app: Name of the app.
        mode: What findings did to it.
        score: How good the project is, out of 100; None where no rules were installed, so that nobody knows.
        files: How many files there were to look at.
        findings: What was found, by file and line.
        suppressed: What was found and is ignored.
        broken: Rules that failed.
        notes: What limits the result.
    """

    deployment: str
    app: str
    mode: ChecksMode
    score: int | None
    files: int
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    broken: tuple[BrokenRule, ...]
    notes: tuple[str, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a deployment."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def checks_of(deployment: str, app: str, mode: ChecksMode | None, report: Report) -> DeploymentChecks:
    """What is kept of a report.

    Args:
        deployment: Id of the deployment.
        app: Name of the app.
        mode: What the operator says findings do; None: what the project says, else enforce.
        report: The report.
    """
    return DeploymentChecks(
        deployment,
        app,
        mode or report.mode or ChecksMode.ENFORCE,
        report.score,
        report.files,
        tuple(attrs.evolve(finding, fix=None) for finding in report.findings),
        tuple(attrs.evolve(each, finding=attrs.evolve(each.finding, fix=None)) for each in report.suppressed),
        report.broken,
        report.notes,
    )


def lines(checks: DeploymentChecks, before: Collection[str] = ()) -> Iterator[str]:
    """What is told while the deployment runs: the worst first, hints only counted.

    Args:
        checks: What was found.
        before: Warnings that were told already; what says the same is not told again.
    """
    known = {_plain(text) for text in before}
    warnings = [found for found in checks.findings if found.severity is Severity.WARNING]
    told = [*checks.errors, *(found for found in warnings if _plain(found.message) not in known)]
    for finding in told[:_TOLD]:
        yield f"{finding.severity.value}: {_where(finding)}: {finding.message} ({finding.rule})"
    if len(told) > _TOLD:
        yield f"and {len(told) - _TOLD} more"
    for broken in checks.broken:
        yield f"the rule {broken.rule} of the plugin {broken.plugin} failed: {broken.error}"
    yield from checks.notes
    if checks.findings:
        counts = ((severity.value, sum(f.severity is severity for f in checks.findings)) for severity in Severity)
        found = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts if count)
        yield f"checks found {found}" + ("" if checks.score is None else f"; score {checks.score} of 100")


def demand(checks: DeploymentChecks) -> None:
    """Let a deployment go on, or not.

    Raises:
        ChecksFailed: There are errors, and they are enforced.
    """
    errors = checks.errors
    if not errors or checks.mode is not ChecksMode.ENFORCE:
        return
    first = errors[0]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    raise ChecksFailed(
        f"the checks found an error: {_where(first)}: {first.message} ({first.rule}){more}",
        hint=f"Fix it ('sh0 rules show {first.rule}' says how), or say why it is acceptable {_where_to_say(first)}. "
        f"'sh0 apps configure {checks.app} --checks warn' lets everything pass.",
        findings=[f"{_where(finding)}: {finding.rule}" for finding in errors[:_TOLD]],
    )


def _where_to_say(finding: Finding) -> str:
    """Where a finding can be ignored with a reason: in a comment, if its file can have one that stays."""
    place = finding.place
    if place.line and not place.path.endswith(_NO_COMMENTS):
        return f"in a comment on that line, 'sh0: ignore[{finding.rule}] reason'"
    path = f", path: '{place.path}'" if place.path else ""
    return f"in sh0.yaml, 'checks: {{ignore: [{{rule: {finding.rule}{path}, reason: …}}]}}'"


def _plain(text: str) -> str:
    return text.rstrip(".").casefold()


def _where(finding: Finding) -> str:
    place = finding.place
    return f"{place.path}:{place.line}" if place.line else place.path or "the project"


CHECKS = TableSpec("deployment_checks", DeploymentChecks, ("deployment",), "check of")
