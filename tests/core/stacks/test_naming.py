"""Names of the parts of a stack: as they are where they fit, shortened where they do not, and never the same twice."""

import pytest

from sh0.errors import Invalid
from sh0.stacks.naming import app_name, app_names, host_name, shortened, slug, stack_slug, volume_name

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


@pytest.mark.parametrize(
    ("text", "short"), [("My_Service.1", "my-service-1"), ("./data/x", "data-x"), ("--a--", "a"), ("É", ""), ("", "")]
)
def test_a_slug_has_letters_digits_and_single_hyphens(text: str, short: str) -> None:
    assert slug(text) == short


def test_a_name_is_shortened_to_its_beginning_and_eight_digits_of_its_hash() -> None:
    assert shortened("a" * 20, 20) == "a" * 20
    assert shortened("a" * 21, 20) == "a" * 11 + "-7df8e299"
    assert shortened("a" * 9 + "--" + "b" * 20, 20).startswith("a" * 9 + "-")
    assert "--" not in shortened("a" * 9 + "--" + "b" * 20, 20)


@pytest.mark.parametrize(
    ("name", "longest"),
    [
        (app_name("s" * 15, "w" * 30), 40),
        (stack_slug("s" * 31), 30),
        (host_name("s" * 30, "w" * 40, "").rstrip("."), 63),
    ],
)
def test_names_are_as_long_as_they_may_be(name: str, longest: int) -> None:
    assert len(name) == longest


def test_services_that_would_have_one_name_are_refused_wherever_they_stand() -> None:
    assert app_names("shop", ["a", "b", "c"]) == {"a": "shop-a", "b": "shop-b", "c": "shop-c"}
    with pytest.raises(Invalid, match="b_1 and b-1 would both be the app shop-b-1"):
        app_names("shop", ["a", "b_1", "c", "b-1"])


def test_volumes_have_the_home_and_the_stack_in_their_names() -> None:
    assert volume_name("home", "shop", "data") == "sh0-home-shop_data"


def test_a_further_port_has_a_host_name_of_its_own() -> None:
    assert host_name("shop", "My_Web", "example.org") == "shop-my-web.example.org"
    assert host_name("shop", "web", "example.org", 9001) == "shop-web-9001.example.org"
