"""The programs that a command starts, and the scripts that interpreters among them run."""

import posixpath
import re
import shlex
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

__all__ = ["CLASS_PATH", "MODULE", "PACKAGE_SCRIPT", "SCRIPT_ENDINGS", "programs"]

SCRIPT_ENDINGS: Final = {
    # Interpreters, and how the file ends that they run.
    **dict.fromkeys(("node", "bun", "deno", "tsx", "ts-node"), (".js", ".mjs", ".cjs", ".ts", ".mts")),
    **dict.fromkeys(("python", "pypy"), (".py",)),
    "ruby": (".rb",),
    "perl": (".pl",),
    "php": (".php",),
    "dotnet": (".dll",),
}
PACKAGE_SCRIPT: Final = re.compile(r"(?:npm|pnpm|yarn|bun) run (\S+)$")
"""A program of `programs` that is a script of package.json."""
MODULE: Final = re.compile(r"(?:python[\d.]*|gunicorn|uvicorn|hypercorn|daphne) (?:-m )?([A-Za-z_][\w.]*)(?::[\w.]+)?$")
"""A program of `programs` that is a module of Python."""
CLASS_PATH: Final = re.compile(r"java -cp (\S+)$")
"""A program of `programs` that is the class path of a Java program."""

_NOT_PATHS: Final = (PACKAGE_SCRIPT, MODULE, CLASS_PATH)
_SERVERS: Final = ("gunicorn", "uvicorn", "hypercorn", "daphne")
_APPLICATION: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*|[A-Za-z_]\w*(?:\.\w+)*\.[aw]sgi")
_RUNNERS: Final = ("streamlit", "chainlit", "fastapi", "panel")
"""Programs that are given a verb and a script of Python."""
_CLASS_PATHS: Final = ("-cp", "-classpath", "--class-path")
_MANAGERS: Final = ("npm", "pnpm", "yarn", "bun")
_SHELLS: Final = ("sh", "bash")
_BEFORE: Final = ("exec", "env", "command", "nohup")
_MOST: Final = 3
"""How deep commands in commands (``sh -c "…"``) are read."""


def programs(line: str, depth: int = 0) -> list[str]:
    """The programs of a command, with the scripts that interpreters among them run; the folder of `cd` counts.

    What holds variables or is written by other commands is left out.

    Args:
        line: The command, as a shell reads it.
        depth: How many commands it stands in.
    """
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.commenters, lexer.whitespace_split = "", True
        words = list(lexer)
    except ValueError:
        return []
    found: list[str] = []
    folder, begins = "", True
    for number, word in enumerate(words):
        if set(word) <= set("();<>|&"):
            begins = not set(word) & set("<>")
        elif begins and (re.match(r"[A-Za-z_]\w*=", word) or word in _BEFORE):
            continue
        elif begins:
            begins = False
            arguments = _arguments(words[number + 1 :])
            if word == "cd":
                folder = posixpath.join(folder, *arguments[:1])
            if word in _SHELLS and len(arguments) > 1 and re.fullmatch(r"-[a-z]{0,3}c", arguments[0]):
                found += programs(arguments[1], depth + 1) if depth < _MOST else []
                continue
            if word == "dotnet" and arguments[:1] in (["run"], ["watch"]):
                word = f"{word} {arguments[0]}"  # of the SDK, which is not what runs an app
            script = _script(word, arguments)
            if script is None or word not in _SHELLS:
                found.append(posixpath.join(folder, word) if "/" in word else word)
            if script is not None:
                apart = any(each.match(script) for each in _NOT_PATHS)
                found.append(script if apart else posixpath.join(folder, script))
    return [word for word in found if "$" not in word and "`" not in word]


def _arguments(words: Sequence[str]) -> list[str]:
    """The words up to the end of the command."""
    return list(takewhile(lambda word: not set(word) <= set("();<>|&"), words))


def _script(program: str, arguments: Sequence[str]) -> str | None:
    """The script that an interpreter runs, or None if it runs none or cannot be told."""
    first = arguments[0] if arguments else ""
    if program in _SHELLS:
        return first if first and not first.startswith("-") else None
    if program in _MANAGERS:
        named = len(arguments) > 1 and first == "run" and re.fullmatch(r"[\w:.-]+", arguments[1])
        return f"{program} run {arguments[1]}" if named and not arguments[1].startswith("-") else None
    if program == "java":
        after_jar = arguments[arguments.index("-jar") + 1 :] if "-jar" in arguments else ()
        given = next((at for at, word in enumerate(arguments[:-1]) if word in _CLASS_PATHS), None)
        path = None if given is None else f"java -cp {arguments[given + 1]}"
        return next(iter(after_jar), path)
    if program in _SERVERS:
        wanted = (word for word in arguments if _APPLICATION.fullmatch(word))
        application = next((word for word in wanted if not word.startswith(("python:", "file:"))), None)
        return None if application is None else f"{program} {application}"
    if program in _RUNNERS:
        return next((word for word in arguments[1:] if word.endswith(".py")), None)
    if program == "php" and first and not first.startswith("-"):
        return first
    interpreter = re.sub(r"[\d.]+$", "", program)
    options = list(takewhile(lambda word: word.startswith("-"), arguments))
    if interpreter == "python" and options[-1:] == ["-m"] and len(arguments) > len(options):
        return f"{program} -m {arguments[len(options)]}"
    endings = SCRIPT_ENDINGS.get(interpreter, ())
    after = next((word for word in arguments if not word.startswith("-")), "")
    return after if endings and after.endswith(endings) else None
