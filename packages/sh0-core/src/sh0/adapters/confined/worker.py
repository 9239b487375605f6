"""``python -m sh0.adapters.confined.worker``: calls functions, each as a line of its input asks, until that ends.

It looks at somebody else's files, so it bounds what it may use of the machine, and opens nothing else.
"""

import logging
import os
import resource
import select
import sys
from importlib import import_module

__all__ = ["main"]

_MEMORY = 2 << 30
_WRITTEN = 16 << 20
_USUAL = ("sh0.adapters.confined.calls", "sh0.detecting", "sh0.manifest.reading", "sh0.checking.bounded")
"""What is needed most, in this order; it is loaded while nothing is asked."""


def main() -> None:
    """Answer until there is nothing more to read."""
    for limit, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_FSIZE, _WRITTEN), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a plugin prints is no answer
    logging.disable(logging.WARNING)  # the process that asks says such things once
    for module in _USUAL:
        if select.select([asked], [], [], 0)[0]:
            break
        import_module(module)
    from sh0.adapters.confined.calls import Call

    while line := asked.readline():
        call = Call.read(line)
        spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        resource.setrlimit(resource.RLIMIT_CPU, (int(spent + 2 * call.seconds) + 5, resource.RLIM_INFINITY))
        answers.write(call.answer())
        answers.flush()


if __name__ == "__main__":
    main()
