"""What the top-level help lists. Static, so that ``sh0 --help`` needs neither the platform nor its libraries."""

from importlib.util import find_spec
from typing import NamedTuple

from sh0.frontend import domains

__all__ = ["ALONE", "DOMAINS", "IN_DOMAIN", "PLATFORM", "PLUGIN_COMMANDS", "PORCELAIN", "FromPackage", "Porcelain"]


class Porcelain(NamedTuple):
    """A command that people type every day.

    Attributes:
        place: Module below `sh0_cli.commands`, and the name of the command in it.
        help: Its line in the help.
        section: Heading that it is listed under.
    """

    place: str
    help: str
    section: str


class FromPackage(NamedTuple):
    """A command that a package of ours brings.

    Attributes:
        package: The package.
        module: What it is imported as.
        help: Its line in the help.
    """

    package: str
    module: str
    help: str

    @property
    def shown(self) -> str:
        """Its line, and whether it is not installed."""
        return self.help if find_spec(self.module) else f"{self.help} Not installed: {self.package}."


PLATFORM = "Platform"
_DEPLOY, _APP = "Deploy", "Look after an app"

PORCELAIN: dict[str, Porcelain] = {
    "init": Porcelain("init:init", "Prepare a folder for its first push.", _DEPLOY),
    "detect": Porcelain("detect:detect", "Show how a folder would be built.", _DEPLOY),
    "check": Porcelain("check:check", "Look for what is wrong with a folder or a file.", _DEPLOY),
    "push": Porcelain("push:push", "Deploy a folder as it is on this machine.", _DEPLOY),
    "deploy": Porcelain("deploy:deploy", "Deploy a Git branch or an image, or the same source again.", _DEPLOY),
    "plan": Porcelain("manifest:plan", "Show what would make an app as its sh0.yaml says.", _DEPLOY),
    "apply": Porcelain("manifest:apply", "Make an app as its sh0.yaml says.", _DEPLOY),
    "schema": Porcelain("manifest:schema", "Print the JSON Schema of sh0.yaml.", _DEPLOY),
    "compose": Porcelain("compose:compose", "Plan, run and roll back stacks out of Compose files.", _DEPLOY),
    "rollback": Porcelain("rollback:rollback", "Bring an earlier version back.", _DEPLOY),
    "rules": Porcelain("rules:rules", "Show what 'sh0 check' looks for.", _DEPLOY),
    "status": Porcelain("status:status", "Show the platform and its apps, or one app.", _APP),
    "ps": Porcelain("ps:ps", "Show the processes of an app, and what they use now.", _APP),
    "logs": Porcelain("logs:logs", "Read what an app printed, or how a deployment went.", _APP),
    "env": Porcelain("env:env", "List, set, unset and reveal the variables of an app.", _APP),
    "run": Porcelain("run:run", "Run a command in a new container of an app.", _APP),
    "ssh": Porcelain("ssh:ssh", "Open a terminal in a container of an app.", _APP),
    "open": Porcelain("open:open_", "Print the URL of an app, and open it in a browser.", _APP),
    "scale": Porcelain("scale:scale", "Run processes of an app in other numbers of containers.", _APP),
    "stop": Porcelain("lifecycle:stop", "Stop an app; its host names answer 503.", _APP),
    "start": Porcelain("lifecycle:start", "Start a stopped app.", _APP),
    "restart": Porcelain("lifecycle:restart", "Replace the containers of an app without a gap.", _APP),
    "delete": Porcelain("delete:delete", "Delete an app and everything that belongs to it.", _APP),
    "up": Porcelain("up:up", "Start the platform on this machine.", PLATFORM),
    "down": Porcelain("down:down", "Stop the platform; apps keep serving.", PLATFORM),
    "login": Porcelain("login:login", "Remember the URL and the token of a platform.", PLATFORM),
    "logout": Porcelain("login:logout", "Forget them.", PLATFORM),
    "systemd": Porcelain("systemd:systemd", "Print a systemd unit that runs the platform.", PLATFORM),
    "completion": Porcelain("completion:completion", "Print the script that completes commands in a shell.", PLATFORM),
}

PLUGIN_COMMANDS: dict[str, FromPackage] = {
    "mcp": FromPackage("sh0-mcp", "sh0_mcp", "Serve the platform's operations as tools for language models."),
}
"""Commands that our own plugins bring through the hook ``sh0_commands``; third-party ones are found by asking it."""

DOMAINS: dict[str, str] = {name: domain.summary for name, domain in domains.items()}
"""The domains of operations; each is a group of commands that is generated from the registry."""

IN_DOMAIN: dict[str, dict[str, str]] = {
    "apps": {"rename": "apps:rename", "clone": "apps:clone"},
    "cron": {
        "list": "cron:list_",
        "add": "cron:add",
        "get": "cron:get",
        "history": "cron:history",
        "run": "cron:run",
        "logs": "cron:logs",
    },
    "drains": {"list": "drains:list_", "add": "drains:add", "get": "drains:get", "change": "drains:change"},
    "deployments": {"checks": "deployment_checks:checks"},
    "env": {"import": "env_files:import_", "export": "env_files:export"},
    "registries": {"add": "registries:add"},
    "runs": {"list": "runs:list_", "logs": "runs:logs", "follow": "runs:follow"},
    "shared": {"import": "env_files:import_shared", "export": "env_files:export_shared"},
    "plugins": {"list": "plugin_list:list_", "new": "plugins:new"},
    "templates": {
        "list": "templates:list_",
        "search": "templates:search",
        "show": "templates:show",
        "deploy": "template_deploy:deploy",
        "outdated": "templates:outdated",
        "update": "template_deploy:update",
        "new": "template_files:new",
        "lint": "template_files:lint",
        "import": "template_files:import_",
    },
    "volumes": {
        "list": "volume_list:list_",
        "get": "volume_list:get",
        "copy": "volume_list:copy",
        "download": "volumes:download",
        "upload": "volumes:upload",
        "delete": "volumes:delete",
    },
}
"""Commands by hand in the group of a domain, before the generated ones: name to place, as in `Porcelain`."""

ALONE: dict[str, str] = {"events": "events:events", "schedules": "schedules:schedules"}
"""What the name of a domain does without that of one of its commands, where that is not its help: name to place."""
