"""What decides without touching anything is tested by itself, and changes of it are noticed."""

from pathlib import Path

import pytest

from tools.mutation import FURTHER, changes, deciding, is_pure, mirror_of

MODULES = tuple(deciding())


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_pure_module_has_a_test_module_of_its_name_in_the_folder_that_mirrors_its_own(module: Path) -> None:
    assert mirror_of(module).exists(), f"{module} calls itself pure: write {mirror_of(module)}"


def test_what_is_measured_as_well_is_there() -> None:
    assert {str(module) for module in MODULES} >= FURTHER


@pytest.mark.parametrize(
    ("docstring", "pure"),
    [
        ("What it is. Pure.", True),
        ("A pure reading of text.", True),
        ("Its purest form.", False),
        ("Purely by chance.", False),
    ],
)
def test_a_module_is_pure_whose_docstring_says_so(docstring: str, pure: bool) -> None:
    assert is_pure(f'"""{docstring}"""\n\nPURE = "Pure"\n') is pure


ORIGINAL = 'if size > 1: raise Invalid(f"{size} is " "too large", hint="Less.", code="large")'


@pytest.mark.parametrize(
    ("before", "after", "wording"),
    [
        ('"too large"', '"XXtoo largeXX"', True),
        ('"Less."', '"LESS."', True),
        ('"Less."', "None", False),
        ("{size}", "{None}", False),
        ('"large"', '"LARGE"', False),
        ("> 1", ">= 1", False),
    ],
)
def test_a_change_is_one_of_wording_if_only_the_text_of_an_error_differs(
    before: str, after: str, wording: bool
) -> None:
    functions = {"x_f__mutmut_orig": ORIGINAL, "x_f__mutmut_1": ORIGINAL.replace(before, after)}
    text = "\n".join(f"def {name}(size):\n    {body}" for name, body in functions.items())
    assert set(changes(text)) == (set() if wording else {"x_f__mutmut_1"})


def test_a_change_is_shown_with_the_lines_that_differ() -> None:
    text = "def x_f__mutmut_orig(a):\n    b = a\n    return b\ndef x_f__mutmut_1(a):\n    b = None\n    return b\n"
    assert changes(text) == {"x_f__mutmut_1": ["-    b = a", "+    b = None"]}
