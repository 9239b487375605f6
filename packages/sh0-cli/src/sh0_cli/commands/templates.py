"""``sh0 templates``: ready-made stacks, by person and by program."""

from collections.abc import Iterator
from pathlib import Path

import click

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("lint")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@pass_session
def lint_(session: Session, paths: tuple[Path, ...]) -> int:
    """Check template files, or folders of them, against everything that the format demands.

    Without a PATH, the templates of all plugins are checked. No platform is asked. Ends with 1 if something is wrong.
    """
    from sh0.templates.lint import lint as check

    output, count, files = session.output, 0, list(_files(paths))
    found: list[dict[str, object]] = []
    for file in files:
        problems = check(file.read_text(encoding="utf-8", errors="replace"), file.stem)
        count += len(problems)
        for problem in problems:
            if output.json:
                found.append({"file": str(file), "problem": problem})
                continue
            output.say(f"{file}:{problem.line}:{problem.column}: {problem.message} [{problem.demand}]", "yellow")
            output.say(f"    {problem.mend}", "dim")
    if output.json:
        output.document(found)
    else:
        said = f"{count} problem{'' if count == 1 else 's'}" if count else "Nothing is wrong"
        output.say(f"{said} in {len(files)} template{'' if len(files) == 1 else 's'}.", "" if count else "green")
    return 1 if count else 0


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    if not paths:
        from sh0 import Plugins

        paths = Plugins().templates()
    for path in paths:
        yield from sorted(path.glob("*.yaml")) if path.is_dir() else (path,)
