"""sh0, a self-hosted deployment platform, as a library.

    import sh0

    with sh0.open("/var/lib/sh0") as platform:
        platform.apps.create("hello")
        with sh0.pack("examples/hello") as archive:
            deployment = platform.deployments.upload("hello", archive)
        platform.deployments.wait("hello", deployment.id)

`open` runs the platform in this process, `connect` reaches one in another; both return the same `Platform`.
Importing this package is light: everything is loaded when it is first used.

This module is for those who use a platform. Plugins are written with `sh0.plugin`, and tested with `sh0.testing`;
frontends are written with `sh0.frontend`. No other module is public.
"""

from typing import TYPE_CHECKING

from sh0.exports import attributes
from sh0.exports.platform import PLACES as _PLACES
from sh0.version import VERSION as __version__

if TYPE_CHECKING:
    from sh0.applying.comparing import plan_manifest
    from sh0.apps.cloned_app import ClonedApp
    from sh0.apps.rename_plan import RenamePlan
    from sh0.bootstrap import open
    from sh0.builds.model import Detection
    from sh0.checking.checker import check_file, check_folder
    from sh0.compose.model import Note, NoteKind
    from sh0.compose.permissions import Permission, PermissionKind
    from sh0.connection import connect
    from sh0.cron.jobs import JobOrigin
    from sh0.cron.listing import CronRun, CronState, JobDetails, ListedJob
    from sh0.deployments.cleaner import CleanupPlan
    from sh0.deployments.findings import DeploymentChecks
    from sh0.detecting import detect_folder, pack_app
    from sh0.environment.changes import EnvironmentChanges
    from sh0.errors import (
        BadArchive,
        BadDockerfile,
        BuildFailed,
        BuildOutOfMemory,
        BuildTimeout,
        Cancelled,
        ChecksFailed,
        CommandFailed,
        Conflict,
        ContainerExited,
        Corrupt,
        DaemonUnreachable,
        DatabaseLocked,
        Denied,
        DeploymentFailed,
        DiskFull,
        EngineUnavailable,
        Failed,
        Forbidden,
        GitFailed,
        HomeInUse,
        ImageUnavailable,
        Invalid,
        InvalidValue,
        Kind,
        LicenceRequired,
        MissingVariables,
        NameTaken,
        NotFound,
        NotReady,
        PluginFailed,
        ProxyUnavailable,
        ServerUnreachable,
        Sh0Error,
        TooLarge,
        TooManyAttempts,
        Unauthenticated,
        Unavailable,
        Undecryptable,
        UnknownOperation,
        Unreadable,
        UnsupportedProject,
        WrongState,
    )
    from sh0.importers.model import ImportedTemplate, ImportNote, ImportNoteKind
    from sh0.logs.levels import LogLevel
    from sh0.manifest.model import Manifest
    from sh0.manifest.planner import ManifestPlan
    from sh0.manifest.reading import read_manifest
    from sh0.manifest.schema import manifest_schema
    from sh0.manifest.translation import TranslatedManifest, translate_folder
    from sh0.platform import Platform
    from sh0.plugins.model import InstalledPlugin
    from sh0.ports.container import (
        ContainerSpec,
        HealthCommand,
        HostDevice,
        HostMount,
        InjectedFile,
        KernelLimit,
        MemoryMount,
        NamedMount,
        PublishedPort,
        RestartPolicy,
    )
    from sh0.ports.runtime import InstanceState, LogLine
    from sh0.ports.terminal import Terminal
    from sh0.records.app import (
        App,
        AppInstance,
        AppPort,
        AppProcesses,
        AppState,
        AppStatus,
        Declared,
        HealthCheck,
        HealthMode,
        LogRetention,
        Probe,
        Process,
        ProcessInstance,
        ProcessSettings,
        ProcessStatus,
        Resources,
    )
    from sh0.records.command import CommandEnd, CommandReason, CommandRequest, CommandRun, CommandStep
    from sh0.records.credential import IssuedToken, Revocation, SshKey, TokenSummary
    from sh0.records.cron import Concurrency, CronJob
    from sh0.records.deployment import (
        Change,
        ComposeService,
        ConfiguredApp,
        Deployment,
        DeploymentEvent,
        DeploymentState,
        PushedRevision,
        Reason,
        RegistryImage,
        RemoteRepository,
        SameImage,
        Snapshot,
        Step,
        StepTiming,
        UpdateOrder,
        UploadedArchive,
    )
    from sh0.records.domain import Domain, Https
    from sh0.records.drain import DrainState, DrainStatus, LogDrain
    from sh0.records.event_payloads import (
        AddressPayload,
        AppPayload,
        AppRenamedPayload,
        AppStatePayload,
        ContainerPayload,
        CronPayload,
        DeploymentPayload,
        DeploymentStepPayload,
        DrainPayload,
        ReleasePayload,
        ReleaseStepPayload,
        RunPayload,
        SchedulePayload,
        ServerPayload,
        StackPayload,
        VolumePayload,
    )
    from sh0.records.event_types import EventType
    from sh0.records.journal import AuditEntry, Event
    from sh0.records.project import Project
    from sh0.records.registry import PrivateRegistry
    from sh0.records.release_command import Hook, Hooks, ReleaseCommand
    from sh0.records.run import EventKind, Failure, RunEvent, RunState, RunStep
    from sh0.records.schedule import Missed, Schedule
    from sh0.records.settings_change import SettingsChange
    from sh0.records.stack import (
        Action,
        NeededPermission,
        PlannedRoute,
        PlannedService,
        PlannedVolume,
        Release,
        ReleasedService,
        ReleaseReason,
        ServiceChange,
        ServiceStatus,
        Stack,
        StackPlan,
        StackStatus,
        StackVolume,
        TemplateOrigin,
    )
    from sh0.records.variable import BuildVariable, EffectiveVariable, Origin, SharedVariable, Variable
    from sh0.records.volume import Attachment, Volume, VolumeMount, VolumeOrigin
    from sh0.repositories.model import PushLine, RefUpdate
    from sh0.rules.configuration import ChecksMode
    from sh0.rules.model import Category, Edit, Finding, Fix, Place, Severity
    from sh0.rules.report import BrokenRule, Report, Suppressed
    from sh0.servers.model import Server
    from sh0.settings import Settings
    from sh0.source.archive import pack
    from sh0.source.ignore import PackedBuild
    from sh0.stacks.offline import pack_compose, plan_compose
    from sh0.system.model import PlatformStatus
    from sh0.templates.deployed import OutdatedStack, TemplatePlan, TemplateRelease, TemplateSummary
    from sh0.templates.importing.installed import import_template
    from sh0.templates.lint import lint_template
    from sh0.templates.model import (
        Exposure,
        Template,
        TemplateCategory,
        TemplateLinks,
        TemplateProblem,
        TemplateVariable,
        VariableType,
    )
    from sh0.values import ByteSize, Secret
    from sh0.volumes.model import UploadedFiles, VolumeDetail, VolumePiece, VolumeProgress, VolumeUse

__all__ = [
    "Action",
    "AddressPayload",
    "App",
    "AppInstance",
    "AppPayload",
    "AppPort",
    "AppProcesses",
    "AppRenamedPayload",
    "AppState",
    "AppStatePayload",
    "AppStatus",
    "Attachment",
    "AuditEntry",
    "BadArchive",
    "BadDockerfile",
    "BrokenRule",
    "BuildFailed",
    "BuildOutOfMemory",
    "BuildTimeout",
    "BuildVariable",
    "ByteSize",
    "Cancelled",
    "Category",
    "Change",
    "ChecksFailed",
    "ChecksMode",
    "CleanupPlan",
    "ClonedApp",
    "CommandEnd",
    "CommandFailed",
    "CommandReason",
    "CommandRequest",
    "CommandRun",
    "CommandStep",
    "ComposeService",
    "Concurrency",
    "ConfiguredApp",
    "Conflict",
    "ContainerExited",
    "ContainerPayload",
    "ContainerSpec",
    "Corrupt",
    "CronJob",
    "CronPayload",
    "CronRun",
    "CronState",
    "DaemonUnreachable",
    "DatabaseLocked",
    "Declared",
    "Denied",
    "Deployment",
    "DeploymentChecks",
    "DeploymentEvent",
    "DeploymentFailed",
    "DeploymentPayload",
    "DeploymentState",
    "DeploymentStepPayload",
    "Detection",
    "DiskFull",
    "Domain",
    "DrainPayload",
    "DrainState",
    "DrainStatus",
    "Edit",
    "EffectiveVariable",
    "EngineUnavailable",
    "EnvironmentChanges",
    "Event",
    "EventKind",
    "EventType",
    "Exposure",
    "Failed",
    "Failure",
    "Finding",
    "Fix",
    "Forbidden",
    "GitFailed",
    "HealthCheck",
    "HealthCommand",
    "HealthMode",
    "HomeInUse",
    "Hook",
    "Hooks",
    "HostDevice",
    "HostMount",
    "Https",
    "ImageUnavailable",
    "ImportNote",
    "ImportNoteKind",
    "ImportedTemplate",
    "InjectedFile",
    "InstalledPlugin",
    "InstanceState",
    "Invalid",
    "InvalidValue",
    "IssuedToken",
    "JobDetails",
    "JobOrigin",
    "KernelLimit",
    "Kind",
    "LicenceRequired",
    "ListedJob",
    "LogDrain",
    "LogLevel",
    "LogLine",
    "LogRetention",
    "Manifest",
    "ManifestPlan",
    "MemoryMount",
    "Missed",
    "MissingVariables",
    "NameTaken",
    "NamedMount",
    "NeededPermission",
    "NotFound",
    "NotReady",
    "Note",
    "NoteKind",
    "Origin",
    "OutdatedStack",
    "PackedBuild",
    "Permission",
    "PermissionKind",
    "Place",
    "PlannedRoute",
    "PlannedService",
    "PlannedVolume",
    "Platform",
    "PlatformStatus",
    "PluginFailed",
    "PrivateRegistry",
    "Probe",
    "Process",
    "ProcessInstance",
    "ProcessSettings",
    "ProcessStatus",
    "Project",
    "ProxyUnavailable",
    "PublishedPort",
    "PushLine",
    "PushedRevision",
    "Reason",
    "RefUpdate",
    "RegistryImage",
    "Release",
    "ReleaseCommand",
    "ReleasePayload",
    "ReleaseReason",
    "ReleaseStepPayload",
    "ReleasedService",
    "RemoteRepository",
    "RenamePlan",
    "Report",
    "Resources",
    "RestartPolicy",
    "Revocation",
    "RunEvent",
    "RunPayload",
    "RunState",
    "RunStep",
    "SameImage",
    "Schedule",
    "SchedulePayload",
    "Secret",
    "Server",
    "ServerPayload",
    "ServerUnreachable",
    "ServiceChange",
    "ServiceStatus",
    "Settings",
    "SettingsChange",
    "Severity",
    "Sh0Error",
    "SharedVariable",
    "Snapshot",
    "SshKey",
    "Stack",
    "StackPayload",
    "StackPlan",
    "StackStatus",
    "StackVolume",
    "Step",
    "StepTiming",
    "Suppressed",
    "Template",
    "TemplateCategory",
    "TemplateLinks",
    "TemplateOrigin",
    "TemplatePlan",
    "TemplateProblem",
    "TemplateRelease",
    "TemplateSummary",
    "TemplateVariable",
    "Terminal",
    "TokenSummary",
    "TooLarge",
    "TooManyAttempts",
    "TranslatedManifest",
    "Unauthenticated",
    "Unavailable",
    "Undecryptable",
    "UnknownOperation",
    "Unreadable",
    "UnsupportedProject",
    "UpdateOrder",
    "UploadedArchive",
    "UploadedFiles",
    "Variable",
    "VariableType",
    "Volume",
    "VolumeDetail",
    "VolumeMount",
    "VolumeOrigin",
    "VolumePayload",
    "VolumePiece",
    "VolumeProgress",
    "VolumeUse",
    "WrongState",
    "__version__",
    "check_file",
    "check_folder",
    "connect",
    "detect_folder",
    "import_template",
    "lint_template",
    "manifest_schema",
    "open",
    "pack",
    "pack_app",
    "pack_compose",
    "plan_compose",
    "plan_manifest",
    "read_manifest",
    "translate_folder",
]

if not TYPE_CHECKING:  # or type checkers would take any misspelt name for an object
    __getattr__ = attributes(__name__, _PLACES, check=True)


def __dir__() -> list[str]:
    return __all__
