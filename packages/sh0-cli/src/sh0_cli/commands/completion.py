"""``sh0 completion``: the script that completes commands in a shell."""

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_session
def completion(session: Session, shell: str) -> None:
    """Print the script that completes commands, options and the names of apps in a SHELL.

    In bash: add 'eval "$(sh0 completion bash)"' to ~/.bashrc. In zsh the same with zsh, in ~/.zshrc. In fish:
    sh0 completion fish > ~/.config/fish/completions/sh0.fish
    """
    from click.shell_completion import get_completion_class

    from sh0_cli.group import cli

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"Click has no completion for {shell}")
    text = found(cli, {}, "sh0", "_SH0_COMPLETE").source()
    session.output.document({"script": text}) if session.json else session.output.text(text)
