"""Choosing a version of a language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.builds.images import Language
from sh0.builds.versions import choose
from sh0.errors import UnsupportedProject
from sh0_plugins.recipes import images
from sh0_plugins.recipes.images import JAVA, NODE, PHP, PYTHON, RUBY


@pytest.mark.parametrize(
    ("wanted", "version", "exact"),
    [
        ("3.12.4", "3.12", True),
        ("3", "3.13", True),
        ("python-3.11.9", "3.11", True),
        ("cpython-3.11", "3.11", True),
        (">=3.9", "3.13", True),
        (">=3.11,<3.13", "3.12", True),
        (">= 3.10 , != 3.13.* , <4", "3.15", True),
        (">=3.11,<3.12.5", "3.11", True),
        ("<=3.12", "3.12", True),
        ("~=3.11", "3.13", True),
        ("~=3.11.2", "3.11", True),
        ("^3.10", "3.13", True),
        ("~3.11", "3.11", True),
        ("==3.12.*", "3.12", True),
        ("3.13.0rc1", "3.13", True),
        ("3.14t", "3.14", True),
        ("", "3.13", True),
        ("3.8", "3.11", False),
        (">=3.16", "3.15", False),
        ("<3.9", "3.11", False),
        ("my-environment", "3.13", False),
        ("pypy3.11", "3.11", False),
        ("pypy3.11-7.3.17", "3.11", False),
    ],
)
def test_python_versions(wanted: str, version: str, exact: bool) -> None:
    found = choose(wanted, PYTHON.versions, PYTHON.default)
    assert (found.version, found.exact) == (version, exact)


@pytest.mark.parametrize(
    ("wanted", "version", "exact"),
    [
        ("v20.11.1", "20", True),
        ("20.x", "20", True),
        (">=18", "26", True),
        ("^18.2.0 || ^20.1.0", "20", True),
        ("18 - 20", "20", True),
        (">=18.17 <21", "20", True),
        (">22", "26", True),
        ("26.x", "26", True),
        (">22 <26", "24", True),
        ("lts/*", "26", True),
        ("lts/Iron", "20", True),
        ("lts/Erbium", "14", False),
        ("node", "26", True),
        ("*", "26", True),
        ("~20.9", "20", True),
        ("16", "16", True),
        (">=12 <15", "14", True),
        ("lts/gallium", "16", True),
        ("lts/lithium", "26", True),
        ("12", "14", False),
        ("21", "22", False),
        ("25", "26", False),
        ("99", "26", False),
    ],
)
def test_node_versions(wanted: str, version: str, exact: bool) -> None:
    found = NODE.version(wanted, "package.json")
    assert (found.version, found.exact) == (version, exact)


@pytest.mark.parametrize(
    ("language", "wanted", "version"),
    [
        (PHP, "8.0", "8.1"),
        (PHP, "8.0.*", "8.1"),
        (PHP, "^7.4 || ^8.0", "8.4"),
        (PHP, ">=7.4", "8.4"),
        (PHP, "8.9", "8.5"),
        (RUBY, "2.7.8", "2.7"),
        (RUBY, "2.3", "2.4"),
        (RUBY, "~=2.6", "2.7"),
        (RUBY, "3.0", "3.0"),
        (RUBY, "3.9", "3.4"),
        (RUBY, ">=2.7", "3.4"),
        (JAVA, "7", "8"),
        (JAVA, "16", "17"),
        (JAVA, "12", "17"),
        (JAVA, "26", "25"),
        (NODE, "0.10", "14"),
        (NODE, "19", "20"),
        (NODE, ">=14", "26"),
        (images.GO, "1.4", "1.21"),
        (images.GO, "1.99", "1.27"),
        (images.RUST, "1.9", "1.70"),
        (images.DENO, "1.20", "1.46.3"),
        (images.DENO, "2.0", "2.9.1"),
        (images.ELIXIR, "1.9", "1.14"),
        (images.DOTNET, "3.1", "6.0"),
        (images.DOTNET, "8.0", "8.0"),
        (PYTHON, "3.2", "3.7"),
        (PYTHON, "3.9", "3.9"),
        (PYTHON, ">=3.7", "3.13"),
        (PYTHON, "3.99", "3.15"),
    ],
)
def test_the_next_version_up_is_taken_and_the_last_for_what_is_newer(
    language: Language, wanted: str, version: str
) -> None:
    assert language.version(wanted, "file").version == version


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (PHP, "^7.4"),
        (PHP, "5.6.*"),
        (PHP, "<8.0"),
        (PHP, "9"),
        (RUBY, "1.9.3"),
        (RUBY, "5.0"),
        (PYTHON, "2.7.18"),
        (PYTHON, "<3"),
        (PYTHON, "4"),
        (images.GO, "2.0"),
        (images.RUST, "0.9"),
        (images.ELIXIR, "2"),
        (images.DENO, "3"),
        (images.BUN, "0.8"),
        (images.PERL, "6"),
    ],
)
def test_a_major_version_without_an_image_is_refused(language: Language, wanted: str) -> None:
    with pytest.raises(UnsupportedProject, match=language.title) as caught:
        language.version(wanted, "file")
    assert "Dockerfile" in caught.value.hint
    assert language.default in caught.value.hint


def test_versions_that_nobody_maintains_are_taken_with_a_warning() -> None:
    assert RUBY.version("2.7", ".ruby-version").warnings == (
        "Ruby 2.7 gets no security updates any more: move to 3.4.",
    )
    assert RUBY.version(">=2.5", "Gemfile").warnings == ()


@given(st.text(max_size=40))
def test_any_text_gives_a_supported_version(wanted: str) -> None:
    assert choose(wanted, PYTHON.versions, PYTHON.default).version in PYTHON.versions


def test_the_nearest_version_is_told() -> None:
    found = NODE.version("21", ".nvmrc")
    assert found.image == "node:22-slim"
    assert found.warnings == (".nvmrc asks for Node 21; the nearest supported version is 22.",)


def test_a_version_that_nobody_maintains_is_taken_where_it_is_asked_for() -> None:
    found = NODE.version("16.x", ".nvmrc")
    assert found.image == "node:16-slim"
    assert found.warnings == ("Node 16 gets no security updates any more: move to 26.",)


ENDED = {
    PYTHON: ("3.9", "3.10"),
    NODE: ("18", "20"),
    PHP: ("8.1",),
    RUBY: ("3.1", "3.2"),
    images.GO: ("1.21", "1.25"),
    images.RUST: ("1.70", "1.99"),
    images.ELIXIR: ("1.14", "1.15"),
    images.DOTNET: ("8.0", "9.0"),
    images.DENO: ("1.46.3",),
    images.GLEAM: ("1.17.0",),
}
"""Series that get no security updates on 2026-11-27, by https://endoflife.date."""

MAINTAINED = {
    PYTHON: ("3.11", "3.12", "3.13", "3.14", "3.15"),
    NODE: ("22", "24", "26"),
    PHP: ("8.2", "8.3", "8.4", "8.5"),
    RUBY: ("3.3", "3.4", "4.0"),
    JAVA: ("8", "11", "17", "21", "25"),
    images.GO: ("1.26", "1.27"),
    images.ELIXIR: ("1.16", "1.20"),
    images.DOTNET: ("10.0", "11.0"),
    images.PERL: ("5.40", "5.44"),
}


@pytest.mark.parametrize(("language", "version"), [(key, each) for key, all_ in ENDED.items() for each in all_])
def test_a_series_that_has_ended_is_built_and_told_of(language: Language, version: str) -> None:
    found = language.version(version, "file")
    assert found.version == version
    assert found.warnings == (
        f"{language.title} {version} gets no security updates any more: move to {language.default}.",
    )


@pytest.mark.parametrize(("language", "version"), [(key, each) for key, all_ in MAINTAINED.items() for each in all_])
def test_of_a_series_that_is_maintained_nothing_is_told(language: Language, version: str) -> None:
    found = language.version(version, "file")
    assert (found.version, found.warnings) == (version, ())


def test_no_default_has_ended() -> None:
    tables = [each for each in vars(images).values() if isinstance(each, Language)]
    assert len(tables) > 15
    assert not [table.title for table in tables if table.default not in table.versions]
