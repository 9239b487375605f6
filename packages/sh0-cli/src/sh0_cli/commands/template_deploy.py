"""``sh0 templates deploy`` and ``update``: from a template to a stack that serves."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sh0_cli.app_names import COMPLETED, stack_argument
from sh0_cli.command import command
from sh0_cli.output import Output, ask, confirm
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import NeededPermission, Secret, TemplatePlan, TemplateRelease, TemplateVariable

_ENV = click.option(
    "-e",
    "--env",
    "env",
    multiple=True,
    metavar="K=V",
    help="The value of a variable; - is read from standard input. [several]",
)
_ALLOW = click.option(
    "--allow",
    multiple=True,
    metavar="WHAT",
    help="Allow what needs permission: KIND for all of its kind in the plan, or KIND:SUBJECT. [several]",
)
_YES = click.option("--yes", "-y", is_flag=True, help="Do not ask whether to go on.")
_NO_WAIT = click.option("--no-wait", is_flag=True, help="Return once it has begun.")


@command("deploy")
@click.argument("template", shell_complete=COMPLETED["template"])
@click.option("--name", metavar="NAME", help="Name of the stack; the template's if left out.")
@_ENV
@_ALLOW
@_YES
@_NO_WAIT
@pass_session
def deploy(
    session: Session,
    template: str,
    name: str | None,
    env: tuple[str, ...],
    allow: tuple[str, ...],
    yes: bool,
    no_wait: bool,
) -> None:
    """Make a stack of TEMPLATE: the name of one, or a file of your own (with a slash, or ending with .yaml).

    Asks for what only you can say, makes passwords and keys at random, shows the plan, and follows the release to its
    end. What was made is printed once.
    """
    arguments: dict[str, Any] = {"stack": name}
    if "/" in template or template.endswith((".yaml", ".yml")):
        file = Path(template)
        if not file.is_file():
            raise click.UsageError(f"there is no file {file}")
        template, arguments["text"] = file.stem, file.read_text(encoding="utf-8")
    templates = session.platform.templates
    given = _Given(session.output, env, allow, ask=not session.output.json and sys.stdin.isatty())
    plan = given.completed(lambda more: templates.plan(template, **arguments, **more))
    if not session.output.json:
        _confirm(session.output, plan, yes=yes)
    _finish(session, templates.deploy(template, **arguments, **given.arguments), wait=not no_wait)


@command("update")
@stack_argument
@click.option("--file", type=click.Path(exists=True, path_type=Path), help="For a stack that was made of a file.")
@_ENV
@_ALLOW
@_YES
@_NO_WAIT
@pass_session
def update(
    session: Session,
    stack: str,
    file: Path | None,
    env: tuple[str, ...],
    allow: tuple[str, ...],
    yes: bool,
    no_wait: bool,
) -> None:
    """Bring STACK to the newest revision of its template, with the values that it has.

    Shows the difference of the files and the plan first. 'sh0 compose rollback' undoes it.
    """
    templates, output = session.platform.templates, session.output
    given = _Given(output, env, allow, ask=not output.json and sys.stdin.isatty())
    text = None if file is None else file.read_text(encoding="utf-8")
    plan = given.completed(lambda more: templates.preview(stack, text=text, **more))
    if not output.json:
        if plan.earlier == plan.revision and not plan.difference and not env:
            output.say(f"{stack} is of the newest revision of {plan.template} ({plan.revision}).", "green")
            return
        _show_difference(output, plan.difference)
        _confirm(output, plan, yes=yes)
    _finish(session, templates.update(stack, text=text, **given.arguments), wait=not no_wait)


class _Given:
    """What somebody gives: with options, and when they are asked."""

    def __init__(self, output: Output, env: tuple[str, ...], allow: tuple[str, ...], *, ask: bool) -> None:
        from sh0 import Secret
        from sh0_cli.parameters import pair

        self._output, self._ask, self._allow = output, ask, allow
        self._values: dict[str, Secret] = {}
        for name, value in map(pair, env):
            self._values[name] = Secret(_typed(name) if value == "-" else value)

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments of the operations."""
        return {"variables": self._values, "allow": self._allow}

    def completed(self, plan: "Callable[[dict[str, Any]], TemplatePlan]") -> "TemplatePlan":
        """The plan, once everything is given that it asks for."""
        found = plan(self.arguments)
        while found.asked and self._ask:
            variable = found.asked[0]
            self._values[variable.name] = _asked(self._output, variable)
            found = plan(self.arguments)
        needed = [need for need in found.plan.needs if not need.given] if found.plan and self._ask else []
        for permission in dict.fromkeys(need.permission.text for need in needed):
            self._permit(found, permission, [need for need in needed if need.permission.text == permission])
        return plan(self.arguments) if needed else found

    def _permit(self, found: "TemplatePlan", permission: str, needs: "list[NeededPermission]") -> None:
        for need in needs:
            self._output.say(f"{need.service}: {need.message}", "yellow")
        if (why := found.permissions.get(needs[0].allow.value)) is not None:
            self._output.say(f"Why: {why}")
        confirm(f"Allow {permission}?")
        self._allow = (*self._allow, permission)


def _typed(name: str) -> str:
    """A value that leaves no trace in the shell's history: asked for, or read from standard input."""
    if sys.stdin.isatty():
        return str(ask(name, hide_input=True))
    return sys.stdin.read().removesuffix("\n")


def _asked(output: Output, variable: "TemplateVariable") -> "Secret":
    from sh0 import Secret
    from sh0.frontend import value_refusal

    output.say(f"{variable.name}: {variable.description}")

    def check(text: str) -> str:
        if reason := value_refusal(variable, text):
            raise click.UsageError(reason)
        return text

    choice = click.Choice(variable.choices) if variable.choices else None
    value_proc = None if choice else check
    text = ask("", prompt_suffix="> ", hide_input=variable.sealed, type=choice, value_proc=value_proc)
    return Secret(text)


def _confirm(output: Output, plan: "TemplatePlan", *, yes: bool) -> None:
    from sh0_cli.stack_plan import show_plan

    if plan.plan is None:
        return  # the operation says what is missing
    show_plan(output, plan.plan)
    for warning in plan.warnings:
        output.say(f"warning  {warning}", "yellow")
    if plan.made:
        output.say(f"made at random: {', '.join(plan.made)}", "dim")
    if not yes and sys.stdin.isatty():
        confirm("Do it?")


def _show_difference(output: Output, lines: tuple[str, ...]) -> None:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        output.say(line, colours.get(line[:1], "") if output.pretty else "")


def _finish(session: Session, made: "TemplateRelease", *, wait: bool) -> None:
    from sh0_cli.stack_progress import finish

    output = session.output
    if output.json:
        if wait:
            session.platform.stacks.wait(made.release.stack, made.release.id)
        output.document(made)
        return
    try:
        finish(session, made.release, wait=wait)
    finally:  # a release that failed may have made a database with it
        _show_credentials(output, made.credentials)


def _show_credentials(output: Output, credentials: Mapping[str, str]) -> None:
    if credentials:
        output.say()
        output.say("Made for you, and shown this once:" if output.pretty else "")
        output.pairs(credentials.items())
