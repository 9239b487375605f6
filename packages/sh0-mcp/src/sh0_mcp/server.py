"""The protocol: the only module that knows the SDK, whose second major version is no like its first."""

import functools
import json
import logging
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from sh0 import Platform, Sh0Error, UnknownOperation, __version__
from sh0.frontend import Registry, internal_error, registry
from sh0_mcp import calling
from sh0_mcp.tools import Tool as OperationTool
from sh0_mcp.tools import tools
from sh0_mcp.words import INSTRUCTIONS

log = logging.getLogger("sh0.mcp")


def make_server(platform: Platform, registry: Registry) -> "Server[Any]":
    """A server of the platform's reading operations.

    Args:
        platform: The platform that tools are called on.
        registry: Its operations.
    """
    known = tools(registry)

    async def list_tools(context: object, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_described(tool) for tool in known.values()])

    async def call_tool(context: object, params: CallToolRequestParams) -> CallToolResult:
        tool = known.get(params.name)
        if tool is None:
            return _failed(UnknownOperation(f"there is no tool {params.name!r}", hint="tools/list names them."))
        run = functools.partial(_run, functools.partial(calling.call, platform, tool, params.arguments or {}))
        return await anyio.to_thread.run_sync(run, abandon_on_cancel=True)

    return Server(
        "sh0",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def serve_stdio(platform: Platform) -> None:
    """Serve on standard input and output until the client hangs up.

    Args:
        platform: The platform that tools are called on.
    """
    server = make_server(platform, registry)

    async def serve() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(serve)


def _described(tool: OperationTool) -> Tool:
    return Tool(
        name=tool.name,
        description=tool.description,
        input_schema=dict(tool.schema),
        output_schema=dict(tool.answer),
        annotations=ToolAnnotations(
            title=tool.operation.summary.rstrip("."),
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _run(call: Callable[[], dict[str, object]]) -> CallToolResult:
    try:
        result = call()
    except Sh0Error as error:
        return _failed(error)
    except Exception as error:
        log.exception("a tool failed")
        return _failed(internal_error(error))
    text = json.dumps(result, ensure_ascii=False)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=result)


def _failed(error: Sh0Error) -> CallToolResult:
    text = f"{error} [{error.code}]"
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content={"problem": error.to_problem()}, is_error=True
    )
