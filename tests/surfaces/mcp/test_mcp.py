"""The reading operations as tools, asked by the SDK's own client."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

import sh0
import sh0.frontend
from sh0.frontend import Effect, Operation
from sh0_mcp import calling
from sh0_mcp.server import make_server
from sh0_mcp.tools import EXCLUDED, WINDOWS, Tool, Window, tools
from sh0_mcp.words import DOMAINS, INSTRUCTIONS, TERMS
from tests.surfaces.platform_stub import StubPlatform, make_event

T = TypeVar("T")


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubPlatform]:
    made = StubPlatform(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture
def platform(stub: StubPlatform) -> Iterator[sh0.Platform]:
    with sh0.connect(home=stub.socket.parent.parent) as connected:
        yield connected


def asked(server: object, question: Callable[[Client], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with Client(cast(Any, server)) as client:
            return await question(client)

    return anyio.run(ask)


def called(platform: sh0.Platform, name: str, **arguments: object) -> CallToolResult:
    server = make_server(platform, sh0.frontend.registry)
    return asked(server, lambda client: client.call_tool(name, arguments))


def test_the_tools_are_those_of_the_golden_file(platform: sh0.Platform, golden: Callable[[str, str], None]) -> None:
    listed = asked(make_server(platform, sh0.frontend.registry), lambda client: client.list_tools())
    plain = [tool.model_dump(by_alias=True, exclude_none=True) for tool in listed.tools]
    golden("mcp_tools.json", json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def test_every_tool_says_that_it_only_reads(platform: sh0.Platform) -> None:
    listed = asked(make_server(platform, sh0.frontend.registry), lambda client: client.list_tools())
    assert listed.tools
    for tool in listed.tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.annotations.destructive_hint is False
        assert tool.description


def test_nothing_that_changes_something_is_a_tool() -> None:
    for tool in tools(sh0.frontend.registry).values():
        assert tool.operation.effect is Effect.READ
    assert "apps_terminal" not in tools(sh0.frontend.registry)


def test_schemas_are_complete_in_themselves() -> None:
    for tool in tools(sh0.frontend.registry).values():
        assert "$ref" not in repr(tool.schema)


def test_a_result_comes_as_structure_and_as_text(platform: sh0.Platform) -> None:
    answer = called(platform, "apps_get", app="shop")
    assert not answer.is_error
    assert answer.structured_content["name"] == "shop"
    assert '"name": "shop"' in answer.content[0].text  # type: ignore[union-attr]


def test_every_tool_says_what_its_answer_looks_like(platform: sh0.Platform) -> None:
    listed = asked(make_server(platform, sh0.frontend.registry), lambda client: client.list_tools())
    for tool in listed.tools:
        assert tool.output_schema is not None, tool.name
        assert tool.output_schema["type"] == "object"
        Draft202012Validator.check_schema(tool.output_schema)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("apps_get", {"app": "shop"}), ("apps_list", {}), ("events_list", {}), ("apps_logs", {"app": "shop", "tail": 3})],
)
def test_an_answer_is_as_its_schema_says(platform: sh0.Platform, name: str, arguments: dict[str, object]) -> None:
    answer = called(platform, name, **arguments)
    assert not answer.is_error
    Draft202012Validator(tools(sh0.frontend.registry)[name].answer).validate(answer.structured_content)


def test_identifiers_are_explained_where_they_are_asked_for() -> None:
    known = tools(sh0.frontend.registry)
    assert "such as shop-7" in known["deployments_get"].description
    assert "the services of a Compose file" in known["stacks_get"].description
    for tool in known.values():
        for name in cast("dict[str, dict[str, object]]", tool.schema["properties"]):
            assert tool.schema["properties"][name].get("description"), f"{tool.name}.{name}"  # type: ignore[index]
            if name in TERMS:
                assert TERMS[name] in tool.description
        assert DOMAINS[tool.operation.domain] in tool.description
        assert all(error in tool.description for error in tool.operation.raises)


def test_a_client_is_told_that_nothing_is_changed_here_and_what_does_instead() -> None:
    assert "only read" in INSTRUCTIONS
    named = re.findall(r"\b[a-z]+_[a-z]+\b", INSTRUCTIONS + " ".join(TERMS.values()))
    assert set(named) <= set(tools(sh0.frontend.registry))


def test_a_list_is_wrapped_in_an_object(platform: sh0.Platform) -> None:
    answer = called(platform, "apps_list")
    assert [app["name"] for app in answer.structured_content["result"]] == ["shop", "blog"]


def test_an_error_tells_what_happened_and_what_to_do(platform: sh0.Platform) -> None:
    answer = called(platform, "apps_get", app="nothere")
    assert answer.is_error
    assert answer.content[0].text == (  # type: ignore[union-attr]
        "there is no app nothere\nSee 'sh0 apps list'. [not-found]"
    )
    assert answer.structured_content["problem"]["code"] == "not-found"


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("apps_get", {}, "apps_get needs the argument app"),
        ("apps_get", {"app": "shop", "force": True}, "apps_get has no argument force"),
        ("apps_logs", {"app": "shop", "follow": True}, "apps_logs has no argument follow"),
        ("apps_get", {"app": "../x"}, "is not an app name"),
        ("apps_delete", {"app": "shop"}, "there is no tool 'apps_delete'"),
    ],
)
def test_what_does_not_fit_is_refused(
    platform: sh0.Platform, name: str, arguments: dict[str, object], said: str
) -> None:
    answer = called(platform, name, **arguments)
    assert answer.is_error
    assert said in answer.content[0].text  # type: ignore[union-attr]


def test_a_stream_comes_as_its_last_items(platform: sh0.Platform) -> None:
    answer = called(platform, "apps_logs", app="shop", tail=1200)
    told = answer.structured_content
    assert [told["items"][0]["text"], told["items"][-1]["text"]] == ["line 200", "line 1199"]
    assert (told["left_out"], told["complete"]) == (200, True)


def test_a_stream_that_goes_on_is_cut_off(stub: StubPlatform, platform: sh0.Platform) -> None:
    operation = sh0.frontend.registry.get("events.follow")
    tool = Tool("x", operation, "", {"properties": {}, "required": []}, {}, Window(10, 0.5, {}, ""))
    stub.events.pending.put(make_event(1))
    told = calling.call(platform, tool, {})
    assert told["complete"] is False
    assert len(cast("list[object]", told["items"])) == 1
    stub.events.pending.put(None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore drops a socket there
def test_a_platform_that_is_away_is_an_error_of_the_tool(tmp_path: Path) -> None:
    with sh0.connect(home=tmp_path) as platform:
        answer = called(platform, "apps_list")
    assert answer.is_error
    assert answer.structured_content["problem"]["code"] == "daemon-unreachable"


def test_exclusions_and_windows_name_operations_that_need_them() -> None:
    def named(names: object) -> list[Operation]:
        return [sh0.frontend.registry.get(name) for name in cast("dict[str, object]", names)]

    assert all(operation.effect is Effect.READ for operation in named(EXCLUDED))
    assert all(operation.shape is sh0.frontend.Shape.STREAM for operation in named(WINDOWS))
    assert all(EXCLUDED.values())


@pytest.mark.parametrize("program", [["-m", "sh0_cli", "mcp"], ["-m", "sh0_cli", "--home", "{home}", "mcp"]])
def test_the_command_serves_a_real_client(stub: StubPlatform, program: list[str]) -> None:
    home = str(stub.socket.parent.parent)
    arguments = [word.format(home=home) for word in program]
    environment = {"PATH": os.environ["PATH"]} | ({} if home in arguments else {"SH0_HOME": home})

    async def question(client: Client) -> tuple[int, CallToolResult]:
        listed = await client.list_tools()
        return len(listed.tools), await client.call_tool("apps_get", {"app": "blog"})

    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)
    count, answer = asked(server, question)
    assert count == len(tools(sh0.frontend.registry))
    assert answer.structured_content["name"] == "blog"


def test_the_command_ends_with_its_client(stub: StubPlatform) -> None:
    environment = {"PATH": os.environ["PATH"], "SH0_HOME": str(stub.socket.parent.parent)}
    argv = [sys.executable, "-m", "sh0_cli", "mcp"]
    done = subprocess.run(argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_protocol_is_not_loaded_before_it_is_spoken() -> None:
    program = (
        "import sys, sh0_mcp.plugin as p; p.sh0_commands(); print('mcp' in sys.modules, 'sh0.platform' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
