"""What sounds like a secret is decided in one place, `sh0.sensitive`; nobody else keeps a list of such words."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("packages/*/src/**/*.py"))
# A list of words that names are compared with: two of them as alternatives in one expression.
WORDS = r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?\??KEY|PRIVATE_?\??KEY)"
LIST = re.compile(rf"{WORDS}\|_?(?:[A-Z_]+\|)?_?{WORDS}", re.IGNORECASE)
ALLOWED = {
    "sensitive.py": "the one place",
    "generators.py": "the kinds of values that are made",
    "credentials.py": "whose secrets somebody else gives out",
    "secrets_files.py": "the settings of package registries",
    "passwords.py": "options of commands, such as --requirepass",
    "secrets_assigned.py": "which names a browser's bundle and an .env file give away is about prefixes of frameworks",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "packages")))
def test_no_second_list_of_words_for_secrets(file: Path) -> None:
    if file.name not in ALLOWED:
        found = LIST.search(file.read_text(encoding="utf-8"))
        assert found is None, f"{found[0] if found else ''}: ask sh0.sensitive.names_secret"
