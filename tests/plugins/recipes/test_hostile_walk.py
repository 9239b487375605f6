"""Every file that any recipe reads is filled with every hostile shape, and is read in the time that its size explains.

Which files those are is found out by looking on while the projects of the corpus are detected: a recipe that reads
another file, or a new project in the corpus, is taken along without a word here.
"""

import posixpath
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import attrs
import pytest

from sh0.errors import Invalid, PluginFailed
from sh0.source.tree import SourceTree
from tests.corpus.case import CASES, Case

SIZE = 1 << 16
"""Bytes of a hostile file: what takes the square of it takes many times the limit."""
LIMIT = 2.0
"""Seconds of the processor that a look at a project with one of them may take; the worst takes 0.5 on an idle one."""
TRIES = 3
"""Looks of which one has to keep the limit: a processor that is shared counts more than the work."""
PROJECTS = 2
"""Projects in which a file of one name is tried: recipes of different languages read it differently."""


def of(piece: str) -> Callable[[str], str]:
    return lambda text: piece * (SIZE // len(piece))


def after(piece: str) -> Callable[[str], str]:
    return lambda text: text + piece * ((SIZE - len(text)) // len(piece))


def numbered(line: str) -> Callable[[str], str]:
    return lambda text: "".join(line.format(number) for number in range(SIZE // (len(line) + 4)))


SHAPES: Mapping[str, Callable[[str], str]] = {
    "nested lists": of("["),
    "nested objects": of('{"a":'),
    "nested calls": after("f("),
    "nested markup": of("<a>"),
    "one line": of("a"),
    "one line after all others": after("a"),
    "blank lines": after("\n"),
    "blanks": after(" "),
    "double quotes": after('"'),
    "single quotes": after("a '"),
    "escaped ends of lines": after("a \\\n"),
    "NULs": after("\0"),
    "a key of many parts": of("a."),
    "many keys": numbered("a{0} = {0}\n"),
    "many keys with colons": numbered("a{0}: {0}\n"),
    "many keys of an object": lambda text: "{" + numbered('"a{0}":1,')(text) + '"b":1}',
    "comments that are not closed": after("/*"),
    "lines of comments": after("# a\n"),
    "commas": after("a, "),
    "digits": of("1"),
    "carriage returns": after("a\r"),
    "itself again and again": lambda text: text * (SIZE // max(len(text), 1)),
    "its lines without ends": lambda text: text.replace("\n", " ") * (SIZE // max(len(text), 1)),
    "its first line again and again": lambda text: (text.partition("\n")[0] + "\n") * (SIZE // (text.find("\n") + 2)),
}


@attrs.frozen
class Reading:
    """A file that is read of a project.

    Attributes:
        case: The project.
        path: The file, from the top of it.
    """

    case: Case
    path: str


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> list[Reading]:
    """Every name of a file that is looked into, with a few projects of different languages in which it is."""
    return _readings(tmp_path_factory.mktemp("corpus"))


@cache
def _readings(folder: Path) -> list[Reading]:
    found: dict[str, dict[object, Reading]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for case in CASES:
            read = list[str]()

            def note(tree: SourceTree, path: str, read: list[str] = read) -> bytes | None:
                read.append(f"{tree.folder}/{path}" if tree.folder else path)
                return _read(tree, path)

            patch.setattr(SourceTree, "_read", note)
            _look(case, folder / case.name)
            for path in read:
                language = case.expect.get("stack")
                projects = found.setdefault(path.rpartition("/")[2], {})
                if _placeable(path, case) and len(projects) < PROJECTS:
                    projects.setdefault(language, Reading(case, path))
    return [reading for projects in found.values() for reading in projects.values()]


_read = SourceTree._read


def _placeable(path: str, case: Case) -> bool:
    """Whether a file can be put there: it may be asked for where a folder is, or nowhere in the project."""
    parts = Path(path).parts
    above = {"/".join(parts[:end]) for end in range(len(parts))}
    folders = {str(parent) for file in case.files for parent in Path(file).parents}
    plain = path == posixpath.normpath(path) and ".." not in parts
    return plain and len(path) < 200 and path not in folders and not above & {*case.files}


def _look(case: Case, folder: Path) -> None:
    try:
        case.detect(folder)
    except Invalid:
        pass


def _seconds(case: Case, folder: Path) -> float:
    """Seconds of computing that a look takes."""
    begun = time.process_time()
    try:
        _look(case, folder)
    except PluginFailed as error:
        pytest.fail(f"{case.name}: {error}")
    return time.process_time() - begun


def test_the_walk_finds_what_recipes_read(readings: list[Reading]) -> None:
    names = {reading.path.rpartition("/")[2] for reading in readings}
    assert {"package.json", "go.mod", "pom.xml", "requirements.txt", "Gemfile", "build.gradle", "Procfile"} <= names
    assert len(names) > 150


@pytest.mark.parametrize("shape", SHAPES)
def test_files_of_one_shape_are_read_in_bounded_time(readings: list[Reading], shape: str, tmp_path: Path) -> None:
    slow = dict[str, float]()
    for number, reading in enumerate(readings):
        folder, case = tmp_path / str(number), reading.case
        folder.mkdir()
        text = SHAPES[shape](case.files.get(reading.path, ""))
        hostile = attrs.evolve(case, files={**case.files, reading.path: text}, utf16=[])
        tries = (_seconds(hostile, folder / str(turn)) for turn in range(TRIES))
        if (spent := next((spent for spent in tries if spent <= LIMIT), LIMIT + 1)) > LIMIT:
            slow[f"{reading.path} of {case.name}"] = spent
    assert not slow
