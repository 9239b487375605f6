"""Whether a value looks as if chance had made it, or consists of words."""

import pytest

from sh0_plugins.rules.secrets_randomness import entropy, random, spelled, wordy


@pytest.mark.parametrize(
    "value",
    [
        "a8f5f167f44f4964e6c998dee827110c",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "kX9vQ2mB7zR4tY6w",
        "hT5gP0qLxV8n",
        "KX9VQ2MB7ZR4TY6W",
        "a1b2c3d4e5a1b2c3d4e5a1b2",  # hexadecimal digits need less
        "A1B2C3D4E5A1B2C3D4E5A1B2",
        "kX9vQ2mB7zkX9vQ2mB7",  # a short value needs less
        "kX9vQ2mB7zR4kX9vQ2mB7zR4",
        "qWxZkPvBnMjHgFtRdCsXyLqKzWvBpQ",
        "wJzrXUtnFEMIK7MDENGbPxRfiCYzq9KQ3vT",
    ],
)
def test_what_mixes_letters_and_digits_without_words_is_made_by_chance(value: str) -> None:
    assert random(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "hT5gP0qLxV8",  # eleven characters
        "123456789012345678",
        "aaaaaaaaaaaaaaaa1111",
        "deadbeefdeadbeef",
        "abcdefabcdefabcdef",
        "qWxZkPvBnMjHgFtRdCsXy",  # short, and no digit
        "qwxzkpvbnmjhgftrdcsxylqkzwvbpq",
        "settings.auth.token2",
        "my-database-password-3",
        "MAX_CONNECTIONS_PER_HOST_2",
        "/usr/local/share/ca-certificates",
        "administrator2024",
        "zzzzzzzzzzzz1",
        "kX9vQ2mB7zkX9vQ2mB7z",
    ],
)
def test_words_numbers_and_rows_of_the_same_are_not(value: str) -> None:
    assert not random(value)


@pytest.mark.parametrize(
    ("value", "words", "spells"),
    [
        ("administrator", True, True),
        ("hunter-of-the-night", True, True),
        ("settings.auth.token2", True, True),
        ("xqzvkjwp", False, False),
        ("a1.b2.c3", True, False),  # three plain parts
        ("a1.b2", False, False),  # two are too few
        ("xQzvkJwp.xQzvkJwp.xQzvkJwp", False, False),
        ("kX9vQ2mB7zR4", False, False),
        ("monday7391", True, True),
        ("monday7391826450", False, False),
        ("", True, True),
    ],
)
def test_most_of_a_value_may_be_words(value: str, words: bool, spells: bool) -> None:
    assert (wordy(value), spelled(value)) == (words, spells)


@pytest.mark.parametrize(
    ("value", "bits"), [("aaaa", 0), ("abab", 1), ("abcd", 2), ("aaab", 0.811), ("0123456789abcdef", 4)]
)
def test_entropy_is_in_bits_per_character(value: str, bits: float) -> None:
    assert entropy(value) == pytest.approx(bits, abs=0.001)
