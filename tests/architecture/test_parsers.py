"""Parsers of whole languages are called in named places only, each of which bounds what it is given."""

import ast

import pytest

from tests.architecture.sources import ROOT, imported, short

FILES = sorted((ROOT / "packages").glob("*/src/**/*.py"))

BOUNDED = {
    "tomllib": {"sh0/source/tomltext.py"},
    "yaml": {"sh0/source/yamltext.py", "sh0/templates/importers/writing.py"},  # the second writes only
    "xml.etree.ElementTree": {"sh0/source/xmltext.py"},
    "ast": {"sh0/builds/python/source.py"},
    "csv": {"sh0/adapters/haproxy/state.py"},
    **{name: set() for name in ("configparser", "plistlib", "pickle", "marshal", "shelve", "lxml", "toml")},
    **{
        name: set() for name in ("xml.sax", "xml.dom", "xml.dom.minidom", "xml.parsers.expat", "ruamel", "literal_eval")
    },
}
"""Parsers, and the files that import them."""


@pytest.mark.parametrize("parser", BOUNDED)
def test_a_parser_is_used_where_its_bounds_are(parser: str) -> None:
    users = {short(path) for path in FILES if parser in set(imported(ast.parse(path.read_text())))}
    assert users == BOUNDED[parser]
