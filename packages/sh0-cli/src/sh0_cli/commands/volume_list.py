"""``sh0 volumes list``, ``get`` and ``copy``, for people."""

from typing import TYPE_CHECKING

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import VolumeDetail, VolumeUse

_COLUMNS = ("of", "volume", "mounted at", "size", "growth", "in use by")


@command("list")
@click.option("--app", metavar="NAME", help="Only those of this app, or of the stack of this name.")
@pass_session
def list_(session: Session, app: str | None) -> None:
    """List the volumes of apps and stacks: where they are mounted, how large they are, and who has them.

    Those that were deleted are among them as long as they can be restored.
    """
    output, found = session.output, session.platform.volumes.list(app=app)
    if output.json:
        output.document(found)
        return
    rows = [
        (
            each.volume.owner,
            each.volume.name,
            ", ".join(dict.fromkeys(use.path for use in each.uses)),
            _size(each, human=output.pretty),
            _growth(each),
            _used_by(each),
        )
        for each in found
    ]
    whose = f"{app} has" if app else "There are"
    output.table(
        _COLUMNS, rows, empty=f"{whose} no volumes. Make one: sh0 volumes attach APP NAME /PATH", least=["growth"]
    )


@command("get")
@app_argument
@click.argument("volume", metavar="VOLUME")
@pass_session
def get(session: Session, app: str, volume: str) -> None:
    """Show VOLUME of APP: who has it and where, how large it is, how it grows, and what is free on its disk."""
    from sh0_cli.words import word

    output, found = session.output, session.platform.volumes.get(app, volume)
    if output.json:
        output.document(found)
        return
    human = output.pretty
    measured = "" if found.measured is None else f", measured {word(found.measured, human=human)}"
    uses = [("mounted at", f"{each.path}{', shared' * each.shared} by {_user(each)}") for each in found.uses]
    output.pairs(
        [
            ("volume", f"{found.volume.name} of {found.volume.owner}"),
            *(uses or [("mounted at", "nowhere: nothing has it")]),
            ("size", f"{_size(found, human=human) or 'not measured yet'}{measured}"),
            ("growth", _growth(found)),
            ("free", "" if found.free is None else f"{found.free.words} on its disk"),
            ("made", word(found.volume.created, human=human)),
            ("engine", found.volume.source),
        ]
    )


@command("copy")
@app_argument
@click.argument("volume", metavar="VOLUME")
@click.argument("to", metavar="COPY")
@click.option("--into", metavar="NAME", help="App or stack that gets the copy; the same one when left out.")
@pass_session
def copy(session: Session, app: str, volume: str, to: str, into: str | None) -> None:
    """Copy all that is in VOLUME of APP into a new volume, COPY.

    Files are copied as they are when their turn comes: stop the app first if they have to fit together, as those of a
    database do. What is broken off leaves nothing.
    """
    from sh0 import ByteSize

    output, copied = session.output, 0
    for progress in session.platform.volumes.copy(app, volume, to, into=into):
        copied = progress.bytes
        if output.json:
            output.item(progress)
    output.say(f"{volume} of {app} is copied to {to} of {into or app}: {ByteSize(copied).words}")


def _size(found: "VolumeDetail", *, human: bool) -> str:
    from sh0_cli.words import word

    return "" if found.size is None else word(found.size, human=human)


def _growth(found: "VolumeDetail") -> str:
    from sh0 import ByteSize

    if found.growth is None:
        return ""
    sign = "-" if found.growth < 0 else "+"
    return f"{sign}{ByteSize(round(abs(found.growth))).words} a day"


def _used_by(found: "VolumeDetail") -> str:
    if found.removed is not None:
        return f"deleted, kept until {found.removed:%Y-%m-%d %H:%M} UTC"
    return ", ".join(dict.fromkeys(map(_user, found.uses))) or ("nobody" if found.volume.ready else "being copied")


def _user(use: "VolumeUse") -> str:
    who = use.deployment or f"{use.app} from its next deployment"
    return f"{who} ({', '.join(use.processes)})" if use.processes else who
