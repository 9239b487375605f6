"""``sh0 check``: what is wrong with a folder or a file, found out on this machine."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import Finding, Report
    from sh0.frontend import Checker

# As in sh0.Category, which would have to be loaded for every completion.
_CATEGORIES = (
    *("secrets", "exposure", "dockerfile", "compose"),
    *("dependencies", "runtime", "reliability", "performance"),
)
_SEVERITIES = ("error", "warning", "hint")


@command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How to write the answer.",
)
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only findings of this rule; may be given again.")
@click.option("--category", "categories", multiple=True, type=click.Choice(_CATEGORIES), help="Only of this category.")
@click.option("--severity", type=click.Choice(_SEVERITIES), default="hint", show_default=True, help="At least as bad.")
@click.option("--strict", is_flag=True, help="End with 1 for warnings, hints and failed rules as well.")
@click.option("--suppressed", is_flag=True, help="List what is ignored as well, and why.")
@click.option("--fix", is_flag=True, help="Fix what can be fixed safely, after showing the changes.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--no-memory", is_flag=True, help="Look at every file, whatever earlier checks found.")
@pass_session
def check(
    session: Session,
    paths: tuple[Path, ...],
    form: str,
    rules: tuple[str, ...],
    categories: tuple[str, ...],
    severity: str,
    strict: bool,
    suppressed: bool,
    fix: bool,
    yes: bool,
    no_memory: bool,
) -> int:
    """Look for what is wrong in folders and files (this folder if none is given). Nothing of them is executed.

    No platform is asked. Ends with 1 if an error is found, with --strict if anything is.
    """
    from sh0.frontend import Checker
    from sh0_cli.absent import demand_rules
    from sh0_cli.logging_lines import told_elsewhere

    with told_elsewhere():
        checker = Checker.installed()
    if checker.without_rules:
        for note in checker.notes[:-1]:
            session.output.warn(note)
    demand_rules(checker.without_rules)
    known = {rule.id for rule in checker.rules}
    for id in rules:
        if id not in known:
            raise click.BadParameter(f"there is no rule {id}; 'sh0 rules list' shows all", param_hint="--rule")

    def wanted(finding: "Finding") -> bool:
        return (
            (not rules or finding.rule in rules)
            and (not categories or finding.category.value in categories)
            and _SEVERITIES.index(finding.severity.value) <= _SEVERITIES.index(severity)
        )

    targets = [path.resolve() if path.is_symlink() else path for path in paths] or [Path(".")]
    report = _check(checker, targets, wanted, memory=not no_memory)
    if fix:
        from sh0_cli.fixing import apply_fixes

        reports = [(path, _look(checker, path, memory=False).only(wanted)) for path in targets]
        if apply_fixes(session.output, reports, ask=not yes):
            report = _check(checker, targets, wanted, memory=not no_memory)
    _show(session, checker, report, form, suppressed)
    if strict and (report.findings or report.broken):
        return 1
    return 1 if any(finding.severity.value == "error" for finding in report.findings) else 0


def _check(
    checker: "Checker", targets: Sequence[Path], wanted: "Callable[[Finding], bool]", *, memory: bool
) -> "Report":
    from sh0.frontend import report_below, reports_together

    reports = []
    for path in targets:
        folder = path if path.is_dir() else path.parent
        report = _look(checker, path, memory=memory)
        reports.append(report if str(folder) == "." else report_below(report, folder.as_posix().rstrip("/")))
    return reports_together(reports).only(wanted)


def _look(checker: "Checker", path: Path, *, memory: bool) -> "Report":
    if not path.is_dir():
        return checker.file(path)
    from sh0.frontend import findings_folder

    return checker.folder(path, memory=findings_folder() if memory else None)


def _show(session: Session, checker: "Checker", report: "Report", form: str, suppressed: bool) -> None:
    if form == "github":
        from sh0.frontend import annotations

        for line in annotations(report, checker.rules):
            session.output.say(line)
    elif form == "sarif" or session.output.json:
        if form == "sarif":
            from sh0.frontend import sarif as written
        else:
            from sh0.frontend import report_document as written
        session.output.document(written(report, checker.rules))
    else:
        from sh0_cli.findings import show

        show(session.output, report, checker.rules, suppressed=suppressed)
