"""``sh0 rules``: what ``sh0 check`` looks for."""

import click

from sh0_cli.command import command
from sh0_cli.guessing import GuessingGroup
from sh0_cli.session import Session, pass_session


@click.group("rules", cls=GuessingGroup)
def rules() -> None:
    """Show what 'sh0 check' and every deployment look for. No platform is asked."""


@command("list")
@pass_session
def list_(session: Session) -> None:
    """List all rules, with the plugins that bring them."""
    from sh0.frontend import Checker, rule_document
    from sh0_cli.absent import demand_rules

    checker, output = Checker.installed(), session.output
    demand_rules(checker.without_rules)
    ordered = sorted(checker.rules, key=lambda rule: rule.id)
    if output.json:
        output.document([{**rule_document(rule), "plugin": checker.origins[rule.id]} for rule in ordered])
        return
    rows = [
        (rule.id, rule.category.value, rule.severity.value, rule.title, checker.origins[rule.id]) for rule in ordered
    ]
    output.table(("rule", "category", "severity", "what is wrong", "plugin"), rows, empty="There are no rules.")


@command("show")
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show the rule ID: what it finds, why that matters, and how it is fixed."""
    from sh0 import NotFound
    from sh0.frontend import Checker, rule_document
    from sh0_cli.absent import demand_rules

    checker, output = Checker.installed(), session.output
    demand_rules(checker.without_rules)
    rule = next((rule for rule in checker.rules if rule.id == id.upper()), None)
    if rule is None:
        raise NotFound(f"there is no rule {id}", hint="'sh0 rules list' shows all.")
    if output.json:
        output.document({**rule_document(rule), "plugin": checker.origins[rule.id]})
        return
    output.pairs(
        [
            ("rule", rule.id),
            ("title", rule.title),
            ("severity", rule.severity.value),
            ("category", rule.category.value),
            ("looks at", rule.subject.value + (": " + ", ".join(rule.files) if rule.files else "")),
            ("why", rule.why),
            ("fix", rule.remedy),
            ("see", rule.link),
            ("plugin", checker.origins[rule.id]),
        ]
    )


rules.add_command(list_)
rules.add_command(show)
