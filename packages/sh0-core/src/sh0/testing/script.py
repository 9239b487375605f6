"""What programs do inside the fakes: enough of a shell to stand for real containers in a contract suite."""

import shlex
from collections.abc import Mapping, Sequence

import attrs

KILLED = 137  # 128 + SIGKILL


@attrs.frozen
class Program:
    """How a program behaves.

    Attributes:
        prints: Stream ("stdout" or "stderr") and text of each line that it prints.
        exit_code: How it ends at once, or None while it keeps running.
        out_of_memory: Whether that end is a kill at the memory limit.
        sleeps: Seconds that it waits before it ends; only builds heed it.
    """

    prints: tuple[tuple[str, str], ...] = ()
    exit_code: int | None = None
    out_of_memory: bool = False
    sleeps: float = 0.0


def run(
    argv: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    service: bool = False,
    files: Mapping[str, str] | None = None,
) -> Program:
    """The behaviour of a command line: ``sh -c`` with echo, cat, sleep, exit, kill and true is understood.

    Args:
        argv: The command; an empty one, or one that is not understood, is a program that keeps running or
        ends well. environment: Variables, for ``echo $NAME``.
        service: Whether a sleep means "keeps running".
        files: Content of files, by path, for ``cat``.
    """
    text = argv[2] if list(argv[:2]) in (["sh", "-c"], ["/bin/sh", "-c"]) and len(argv) > 2 else shlex.join(argv)
    prints: list[tuple[str, str]] = []
    slept = 0.0
    understood = False
    for statement in text.replace("&&", ";").replace("\n", ";").split(";"):
        words = shlex.split(statement)
        name, *rest = words or [""]
        if name == "echo":
            stream = "stderr" if rest[-1:] == [">&2"] else "stdout"
            shown = [(environment or {}).get(word[1:], "") if word.startswith("$") else word for word in rest]
            prints.append((stream, " ".join(word for word in shown if word != ">&2")))
        elif name == "cat" and files is not None:
            if rest[0] not in files:
                return Program((*prints, ("stderr", f"cat: {rest[0]}: No such file or directory")), 1, sleeps=slept)
            prints.append(("stdout", files[rest[0]]))
        elif name == "sleep":
            if service:
                return Program(tuple(prints))
            slept += float(rest[0])
        elif name == "exit":
            return Program(tuple(prints), int((rest or ["0"])[0]), sleeps=slept)
        elif name == "kill":
            return Program(tuple(prints), KILLED, out_of_memory=True, sleeps=slept)
        understood = understood or name in ("echo", "sleep", "true", "exit")
    ends = understood or not service
    return Program(tuple(prints), 0 if ends else None, sleeps=slept)
