"""How a command ends, and what it says when it fails."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sh0.bootstrap import Core
from sh0.errors import Corrupt, EngineUnavailable, Failed, Forbidden, Kind, Sh0Error, Unauthenticated
from sh0_cli.exit_codes import OF_KIND

from .conftest import Ran


def raising(error: BaseException) -> Any:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


def test_every_kind_of_error_has_an_exit_code() -> None:
    assert set(OF_KIND) == set(Kind)
    assert all(0 < code < 126 for code in OF_KIND.values())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Failed("f"), 1),
        (Unauthenticated("u"), 5),
        (Forbidden("f"), 5),
        (EngineUnavailable("e"), 6),
        (Corrupt("c"), 7),
        (Sh0Error("?"), 8),
        (RuntimeError("boom"), 8),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_ends_with_the_code_of_its_kind(
    sh0: Callable[..., Ran], core: Core, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    monkeypatch.setattr(core.platform.apps, "list", raising(error))
    ran = sh0("apps", "list")
    assert ran.code == code
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_what_is_missing_is_3_and_what_collides_is_4(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    assert sh0("apps", "get", "nope").code == 3
    assert sh0("apps", "create", "shop").code == 4


def test_the_hint_stands_below_the_message(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    assert sh0("apps", "create", "shop").err == "sh0: there is an app shop\n     Choose another name.\n"


def test_with_json_an_error_is_a_problem_document_on_stderr(sh0: Callable[..., Ran]) -> None:
    ran = sh0("apps", "get", "nope", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert json.loads(ran.err)["code"] == "not-found"


def test_with_json_a_usage_error_is_a_document_too(sh0: Callable[..., Ran]) -> None:
    ran = sh0("apps", "get", "--json", "--bogus")
    assert ran.code == 2
    assert json.loads(ran.err)["code"] == "usage"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore drops a socket there
def test_no_daemon_is_6_and_says_how_to_start_one(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    ran = lonely("--home", str(tmp_path / "empty"), "status")
    assert ran.code == 6
    assert f"sh0 --home {tmp_path / 'empty'} up" in ran.err


def test_the_documentation_lists_every_exit_code() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/cli.md").read_text()
    for code in {0, 130, *OF_KIND.values()}:
        assert f"| {code} |" in page
