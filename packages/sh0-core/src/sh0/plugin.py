"""For authors of plugins: hooks, recipes, rules, and the readers of a project that cannot be trusted.

    from sh0.plugin import Detection, Recipe, SourceTree, hookimpl

Importing this module is light: each name is loaded when it is first used.
"""

from typing import TYPE_CHECKING

from sh0.exports import attributes
from sh0.exports.plugin import PLACES as _PLACES

if TYPE_CHECKING:
    from sh0.builds.images import DEBIAN, NGINX, Language, LanguageVersion
    from sh0.builds.listening import FILES_LIMIT as SOURCE_FILES_LIMIT
    from sh0.builds.listening import LENGTH_LIMIT as SOURCE_LENGTH_LIMIT
    from sh0.builds.listening import sources as source_files
    from sh0.builds.listening import stated_port
    from sh0.builds.model import PORT, SHELL, Detection
    from sh0.builds.recipe import Recipe
    from sh0.builds.shell_command import shell_arguments
    from sh0.builds.toolversions import declared as declared_version
    from sh0.builds.toolversions import version_file
    from sh0.builds.versions import choose as choose_version
    from sh0.builds.volumes import lost_volume
    from sh0.codec import unstructure
    from sh0.compose.files import FolderFiles
    from sh0.compose.graph import order as start_order
    from sh0.compose.host_paths import canonical as canonical_host_path
    from sh0.compose.isolation import security_option
    from sh0.compose.model import ComposeProject
    from sh0.compose.reading import read as read_compose
    from sh0.errors import BadDockerfile, Invalid, InvalidValue, Sh0Error, UnsupportedProject
    from sh0.hookspecs import Frontend, hookimpl
    from sh0.importers.draft import Draft as ImportDraft
    from sh0.importers.draft import sentence as one_sentence
    from sh0.importers.draft import slug as name_slug
    from sh0.importers.generators import generator_like, issued_elsewhere
    from sh0.importers.importer import Importer
    from sh0.importers.model import ImportNote, ImportNoteKind
    from sh0.records.event_payloads import (
        AddressPayload,
        AppPayload,
        AppRenamedPayload,
        AppStatePayload,
        ContainerPayload,
        DeploymentPayload,
        DeploymentStepPayload,
        ReleasePayload,
        ReleaseStepPayload,
        SchedulePayload,
        ServerPayload,
        StackPayload,
    )
    from sh0.records.event_types import EventType
    from sh0.records.journal import Event
    from sh0.rules.built import app_dockerfile, web_command
    from sh0.rules.built import services_of as building_services
    from sh0.rules.model import Category, Edit, Finding, Fix, Hit, Place, Rule, Severity, Subject
    from sh0.rules.names import is_compose, is_dockerfile
    from sh0.rules.report import Report
    from sh0.rules.subjects import ComposeFile, DockerfileText, ProjectTree, TextFile
    from sh0.sensitive import NAME_TRIGGER as SECRET_NAME_TRIGGER
    from sh0.sensitive import names_secret
    from sh0.settings import Settings
    from sh0.source.buildkit import built_stages
    from sh0.source.buildkit import sources_of as stage_sources
    from sh0.source.dockerfile import Dockerfile, Instruction, Stage
    from sh0.source.dockerfile import directives as dockerfile_directives
    from sh0.source.dockerfile import parse as parse_dockerfile
    from sh0.source.dockerfile_declared import volumes as declared_volumes
    from sh0.source.dockerfile_words import expand as expand_variables
    from sh0.source.dockerfile_words import mark_of as heredoc_mark
    from sh0.source.dockerfile_words import pairs as key_value_pairs
    from sh0.source.dockerfile_words import split_words, unquote
    from sh0.source.dockerignore import DockerIgnore
    from sh0.source.dockerignore import lines_of as ignore_patterns
    from sh0.source.dollars import Reference as VariableReference
    from sh0.source.dollars import escape as escape_dollars
    from sh0.source.dollars import references as variable_references
    from sh0.source.dollars import rewrite as rewrite_variables
    from sh0.source.globs import matches as matches_pattern
    from sh0.source.lines import lines_of as split_lines
    from sh0.source.processes import read_processes
    from sh0.source.procfile import read_procfile
    from sh0.source.shellwords import split as split_command
    from sh0.source.tables import table as inner_table
    from sh0.source.tables import texts as texts_in
    from sh0.source.tomltext import load_toml
    from sh0.source.tree import DEPTH_LIMIT, SKIPPED, SourceTree
    from sh0.source.xmltext import Element as XmlElement
    from sh0.source.xmltext import child as xml_child
    from sh0.source.xmltext import children as xml_children
    from sh0.source.xmltext import read_xml
    from sh0.source.xmltext import value as xml_value
    from sh0.source.yamltext import Document
    from sh0.source.yamltext import Path as KeyPath
    from sh0.source.yamltext import load as load_yaml

__all__ = [
    "DEBIAN",
    "DEPTH_LIMIT",
    "NGINX",
    "PORT",
    "SECRET_NAME_TRIGGER",
    "SHELL",
    "SKIPPED",
    "SOURCE_FILES_LIMIT",
    "SOURCE_LENGTH_LIMIT",
    "AddressPayload",
    "AppPayload",
    "AppRenamedPayload",
    "AppStatePayload",
    "BadDockerfile",
    "Category",
    "ComposeFile",
    "ComposeProject",
    "ContainerPayload",
    "DeploymentPayload",
    "DeploymentStepPayload",
    "Detection",
    "DockerIgnore",
    "Dockerfile",
    "DockerfileText",
    "Document",
    "Edit",
    "Event",
    "EventType",
    "Finding",
    "Fix",
    "FolderFiles",
    "Frontend",
    "Hit",
    "ImportDraft",
    "ImportNote",
    "ImportNoteKind",
    "Importer",
    "Instruction",
    "Invalid",
    "InvalidValue",
    "KeyPath",
    "Language",
    "LanguageVersion",
    "Place",
    "ProjectTree",
    "Recipe",
    "ReleasePayload",
    "ReleaseStepPayload",
    "Report",
    "Rule",
    "SchedulePayload",
    "ServerPayload",
    "Settings",
    "Severity",
    "Sh0Error",
    "SourceTree",
    "StackPayload",
    "Stage",
    "Subject",
    "TextFile",
    "UnsupportedProject",
    "VariableReference",
    "XmlElement",
    "app_dockerfile",
    "building_services",
    "built_stages",
    "canonical_host_path",
    "choose_version",
    "declared_version",
    "declared_volumes",
    "dockerfile_directives",
    "escape_dollars",
    "expand_variables",
    "generator_like",
    "heredoc_mark",
    "hookimpl",
    "ignore_patterns",
    "inner_table",
    "is_compose",
    "is_dockerfile",
    "issued_elsewhere",
    "key_value_pairs",
    "load_toml",
    "load_yaml",
    "lost_volume",
    "matches_pattern",
    "name_slug",
    "names_secret",
    "one_sentence",
    "parse_dockerfile",
    "read_compose",
    "read_processes",
    "read_procfile",
    "read_xml",
    "rewrite_variables",
    "security_option",
    "shell_arguments",
    "source_files",
    "split_command",
    "split_lines",
    "split_words",
    "stage_sources",
    "start_order",
    "stated_port",
    "texts_in",
    "unquote",
    "unstructure",
    "variable_references",
    "version_file",
    "web_command",
    "xml_child",
    "xml_children",
    "xml_value",
]

if not TYPE_CHECKING:  # or type checkers would take any misspelt name for an object
    __getattr__ = attributes(__name__, _PLACES)


def __dir__() -> list[str]:
    return __all__
