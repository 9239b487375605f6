"""The one list of domains. Platform, command line, contract and documentation read it; nothing registers itself.

A new domain is a folder of its own and a line here. Its class of operations names its tables and its migrations, and
its constructor the parts that it needs, each by its type.
"""

import importlib
from typing import Any, NamedTuple


class Domain(NamedTuple):
    """A domain of operations.

    Attributes:
        place: Module and name of its class of operations.
        summary: What it is about, in a line.
    """

    place: str
    summary: str

    def load(self) -> type[Any]:
        """Its class of operations, a `sh0.operations.Operations`."""
        module, _, name = self.place.partition(":")
        found: type[Any] = getattr(importlib.import_module(module), name)
        return found


DOMAINS: dict[str, Domain] = {
    "projects": Domain("sh0.projects.operations:Projects", "Groups of apps, each on a network of its own."),
    "apps": Domain("sh0.apps.operations:Apps", "What is deployed."),
    "env": Domain("sh0.environment.operations:Environment", "Variables of apps."),
    "shared": Domain("sh0.environment.shared:SharedEnvironment", "Variables that the apps of a project share."),
    "build": Domain("sh0.environment.build_variables:BuildEnvironment", "Variables of builds."),
    "cron": Domain("sh0.cron.operations:CronJobs", "Jobs of apps: commands that run at certain times."),
    "drains": Domain("sh0.drains.operations:Drains", "Where what an app prints is sent, besides being kept."),
    "domains": Domain("sh0.domains.operations:Domains", "Host names that lead to apps."),
    "volumes": Domain("sh0.volumes.operations:Volumes", "Data that outlasts the containers of apps and stacks."),
    "deployments": Domain("sh0.deployments.operations:Deployments", "Versions of apps."),
    "runs": Domain("sh0.commands.operations:CommandRuns", "Commands that run once, in containers of their own."),
    "git": Domain("sh0.git.operations:Git", "The apps' own repositories, and the keys that open other ones."),
    "servers": Domain("sh0.servers.operations:Servers", "Machines that apps run on."),
    "registries": Domain("sh0.registries.operations:Registries", "Private registries."),
    "keys": Domain("sh0.access.operations:Keys", "SSH keys that may push."),
    "tokens": Domain("sh0.access.operations:Tokens", "Tokens of programs."),
    "events": Domain("sh0.journal.operations:Events", "What happened."),
    "audit": Domain("sh0.journal.operations:Audit", "Who changed what."),
    "schedules": Domain("sh0.jobs.schedules:Schedules", "What the platform does again and again."),
    "plugins": Domain("sh0.plugins.operations:PluginList", "What others, and sh0 itself, add to the platform."),
    "system": Domain("sh0.system.operations:System", "The platform itself."),
    "stacks": Domain("sh0.stacks.operations:Stacks", "Services of Compose files, released and rolled back together."),
    "templates": Domain(
        "sh0.templates.operations:Templates", "Ready-made stacks: found, deployed, and brought to newer revisions."
    ),
}
"""Every domain, by name."""
