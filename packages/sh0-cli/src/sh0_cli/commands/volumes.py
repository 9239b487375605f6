"""``sh0 volumes download``, ``upload`` and ``delete``: what a generated command cannot do with files and questions."""

import base64
import os
import sys
import tarfile
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.output import ask
from sh0_cli.session import Session, pass_session

_volume = click.argument("volume", metavar="VOLUME")


@command("download")
@app_argument
@_volume
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE|-]", required=False)
@pass_session
def download(session: Session, app: str, volume: str, file: Path | None) -> None:
    """Save all that is in VOLUME of APP as a tar archive: in APP-VOLUME.tar, in FILE, or on standard output with -.

    A file that is there is replaced once the archive is whole.
    """
    from sh0 import ByteSize

    to = Path(f"{app}-{volume}.tar") if file is None else file
    pieces = session.platform.volumes.download(app, volume)
    if str(to) == "-":
        with click.open_file("-", "wb") as out:
            for piece in pieces:
                out.write(base64.b64decode(piece.data))
        return
    with tempfile.NamedTemporaryFile(dir=to.absolute().parent, prefix=f".{to.name}.", delete=False) as written:
        try:
            for piece in pieces:
                written.write(base64.b64decode(piece.data))
            written.flush()
            os.replace(written.name, to)
        except BaseException:
            os.unlink(written.name)
            raise
    size = to.stat().st_size
    if session.json:
        session.output.document({"file": str(to), "bytes": size})
    else:
        session.output.say(f"{to}  {ByteSize(size).words}")


@command("upload")
@app_argument
@_volume
@click.argument("source", type=click.Path(exists=True, path_type=Path, allow_dash=True), metavar="FOLDER|FILE|-")
@click.option("--keep-owners", is_flag=True, help="Keep the users and groups of the archive.")
@pass_session
def upload(session: Session, app: str, volume: str, source: Path, keep_owners: bool) -> None:
    """Put a folder, or what a tar archive holds, into VOLUME of APP; files of the same names are replaced.

    Everything belongs to whom the volume belongs, so that the app can read and write it.
    """
    from sh0_cli import records

    with ExitStack() as opened:
        if str(source) == "-":
            archive = cast("IO[bytes]", sys.stdin.buffer)
        elif source.is_dir():
            archive = cast("IO[bytes]", opened.enter_context(tempfile.TemporaryFile(prefix="sh0-volume-")))
            with tarfile.open(fileobj=archive, mode="w") as packed:
                packed.add(source, ".")
            archive.seek(0)
        else:
            archive = opened.enter_context(source.open("rb"))
        records.show(session.output, session.platform.volumes.upload(app, volume, archive, keep_owners=keep_owners))


@command("delete")
@app_argument
@_volume
@click.option("--yes", "-y", is_flag=True, help="Do not ask for the name.")
@pass_session
def delete(session: Session, app: str, volume: str, yes: bool) -> None:
    """Delete VOLUME of APP, which nothing may use. It can be restored for seven days."""
    volumes, output = session.platform.volumes, session.output
    detail = volumes.get(app, volume)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm it; give --yes")
        size = "of a size that was not measured yet" if detail.size is None else detail.size.words
        output.say(f"This deletes the volume {volume} of {app}, {size}. For seven days it can be restored.")
        if ask("Type its name to go on", default="", show_default=False) != volume:
            raise click.ClickException("that is not its name; nothing was deleted")
    removed = volumes.delete(app, volume, confirm=volume).removed
    if output.json:
        output.document({"deleted": volume, "removed": removed.isoformat() if removed else None})
    else:
        output.say(f"{volume} is deleted. Until {removed:%Y-%m-%d %H:%M} UTC: sh0 volumes restore {app} {volume}")
