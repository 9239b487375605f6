"""``sh0 plugins list``: the plugins, and which of them do what they should."""

from typing import TYPE_CHECKING

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import InstalledPlugin


@command("list")
@pass_session
def list_(session: Session) -> None:
    """List the plugins of the platform: their state, what each adds, and what is wrong with it.

    Where no platform answers, those that this command itself finds are listed.
    """
    from sh0 import DaemonUnreachable
    from sh0_cli.logging_lines import told_elsewhere

    output = session.output
    try:
        found = session.platform.plugins.list()
    except DaemonUnreachable:
        output.warn("No platform answers; these are the plugins that are installed here.")
        with told_elsewhere():
            found = _here()
    if output.json:
        output.document(found)
        return
    rows = [
        (
            each.name,
            each.version,
            _state(each),
            ", ".join(each.hooks),
            "; ".join(filter(None, (each.problem, *each.warnings))),
        )
        for each in found
    ]
    output.table(("plugin", "version", "state", "hooks", "problem"), rows, least=["version", "hooks"])


def _here() -> "tuple[InstalledPlugin, ...]":
    from sh0.frontend import Plugins

    plugins = Plugins()
    for ask in (plugins.recipes, plugins.rules, plugins.templates, plugins.commands):  # each shows whether it fails
        ask()
    return plugins.describe()


def _state(plugin: "InstalledPlugin") -> str:
    if plugin.problem:
        return "disabled"
    return "partly in use" if plugin.warnings else "in use"
