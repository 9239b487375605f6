"""Who pushes to an app that there is not is told what to do."""

from typing import Any, cast

import pytest

from sh0.adapters.ssh.access import Pusher
from sh0.daemon.pushes import _Access
from sh0.errors import NotFound
from sh0.operations import Caller, CallerKind
from tests.core.shop import Shop

OWNER = Caller(CallerKind.KEY, "me", frozenset({"*:write"}))


@pytest.mark.parametrize(
    ("app", "said"),
    [("shop", "It is called store now: git remote set-url"), ("nope", "Create it with 'sh0 apps create nope'")],
)
def test_a_push_to_no_app_says_what_to_do(shop: Shop, app: str, said: str) -> None:
    shop.platform.apps.rename("shop", "store")
    access = _Access(shop.stage.core, cast(Any, None))
    with pytest.raises(NotFound) as raised:
        access.demand(Pusher("me", OWNER), app, write=True)
    assert said in raised.value.hint
    access.demand(Pusher("me", OWNER), "store", write=True)
