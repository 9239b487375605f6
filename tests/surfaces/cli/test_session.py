"""Which platform a command talks to."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sh0 as library
from sh0.bootstrap import Core
from sh0.errors import Unauthenticated
from sh0_cli import saved_login
from sh0_cli.saved_login import SavedLogin

from .conftest import Ran

URL = "https://sh0.example.org"


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch, core: Core) -> Iterator[list[tuple[str | None, str | None, str | None]]]:
    """URL, token and home of every connection."""
    calls: list[tuple[str | None, str | None, str | None]] = []

    def connect(url: str | None = None, *, token: str | None = None, home: Path | None = None) -> object:
        calls.append((url, token, str(home) if home else None))
        if token == "wrong":
            raise Unauthenticated("the token is unknown")
        monkeypatch.setattr(core.platform, "close", lambda: None)
        return core.platform

    monkeypatch.setattr(library, "connect", connect, raising=False)
    yield calls
    monkeypatch.undo()


def test_options_come_first(lonely: Callable[..., Ran], reached: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SH0_URL", "http://other")
    monkeypatch.setenv("SH0_HOME", "/other")
    saved_login.save(SavedLogin("http://saved", "t"))
    lonely("--home", "/chosen", "apps", "list")
    lonely("--url", URL, "--token", "t1", "apps", "list")
    assert reached == [(None, None, "/chosen"), (URL, "t1", None)]


def test_options_may_follow_the_command(lonely: Callable[..., Ran], reached: list[object]) -> None:
    lonely("apps", "list", "--home", "/chosen")
    lonely("status", "--url", URL, "--token", "t1")
    assert reached == [(None, None, "/chosen"), (URL, "t1", None)]


def test_then_the_environments_url_and_then_its_home(
    lonely: Callable[..., Ran], reached: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_login.save(SavedLogin("http://saved", "t"))
    monkeypatch.setenv("SH0_HOME", "/other")
    lonely("apps", "list")
    monkeypatch.setenv("SH0_URL", URL)
    monkeypatch.setenv("SH0_TOKEN", "t2")
    lonely("apps", "list")
    assert reached == [(None, None, "/other"), (URL, "t2", None)]


def test_then_the_saved_login_and_at_last_this_machine(
    lonely: Callable[..., Ran], reached: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sh0.frontend.default_home", lambda: Path("/usual"))
    lonely("apps", "list")
    saved_login.save(SavedLogin("http://saved", "t3"))
    lonely("apps", "list")
    assert reached == [(None, None, "/usual"), ("http://saved", "t3", None)]


def test_a_url_of_the_saved_login_gets_its_token(lonely: Callable[..., Ran], reached: list[object]) -> None:
    saved_login.save(SavedLogin(URL, "t4"))
    lonely("--url", URL, "apps", "list")
    lonely("--url", "https://else.example.org", "apps", "list")
    assert reached == [(URL, "t4", None), ("https://else.example.org", None, None)]


def test_a_url_and_a_home_are_too_much(lonely: Callable[..., Ran], reached: list[object]) -> None:
    assert lonely("--url", URL, "--home", "/x", "apps", "list").code == 2
    assert reached == []


def test_login_saves_what_works_for_its_owner_only(
    lonely: Callable[..., Ran], reached: list[object], typed: Callable[[str], None]
) -> None:
    typed("secret\n")
    ran = lonely("login", URL + "/")
    assert ran.code == 0
    assert "secret" not in ran.out + ran.err
    assert saved_login.load() == SavedLogin(URL, "secret")
    assert stat.S_IMODE(saved_login.path().stat().st_mode) == 0o600
    assert stat.S_IMODE(saved_login.path().parent.stat().st_mode) == 0o700


def test_login_saves_nothing_that_does_not_work(
    lonely: Callable[..., Ran], reached: list[object], typed: Callable[[str], None]
) -> None:
    typed("wrong\n")
    assert lonely("login", URL).code == 5
    typed("")
    assert lonely("login", URL).code == 2
    assert lonely("login", "sh0.example.org").code == 2
    assert saved_login.load() is None


def test_logout_forgets(lonely: Callable[..., Ran]) -> None:
    saved_login.save(SavedLogin(URL, "t"))
    assert lonely("logout").out == "Logged out.\n"
    assert saved_login.load() is None
    assert lonely("logout").code == 0


def test_a_saved_login_that_is_none_is_corrupt(lonely: Callable[..., Ran]) -> None:
    saved_login.path().parent.mkdir(parents=True)
    saved_login.path().write_text("[]")
    assert lonely("apps", "list").code == 7
