"""A call as a value: it travels over HTTP, waits in a queue, is written in the audit log."""

from collections.abc import Mapping

import attrs


@attrs.frozen
class Call:
    """An operation and its arguments.

    Attributes:
        operation: Name, as in ``apps.create``.
        arguments: By parameter name, as plain JSON values.
    """

    operation: str
    arguments: Mapping[str, object] = attrs.field(factory=dict)
