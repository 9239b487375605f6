"""``sh0 events`` and ``sh0 schedules``: what a domain's name does alone."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from sh0.bootstrap import Core
from sh0_cli.commands.events import _followed
from sh0_cli.session import Session
from sh0_cli.table import ALONE, DOMAINS
from tests.core.waiting import until

from .conftest import Ran


def test_the_last_events_are_shown_oldest_first(sh0: Callable[..., Ran], core: Core) -> None:
    for name in ("a", "b", "c"):
        core.platform.apps.create(name)
    ran = sh0("events", "--lines", "2")
    assert ran.code == 0
    assert [line.split("\t")[-1] for line in ran.out.splitlines()] == ["b was created", "c was created"]
    assert "a was created" in sh0("events", "list").out


def test_since_an_id_or_a_time_shows_what_came_after(sh0: Callable[..., Ran], core: Core) -> None:
    for name in ("a", "b"):
        core.platform.apps.create(name)
    first, second = reversed(core.platform.events.list())
    ran = sh0("--json", "events", "--since", str(first.id))
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [second.id]
    assert sh0("events", "--since", (second.time + timedelta(seconds=1)).isoformat()).out == ""
    both = sh0("events", "--json", "--since", (first.time - timedelta(seconds=1)).isoformat())
    assert len(both.out.splitlines()) == 2


def test_following_since_an_id_goes_on_after_it(core: Core) -> None:
    core.platform.apps.create("a")
    followed = _followed(Session(core.platform), 1)
    core.platform.apps.create("b")
    assert next(followed).message == "b was created"


def test_what_is_neither_id_nor_time_is_a_usage_error(sh0: Callable[..., Ran], core: Core) -> None:
    ran = sh0("events", "--since", "yesterday")
    assert ran.code == 2
    assert "'yesterday' is no time: write 10m" in ran.err


def test_schedules_are_listed_with_and_without_the_name_of_the_command(sh0: Callable[..., Ran], core: Core) -> None:
    until(lambda: not any(each.running for each in core.platform.schedules.list()))
    assert sh0("schedules").out == sh0("schedules", "list").out
    names = [each["name"] for each in json.loads(sh0("--json", "schedules").out)]
    assert names == [
        "app-jobs",
        "app-states",
        "cleaning",
        "deleted-volumes",
        "log-retention",
        "reconciling",
        "volume-sizes",
    ]


@pytest.mark.parametrize("domain", ALONE)
def test_the_help_of_a_domain_that_does_something_alone_says_what(domain: str, lonely: Callable[..., Ran]) -> None:
    shown = lonely(domain, "--help").out
    assert "Without a command: " in shown
    assert "list" in shown
    assert domain in DOMAINS


def test_an_unknown_command_of_a_domain_is_refused_also_where_its_name_does_something(
    lonely: Callable[..., Ran],
) -> None:
    ran = lonely("events", "bogus")
    assert ran.code == 2
    assert "No such command 'bogus'" in ran.err
