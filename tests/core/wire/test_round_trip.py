"""A platform in another process has the same face: values, errors, uploads, streams."""

import io
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sh0.errors import (
    BadArchive,
    BuildFailed,
    DaemonUnreachable,
    Forbidden,
    InvalidValue,
    NotFound,
    Sh0Error,
    Unauthenticated,
    WrongState,
)
from sh0.values import ByteSize, Secret
from sh0.wire.client import Client
from sh0.wire.remote import remote
from tests.core.wire.conftest import REGISTRY, Flow, Part, Parts, Wheel, Wing, World, eventually


def test_a_value_comes_back_with_its_type(parts: Parts) -> None:
    made = parts.make("wheel", Wheel(12), size=ByteSize.parse("1k"), note="größe \u2028 🎉")
    assert made == Part("wheel", ByteSize(1024), Secret("••••••"), Wheel(12), "größe \u2028 🎉")
    assert isinstance(made.size, ByteSize)


def test_a_sum_type_travels_both_ways(parts: Parts) -> None:
    assert parts.make("wing", Wing(2.5)).shape == Wing(2.5)


def test_a_secret_arrives_and_does_not_come_back(world: World, parts: Parts) -> None:
    made = parts.make("wheel", Wheel(1), secret=Secret("hunter22"))
    assert world.parts.known == {"wheel": "hunter22"}
    assert made.secret.reveal() == "••••••"
    assert "hunter22" not in repr(world.audit)


def test_arguments_of_a_query_keep_their_types(parts: Parts) -> None:
    assert parts.list() == ("10", "False")
    assert parts.list(names=("a b", "c&d=e", "größe"), limit=3, big=True) == ("a b", "c&d=e", "größe", "3", "True")


def test_positions_and_names_are_the_same_as_here(parts: Parts) -> None:
    assert parts.make("wheel", Wheel(1)) == parts.make(shape=Wheel(1), name="wheel")


@pytest.mark.parametrize("note", ["a/b", "ä ö", "a%2Fb", "?x=1", "#", "a+b", "...", "~", "a\nb"])
def test_a_path_carries_any_text(parts: Parts, note: str) -> None:
    assert parts.delete_note("wheel", note) == f"wheel: {note}"


@pytest.mark.parametrize("note", ["", ".", ".."])
def test_a_path_cannot_climb_to_another_operation(world: World, parts: Parts, note: str) -> None:
    """``DELETE /parts/wheel/notes/..`` would be one slash away from deleting the part itself."""
    with pytest.raises(InvalidValue):
        parts.delete_note("wheel", note)
    assert world.parts.deleted == []


@pytest.mark.parametrize(
    ("name", "cls", "hint", "details"),
    [
        ("not-found", NotFound, "Look again.", {"noun": "part"}),
        ("build", BuildFailed, "", {"log": ["one", "two \u2028 three"], "path": "$.x"}),
    ],
)
def test_an_error_is_raised_here_as_it_was_there(
    parts: Parts, name: str, cls: type[Sh0Error], hint: str, details: dict[str, object]
) -> None:
    with pytest.raises(cls) as raised:
        parts.fail(name)
    assert type(raised.value) is cls
    assert (raised.value.hint, raised.value.details) == (hint, details)


@pytest.mark.parametrize(("name", "said"), [("os", "^Permission denied: /etc/shadow"), ("fault", "^internal error")])
def test_a_fault_of_an_operation_is_answered_and_the_connection_lives_on(parts: Parts, name: str, said: str) -> None:
    """An error of the operating system in an operation is not taken for a client that left."""
    with pytest.raises(Sh0Error, match=said):
        parts.fail(name)
    assert parts.list() == ("10", "False")


def test_what_does_not_fit_is_refused_in_the_same_words_as_in_this_process(world: World, parts: Parts) -> None:
    attempts: list[Callable[[Parts], object]] = [
        lambda p: p.make("Bad Name", Wheel(1)),
        lambda p: p.make(),  # type: ignore[call-arg]
        lambda p: p.make("wheel", Wheel(1), colour="red"),  # type: ignore[call-arg]
        lambda p: p.list(limit="many"),  # type: ignore[arg-type]
        lambda p: p.delete("Bad Name"),
        lambda p: p.delete(),  # type: ignore[call-arg]
    ]
    for attempt in attempts:
        said = []
        for end in (world.parts, parts):
            with pytest.raises(InvalidValue) as refusal:
                attempt(end)
            said.append((str(refusal.value), refusal.value.details))
        assert said[0] == said[1]


def test_the_operator_is_known_by_the_unix_user(parts: Parts) -> None:
    assert parts.who() == f"operator:{os.geteuid()}"


def test_a_token_goes_before_the_unix_user(world: World) -> None:
    reader, _ = world.client("reader")
    assert reader.who() == "token:reader"
    with pytest.raises(Forbidden, match="apps:write"):
        reader.make("wheel", Wheel(1))
    for token, error in (("wrong", "unknown"), ("nobody", "needs a credential")):
        with pytest.raises(Unauthenticated, match=error):
            world.client(token)[0].who()


@pytest.mark.parametrize("size", [0, 1, 65_537, 5 << 20])
def test_an_upload_arrives_whole(parts: Parts, size: int) -> None:
    assert parts.upload(io.BytesIO(os.urandom(size)), label="größe") == f"größe:{size}"


def test_what_is_no_open_file_is_refused_before_anything_is_sent(parts: Parts) -> None:
    with pytest.raises(InvalidValue, match="expected a file that is open for reading in binary mode, got str"):
        parts.upload("/some/folder")  # type: ignore[arg-type]


def test_an_upload_that_is_refused_early_says_why(parts: Parts) -> None:
    """The rest is not read, and the next request finds a new connection."""
    with pytest.raises(BadArchive, match="too large") as refusal:
        parts.upload(io.BytesIO(bytes(20 << 20)), limit=1 << 16)
    assert refusal.value.hint == "Send less."
    assert parts.list() == ("10", "False")


def test_an_upload_without_the_right_is_refused_without_being_read(world: World) -> None:
    reader, _ = world.client("reader")
    with pytest.raises(Forbidden):
        reader.upload(io.BytesIO(bytes(20 << 20)))


def test_a_stream_brings_every_item(flow: Flow) -> None:
    assert list(flow.count(1000)) == list(range(1000))
    assert list(flow.count(0)) == []


def test_an_item_may_hold_any_text(flow: Flow) -> None:
    """Separators of lines that are none to the wire, and what looks like the wire itself."""
    texts = ("a\u2028b", "a\x85b", "a\rb", "a\nb", "data: x", "", "event: error", "🎉")
    assert list(flow.say(texts)) == [*texts, f"operator:{os.geteuid()}"]


def test_a_stream_of_somebody_else_is_theirs(world: World) -> None:
    assert list(world.client("reader")[1].say(("x",))) == ["x", "token:reader"]


def test_an_error_in_the_middle_comes_after_what_went_before(flow: Flow) -> None:
    seen: list[int] = []
    with pytest.raises(NotFound, match="the third is missing") as raised:
        seen.extend(_collect(flow, seen, "error"))
    assert seen == [1, 2]
    assert (raised.value.hint, raised.value.details) == ("Stop at two.", {"number": 3})


def test_a_fault_in_the_middle_is_told_as_well(flow: Flow) -> None:
    seen: list[int] = []
    with pytest.raises(Sh0Error, match="internal error: ZeroDivisionError"):
        seen.extend(_collect(flow, seen, "fault"))
    assert seen == [1, 2]


def _collect(flow: Flow, seen: list[int], how: str) -> list[int]:
    for item in flow.break_off(how):
        seen.append(item)
    return []


def test_an_operation_of_a_stream_is_refused_at_once(flow: Flow, world: World) -> None:
    with pytest.raises(InvalidValue):
        flow.count("many")  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        world.client("nobody")[1].count(1)


def test_a_reader_that_leaves_early_ends_the_stream_at_the_other_end(world: World, flow: Flow) -> None:
    stream = flow.endless()
    assert [next(stream) for _ in range(3)] == [0, 1, 2]
    stream.close()  # type: ignore[attr-defined]
    assert world.flow.left.wait(5)


def test_a_stream_that_nobody_began_to_read_can_be_closed(world: World, flow: Flow) -> None:
    flow.endless().close()  # type: ignore[attr-defined]
    assert world.flow.left.wait(5)


def test_a_stream_is_ended_by_another_thread_than_the_one_that_reads_it(world: World, flow: Flow) -> None:
    stream, seen, failed = flow.endless(), list[int](), list[Exception]()

    def read() -> None:
        try:
            seen.extend(stream)
        except Exception as error:
            failed.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    eventually(lambda: len(seen) > 10)
    stream.close()  # type: ignore[attr-defined]
    reader.join(10)
    assert not reader.is_alive()
    assert failed == []
    assert list(stream) == []
    assert world.flow.left.wait(5)


def test_a_stream_that_has_nothing_to_say_is_ended_by_another_thread(flow: Flow) -> None:
    stream, ended = flow.silent(), threading.Event()

    def read() -> None:
        list(stream)
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    assert not ended.wait(0.2)
    stream.close()  # type: ignore[attr-defined]
    assert ended.wait(10)


def test_a_closed_connection_says_so(world: World) -> None:
    parts, flow = world.client()
    world.clients[-1].close()
    world.clients[-1].close()
    for ask in (parts.list, lambda: flow.count(1), flow.endless, flow.terminal):
        with pytest.raises(WrongState, match="is closed") as caught:
            ask()
        assert "sh0.connect" in caught.value.hint


def test_a_slow_reader_holds_the_stream_back(world: World, flow: Flow) -> None:
    """What is produced waits for it, instead of filling the memory of the daemon."""
    stream = flow.endless()
    next(stream)
    made = -1
    while made != world.flow.made:
        made = world.flow.made
        threading.Event().wait(0.1)
    assert made < 100_000
    stream.close()  # type: ignore[attr-defined]
    assert world.flow.left.wait(5)


def test_many_callers_are_served_at_once(world: World) -> None:
    ends = [world.client()[1] for _ in range(8)]
    sums: list[int] = []
    threads = [threading.Thread(target=lambda end=end: sums.append(sum(end.count(500)))) for end in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sums == [sum(range(500))] * 8


def test_a_home_without_a_daemon_says_how_to_start_one(tmp_path: Path) -> None:
    client = Client(socket_path=tmp_path / "home" / "run" / "sh0.sock")
    attempts: list[Callable[[], object]] = [
        lambda: remote(Parts, REGISTRY.domain("parts"), client).who(),  # type: ignore[attr-defined]
        lambda: remote(Flow, REGISTRY.domain("flow"), client).count(1),  # type: ignore[attr-defined]
    ]
    for attempt in attempts:
        with pytest.raises(DaemonUnreachable, match="no platform is running") as raised:
            attempt()
        assert f"sh0 --home {tmp_path / 'home'} up" in raised.value.hint
    client.close()


def test_a_url_behind_which_something_else_answers_is_told_from_a_platform() -> None:
    for status, body in ((200, "<html>hello</html>"), (404, "<html>lost</html>"), (302, ""), (500, '{"error": 1}')):
        client = Client(url="http://example.invalid")
        client._http.close()
        client._http = httpx.Client(
            base_url="http://example.invalid",
            transport=httpx.MockTransport(lambda request, status=status, body=body: httpx.Response(status, text=body)),
        )
        with pytest.raises(DaemonUnreachable, match=f"answers {status}, and not as a platform does"):
            remote(Parts, REGISTRY.domain("parts"), client).who()  # type: ignore[attr-defined]
        client.close()


def test_stopping_the_server_ends_what_is_open_and_removes_the_socket(world: World, flow: Flow) -> None:
    stream = flow.endless()
    next(stream)
    world.server.stop()
    with pytest.raises(DaemonUnreachable):
        list(stream)
    assert not world.socket.exists()
    with pytest.raises(DaemonUnreachable):
        flow.count(1)
    assert world.flow.left.wait(5)


def test_a_stale_socket_is_replaced_and_the_new_one_is_its_owners(world: World, tmp_path: Path) -> None:
    assert world.socket.stat().st_mode & 0o777 == 0o600
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(tmp_path / "stale.sock"))
    from sh0.wire.callers import Callers
    from sh0.wire.server import WireServer
    from tests.core.wire.conftest import identify

    server = WireServer(tmp_path / "stale.sock", 0o666, world, REGISTRY, Callers(identify))
    server.start()
    eventually(lambda: (tmp_path / "stale.sock").stat().st_mode & 0o777 == 0o666)
    client = Client(socket_path=tmp_path / "stale.sock")
    assert remote(Parts, REGISTRY.domain("parts"), client).list() == ("10", "False")  # type: ignore[attr-defined]
    client.close()
    server.stop()
