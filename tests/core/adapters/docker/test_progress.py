"""What builders report, as lines."""

import base64
import tracemalloc
from collections.abc import Callable

import pytest

from sh0.adapters.docker.output_lines import OutputLines, clean
from sh0.adapters.docker.progress import BuildKitProgress, ClassicProgress, Progress
from sh0.adapters.docker.protobuf import fields
from sh0.ports.builder import LONGEST_LINE


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def trace(*parts: bytes) -> dict[str, object]:
    return {"id": "moby.buildkit.trace", "aux": base64.b64encode(b"".join(parts)).decode()}


def test_protobuf_fields_of_every_kind_are_read() -> None:
    message = (
        field(1, 300)
        + field(2, b"text")
        + varint(3 << 3 | 5)
        + b"\x01\0\0\0"
        + varint(4 << 3 | 1)
        + b"\x02"
        + b"\0" * 7
    )
    assert list(fields(message)) == [(1, 300), (2, b"text"), (3, 1), (4, 2)]


@pytest.mark.parametrize("message", [b"\x0a\x05ab", b"\x08", b"\x0b", b"\x08" + b"\xff" * 11])
def test_protobuf_that_is_cut_off_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError):
        list(fields(message))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[91mred\x1b[0m", "red"),
        ("10%\r50%\r100% done\r", "100% done"),
        ("\x1b]0;title\x07text\x1b[2K", "text"),
        ("bell\x07 tab\there  ", "bell tab\there"),
        ("\r", ""),
    ],
)
def test_a_line_is_shown_as_it_looks_in_the_end(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_of_a_generated_dockerfile_the_phases_are_shown() -> None:
    progress = ClassicProgress(added=1, generated=True, unshown=["pip uninstall --yes pip"])
    steps = [
        "FROM python:3.13-slim AS build",
        "ENV A=b",
        "LABEL sh0.home=h",
        "RUN apt-get update && apt-get install --yes --no-install-recommends gcc git && rm -rf /var/lib/apt/lists/*",
        "WORKDIR /app",
        "COPY . .",
        "RUN pip install --requirement requirements.txt",
        "RUN pip uninstall --yes pip",
        "FROM debian:bookworm-slim",
        "RUN groupadd --gid 10001 app && useradd app",
        "RUN printf '%s\\n' 'worker_processes 1;' > /etc/nginx/sh0.conf",
        "HEALTHCHECK --interval=30s CMD true",
        'CMD ["./app"]',
    ]
    texts = [
        f"Step {number}/13 : {step}\n ---> Using cache\n ---> 0123456789ab\n" for number, step in enumerate(steps, 1)
    ]
    shown = [line for text in texts[:8] for line in progress.lines({"stream": text})]
    assert shown == [
        "starting from python:3.13-slim",
        "installing gcc git",
        "$ pip install --requirement requirements.txt",
    ]
    assert progress.step == "$ pip install --requirement requirements.txt"
    assert list(progress.lines({"stream": "Collecting flask\n"})) == ["Collecting flask"]
    shown = [line for text in texts[8:] for line in progress.lines({"stream": text})]
    assert shown == ["making the image from debian:bookworm-slim"]


def test_classic_steps_of_ours_are_neither_shown_nor_counted() -> None:
    progress = ClassicProgress(added=2)
    texts = [
        *(
            "Step 1/5 : FROM a",
            "\n",
            " ---> 0123456789ab\n",
            "Step 2/5 : LABEL sh0.home=h",
            "\n",
            " ---> Using cache\n",
        ),
        *(
            "Step 3/5 : RUN x",
            "\n",
            " ---> Running in 0123456789ab\n",
            "out",
            "put\n",
            "Removing intermediate container 0123456789ab\n",  # Docker 20.10
            " ---> Removed intermediate container 0123456789ab\n",  # Docker 26
            " ---> 0123456789ab\n",
        ),
        *(
            "Step 4/5 : RUN y",
            "\n",
            " ---> Using cache\n",
            "Step 5/5 : LABEL sh0.app=w",
            "\n",
            "Successfully built 0123\n",
        ),
    ]
    shown = [line for text in texts for line in progress.lines({"stream": text})]
    assert shown == [
        "Step 1/3 : FROM a",
        "Step 2/3 : RUN x",
        "output",
        "Step 3/3 : RUN y",
        " ---> Using cache",
    ]
    assert progress.step == "Step 3/3 : RUN y"


def test_classic_pulls_are_shown_without_their_bars() -> None:
    progress = ClassicProgress()
    documents: list[dict[str, object]] = [
        {"status": "Pulling from library/debian", "id": "bookworm-slim"},
        {"status": "Downloading", "id": "abc", "progress": "[=> ]", "progressDetail": {"current": 1}},
        {"status": "Pull complete", "id": "abc", "progressDetail": {}},
        {"status": "Digest: sha256:1"},
    ]
    shown = [line for document in documents for line in progress.lines(document)]
    assert shown == ["bookworm-slim: Pulling from library/debian", "abc: Pull complete", "Digest: sha256:1"]


def test_classic_reports_its_image_and_its_unfinished_line() -> None:
    progress = ClassicProgress()
    assert list(progress.lines({"stream": "no end"})) == []
    assert list(progress.lines({"aux": {"ID": "sha256:1"}})) == []
    assert (progress.image, list(progress.rest())) == ("sha256:1", ["no end"])


def test_buildkit_shows_each_vertex_once_with_its_output() -> None:
    progress = BuildKitProgress()
    began, ended = field(5, b"\x08\x01"), field(6, b"\x08\x02")
    step = field(1, b"sha256:1") + field(3, b"[2/2] RUN x")
    documents: list[dict[str, object]] = [
        trace(field(1, field(1, b"sha256:0") + field(3, b"[internal] load remote build context") + began)),
        trace(field(1, step)),
        trace(field(1, step + began)),
        trace(field(3, field(1, b"sha256:1") + field(3, 1) + field(4, b"one\ntw"))),
        trace(field(3, field(1, b"sha256:1") + field(3, 1) + field(4, b"o\nend"))),
        trace(field(1, step + field(4, 1) + began + ended)),
        {"id": "moby.image.id", "aux": {"ID": "sha256:i"}},
    ]
    shown = [line for document in documents for line in progress.lines(document)]
    assert shown == ["[2/2] RUN x", "one", "two", " ---> Using cache"]
    assert (list(progress.rest()), progress.image, progress.step) == (["end"], "sha256:i", "[2/2] RUN x")


def test_the_step_that_counts_is_the_one_that_failed() -> None:
    """Stages are built side by side: another step may begin later, and ends because of the first."""
    progress = BuildKitProgress()
    began, ended = field(5, b"\x08\x01"), field(6, b"\x08\x02")
    one = field(1, b"sha256:1") + field(3, b"[make 2/2] RUN x") + began
    two = field(1, b"sha256:2") + field(3, b"[stage-1 2/3] RUN y") + began
    three = field(1, b"sha256:3") + field(3, b"[stage-1 3/3] RUN z") + began
    stopped = two + ended + field(7, b"context canceled: context canceled")
    failed = one + ended + field(7, b"executor failed: exit code: 1")
    for vertex in (one, two, stopped, failed, three):
        list(progress.lines(trace(field(1, vertex))))
    assert progress.step == "[make 2/2] RUN x"


@pytest.mark.parametrize("size", [1, 7, 4096, 50_000])
def test_of_a_line_without_end_no_more_is_kept_than_is_shown(size: int) -> None:
    lines, piece = OutputLines(), "a" * size
    tracemalloc.start()
    try:
        for _ in range(max(9, 100_000 // size)):
            assert list(lines.add(piece)) == []
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1 << 20
    assert list(lines.add("\nnext\n")) == ["a" * LONGEST_LINE, "next"]


@pytest.mark.parametrize("make", [ClassicProgress, BuildKitProgress])
def test_a_line_of_a_build_is_cut_at_the_longest_length(make: Callable[[], Progress]) -> None:
    progress, classic = make(), make is ClassicProgress
    found: list[str] = []
    for text in (
        "x" * (LONGEST_LINE - 1) + "\n",
        "y" * LONGEST_LINE,
        "y" * 3 * LONGEST_LINE,
        "\nz",
        "é" * LONGEST_LINE,
    ):
        log = field(3, field(1, b"digest") + field(4, text.encode()))
        found += progress.lines({"stream": text} if classic else trace(log))
    assert [*found, *progress.rest()] == ["x" * (LONGEST_LINE - 1), "y" * LONGEST_LINE, "z" + "é" * (LONGEST_LINE - 1)]


def test_a_bar_of_progress_may_be_drawn_as_often_as_it_likes() -> None:
    lines = OutputLines()
    for percent in range(40_000):
        assert list(lines.add(f"\r{percent} of 40000 \x1b[K")) == []
    assert list(lines.add("\r\n")) == ["39999 of 40000"]


def test_a_line_that_was_cut_where_nobody_sees_it_is_left_out() -> None:
    lines = OutputLines()
    [shown] = lines.add("\x1b[1m" * LONGEST_LINE + "secret\n")
    assert shown == f"… (a line of more than {LONGEST_LINE} characters)"
    assert list(lines.add(f"\x1b[1m{'b' * 9}\x1b[0m\n")) == ["b" * 9]
