"""``sh0 run``: a command in a new container of an app."""

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("run", context_settings={"allow_interspersed_args": False})
@app_argument
@click.argument("words", nargs=-1, metavar="[COMMAND]...", type=click.UNPROCESSED)
@click.option("--process", metavar="NAME", help="Run the command of this process where none is given.")
@click.option("--deployment", metavar="N", help="In the version of this deployment instead of the one that is live.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", help="A variable besides the app's. May be repeated.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Stop it after this time; 24 hours when left out.")
@click.option("--memory", metavar="SIZE", help="What it may use, as in 512m; 0 for no limit.")
@click.option("--detach", "-d", is_flag=True, help="Return once it has begun; its output is kept.")
@pass_session
def run(
    session: Session,
    app: str,
    words: tuple[str, ...],
    process: str | None,
    deployment: str | None,
    env: tuple[str, ...],
    timeout: float | None,
    memory: str | None,
    detach: bool,
) -> None:
    """Run COMMAND in a new container of APP, with its variables, volumes, network and limits.

    Options stand before the app's name, and everything after it is the command: sh0 run --detach APP -- COMMAND
    The arguments arrive as they are; no shell reads them. For pipes and variables: sh0 run APP -- sh -c '…'
    """
    from sh0 import Secret
    from sh0_cli.parameters import pair
    from sh0_cli.run_output import follow

    program = words[1:] if words[:1] == ("--",) else words
    options = {"timeout": timeout, "memory": memory}
    begun = session.platform.runs.start(
        app,
        program,
        process=process,
        deployment=deployment,
        environment={name: Secret(value) for name, value in map(pair, env)},
        **{name: value for name, value in options.items() if value is not None},  # type: ignore[arg-type]
    )
    if not detach:
        code = follow(session, begun)
        click.get_current_context().exit(code)
    if session.json:
        session.output.document(begun)
    else:
        session.output.say(f"{begun.id} runs. Its output: sh0 runs follow {app} {begun.number}")
