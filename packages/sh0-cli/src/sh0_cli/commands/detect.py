"""``sh0 detect``: how a folder would be built, found out on this machine."""

from pathlib import Path

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("detect")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--dockerfile", is_flag=True, help="Print the Dockerfile that it would be built with.")
@pass_session
def detect(session: Session, path: Path, dockerfile: bool) -> None:
    """Show how the folder PATH (this one if left out) would be built. Nothing of it is executed.

    No platform is asked.
    """
    import sh0
    from sh0.builds.dockerfile import render

    found, output = sh0.detect_folder(path), session.output
    if dockerfile:
        text = found.dockerfile_text if found.dockerfile else render(found)
        output.document({"dockerfile": text}) if output.json else click.echo(text, nl=not text.endswith("\n"))
        return
    if output.json:
        output.document(found)
        return
    output.pairs(
        [
            ("stack", found.label),
            ("version from", found.version_source),
            ("install", "; ".join(found.install)),
            ("build", "; ".join(found.build)),
            (
                "start",
                " ".join(found.start) or ("files of " + found.static_directory if found.static_directory else ""),
            ),
            ("port", "" if found.port is None else str(found.port)),
            ("image", found.runtime_image),
        ]
    )
    for warning in found.warnings:
        output.say(f"warning  {warning}", "yellow")
