"""Keeping containers from link-local addresses and from what their server itself offers, the proxy excepted.

One chain of the kernel's packet filter for each home, written whole and at once; the engine's own rules are not
touched. DNS passes, because a cloud's resolver may have a link-local address.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence

LINK_LOCAL = "169.254.0.0/16"
_TIMEOUT = 20.0  # seconds
_HOOKS = (("INPUT",), ("DOCKER-USER", "FORWARD"))


class HostGuard:
    """The chain of one home.

    Args:
        home_id: Part of the chain's name.
        ports: TCP ports of the server that containers may reach: those of the proxy.
    """

    def __init__(self, home_id: str, ports: Sequence[int]) -> None:
        self._chain, self._ports = f"SH0-{home_id}", tuple(ports)

    def apply(self, subnets: Sequence[str]) -> str | None:
        """Guard the server from these networks, and from no others. Applying twice changes nothing.

        Returns why it cannot be done on this machine, or None when it is done.
        """
        if os.geteuid() != 0:
            return "the server is not guarded from containers: that needs root"
        if shutil.which("iptables-restore") is None or shutil.which("iptables") is None:
            return "the server is not guarded from containers: install the package iptables"
        self._remove_stale(set(subnets))
        wrong = _run(["iptables-restore", "--noflush", "--wait", "5"], rules(self._chain, subnets, self._ports))
        for names in _HOOKS:
            wrong = wrong or self._hook(names)
        return f"the server is not guarded from containers: {wrong}" if wrong else None

    def lift(self, subnets: Sequence[str]) -> None:
        """Let these networks reach the server, also where a home that is gone guarded it from their ranges."""
        if os.geteuid() == 0 and shutil.which("iptables") is not None:
            self._remove(self._chain)
            self._remove_stale(set(subnets))

    def remove(self) -> None:
        """Remove the chain; a missing one is no error."""
        self.lift(())

    def _remove(self, chain: str) -> None:
        for names in _HOOKS:
            for name in names:
                while not _iptables("-D", name, *_jump(chain)):
                    pass
        _iptables("-F", chain)
        _iptables("-X", chain)

    def _remove_stale(self, subnets: set[str]) -> None:
        """Remove the chains that other homes have left: the engine gives each range to one network at a time."""
        listed = _listed()
        for chain, subnet in re.findall(r"^-A (SH0-\S+) -s (\S+) ", listed, re.MULTILINE):
            if chain != self._chain and subnet in subnets:
                self._remove(chain)

    def _hook(self, names: Sequence[str]) -> str:
        wrong = ""
        for name in names:
            if not _iptables("-C", name, *_jump(self._chain)):
                return ""
            wrong = _iptables("-I", name, "1", *_jump(self._chain))
            if not wrong:
                return ""
        return wrong


def rules(chain: str, subnets: Sequence[str], ports: Sequence[int]) -> str:
    """The chain as ``iptables-restore`` reads it. Pure."""
    local = "-m addrtype --dst-type LOCAL"
    lines = ["*filter", f":{chain} - [0:0]"]
    lines.append(f"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN")
    lines += [f"-A {chain} -p {protocol} --dport 53 -j RETURN" for protocol in ("udp", "tcp")]
    lines += [f"-A {chain} -p tcp --dport {port} {local} -j RETURN" for port in sorted(set(ports))]
    for subnet in sorted(subnets):
        lines.append(f"-A {chain} -s {subnet} -d {LINK_LOCAL} -j REJECT")
        lines.append(f"-A {chain} -s {subnet} {local} -j REJECT")
    return "\n".join([*lines, "COMMIT", ""])


def _jump(chain: str) -> tuple[str, ...]:
    # What the server says to itself has an address of a bridge on both ends.
    return ("!", "-i", "lo", "-j", chain)


def _listed() -> str:
    try:
        return subprocess.run(
            ["iptables", "--wait", "5", "-S"], capture_output=True, text=True, timeout=_TIMEOUT, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _iptables(*arguments: str) -> str:
    return _run(["iptables", "--wait", "5", *arguments])


def _run(command: list[str], given: str = "") -> str:
    """Run a command; the last line of what it says when it fails, or nothing."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"{command[0]} ended with exit code {done.returncode}"])[-1]
