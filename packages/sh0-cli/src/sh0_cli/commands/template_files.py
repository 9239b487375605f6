"""``sh0 templates new``, ``lint`` and ``import``: files of templates on this machine. No platform is asked."""

import sys
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sh0_cli.absent import absent
from sh0_cli.command import command
from sh0_cli.output import Output
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import ByteSize, ImportedTemplate

_LARGEST = 1 << 20  # bytes of a file that is imported
_MOST = 200  # files
_READ = (".yaml", ".yml", ".toml", ".json", ".env", ".conf", ".xml", ".ini", ".sh", ".sql", ".cfg", "")


class _Size(click.ParamType["ByteSize"]):
    name = "size"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> "ByteSize":
        from sh0 import ByteSize

        try:
            return ByteSize.parse(str(value))
        except ValueError as error:
            self.fail(f"{error}", param, context)


@command("new")
@click.argument("name")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path), help="The file; NAME.yaml if left out.")
@pass_session
def new(session: Session, name: str, path: Path | None) -> None:
    """Write a template to begin with, called NAME. It says in capitals what is yours to fill in."""
    from sh0.frontend import TEMPLATE_NAME

    if not TEMPLATE_NAME.fullmatch(name):
        raise click.UsageError(f"{name!r} is no name of a template: lower-case letters, digits and hyphens")
    target = path or Path(f"{name}.yaml")
    if target.exists():
        raise click.UsageError(f"{target} is there already")
    text = (resources.files("sh0_cli") / "starters" / "template" / "template.yaml").read_text(encoding="utf-8")
    target.write_text(text.replace("TITLE", name.replace("-", " ").title(), 1), encoding="utf-8")
    if session.output.json:
        session.output.document({"file": str(target)})
    else:
        session.output.say(f"{target} is written. Fill in what is in capitals, then: sh0 templates lint {target}")


@command("lint")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@pass_session
def lint(session: Session, paths: tuple[Path, ...]) -> int:
    """Check template files, or folders of them, against everything that the format demands.

    Without a PATH, the templates of all plugins are checked. Ends with 1 if something is wrong.
    """
    from sh0 import lint_template

    output, count, files = session.output, 0, list(_files(paths))
    found: list[dict[str, object]] = []
    for file in files:
        problems = lint_template(file.read_text(encoding="utf-8", errors="replace"), file.stem)
        count += len(problems)
        for problem in problems:
            if output.json:
                found.append({"file": str(file), "problem": problem})
                continue
            output.say(f"{file}:{problem.line}:{problem.column}: {problem.message} [{problem.demand}]", "yellow")
            output.say(f"    {problem.remedy}", "dim")
    if output.json:
        output.document(found)
    else:
        said = f"{count} problem{'' if count == 1 else 's'}" if count else "Nothing is wrong"
        output.say(f"{said} in {len(files)} template{'' if len(files) == 1 else 's'}.", "" if count else "green")
    return 1 if count else 0


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    if not paths:
        from sh0.frontend import Plugins

        paths = Plugins().templates()
        if not paths:
            raise absent("templates", "sh0-plugins")
    for path in paths:
        yield from sorted(path.glob("*.yaml")) if path.is_dir() else (path,)


@command("import")
@click.argument("path", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option(
    "--format",
    "format",
    metavar="NAME",
    help="Whose format it is: compose, or what a plugin brings, such as coolify; found out if left out.",
)
@click.option("--name", metavar="NAME", help="What the template is called; as the file or folder is if left out.")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="Write the template there.")
@click.option(
    "--memory",
    type=_Size(),
    default="512m",
    show_default=True,
    help="Memory limit of the services that have none in the original.",
)
@pass_session
def import_(
    session: Session, path: Path, format: str | None, name: str | None, target: Path | None, memory: "ByteSize"
) -> None:
    """Make a template of PATH: a Compose file, a folder with one, or - for standard input.

    With sh0-plugins, templates of Coolify, Dokploy (a folder with template.toml) and CapRover are understood as well.
    The template goes to standard output. The report of what was changed, what to confirm, what is missing and what was
    not understood goes to standard error.
    """
    from sh0 import import_template

    files, called = _originals(path)
    made = import_template(files, name or called, format, memory=memory)
    if target is not None:
        target.write_text(made.text, encoding="utf-8")
    if session.output.json:
        session.output.document(made)
        return
    if target is None:
        session.output.text(made.text)
    _report(session.output, made, target)


def _originals(path: Path) -> tuple[dict[str, str], str]:
    """The texts to import by their paths, and what they are called."""
    if str(path) == "-":
        return {"compose.yaml": sys.stdin.read()}, "template"
    if path.is_file():
        return {path.name: path.read_text(encoding="utf-8", errors="replace")}, path.stem
    files: dict[str, str] = {}
    for file in sorted(path.rglob("*")):
        wanted = file.suffix in _READ or file.name.startswith(".env")
        if wanted and file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST:
            files[file.relative_to(path).as_posix()] = file.read_text(encoding="utf-8", errors="replace")
        if len(files) >= _MOST:
            break
    return files, path.resolve().name


def _report(output: Output, made: "ImportedTemplate", target: Path | None) -> None:
    said = {"changed": "changed", "confirm": "confirm", "missing": "to add", "lost": "lost"}
    colours = {"changed": "bright_black", "confirm": "yellow", "missing": "yellow", "lost": "red"}
    for note in made.notes:
        where = f"{note.file}:{note.line}" if note.line else note.file
        kind = note.kind.value
        output.warn_parts((f"{said[kind]:<8}", colours[kind]), (f" {where}: {note.message}", ""))
    counted = Counter(note.kind.value for note in made.notes)
    check = f" Check it: sh0 templates lint {target}" if target else ""
    output.warn(
        f"{made.name}, from {made.format}: {counted['changed']} changed, {counted['confirm']} to confirm, "
        f"{counted['missing']} to add, {counted['lost']} lost.{check}",
        "",
    )
