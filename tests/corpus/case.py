"""Reading the corpus: each case is one text file that holds a small project and what is to be found out about it.

A case begins with TOML (what it shows, what is expected, and how the running app answers), followed by the files,
each under a line ``-- path --``. The last of them may be ``(Dockerfile)``: the Dockerfile that is to be generated.
"""

import re
import tempfile
import tomllib
from pathlib import Path

import attrs

from sh0.builds.detect import detect
from sh0.builds.dockerfile import render
from sh0.builds.model import Detection
from sh0.plugins import Plugins
from sh0.source.tree import Project

RECIPES = Plugins().recipes()
"""Those of every plugin of ours."""

FOLDER = Path(__file__).parent / "stacks"
GOLDEN = "(Dockerfile)"

_MARK = re.compile(r"^-- (.+) --\n", re.MULTILINE)


@attrs.frozen
class Case:
    """One project of the corpus.

    Attributes:
        path: The file that holds it.
        about: What it shows.
        expect: Attributes of the detection; ``warnings`` are parts of them, ``error`` and ``hint`` too.
        run: How the running app answers, if it can be built here.
        files: Its files.
        golden: The Dockerfile that is to be generated, if it is recorded.
        dockerfile: Path of its own Dockerfile, as set by the app.
        root: Folder of the app, as set by it.
        utf16: Files that are written in UTF-16.
    """

    path: Path
    about: str
    expect: dict[str, object]
    run: dict[str, str]
    files: dict[str, str]
    golden: str | None
    dockerfile: str
    root: str
    utf16: list[str]

    @property
    def name(self) -> str:
        return self.path.stem

    def write(self, folder: Path) -> Path:
        """Write the project into a folder."""
        for path, text in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-16" if path in self.utf16 else "utf-8"))
        return folder

    def detect(self, folder: Path, port: int | None = None) -> Detection:
        """Write the project into a folder, and find out how it is built."""
        return detect(Project(self.write(folder), self.root), RECIPES, dockerfile=self.dockerfile, port=port)

    def base_images(self) -> set[str]:
        """What its generated Dockerfile starts from."""
        with tempfile.TemporaryDirectory() as folder:
            text = render(self.detect(Path(folder)))
        return {name for name in re.findall(r"^FROM (\S+)", text, re.MULTILINE) if ":" in name}

    def record(self, dockerfile: str) -> None:
        """Write the generated Dockerfile into the case."""
        head = self.path.read_text().partition(f"-- {GOLDEN} --\n")[0]
        self.path.write_text(f"{head}-- {GOLDEN} --\n{dockerfile}")


def read_case(path: Path) -> Case:
    """Read one case."""
    head, *parts = _MARK.split(path.read_text())
    files = dict(zip(parts[::2], parts[1::2], strict=True))
    header = tomllib.loads(head)
    return Case(
        path,
        header["about"],
        header["expect"],
        header.get("run", {}),
        {name: text for name, text in files.items() if name != GOLDEN},
        files.get(GOLDEN),
        header.get("dockerfile", "Dockerfile"),
        header.get("root", ""),
        header.get("utf16", []),
    )


CASES = [read_case(path) for path in sorted(FOLDER.glob("*.txt"))]
