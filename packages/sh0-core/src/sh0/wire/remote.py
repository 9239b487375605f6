"""The same classes of operations, with every operation replaced by a request."""

import functools
import inspect
from collections.abc import Callable, Mapping

from sh0.operations import Operation, Operations
from sh0.operations.base import by_name
from sh0.wire.client import Client


def remote(cls: type[Operations], operations: Mapping[str, Operation], client: Client) -> Operations:
    """An object of a domain's class that asks another process; types and errors are the same."""
    requests = {operation.method: _request(cls, operation, client) for operation in operations.values()}
    generated = type(f"Remote{cls.__name__}", (cls,), {**requests, "__init__": lambda self: None})
    made: Operations = generated()
    return made


def _request(cls: type[Operations], operation: Operation, client: Client) -> Callable[..., object]:
    method = getattr(cls, operation.method)
    signature = inspect.signature(method)

    @functools.wraps(method)
    def request(self: Operations, *args: object, **kwargs: object) -> object:
        return client.call(operation, by_name(signature, args, kwargs))

    return request
