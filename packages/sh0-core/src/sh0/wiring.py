"""From a context to the parts of a platform: what is made of what, and in which order it starts and ends."""

from functools import partial

from sh0.access.credentials import Credentials
from sh0.apps.creation import AppCreation
from sh0.apps.lifecycle import AppLifecycle
from sh0.apps.log_source import AppLogs
from sh0.apps.parts import AppParts
from sh0.apps.removal import AppRemoval
from sh0.apps.renaming import AppRenaming
from sh0.apps.statuses import AppStatuses
from sh0.assembly import Part, Parts
from sh0.builds.engine import BuildEngine
from sh0.certificates.authority import LocalAuthority
from sh0.checking.confined import CheckedTrees, check_confined
from sh0.commands.attachments import Attachments
from sh0.commands.commands import Commands
from sh0.commands.kind import CommandKind
from sh0.commands.work import CommandParts
from sh0.context import Context
from sh0.cron.entries import CronEntries
from sh0.cron.pings import Pings
from sh0.cron.runner import CronRunner
from sh0.cron.store import JobStore
from sh0.deployments.around_switch import AroundSwitch
from sh0.deployments.cleaning import Cleaning
from sh0.deployments.kind import DeploymentKind
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.rebuilder import Rebuilder
from sh0.deployments.recovery import Recovery
from sh0.deployments.snapshots import Snapshots
from sh0.deployments.sources import Sources
from sh0.deployments.work import DeploymentParts, Inspection
from sh0.detecting import Detector
from sh0.drains.sender import DrainSender
from sh0.jobs.engine import Engine
from sh0.jobs.log import Logs
from sh0.jobs.runs import Runs
from sh0.jobs.scheduler import Scheduler
from sh0.logs.kept import KeptLogs
from sh0.outside import Ports
from sh0.plugins import EventPump, Plugins
from sh0.ports.clock import Clock
from sh0.ports.confinement import Confinement
from sh0.ports.outgoing import Outgoing
from sh0.projects.first import make_first_project
from sh0.records.app import APPS, LogRetention
from sh0.records.command import CommandRun
from sh0.records.deployment import Deployment, DeploymentEvent
from sh0.records.run import RunEvent
from sh0.records.stack import Release
from sh0.repositories.repository import Repositories
from sh0.serving import reconciler
from sh0.serving.limits import DefaultMemory
from sh0.serving.log_collectors import LogCollectors
from sh0.serving.reconcilers import Reconcilers
from sh0.serving.rollout import Rollout
from sh0.serving.volumes import AppVolumes
from sh0.stacks.images import StackImages
from sh0.stacks.kind import ReleaseKind
from sh0.stacks.releases import Releases
from sh0.stacks.removal import StackRemoval
from sh0.stacks.survey import Survey
from sh0.stacks.work import ReleaseParts
from sh0.templates.catalogue import Catalogue
from sh0.volumes.inventory import VolumeInventory
from sh0.volumes.keeping import VolumeKeeping
from sh0.volumes.owners import VolumeOwners
from sh0.volumes.transfer import VolumeTransfer

_STOPPING = 5.0  # seconds that what runs at its times may take to end
_GRACE = 10.0  # seconds that deployments may take to stop; one that still drains then is finished at the next start


def parts_of(context: Context, ports: Ports, plugins: Plugins) -> Parts:
    """Every part that an operation may need."""
    home, parts = context.home, Parts()
    for given in (context, context.records, context.settings, context.journal, context.fleet, plugins):
        parts.put(given)
    parts.put(context.clock, Clock)
    parts.put(ports.confinement, Confinement)
    parts.put(ports.outgoing, Outgoing)
    parts.put(Logs(home.logs, context.clock, DeploymentEvent), Logs[DeploymentEvent])
    parts.put(Repositories(home.repositories, home.known_hosts))
    parts.put(KeptLogs(home.app_logs, context.clock, partial(_retention, context)))
    parts.put(DrainSender(context, parts[KeptLogs], ports.sinks))
    plugins.try_recipes()
    parts.put(Catalogue(plugins.templates()))
    parts.put(LocalAuthority(home.authority, context.clock))
    parts.build(
        Credentials, DefaultMemory, Snapshots, LogCollectors, AppVolumes, Rollout, Sources, BuildEngine, Detector
    )
    parts.put(Logs(home.logs, context.clock, RunEvent), Logs[RunEvent])
    parts.build(Attachments, CommandParts, CommandKind)
    commands: Engine[CommandRun] = Engine(context, parts[CommandKind])
    parts.put(commands, Engine[CommandRun])
    parts.put(commands.runs, Runs[CommandRun])
    parts.build(Commands)
    parts.put(Inspection(ports.confinement, parts[Detector], CheckedTrees(check_confined)))
    parts.build(AroundSwitch, DeploymentParts, DeploymentKind, DeploymentQueue)
    deployments: Engine[Deployment] = Engine(context, parts[DeploymentKind], parts[DeploymentQueue])
    parts.put(deployments, Engine[Deployment])
    parts.build(VolumeInventory, VolumeOwners, VolumeTransfer, VolumeKeeping)
    parts.put(deployments.runs, Runs[Deployment])
    parts.build(Survey, StackImages, ReleaseParts, ReleaseKind)
    releases: Engine[Release] = Engine(context, parts[ReleaseKind])
    parts.put(releases, Engine[Release])
    parts.put(releases.runs, Runs[Release])
    parts.build(Releases, AppRemoval, StackRemoval, AppLogs, AppStatuses)
    parts.build(AppRenaming, AppCreation, AppLifecycle, AppParts)
    parts.put(Cleaning(context, parts[Repositories], lambda: deployments.busy() | parts[Releases].busy()))
    parts.put(Rebuilder(context, parts[DeploymentQueue]), reconciler.Rebuilder)
    parts.build(Reconcilers, Recovery)
    again = parts[Reconcilers]
    tidying = (*parts[Cleaning].entries(), *parts[VolumeKeeping].entries())
    entries = (*again.entries(), *tidying, parts[LogCollectors].entry())
    parts.put(Scheduler(entries, context.records, context.clock, context.journal, again.redacted))
    parts.put(JobStore(context.records))
    parts.build(Pings, CronRunner, CronEntries)
    parts[CommandKind].listen(parts[CronEntries].ended)
    return parts


def _retention(context: Context, app: str) -> LogRetention | None:
    found = context.records[APPS].find(app)
    return None if found is None else found.logs


def lifecycle(context: Context, parts: Parts, pump: EventPump) -> tuple[Part, ...]:
    """How they start, in this order, and how they end, in the reverse order."""
    deployments, releases = parts[Engine[Deployment]], parts[Engine[Release]]
    scheduler, reconcilers, logs = parts[Scheduler], parts[Reconcilers], parts[Logs[DeploymentEvent]]

    def recover() -> None:
        cut_off = releases.unfinished()
        parts[Recovery].start()
        releases.recover(cut_off)

    return (
        Part("servers", close=context.fleet.close),
        Part("database", close=context.records.database.close),
        Part("events of plugins", close=pump.stop),
        Part("journal", close=context.journal.close),
        Part("logs", close=logs.close),
        Part("logs of commands", close=parts[Logs[RunEvent]].close),
        Part("work folder", close=partial(context.work.close, _GRACE)),
        Part("renamed apps", parts[AppRenaming].finish),
        Part("logs of apps", parts[LogCollectors].start, parts[LogCollectors].close),
        Part("log drains", parts[DrainSender].start, parts[DrainSender].close),
        Part("first project", partial(make_first_project, context)),
        Part("recovery", recover),
        Part("volumes", parts[VolumeKeeping].start),
        Part("commands", parts[Commands].recover, partial(parts[Engine[CommandRun]].close, _GRACE)),
        Part("deployments", deployments.start, partial(deployments.close, _GRACE)),
        Part("releases", close=partial(releases.close, _GRACE)),
        Part("jobs of apps", parts[CronEntries].start),
        Part("scheduler", scheduler.start, partial(scheduler.stop, _STOPPING)),
        Part("events of engines", reconcilers.start, reconcilers.close),
        Part("shutdown", close=context.shutdown.begin),
    )
