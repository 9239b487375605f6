"""Running the operation behind a tool."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from typing import cast

from sh0 import InvalidValue, Platform, Sh0Error
from sh0.frontend import Call, unstructure
from sh0_mcp.tools import Tool, Window


def call(platform: Platform, tool: Tool, arguments: Mapping[str, object]) -> dict[str, object]:
    """Run a tool.

    Args:
        platform: The platform.
        tool: The tool.
        arguments: By name, as plain JSON.

    Returns:
        An object: the result itself if it is one, else ``{"result": …}``; of a stream
        ``{"items": […], "left_out": how many before them, "complete": whether the stream has ended}``.

    Raises:
        Sh0Error: The operation's own errors, and InvalidValue for arguments that it does not have.
    """
    _check(tool, arguments)
    if tool.window is None:
        result = unstructure(platform.invoke(Call(tool.operation.name, arguments)))
        return result if isinstance(result, dict) else {"result": result}
    invocation = Call(tool.operation.name, {**arguments, **tool.window.fixed})
    return _look(cast("Iterator[object]", platform.invoke(invocation)), tool.window)


def _check(tool: Tool, arguments: Mapping[str, object]) -> None:
    known = cast("Mapping[str, object]", tool.schema["properties"])
    required = cast("list[str]", tool.schema["required"])
    for name in arguments:
        if name not in known:
            hint = f"It takes {', '.join(known)}." if known else "It takes none."
            raise InvalidValue(f"{tool.name} has no argument {name}", hint=hint, path=f"$.{name}")
    for name in required:
        if name not in arguments:
            raise InvalidValue(f"{tool.name} needs the argument {name}", path=f"$.{name}")


def _look(stream: Iterator[object], window: Window) -> dict[str, object]:
    """What a stream brings within a window.

    It is read on a thread, for nothing can hurry a stream that is silent; the thread ends with the stream, or at its
    next item.
    """
    kept: deque[object] = deque(maxlen=window.last)
    failures: list[Sh0Error] = []
    seen, enough, ended = 0, threading.Event(), threading.Event()

    def read() -> None:
        nonlocal seen
        try:
            for item in stream:
                if enough.is_set():
                    break
                kept.append(unstructure(item))
                seen += 1
        except Sh0Error as error:
            failures.append(error)
        finally:
            ended.set()

    threading.Thread(target=read, name="sh0-mcp-stream", daemon=True).start()
    complete = ended.wait(window.seconds)
    enough.set()
    if failures:
        raise failures[0]
    items = list(kept)
    return {"items": items, "left_out": seen - len(items), "complete": complete}
