"""Files of people who mean harm: refused with a sentence, in bounded time and memory."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sh0.compose.files import SIZE_LIMIT, FolderFiles, TextFiles, is_inside, resolve
from sh0.compose.keys import SERVICE_KEYS
from sh0.compose.reading import read
from sh0.errors import Invalid, NotFound, Sh0Error
from tests.core.compose.parts import project

BOUND = 8.0
"""Seconds of computing; the worst of these takes about one."""


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < BOUND


def bomb() -> str:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


WIDE = {
    "a bomb of aliases": bomb(),
    "many services": "services:\n" + "".join(f"  s{n}: {{image: a}}\n" for n in range(5_000)),
    "many unknown keys": "services:\n  a:\n" + "".join(f"    k{n}: x\n" for n in range(9_000)),
    "a long list of mappings": "services:\n  a:\n    image: a\n    ports:\n" + "    - {target: 80}\n" * 5_000,
    "a long list that has nothing twice": "services:\n  a:\n    image: a\n    volumes:\n"
    + "".join(f"    - {{type: volume, target: /a{n}}}\n" for n in range(5_000)),
    "one base that many extend": "services:\n  b: {image: a, cap_add: ["
    + ", ".join(f"C{n}" for n in range(3_000))
    + "]}\n"
    + "".join(f"  s{n}: {{extends: b}}\n" for n in range(5_000)),
    "a long chain of extends": "services:\n  s0: {image: a}\n"
    + "".join(f"  s{n}: {{extends: s{n - 1}}}\n" for n in range(1, 3_000)),
    "a long chain of dependencies": "services:\n  s0: {image: a}\n"
    + "".join(f"  s{n}: {{image: a, depends_on: [s{n - 1}]}}\n" for n in range(1, 3_000)),
    "ranges of ports": "services:\n  a:\n    image: a\n    ports:\n"
    + "".join(f"    - {n}-{n + 499}\n" for n in range(1, 2_000)),
    "ranges of ports in the long form": "services:\n  a:\n    image: a\n    ports:\n"
    + "".join(f"    - {{target: {n}-{n + 499}}}\n" for n in range(1, 6_000)),
    "deep nesting": "x-a: " + "[" * 100_000,
    "a duration that never ends": f"services: {{a: {{image: a, stop_grace_period: {'1h' * 200_000}}}}}",
    "a port that never ends": f"services: {{a: {{image: a, ports: ['{'8' * 200_000}']}}}}",
    "a name that never ends": f"services: {{a: {{image: a, {'k' * 500_000}: x}}}}",
    "a command with quotes": f'services: {{a: {{image: a, command: "{chr(39) * 300_001}"}}}}',
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE)
def test_a_large_file_is_read_or_refused_in_time(text: str) -> None:
    with in_time(), contextlib.suppress(Invalid):
        project(text)


def test_variables_that_grow_are_refused() -> None:
    body = "".join(f"      V{n}: ${{BIG}}\n" for n in range(100))
    with in_time(), pytest.raises(Invalid, match="variables make more than 8 MiB"):
        project(f"services:\n  a:\n    image: a\n    environment:\n{body}", {"BIG": "x" * 1_000_000})


@pytest.mark.parametrize("body", ["user: $BAD", "environment: [BAD]"])
def test_a_nul_character_of_a_variable_is_refused(body: str) -> None:
    with pytest.raises(Invalid, match=r"compose\.yaml, line 4: .* a NUL character"):
        project(f"services:\n  a:\n    image: a\n    {body}\n", {"BAD": "x\0y"})


def test_files_that_include_more_and_more_are_refused() -> None:
    files = {f"f{n}.yaml": f"include: [f{n + 1}.yaml]" for n in range(500)}
    with in_time(), pytest.raises(Invalid, match="more than 100 projects"):
        project(files={**files, "compose.yaml": "include: [f0.yaml]"})


def test_the_same_file_included_again_and_again_is_counted() -> None:
    files = {f"f{n}.yaml": f"include: [f{n + 1}.yaml, f{n + 1}.yaml]" for n in range(40)}
    files["f40.yaml"] = "services: {a: {image: a}}"
    with in_time(), pytest.raises(Invalid, match="more than"):
        project(files={**files, "compose.yaml": "include: [f0.yaml]"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.env").write_text("TOKEN=outside")
    root = tmp_path / "project"
    root.mkdir()
    return root


@pytest.mark.parametrize(
    "body",
    [
        "env_file: ../secret.env",
        "env_file: link.env",
        "env_file: folder/secret.env",
        "env_file: {absolute}",
        "label_file: link.env",
        "extends: {{service: a, file: ../secret.env}}",
        "extends: {{service: a, file: link.env}}",
    ],
)
def test_nothing_outside_of_the_folder_is_read(folder: Path, body: str) -> None:
    (folder / "link.env").symlink_to("../secret.env")
    (folder / "folder").symlink_to("..")
    body = body.format(absolute=folder.parent / "secret.env")
    (folder / "compose.yaml").write_text(f"services:\n  web:\n    image: a\n    {body}\n")
    with pytest.raises(Invalid, match="lies outside of the project") as caught:
        read(FolderFiles(folder))
    assert "TOKEN" not in str(caught.value)


def test_a_link_that_stays_inside_is_followed(folder: Path) -> None:
    (folder / "real.env").write_text("A=1")
    (folder / "link.env").symlink_to("real.env")
    (folder / "compose.yaml").write_text("services: {web: {image: a, env_file: link.env}}")
    assert read(FolderFiles(folder)).services["web"].environment["A"].reveal() == "1"


def test_a_circle_of_links_a_folder_and_a_pipe_are_refused(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    (folder / "dir").mkdir()
    os.mkfifo(folder / "pipe")
    files = FolderFiles(folder)
    for path in ("a", "dir", "pipe"):
        with in_time(), pytest.raises(Invalid, match=f"{path} cannot be read"):
            files.text(path)
    assert files.text("gone") is None
    assert files.text("dir/gone") is None
    with pytest.raises(Invalid):
        files.text("nul\0byte")


def test_a_file_of_a_gigabyte_is_not_read(folder: Path) -> None:
    with (folder / "compose.yaml").open("wb") as file:
        file.truncate(1 << 30)
    with in_time(), pytest.raises(Invalid, match=f"larger than {SIZE_LIMIT >> 20} MiB"):
        read(FolderFiles(folder))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"services:\n  a: \0", "compose.yaml, line 2 cannot be read: it holds a NUL byte"),
        (b"services:\n\n  a: \xff\xfe", "compose.yaml, line 3 cannot be read: it is no text in UTF-8"),
    ],
)
def test_what_is_no_text_is_said_with_its_line(folder: Path, content: bytes, said: str) -> None:
    (folder / "compose.yaml").write_bytes(content)
    with pytest.raises(Invalid) as caught:
        read(FolderFiles(folder))
    assert said in caught.value.message


def test_a_byte_order_mark_and_windows_lines_are_read(folder: Path) -> None:
    (folder / "compose.yaml").write_bytes(b"\xef\xbb\xbfservices:\r\n  a:\r\n    image: a\r\n")
    assert read(FolderFiles(folder)).services["a"].image == "a"


@given(st.lists(st.sampled_from(["..", ".", "a", "", "/", "~"]), max_size=8))
def test_a_resolved_path_is_inside_only_if_it_is(parts: list[str]) -> None:
    path = resolve("base", "/".join(parts))
    if is_inside(path):
        assert Path("/root", path).resolve().is_relative_to("/root")


KEYS = sorted({key.partition(".")[0] for key in SERVICE_KEYS} | {"image", "x-a"})
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 70_000)
    | st.sampled_from(["", "a", "80:80", "${A", "$B", "./x:/y", "1s", "../..", "host"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["source", "target", "type", "test", "context", "condition", "default", "a"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(KEYS), values, max_size=4),
    st.sampled_from(["volumes", "networks", "configs", "include", "x-a"]),
    values,
)
def test_any_service_is_read_or_refused(service: dict[str, object], element: str, value: object) -> None:
    text = yaml.safe_dump({"services": {"a": {"image": "a", **service}}, element: value})
    with contextlib.suppress(Invalid, NotFound):  # anything else that is raised fails the test
        project(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from(list(" \n:-[]{}&*!|>'\"#$ab1.services image")), max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Sh0Error):
        read(TextFiles({"compose.yaml": text}))


names = st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True)


@given(st.dictionaries(names, st.text(max_size=20).filter(lambda text: "\0" not in text), max_size=5))
def test_an_environment_that_is_written_is_read_back(environment: dict[str, str]) -> None:
    escaped = {name: value.replace("$", "$$") for name, value in environment.items()}
    text = yaml.safe_dump({"services": {"a": {"image": "a", "environment": escaped}}}, default_style='"')
    found = project(text).services["a"].environment
    assert {name: value.reveal() for name, value in found.items()} == environment
