"""sh0, a self-hosted deployment platform, as a library.

    import sh0

    with sh0.open("/var/lib/sh0") as platform:
        platform.apps.create("hello")
        with sh0.pack("examples/hello") as archive:
            deployment = platform.deployments.upload("hello", archive)
        platform.deployments.wait("hello", deployment.id)

`open` runs the platform in this process, `connect` reaches one in another; both return the same `Platform`.
Importing this package is light: everything is loaded when it is first used.
"""

import importlib
from typing import TYPE_CHECKING

from sh0.version import VERSION as __version__

if TYPE_CHECKING:
    from sh0.apps.model import App, AppInstance, AppState, AppStatus, HealthCheck, Resources
    from sh0.bootstrap import open
    from sh0.builds.archive import pack
    from sh0.builds.model import Detection
    from sh0.builds.python.packages import read_python_project
    from sh0.builds.recipes.python import python_base
    from sh0.builds.recipes.recipe import Recipe
    from sh0.codec import arguments_from_text, unstructure
    from sh0.connection import connect
    from sh0.deployments.model import (
        Change,
        ConfiguredApp,
        Deployment,
        DeploymentEvent,
        DeploymentState,
        EventKind,
        Reason,
        RegistryImage,
        RemoteRepository,
        SettingsChange,
        Step,
    )
    from sh0.detecting import detect_folder
    from sh0.domains.model import Domain, Https
    from sh0.errors import Kind, Sh0Error
    from sh0.hookspecs import Frontend, hookimpl
    from sh0.manifest.comparing import plan_manifest
    from sh0.manifest.model import Manifest
    from sh0.manifest.planner import ManifestPlan
    from sh0.manifest.reading import read_manifest
    from sh0.manifest.schema import manifest_schema
    from sh0.operations import Call, Effect, Operation, Parameter, Registry, Scope, Shape
    from sh0.operations.schema import Schemas
    from sh0.platform import Platform, registry
    from sh0.plugins import Plugins
    from sh0.ports.runtime import LogLine, Terminal
    from sh0.rules.checker import Checker, check_file, check_folder
    from sh0.rules.configuration import ChecksMode
    from sh0.rules.model import Category, Edit, Finding, Fix, Hit, Place, Rule, Severity, Subject
    from sh0.rules.report import Report
    from sh0.rules.subjects import ComposeFile, DockerfileText, ProjectTree, TextFile
    from sh0.sensitive import names_secret
    from sh0.settings import Settings
    from sh0.stacks.model import Action, Release, ServiceChange, Stack, StackPlan, StackStatus
    from sh0.stacks.offline import pack_compose, plan_compose
    from sh0.templates.deployed import TemplatePlan, TemplateRelease, TemplateSummary
    from sh0.templates.importers.convert import import_template
    from sh0.templates.importers.model import ImportedTemplate, ImportFormat
    from sh0.templates.lint import lint_template
    from sh0.templates.model import Template
    from sh0.values import ByteSize, Secret
    from sh0.wire.frames import FrameKind, FrameStream

_PLACES = {
    "sh0.apps.model": ("App", "AppInstance", "AppState", "AppStatus", "HealthCheck", "Resources"),
    "sh0.bootstrap": ("open",),
    "sh0.builds.archive": ("pack",),
    "sh0.builds.model": ("Detection",),
    "sh0.builds.python.packages": ("read_python_project",),
    "sh0.builds.recipes.python": ("python_base",),
    "sh0.builds.recipes.recipe": ("Recipe",),
    "sh0.codec": ("arguments_from_text", "unstructure"),
    "sh0.connection": ("connect",),
    "sh0.deployments.model": (
        "Change",
        "ConfiguredApp",
        "Deployment",
        "DeploymentEvent",
        "DeploymentState",
        "EventKind",
        "Reason",
        "RegistryImage",
        "RemoteRepository",
        "SettingsChange",
        "Step",
    ),
    "sh0.detecting": ("detect_folder",),
    "sh0.domains.model": ("Domain", "Https"),
    "sh0.errors": ("Kind", "Sh0Error"),
    "sh0.hookspecs": ("Frontend", "hookimpl"),
    "sh0.manifest.comparing": ("plan_manifest",),
    "sh0.manifest.model": ("Manifest",),
    "sh0.manifest.planner": ("ManifestPlan",),
    "sh0.manifest.reading": ("read_manifest",),
    "sh0.manifest.schema": ("manifest_schema",),
    "sh0.operations": ("Call", "Effect", "Operation", "Parameter", "Registry", "Scope", "Shape"),
    "sh0.operations.schema": ("Schemas",),
    "sh0.platform": ("Platform", "registry"),
    "sh0.plugins": ("Plugins",),
    "sh0.ports.runtime": ("LogLine", "Terminal"),
    "sh0.rules.checker": ("Checker", "check_file", "check_folder"),
    "sh0.rules.configuration": ("ChecksMode",),
    "sh0.rules.model": ("Category", "Edit", "Finding", "Fix", "Hit", "Place", "Rule", "Severity", "Subject"),
    "sh0.rules.report": ("Report",),
    "sh0.rules.subjects": ("ComposeFile", "DockerfileText", "ProjectTree", "TextFile"),
    "sh0.sensitive": ("names_secret",),
    "sh0.settings": ("Settings",),
    "sh0.stacks.model": ("Action", "Release", "ServiceChange", "Stack", "StackPlan", "StackStatus"),
    "sh0.stacks.offline": ("pack_compose", "plan_compose"),
    "sh0.templates.deployed": ("TemplatePlan", "TemplateRelease", "TemplateSummary"),
    "sh0.templates.importers.model": ("ImportFormat", "ImportedTemplate"),
    "sh0.templates.importers.convert": ("import_template",),
    "sh0.templates.lint": ("lint_template",),
    "sh0.templates.model": ("Template",),
    "sh0.values": ("ByteSize", "Secret"),
    "sh0.wire.frames": ("FrameKind", "FrameStream"),
}
_MODULE_OF = {name: module for module, names in _PLACES.items() for name in names}

__all__ = [
    "Action",
    "App",
    "AppInstance",
    "AppState",
    "AppStatus",
    "ByteSize",
    "Call",
    "Category",
    "Change",
    "Checker",
    "ChecksMode",
    "ComposeFile",
    "ConfiguredApp",
    "Deployment",
    "DeploymentEvent",
    "DeploymentState",
    "Detection",
    "DockerfileText",
    "Domain",
    "Edit",
    "Effect",
    "EventKind",
    "Finding",
    "Fix",
    "FrameKind",
    "FrameStream",
    "Frontend",
    "HealthCheck",
    "Hit",
    "Https",
    "ImportFormat",
    "ImportedTemplate",
    "Kind",
    "LogLine",
    "Manifest",
    "ManifestPlan",
    "Operation",
    "Parameter",
    "Place",
    "Platform",
    "Plugins",
    "ProjectTree",
    "Reason",
    "Recipe",
    "Registry",
    "RegistryImage",
    "Release",
    "RemoteRepository",
    "Report",
    "Resources",
    "Rule",
    "Schemas",
    "Scope",
    "Secret",
    "ServiceChange",
    "Settings",
    "SettingsChange",
    "Severity",
    "Sh0Error",
    "Shape",
    "Stack",
    "StackPlan",
    "StackStatus",
    "Step",
    "Subject",
    "Template",
    "TemplatePlan",
    "TemplateRelease",
    "TemplateSummary",
    "Terminal",
    "TextFile",
    "__version__",
    "arguments_from_text",
    "check_file",
    "check_folder",
    "connect",
    "detect_folder",
    "hookimpl",
    "import_template",
    "lint_template",
    "manifest_schema",
    "names_secret",
    "open",
    "pack",
    "pack_compose",
    "plan_compose",
    "plan_manifest",
    "python_base",
    "read_manifest",
    "read_python_project",
    "registry",
    "unstructure",
]


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'sh0' has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(_MODULE_OF[name]), name)
    return found


def __dir__() -> list[str]:
    return __all__
