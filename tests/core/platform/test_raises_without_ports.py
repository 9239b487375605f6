"""Whatever is away (an engine, a proxy, a server), the errors that come are those that an operation documents."""

import itertools
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from sh0.errors import EngineUnavailable, ProxyUnavailable, ServerUnreachable, Sh0Error
from sh0.operations import Effect, Operation
from tests.core.platform.test_raises import OPERATIONS, calls, undocumented
from tests.core.platform.test_raises import stage as stage
from tests.core.stacks import parts

AWAY = {
    "runtime": EngineUnavailable("the engine is away"),
    "proxy": ProxyUnavailable("the proxy is away"),
    "link": ServerUnreachable("the server is away"),
}
SETTING_UP = ("fail_next", "add_image", "add_foreign", "end")
TRIED = 12  # combinations of arguments


def away(error: Sh0Error) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize("part", AWAY)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_documents_what_it_raises_while_a_part_is_away(
    stage: parts.Stage, operation: Operation, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port: Any = getattr(stage, part)
    for name in dir(type(port)):
        if not name.startswith("_") and name not in SETTING_UP and callable(getattr(port, name)):
            monkeypatch.setattr(port, name, away(AWAY[part]))
    tried = itertools.islice(calls(operation), TRIED if operation.effect is not Effect.DESTROY else 3)
    assert undocumented(stage, operation, tried) == {}
