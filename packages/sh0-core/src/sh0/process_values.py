"""Values with a rule that say something of processes of apps."""

from typing import Annotated

from sh0.rule import Rule

__all__ = ["ProcessName", "ReplicaCount", "ShellLine", "StopSeconds"]

ProcessName = Annotated[
    str,
    Rule(
        "a name of a process",
        "letters, digits, hyphens and underscores, beginning with a letter, at most 40 characters",
        pattern=r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?",
        minimum=1,
        maximum=40,
        example="worker",
    ),
]
ReplicaCount = Annotated[int, Rule("a number of containers", "a number between 0 and 50", minimum=0, maximum=50)]
StopSeconds = Annotated[int, Rule("a time to stop in", "seconds between 1 and 3600", minimum=1, maximum=3600)]
ShellLine = Annotated[
    str, Rule("a command", "a line of at most 8192 characters", minimum=1, maximum=8192, example="celery inspect ping")
]
