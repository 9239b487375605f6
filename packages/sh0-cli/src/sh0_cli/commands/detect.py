"""``sh0 detect``: how a folder would be built, found out on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import Detection


@command("detect")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--root", default="", metavar="FOLDER", help="Folder in PATH that is the app, as in a monorepo.")
@click.option("--dockerfile", is_flag=True, help="Print the Dockerfile that it would be built with.")
@pass_session
def detect(session: Session, path: Path, root: str, dockerfile: bool) -> None:
    """Show how the folder PATH (this one if left out) would be built. Nothing of it is executed.

    No platform is asked; the recipes of plugins that are installed here count.
    """
    import sh0
    from sh0.frontend import render_dockerfile

    found, output = sh0.detect_folder(path, root=root), session.output
    if dockerfile:
        text = found.dockerfile_text if found.dockerfile else render_dockerfile(found)
        output.document({"dockerfile": text}) if output.json else output.text(text)
        return
    if output.json:
        output.document(found)
        return
    output.pairs(_pairs(found))
    for warning in found.warnings:
        output.say(f"warning  {warning}", "yellow")


_UNSAID = "as the image exposes, else 8080; the variable PORT says which"


def _pairs(found: "Detection") -> list[tuple[str, str]]:
    from sh0_cli.words import as_written

    pages = f"files of {found.static_directory}" if found.static_directory else ""
    others = {name: line for name, line in found.processes.items() if name != "web"}
    return [
        ("stack", found.label),
        ("version from", found.version_source or ("sh0's default" if found.version else "")),
        ("workspace", found.context or "the whole folder" if found.root else ""),
        ("install", "; ".join(found.install)),
        ("build", "; ".join(found.build)),
        ("start", as_written(found.start) or pages),
        *((f"process {name}", line) for name, line in others.items()),
        ("port", _UNSAID if found.port is None else str(found.port)),
        ("image", found.runtime_image),
    ]
