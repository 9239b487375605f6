"""The progress that the two builders report, as the lines a person wants to read."""

import base64
import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from sh0.adapters.docker.output_lines import OutputLines
from sh0.adapters.docker.phases import phase
from sh0.adapters.docker.protobuf import fields

_STEP = re.compile(r"Step (\d+)/(\d+) : (.*)")
_CHATTER = re.compile(
    r" ---> [0-9a-f]{12}$| ---> Running in [0-9a-f]+$"
    r"|(Removing| ---> Removed) intermediate container |Successfully (built|tagged) "
)
_CACHED = " ---> Using cache"
_STOPPED = "context canceled"  # what other steps end with when one has failed
_OUR_LABEL = "LABEL sh0."


class Progress(Protocol):
    """Reads the documents of one build.

    Attributes:
        step: Heading of the step that runs, or ran last.
        image: Id of the image, once there is one.
    """

    step: str
    image: str

    def lines(self, document: Mapping[str, Any]) -> Iterator[str]:
        """The lines that a document adds."""
        ...

    def rest(self) -> Iterator[str]:
        """What was printed last, without an end of line."""
        ...


class ClassicProgress:
    """What the classic builder reports: pieces of text, and the status of images it pulls.

    Args:
        added: Instructions that were put into the Dockerfile; their steps are not shown and not counted.
        generated: Whether sh0 wrote the Dockerfile: its phases are shown instead of its instructions.
        unshown: Commands of it that say nothing to the reader.
    """

    def __init__(self, added: int = 0, *, generated: bool = False, unshown: Collection[str] = ()) -> None:
        self.step = ""
        self.image = ""
        self._added = added
        self._generated = generated
        self._unshown = unshown
        self._hidden = 0
        self._hiding = False
        self._output = OutputLines()
        self._status: dict[str, str] = {}

    def lines(self, document: Mapping[str, Any]) -> Iterator[str]:
        if text := document.get("stream"):
            for line in self._output.add(str(text)):
                yield from self._shown(line)
        elif status := document.get("status"):
            layer = str(document.get("id") or "")
            if not document.get("progress") and self._status.get(layer) != status:
                self._status[layer] = str(status)
                if not layer or status in ("Pull complete", "Already exists") or str(status).startswith("Pulling from"):
                    yield f"{layer}: {status}" if layer else str(status)
        elif isinstance(aux := document.get("aux"), Mapping) and aux.get("ID"):
            self.image = str(aux["ID"])

    def rest(self) -> Iterator[str]:
        yield from self._shown(self._output.rest())

    def _shown(self, line: str) -> Iterator[str]:
        if heading := _STEP.fullmatch(line):
            self._hiding = heading[3].startswith(_OUR_LABEL)
            if self._hiding:
                self._hidden += 1
            elif self._generated:
                shown = phase(heading[3], first=not self.step, unshown=self._unshown)
                self.step = shown or self.step or heading[3]
                if shown is not None:
                    yield shown
            else:
                self.step = f"Step {int(heading[1]) - self._hidden}/{int(heading[2]) - self._added} : {heading[3]}"
                yield self.step
        elif self._hiding or _CHATTER.match(line) or (self._generated and line == _CACHED):
            return
        elif line:
            yield line


class BuildKitProgress:
    """What BuildKit reports: ``moby.buildkit.v1.StatusResponse`` in base64 (its api/services/control).

    Steps run side by side; the one that counts is the one that failed.
    """

    def __init__(self) -> None:
        self.step = ""
        self.image = ""
        self._broken = False
        self._begun: set[str] = set()
        self._ended: set[str] = set()
        self._output: dict[str, OutputLines] = {}
        self._decoders: dict[str, codecs.IncrementalDecoder] = {}  # a message may end within a character

    def lines(self, document: Mapping[str, Any]) -> Iterator[str]:
        kind, aux = document.get("id"), document.get("aux")
        if kind == "moby.image.id" and isinstance(aux, Mapping):
            self.image = str(aux["ID"])
        elif kind == "moby.buildkit.trace" and isinstance(aux, str):
            for number, value in fields(base64.b64decode(aux)):
                if isinstance(value, bytes) and number == 1:
                    yield from self._vertex(value)
                elif isinstance(value, bytes) and number == 3:
                    yield from self._log(value)

    def rest(self) -> Iterator[str]:
        for output in self._output.values():
            if line := output.rest():
                yield line

    def _vertex(self, message: bytes) -> Iterator[str]:
        # 1 digest, 3 name, 4 cached, 5 started, 6 completed, 7 error
        found = dict(fields(message))
        digest, name = _text(found.get(1)), _text(found.get(3))
        if name.startswith(("[internal]", "copy /context")):
            return
        if 5 in found and digest not in self._begun:
            self._begun.add(digest)
            if not self._broken:
                self.step = name
            yield name
        if 6 in found and digest not in self._ended:
            self._ended.add(digest)
            error = _text(found.get(7))
            if error and not self._broken and _STOPPED not in error:
                self._broken, self.step = True, name
            if found.get(4):
                yield _CACHED

    def _log(self, entry: bytes) -> Iterator[str]:
        # 1 vertex, 4 msg
        found = dict(fields(entry))
        vertex = _text(found.get(1))
        message = found.get(4)
        decoder = self._decoders.setdefault(vertex, codecs.getincrementaldecoder("utf-8")(errors="replace"))
        output = self._output.setdefault(vertex, OutputLines())
        for line in output.add(decoder.decode(message if isinstance(message, bytes) else b"")):
            if line:
                yield line


def _text(value: int | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else ""
