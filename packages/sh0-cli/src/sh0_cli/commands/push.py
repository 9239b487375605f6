"""``sh0 push``: deploy a folder as it is."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

import click

from sh0_cli.app_names import complete_apps
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("push")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--app", metavar="NAME", shell_complete=complete_apps, help="App; named after the folder if left out.")
@click.option("--label", default="", metavar="TEXT", help="What to call this version.")
@click.option("--no-wait", is_flag=True, help="Return once it is uploaded.")
@pass_session
def push(session: Session, path: Path, app: str | None, label: str, no_wait: bool) -> None:
    """Deploy the folder PATH (this one if left out) as it is on this machine.

    What .gitignore, .sh0ignore and the .dockerignore of the build name stays here, and so do .env files. The app is
    created if there is none of that name.
    """
    import sh0
    from sh0 import ByteSize, NotFound
    from sh0_cli.progress import finish

    name = app or slug(path)
    platform, output = session.platform, session.output
    try:
        record = platform.apps.get(name)
    except NotFound:
        record = None
    settings = {} if record is None else {"root": record.root, "dockerfile": record.dockerfile}
    with sh0.pack_app(path, tell=output.warn, **settings) as archive:
        if record is None:
            output.say(f"There is no app {name} yet: creating it.")
            platform.apps.create(name)
        length = os.fstat(archive.fileno()).st_size
        output.say(f"Uploading {path.resolve().name} to {name}: {ByteSize(length).words}")
        with output.progress(length) as advance:
            watched = _Watched(archive, advance)
            deployment = platform.deployments.upload(name, watched, label=label)  # type: ignore[arg-type]
    finish(session, deployment, wait=not no_wait)


def slug(folder: Path) -> str:
    """The name of an app for a folder: its own name in lower case, anything else than letters and digits as hyphens.

    Raises:
        click.UsageError: Nothing is left of it.
    """
    words = re.findall(r"[a-z0-9]+", folder.resolve().name.lower())
    name = re.sub(r"^[0-9-]+", "", "-".join(words))[:40].rstrip("-")
    if not name:
        raise click.UsageError(f"no name for an app can be made of {str(folder.resolve())!r}; give one with --app NAME")
    return name


class _Watched:
    """A file that tells how much of it has been read."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self._file, self._tell = file, tell

    def read(self, count: int = -1) -> bytes:
        chunk = self._file.read(count)
        self._tell(len(chunk))
        return chunk
