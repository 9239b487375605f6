"""What decides without touching anything is tested by itself, and changes of it are noticed."""

import functools
import sys
from pathlib import Path
from types import ModuleType

import pytest

import tools.mutation
from tools import uncached
from tools.mutation import ENOUGH, FURTHER, Measurement, Outcome, changes, deciding, is_pure, main, mirror_of, table

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


def measurement(module: Path, noticed: int, survived: int = 0, untried: int = 0) -> Measurement:
    became = ["killed", "too slow"][: min(noticed, 2)] + ["killed"] * (noticed - 2) + ["survived"] * survived
    return Measurement(module, [Outcome(f"f_{number}", word, []) for number, word in enumerate(became)], untried, 5)


def test_the_table_begins_with_the_module_that_is_noticed_least_and_ends_with_the_sum() -> None:
    rows = table(
        [measurement(Path("a.py"), 9, 1), measurement(Path("b.py"), 6, 4, untried=3), measurement(Path("c.py"), 0)]
    ).splitlines()
    assert [row.split("  ")[-1].strip() for row in rows[:2]] == ["module", "c.py"]
    assert [row.split() for row in rows[3:]] == [
        ["10", "9", "90.0", "%", "5", "s", "a.py"],
        ["20", "15", "75.0", "%", "15", "s", "all"],
    ]
    assert rows[2].startswith("     10        6   60.0 %      5 s  b.py  3 further changes were not tried")


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many of 100 changes of the first modules are noticed, instead of trying them."""
    noticed = dict.fromkeys(map(str, MODULES), 100)

    def measured(module: Path, folder: Path, processes: int) -> Measurement:
        found = noticed[str(module)]
        return measurement(module, found, 100 - found if found else 0)

    monkeypatch.setattr(tools.mutation, "lay_out", lambda folder: None)
    monkeypatch.setattr(tools.mutation, "measured", measured)
    monkeypatch.setattr("sys.argv", ["mutation"])
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    return noticed


@pytest.mark.parametrize(("noticed", "status"), [(ENOUGH, 0), (ENOUGH - 1, 1), (0, 1)])
def test_all_modules_are_measured_whatever_comes_out_for_one(
    shares: dict[str, int], capsys: pytest.CaptureFixture[str], noticed: int, status: int
) -> None:
    shares[str(MODULES[0])] = noticed
    assert main() == status
    said = capsys.readouterr().out
    assert all(f"s  {module}" in said.rpartition("share")[2] for module in MODULES)
    assert f"below {ENOUGH} %: {MODULES[0] if status else 'none'}\n" in said


def test_modules_that_the_time_does_not_suffice_for_are_named(
    shares: dict[str, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["mutation", "--minutes", "0", str(MODULES[0])])
    assert main() == 1
    assert f"not measured: {MODULES[0]}\n" in capsys.readouterr().out


def test_what_the_measured_module_has_cached_is_forgotten_before_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    module, made = ModuleType("measured"), functools.cache(object)
    vars(module)["made"] = made
    monkeypatch.setitem(sys.modules, "measured", module)
    monkeypatch.setenv("SH0_MEASURED", "measured")
    first = made()
    uncached.pytest_runtest_setup()
    assert made() is not first
    monkeypatch.setenv("SH0_MEASURED", "not_imported_yet")
    uncached.pytest_runtest_setup()


def test_who_interrupts_it_gets_the_table_of_what_was_measured(
    shares: dict[str, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(module: Path, folder: Path, processes: int) -> Measurement:
        if module == MODULES[1]:
            raise KeyboardInterrupt
        return measurement(module, 100)

    monkeypatch.setattr(tools.mutation, "measured", measured)
    assert main() == 1
    said = capsys.readouterr().out
    assert f"s  {MODULES[0]}" in said.rpartition("share")[2]
    assert f"not measured: {MODULES[1]}, " in said
