"""What the proxy says about itself, as values. Pure: from answers of the runtime API to records."""

import csv
from collections.abc import Iterator

import attrs

from sh0.ports.proxy import BackendFigures

_MAINTENANCE = 0x01 | 0x20  # SRV_ADMF_FMAINT, SRV_ADMF_RMAINT in server-t.h
_DRAIN = 0x08  # SRV_ADMF_FDRAIN
_UNCHECKED = 1  # HCHK_STATUS_INI in check-t.h
_PASSED = 3  # CHK_RES_PASSED in check-t.h


@attrs.frozen
class Server:
    """A server that HAProxy knows.

    Attributes:
        slot: Number of its backend.
        name: Its name in that backend.
        live: Whether it is meant to get requests.
        passed: Whether its last check passed.
        checked: Whether it has been checked at all.
    """

    slot: int
    name: str
    live: bool
    passed: bool
    checked: bool = True

    @property
    def path(self) -> str:
        """Backend and name, as commands take it."""
        return f"slot{self.slot}/{self.name}"


@attrs.frozen
class Entry:
    """A line of the running certificate list: its id for `del`, the file, and its host names."""

    id: str
    path: str
    hosts: tuple[str, ...]


@attrs.frozen
class Processes:
    """The processes of the master: its worker, older workers that end their connections, failed reloads."""

    worker: int
    old: tuple[int, ...]
    failures: int


def _rows(answer: str) -> Iterator[list[str]]:
    return (line.split() for line in answer.splitlines() if line.strip() and not line.startswith("#"))


def _slot(backend: str) -> int | None:
    digits = backend.removeprefix("slot")
    return int(digits) if digits != backend and digits.isdecimal() else None


def servers(answer: str) -> tuple[Server, ...]:
    """Read `show servers state`; the format is version 1."""
    found = []
    for row in _rows(answer):
        if len(row) < 12 or (slot := _slot(row[1])) is None:
            continue
        admin, status, result = int(row[6]), int(row[10]), int(row[11])
        found.append(
            Server(
                slot,
                row[3],
                live=not admin & (_DRAIN | _MAINTENANCE),
                passed=result == _PASSED,
                checked=status > _UNCHECKED,
            )
        )
    return tuple(found)


def connections(answer: str) -> dict[str, int]:
    """Read `show servers conn`: connections that carry a request, by server. Idle ones are not among them."""
    return {row[0]: int(row[6]) for row in _rows(answer) if len(row) > 6}


def sessions(answer: str) -> dict[str, str]:
    """Read `show sess`: sessions with their servers."""
    found = {}
    for row in _rows(answer):
        words = dict(word.partition("=")[::2] for word in row[1:])
        if "be" in words and "srv" in words:
            found[row[0].rstrip(":")] = f"{words['be']}/{words['srv']}"
    return found


def slots(answer: str) -> int:
    """Read `show backend`: how many backends are prepared."""
    return max((slot for row in _rows(answer) if (slot := _slot(row[0]))), default=0)


def map_entries(answer: str) -> dict[str, str]:
    """Read `show map`."""
    return {row[1]: row[2] for row in _rows(answer) if len(row) > 2}


def certificate_entries(answer: str) -> tuple[Entry, ...]:
    """Read `show ssl crt-list -n`."""
    return tuple(Entry(row[0], row[0].rpartition(":")[0], tuple(sorted(row[1:]))) for row in _rows(answer))


def certificate_store(answer: str) -> tuple[frozenset[str], str | None]:
    """Read `show ssl cert`: the files in the store, and the one whose change is not committed."""
    names = [row[0] for row in _rows(answer)]
    pending = next((name[1:] for name in names if name.startswith("*")), None)
    return frozenset(name for name in names if not name.startswith("*")), pending


def field(answer: str, name: str) -> str:
    """One value of `show info`, or an empty text."""
    lines = (line for line in answer.splitlines() if line.startswith(f"{name}:"))
    return next((line.partition(":")[2].strip() for line in lines), "")


def processes(answer: str) -> Processes:
    """Read the master's `show proc`."""
    worker, old, failures = 0, [], 0
    for row in _rows(answer):
        if len(row) < 3:
            continue
        if row[1] == "master" and "[failed:" in row:
            failures = int(row[row.index("[failed:") + 1].rstrip("]"))
        elif row[1] == "worker":
            if row[2] == "0":
                worker = int(row[0])
            else:
                old.append(int(row[0]))
    return Processes(worker, tuple(old), failures)


def figures(answer: str) -> tuple[BackendFigures, ...]:
    """Read `show stat` of the backends."""
    found = []
    for row in csv.DictReader(answer.removeprefix("# ").splitlines()):
        slot = _slot(row["pxname"])
        if slot is not None and row["svname"] == "BACKEND":
            found.append(
                BackendFigures(
                    slot,
                    requests=int(row["req_tot"] or 0),
                    errors=int(row["hrsp_5xx"] or 0),
                    current=int(row["scur"] or 0),
                )
            )
    return tuple(found)
