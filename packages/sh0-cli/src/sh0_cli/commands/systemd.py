"""``sh0 systemd``: a unit for the platform."""

import os
import pwd
import sys
from pathlib import Path

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

_UNIT = """\
# To install it: sh0 systemd | sudo tee /etc/systemd/system/sh0.service && sudo systemctl enable --now sh0
[Unit]
Description=sh0, a self-hosted deployment platform
Wants=network-online.target
After=network-online.target docker.service

[Service]
Type=exec
User={user}
ExecStart={python} -m sh0.daemon --home {home}
Restart=always
RestartSec=2
# Apps run in Docker and keep serving while sh0 is stopped; a deployment past its switch is finished first.
KillMode=mixed
TimeoutStopSec=90
LimitNOFILE=65536
UMask=0022

NoNewPrivileges=yes
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID
ProtectSystem=strict
ReadWritePaths={home}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


@command("systemd")
@pass_session
def systemd(session: Session) -> None:
    """Print a hardened systemd unit that runs the platform with this home, as the user who asks.

    That user must be able to reach Docker. The home must exist before the unit starts; 'sh0 up' makes it.
    """
    text = unit(session.local_home, pwd.getpwuid(os.geteuid()).pw_name)
    session.output.document({"unit": text}) if session.json else session.output.text(text)


def unit(home: Path, user: str, python: str = sys.executable) -> str:
    """The unit's text."""
    return _UNIT.format(home=quoted(str(home)), user=user, python=quoted(python))


def quoted(path: str) -> str:
    """A path in a unit file: percent signs doubled, and in quotes where it needs them; see systemd.syntax(7)."""
    path = path.replace("%", "%%")
    if not any(character in path for character in " \t\"'\\;"):
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
