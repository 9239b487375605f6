"""``sh0 plugins new``: a package to begin with."""

import keyword
import re
from importlib import resources
from pathlib import Path

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

_PLACES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "plugin.py": "src/{package}/plugin.py",
    "recipe.py": "src/{package}/recipe.py",
    "rule.py": "src/{package}/rule.py",
    "template.yaml": "src/{package}/templates/{short}.yaml",
    "test_plugin.py": "tests/test_plugin.py",
}


@command("new")
@click.argument("name")
@click.option(
    "--in",
    "parent",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that it is made in; this one if left out.",
)
@pass_session
def new(session: Session, name: str, parent: Path) -> None:
    """Write a package that is a plugin, tests included, into a new folder NAME.

    It works as it is: install it beside sh0, run its tests, change what it adds. No platform is asked.
    """
    files = starter(name)
    folder = parent / name
    if folder.exists():
        raise click.UsageError(f"{folder} is there already")
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    output = session.output
    if output.json:
        output.document({"folder": str(folder), "files": sorted(files)})
        return
    for path in files:
        output.say(f"  {folder / path}")
    output.say(f"Try it: cd {folder} && python -m pip install -e . pytest && python -m pytest")


def starter(name: str) -> dict[str, str]:
    """The files of a plugin's package, by path.

    Args:
        name: Of the package, as in ``sh0-rust``.

    Raises:
        click.UsageError: No package can have that name.
    """
    if not re.fullmatch(r"[a-z](?:[a-z0-9-]*[a-z0-9])?", name):
        raise click.UsageError(
            f"{name!r} is no name for a package: lower-case letters, digits and hyphens, as in sh0-rust"
        )
    package = name.replace("-", "_")
    if keyword.iskeyword(package) or package == "sh0":
        raise click.UsageError(f"{package!r} cannot be imported as a package of its own; choose another name")
    short = name.removeprefix("sh0-") or name
    marks = {"@name@": name, "@package@": package, "@short@": short, "@id@": f"{short.upper()}-"}
    texts = resources.files("sh0_cli") / "starters" / "plugin"
    found = {f"src/{package}/__init__.py": f'"""{name}, a plugin for sh0."""\n'}
    for source, place in _PLACES.items():
        text = (texts / f"{source}.txt").read_text(encoding="utf-8")
        for mark, value in marks.items():
            text = text.replace(mark, value)
        found[place.format(package=package, short=short)] = text
    return found
