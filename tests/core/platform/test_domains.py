"""A domain is a folder of its own and a line in the list of domains: everything else is read off those."""

import subprocess
import sys
from pathlib import Path

from sh0 import domain_list
from sh0.domain_classes import DOMAINS, TABLES
from sh0.platform import Platform

ROOT = Path(__file__).parents[3]


def test_a_new_domain_is_its_folder_and_a_line(tmp_path: Path) -> None:
    """Its table is made, its parts are given, its operations are called, and the command line lists them."""
    command = [sys.executable, "-m", "tests.core.platform.toys.program", str(tmp_path / "home")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("kept: ['ball']") == 2
    assert "routes: ['POST /toys', 'GET /toys']" in done.stdout
    assert "Things to play with." in done.stdout
    assert "Add a toy." in done.stdout


def test_the_list_has_the_domains_under_their_names() -> None:
    assert [domain.domain for domain in DOMAINS] == [*domain_list.DOMAINS]
    assert {*domain_list.DOMAINS} == {*Platform.__annotations__}


def test_every_table_is_of_one_domain() -> None:
    names = [table.name for table in TABLES]
    assert len(names) == len({*names})
