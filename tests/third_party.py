"""A third-party plugin with rules, as a folder that a process finds by its PYTHONPATH."""

from pathlib import Path

_PLUGIN = '''"""Rules for tests."""

import os
import re
import signal

from sh0.plugin import Category, Hit, Rule, Severity, Subject, hookimpl


def find_word(file):
    for number, line in enumerate(file.lines, 1):
        if "FORBIDDEN" in line:
            yield Hit("a forbidden word", number, line.index("FORBIDDEN") + 1)


def hang(file):
    """A regular expression that never ends, and holds the interpreter while it does not."""
    re.match("(a+)+$", "a" * 64 + "b")
    return ()


def eat(file):
    return [Hit("x" * len(bytearray(8 << 30)))]


def die(file):
    os.kill(os.getpid(), signal.SIGKILL)


def fail(file):
    raise ValueError("not today")


def rule(id, check, trigger):
    words = ("A word", "Because.", "Leave it out.", "https://example.org")
    return Rule(id, Category.RUNTIME, Severity.ERROR, *words, Subject.FILE, check, (), trigger)


@hookimpl
def sh0_rules():
    return [
        rule("SH0-ZZ001", find_word, "FORBIDDEN"),
        rule("SH0-ZZ002", hang, "PLEASE HANG"),
        rule("SH0-ZZ003", eat, "PLEASE EAT"),
        rule("SH0-ZZ004", die, "PLEASE DIE"),
        rule("SH0-ZZ005", fail, "PLEASE FAIL"),
    ]
'''


def write_plugin(folder: Path) -> Path:
    """Write the plugin as if it were installed there; returns the folder."""
    installed = folder / "acme-1.dist-info"
    installed.mkdir(parents=True)
    (folder / "acme.py").write_text(_PLUGIN)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[sh0]\nacme = acme\n")
    return folder
