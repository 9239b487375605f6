"""What confined work promises, whoever does it; and what only a process of its own can promise."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sh0.adapters.confined import WorkerProcesses
from sh0.adapters.confined.calls import InternalError
from sh0.adapters.confined.process import AT_ONCE, LARGEST
from sh0.errors import Cancelled, Unreadable, UnsupportedProject
from sh0.ports.confinement import Confined, Confinement
from sh0.testing import FakeConfinement
from sh0.values import Secret
from tests.ports import confined_calls as calls

ROOT = Path(__file__).parents[2]
LONG = 30.0


@pytest.fixture(autouse=True)
def found_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture(params=[WorkerProcesses, FakeConfinement])
def confinement(request: pytest.FixtureRequest) -> Confinement:
    made: Confinement = request.param()
    return made


@pytest.fixture
def confined(confinement: Confinement) -> Iterator[Confined]:
    with confinement.open(lambda: None) as opened:
        yield opened


@pytest.fixture
def process() -> Iterator[Confined]:
    with WorkerProcesses().open(lambda: None) as opened:
        yield opened


def cancel_when(true: Callable[[], bool]) -> Callable[[], None]:
    def proceed() -> None:
        if true():
            raise Cancelled("not any more")

    return proceed


@pytest.mark.parametrize(
    "thing",
    [
        calls.Thing("a", {}),
        calls.Thing("é\0\x1b\u202e", {"a": 1, "b": 1 << 60}, Path("/a b"), Secret("s3cret"), frozenset({"x", "y"})),
        calls.Thing("name \udcff of a file", {}),
        calls.Thing("http://joe:password@a/", {}, anything={"a": [1, None, True, "b", {"c": 0.5}]}),
        calls.Thing("long" * 300_000, {}),
    ],
    ids=lambda thing: ascii(thing.name[:20]),
)
def test_arguments_and_results_arrive_as_they_are(confined: Confined, thing: calls.Thing) -> None:
    found = confined.run(LONG, calls.same, thing, again=2)
    assert found == (thing, thing)
    assert found[0].secret is None or found[0].secret.reveal() == "s3cret"


def test_an_error_arrives_with_all_that_it_says(confined: Confined) -> None:
    with pytest.raises(UnsupportedProject) as caught:
        confined.run(LONG, calls.refuse, "who knows")
    assert caught.value.message == "nothing builds it: who knows"
    assert caught.value.hint == "Add a Dockerfile."
    assert caught.value.details == {"stack": "odd", "lines": ["a", "b"]}


def test_work_stops_when_it_is_told_to(confinement: Confinement) -> None:
    with confinement.open(cancel_when(lambda: True)) as confined, pytest.raises(Cancelled):
        confined.run(LONG, calls.process)


def test_several_calls_are_made_in_one_process_which_is_another(process: Confined) -> None:
    process.begin()
    numbers = {process.run(LONG, calls.process) for _ in range(3)}
    assert len(numbers) == 1
    assert os.getpid() not in numbers


def test_nothing_is_left_of_a_process_when_its_block_ends() -> None:
    with WorkerProcesses().open(lambda: None) as process:
        number = process.run(LONG, calls.process)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_what_is_printed_is_no_answer(process: Confined) -> None:
    assert process.run(LONG, calls.say, "hello " * 50_000).startswith("hello")


def test_an_internal_error_says_what_it_is(process: Confined, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InternalError, match="ZeroDivisionError: by nothing"):
        process.run(LONG, calls.fail)


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (lambda confined: confined.run(1.0, calls.hang), "it took more than 1 seconds"),
        (lambda confined: confined.run(LONG, calls.die), "it ended with -9"),
        (lambda confined: confined.run(LONG, calls.eat), "it needs more memory than there is for it"),
        (lambda confined: confined.run(LONG, calls.long, LARGEST), "has more than 8 MiB"),
        (lambda confined: confined.run(LONG, calls.nested, 20_000), "it is nested too deeply"),
    ],
)
def test_what_goes_wrong_stays_in_the_process_and_the_next_call_has_a_new_one(
    process: Confined, work: Callable[[Confined], object], reason: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        work(process)
    assert reason in str(caught.value.details["reason"])
    assert process.run(LONG, calls.same, calls.Thing("a", {})) == (calls.Thing("a", {}),)


def test_a_process_that_holds_its_interpreter_is_ended_at_once() -> None:
    begun, stop = time.monotonic(), threading.Event()
    threading.Timer(0.5, stop.set).start()
    with WorkerProcesses().open(cancel_when(stop.is_set)) as process, pytest.raises(Cancelled):
        process.run(LONG, calls.hang)
    assert time.monotonic() - begun < LONG / 2


def test_work_waits_for_its_turn_and_can_be_told_to_stop_while_it_waits() -> None:
    processes, stop, ended = WorkerProcesses(), threading.Event(), list[BaseException]()

    def hang() -> None:
        try:
            with processes.open(cancel_when(stop.is_set)) as process:
                process.run(LONG, calls.hang)
        except Cancelled as error:
            ended.append(error)

    with ExitStack() as all_:
        threads = [threading.Thread(target=hang) for _ in range(AT_ONCE + 1)]
        for thread in threads:
            thread.start()
            all_.callback(thread.join)
        all_.callback(stop.set)
        time.sleep(0.2)
        begun = time.monotonic()
        with processes.open(cancel_when(lambda: time.monotonic() > begun + 0.3)) as process, pytest.raises(Cancelled):
            process.run(LONG, calls.process)
    assert len(ended) == AT_ONCE + 1
