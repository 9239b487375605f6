"""Names of the parts of a stack: as they are where they fit, shortened where they do not, and never the same twice."""

import pytest

from sh0.errors import Invalid
from sh0.stacks.naming import app_name, app_names, host_name, stack_slug

LONG = "appwrite-worker-notifications-and-mail"


def test_a_name_that_fits_stays_as_it_is() -> None:
    assert app_name("shop", "web") == "shop-web"
    assert app_name("shop", "a" * 35) == f"shop-{'a' * 35}"


def test_a_long_name_is_cut_and_ends_with_a_hash_of_the_whole() -> None:
    name = app_name("appwrite", LONG)
    assert len(name) <= 40
    assert name.startswith("appwrite-appwrite-worker-")
    assert name == app_name("appwrite", LONG)
    assert len(set(app_names("appwrite", [LONG, f"{LONG}-2", f"{LONG}-3"]).values())) == 3


def test_a_long_host_name_is_shortened_likewise() -> None:
    first, second = (host_name("s" * 30, f"{'w' * 50}{n}", "example.org") for n in (1, 2))
    assert first != second
    assert len(first.partition(".")[0]) <= 63


def test_a_name_without_letters_or_digits_is_refused() -> None:
    with pytest.raises(Invalid, match="no letter or digit"):
        app_name("shop", "___")


def test_a_long_name_of_a_project_is_shortened_to_that_of_a_stack() -> None:
    first, second = stack_slug(f"My {'very ' * 10}long project"), stack_slug(f"My {'very ' * 10}long projects")
    assert len(first) <= 30
    assert first != second
    assert stack_slug("Shop 2") == "shop-2"
