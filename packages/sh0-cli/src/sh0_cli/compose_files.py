"""Which Compose files a command means, and the options that say how they are read."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import click

from sh0_cli.session import Session

Body = Callable[..., Any]


@attrs.frozen
class ComposeFiles:
    """Compose files on this machine.

    Attributes:
        folder: Folder of the project, the one of the first file.
        files: The files, relative to it; none: the usual names.
        variables: Variables that were given.
        profiles: Profiles that are on.
        name: Name of the stack, if it was given.
        allow: What is allowed.
    """

    folder: Path
    files: tuple[str, ...]
    variables: dict[str, str]
    profiles: tuple[str, ...]
    name: str
    allow: tuple[str, ...]

    @contextmanager
    def sent(self, session: Session) -> Iterator[dict[str, Any]]:
        """Send the folder; yields the arguments of `stacks.plan` and `stacks.up`."""
        import sh0

        given = {"variables": self.variables, "profiles": self.profiles}
        tell = session.output.warn
        with sh0.pack_compose(self.folder, self.files, tell=tell, **given) as archive:  # type: ignore[arg-type]
            name = session.platform.stacks.receive(archive)
        yield {
            "archive": name,
            "stack": self.name or sh0.plan_compose(self.folder, self.files, **given).stack,  # type: ignore[arg-type]
            "files": self.files,
            "variables": {key: sh0.Secret(value) for key, value in self.variables.items()},
            "profiles": self.profiles,
            "allow": self.allow,
        }


def compose_options(body: Body) -> Body:
    """FILE arguments and the options of `ComposeFiles`, which the function receives as ``given``."""
    for decorate in (
        click.argument("paths", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, path_type=Path)),
        click.option("--name", default="", metavar="NAME", help="Name of the stack; the project's own if left out."),
        click.option("--profile", "profiles", multiple=True, metavar="NAME", help="Turn a profile on. [several]"),
        click.option(
            "-e", "--env", "env", multiple=True, metavar="K=V", help="A variable; K takes this shell's. [several]"
        ),
        click.option(
            "--allow",
            multiple=True,
            metavar="WHAT",
            help="Allow what needs permission: KIND for all of its kind in the plan, or KIND:SUBJECT. [several]",
        ),
    ):
        body = decorate(body)
    return body


def read_options(
    paths: tuple[Path, ...], name: str, profiles: tuple[str, ...], env: tuple[str, ...], allow: tuple[str, ...]
) -> ComposeFiles:
    """What the options say.

    Raises:
        click.UsageError: A file is outside of the project's folder, or a variable has no value.
    """
    folder = (paths[0] if paths[0].is_dir() else paths[0].parent) if paths else Path()
    files = [path.absolute() for path in paths if not path.is_dir()]
    root = folder.absolute()
    for file in files:
        if not file.is_relative_to(root):
            raise click.UsageError(f"{file} is not in the folder of the project, {root}")
    return ComposeFiles(
        folder,
        tuple(file.relative_to(root).as_posix() for file in files),
        dict(map(_variable, env)),
        profiles,
        name,
        allow,
    )


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        if name not in os.environ:
            raise click.UsageError(f"{name} has no value here; give it as {name}=VALUE")
        value = os.environ[name]
    return name, value
