"""Keys, tokens and what judges them, behind a gate."""

import pytest

from sh0 import codec
from sh0.access.credentials import Credentials
from sh0.access.operations import Keys, Tokens
from sh0.audited import for_audit
from sh0.operations import Gate
from sh0.store import Records
from sh0.testing.clock import FakeClock
from tests.core.contexts import context_of


@pytest.fixture
def gate() -> Gate:
    return Gate(codec.check_arguments, for_audit, lambda record: None)


@pytest.fixture
def keys(records: Records, clock: FakeClock, gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(context_of(records, clock, tmp_path_factory.mktemp("home"))).behind(gate)


@pytest.fixture
def tokens(records: Records, clock: FakeClock, gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    return Tokens(context_of(records, clock, tmp_path_factory.mktemp("home"))).behind(gate)


@pytest.fixture
def credentials(records: Records, clock: FakeClock) -> Credentials:
    return Credentials(records, clock)
