"""The platform: one attribute per domain, each a class of operations."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from sh0.domain_list import DOMAINS
from sh0.errors import InvalidValue
from sh0.operations import Call, Operations, Registry

if TYPE_CHECKING:
    from sh0.access.operations import Keys, Tokens
    from sh0.apps.operations import Apps
    from sh0.commands.operations import CommandRuns
    from sh0.cron.operations import CronJobs
    from sh0.deployments.operations import Deployments
    from sh0.domains.operations import Domains
    from sh0.drains.operations import Drains
    from sh0.environment.build_variables import BuildEnvironment
    from sh0.environment.operations import Environment
    from sh0.environment.shared import SharedEnvironment
    from sh0.git.operations import Git
    from sh0.jobs.schedules import Schedules
    from sh0.journal.operations import Audit, Events
    from sh0.plugins.operations import PluginList
    from sh0.projects.operations import Projects
    from sh0.registries.operations import Registries
    from sh0.servers.operations import Servers
    from sh0.stacks.operations import Stacks
    from sh0.system.operations import System
    from sh0.templates.operations import Templates
    from sh0.volumes.operations import Volumes

registry = Registry({name: domain.load for name, domain in DOMAINS.items()})
"""All operations of a platform, by domain."""


class Platform:
    """A platform, opened in this process (`sh0.open`) or reached in another (`sh0.connect`). Both have the same face.

    Attributes:
        projects: Groups of apps, each on a network of its own.
        apps: What is deployed.
        env: Variables of apps.
        shared: Variables that the apps of a project share.
        build: Variables that are there while apps are built.
        cron: Jobs of apps: commands that run at certain times.
        drains: Where what apps print is sent.
        domains: Host names that lead to apps.
        volumes: Data that outlasts the containers of apps and stacks.
        deployments: Versions of apps.
        runs: Commands that run once, in containers of their own.
        git: The apps' own repositories.
        servers: Machines that apps run on.
        registries: Private registries.
        keys: SSH keys that may push.
        tokens: Tokens of programs.
        events: What happened.
        audit: Who changed what.
        schedules: What runs again and again.
        plugins: What others, and sh0 itself, add to the platform.
        system: The platform itself.
        stacks: Services of Compose files.
        templates: Ready-made stacks.
    """

    projects: "Projects"
    apps: "Apps"
    env: "Environment"
    shared: "SharedEnvironment"
    build: "BuildEnvironment"
    cron: "CronJobs"
    drains: "Drains"
    domains: "Domains"
    volumes: "Volumes"
    deployments: "Deployments"
    runs: "CommandRuns"
    git: "Git"
    servers: "Servers"
    registries: "Registries"
    keys: "Keys"
    tokens: "Tokens"
    events: "Events"
    audit: "Audit"
    schedules: "Schedules"
    plugins: "PluginList"
    system: "System"
    stacks: "Stacks"
    templates: "Templates"

    def __init__(self, domains: Mapping[str, Operations], close: Callable[[], None]) -> None:
        self._domains, self._close = domains, close

    def __getattr__(self, name: str) -> Operations:
        if name not in DOMAINS:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        found = self._domains[name]
        setattr(self, name, found)
        return found

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *DOMAINS]

    def invoke(self, call: Call) -> object:
        """Run a call: the operation of that name with those arguments, through the same gate.

        Raises:
            InvalidValue: It is no `Call`.
        """
        if not isinstance(call, Call):
            raise InvalidValue(f"expected a Call, not {type(call).__name__}", path="$.call", reason="type")
        operation = registry.get(call.operation)
        method = getattr(getattr(self, operation.domain), operation.method)
        return cast("Callable[..., object]", method)(**call.arguments)

    def close(self) -> None:
        """Let go of the platform."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
