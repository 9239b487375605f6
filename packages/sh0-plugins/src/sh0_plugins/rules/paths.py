"""What a file is for, by its path: examples and tests may hold what an app may not."""

import re

__all__ = ["for_development", "for_examples", "for_tests", "generated"]

_TESTS = (
    r"(?:^|/)(?:tests?|specs?|__tests__|__mocks__|fixtures?|testdata|test-data|e2e|cypress|mocks?)/"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$|(?:[._-](?:test|tests|spec)|Tests?)\.[A-Za-z]+$"
)
_EXAMPLES = (
    r"(?i)(?:^|/)(?:examples?|samples?|docs?|documentation)/|(?:[._-])(?:example|sample|template|dist"
    r"|defaults?)(?:\.[a-z]+)?$|\.(?:md|mdx|rst|adoc)$"
)
_DEVELOPMENT = r"(?i)(?:^|[/._-])(?:dev|devel|development|local|debug|test|testing|ci|example|sample)(?:[/._-]|$)"
_GENERATED = (
    r"(?:^|/)(?:dist|build|vendor|third_party|coverage|\.terraform)/|\.min\.(?:js|css)$|\.(?:map|lock|svg|snap"
    r"|sum|ipynb)$|(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|composer\.lock"
    r"|Pipfile\.lock)$"
)


def for_tests(path: str) -> bool:
    """Whether a file is a test, or something that tests need."""
    return re.search(_TESTS, path) is not None


def for_examples(path: str) -> bool:
    """Whether a file shows how something is written: a template, an example, documentation."""
    return re.search(_EXAMPLES, path) is not None


def for_development(path: str) -> bool:
    """Whether a file says in its name that it is not for production."""
    return re.search(_DEVELOPMENT, path) is not None


def generated(path: str) -> bool:
    """Whether a file is written by a tool or comes from somebody else."""
    return re.search(_GENERATED, path) is not None
