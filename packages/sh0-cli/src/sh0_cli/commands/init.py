"""``sh0 init``: what a folder needs before its first push."""

from pathlib import Path

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

_IGNORE = """\
# What 'sh0 push' leaves on this machine, in the syntax of .gitignore.
# .gitignore and .dockerignore count as well, and .env files are never sent.
*.log
*.sqlite3
/tmp/
"""


@command("init")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@pass_session
def init(session: Session, path: Path) -> None:
    """Prepare the folder PATH (this one if left out): write a .sh0ignore, and say how it would be deployed.

    What app.json, render.yaml, fly.toml and the like say becomes a sh0.yaml, as far as it is understood.
    """
    import sh0
    from sh0 import UnsupportedProject
    from sh0_cli.commands.push import slug

    output, app, ignore = session.output, slug(path), path / ".sh0ignore"
    problem = None
    try:
        stack = sh0.detect_folder(path).label
    except UnsupportedProject as error:
        stack, problem = "", error
    written = not ignore.exists()
    if written:
        ignore.write_text(_IGNORE)
    manifest, translated = path / "sh0.yaml", sh0.translate_folder(path, app)
    if translated is not None:
        manifest.write_text(translated.text)
    if output.json:
        output.document(
            {
                "app": app,
                "ignore": str(ignore),
                "written": written,
                "manifest": str(manifest) if translated is not None else None,
                "stack": stack or None,
            }
        )
        return
    output.say(f"{ignore} {'is written' if written else 'is there already'}.")
    if translated is not None:
        output.say(
            f"{manifest} is written, out of {', '.join(translated.files)}. Look through it before the first push."
        )
        for each in translated.untold:
            output.say(f"Not translated: {each}", "yellow")
    if problem is not None:
        output.say(f"Not ready yet: {problem.message}. {problem.hint}", "yellow")
        return
    folder = "" if path == Path(".") else f" {path}"
    output.say(f"This is {stack}. Deploy it as the app {app}: sh0 push{folder}")
