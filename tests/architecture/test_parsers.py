"""Parsers of whole languages are called in named places only, each of which bounds what it is given."""

import ast
import functools

import pytest

from tests.architecture.sources import ROOT, imported, short

FILES = sorted((ROOT / "packages").glob("*/src/**/*.py"))

BOUNDED = {
    "tomllib": {"sh0/source/tomltext.py"},
    "yaml": {"sh0/source/yamltext.py", "sh0/templates/importing/writing.py"},  # the second writes only
    "xml.etree.ElementTree": {"sh0/source/xmltext.py"},
    "ast": {"sh0_plugins/recipes/python/source.py"},
    "csv": {"sh0/adapters/haproxy/state.py"},
    **{name: set() for name in ("configparser", "plistlib", "pickle", "marshal", "shelve", "lxml", "toml")},
    **{
        name: set() for name in ("xml.sax", "xml.dom", "xml.dom.minidom", "xml.parsers.expat", "ruamel", "literal_eval")
    },
}
"""Parsers, and the files that import them."""


@functools.cache
def used() -> dict[str, tuple[set[str], set[str]]]:
    """Modules that each file imports, and functions that it calls."""
    trees = ((short(path), ast.parse(path.read_text())) for path in FILES)
    return {name: (set(imported(tree)), called(tree)) for name, tree in trees}


@pytest.mark.parametrize("parser", BOUNDED)
def test_a_parser_is_used_where_its_bounds_are(parser: str) -> None:
    assert {name for name, (modules, _) in used().items() if parser in modules} == BOUNDED[parser]


CALLED = {
    "json.loads": {
        # what somebody else has written, of bounded length, with every error translated
        **dict.fromkeys(
            (
                "sh0/source/tree.py",
                "sh0/source/json5text.py",
                "sh0/source/dockerfile.py",
                "sh0_plugins/importers/dokploy.py",
                "sh0_plugins/rules/dependencies_fetching.py",
                "sh0_plugins/rules/package_scripts.py",
            ),
            "foreign files, read in a confined process",
        ),
        **dict.fromkeys(
            (
                "sh0/wire/projection.py",
                "sh0/wire/frames.py",
                "sh0/wire/websocket.py",
                "sh0/wire/client.py",
                "sh0/repositories/pre_receive.py",
                "sh0_cli/app_names.py",
                "sh0_web/terminal.py",
                "sh0_web/api_page.py",
            ),
            "requests and answers, which have a limit of their own",
        ),
        "sh0/logs/fields.py": "a line of an app, of bounded length",
        **dict.fromkeys(
            (
                "sh0/adapters/confined/calls.py",
                "sh0/adapters/docker/client.py",
                "sh0/compose/schema.py",
                "sh0/daemon/frontends.py",
                "sh0/drains/progress.py",
                "sh0/logs/stored.py",
                "sh0/jobs/log.py",
                "sh0/records/older_homes.py",
                "sh0/rules/memory.py",
                "sh0/rules/plain.py",
                "sh0/settings.py",
                "sh0/store/migrations.py",
                "sh0/store/table.py",
                "sh0/testing/confinement.py",
                "sh0_cli/saved_login.py",
            ),
            "what sh0 or the engine has written",
        ),
    },
    "shlex.split": {
        "sh0/testing/script.py": "what a test lets a pretended container do",
    },
    "shlex.shlex": {
        "sh0/builds/shell_command.py": "commands of sh0.yaml",
        "sh0_plugins/recipes/line_programs.py": "lines of a Procfile",
    },
    "json.load": {},
    "ast.parse": {"sh0_plugins/recipes/python/source.py": "programs, of bounded length and depth"},
    "eval": {},
    "exec": {},
}
"""Functions that read a language, the files that call them, and what they read there."""


def called(tree: ast.AST) -> set[str]:
    """Functions that a file calls, as they are written in it."""
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {ast.unparse(function) for function in functions if isinstance(function, ast.Name | ast.Attribute)}


@pytest.mark.parametrize("function", CALLED)
def test_a_function_that_reads_a_language_is_called_where_somebody_says_what_it_reads(function: str) -> None:
    assert {name for name, (_, functions) in used().items() if function in functions} == {*CALLED[function]}
