"""An example for every help page, and what else it points to."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sh0.frontend import Operation

__all__ = ["COUNTERPARTS", "EXAMPLES", "epilog", "example_of"]

EXAMPLES: Mapping[str, str] = {
    "init": "sh0 init ./shop",
    "detect": "sh0 detect ./shop --dockerfile",
    "check": "sh0 check . --severity warning",
    "push": "sh0 push ./shop --app shop",
    "deploy": "sh0 deploy shop --git https://github.com/acme/shop.git --branch main",
    "plan": "sh0 plan sh0.yaml",
    "apply": "sh0 apply sh0.yaml --yes",
    "schema": "sh0 schema sh0.yaml",
    "compose plan": "sh0 compose plan compose.yaml",
    "compose up": "sh0 compose up compose.yaml --name shop",
    "compose ps": "sh0 compose ps shop",
    "compose logs": "sh0 compose logs shop web --follow",
    "compose rollback": "sh0 compose rollback shop --to shop.3",
    "compose down": "sh0 compose down shop --volumes",
    "rollback": "sh0 rollback shop --to shop-7",
    "rules list": "sh0 rules list",
    "rules show": "sh0 rules show SH0-DF001",
    "status": "sh0 status shop",
    "logs": "sh0 logs shop --follow",
    "env": "sh0 env shop COLOUR=green --unset SIZE",
    "env import": "sh0 env import shop .env.production --replace",
    "env export": "sh0 env export shop --values",
    "run": "sh0 run shop -- python manage.py migrate",
    "shared import": "sh0 shared import default .env.production",
    "shared export": "sh0 shared export default --values",
    "ssh": "sh0 ssh shop -- ls -la",
    "open": "sh0 open shop",
    "ps": "sh0 ps shop",
    "scale": "sh0 scale shop web=3 worker=1",
    "stop": "sh0 stop shop",
    "start": "sh0 start shop",
    "restart": "sh0 restart shop worker",
    "delete": "sh0 delete shop",
    "up": "sh0 up --detach --base-domain apps.example.org",
    "down": "sh0 down",
    "login": "sh0 login https://panel.example.org",
    "logout": "sh0 logout",
    "systemd": "sh0 systemd",
    "completion": "sh0 completion bash",
    "deployments create": "sh0 deployments create shop --image nginx:1.30",
    "deployments checks": "sh0 deployments checks shop shop-7",
    "plugins list": "sh0 plugins list",
    "plugins new": "sh0 plugins new sh0-rust",
    "templates list": "sh0 templates list",
    "templates search": "sh0 templates search photo gallery",
    "templates show": "sh0 templates show ghost",
    "templates deploy": "sh0 templates deploy ghost --name blog",
    "templates outdated": "sh0 templates outdated",
    "templates update": "sh0 templates update blog",
    "templates new": "sh0 templates new wiki",
    "templates lint": "sh0 templates lint",
    "apps rename": "sh0 apps rename shop store",
    "apps clone": "sh0 apps clone shop staging --variables",
    "cron list": "sh0 cron list shop",
    "cron add": "sh0 cron add --timezone Europe/Berlin shop nightly '0 3 * * *' -- python manage.py clearsessions",
    "cron get": "sh0 cron get shop nightly",
    "cron history": "sh0 cron history shop nightly",
    "cron run": "sh0 cron run shop nightly",
    "cron logs": "sh0 cron logs shop nightly",
    "templates import": "sh0 templates import - --name wiki",
    "runs list": "sh0 runs list shop",
    "runs logs": "sh0 runs logs shop 7",
    "runs follow": "sh0 runs follow shop 7",
    "volumes list": "sh0 volumes list --app shop",
    "volumes get": "sh0 volumes get shop uploads",
    "volumes copy": "sh0 volumes copy shop uploads before-the-migration",
    "volumes download": "sh0 volumes download shop uploads backup.tar",
    "volumes upload": "sh0 volumes upload shop uploads ./uploads",
    "volumes delete": "sh0 volumes delete shop uploads",
    "drains list": "sh0 drains list shop",
    "drains add": "sh0 drains add shop syslog+tls://logs.example.org:6514",
    "drains change": "sh0 drains change shop syslog syslog+tls://other.example.org:6514",
    "drains get": "sh0 drains get shop syslog",
    "registries add": "sh0 registries add ghcr.io joe",
    "keys add": "sh0 keys add laptop ~/.ssh/id_ed25519.pub",
}
"""Of the commands that are written by hand, and of a generated one whose values say more."""

COUNTERPARTS: Mapping[str, str] = {
    "apps processes": "ps",
    "apps plan-rename": "apps rename",
    "apps scale": "scale",
    "apps start": "start",
    "apps restart": "restart",
    "apps stop": "stop",
    "apps delete": "delete",
    "apps logs": "logs",
    "apps status": "status",
    "deployments create": "deploy",
    "deployments upload": "push",
    "deployments rollback": "rollback",
    "deployments checks": "check",
    "env set": "env",
    "env import-file": "env import",
    "env plan-import": "env import",
    "shared import-file": "shared import",
    "shared plan-import": "shared import",
    "system status": "status",
    "stacks plan": "compose plan",
    "stacks up": "compose up",
    "stacks status": "compose ps",
    "stacks rollback": "compose rollback",
    "stacks delete": "compose down",
}
"""Operations, and the commands that people type for them: those show, ask and follow."""

_VALUES: Mapping[str, str] = {
    "app": "shop",
    "archive": "shop.tar.gz",
    "command": "ls",
    "schedule": "@daily",
    "deployment": "shop-7",
    "entry": "1",
    "files": "compose.yaml=-",
    "host": "shop.example.org",
    "id": "1",
    "name": "shop",
    "objects": "a=b",
    "project": "default",
    "registry": "ghcr.io",
    "release": "shop.3",
    "replicas": "3",
    "server": "local",
    "stack": "shop",
    "template": "ghost",
    "variables": "COLOUR=green",
    "words": "wiki",
}


def example_of(operation: "Operation") -> str:
    """A line that calls an operation: its required parameters with likely values."""
    words = ["sh0", operation.domain, operation.method.replace("_", "-")]
    for parameter in operation.parameters:
        if parameter.required:
            words.append("archive.tar.gz" if parameter.upload else _VALUES.get(parameter.name, parameter.name.upper()))
    return " ".join(words)


def epilog(path: str, example: str) -> list[str]:
    """The end of a help page.

    Args:
        path: The command, without ``sh0``.
        example: A line that uses it.
    """
    lines = [f"Example: {example}"] if example else []
    if (porcelain := COUNTERPARTS.get(path)) is not None:
        lines.append(f"See also: sh0 {porcelain}, which is made for people.")
    if others := [name for name, command in COUNTERPARTS.items() if command == path]:
        lines.append(f"For programs: {', '.join(f'sh0 {name}' for name in others)}.")
    return lines
