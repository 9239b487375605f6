"""How the process ends. The only place where kinds of errors become exit codes."""

from collections.abc import Mapping

from sh0 import Kind

OK = 0
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

OF_KIND: Mapping[Kind, int] = {
    Kind.FAILED: 1,
    Kind.INVALID: 2,
    Kind.TOO_LARGE: 2,
    Kind.NOT_FOUND: 3,
    Kind.CONFLICT: 4,
    Kind.UNAUTHENTICATED: 5,
    Kind.LIMITED: 5,
    Kind.FORBIDDEN: 5,
    Kind.UNAVAILABLE: 6,
    Kind.CORRUPT: 7,
    Kind.INTERNAL: 8,
}
