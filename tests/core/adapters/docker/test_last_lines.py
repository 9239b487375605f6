"""On a real engine: the last lines of a log may begin within a line, and so within a secret."""

import pytest

from sh0.adapters.docker.logs import PIECE
from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.local import LocalLink
from sh0.jobs.redactor import Redactor
from sh0.ports.runtime import Workload
from sh0.sensitive import REDACTED
from sh0.serving.output import Redacted
from sh0.values import Secret
from tests.core.adapters.docker.parts import IMAGE, real_home
from tests.core.waiting import until

pytestmark = pytest.mark.docker

VALUE = "SuperSecretValue123C-of-many-words"
MISSING = len(VALUE) // 2


def test_nothing_is_shown_of_a_secret_whose_beginning_is_missing() -> None:
    script = f"head -c {PIECE - MISSING} /dev/zero | tr '\\0' B; echo '{VALUE} ends here'; echo over; sleep 100"
    with real_home() as home:
        runtime = DockerRuntime(home, LocalLink())
        try:
            runtime.apply(Workload(f"{home}-web", IMAGE, command=("sh", "-c", script), stop_timeout=0))
            until(lambda: [line.text for line in runtime.logs(f"{home}-web", tail=1)] == ["over"])
            begun = list(runtime.logs(f"{home}-web", tail=2))
            assert begun[0].text == f"{VALUE[MISSING:]} ends here", "the engine begins within the value"
            shown = [line.text for line in Redacted(iter(begun), Redactor([Secret(VALUE)]))]
            assert shown == [f"{REDACTED} ends here", "over"]
        finally:
            runtime.close()
