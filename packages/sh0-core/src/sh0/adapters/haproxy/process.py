"""The container of HAProxy: its description, its start, and reloads through its master."""

import contextlib
import re
import time
from pathlib import Path

import attrs

from sh0.adapters.haproxy import state
from sh0.adapters.haproxy.layout import CONFIG, MASTER_SOCKET, RUNTIME_SOCKET, Layout
from sh0.adapters.haproxy.render import command_line
from sh0.adapters.haproxy.runtime_api import RuntimeApi
from sh0.errors import ProxyUnavailable, Sh0Error
from sh0.ports.container import HostMount
from sh0.ports.link import ServerLink
from sh0.ports.runtime import InstanceState, Runtime, Workload

# Bind low ports, give the workers another user and signal them, make sockets in a folder of another user.
_CAPABILITIES = ("NET_BIND_SERVICE", "SETUID", "SETGID", "KILL", "CHOWN", "FOWNER", "DAC_OVERRIDE")
_TAKEN = re.compile(r"cannot bind socket[^\[\n]*\[([^\]\n]+)\]")
_START_SECONDS = 20.0
_RELOAD_SECONDS = 15.0
_MASTER_SECONDS = 3.0


@attrs.frozen
class Process:
    """HAProxy in its container.

    Attributes:
        runtime: The engine.
        link: How its server is reached.
        folder: The folder of files, on the server.
        layout: The folder as the container sees it.
        image: Image of HAProxy.
        name: Name of the container.
    """

    runtime: Runtime
    link: ServerLink
    folder: Path
    layout: Layout
    image: str
    name: str

    @property
    def worker(self) -> RuntimeApi:
        """The worker that takes new connections."""
        return RuntimeApi(self.link, str(self.folder / RUNTIME_SOCKET))

    @property
    def master(self) -> RuntimeApi:
        """The master, which reloads."""
        return RuntimeApi(self.link, str(self.folder / MASTER_SOCKET), prefix="", patience=0.5)

    def old_workers(self) -> tuple[RuntimeApi, ...]:
        """Workers that a reload has replaced and that still have connections."""
        return tuple(
            attrs.evolve(self.master, prefix=f"@!{process} ", patience=3.0) for process in self._processes().old
        )

    def mark(self) -> str:
        """The fingerprint of the configuration that runs."""
        return state.field(self.worker.ask("show info"), "description").removeprefix("sh0-")

    def workload(self) -> Workload:
        """The container as it should be."""
        return Workload(
            name=self.name,
            image=self.image,
            labels={"sh0.kind": "proxy"},
            network="host",
            command=command_line(self.layout),
            mounts=(HostMount(str(self.folder), self.layout.folder),),
            user="0:0",
            cap_drop=("ALL",),
            cap_add=_CAPABILITIES,
            stop_timeout=5,
        )

    def ensure(self) -> None:
        """See to it that the container runs and answers.

        Raises:
            ProxyUnavailable: It ended, or did not answer in time; the hint holds what it printed.
        """
        self.runtime.apply(self.workload())
        deadline = time.monotonic() + _START_SECONDS
        look = time.monotonic() + 0.5
        while True:
            with contextlib.suppress(ProxyUnavailable):
                self.mark()
                return
            if time.monotonic() > look:
                look += 0.5
                instance = self.runtime.inspect(self.name)
                ended = instance is None or instance.state in (InstanceState.EXITED, InstanceState.RESTARTING)
                if ended or time.monotonic() > deadline:
                    raise self._silent("ended at its start" if ended else "does not answer")
            time.sleep(0.01)

    def reload(self, mark: str) -> None:
        """Replace the worker by one that has read the files; listening sockets pass from one to the other.

        Raises:
            ProxyUnavailable: The configuration was refused; the old worker goes on.
        """
        failures = self._processes().failures
        self.master.order("reload")
        deadline = time.monotonic() + _RELOAD_SECONDS
        while True:
            with contextlib.suppress(ProxyUnavailable):
                if self.mark() == mark:
                    return
                if state.processes(self.master.ask("show proc")).failures > failures:
                    break
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        raise ProxyUnavailable(
            f"the proxy refused its new configuration and goes on with the previous one: {self._complaint()}",
            hint="A listening port may be taken by another program; otherwise report the text above.",
        )

    def _processes(self) -> state.Processes:
        """What the master says; for a moment after its start and after each reload it hears nobody."""
        deadline = time.monotonic() + _MASTER_SECONDS
        while True:
            try:
                return state.processes(self.master.ask("show proc"))
            except ProxyUnavailable:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.01)

    def _complaint(self) -> str:
        try:
            argv = ("haproxy", "-c", "-f", self.layout.path(CONFIG))
            done = self.runtime.execute(self.name, argv, timeout=20.0)
        except Sh0Error as error:
            return error.message
        return done.stderr.decode(errors="replace").strip()[-1000:] or "it gave no reason"

    def _silent(self, what: str) -> ProxyUnavailable:
        printed = ""
        with contextlib.suppress(Sh0Error):
            printed = "\n".join(line.text for line in self.runtime.logs(self.name, tail=12))
        said = f"It printed:\n{printed}" if printed else "It printed nothing."
        if taken := tuple(dict.fromkeys(_TAKEN.findall(printed))):
            return ProxyUnavailable(
                f"the proxy cannot listen on {' and '.join(taken)}: the port is in use; stop what listens there, or "
                "choose others: sh0 down, then sh0 up --http-port N --https-port N",
                hint=said,
            )
        return ProxyUnavailable(f"the proxy's container '{self.name}' {what}", hint=said)
