"""What type checkers say of programs that use sh0, those of the documentation first."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("typing")  # one run of mypy for all of them

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)

WRONG = {
    "a_misspelt_name": ("import sh0\nx = sh0.Nonsense\n", 'Module has no attribute "Nonsense"'),
    "a_misspelt_import": ("from sh0 import NotFond\n", 'has no attribute "NotFond"'),
    "a_misspelt_name_of_a_plugin": ("from sh0.plugin import Recpie\n", 'has no attribute "Recpie"'),
    "a_misspelt_name_of_a_frontend": ("import sh0.frontend\nx = sh0.frontend.registy\n", 'no attribute "registy"'),
    "a_name_that_plugins_have": ("import sh0\nx = sh0.hookimpl\n", 'has no attribute "hookimpl"'),
    "a_misspelt_error": ("import sh0\ntry:\n    pass\nexcept sh0.Conflct:\n    pass\n", 'no attribute "Conflct"'),
    "a_misspelt_operation": (
        "import sh0\n\n\ndef f(p: sh0.Platform) -> None:\n    p.apps.creat('a')\n",
        'has no attribute "creat"',
    ),
    "a_misspelt_parameter": (
        "import sh0\n\n\ndef f(p: sh0.Platform) -> None:\n    p.apps.create('a', replica=2)\n",
        'Unexpected keyword argument "replica"',
    ),
    "a_folder_for_an_archive": (
        "import sh0\n\n\ndef f(p: sh0.Platform) -> None:\n    p.deployments.upload('a', 'folder')\n",
        'incompatible type "str"',
    ),
}

RIGHT = {
    "variables": (
        "import sh0\n\n\ndef f(p: sh0.Platform) -> sh0.Deployment | None:\n"
        "    p.env.set('a', {'A': sh0.Secret('b')})\n"
        "    return p.env.set('a', {'A': 'b'})\n"
    ),
    "variables_of_stacks": (
        "import sh0\n\n\ndef f(p: sh0.Platform, plain: dict[str, str], sealed: dict[str, sh0.Secret]) -> None:\n"
        "    p.stacks.up(archive='a', variables=plain)\n    p.stacks.plan(archive='a', variables=sealed)\n"
        "    p.templates.deploy('a', variables={'A': 'b', 'C': sh0.Secret('d')})\n"
        "    p.templates.plan('a', variables=plain)\n    p.templates.update('a', variables=plain)\n"
        "    p.templates.preview('a', variables=sealed)\n    p.apps.configure('a', memory=sh0.ByteSize('512m'))\n"
    ),
    "archives": (
        "import io\nimport sh0\n\n\ndef f(p: sh0.Platform) -> None:\n"
        "    with open('a.tar', 'rb') as file:\n        p.deployments.upload('a', file)\n"
        "    p.deployments.upload('a', io.BytesIO(b''), label='x')\n"
        "    with sh0.pack_compose('a') as archive:\n        p.stacks.receive(archive)\n"
    ),
    "plugins": (
        "from sh0.plugin import Detection, Recipe, SourceTree, hookimpl\n\n\n"
        "def detect(tree: SourceTree) -> Detection | None:\n"
        "    return Detection('x') if tree.has('x.toml') else None\n\n\n"
        "@hookimpl\ndef sh0_recipes() -> list[Recipe]:\n    return [Recipe('x', detect)]\n"
    ),
    "frontends": (
        "import sh0\nimport sh0.frontend\n\n\ndef f(p: sh0.Platform) -> object:\n"
        "    call = sh0.frontend.Call('apps.list', {})\n"
        "    print([o.name for o in sh0.frontend.registry if o.shape is sh0.frontend.Shape.VALUE])\n"
        "    return sh0.frontend.unstructure(p.invoke(call))\n"
    ),
    "errors": (
        "import sh0\n\n\ndef f(p: sh0.Platform) -> sh0.App | None:\n    try:\n        return p.apps.get('a')\n"
        "    except (sh0.NotFound, sh0.Unavailable) as error:\n"
        "        print(error.code, error.hint)\n        return None\n"
    ),
    "records": (
        "import sh0\n\n\ndef f(p: sh0.Platform) -> None:\n"
        "    tokens: tuple[sh0.TokenSummary, ...] = p.tokens.list()\n"
        "    events: list[sh0.Event] = list(p.events.list())\n"
        "    status: sh0.PlatformStatus = p.system.status()\n    print(tokens, events, status)\n"
    ),
}


def blocks() -> dict[str, str]:
    """Every Python block of the documentation, by a name that says where it is."""
    found = {}
    for page in (
        ROOT / "README.md",
        *sorted(ROOT.glob("packages/*/README.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
    ):
        text = page.read_text()
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found[re.sub(r"\W", "_", f"{page.relative_to(ROOT).with_suffix('')}_{line}")] = match[1]
    return found


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What mypy says of each program, all of them in one run."""
    folder = tmp_path_factory.mktemp("programs")
    for name, text in {**{k: v for k, (v, _) in WRONG.items()}, **RIGHT, **blocks()}.items():
        (folder / f"{name}.py").write_text(text)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-color-output", "--no-error-summary"]
    cache = ROOT / ".mypy_cache" / "programs"
    done = subprocess.run(
        [*command, "--config-file=", f"--cache-dir={cache}", *sorted(map(str, folder.glob("*.py")))],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    told: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        told.setdefault(Path(line.partition(":")[0]).stem, []).append(line.rpartition("/")[2])
    return told


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_an_error_of_the_type_checker(name: str, said: dict[str, list[str]]) -> None:
    assert WRONG[name][1] in "\n".join(said.get(name, []))


@pytest.mark.parametrize("name", RIGHT)
def test_a_program_that_is_right_passes_the_strict_checks(name: str, said: dict[str, list[str]]) -> None:
    assert said.get(name, []) == []


@pytest.mark.parametrize("name", blocks())
def test_every_program_of_the_documentation_passes_the_strict_checks(name: str, said: dict[str, list[str]]) -> None:
    compile(blocks()[name], name, "exec")
    assert said.get(name, []) == []
